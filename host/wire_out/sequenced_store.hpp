// A session's outbound messages of the day, kept as the blocks in which UFO sends them.
//
// Shapes: messages are numbered from 1; each lies behind its u16 length, in chunks of 64 KiB, so
// that any run within a chunk can be sent, and sent again, without a copy; a run is good until the
// next `room`. Threads: one. Errors: a number that is no longer, or not yet, kept gives an empty
// run. When the pool has no chunk left, the session gives up its own oldest one, counted in
// `messages_forgotten`: retransmission is bounded by memory, replies are not. Cost: appending is
// O(1); finding an old run walks the session's chunks and one chunk's blocks. Nothing is allocated
// after the pool. Specification: UFO 1.0 sequenced data and retransmission.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "match/state/state_io.hpp"
#include "slot_ring/memory.hpp"
#include "wire_out/ouch_encoder.hpp"

namespace wirebook::wire_out {

/// The chunks that all sessions of a shard share. At least two for each.
class ChunkPool {
 public:
  static constexpr std::size_t chunk_bytes = std::size_t{64} << 10;
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  explicit ChunkPool(std::uint32_t chunks);

  /// `none` when all are out.
  [[nodiscard]] std::uint32_t take();
  [[nodiscard]] std::byte* data(std::uint32_t chunk) const {
    return memory_.data() + std::size_t{chunk} * chunk_bytes;
  }

 private:
  slot_ring::Memory memory_;
  std::uint32_t chunks_;
  std::uint32_t taken_ = 0;
};

class SequencedStore {
 public:
  /// Takes two chunks at once: with them, messages that are taken for sending before another
  /// chunk's bytes have come are never lost unsent, even where the pool has no more.
  explicit SequencedStore(ChunkPool& pool);

  /// Consecutive messages as blocks of u16 length and message.
  struct Run {
    std::uint32_t first = 0;
    std::uint16_t count = 0;
    std::span<const std::byte> blocks;
  };

  /// Where the next message is to be written.
  [[nodiscard]] std::span<std::byte, ouch_message_bytes_max> room();
  /// Takes up the message of `bytes` in `room`; 0 takes up none.
  void commit(std::size_t bytes);

  /// The number that the next message will have.
  [[nodiscard]] std::uint32_t next_sequence() const { return next_sequence_; }
  [[nodiscard]] std::uint64_t messages_forgotten() const { return messages_forgotten_; }

  /// The next messages that were never taken for sending, as many as lie together within
  /// `bytes_max`; an empty run when there are none. O(1) a message.
  [[nodiscard]] Run take_unsent(std::size_t bytes_max);
  /// Nothing that was taken up so far is unsent.
  void count_as_sent();

  /// A place before a message, for who sends the day again and goes on with what comes.
  struct Cursor {
    std::uint32_t sequence = 1;     ///< of that message
    std::uint32_t chunk_first = 1;  ///< its chunk's first message: tells whether it is still there
    std::uint32_t chunk = 0;
    std::uint32_t begin = 0;  ///< byte in that chunk
  };
  /// The number of the oldest message that is kept; the next one's if there is none.
  [[nodiscard]] std::uint32_t oldest_sequence() const { return chunks_[oldest_].first_sequence; }
  /// Before the message `first`, which is kept, or the next one. O(chunks and messages of one).
  [[nodiscard]] Cursor seek(std::uint32_t first) const;
  /// The messages from the cursor on that lie together within `bytes_max`; empty when it is at the
  /// end; none when they are forgotten. O(1) a message.
  [[nodiscard]] std::optional<Run> peek(Cursor& cursor, std::size_t bytes_max) const;
  /// Behind so many messages of a run that was peeked at; `bytes`: of their blocks.
  static void advance(Cursor& cursor, std::uint32_t messages, std::size_t bytes) {
    cursor.sequence += messages;
    cursor.begin += static_cast<std::uint32_t>(bytes);
  }

  /// As many messages from `first` on as lie together, at most `count_max` and `bytes_max`.
  [[nodiscard]] Run run(std::uint32_t first, std::uint32_t count_max, std::size_t bytes_max) const;

  /// Messages, chunk by chunk, and numbers; not what was sent.
  void save(match::StateWriter& writer) const;
  /// Into a store that was just made; false if the bytes make no sense. All that comes counts as
  /// sent. Where the pool has fewer chunks than there were, the oldest messages are forgotten.
  bool load(match::StateReader& reader);

 private:
  struct Chunk {
    std::uint32_t index;
    std::uint32_t first_sequence;
    std::uint32_t count = 0;
    std::uint32_t used_bytes = 0;
  };
  static constexpr std::size_t block_bytes_max = sizeof(wire::Big16) + ouch_message_bytes_max;

  static constexpr std::uint32_t count_unbounded = 0xFFFF;  ///< what a packet's header can say
  static constexpr std::size_t chunks_max = 1024;           ///< 64 MiB for one session

  void open_chunk();
  bool load_chunk(match::StateReader& reader);
  /// Whole blocks of a chunk from the byte `begin` on, the first of which is `first`.
  [[nodiscard]] Run run_in(const Chunk& chunk, std::size_t begin, std::uint32_t first,
                           std::uint32_t count_max, std::size_t bytes_max) const;

  ChunkPool* pool_;
  std::uint32_t spare_;        ///< the second of the two, until it is needed
  std::vector<Chunk> chunks_;  ///< a ring once no more are to be had
  std::size_t oldest_ = 0;
  std::size_t newest_ = 0;
  std::size_t unsent_chunk_ = 0;
  std::size_t unsent_begin_ = 0;  ///< byte in that chunk
  std::uint32_t unsent_sequence_ = 1;
  std::uint32_t next_sequence_ = 1;
  std::uint64_t messages_forgotten_ = 0;
};

}  // namespace wirebook::wire_out
