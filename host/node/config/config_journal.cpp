#include "node/config/config_journal.hpp"

#include <array>
#include <limits>

#include <fmt/format.h>

#include "journal/disk.hpp"
#include "node/config/config_names.hpp"

namespace wirebook::node {

namespace {

constexpr std::int64_t block_kib = journal::block_bytes / 1024;

template <class Choice>
void read_choice(ConfigTable& table, std::string_view key, std::span<const std::string> names,
                 Choice& value) {
  if (std::size_t index = 0; table.choice(key, names, index))
    value = static_cast<Choice>(index);
}

void read_shape(ConfigTable& table, JournalTable& journal) {
  table.integer("segment_mib", {1, 1LL << 16}, journal.segment_mib);
  table.integer("segments_ahead", {1, journal::open_segments_max - 3}, journal.segments_ahead);
  table.integer("depth", {1, journal::depth_max}, journal.depth);
  table.integer("short_depth", {1, journal::depth_max}, journal.short_depth);
  if (journal.short_depth > journal.depth) {
    if (table.has("short_depth"))
      table.wrong("short_depth", fmt::format("is {}, but must be at most depth, {}",
                                             journal.short_depth, journal.depth));
    journal.short_depth = journal.depth;
  }
  if (table.integer("write_kib", {block_kib, 1LL << 14}, journal.write_kib) &&
      journal.write_kib % block_kib != 0)
    table.wrong("write_kib",
                fmt::format("is {}, but must be whole blocks of {} KiB: {} or {}",
                            journal.write_kib, block_kib, journal.write_kib / block_kib * block_kib,
                            (journal.write_kib / block_kib + 1) * block_kib));
}

void read_ways(ConfigTable& table, JournalTable& journal) {
  read_choice(table, "io", journal_io_names, journal.io);
  read_choice(table, "direct", journal_direct_names, journal.direct);
  read_choice(table, "sync", journal_sync_names, journal.sync);
  table.boolean("sqpoll", journal.sqpoll);
  table.boolean("iopoll", journal.iopoll);
  table.boolean("defer_taskrun", journal.defer_taskrun);
}

void check_ways(ConfigTable& table, const JournalTable& journal) {
  const bool plain = journal.io == JournalIo::pwritev2;
  const auto no_effect = [&](std::string_view key, bool asked) {
    if (plain && asked)
      table.wrong(key, "has no effect: io is \"pwritev2\", and this is io_uring's");
  };
  no_effect("sqpoll", journal.sqpoll);
  no_effect("iopoll", journal.iopoll);
  no_effect("sync", journal.sync == JournalSync::fsync);
  if (journal.sqpoll && journal.defer_taskrun && table.has("defer_taskrun"))
    table.wrong("defer_taskrun",
                "is true, but must be false with sqpoll: the kernel's thread "
                "does the work then");
  if (journal.iopoll && journal.direct == JournalDirect::off)
    table.wrong("iopoll", "is true, but needs O_DIRECT: direct must be \"on\" or \"auto\"");
  if (journal.iopoll && journal.sync == JournalSync::fsync)
    table.wrong("iopoll", "is true, but a polled queue takes no fsync: sync must be \"dsync\"");
}

}  // namespace

void read_journal(ConfigTable table, NodeConfig& config) {
  JournalTable& journal = config.journal;
  read_choice(table, "mode", journal_mode_names, journal.mode);
  table.text("directory", journal.directory);
  read_shape(table, journal);
  read_ways(table, journal);
  table.integer("snapshot_slots", {0, std::numeric_limits<std::int64_t>::max()},
                journal.snapshot_slots);
  table.integer("snapshots_kept", {1, 1000}, journal.snapshots_kept);
  if (journal.snapshot_slots == 0 && table.has("snapshots_kept"))
    table.wrong("snapshots_kept", "has no effect: snapshot_slots is 0, so there are none");
  if (journal.mode != JournalMode::off) {
    if (journal.directory.empty())
      table.wrong(table.has("directory") ? "directory" : "",
                  fmt::format("directory is {}: mode is \"{}\", so name a directory of a disk "
                              "that keeps what it was given, for example directory = "
                              "\"/var/lib/wirebook/journal\"",
                              table.has("directory") ? "empty" : "missing",
                              journal_mode_names[static_cast<std::size_t>(journal.mode)]));
    check_ways(table, journal);
  }
  table.finish();
}

void check_journal(ConfigTable& root, const NodeConfig& config) {
  if (config.journal.mode != JournalMode::off && config.rings.slots < journal_ring_slots_min)
    root.wrong("journal", fmt::format("rings.slots: is {}, but a journal needs {} or more",
                                      config.rings.slots, journal_ring_slots_min));
}

}  // namespace wirebook::node
