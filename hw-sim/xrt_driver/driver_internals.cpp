// What XRT's objects name besides the driver interface, none of which a simulated card has: AI
// engines, resets, reserved host memory.

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include <experimental/xrt_aie.h>
#include <experimental/xrt_graph.h>
#include <unistd.h>
#include <xrt.h>

namespace xrt_core::query {
enum class key_type;
}  // namespace xrt_core::query

namespace xclcpuemhal2 {

class CpuemShim {
 public:
  static CpuemShim* handleCheck(void* handle);
  std::uint32_t deviceQuery(xrt_core::query::key_type key);
};

// No emulated device: asked for DMA between memories or none at all, XRT hears no.
CpuemShim* CpuemShim::handleCheck(void*) { return nullptr; }
std::uint32_t CpuemShim::deviceQuery(xrt_core::query::key_type) { return 0; }

}  // namespace xclcpuemhal2

int xclUpdateSchedulerStat(void*) { return 0; }
int xclInternalResetDevice(void*, xclResetKind) { return -ENOTSUP; }
int xclCmaEnable(void*, bool, std::uint64_t) { return -ENOTSUP; }
int xclCloseExportHandle(int handle) { return close(handle); }

void* xclGraphOpen(void*, const unsigned char*, const char*, xrt::graph::access_mode) {
  return nullptr;
}
void xclGraphClose(void*) {}
int xclGraphReset(void*) { return -ENOTSUP; }
std::uint64_t xclGraphTimeStamp(void*) { return 0; }
int xclGraphRun(void*, int) { return -ENOTSUP; }
int xclGraphWaitDone(void*, int) { return -ENOTSUP; }
int xclGraphWait(void*, std::uint64_t) { return -ENOTSUP; }
int xclGraphSuspend(void*) { return -ENOTSUP; }
int xclGraphResume(void*) { return -ENOTSUP; }
int xclGraphEnd(void*, std::uint64_t) { return -ENOTSUP; }
int xclGraphUpdateRTP(void*, const char*, const char*, std::size_t) { return -ENOTSUP; }
int xclGraphReadRTP(void*, const char*, char*, std::size_t) { return -ENOTSUP; }
int xclAIEOpenContext(void*, xrt::aie::access_mode) { return -ENOTSUP; }
int xclSyncBOAIE(void*, xrt::bo&, const char*, xclBOSyncDirection, std::size_t, std::size_t) {
  return -ENOTSUP;
}
int xclSyncBOAIENB(void*, xrt::bo&, const char*, xclBOSyncDirection, std::size_t, std::size_t) {
  return -ENOTSUP;
}
int xclResetAIEArray(void*) { return -ENOTSUP; }
int xclGMIOWait(void*, const char*) { return -ENOTSUP; }
int xclStartProfiling(void*, int, const char*, const char*, std::uint32_t) { return -ENOTSUP; }
std::uint64_t xclReadProfiling(void*, int) { return 0; }
int xclStopProfiling(void*, int) { return -ENOTSUP; }
int xclLoadXclBinMeta(void*, const axlf*) { return -ENOTSUP; }
