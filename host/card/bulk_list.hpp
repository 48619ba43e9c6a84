// The messages of a recording, as batches for a bulk parser: where each starts, and where its slots
// go. What is malformed is counted here and goes no further.
//
// Messages are found by walking from length to length. Each length is needed to find the next, so a
// device gains nothing here, see kernels/opencl/README.md.
//
// Shapes: a batch is one stretch of the recording. Threads: one. Errors: outcomes. Cost: some
// nanoseconds a message; the list is allocated once. Specification: host/wire_in/README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "wirebook/outcome.hpp"

#include "card/bulk_parser.hpp"
#include "wire_in/binary_file_source.hpp"
#include "wire_in/block_file_source.hpp"

namespace wirebook::card {

/// A device need not copy what starts on a page.
inline constexpr std::size_t bulk_alignment = 4096;

class BulkList {
 public:
  /// `recording` holds all that will be filled in.
  BulkList(std::span<const std::byte> recording, std::size_t messages_max)
      : recording_(recording), messages_(messages_max) {}

  /// Takes the next messages off the recording, up to the most that a batch may have. Counts each
  /// with its outcome. False if there are none left; a batch may hold none that is good.
  bool fill(wire_in::BinaryFileSource& source, OutcomeCounters& counters);
  bool fill(wire_in::BlockFileSource& source, OutcomeCounters& counters);

  [[nodiscard]] std::span<BulkMessage> messages() { return std::span(messages_).first(count_); }
  /// How many slots the messages make.
  [[nodiscard]] std::uint32_t slots() const { return slots_; }
  /// More of them: the messages were moved apart, so that others have room between them.
  void add_room(std::uint32_t slots) { slots_ += slots; }
  [[nodiscard]] BulkBatch batch(BulkFormat format, std::uint64_t sequence) const;

 private:
  void clear();
  void add(std::span<const std::byte> message, BulkMessage what);

  std::span<const std::byte> recording_;
  std::vector<BulkMessage> messages_;
  std::size_t count_ = 0;
  const std::byte* first_ = nullptr;  ///< offsets count from here
  const std::byte* end_ = nullptr;
  std::uint32_t slots_ = 0;
};

}  // namespace wirebook::card
