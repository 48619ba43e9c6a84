// Goal: what is archived is the journal, byte for byte, and comes back so; nothing damaged gets in;
// nothing is removed that must stay. Method: small journals, all forms, real files.
#include "journal/archive.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include "journal/column_codec.hpp"
#include "journal/journal_files.hpp"
#include "journal/journal_lock.hpp"
#include "journal/segment_parts.hpp"
#include "journal/verify.hpp"
#include "tests/journal/archive_fixture.hpp"

namespace wirebook::journal {
namespace {

namespace fs = std::filesystem;
using test::ArchiveTest;
using test::FileBytes;
using test::JournalImage;
using testing::HasSubstr;
using testing::StartsWith;

/// Several epochs, segments that begin within a block, a tail within one.
JournalImage make_image(std::uint64_t seed = 11) {
  JournalImage image(512, 100, seed);
  image.write_groups(1500);
  image.restart();
  image.write_groups(700);
  image.restart();
  image.write_groups(333);
  image.leave_other_laps_behind_tail();
  return image;
}

class ArchiveForms : public ArchiveTest, public testing::WithParamInterface<Compression> {};
INSTANTIATE_TEST_SUITE_P(All, ArchiveForms,
                         testing::Values(Compression::none, Compression::lz4, Compression::zstd),
                         [](const auto& one) { return std::string(to_text(one.param)); });

TEST_P(ArchiveForms, ComeBackByteForByte) {
  const JournalImage image = make_image();
  image.write_to(from());
  const ArchiveReport report = archive_it({.compression = GetParam()});
  EXPECT_EQ(report.copied, image.files.size());
  EXPECT_EQ(report.proven_slots, image.tail() - 100);
  EXPECT_EQ(report.open, 0U);
  for (const auto& [name, bytes] : files_in(to()))
    EXPECT_TRUE(name.ends_with(archive_name(".wbj", GetParam()))) << name;

  const ArchiveReport restored = restore_it();
  EXPECT_EQ(restored.copied, image.files.size());
  EXPECT_EQ(restored.proven_slots, report.proven_slots);
  EXPECT_EQ(files_in(back()), files_in(from()));
}

TEST_P(ArchiveForms, ASecondRunGoesOnWhereTheFirstEnded) {
  JournalImage image = make_image();
  image.write_to(from());
  archive_it({.compression = GetParam()});
  const FileBytes whole = files_in(to());
  // As if it had been interrupted in the third segment.
  fs::rename(to() + "/" + archive_name(image.files[2].name, GetParam()),
             to() + "/" + archive_name(image.files[2].name, GetParam()) + ".new");
  const ArchiveReport report = archive_it({.compression = GetParam()});
  EXPECT_EQ(report.copied, 1U);
  EXPECT_EQ(report.replaced, 0U);
  EXPECT_EQ(report.found, image.files.size() - 1);
  EXPECT_EQ(report.proven_slots, image.tail() - 100);
  EXPECT_EQ(files_in(to()), whole);

  restore_it();
  fs::remove(back() + "/" + image.files[1].name);
  EXPECT_EQ(restore_it().copied, 1U);
  EXPECT_EQ(files_in(back()), files_in(from()));
}

TEST_P(ArchiveForms, ACopyThatRottedIsReplacedWhileTheSourceIsThere) {
  const JournalImage image = make_image();
  image.write_to(from());
  archive_it({.compression = GetParam()});
  const FileBytes whole = files_in(to());
  const std::string victim = archive_name(image.files[1].name, GetParam());
  std::mt19937_64 random(3);
  for (int round = 0; round < 20; ++round) {
    flip(to() + "/" + victim, random() % whole.at(victim).size());
    const ArchiveReport report = archive_it({.compression = GetParam()});
    EXPECT_EQ(report.replaced, 1U);
    EXPECT_EQ(files_in(to()), whole);
  }
}

TEST_P(ArchiveForms, RestoreFindsWhatRotted) {
  const JournalImage image = make_image();
  image.write_to(from());
  archive_it({.compression = GetParam()});
  const FileBytes source = files_in(from());
  const std::string name = image.files[1].name;
  const std::string path = to() + "/" + archive_name(name, GetParam());
  const std::uint64_t bytes = fs::file_size(path);
  std::mt19937_64 random(5);
  for (int round = 0; round < 60; ++round) {
    const std::uint64_t byte = random() % bytes;
    flip(path, byte);
    fs::remove_all(back());
    try {
      restore_it();
      // A copy as it is has bytes that nobody answers for: before the first slot and reserved ones
      // of the first block. Those of a compressed one all count.
      EXPECT_EQ(GetParam(), Compression::none) << byte;
      const FileBytes restored = files_in(back());
      const JournalFiles files(back());
      EXPECT_TRUE(verify(files.journal()).whole()) << byte;
    } catch (const JournalDamage& damage) {
      EXPECT_THAT(damage.position(), HasSubstr(name)) << byte;
      EXPECT_FALSE(fs::exists(back() + "/" + name));
      EXPECT_FALSE(fs::exists(back() + "/" + name + ".new"));
    }
    flip(path, byte);
  }
  // Cut anywhere.
  for (const std::uint64_t cut : {std::uint64_t{0}, std::uint64_t{63}, bytes / 2, bytes - 1}) {
    fs::copy_file(path, root_ + "/kept", fs::copy_options::overwrite_existing);
    fs::resize_file(path, cut);
    fs::remove_all(back());
    EXPECT_THROW(restore_it(), JournalDamage) << cut;
    fs::copy_file(root_ + "/kept", path, fs::copy_options::overwrite_existing);
  }
}

TEST_F(ArchiveTest, DamageInTheSourceDoesNotGetIn) {
  JournalImage image = make_image();
  const std::uint64_t sequence = image.files[1].header.first_sequence + 17;
  image.files[1].bytes()[image.files[1].index_of(sequence) * slot_bytes + 9] ^= std::byte{1};
  image.write_to(from());
  try {
    archive_it();
    FAIL() << "not found";
  } catch (const JournalDamage& damage) {
    EXPECT_EQ(damage.position(),
              image.files[1].name + " byte " +
                  std::to_string(image.files[1].index_of(sequence) * slot_bytes) + " sequence " +
                  std::to_string(sequence));
    EXPECT_THAT(damage.what(), StartsWith("slots: "));
  }
  EXPECT_TRUE(fs::exists(to() + "/" + image.files[0].name));
  EXPECT_FALSE(fs::exists(to() + "/" + image.files[1].name));
  EXPECT_FALSE(fs::exists(to() + "/" + image.files[1].name + ".new"));
}

// What `verify` calls whole is archived, what it calls corrupt is not: at random places.
TEST_F(ArchiveTest, FindsWhatVerifyFinds) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  int damaged = 0;
  for (int round = 0; round < 60; ++round) {
    JournalImage image = make_image(random());
    auto& file = image.files[random() % image.files.size()];
    const std::uint64_t at = random() % file.size & ~std::uint64_t{63};
    switch (random() % 4) {
      case 0:
        file.bytes()[at + random() % 64] ^= std::byte{4};
        break;
      case 1:
        std::memset(file.bytes().data() + at, 0, 64);
        break;
      case 2:
        std::memset(file.bytes().data() + at, 0x55, std::min<std::size_t>(512, file.size - at));
        break;
      default:
        break;
    }
    fs::remove_all(from());
    fs::remove_all(to());
    image.write_to(from());
    const JournalFiles files(from());
    const VerifyReport expected = verify(files.journal());
    damaged += expected.whole() ? 0 : 1;
    try {
      archive_it();
      EXPECT_TRUE(expected.whole())
          << "round " << round << ": " << describe(files.journal(), expected.faults.front());
      EXPECT_EQ(files_in(to()), files_in(from()));
    } catch (const JournalDamage& damage) {
      ASSERT_FALSE(expected.whole()) << "round " << round << ": " << damage.what();
    }
  }
  EXPECT_GT(damaged, 10);
}

TEST_F(ArchiveTest, WhatIsWrittenIsLeftAlone) {
  JournalImage image = make_image();
  image.prepare_next();
  image.write_to(from());
  {
    // A writer's lock, as its worker takes it.
    const int directory = open(from().c_str(), O_RDONLY | O_DIRECTORY);
    ASSERT_EQ(flock(directory, LOCK_SH), 0);
    EXPECT_TRUE(is_written(from()));
    const ArchiveReport report = archive_it();
    EXPECT_EQ(report.open, 2U);
    EXPECT_EQ(report.copied, image.files.size() - 2);
    EXPECT_FALSE(fs::exists(to() + "/" + image.files[image.files.size() - 2].name));
    close(directory);
  }
  EXPECT_FALSE(is_written(from()));
  EXPECT_EQ(archive_it().copied, 2U);
  EXPECT_EQ(files_in(to()), files_in(from()));
}

/// Writes come back in any order: the next segment has slots while the last of this one are on
/// their way. Its writer still holds it.
TEST_F(ArchiveTest, WhatIsHeldByItsWriterIsLeftAlone) {
  JournalImage image(512, 64, 5);
  image.write_groups(1300);
  ASSERT_EQ(image.files.size(), 3U);
  std::memset(static_cast<void*>(&image.files[1].slot(64 + 512 + 500)), 0, 8 * slot_bytes);
  image.write_to(from());
  const int directory = open(from().c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(flock(directory, LOCK_SH), 0);
  EXPECT_THROW(archive_it(), JournalDamage);
  const int held = open((from() + "/" + image.files[1].name).c_str(), O_RDONLY);
  ASSERT_EQ(flock(held, LOCK_EX), 0);
  const ArchiveReport report = archive_it();
  EXPECT_EQ(report.open, 2U);
  EXPECT_EQ(report.copied + report.found, 1U);
  close(held);
  close(directory);
}

TEST_F(ArchiveTest, RemovesWhatIsOverAndNothingOfTheDay) {
  const JournalImage image = make_image();  // of the day 20261121
  image.write_to(from());
  const FileBytes source = files_in(from());
  ArchiveReport report = archive_it({.remove = true, .today = 20'261'121});
  EXPECT_EQ(report.removed, 0U);
  EXPECT_THAT(report.kept, HasSubstr("20261121, which is not over: the day's outbound messages"));
  EXPECT_EQ(files_in(from()), source);

  report = archive_it({.remove = true, .today = 20'261'122});
  EXPECT_EQ(report.removed, image.files.size());
  EXPECT_EQ(report.kept, "");
  EXPECT_TRUE(files_in(from()).empty());
  EXPECT_EQ(files_in(to()), source);
}

TEST_F(ArchiveTest, AnotherJournalsSegmentIsNotOverwritten) {
  JournalImage image = make_image();
  image.write_to(from());
  archive_it();
  const FileBytes archived = files_in(to());
  image.files[0].header.trading_day = 20'261'122;
  encode_header(image.files[0].header, image.files[0].bytes().first<block_bytes>());
  image.write_to(from());
  EXPECT_THROW(archive_it(), ArchiveRefusal);
  EXPECT_EQ(files_in(to()), archived);

  restore_it();
  flip(back() + "/" + image.files[0].name, 9000);
  EXPECT_THROW(restore_it(), ArchiveRefusal);
}

TEST(ColumnCodec, TakesAnyBytesBack) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  constexpr std::size_t piece = 16384;
  for (const Compression compression : {Compression::lz4, Compression::zstd})
    for (const Layout layout : {Layout::slots, Layout::bytes, Layout::fields}) {
      ColumnCodec codec(compression, layout, piece);
      for (int round = 0; round < 50; ++round) {
        std::vector<std::byte> raw(64 * (1 + random() % (piece / 64)));
        for (std::byte& byte : raw)
          byte = static_cast<std::byte>(round % 2 == 0 ? random() : random() % 8 == 0);
        const PiecePlace place{
            .first_slot = random(),
            .epoch = 3,
            .header_bytes = raw.size() > 4096 ? static_cast<std::size_t>(round % 3) * 2048U : 0};
        std::vector<std::byte> out(raw.size());
        const auto stored = codec.encode(raw, place);
        ASSERT_TRUE(codec.decode(stored, place, out));
        ASSERT_EQ(out, raw);
      }
    }
}

/// A piece that does not fit into the buffers is told, not written over what lies behind them.
TEST_F(ArchiveTest, PiecesLargerThanTheBuffersAreRefused) {
  make_image().write_to(from());
  archive_with(*open_piece_io({.buffers = 6, .buffer_bytes = 16384}),
               {.compression = Compression::lz4});
  try {
    restore_it();
    FAIL();
  } catch (const JournalDamage& damage) {
    EXPECT_THAT(damage.what(), HasSubstr("pieces of 16384 bytes, more than"));
  }
  EXPECT_TRUE(files_in(back()).empty());
}

/// Where the host is does not end a trading day sooner: the node's zone may be any.
TEST(TradingDay, IsOverWhenItIsOverEverywhere) {
  const char* const before = std::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  setenv("TZ", "EAST-14", 1);  // where each day begins first
  tzset();
  EXPECT_LT(earliest_day_today(), trading_day_today());
  setenv("TZ", "WEST12", 1);  // and last
  tzset();
  const std::uint32_t day = trading_day_today();
  EXPECT_THAT(earliest_day_today(), testing::AnyOf(day, trading_day_today()));
  before == nullptr ? unsetenv("TZ") : setenv("TZ", kept.c_str(), 1);
  tzset();
}

}  // namespace
}  // namespace wirebook::journal
