// Recovery of journals as crashes leave them: the tail, the groups, what is left on disk; and the
// same again if it crashes itself, in any of its calls, twice.
#include "journal/recovery.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journal/verify.hpp"
#include "tests/journal/journal_image.hpp"
#include "tests/journal/memory_store.hpp"

namespace wirebook::journal::test {
namespace {

constexpr std::uint64_t recovery_seed = 20'261'121;
constexpr std::uint64_t ring_slots = 256;
constexpr RecoveryOptions here{.shard = 3, .trading_day = 20'261'121};

/// Two epochs; the last has more than a ring, ends in a block that still filled, and one more
/// segment was made ahead.
JournalImage make_image(std::uint64_t image_seed = recovery_seed) {
  JournalImage image(192, 0, image_seed, ring_slots);
  image.write_groups(192 + 100);
  image.restart();
  image.write_groups(ring_slots + 230);
  image.leave_other_laps_behind_tail();
  image.prepare_next();
  return image;
}

void put(MemoryStore& store, const JournalImage& image) {
  for (const ImageFile& file : image.files)
    store.put(file.name, file.bytes());
}

struct Recovered {
  Recovery recovery;
  std::vector<std::uint64_t> groups;
};

/// Each group that is given out is one that was written, byte for byte.
Recovered recover_from(MemoryStore& store, const JournalImage& written,
                       const RecoveryOptions& options = here) {
  Recovered out;
  out.recovery = recover(store, options, [&](const SlotGroup& group) {
    out.groups.push_back(group.sequence);
    const auto found =
        std::find_if(written.groups.begin(), written.groups.end(),
                     [&group](const ImageGroup& one) { return one.first == group.sequence; });
    ASSERT_NE(found, written.groups.end()) << "never written: " << group.sequence;
    EXPECT_EQ(found->end - found->first, group.slot_count());
    for (std::uint64_t s = found->first; s < found->end; ++s) {
      const auto file =
          std::find_if(written.files.rbegin(), written.files.rend(),
                       [s](const ImageFile& one) { return one.header.first_sequence <= s; });
      const Slot& slot = s == found->first ? *group.head : *group.extensions[s - found->first - 1];
      SlotTail tail = slot.tail;
      tail.flags = static_cast<std::uint8_t>((tail.flags & ~flag_phase) |
                                             (file->slot(s).tail.flags & flag_phase));
      EXPECT_EQ(std::memcmp(&slot, &file->slot(s), slot_bytes - sizeof tail), 0) << s;
      EXPECT_EQ(std::memcmp(&tail, &file->slot(s).tail, sizeof tail), 0) << s;
    }
  });
  return out;
}

bool is_whole(const MemoryStore& store) {
  JournalImage found(64, 0, 1);
  found.files.clear();
  for (const auto& [name, bytes] : store.contents()) {
    ImageFile file{.name = name};
    file.memory.resize(bytes.size() / slot_bytes);
    file.size = bytes.size();
    std::memcpy(static_cast<void*>(file.memory.data()), bytes.data(), bytes.size());
    found.files.push_back(std::move(file));
  }
  const VerifyReport report = verify(found.journal());
  return report.whole() && report.crash_end == report.tail && report.tail_slots == 0;
}

void zero(JournalImage& image, std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t s = first; s < first + count; ++s)
    for (auto file = image.files.rbegin(); file != image.files.rend(); ++file)
      if (file->header.first_sequence <= s && s < file->capacity_end()) {
        std::memset(static_cast<void*>(&file->slot(s)), 0, slot_bytes);
        break;
      }
}

std::uint64_t group_end_before(const JournalImage& image, std::uint64_t sequence) {
  std::uint64_t end = 0;
  for (const ImageGroup& group : image.groups)
    if (group.end <= sequence)
      end = std::max(end, group.end);
  return end;
}

TEST(Recovery, NothingThereIsTheBeginning) {
  MemoryStore store;
  const JournalImage image = make_image();
  const Recovered got = recover_from(store, image);
  EXPECT_EQ(got.recovery.status, RecoveryStatus::recovered);
  EXPECT_EQ(got.recovery.sequence, 0U);
  EXPECT_EQ(got.recovery.epoch, 1U);
}

/// 0 is no epoch: what is written in it nobody could read.
TEST(Recovery, TheLastEpochThereIsIsNotFollowedByTheFirst) {
  MemoryStore store;
  const JournalImage image = make_image();
  put(store, image);
  store.put(segment_name(1, 0xFFFF'FFFF), {});
  const auto before = store.contents();
  const Recovery got =
      recover(store, {.shard = 3, .trading_day = 20'261'121, .from_sequence = image.tail()},
              [](const SlotGroup&) {});
  EXPECT_EQ(got.status, RecoveryStatus::damaged);
  EXPECT_NE(got.text.find("no epoch behind"), std::string::npos) << got.text;
  EXPECT_EQ(store.contents(), before);
}

TEST(Recovery, ACleanEnd) {
  for (std::uint64_t i = 0; i < 50; ++i) {
    SCOPED_TRACE("seed " + std::to_string(recovery_seed + i));
    const JournalImage image = make_image(recovery_seed + i);
    MemoryStore store;
    put(store, image);
    store.put(segment_name(99'999, 7) + ".new", {});
    store.put("notes.txt", {});
    std::uint64_t last_done = 0;
    std::uint64_t last_all = 0;
    std::uint64_t slots = 0;
    const Recovery got = recover(
        store, here, [&](const SlotGroup& group) { slots += group.slot_count(); },
        [&](std::uint64_t done, std::uint64_t all) {
          EXPECT_GE(done, last_done);
          EXPECT_LE(done, all);
          last_done = done;
          last_all = all;
        });
    ASSERT_EQ(got.status, RecoveryStatus::recovered) << got.text;
    EXPECT_EQ(got.sequence, image.tail());
    EXPECT_EQ(got.epoch, image.epoch() + 1);
    EXPECT_EQ(got.groups, image.groups.size());
    EXPECT_EQ(got.slots, slots);
    EXPECT_EQ(slots, image.tail());
    EXPECT_EQ(got.cut_slots, 0U);
    EXPECT_EQ(last_done, last_all);
    EXPECT_NE(last_all, 0U);
    EXPECT_EQ(got.removed.size(), 2U);  // made ahead, and not finished
    EXPECT_TRUE(store.contents().contains("notes.txt"));
    EXPECT_TRUE(store.all_kept());
    EXPECT_EQ(recover_from(store, image).recovery.sequence, image.tail());
  }
}

TEST(Recovery, ASnapshotsSequence) {
  const JournalImage image = make_image();
  for (std::size_t g = 0; g < image.groups.size(); ++g) {
    MemoryStore store;
    put(store, image);
    RecoveryOptions options = here;
    options.from_sequence = image.groups[g].first;
    const Recovered got = recover_from(store, image, options);
    ASSERT_EQ(got.recovery.status, RecoveryStatus::recovered) << got.recovery.text;
    ASSERT_EQ(got.groups.size(), image.groups.size() - g);
    EXPECT_EQ(got.groups.empty() ? 0 : got.groups.front(), image.groups[g].first);
  }
  MemoryStore store;
  put(store, image);
  RecoveryOptions options = here;
  options.from_sequence = image.tail();
  EXPECT_TRUE(recover_from(store, image, options).groups.empty());
}

TEST(Recovery, WhatItDoesNotTake) {
  const JournalImage image = make_image();
  const auto status = [&image](const RecoveryOptions& options, bool without_first = false) {
    MemoryStore store;
    put(store, image);
    const int removed = without_first ? store.remove(image.files[0].name) : 0;
    EXPECT_EQ(removed, 0);
    const auto before = store.contents();
    const Recovery got = recover_from(store, image, options).recovery;
    EXPECT_EQ(store.contents() == before, got.status != RecoveryStatus::recovered);
    EXPECT_EQ(got.text.empty(), got.status == RecoveryStatus::recovered);
    return got.status;
  };
  EXPECT_EQ(status({.shard = 4}), RecoveryStatus::foreign);
  EXPECT_EQ(status({.shard = 3, .trading_day = 20'261'122}), RecoveryStatus::foreign);
  EXPECT_EQ(status({.shard = 3, .from_sequence = image.tail() + 1}), RecoveryStatus::behind);
  EXPECT_EQ(status({.shard = 3, .from_sequence = 1'000'000}), RecoveryStatus::behind);
  EXPECT_EQ(status(here, true), RecoveryStatus::gone);
  const auto group = std::find_if(image.groups.begin() + 200, image.groups.end(),
                                  [](const ImageGroup& one) { return one.end == one.first + 3; });
  EXPECT_EQ(status({.shard = 3, .from_sequence = group->first + 1}), RecoveryStatus::behind);
  EXPECT_EQ(status({.shard = 3, .from_sequence = group->end}, true), RecoveryStatus::recovered);
}

/// A sector that is zeros, anywhere: in the window at the end it is the tail, else it is damage.
TEST(Recovery, AHoleOfASector) {
  const JournalImage image = make_image();
  const std::uint64_t epoch_first = image.files[2].header.first_sequence;
  std::uint64_t tails = 0;
  std::uint64_t refused = 0;
  for (std::uint64_t s = 0; s < image.tail(); s = (s / 8 + 1) * 8) {
    JournalImage found = image;
    const std::uint64_t first = s < epoch_first && epoch_first < s + 8 ? epoch_first : s;
    zero(found, first, (first / 8 + 1) * 8 - first);
    MemoryStore store;
    put(store, found);
    const auto before = store.contents();
    const Recovered got = recover_from(store, image);
    const std::uint64_t tail = group_end_before(image, first);
    if (first >= epoch_first && image.tail() - tail <= ring_slots) {
      ++tails;
      ASSERT_EQ(got.recovery.status, RecoveryStatus::recovered) << s << got.recovery.text;
      EXPECT_EQ(got.recovery.sequence, tail);
      EXPECT_TRUE(is_whole(store));
    } else {
      ++refused;
      ASSERT_EQ(got.recovery.status, RecoveryStatus::damaged) << s;
      EXPECT_EQ(got.recovery.fault->sequence, first);
      EXPECT_EQ(store.contents(), before);
    }
  }
  EXPECT_GT(tails, 20U);
  EXPECT_GT(refused, 50U);
}

#ifdef __SANITIZE_ADDRESS__  // slower by far; the release build takes them all
constexpr std::size_t flipped_bytes_apart = 8;
#else
constexpr std::size_t flipped_bytes_apart = 1;
#endif

/// A bit of any byte: what is told is that place, or nothing is lost.
TEST(Recovery, ABitOfAnyByte) {
  const JournalImage image = make_image();
  JournalImage found = image;
  std::mt19937_64 random(recovery_seed);
  std::uint64_t refused = 0;
  for (std::size_t f = 0; f < found.files.size(); ++f)
    for (std::size_t b = random() % flipped_bytes_apart; b < found.files[f].size;
         b += 1 + random() % (2 * flipped_bytes_apart - 1)) {
      const auto mask = static_cast<std::byte>(1U << random() % 8);
      found.files[f].bytes()[b] ^= mask;
      MemoryStore store;
      put(store, found);
      const Recovered got = recover_from(store, image);
      const std::string what = found.files[f].name + " byte " + std::to_string(b);
      found.files[f].bytes()[b] ^= mask;
      if (got.recovery.status == RecoveryStatus::recovered) {
        ASSERT_EQ(got.recovery.sequence, image.tail()) << what;
        ASSERT_EQ(got.groups.size(), image.groups.size()) << what;
        continue;
      }
      ++refused;
      ASSERT_EQ(got.recovery.status, RecoveryStatus::damaged) << what;
      ASSERT_EQ(got.recovery.fault_file, found.files[f].name) << what;
      ASSERT_LE(got.recovery.fault->byte, b) << what;
      ASSERT_GT(got.recovery.fault->byte + got.recovery.fault->bytes, b) << what;
    }
  constexpr std::uint64_t in_a_slot = slot_bytes - 1;  // every bit but its phase
  EXPECT_GT(
      refused,
      image.tail() * (flipped_bytes_apart == 1 ? in_a_slot : in_a_slot / flipped_bytes_apart - 1));
}

/// Bytes that are not its own: never given out, and never the tail.
void replace(std::size_t step, bool by_noise, std::uint64_t round = 0) {
  const JournalImage image = make_image();
  std::mt19937_64 random(recovery_seed + round);
  std::uint64_t refused = 0;
  for (std::size_t f = 0; f < image.files.size(); ++f)
    for (std::size_t b = slots_offset; b < image.files[f].size; b += step) {
      JournalImage found = image;
      const auto bytes = found.files[f].bytes().subspan(b, step);
      if (by_noise) {
        std::ranges::generate(bytes, [&random] { return static_cast<std::byte>(random()); });
      } else {
        const ImageFile& other = image.files[random() % image.files.size()];
        const std::size_t from =
            slots_offset + random() % ((other.size - slots_offset) / step) * step;
        std::ranges::copy(other.bytes().subspan(from, step), bytes.begin());
      }
      MemoryStore store;
      put(store, found);
      const Recovered got = recover_from(store, image);
      const bool zeros = std::ranges::all_of(bytes, [](std::byte x) { return x == std::byte{}; });
      refused += got.recovery.status == RecoveryStatus::damaged ? 1 : 0;
      if (got.recovery.status == RecoveryStatus::recovered && !zeros) {
        ASSERT_EQ(got.recovery.sequence, image.tail())
            << found.files[f].name << " byte " << b << " of " << step;
      }
    }
  EXPECT_GT(refused, image.tail() * slot_bytes / step / 2);
}

TEST(Recovery, ASectorOfNoise) { replace(512, true); }
TEST(Recovery, ABlockOfNoise) { replace(block_bytes, true); }
TEST(Recovery, ABlockOfAnotherPlace) {
  for (std::uint64_t round = 0; round < 50; ++round)
    replace(block_bytes, false, round);
}

// --- crashes of recovery itself ---

/// The journals that it is tried with: holes, a torn group, segments behind the tail.
JournalImage crashed_image(std::uint64_t round) {
  JournalImage image(64 * (1 + round % 3), 0, recovery_seed + round, ring_slots);
  std::mt19937_64& random = image.random();
  image.write_groups(random() % 300);
  if (round % 2 == 0) {
    image.restart();
    image.write_groups(random() % 400);
  }
  if (round % 7 == 3) {
    image.restart();  // whose first segment was made, and nothing written
    return image;
  }
  image.leave_other_laps_behind_tail();
  image.prepare_next();
  if (round % 5 != 0)
    image.prepare_next();
  return image;
}

/// Sectors within half a window of the end are lost.
JournalImage lose_sectors(const JournalImage& image, std::uint64_t round) {
  JournalImage found = image;
  std::mt19937_64 random(recovery_seed + round);
  const ImageFile* first = nullptr;
  for (const ImageFile& file : image.files)
    if (first == nullptr || file.header.epoch != first->header.epoch)
      first = &file;
  const std::uint64_t begin =
      std::max(first->header.first_sequence, image.tail() - std::min(image.tail(), ring_slots / 2));
  for (std::uint64_t s = (begin + 7) / 8 * 8; s < image.tail(); s += 8)
    if (random() % 4 == 0)
      zero(found, s, 8);
  return found;
}

struct End {
  std::uint64_t tail = 0;
  std::uint32_t epoch = 0;
  std::vector<std::uint64_t> groups;
  std::map<std::string, std::vector<std::byte>> contents;
  friend bool operator==(const End&, const End&) = default;
};

End end_of(MemoryStore& store, const JournalImage& image) {
  const Recovered got = recover_from(store, image);
  EXPECT_EQ(got.recovery.status, RecoveryStatus::recovered) << got.recovery.text;
  EXPECT_TRUE(store.all_kept());
  return {got.recovery.sequence, got.recovery.epoch, got.groups, store.contents()};
}

void crash_in_call(MemoryStore& store, const JournalImage& image, std::uint64_t call) {
  store.crash_after(call);
  EXPECT_THROW(static_cast<void>(recover_from(store, image)), Crashed);
  store.restart();
}

TEST(Recovery, ACrashInEveryCallAndTwice) {
#ifdef __SANITIZE_ADDRESS__  // slower by far; the release build takes them all
  constexpr std::uint64_t rounds = 4;
#else
  constexpr std::uint64_t rounds = 60;
#endif
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const JournalImage image = crashed_image(round);
    const JournalImage found = lose_sectors(image, round);
    MemoryStore whole;
    put(whole, found);
    const End expected = end_of(whole, image);
    ASSERT_TRUE(is_whole(whole));
    const std::uint64_t calls = whole.calls();
    for (std::uint64_t first = 0; first < calls; ++first)
      for (std::uint64_t second = 0; second < calls; ++second) {
        SCOPED_TRACE("round " + std::to_string(round) + ": a crash in call " +
                     std::to_string(first) + ", then in call " + std::to_string(second));
        MemoryStore store(recovery_seed + first * calls + second);
        put(store, found);
        crash_in_call(store, image, first);
        MemoryStore probe(recovery_seed);  // it may need fewer calls now
        store.copy_to(probe);
        static_cast<void>(end_of(probe, image));
        if (second < probe.calls())
          crash_in_call(store, image, second);
        ASSERT_EQ(end_of(store, image), expected);
        ASSERT_EQ(end_of(store, image), expected);
        if (HasFailure())
          return;
      }
  }
}

}  // namespace
}  // namespace wirebook::journal::test
