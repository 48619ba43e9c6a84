// Can the disk read a card's memory directly? The journal registers its memory with io_uring once,
// so that each write goes from the slot ring to the disk without a copy. Memory that a driver has
// mapped may not be registered: then slots are copied into a buffer that can.
//
// Shapes: any memory. Threads: one. Errors: none, the answer says what will be done and why.
// Cost: start-up only; the memory is pinned and let go again. Specification:
// io_uring_register_buffers(3).
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace wirebook::card {

enum class JournalWay {
  registered,  ///< straight from the card's memory
  copied,      ///< through a registered buffer
  none,        ///< there is no io_uring here, or it registers nothing at all
};

struct JournalMemory {
  JournalWay way = JournalWay::none;
  std::string why;  ///< if not `registered`

  /// "registers card memory", "copies through a buffer: …".
  [[nodiscard]] std::string describe() const;
};

[[nodiscard]] JournalMemory probe_journal_memory(std::span<std::byte> memory);

}  // namespace wirebook::card
