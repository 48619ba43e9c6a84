// Goal: the shadow follows a journal that is being written, writes snapshots that are the state at
// their sequence, keeps the newest, stops when told, and says what is wrong. Method: a real writer
// on real files, random days, a replica fed by hand to compare with.
#include "node/recovery/shadow.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <span>
#include <system_error>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/file_disk.hpp"
#include "journal/journal_files.hpp"
#include "journal/journal_writer.hpp"
#include "journal/recovery.hpp"
#include "journal/snapshot.hpp"
#include "slot_stream.hpp"
#include "tests/patience.hpp"

namespace wirebook::node {
namespace {

using test::SlotStream;
using test::StreamGroup;
using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr std::uint64_t start_sequence = 1000;
constexpr std::uint32_t epoch = 5;
constexpr std::uint64_t segment_slots = 16 * journal::block_slots;
constexpr std::uint32_t trading_day = 20'260'102;

ReplicaSize size_of() {
  return {.engine = test::stream_capacity,
          .sessions = test::stream_sessions,
          .history_chunks = 200,
          .start_sequence = start_sequence};
}

std::vector<std::byte> saved(const Replica& replica) {
  std::vector<std::byte> bytes;
  match::StateWriter writer(bytes);
  replica.save(writer);
  return bytes;
}

bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

class Shadowing : public testing::Test {
 protected:
  Shadowing() : stream(7, start_sequence) {
    if (mkdtemp(path.data()) == nullptr)
      throw std::system_error(errno, std::generic_category(), path);
    stream.grow(20'000);
  }
  ~Shadowing() override { fs::remove_all(path); }

  /// Writes the groups up to this one, with a writer of its own thread's making.
  struct Writing {
    Writing(const std::string& directory, SlotStream& from)
        : stream(from),
          opened(journal::open_disk(
              {.directory = directory,
               .capacity_slots = segment_slots,
               .epoch = epoch,
               .shard = 3,
               .trading_day = trading_day},
              {},
              std::as_bytes(std::span(reinterpret_cast<const Slot*>(ring.memory().data()), 1024)))),
          journal(ring, *opened.disk, {.segment_slots = segment_slots}) {}

    void up_to(std::size_t end) {
      while (next < end || journal.durable() != slots.sequence()) {
        if (next < end && slots.has_credit(group_slots_max)) {
          const StreamGroup& group = stream.groups[next++];
          for (std::size_t i = 0; i <= group.slots[0].tail.extension_count; ++i)
            slots.at(i) = group.slots[i];
          slots.publish(group.slots[0].tail);
        }
        journal.poll();
        ASSERT_EQ(journal.state(), journal::WriterState::running);
      }
    }
    void finish() {
      journal.finish();
      while (!journal.finished())
        journal.poll();
    }

    SlotStream& stream;
    slot_ring::Ring<Slot> ring{1024, {.start_sequence = start_sequence, .epoch = epoch}};
    journal::OpenedDisk opened;
    journal::JournalWriter journal;
    slot_ring::Writer<Slot> slots{ring};
    std::size_t next = 0;
  };

  [[nodiscard]] ShadowOptions options(std::uint64_t snapshot_slots) const {
    return {.directory = path,
            .shard = 3,
            .trading_day = trading_day,
            .snapshot_slots = snapshot_slots,
            .snapshots_kept = 2};
  }
  /// The newest snapshot is the state that a replica has at its sequence.
  void expect_right_snapshot() {
    journal::DirectoryStore store(path);
    const auto found = journal::take_newest_snapshot(
        store, {.shard = 3,
                .trading_day = trading_day,
                .refuse = {},
                .take = [this](const journal::SnapshotHeader& header, auto content) {
                  Replica replica(size_of());
                  for (const StreamGroup& group : stream.groups)
                    if (group.sequence < header.name.sequence)
                      replica.on_group(group.group());
                  EXPECT_EQ(replica.sequence(), header.name.sequence);
                  EXPECT_EQ(replica.digest(), header.digest);
                  const auto expected = saved(replica);
                  EXPECT_TRUE(
                      std::equal(content.begin(), content.end(), expected.begin(), expected.end()));
                  return std::string();
                }});
    ASSERT_TRUE(found.taken);
    EXPECT_EQ(found.taken->name.epoch, epoch);
    EXPECT_TRUE(found.passed_over.empty());
    const journal::JournalFiles files(path);
    EXPECT_TRUE(journal::has_last_slot(files.journal(), found.taken->name));
    EXPECT_FALSE(journal::has_last_slot(
        files.journal(), {.sequence = found.taken->name.sequence, .epoch = epoch + 1}));
    EXPECT_FALSE(journal::has_last_slot(files.journal(),
                                        {.sequence = stream.sequence() + 1, .epoch = epoch}));
  }
  [[nodiscard]] std::vector<journal::SnapshotName> snapshots() const {
    journal::DirectoryStore store(path);
    std::vector<journal::SnapshotName> names;
    EXPECT_EQ(journal::list_snapshots(store, names), 0);
    return names;
  }

  std::string path = std::string(WIREBOOK_BINARY_DIR) + "/shadow_test.XXXXXX";
  SlotStream stream;
};

TEST_F(Shadowing, follows_the_writer_and_keeps_the_newest_snapshots) {
  Writing writing(path, stream);
  Shadow shadow(options(2048), std::make_unique<Replica>(size_of()),
                [&writing] { return writing.journal.durable(); });
  shadow.start();
  for (std::size_t end = 2'000; end <= stream.groups.size(); end += 2'000) {
    writing.up_to(end);
    const std::uint64_t near = writing.journal.durable() - 2 * journal::block_slots;
    ASSERT_TRUE(eventually([&] { return shadow.status().sequence > near; }))
        << shadow.status().failure << shadow.status().sequence;
    ASSERT_LE(shadow.status().sequence, writing.journal.durable());
  }
  EXPECT_TRUE(eventually([&] { return shadow.status().snapshots >= 5; }));
  shadow.stop();
  const ShadowStatus status = shadow.status();
  EXPECT_EQ(status.failure + status.warning, "");
  ASSERT_EQ(snapshots().size(), 2U);
  EXPECT_EQ(snapshots().front().sequence, status.snapshot_sequence);
  EXPECT_LT(status.snapshot_sequence % 2048, group_slots_max) << "as soon as it is due";
  writing.finish();
  expect_right_snapshot();
}

TEST_F(Shadowing, what_it_saved_and_the_slots_behind_it_are_what_was) {
  {
    Writing writing(path, stream);
    Shadow shadow(options(2048), std::make_unique<Replica>(size_of()),
                  [&writing] { return writing.journal.durable(); });
    shadow.start();
    writing.up_to(stream.groups.size() / 2);
    ASSERT_TRUE(eventually([&] { return shadow.status().snapshots != 0; }));
    shadow.stop();
    writing.up_to(stream.groups.size());
    writing.finish();
  }
  Replica through(size_of());
  for (const StreamGroup& group : stream.groups)
    through.on_group(group.group());

  Replica back(size_of());
  journal::DirectoryStore store(path);
  const auto found = journal::take_newest_snapshot(
      store, {.shard = 3,
              .trading_day = trading_day,
              .refuse = {},
              .take = [&back](const journal::SnapshotHeader& header, auto content) {
                match::StateReader reader(content);
                std::string why;
                if (!back.load(reader, &why))
                  return why;
                return std::string(back.digest() == header.digest ? "" : "another digest");
              }});
  ASSERT_TRUE(found.taken) << testing::PrintToString(found.passed_over);
  const journal::Recovery recovery = journal::recover(
      store, {.shard = 3, .trading_day = trading_day, .from_sequence = back.sequence()},
      [&back](const SlotGroup& group) { back.on_group(group); });
  ASSERT_EQ(recovery.status, journal::RecoveryStatus::recovered) << recovery.text;
  EXPECT_EQ(recovery.sequence, stream.sequence());
  EXPECT_LT(recovery.groups, stream.groups.size());
  EXPECT_EQ(back.digest(), through.digest());
  EXPECT_TRUE(saved(back) == saved(through));
}

TEST_F(Shadowing, goes_on_from_a_snapshot_and_catches_up_with_one_more) {
  Writing writing(path, stream);
  writing.up_to(stream.groups.size());
  writing.finish();
  auto replica = std::make_unique<Replica>(size_of());
  for (std::size_t i = 0; i < 3'000; ++i)
    replica->on_group(stream.groups[i].group());
  Shadow shadow(options(4096), std::move(replica), [this] { return stream.sequence(); });
  shadow.start();
  ASSERT_TRUE(eventually([&] {
    return shadow.status().sequence + 2 * journal::block_slots > stream.sequence() &&
           shadow.status().snapshots != 0;
  }));
  shadow.stop();
  EXPECT_EQ(shadow.status().snapshots, 1U);
  EXPECT_EQ(shadow.status().snapshot_sequence / 4096, stream.sequence() / 4096);
  expect_right_snapshot();
}

TEST_F(Shadowing, stops_wherever_it_is) {
  Writing writing(path, stream);
  writing.up_to(stream.groups.size());
  for (int i = 0; i < 30; ++i) {
    Shadow shadow(options(64), std::make_unique<Replica>(size_of()),
                  [&writing] { return writing.journal.durable(); });
    shadow.start();
    if (i % 3 != 0)
      std::this_thread::sleep_for(std::chrono::microseconds(300 * i));
    shadow.stop();
    EXPECT_EQ(shadow.status().failure, "");
    const std::uint64_t sequence = shadow.status().sequence;
    EXPECT_LE(sequence, writing.journal.durable());
  }
  Shadow never_started(options(64), std::make_unique<Replica>(size_of()), [] { return 0; });
}

TEST_F(Shadowing, is_nice) {
  Writing writing(path, stream);
  std::atomic<int> priority{-100};
  Shadow shadow(options(64), std::make_unique<Replica>(size_of()), [&] {
    priority = getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
    return start_sequence;
  });
  shadow.start();
  ASSERT_TRUE(eventually([&] { return priority != -100; }));
  EXPECT_EQ(priority, 19);
}

TEST_F(Shadowing, a_journal_that_is_not_what_it_should_be_ends_it_without_a_snapshot) {
  Writing writing(path, stream);
  writing.up_to(stream.groups.size());
  writing.finish();
  const std::string name = journal::segment_name(start_sequence, epoch);
  std::fstream file(path + "/" + name, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(8192 + 20);
  file.put('x');
  file.close();
  Shadow shadow(options(64), std::make_unique<Replica>(size_of()),
                [this] { return stream.sequence(); });
  shadow.start();
  ASSERT_TRUE(eventually([&] { return !shadow.status().failure.empty(); }));
  EXPECT_THAT(shadow.status().failure, HasSubstr("should be durable, but is not there"));
  EXPECT_LE(shadow.status().sequence, start_sequence + 2 * journal::block_slots);
  EXPECT_TRUE(snapshots().empty());
}

TEST_F(Shadowing, a_digest_that_differs_ends_it_and_no_later_state_is_saved) {
  Replica ahead(size_of());
  SlotStream day(8, start_sequence);
  day.grow(3'000);
  day.add(SlotKind::system_event, AdminBody{.code = 'Q'}, {}, {});  // a mark
  for (const StreamGroup& group : day.groups)
    ahead.on_group(group.group());
  const std::uint64_t covered = day.sequence();
  day.add(SlotKind::digest, DigestBody{.covered_sequence = covered, .digest = ahead.digest() ^ 1},
          {}, {});
  day.grow(6'000);
  Writing writing(path, day);
  writing.up_to(day.groups.size());
  std::uint64_t durable = start_sequence;
  Shadow shadow(options(256), std::make_unique<Replica>(size_of()),
                [&] { return durable = std::min(durable + 64, day.sequence()); });
  shadow.start();
  ASSERT_TRUE(eventually([&] { return !shadow.status().failure.empty(); }));
  EXPECT_EQ(shadow.status().failure, "the digest in slot " + std::to_string(covered) +
                                         " is not that of the state before slot " +
                                         std::to_string(covered));
  EXPECT_GT(shadow.status().snapshots, 2U);
  for (const journal::SnapshotName& name : snapshots())
    EXPECT_LE(name.sequence, covered);
}

TEST_F(Shadowing, a_snapshot_that_cannot_be_written_is_told_of_and_the_journal_is_followed_on) {
  Writing writing(path, stream);
  writing.up_to(stream.groups.size());
  std::atomic<std::uint64_t> durable{start_sequence};
  Shadow shadow(options(2048), std::make_unique<Replica>(size_of()),
                [&] { return durable.load(); });
  // Where the first snapshot would be made lies a directory.
  const auto due = std::find_if(stream.groups.begin(), stream.groups.end(),
                                [](const StreamGroup& group) { return group.sequence >= 2048; });
  const std::string name = journal::snapshot_name({.sequence = due->sequence, .epoch = epoch});
  fs::create_directories(path + "/" + name + ".new");
  shadow.start();
  durable = 2048 + 4 * journal::block_slots;
  ASSERT_TRUE(eventually([&] { return !shadow.status().warning.empty(); }));
  EXPECT_THAT(shadow.status().warning, HasSubstr(name + " cannot be written"));
  EXPECT_EQ(shadow.status().snapshots, 0U);
  durable = 4096 + 4 * journal::block_slots;
  ASSERT_TRUE(eventually([&] { return shadow.status().snapshots == 1; }));
  shadow.stop();
  EXPECT_EQ(shadow.status().warning + shadow.status().failure, "");
}

}  // namespace
}  // namespace wirebook::node
