#include "card/opencl/opencl_parser.hpp"

#include <array>
#include <cstdlib>
#include <type_traits>
#include <utility>
#include <vector>

#include <CL/opencl.hpp>

#include "wirebook/crc32c.hpp"
#include "wirebook/slot.hpp"

#include "kernel_source.hpp"
#include "wire_in/itch_forms.hpp"

namespace wirebook::card {

namespace {

/// How messages are dealt out. One size of groups, so that a kernel is compiled once.
struct Deal {
  std::size_t run_messages;  ///< that one work item takes
  std::size_t group_items;
  const char* build_options;
};
/// A processor's threads take groups: each one loop, with the processor's instructions.
constexpr Deal processor_deal{64, 1, "-cl-std=CL1.2 -DRUN=64"};
/// A device with wide groups takes one message an item.
constexpr Deal portable_deal{1, 64, "-cl-std=CL1.2 -DRUN=1 -DPORTABLE"};

/// WIREBOOK_OPENCL_PORTABLE asks for it anywhere, so that it can be tested anywhere.
const Deal& deal_for(const cl::Device& device) {
  const bool is_processor = (device.getInfo<CL_DEVICE_TYPE>() & CL_DEVICE_TYPE_CPU) != 0;
  return is_processor && std::getenv("WIREBOOK_OPENCL_PORTABLE") == nullptr ? processor_deal
                                                                            : portable_deal;
}

// The kernel reads these as they are.
using wire_in::ItchForm;
static_assert(sizeof(ItchForm) == 128 && offsetof(ItchForm, source) == 0);
static_assert(offsetof(ItchForm, shuffles) == 32 && offsetof(ItchForm, windows) == 96);
static_assert(offsetof(ItchForm, length) == 98 && offsetof(ItchForm, last_shift) == 99);
static_assert(offsetof(ItchForm, last_mask) == 104);

struct KernelBatch {
  cl_ulong sequence;
  cl_ulong ring_slots;
  cl_ulong time_ns;
  cl_uint epoch;
  cl_uint count;
};
static_assert(sizeof(KernelBatch) == 32);

/// Eight tables, so that a step of the CRC takes eight bytes at once: table k is for the byte that
/// has k more behind it.
std::vector<cl_uint> make_crc_tables() {
  std::vector<cl_uint> tables(std::size_t{8} * 256);
  for (std::size_t i = 0; i < 256; ++i) {
    cl_uint crc = detail::crc32c_table[i];
    for (std::size_t behind = 0; behind < 8; ++behind) {
      tables[behind * 256 + i] = crc;
      crc = crc >> 8 ^ detail::crc32c_table[crc & 0xFF];
    }
  }
  return tables;
}

bool is_fit(const cl::Device& device) {
  cl_bool shares_memory = CL_FALSE;
  device.getInfo(CL_DEVICE_HOST_UNIFIED_MEMORY, &shares_memory);
  return shares_memory != 0 && device.getInfo<CL_DEVICE_AVAILABLE>() != 0 &&
         device.getInfo<CL_DEVICE_COMPILER_AVAILABLE>() != 0 &&
         device.getInfo<CL_DEVICE_ENDIAN_LITTLE>() != 0;
}

/// The first device that compiles OpenCL C and works on the host's own memory.
cl::Device find_device() {
  std::vector<cl::Platform> platforms;
  try {
    cl::Platform::get(&platforms);
  } catch (const cl::Error&) {
    platforms.clear();  // the loader says "not found" by an error
  }
  std::string passed_over;
  for (const cl::Platform& platform : platforms) {
    std::vector<cl::Device> devices;
    try {
      platform.getDevices(CL_DEVICE_TYPE_ALL, &devices);
    } catch (const cl::Error&) {
      continue;
    }
    for (const cl::Device& device : devices) {
      if (is_fit(device))
        return device;
      passed_over += (passed_over.empty() ? "" : ", ") + device.getInfo<CL_DEVICE_NAME>();
    }
  }
  if (passed_over.empty())
    throw CardError(
        "OpenCL has no platform here: apt-get install pocl-opencl-icd makes the processor one; "
        "clinfo -l lists them");
  throw CardError("no OpenCL device compiles OpenCL C and shares the host's memory, not " +
                  passed_over + ": apt-get install pocl-opencl-icd makes the processor one");
}

[[noreturn]] void fail(const std::string& what, const cl::Error& error) {
  throw CardError("OpenCL: " + what + ": " + error.what() + " gave " + std::to_string(error.err()));
}

class OpenClParser final : public BulkParser {
 public:
  OpenClParser()
      : device_(find_device()),
        deal_(deal_for(device_)),
        context_(device_),
        queue_(context_, device_),
        forms_(context_, CL_MEM_READ_ONLY | CL_MEM_USE_HOST_PTR, sizeof wire_in::itch_forms,
               const_cast<ItchForm*>(wire_in::itch_forms.data())),
        crc_tables_(make_crc_tables()),
        crc_(context_, CL_MEM_READ_ONLY | CL_MEM_USE_HOST_PTR, crc_tables_.size() * sizeof(cl_uint),
             crc_tables_.data()) {
    const cl::Program program = build();
    kernels_ = {cl::Kernel(program, "parse_itch"), cl::Kernel(program, "parse_ouch")};
  }
  OpenClParser(const OpenClParser&) = delete;
  OpenClParser& operator=(const OpenClParser&) = delete;
  ~OpenClParser() override { OpenClParser::abandon(); }

