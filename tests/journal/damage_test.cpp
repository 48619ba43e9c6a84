// Every kind of damage at every place of small journals: the report names exactly the place, what
// is whole is given out, and what is not never is.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "journal/reader.hpp"
#include "tests/journal/expected_report.hpp"
#include "tests/journal/journal_image.hpp"

namespace wirebook::journal::test {
namespace {

constexpr std::uint64_t damage_seed = 20'261'121;
constexpr std::size_t sector_bytes = 512;

/// Three epochs, seven segments; groups over borders of blocks and segments; the last is empty.
JournalImage make_image(std::uint64_t image_seed, std::uint64_t first_sequence = 0) {
  JournalImage image(128, first_sequence, image_seed);
  image.write_groups(128 + 150);
  image.restart();
  image.write_groups(200);
  image.restart();
  image.write_groups(75);
  image.leave_other_laps_behind_tail();
  image.prepare_next();
  return image;
}

std::vector<std::uint64_t> groups_read(const JournalImage& found, const Journal& journal) {
  std::vector<std::uint64_t> groups;
  Reader reader(journal);
  for (auto step = reader.next(); step != Reader::Step::end; step = reader.next()) {
    if (step != Reader::Step::group)
      continue;
    const SlotGroup& group = reader.group();
    groups.push_back(group.sequence);
    const bool in_place =
        std::any_of(found.files.begin(), found.files.end(), [&](const auto& file) {
          return group.head >= file.memory.data() &&
                 group.head < file.memory.data() + file.memory.size();
        });
    EXPECT_TRUE(in_place) << "copied: " << group.sequence;
  }
  return groups;
}

std::string text_of(const Journal& journal, const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults)
    text += "  " + describe(journal, fault) + "\n";
  return text;
}

/// True if it is reported as it must be.
bool holds(const JournalImage& written, const JournalImage& found, const std::string& what) {
  const Journal journal = found.journal();
  const Expected expected(written, found);
  VerifyReport report = verify(journal);
  Expected::sort(report.faults);
  EXPECT_EQ(report.faults, expected.faults) << what << "\nfound\n"
                                            << text_of(journal, report.faults) << "expected\n"
                                            << text_of(journal, expected.faults);
  EXPECT_EQ(report.tail, expected.tail) << what;
  EXPECT_EQ(report.tail_slots, expected.tail_slots) << what;
  EXPECT_EQ(report.groups, expected.groups.size()) << what;
  EXPECT_EQ(groups_read(found, journal), expected.groups) << what;
  return !::testing::Test::HasFailure();
}

TEST(Damage, NoneIsReportedWhereThereIsNone) {
  for (std::uint64_t i = 0; i < 50; ++i) {
    const JournalImage image = make_image(damage_seed + i, i % 2 == 0 ? 0 : 1000 + i);
    const VerifyReport report = verify(image.journal());
    EXPECT_TRUE(report.whole()) << "seed " << damage_seed + i;
    EXPECT_EQ(report.tail, image.tail());
    EXPECT_EQ(report.groups, image.groups.size());
    ASSERT_TRUE(holds(image, image, "seed " + std::to_string(damage_seed + i)));
  }
}

#ifdef __SANITIZE_ADDRESS__  // slower by far; the release build takes them all
constexpr std::size_t damaged_bytes_apart = 8;
#else
constexpr std::size_t damaged_bytes_apart = 1;
#endif

TEST(Damage, ABitOfAnyByte) {
  const JournalImage written = make_image(damage_seed);
  JournalImage found = written;
  std::mt19937_64 random(damage_seed);
  for (std::size_t f = 0; f < found.files.size(); ++f)
    for (std::size_t b = random() % damaged_bytes_apart; b < found.files[f].size;
         b += 1 + random() % (2 * damaged_bytes_apart - 1)) {
      const auto mask = static_cast<std::byte>(1U << random() % 8);
      found.files[f].bytes()[b] ^= mask;
      ASSERT_TRUE(holds(written, found,
                        "seed " + std::to_string(damage_seed) + ": " + found.files[f].name +
                            " byte " + std::to_string(b) + " bits " +
                            std::to_string(std::to_integer<unsigned>(mask))));
      found.files[f].bytes()[b] ^= mask;
    }
}

/// Calls `damage` with each block of slots, or each sector, and checks what is reported.
void at_every(std::size_t step, const JournalImage& written,
              const std::function<void(JournalImage&, ImageFile&, std::size_t)>& damage) {
  for (std::size_t f = 0; f < written.files.size(); ++f)
    for (std::size_t b = slots_offset; b < written.files[f].size; b += step) {
      JournalImage found = written;
      damage(found, found.files[f], b);
      ASSERT_TRUE(holds(written, found, written.files[f].name + " byte " + std::to_string(b)));
    }
}

TEST(Damage, AZeroedBlock) {
  at_every(block_bytes, make_image(damage_seed),
           [](JournalImage&, ImageFile& file, std::size_t at) {
             std::ranges::fill(file.bytes().subspan(at, block_bytes), std::byte{0});
           });
}

TEST(Damage, ABlockTornAtASector) {
  at_every(
      sector_bytes, make_image(damage_seed), [](JournalImage&, ImageFile& file, std::size_t at) {
        std::ranges::fill(file.bytes().subspan(at, block_bytes - at % block_bytes), std::byte{0});
      });
}

TEST(Damage, ASectorOfNoise) {
  at_every(sector_bytes, make_image(damage_seed),
           [](JournalImage& image, ImageFile& file, std::size_t at) {
             for (std::byte& byte : file.bytes().subspan(at, sector_bytes))
               byte = static_cast<std::byte>(image.random()());
           });
}

TEST(Damage, ABlockOfAnOlderEpoch) {
  at_every(block_bytes, make_image(damage_seed),
           [](JournalImage&, ImageFile& file, std::size_t at) {
             for (std::size_t i = at / slot_bytes; i < at / slot_bytes + block_slots; ++i)
               if (Slot& slot = file.memory[i]; slot.tail.kind != SlotKind::none)
                 JournalImage::seal(slot, block_start(file.header.first_sequence) + i - block_slots,
                                    file.header.epoch - 1);
           });
}

TEST(Damage, AFileCutAtEverySectorAndInSlots) {
  at_every(sector_bytes, make_image(damage_seed),
           [](JournalImage&, ImageFile& file, std::size_t at) { file.size = at; });
  at_every(sector_bytes, make_image(damage_seed),
           [](JournalImage&, ImageFile& file, std::size_t at) { file.size = at + 100; });
}

TEST(Damage, TwoBlocksSwapped) {
  const JournalImage written = make_image(damage_seed);
  for (std::size_t f = 0; f < written.files.size(); ++f)
    for (std::size_t g = f; g < written.files.size(); ++g)
      for (std::size_t b = slots_offset; b < written.files[f].size; b += block_bytes)
        for (std::size_t c = slots_offset; c < written.files[g].size; c += block_bytes) {
          JournalImage found = written;
          std::ranges::swap_ranges(found.files[f].bytes().subspan(b, block_bytes),
                                   found.files[g].bytes().subspan(c, block_bytes));
          ASSERT_TRUE(holds(written, found,
                            written.files[f].name + " byte " + std::to_string(b) + " with " +
                                written.files[g].name + " byte " + std::to_string(c)));
          if (f == g && b == c)
            break;
        }
}

/// Every slot of the last epoch becomes the first that is not there: what a crash leaves.
TEST(Damage, ATailAtEverySlot) {
  const JournalImage written = make_image(damage_seed);
  const std::size_t f = written.files.size() - 2;
  const std::uint64_t first = written.files[f].header.first_sequence;
  for (std::uint64_t tail = first; tail <= written.tail(); ++tail) {
    JournalImage found = written;
    for (std::uint64_t s = tail; s < found.files[f].capacity_end(); ++s)
      std::memset(static_cast<void*>(&found.files[f].slot(s)), 0, slot_bytes);
    ASSERT_TRUE(holds(written, found, "tail " + std::to_string(tail)));
    ASSERT_TRUE(verify(found.journal()).whole()) << "tail " << tail;
  }
}

TEST(Damage, SeveralAtRandomInRandomJournals) {
  for (std::uint64_t round = 0; round < 1500; ++round) {
    std::mt19937_64 random(damage_seed + round);
    JournalImage written(64 * (1 + random() % 3), random() % 2 == 0 ? 0 : random() % 5000,
                         damage_seed + round);
    for (std::uint64_t epochs = 1 + random() % 4; epochs != 0; --epochs) {
      written.write_groups(random() % 300);
      if (epochs != 1)
        written.restart();
    }
    JournalImage found = written;
    for (std::uint64_t damages = 1 + random() % 4; damages != 0; --damages) {
      ImageFile& file = found.files[random() % found.files.size()];
      const std::size_t sectors = (file.memory.size() * slot_bytes - slots_offset) / sector_bytes;
      const std::size_t at = slots_offset + random() % sectors * sector_bytes;
      const std::size_t length = std::min<std::size_t>((1 + random() % 12) * sector_bytes,
                                                       file.memory.size() * slot_bytes - at);
      const auto bytes = std::as_writable_bytes(std::span(file.memory)).subspan(at, length);
      if (random() % 3 == 0)
        bytes[random() % length] ^= static_cast<std::byte>(1U << random() % 8);
      else if (random() % 2 == 0)
        std::ranges::fill(bytes, std::byte{0});
      else if (random() % 4 == 0)
        file.size = std::min(file.size, at + random() % 600);
      else
        for (std::byte& byte : bytes)
          byte = static_cast<std::byte>(random());
    }
    ASSERT_TRUE(holds(written, found, "seed " + std::to_string(damage_seed + round)));
  }
}

}  // namespace
}  // namespace wirebook::journal::test
