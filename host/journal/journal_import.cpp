#include "journal/journal_import.hpp"

#include <cstddef>
#include <cstring>
#include <thread>

#include "journal/data_file.hpp"
#include "journal/file_disk.hpp"
#include "journal/journal_writer.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::journal {

namespace {

constexpr std::uint64_t ring_slots = std::uint64_t{1} << 15;

/// Bytes 0–55; the tail is the ring's to write.
void copy_body(Slot& to, const Slot& from) {
  std::memcpy(static_cast<void*>(&to), &from, offsetof(Slot, tail));
}

}  // namespace

struct JournalImport::Parts {
  explicit Parts(const ImportPlan& plan)
      : directory(plan.directory),
        ring(ring_slots, {.start_sequence = plan.first_sequence, .epoch = plan.epoch}),
        opened(open_disk({.directory = plan.directory,
                          .capacity_slots = plan.segment_slots,
                          .epoch = plan.epoch,
                          .shard = plan.shard,
                          .trading_day = plan.trading_day},
                         {}, {ring.memory().data(), ring.memory().size_bytes()})),
        writer(ring, *opened.disk, {.segment_slots = plan.segment_slots}),
        slots(ring) {}

  std::string directory;
  slot_ring::Ring<Slot> ring;
  OpenedDisk opened;
  JournalWriter writer;
  slot_ring::Writer<Slot> slots;
};

JournalImport::JournalImport(const ImportPlan& plan) : parts_(std::make_unique<Parts>(plan)) {}
JournalImport::~JournalImport() = default;

std::uint64_t JournalImport::sequence() const { return parts_->slots.sequence(); }

/// Nobody else takes orders meanwhile: what the node waits out is an error here.
void JournalImport::poll() {
  if (!parts_->writer.poll())
    std::this_thread::yield();
  if (parts_->writer.state() != WriterState::running)
    throw_file_error(parts_->writer.error(), parts_->directory);
}

void JournalImport::add(const Slot& head, std::span<const Slot> extensions) {
  while (!parts_->slots.has_credit(group_slots_max))
    poll();
  copy_body(parts_->slots.at(), head);
  for (std::size_t i = 0; i < head.tail.extension_count; ++i)
    copy_body(parts_->slots.at(1 + i), extensions[i]);
  parts_->slots.publish({.kind = head.tail.kind, .extension_count = head.tail.extension_count});
}

void JournalImport::finish() {
  parts_->writer.finish();
  while (!parts_->writer.finished())
    poll();
}

}  // namespace wirebook::journal
