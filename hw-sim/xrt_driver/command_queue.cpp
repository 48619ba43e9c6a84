#include "hw-sim/xrt_driver/command_queue.hpp"

#include <atomic>
#include <chrono>
#include <cstring>
#include <utility>

#include <ert.h>

namespace wirebook::hw_sim {
namespace {

constexpr std::uint32_t ap_ctrl = 0;
constexpr std::uint32_t ap_start = 1;
constexpr std::uint32_t ap_done = 2;
constexpr std::uint32_t all_ones = ~std::uint32_t{0};
constexpr std::uint32_t control_words = 4;  // in front of the arguments

}  // namespace

CommandQueue::~CommandQueue() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable())
    thread_.join();
}

void CommandQueue::push(std::shared_ptr<SharedMemory> packet) {
  const std::scoped_lock lock(mutex_);
  if (!thread_.joinable())
    thread_ = std::thread([this] { run(); });
  queue_.push_back(std::move(packet));
  changed_.notify_all();
}

int CommandQueue::wait(int milliseconds) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(milliseconds),
                    [&] { return completed_ > 0 || stop_; });
  return std::exchange(completed_, 0);
}

void CommandQueue::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stop_ || !queue_.empty(); });
    if (stop_)
      return;
    const std::shared_ptr<SharedMemory> packet = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    carry_out(packet->bytes());
    lock.lock();
    ++completed_;
    changed_.notify_all();
  }
}

void CommandQueue::carry_out(std::span<std::byte> packet) {
  auto* words = reinterpret_cast<std::uint32_t*>(packet.data());
  ert_start_kernel_cmd start{};
  std::memcpy(&start, words, sizeof start);
  const auto complete = [&](ert_cmd_state state) {
    std::atomic_ref(words[0]).store((words[0] & ~0xFU) | static_cast<std::uint32_t>(state),
                                    std::memory_order_release);
  };
  const std::size_t first = 2 + start.extra_cu_masks;  // header, masks, then the registers
  const std::size_t end = 1 + start.count;
  if (start.opcode != ERT_START_CU || end < first + control_words || end * 4 > packet.size())
    return complete(ERT_CMD_STATE_ERROR);

  for (std::size_t i = control_words; first + i < end; ++i)
    card_.write(static_cast<std::uint32_t>(4 * i), words[first + i]);
  card_.write(ap_ctrl, ap_start);
  for (;;) {
    const std::uint32_t control = card_.read(ap_ctrl);
    if (control == all_ones)
      return complete(ERT_CMD_STATE_ERROR);
    if ((control & ap_done) != 0)
      return complete(ERT_CMD_STATE_COMPLETED);
    {
      const std::scoped_lock lock(mutex_);
      if (stop_)
        return complete(ERT_CMD_STATE_ABORT);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
}

}  // namespace wirebook::hw_sim
