#include "slot_ring/doorbell.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <linux/membarrier.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace wirebook::slot_ring {

namespace {

bool membarrier(int command) { return syscall(SYS_membarrier, command, 0U, 0) == 0; }

/// Once a process: from then on it may order the barrier.
bool membarrier_ready() {
  static const bool ready = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
  return ready;
}

}  // namespace

Doorbell::Doorbell(Barrier barrier)
    : ringer_fences_(barrier == Barrier::by_ringer || !membarrier_ready()),
      descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (descriptor_ < 0)
    throw std::system_error(errno, std::generic_category(), "eventfd");
}

Doorbell::~Doorbell() { close(descriptor_); }

bool Doorbell::arm() noexcept {
  armed_.store(true, std::memory_order_relaxed);
  if (ringer_fences_) {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return true;
  }
  if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED))
    return true;
  disarm();
  return false;
}

void Doorbell::disarm() noexcept {
  // Who found it armed rings, perhaps a while later: what were left here would end every sleep to
  // come. Where nobody did, there is nothing to read, and whatever ended the sleep is seen sooner.
  if (!armed_.exchange(false, std::memory_order_relaxed))
    ++owed_;
  std::uint64_t rings = 0;
  if (owed_ != 0 && read(descriptor_, &rings, sizeof rings) == sizeof rings)
    owed_ -= rings;
}

bool Doorbell::sleep(std::chrono::nanoseconds longest) noexcept {
  pollfd wait{.fd = descriptor_, .events = POLLIN, .revents = 0};
  const auto ns = std::max<std::chrono::nanoseconds::rep>(longest.count(), 0);
  const timespec timeout{.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000};
  return ppoll(&wait, 1, &timeout, nullptr) > 0;
}

void Doorbell::wake() noexcept {
  if (!armed_.exchange(false, std::memory_order_relaxed))
    return;  // another ringer was first
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t bytes = write(descriptor_, &one, sizeof one);
}

}  // namespace wirebook::slot_ring
