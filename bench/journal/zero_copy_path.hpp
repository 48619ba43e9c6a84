// The path without copies: the parsers write a slot from the receive buffer, and the journal's
// writer has the disk take it from the ring.
//
//   socket buffer ─► slot in the ring, sealed ─► the drive, by DMA
//   └── the gateway's thread ──────────────┘  └── the journal's thread: no byte
//
// Shapes, threads: as the copying pipeline: `take` from one thread, `log` from another. Errors: the
// bench ends with a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "wirebook/limits.hpp"

#include "bench/journal/copying_pipeline.hpp"
#include "bench/journal/live_journal.hpp"
#include "bench/journal/null_disk.hpp"
#include "wire_in/ouch_parser.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::bench {

class ZeroCopyPath {
 public:
  /// Without `durable` the disk does nothing.
  ZeroCopyPath(const std::string& directory, bool durable, std::uint64_t segment_slots) {
    if (durable) {
      live_.emplace(directory, journal::DiskOptions{},
                    journal::WriterOptions{.segment_slots = segment_slots});
    } else {
      ring_.emplace(journal_ring_slots);
      null_writer_.emplace(*ring_, null_, journal::WriterOptions{.segment_slots = segment_slots});
    }
    writer_.emplace(live_ ? live_->ring() : *ring_);
  }

  void take(std::span<const std::byte> datagram, std::uint64_t time_ns) {
    while (!writer_->has_credit(group_slots_max))
      slot_ring::pause_processor();
    wire_in::UfoPacket packet;
    const bool good =
        wire_in::parse_ufo(datagram, packet) == Outcome::ok &&
        wire_in::parse_ouch(packet.body, bench_session, TimeNs{time_ns}, *writer_) == Outcome::ok;
    if (!good)
      give_up("an order does not parse", EINVAL);
  }
  void log() {
    if (live_)
      live_->poll();
    else if (!null_writer_->poll())
      slot_ring::pause_processor();
  }
  /// Orders whose slot is durable: each takes one.
  [[nodiscard]] std::uint64_t told() const {
    return live_ ? live_->writer().durable() : null_writer_->durable();
  }

  /// What the parser wrote, and what the journal copied on its way out.
  [[nodiscard]] CopiedBytes copied() const {
    CopiedBytes copied{};
    copied[static_cast<std::size_t>(CopyStage::decode)] = writer_->sequence() * slot_bytes;
    copied[static_cast<std::size_t>(CopyStage::log)] =
        live_ ? live_->writer().copied_bytes() : null_.copied_bytes();
    return copied;
  }

 private:
  NullDisk null_;
  std::optional<LiveJournal> live_;
  std::optional<slot_ring::Ring<Slot>> ring_;
  std::optional<journal::JournalWriter> null_writer_;
  std::optional<slot_ring::Writer<Slot>> writer_;
};

}  // namespace wirebook::bench
