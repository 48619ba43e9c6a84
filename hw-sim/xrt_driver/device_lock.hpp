// One host at a time has a simulated card's kernel, as with a card.
//
// Shapes: a file per device index, in $XDG_RUNTIME_DIR, /run/lock or /tmp, with the holder's
// process number in it. Threads: one. Errors: throws `std::system_error`: EBUSY, with the holder's
// number, if another has it, in this process or any. Cost: system calls. Specification: flock(2).
#pragma once

namespace wirebook::hw_sim {

class DeviceLock {
 public:
  explicit DeviceLock(unsigned index);
  ~DeviceLock();
  DeviceLock(const DeviceLock&) = delete;
  DeviceLock& operator=(const DeviceLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace wirebook::hw_sim
