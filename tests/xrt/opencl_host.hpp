// A host program in small that knows OpenCL and nothing else: the card is one platform of several.
#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <CL/cl_ext_xilinx.h>
#include <CL/opencl.hpp>

#include "wirebook/slot.hpp"

#include "tests/xrt/xrt_host.hpp"

namespace wirebook::test {

/// Before the first call of OpenCL: the loader reads its list of platforms once. XRT's is in a list
/// of this build only; in the system's it would end every OpenCL program that has no XILINX_XRT.
inline void list_platforms() {
  Surroundings::set("OCL_ICD_VENDORS", WIREBOOK_OPENCL_VENDORS);
  Surroundings::set("POCL_CACHE_DIR", WIREBOOK_BINARY_DIR "/pocl");
}

/// The first device of the platform with this name; none if the loader does not have it.
inline std::optional<cl::Device> device_of(const std::string& platform_name) {
  std::vector<cl::Platform> platforms;
  cl::Platform::get(&platforms);
  for (const cl::Platform& platform : platforms) {
    if (platform.getInfo<CL_PLATFORM_NAME>() != platform_name)
      continue;
    std::vector<cl::Device> devices;
    platform.getDevices(CL_DEVICE_TYPE_ALL, &devices);
    return devices.at(0);
  }
  return std::nullopt;
}

/// The parser's kernel, started by OpenCL.
class OpenClCard {
 public:
  explicit OpenClCard(cl::Device device)
      : device_(std::move(device)),
        context_(device_),
        // Not by cl::CommandQueue: XRT lacks clCreateCommandQueueWithProperties.
        queue_(clCreateCommandQueue(context_(), device_(), 0, nullptr)),
        kernel_(program(), "wirebook_kernel:{wirebook_kernel_1}"),
        none_(host_only(4'096)) {
    for (cl_uint i = 0; i < kernel_.getInfo<CL_KERNEL_NUM_ARGS>(); ++i)
      arguments_[kernel_.getArgInfo<CL_KERNEL_ARG_NAME>(i).c_str()] = i;
  }

  /// Memory of the host that the kernel reads and writes in place.
  cl::Buffer host_only(std::size_t bytes) {
    cl_mem_ext_ptr_t where{};
    where.flags = XCL_MEM_EXT_HOST_ONLY;
    constexpr auto extended = static_cast<cl_uint>(CL_MEM_EXT_PTR_XILINX);  // an int below 0
    return {context_, CL_MEM_READ_WRITE | extended, bytes, &where};
  }
  std::span<Slot> map(const cl::Buffer& buffer) {
    const auto bytes = buffer.getInfo<CL_MEM_SIZE>();
    void* const memory =
        queue_.enqueueMapBuffer(buffer, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0, bytes);
    return {static_cast<Slot*>(memory), bytes / sizeof(Slot)};
  }
  /// Waits until it is done: XRT does not keep a buffer that its queue still works on.
  void unmap(const cl::Buffer& buffer, std::span<Slot> memory) {
    queue_.enqueueUnmapMemObject(buffer, memory.data());
    queue_.finish();
  }

  /// Every argument, since a start sets every register: those that are not named are 0.
  void set(const std::map<std::string, std::uint64_t>& values,
           const std::map<std::string, cl::Buffer>& rings) {
    for (const auto& [name, index] : arguments_) {
      const auto type = kernel_.getArgInfo<CL_KERNEL_ARG_TYPE_NAME>(index);
      const auto value = values.contains(name) ? values.at(name) : 0;
      if (name.ends_with("_base"))
        kernel_.setArg(index, rings.contains(name) ? rings.at(name) : none_);
      else if (type.starts_with("ulong"))
        kernel_.setArg(index, cl_ulong{value});
      else if (type.starts_with("uint"))
        kernel_.setArg(index, static_cast<cl_uint>(value));
    }
    for (const auto& named : values)
      if (!arguments_.contains(named.first))
        throw std::runtime_error("no argument " + named.first);
  }
  /// No flush: XRT's queue sets out by itself, and its clFlush waits for the end as clFinish does.
  void start() { queue_.enqueueTask(kernel_, nullptr, &done_); }
  [[nodiscard]] cl_int status() const { return done_.getInfo<CL_EVENT_COMMAND_EXECUTION_STATUS>(); }
  /// False if the run does not end; a program cannot take it back.
  bool finish() {
    if (!eventually([this] { return status() <= CL_COMPLETE; }))
      return false;
    queue_.finish();
    return true;
  }

 private:
  cl::Program program() {
    std::ifstream file(image("ap_ctrl_hs"), std::ios::binary);
    const std::vector<unsigned char> bytes{std::istreambuf_iterator<char>(file), {}};
    return {context_, {device_}, {bytes}};
  }

  cl::Device device_;
  cl::Context context_;
  cl::CommandQueue queue_;
  cl::Kernel kernel_;
  std::map<std::string, cl_uint> arguments_;
  cl::Event done_;
  cl::Buffer none_;  ///< for rings that are not there
};

}  // namespace wirebook::test
