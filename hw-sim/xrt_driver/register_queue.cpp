#include "hw-sim/xrt_driver/register_queue.hpp"

namespace wirebook::hw_sim {

std::uint32_t RegisterQueue::read(std::uint32_t offset) {
  Answer answer;
  std::unique_lock lock(mutex_);
  if (closed_)
    return answer.value;
  queue_.push_back({.offset = offset, .answer = &answer});
  ++waiting_;
  for_model_.notify_one();
  for_hosts_.wait(lock, [&] { return answer.here; });
  return answer.value;
}

void RegisterQueue::write(std::uint32_t offset, std::uint32_t value) {
  std::unique_lock lock(mutex_);
  for_hosts_.wait(lock, [&] { return closed_ || waiting_ < writes_max; });
  if (closed_)
    return;
  queue_.push_back({.offset = offset, .value = value});
  ++waiting_;
  for_model_.notify_one();
}

RegisterQueue::Access RegisterQueue::take() {
  const std::scoped_lock lock(mutex_);
  const Access access = queue_.front();
  queue_.pop_front();
  --waiting_;
  if (waiting_ + 1 == writes_max)
    for_hosts_.notify_all();
  return access;
}

void RegisterQueue::answer(Answer& answer, std::uint32_t value) {
  const std::scoped_lock lock(mutex_);
  answer = {value, true};
  for_hosts_.notify_all();
}

void RegisterQueue::wait(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  for_model_.wait_for(lock, at_most, [&] { return woken_ || !queue_.empty(); });
  woken_ = false;
}

void RegisterQueue::wake() {
  const std::scoped_lock lock(mutex_);
  woken_ = true;
  for_model_.notify_one();
}

void RegisterQueue::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  for (const Access& access : queue_) {
    if (access.answer != nullptr)
      access.answer->here = true;
  }
  queue_.clear();
  waiting_ = 0;
  for_hosts_.notify_all();
}

}  // namespace wirebook::hw_sim
