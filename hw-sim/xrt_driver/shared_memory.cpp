#include "hw-sim/xrt_driver/shared_memory.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wirebook::hw_sim {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

std::shared_ptr<SharedMemory> SharedMemory::create(std::size_t bytes) {
  const int descriptor = memfd_create("wirebook-card-memory", MFD_CLOEXEC);
  if (descriptor < 0)
    fail("memfd_create");
  if (ftruncate(descriptor, static_cast<off_t>(bytes)) != 0) {
    const int why = errno;
    close(descriptor);
    errno = why;
    fail("memory of " + std::to_string(bytes) + " bytes");
  }
  return std::make_shared<SharedMemory>(descriptor, bytes);
}

std::shared_ptr<SharedMemory> SharedMemory::open(int descriptor, std::size_t bytes) {
  return std::make_shared<SharedMemory>(descriptor, bytes);
}

std::shared_ptr<SharedMemory> SharedMemory::open(int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0)
    fail("fstat");
  return open(descriptor, static_cast<std::size_t>(status.st_size));
}

SharedMemory::SharedMemory(int descriptor, std::size_t bytes) : descriptor_(descriptor) {
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (at == MAP_FAILED) {
    const int why = errno;
    close(descriptor);
    errno = why;
    fail("mmap of " + std::to_string(bytes) + " bytes");
  }
  bytes_ = {static_cast<std::byte*>(at), bytes};
}

SharedMemory::~SharedMemory() {
  munmap(bytes_.data(), bytes_.size());
  close(descriptor_);
}

}  // namespace wirebook::hw_sim