  [[nodiscard]] std::string device() const override {
    return device_.getInfo<CL_DEVICE_NAME>() + ", " + device_.getInfo<CL_DRIVER_VERSION>();
  }

  void use(const BulkRing& ring) override {
    finish();
    try {
      unmap();
      ring_ = whole(ring.memory, CL_MEM_READ_WRITE);
    } catch (const cl::Error& error) {
      fail("the ring's memory is refused", error);
    }
    epoch_ = ring.epoch;
    ring_slots_ = ring.memory.size() / sizeof(Slot);
  }

  void start(const BulkBatch& batch) override {
    if (batch.messages.empty())
      return;
    try {
      enqueue(batch);
    } catch (const cl::Error& error) {
      fail("a batch could not be started", error);
    }
  }

  void finish() override {
    if (bytes_() == nullptr)
      return;
    try {
      queue_.finish();
    } catch (const cl::Error& error) {
      fail("a batch could not be finished", error);
    }
    bytes_ = {};
    messages_ = {};
  }

  void abandon() noexcept override {
    try {
      finish();
    } catch (const CardError&) {  // nobody waits for the batch any more
      bytes_ = {};
      messages_ = {};
    }
  }

 private:
  cl::Program build() {
    cl::Program program(context_, kernel_source);
    try {
      program.build(device_, deal_.build_options);
    } catch (const cl::Error& error) {
      fail(program.getBuildInfo<CL_PROGRAM_BUILD_LOG>(device_), error);
    }
    return program;
  }

  /// A buffer that is this memory.
  template <class Element>
  [[nodiscard]] cl::Buffer whole(std::span<Element> memory, cl_mem_flags flags) const {
    auto* const bytes = const_cast<std::remove_const_t<Element>*>(memory.data());
    return {context_, flags | CL_MEM_USE_HOST_PTR, memory.size_bytes(), bytes};
  }

  void enqueue(const BulkBatch& batch) {
    unmap();
    bytes_ = whole(batch.bytes, CL_MEM_READ_ONLY);
    messages_ = whole(batch.messages, CL_MEM_READ_ONLY);
    const KernelBatch what{.sequence = batch.sequence,
                           .ring_slots = ring_slots_,
                           .time_ns = batch.time_ns.raw,
                           .epoch = epoch_,
                           .count = static_cast<cl_uint>(batch.messages.size())};
    cl::Kernel& kernel = kernels_[static_cast<std::size_t>(batch.format)];
    cl_uint argument = 0;
    for (const cl::Buffer* const buffer : {&bytes_, &messages_, &ring_})
      kernel.setArg(argument++, *buffer);
    kernel.setArg(argument++, what);
    for (const cl::Buffer* const buffer : {&forms_, &crc_})
      kernel.setArg(argument++, *buffer);
    const std::size_t group_messages = deal_.run_messages * deal_.group_items;
    const std::size_t groups = (batch.messages.size() + group_messages - 1) / group_messages;
    queue_.enqueueNDRangeKernel(kernel, cl::NullRange, cl::NDRange(groups * deal_.group_items),
                                cl::NDRange(deal_.group_items));
    // The host may look once this is done; where memory is shared it moves nothing.
    mapped_ = queue_.enqueueMapBuffer(ring_, CL_FALSE, CL_MAP_READ, 0, ring_slots_ * sizeof(Slot));
    queue_.flush();
  }
  void unmap() {
    if (mapped_ != nullptr)
      queue_.enqueueUnmapMemObject(ring_, std::exchange(mapped_, nullptr));
  }

  cl::Device device_;
  const Deal& deal_;
  cl::Context context_;
  cl::CommandQueue queue_;
  cl::Buffer forms_;
  std::vector<cl_uint> crc_tables_;
  cl::Buffer crc_;
  std::array<cl::Kernel, 2> kernels_;  ///< by format
  cl::Buffer ring_;
  std::uint64_t ring_slots_ = 0;
  std::uint32_t epoch_ = 0;
  cl::Buffer bytes_;  ///< of the batch that was started
  cl::Buffer messages_;
  void* mapped_ = nullptr;  ///< the ring, while the host may read it
};

}  // namespace

std::unique_ptr<BulkParser> make_opencl_parser() {
  try {
    return std::make_unique<OpenClParser>();
  } catch (const cl::Error& error) {
    fail("the device could not be opened", error);
  }
}

}  // namespace wirebook::card
