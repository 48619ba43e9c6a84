// XRT's driver interface, as far as there is something behind it in a simulated card.

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>
#include <xrt.h>

#include "hw-sim/xclbin/simulated_platform.hpp"
#include "hw-sim/xrt_driver/device.hpp"

// Of XRT's own, which has no public header for them.
namespace xrt_core {
class device {
 public:
  void register_axlf(const axlf* image);
};
std::shared_ptr<device> get_userpf_device(void* handle);
std::shared_ptr<device> get_userpf_device(void* handle, unsigned index);
namespace swemu {
// Makes the system that XRT looks for; to name it is to link it.
std::shared_ptr<device> get_userpf_device(void* handle, unsigned index);
}  // namespace swemu
}  // namespace xrt_core

using wirebook::hw_sim::Buffer;
using wirebook::hw_sim::Device;

namespace {

constexpr unsigned devices = 1;

Device& of(xclDeviceHandle handle) { return *static_cast<Device*>(handle); }

/// Turns what was thrown into a negative errno, with its text on standard error.
template <class Call>
auto guarded(Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::system_error& error) {
    fmt::print(stderr, "simulated card: {}\n", error.what());
    return static_cast<decltype(call())>(-error.code().value());
  } catch (const std::exception& error) {
    fmt::print(stderr, "simulated card: {}\n", error.what());
    return static_cast<decltype(call())>(-EINVAL);
  }
}

xclBufferHandle as_handle(std::int64_t handle) {
  return handle < 0 ? XRT_NULL_BO : static_cast<xclBufferHandle>(handle);
}

std::shared_ptr<const Buffer> within(xclDeviceHandle device, unsigned handle, std::size_t size,
                                     std::size_t offset) {
  auto buffer = of(device).buffer(handle);
  if (buffer != nullptr && (size > buffer->size || offset > buffer->size - size))
    return nullptr;
  return buffer;
}

}  // namespace

