#include "node/recovery/node_journal.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "card/journal_memory.hpp"
#include "node/config/config_names.hpp"

namespace wirebook::node {

namespace {

constexpr std::uint64_t slots_of_mib = (std::uint64_t{1} << 20) / slot_bytes;
constexpr std::uint32_t slots_of_kib = 1024 / slot_bytes;

journal::WriterOptions writer_options(const JournalTable& config) {
  return {.segment_slots = config.segment_mib * slots_of_mib,
          .depth = config.depth,
          .short_depth = config.short_depth,
          .write_slots = config.write_kib * slots_of_kib,
          .segments_ahead = config.segments_ahead,
          .sync = config.mode == JournalMode::durable};
}

journal::DiskOptions disk_options(const JournalTable& config, journal::Bounce bounce) {
  return {.depth = config.depth,
          .write_slots = config.write_kib * slots_of_kib,
          .bounce = bounce,
          .sync_by = config.sync == JournalSync::dsync ? journal::SyncBy::dsync
                                                       : journal::SyncBy::linked_fsync,
          .defer_taskrun = config.defer_taskrun && !config.sqpoll,
          .sqpoll = config.sqpoll,
          .iopoll = config.iopoll};
}

journal::SegmentPlan segment_plan(const NodeJournal::Parts& parts) {
  return {.directory = parts.directory,
          .capacity_slots = parts.config.journal.segment_mib * slots_of_mib,
          .epoch = parts.slots.start().epoch,
          .shard = parts.config.engine.shard,
          .trading_day = parts.clock.trading_day(),
          .direct = parts.config.journal.direct != JournalDirect::off};
}

/// A driver's memory may be such as no other device can be given.
journal::Bounce bounce_for(const slot_ring::Memory& memory) {
  if (memory.pages() != slot_ring::Pages::foreign)
    return journal::Bounce::automatic;
  const card::JournalMemory probe =
      card::probe_journal_memory({memory.data(), memory.size_bytes()});
  return probe.way == card::JournalWay::registered ? journal::Bounce::automatic
                                                   : journal::Bounce::all;
}

journal::OpenedDisk open_as_configured(const NodeJournal::Parts& parts) {
  const JournalTable& config = parts.config.journal;
  const slot_ring::Memory& memory = parts.slots.memory();
  const journal::DiskOptions options = disk_options(config, bounce_for(memory));
  const journal::SegmentPlan plan = segment_plan(parts);
  if (config.io == JournalIo::automatic)
    return journal::open_disk(plan, options, {memory.data(), memory.size_bytes()});
  journal::OpenedDisk opened;
  if (config.io == JournalIo::pwritev2) {
    opened.disk = journal::open_pwrite_disk(plan, options);
  } else {
    try {
      opened.disk = journal::open_uring_disk(plan, options, {memory.data(), memory.size_bytes()});
    } catch (const journal::UringRefused& error) {
      throw std::system_error(error.code(),
                              "journal.io: is \"io_uring\", which is refused here; \"auto\" "
                              "would take pwritev2 instead");
    }
  }
  opened.line = fmt::format("journal in {}: {}", plan.directory, opened.disk->describe());
  return opened;
}

journal::OpenedDisk open(const NodeJournal::Parts& parts) {
  journal::OpenedDisk opened = open_as_configured(parts);
  if (parts.config.journal.direct == JournalDirect::on && !opened.disk->direct())
    throw std::system_error(std::make_error_code(std::errc::not_supported),
                            fmt::format("journal.direct: is \"on\", but {} takes no O_DIRECT; "
                                        "\"auto\" would go through the page cache",
                                        parts.directory));
  return opened;
}

void read_shadow(const ShadowStatus& shadow, JournalStatus& journal) {
  journal.snapshots = shadow.snapshots;
  journal.snapshot_sequence = shadow.snapshot_sequence;
  journal.snapshot_trouble = shadow.failure.empty() ? shadow.warning : shadow.failure;
}

}  // namespace

NodeJournal::NodeJournal(Parts parts)
    : mode_(parts.config.journal.mode),
      directory_(parts.directory),
      disk_(open(parts)),
      writer_(parts.slots, *disk_.disk, writer_options(parts.config.journal)),
      stage_({.writer = writer_,
              .clock = parts.clock,
              .ending = parts.ending,
              .looks = parts.config.journal.iopoll}) {
  if (parts.shadow == nullptr)
    return;
  shadow_ =
      std::make_unique<Shadow>(ShadowOptions{.directory = parts.directory,
                                             .shard = parts.config.engine.shard,
                                             .trading_day = parts.clock.trading_day(),
                                             .snapshot_slots = parts.config.journal.snapshot_slots,
                                             .snapshots_kept = parts.config.journal.snapshots_kept},
                               std::move(parts.shadow), [this] { return writer_.durable(); });
}

std::string NodeJournal::line() const {
  return fmt::format("{}; mode: {}", disk_.line,
                     journal_mode_names[static_cast<std::size_t>(mode_)]);
}

void NodeJournal::read(NodeStatus& status, const slot_ring::Ring<Slot>& slots) const {
  const JournalFigures figures = stage_.figures();
  const std::uint64_t written = slots.written();
  status.journal = {
      .mode = mode_,
      .state = figures.state,
      .error = figures.error,
      .lag_slots = written - std::min(written, figures.durable),
      .writes = figures.writer.writes,
      .written_bytes = figures.writer.written_bytes,
      .copied_bytes = figures.copied_bytes,
      .segments = figures.writer.segments,
      .disk_full = figures.writer.disk_full,
  };
  if (shadow_)
    read_shadow(shadow_->status(), *status.journal);
}

void NodeJournal::start() {
  const auto waits = [this] {
    const JournalFigures figures = stage_.figures();
    return figures.writer.segments == 0 && figures.state == journal::WriterState::running;
  };
  while (waits())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  if (shadow_)
    shadow_->start();
}

void NodeJournal::stop() {
  if (shadow_)
    shadow_->stop();
}

std::string NodeJournal::failure() const {
  if (!stage_.failed())
    return {};
  const JournalFigures figures = stage_.figures();
  const bool full = figures.state == journal::WriterState::disk_full;
  return fmt::format("the journal {}: {}, in {}; all before sequence {} is in it{}",
                     full ? "has no room, and the end does not wait for it" : "has failed",
                     std::strerror(figures.error), directory_, figures.durable,
                     mode_ == JournalMode::durable
                         ? ", and nobody was told of more; start again when the disk is "
                           "well: clients resume"
                         : "; start again when the disk is well");
}

}  // namespace wirebook::node
