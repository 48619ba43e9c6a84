// Goal: `wirebook journal archive` and `restore` end with the exit codes and last lines that others
// rely on. Method: the program as a child process, on journals made here.
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/journal/journal_image.hpp"
#include "tests/node/program.hpp"

namespace wirebook::node {
namespace {

namespace fs = std::filesystem;
using journal::test::JournalImage;
using testing::EndsWith;
using testing::HasSubstr;

class JournalArchiveCommand : public testing::Test {
 protected:
  JournalArchiveCommand() {
    image_.write_groups(180);
    image_.restart();
    image_.write_groups(20);
  }
  ~JournalArchiveCommand() override { fs::remove_all(root_); }

  [[nodiscard]] Ended archive(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"journal",        "archive", "--dir",
                                       root_ / "source", "--to",    root_ / "archive"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(std::move(arguments));
  }

  JournalImage image_{128, 0, 5};
  fs::path root_ = fs::temp_directory_path() / ("wirebook_archive_" + std::to_string(getpid()));
};

TEST_F(JournalArchiveCommand, ThereAndBack) {
  image_.write_to(root_ / "source");
  Ended ended = archive({"--compress", "zstd"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("archived 3 segments, 36864 bytes in "));
  EXPECT_THAT(ended.output, HasSubstr("archive: " + image_.files[1].name + " at 33 %"));
  EXPECT_THAT(archive().output, HasSubstr("archived 0 segments, 0 bytes in 0; 3 were there;"));
  ended = run({"journal", "restore", "--from", root_ / "archive", "--dir", root_ / "back"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_EQ(run({"journal", "verify", "--dir", root_ / "back"}).code, 0);
}

TEST_F(JournalArchiveCommand, DamageEndsWith6AndThePosition) {
  image_.files[0].bytes()[journal::slots_offset + 10 * 64 + 3] ^= std::byte{4};
  image_.write_to(root_ / "source");
  const Ended ended = archive();
  EXPECT_EQ(ended.code, 6);
  EXPECT_THAT(ended.output,
              EndsWith("\ncorrupt at 0000000000000000-00000001.wbj byte 4736 sequence 10\n"));
}

TEST_F(JournalArchiveCommand, RemoveSaysWhyItKeeps) {
  for (auto& file : image_.files) {
    file.header.trading_day = 99'991'231;
    encode_header(file.header, file.bytes().first<journal::block_bytes>());
  }
  image_.write_to(root_ / "source");
  Ended ended = archive({"--remove"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("is of the trading day 99991231, which is not over: the "
                                      "day's outbound messages are rebuilt from its segments"));
  EXPECT_EQ(run({"journal", "verify", "--dir", root_ / "source"}).code, 0);

  for (auto& file : image_.files) {
    file.header.trading_day = 20'200'101;
    encode_header(file.header, file.bytes().first<journal::block_bytes>());
  }
  image_.write_to(root_ / "source");
  fs::remove_all(root_ / "archive");
  ended = archive({"--remove"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("removed 3 segments"));
  EXPECT_TRUE(fs::is_empty(root_ / "source"));
}

TEST_F(JournalArchiveCommand, WhatCannotBeIsSaid) {
  EXPECT_EQ(archive().code, 5);  // no such journal
  image_.write_to(root_ / "source");
  EXPECT_EQ(archive({"--compress", "gzip"}).code, 2);
  EXPECT_EQ(run({"journal", "archive", "--dir", root_ / "source", "--to", root_ / "source"}).code,
            2);
  EXPECT_EQ(run({"journal", "restore", "--from", root_ / "none", "--dir", root_ / "back"}).code, 5);
}

}  // namespace
}  // namespace wirebook::node
