#include "card/journal_memory.hpp"

#include <cerrno>
#include <cstring>
#include <new>

#include <liburing.h>

#include "slot_ring/memory.hpp"

namespace wirebook::card {

namespace {

/// 0, or a negative errno.
int try_register(io_uring& ring, std::span<std::byte> memory) {
  const iovec buffer{.iov_base = memory.data(), .iov_len = memory.size()};
  const int result = io_uring_register_buffers(&ring, &buffer, 1);
  if (result == 0)
    io_uring_unregister_buffers(&ring);
  return result;
}

std::string reason(int result) {
  if (-result == ENOMEM)
    return "too little memory may be locked, see `ulimit -l`";
  return std::strerror(-result);
}

}  // namespace

std::string JournalMemory::describe() const {
  switch (way) {
    case JournalWay::registered:
      return "registers card memory";
    case JournalWay::copied:
      return "copies through a buffer: " + why;
    case JournalWay::none:
      break;
  }
  return "no registered memory: " + why;
}

JournalMemory probe_journal_memory(std::span<std::byte> memory) {
  io_uring ring{};
  if (const int result = io_uring_queue_init(4, &ring, 0); result != 0)
    return {JournalWay::none, "io_uring: " + reason(result)};
  JournalMemory answer;
  if (const int result = try_register(ring, memory); result == 0) {
    answer.way = JournalWay::registered;
  } else {
    answer.why = reason(result);
    slot_ring::Memory buffer(memory.size());
    if (try_register(ring, {buffer.data(), memory.size()}) == 0)
      answer.way = JournalWay::copied;
  }
  io_uring_queue_exit(&ring);
  return answer;
}

}  // namespace wirebook::card
