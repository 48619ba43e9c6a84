// Parsing in bulk, by a device that takes thousands of messages at a time: for recordings, not for
// what has just come in.
//
//   file ──► BulkList: where messages start, which are good ──► device ──► slots in ring memory
//
// Shapes: messages lie where they were recorded, slots are written where they are read; nothing is
// copied in between. The slots are whole: sealed, and with the phase of their place.
// Threads: one. Errors: `CardError`. Cost: tens of microseconds a batch, see
// kernels/opencl/README.md. Specification: wirebook/slot.hpp; kernels/opencl/README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "wirebook/units.hpp"

#include "card/bus.hpp"

namespace wirebook::card {

enum class BulkFormat : std::uint8_t { itch, ouch };

/// A well-formed message, and where its slots go. The device reads this.
struct BulkMessage {
  std::uint32_t offset = 0;   ///< in the batch's bytes
  std::uint32_t slot = 0;     ///< of its head, counted from the batch's `sequence`
  std::uint32_t session = 0;  ///< OUCH
  std::uint16_t length = 0;
  std::uint8_t extensions = 0;   ///< slots behind the head
  std::uint8_t fixed_bytes = 0;  ///< OUCH: before the appendage's length
};
static_assert(sizeof(BulkMessage) == 16);

/// Bytes and messages stay in place until `finish`.
struct BulkBatch {
  BulkFormat format = BulkFormat::itch;
  std::span<const std::byte> bytes;
  std::span<const BulkMessage> messages;
  std::uint64_t sequence = 0;
  TimeNs time_ns{};  ///< OUCH: of each slot; a slot of ITCH has its message's own time
};

/// Where slots go: all of a slot ring's memory.
struct BulkRing {
  std::span<std::byte> memory;
  std::uint32_t epoch = 1;
};

class BulkParser {
 public:
  virtual ~BulkParser() = default;

  /// For people: what does the work.
  [[nodiscard]] virtual std::string device() const = 0;
  /// From now on this ring is written to; it outlives the parser.
  virtual void use(const BulkRing& ring) = 0;
  /// Begins a batch; the one before is finished. The ring has room for its slots.
  virtual void start(const BulkBatch& batch) = 0;
  /// Waits until the batch that was started is in the ring. Without one, returns at once.
  virtual void finish() = 0;
  /// The same, on the way out of an error: nothing is reported.
  virtual void abandon() noexcept = 0;
};

/// What the module of bulk parsing gives: see module.hpp.
class BulkModule {
 public:
  static constexpr std::uint32_t version = 1;

  virtual ~BulkModule() = default;
  /// Says in its `CardError` what to install.
  [[nodiscard]] virtual std::unique_ptr<BulkParser> open() = 0;
};

/// `libwirebook_opencl.so`: loads it if it is not there yet.
[[nodiscard]] BulkModule& opencl_module();

}  // namespace wirebook::card