extern "C" {

unsigned xclProbe() { return devices; }
unsigned xclVersion() { return 2; }

xclDeviceHandle xclOpen(unsigned index, const char*, xclVerbosityLevel) {
  if (index >= devices)
    return nullptr;
  try {
    auto device = std::make_unique<Device>(index);
    device->companion = xrt_core::swemu::get_userpf_device(device.get(), index);
    return device.release();
  } catch (const std::exception& error) {
    fmt::print(stderr, "simulated card: {}\n", error.what());
    return nullptr;
  }
}

void xclClose(xclDeviceHandle handle) {
  const std::unique_ptr<Device> device(&of(handle));
  const auto companion = device->companion;  // outlives what it knows by its address
}

int xclGetDeviceInfo2(xclDeviceHandle, xclDeviceInfo2* info) {
  constexpr unsigned magic = 0x586C0C6C;
  *info = {};
  info->mMagic = magic;
  std::strncpy(info->mName, wirebook::hw_sim::simulated_platform, sizeof info->mName - 1);
  info->mDataAlignment = 4'096;
  info->mMinTransferSize = 64;
  info->mOCLFrequency[0] = wirebook::hw_sim::simulated_clock_mhz;
  info->mNumClocks = 1;
  return 0;
}

int xclLoadXclBin(xclDeviceHandle handle, const axlf* image) {
  const int result = guarded([&] { return of(handle).load(*image); });
  if (result == 0)
    xrt_core::get_userpf_device(handle)->register_axlf(image);
  return result;
}

// ── Contexts and registers ──────────────────────────────────────────────────────────────────────

int xclOpenContext(xclDeviceHandle handle, const xuid_t image, unsigned kernel, bool shared) {
  return guarded([&] {
    return of(handle).open_context(std::span<const std::uint8_t, 16>(image, 16), kernel, shared);
  });
}
int xclCloseContext(xclDeviceHandle handle, const xuid_t, unsigned kernel) {
  return of(handle).close_context(kernel);
}
int xclRegRead(xclDeviceHandle handle, std::uint32_t kernel, std::uint32_t offset,
               std::uint32_t* value) {
  return of(handle).read(kernel, offset, *value);
}
int xclRegWrite(xclDeviceHandle handle, std::uint32_t kernel, std::uint32_t offset,
                std::uint32_t value) {
  return of(handle).write(kernel, offset, value);
}

// ── Buffers ─────────────────────────────────────────────────────────────────────────────────────

xclBufferHandle xclAllocBO(xclDeviceHandle handle, std::size_t size, int, unsigned flags) {
  return as_handle(guarded([&] { return of(handle).allocate(size, flags, nullptr); }));
}
xclBufferHandle xclAllocUserPtrBO(xclDeviceHandle handle, void* memory, std::size_t size,
                                  unsigned flags) {
  return as_handle(guarded([&] { return of(handle).allocate(size, flags, memory); }));
}
void xclFreeBO(xclDeviceHandle handle, xclBufferHandle buffer) { of(handle).free(buffer); }

void* xclMapBO(xclDeviceHandle handle, xclBufferHandle bo, bool) {
  const auto buffer = of(handle).buffer(bo);
  if (buffer == nullptr || (buffer->flags & XCL_BO_FLAGS_DEV_ONLY) != 0)
    return nullptr;
  return buffer->host_copy != nullptr ? buffer->host_copy : buffer->memory->bytes().data();
}
int xclUnmapBO(xclDeviceHandle handle, xclBufferHandle buffer, void*) {
  return of(handle).buffer(buffer) == nullptr ? -EINVAL : 0;
}

int xclGetBOProperties(xclDeviceHandle handle, xclBufferHandle bo, xclBOProperties* properties) {
  const auto buffer = of(handle).buffer(bo);
  if (buffer == nullptr)
    return -EINVAL;
  *properties = {.handle = bo,
                 .flags = buffer->flags,
                 .size = buffer->size,
                 .paddr = buffer->address,
                 .reserved = 0};
  return 0;
}

int xclSyncBO(xclDeviceHandle handle, xclBufferHandle bo, xclBOSyncDirection direction,
              std::size_t size, std::size_t offset) {
  const auto buffer = within(handle, bo, size, offset);
  if (buffer == nullptr)
    return -EINVAL;
  if (buffer->host_copy == nullptr)
    return 0;  // host and card see the same bytes
  std::byte* card = buffer->memory->bytes().data() + offset;
  std::byte* host = buffer->host_copy + offset;
  if (direction == XCL_BO_SYNC_BO_TO_DEVICE)
    std::memcpy(card, host, size);
  else
    std::memcpy(host, card, size);
  return 0;
}
int xclCopyBO(xclDeviceHandle handle, xclBufferHandle to, xclBufferHandle from, std::size_t size,
              std::size_t to_offset, std::size_t from_offset) {
  const auto target = within(handle, to, size, to_offset);
  const auto source = within(handle, from, size, from_offset);
  if (target == nullptr || source == nullptr)
    return -EINVAL;
  std::memmove(target->memory->bytes().data() + to_offset,
               source->memory->bytes().data() + from_offset, size);
  return 0;
}
std::size_t xclWriteBO(xclDeviceHandle handle, xclBufferHandle bo, const void* from,
                       std::size_t size, std::size_t offset) {
  const auto buffer = within(handle, bo, size, offset);
  if (buffer == nullptr)
    return static_cast<std::size_t>(-EINVAL);
  std::memcpy(buffer->memory->bytes().data() + offset, from, size);
  return 0;
}
std::size_t xclReadBO(xclDeviceHandle handle, xclBufferHandle bo, void* to, std::size_t size,
                      std::size_t offset) {
  const auto buffer = within(handle, bo, size, offset);
  if (buffer == nullptr)
    return static_cast<std::size_t>(-EINVAL);
  std::memcpy(to, buffer->memory->bytes().data() + offset, size);
  return 0;
}

xclBufferExportHandle xclExportBO(xclDeviceHandle handle, xclBufferHandle bo) {
  const auto buffer = of(handle).buffer(bo);
  return buffer == nullptr ? -EINVAL : dup(buffer->memory->descriptor());
}
xclBufferHandle xclImportBO(xclDeviceHandle handle, xclBufferExportHandle file, unsigned flags) {
  return as_handle(guarded([&] { return of(handle).import(dup(file), flags); }));
}

// ── Commands ────────────────────────────────────────────────────────────────────────────────────

int xclExecBuf(xclDeviceHandle handle, xclBufferHandle buffer) {
  return of(handle).execute(buffer);
}
int xclExecWait(xclDeviceHandle handle, int milliseconds) { return of(handle).wait(milliseconds); }

// ── What a simulated card has not ───────────────────────────────────────────────────────────────

std::size_t xclRead(xclDeviceHandle, xclAddressSpace, std::uint64_t, void*, std::size_t) {
  return static_cast<std::size_t>(-ENOTSUP);
}
std::size_t xclWrite(xclDeviceHandle, xclAddressSpace, std::uint64_t, const void*, std::size_t) {
  return static_cast<std::size_t>(-ENOTSUP);
}
ssize_t xclUnmgdPread(xclDeviceHandle, unsigned, void*, std::size_t, std::uint64_t) {
  return -ENOTSUP;
}
ssize_t xclUnmgdPwrite(xclDeviceHandle, unsigned, const void*, std::size_t, std::uint64_t) {
  return -ENOTSUP;
}
int xclReClock2(xclDeviceHandle, unsigned short, const unsigned short*) { return -ENOTSUP; }
int xclP2pEnable(xclDeviceHandle, bool, bool) { return -ENOTSUP; }
int xclLockDevice(xclDeviceHandle) { return 0; }
int xclUnlockDevice(xclDeviceHandle) { return 0; }

}  // extern "C"
