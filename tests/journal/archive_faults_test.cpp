// Goal: whatever single calls do, an archive is whole or says what failed, and goes on from there.
// Method: I/O that is short, fails, or ends the run, at every call in turn.
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "journal/segment_parts.hpp"
#include "tests/journal/archive_fixture.hpp"

namespace wirebook::journal {
namespace {

namespace fs = std::filesystem;
using test::ArchiveTest;
using test::JournalImage;
using test::Twist;
using test::TwistedIo;

class ArchiveFaults : public ArchiveTest {
 protected:
  ArchiveFaults() {
    JournalImage image(512, 64, 21);
    image.write_groups(900);
    image.restart();
    image.write_groups(200);
    image.write_to(from());
  }
};

TEST_F(ArchiveFaults, ShortAndInterruptedCallsAreGoneOnWith) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const Compression compression : {Compression::none, Compression::lz4, Compression::zstd}) {
    fs::remove_all(to());
    fs::remove_all(back());
    TwistedIo io([&](std::uint64_t, bool) -> Twist {
      switch (random() % 4) {
        case 0:
          return {.error = random() % 2 == 0 ? -EINTR : -EAGAIN};
        case 1:
          return {.bytes_max = 512 * (1 + random() % 12)};
        default:
          return {};
      }
    });
    archive_with(io, {.compression = compression});
    restore(io, {.from = to(), .to = back()}, [](const ArchiveProgress&) {});
    EXPECT_EQ(files_in(back()), files_in(from()));
  }
}

TEST_F(ArchiveFaults, ACallThatFailsEndsTheRunAndTheNextGoesOn) {
  for (const Compression compression : {Compression::none, Compression::zstd}) {
    fs::remove_all(to());
    TwistedIo counting([](std::uint64_t, bool) { return Twist{}; });
    archive_with(counting, {.compression = compression});
    const auto whole = files_in(to());
    std::uint64_t found = 0;
    for (std::uint64_t failing = 0; failing < counting.calls; ++failing) {
      fs::remove_all(to());
      TwistedIo io([failing](std::uint64_t call, bool) {
        return Twist{.error = call == failing ? -EIO : 0};
      });
      try {
        archive_with(io, {.compression = compression});
        ADD_FAILURE() << "call " << failing << " failed, and nobody said so";
      } catch (const std::system_error& error) {
        EXPECT_EQ(error.code().value(), EIO);
        EXPECT_NE(std::string(error.what()).find(".wbj"), std::string::npos) << error.what();
      }
      // What has its name is whole; what was begun is gone.
      for (const auto& [name, bytes] : files_in(to()))
        EXPECT_EQ(bytes, whole.at(name)) << name;
      found += archive_it({.compression = compression}).found;
      EXPECT_EQ(files_in(to()), whole);
    }
    EXPECT_GT(found, 0U);
  }
}

// A crash leaves what was written so far, under the name that says so.
TEST_F(ArchiveFaults, AfterACrashTheNextRunGoesOn) {
  archive_it();
  const auto whole = files_in(to());
  for (std::uint64_t last = 0; last < 40; last += 3) {
    fs::remove_all(to());
    fs::create_directories(to());
    std::uint64_t done = 0;
    for (const auto& [name, bytes] : whole) {
      const std::uint64_t now = std::min<std::uint64_t>(bytes.size(), last * 4096 - done);
      done += now;
      const std::string path = to() + "/" + name + (now == bytes.size() ? "" : ".new");
      std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamoff>(now));
      if (now != bytes.size())
        break;
    }
    archive_it();
    EXPECT_EQ(files_in(to()), whole);
  }
}

TEST_F(ArchiveFaults, WhatCannotBeSyncedHasNoName) {
  TwistedIo io([](std::uint64_t, bool) { return Twist{}; });
  io.sync_error = -EIO;
  EXPECT_THROW(archive_with(io, {}), std::system_error);
  EXPECT_TRUE(files_in(to()).empty());
  io.sync_error = 0;
  archive_with(io, {});
  EXPECT_EQ(io.syncs, 1 + files_in(from()).size());
  EXPECT_EQ(files_in(to()), files_in(from()));
}

// A write that the drive took and lost is found before anything is removed.
TEST_F(ArchiveFaults, NothingIsRemovedThatDoesNotReadBack) {
  archive_it();
  TwistedIo io([](std::uint64_t, bool) { return Twist{}; });
  const auto source = files_in(from());
  bool spoiled = false;
  EXPECT_THROW(archive(io, {.from = from(), .to = to(), .remove = true, .today = 99'991'231},
                       [&](const ArchiveProgress& progress) {
                         // When all has been compared, before the removal.
                         if (progress.bytes_done == progress.bytes_total && !spoiled) {
                           spoiled = true;
                           for (const auto& [name, bytes] : files_in(to()))
                             flip(to() + "/" + name, 5000);
                         }
                       }),
               JournalDamage);
  EXPECT_TRUE(spoiled);
  EXPECT_EQ(files_in(from()), source);
}

}  // namespace
}  // namespace wirebook::journal
