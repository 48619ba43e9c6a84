#include "hw-sim/xrt_driver/device.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <xclbin.h>
#include <xrt_mem.h>

#include "hw-sim/xclbin/simulated_platform.hpp"

namespace wirebook::hw_sim {
namespace {

constexpr std::uint64_t page = 4'096;
/// What runs over a buffer's end hits nothing.
constexpr std::uint64_t between_buffers = 16 * page;
/// XRT opens it for a device as a whole.
constexpr unsigned virtual_kernel = ~0U;

int complain(int error, const std::string& what) {
  fmt::print(stderr, "simulated card: {}\n", what);
  return -error;
}

template <class Section>
const Section* section(const axlf& image, axlf_section_kind kind) {
  const axlf_section_header* header = xclbin::get_axlf_section(&image, kind);
  return header == nullptr ? nullptr
                           : reinterpret_cast<const Section*>(
                                 reinterpret_cast<const char*>(&image) + header->m_sectionOffset);
}

}  // namespace

Device::Device(unsigned index)
    : card_(open_card(index)), next_address_(card_->window()), commands_(*card_) {}

Device::~Device() {
  for (const auto& [handle, buffer] : buffers_) {
    if (buffer->address != 0)
      card_->unmap(buffer->address);
  }
}

int Device::load(const axlf& image) {
  const auto* platform = reinterpret_cast<const char*>(image.m_header.m_platformVBNV);
  if (std::strncmp(platform, simulated_platform, sizeof image.m_header.m_platformVBNV) != 0)
    return complain(EINVAL, fmt::format("the image is for the platform '{:.64}', not for '{}'",
                                        platform, simulated_platform));
  const auto* memories = section<mem_topology>(image, ASK_GROUP_TOPOLOGY);
  if (memories == nullptr || section<ip_layout>(image, IP_LAYOUT) == nullptr)
    return complain(EINVAL, "the image lacks GROUP_TOPOLOGY or IP_LAYOUT");
  const std::scoped_lock lock(mutex_);
  host_bank_ = -1;
  for (std::int32_t i = 0; i < memories->m_count; ++i) {
    const mem_data& memory = memories->m_mem_data[i];
    if (memory.m_used != 0 &&
        std::strcmp(reinterpret_cast<const char*>(memory.m_tag), simulated_host_memory) == 0)
      host_bank_ = i;
  }
  std::copy_n(image.m_header.uuid, image_.size(), image_.begin());
  loaded_ = true;
  return 0;
}

int Device::open_context(std::span<const std::uint8_t, 16> image, unsigned kernel, bool shared) {
  const std::scoped_lock lock(mutex_);
  if (!loaded_ || !std::equal(image.begin(), image.end(), image_.begin()))
    return complain(EINVAL, "a context for an image that is not loaded");
  if (kernel != 0 && kernel != virtual_kernel)
    return -EINVAL;
  Context& context = contexts_[kernel];
  if (context.count > 0 && (!shared || !context.shared))
    return -EBUSY;
  if (context.count == 0 && kernel != virtual_kernel) {
    try {
      card_->acquire();
    } catch (const std::system_error& error) {
      return complain(error.code().value(), error.what());
    } catch (const std::exception& error) {
      return complain(EINVAL, error.what());
    }
  }
  context = {shared, context.count + 1};
  return 0;
}

int Device::close_context(unsigned kernel) {
  const std::scoped_lock lock(mutex_);
  const auto context = contexts_.find(kernel);
  if (context == contexts_.end() || context->second.count == 0)
    return -EINVAL;
  if (--context->second.count == 0 && kernel != virtual_kernel)
    card_->release();
  return 0;
}

bool Device::has_context(unsigned kernel) {
  const std::scoped_lock lock(mutex_);
  const auto context = contexts_.find(kernel);
  return context != contexts_.end() && context->second.count > 0;
}

int Device::read(unsigned kernel, std::uint32_t offset, std::uint32_t& value) {
  if (!has_context(kernel))
    return -EPERM;
  value = card_->read(offset);
  return 0;
}

int Device::write(unsigned kernel, std::uint32_t offset, std::uint32_t value) {
  if (!has_context(kernel))
    return -EPERM;
  card_->write(offset, value);
  return 0;
}

std::int64_t Device::allocate(std::size_t size, std::uint32_t flags, void* host_copy) {
  const auto bank = static_cast<std::int32_t>(flags & XRT_BO_FLAGS_MEMIDX_MASK);
  if ((flags & XRT_BO_FLAGS_HOST_ONLY) != 0 && bank != host_bank_)
    return complain(EINVAL, fmt::format("host-only memory in bank {}, which is not {}", bank,
                                        simulated_host_memory));
  if (size == 0)
    return -EINVAL;
  const std::size_t rounded = (size + page - 1) / page * page;
  return add({.memory = SharedMemory::create(rounded),
              .size = size,
              .flags = flags,
              .host_copy = static_cast<std::byte*>(host_copy)});
}

std::int64_t Device::import(int descriptor, std::uint32_t flags) {
  std::shared_ptr<SharedMemory> memory = SharedMemory::open(descriptor);
  const std::size_t size = memory->bytes().size();
  return add({.memory = std::move(memory), .size = size, .flags = flags});
}

std::int64_t Device::add(Buffer buffer) {
  const std::scoped_lock lock(mutex_);
  if ((buffer.flags & XCL_BO_FLAGS_EXECBUF) == 0) {  // an address is never used twice
    buffer.address = next_address_;
    next_address_ += buffer.memory->bytes().size() + between_buffers;
    card_->map(buffer.address, buffer.memory);
  }
  buffers_.emplace(next_handle_, std::make_shared<const Buffer>(std::move(buffer)));
  return next_handle_++;
}

void Device::free(unsigned handle) {
  const std::scoped_lock lock(mutex_);
  const auto buffer = buffers_.find(handle);
  if (buffer == buffers_.end())
    return;
  if (buffer->second->address != 0)
    card_->unmap(buffer->second->address);
  buffers_.erase(buffer);
}

std::shared_ptr<const Buffer> Device::buffer(unsigned handle) {
  const std::scoped_lock lock(mutex_);
  const auto buffer = buffers_.find(handle);
  return buffer == buffers_.end() ? nullptr : buffer->second;
}

int Device::execute(unsigned handle) {
  const std::shared_ptr<const Buffer> packet = buffer(handle);
  if (packet == nullptr || !has_context(0))
    return -EINVAL;
  commands_.push(packet->memory);
  return 0;
}

int Device::wait(int milliseconds) { return commands_.wait(milliseconds); }

}  // namespace wirebook::hw_sim
