// Goal: a journal of version 0 becomes one of version 1 with the same slots; a crash anywhere loses
// nothing; what is damaged or unknown is refused and left. Method: a writer of version 0.
#include "journal/migrate.hpp"

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/journal_files.hpp"
#include "journal/reader.hpp"
#include "journal/segment_parts.hpp"
#include "journal/verify.hpp"
#include "tests/journal/archive_fixture.hpp"
#include "tests/journal/version0_writer.hpp"

namespace wirebook::journal {
namespace {

namespace fs = std::filesystem;
using test::ArchiveTest;
using test::JournalImage;
using test::Twist;
using test::TwistedIo;
using test::Version0Writer;
using testing::HasSubstr;

class Migrate : public ArchiveTest {
 protected:
  Migrate() {
    image_.write_groups(1100);
    image_.restart();
    image_.write_groups(300);
    Version0Writer::write(image_, from());
  }

  static MigrateReport run(PieceIo& io, const MigrateOptions& options) {
    return migrate(io, options, [](const ArchiveProgress&) {});
  }
  MigrateReport run() const { return run(*open_piece_io(small()), {.directory = from()}); }

  /// Every slot, and nothing else.
  void expect_the_image_in(const std::string& directory) const {
    const JournalFiles files(directory);
    const VerifyReport report = verify(files.journal());
    EXPECT_TRUE(report.whole());
    ASSERT_EQ(report.first_sequence, 100U);
    ASSERT_EQ(report.tail, image_.tail());
    ASSERT_EQ(files.journal().segments().size(), image_.files.size());
    for (std::size_t i = 0; i < image_.files.size(); ++i) {
      const Segment& segment = files.journal().segments()[i];
      const SegmentHeader& header = segment.check().header;
      EXPECT_EQ(segment.name(), image_.files[i].name);
      EXPECT_EQ(header.shard, 3U);
      EXPECT_EQ(header.trading_day, 20'261'121U);
      EXPECT_EQ(header.created_unix_ns, 1'700'000'000'000'000'000U);
      const Part& part = files.journal().parts()[i];
      for (std::uint64_t s = part.first; s < std::min(part.end, report.tail); ++s)
        ASSERT_EQ(std::memcmp(&segment.slot(s), &image_.files[i].slot(s), sizeof(Slot)), 0) << s;
    }
  }

  JournalImage image_{512, 100, 31};
};

TEST_F(Migrate, TheSameSlotsInThisVersion) {
  const MigrateReport report = run();
  EXPECT_EQ(report.migrated, image_.files.size());
  EXPECT_EQ(report.current, 0U);
  EXPECT_EQ(report.slots, image_.tail() - 100);
  expect_the_image_in(from());
  EXPECT_EQ(files_in(from()).size(), image_.files.size());
}

TEST_F(Migrate, IsNothingOnThisVersion) {
  run();
  const auto files = files_in(from());
  TwistedIo io([](std::uint64_t, bool) { return Twist{}; });
  EXPECT_EQ(run(io, {.directory = from()}).current, image_.files.size());
  EXPECT_EQ(io.calls, 0U);
  EXPECT_EQ(files_in(from()), files);
}

TEST_F(Migrate, IntoAnotherDirectoryLeavesTheFirst) {
  const auto files = files_in(from());
  run(*open_piece_io(small()), {.directory = from(), .to = to()});
  EXPECT_EQ(files_in(from()), files);
  expect_the_image_in(to());
  run(*open_piece_io(small()), {.directory = to(), .to = back()});  // copied
  EXPECT_EQ(files_in(back()), files_in(to()));
}

TEST_F(Migrate, FailsAnywhereAndGoesOn) {
  const auto before = files_in(from());
  TwistedIo counting([](std::uint64_t, bool) { return Twist{}; });
  run(counting, {.directory = from()});
  const auto after = files_in(from());
  std::uint64_t partly = 0;
  for (std::uint64_t failing = 0; failing < counting.calls; failing += 3) {
    fs::remove_all(from());
    Version0Writer::write(image_, from());
    TwistedIo io(
        [failing](std::uint64_t call, bool) { return Twist{.error = call == failing ? -EIO : 0}; });
    EXPECT_THROW(run(io, {.directory = from()}), std::system_error);
    for (const auto& [name, bytes] : files_in(from()))
      EXPECT_TRUE(bytes == before.at(name) || bytes == after.at(name)) << name;
    const MigrateReport report = run();
    partly += report.current != 0 ? 1 : 0;
    EXPECT_EQ(files_in(from()), after);
  }
  EXPECT_GT(partly, 0U);
}

TEST_F(Migrate, ACrashLeavesWhatTheNextRunMakesAnew) {
  std::ofstream(from() + "/" + image_.files[0].name + ".new") << "a part";
  run();
  expect_the_image_in(from());
  EXPECT_EQ(files_in(from()).size(), image_.files.size());
}

TEST_F(Migrate, WhatItCannotReadBackItDoesNotName) {
  const auto before = files_in(from());
  // The drive takes the writes of the first segment, and loses one.
  std::uint64_t writes = 0;
  TwistedIo io([&](std::uint64_t, bool is_write) {
    return Twist{.error = 0, .bytes_max = ~0U, .lost = is_write && ++writes == 2};
  });
  EXPECT_THROW(run(io, {.directory = from()}), JournalDamage);
  EXPECT_EQ(files_in(from()), before);
}

TEST_F(Migrate, DamageIsFoundAndNamed) {
  const std::string name = image_.files[1].name;
  const auto whole = files_in(from());
  for (const std::uint64_t byte : {0U, 20U, 63U, 64U + 5 * 64 + 7, 64U + 5 * 64 + 62}) {
    flip(from() + "/" + name, byte);
    const auto before = files_in(from());
    try {
      run();
      ADD_FAILURE() << byte;
    } catch (const JournalDamage& damage) {
      const std::uint64_t place = byte < 64 ? 0 : byte / 64 * 64;
      EXPECT_THAT(damage.position(), HasSubstr(name + " byte " + std::to_string(place) + " "));
    }
    EXPECT_EQ(files_in(from()).at(name), before.at(name));
    fs::remove_all(from());
    Version0Writer::write(image_, from());
  }
}

TEST_F(Migrate, UnknownVersionsAreRefusedByName) {
  std::fstream file(from() + "/" + image_.files[1].name,
                    std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(8);
  file.put(7);
  file.close();
  const auto before = files_in(from());
  try {
    run();
    FAIL();
  } catch (const ArchiveRefusal& refusal) {
    EXPECT_THAT(refusal.what(), HasSubstr(image_.files[1].name + " is of format version 7"));
  }
  EXPECT_EQ(files_in(from()), before);
}

}  // namespace
}  // namespace wirebook::journal
