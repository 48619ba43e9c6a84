// Goal: the journal's commands end with the exit codes and the last lines that others rely on.
// Method: the program as a child process, on journals made here.
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/journal/journal_image.hpp"
#include "tests/node/program.hpp"

namespace wirebook::node {
namespace {

using journal::test::JournalImage;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class JournalCommand : public testing::Test {
 protected:
  JournalCommand() {
    image_.write_groups(180);
    image_.restart();
    image_.write_groups(20);
  }
  ~JournalCommand() override { std::filesystem::remove_all(directory_); }

  Ended journal(const std::string& name) {
    image_.write_to(directory_);
    return run({"journal", name, "--dir", directory_});
  }
  void damage() { image_.files[0].bytes()[journal::slots_offset + 10 * 64 + 3] ^= std::byte{4}; }

  JournalImage image_{128, 0, 5};
  std::filesystem::path directory_ = std::filesystem::temp_directory_path() /
                                     ("wirebook_journal_command_" + std::to_string(getpid()));
};

TEST_F(JournalCommand, VerifyOfAWholeOneEndsWith0) {
  const Ended ended = journal("verify");
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.output, HasSubstr("sequences 0 to " + std::to_string(image_.tail())));
  EXPECT_THAT(ended.output, EndsWith("\nwhole\n"));
}

TEST_F(JournalCommand, VerifyOfACorruptOneEndsWith6AndThePosition) {
  damage();
  const Ended ended = journal("verify");
  EXPECT_EQ(ended.code, 6);
  EXPECT_THAT(ended.output,
              EndsWith("\ncorrupt at 0000000000000000-00000001.wbj byte 4736 sequence 10\n"));
}

/// A sector within a ring of the end was not written.
TEST_F(JournalCommand, VerifyAfterACrashEndsWith0AndThePlaceOfTheCut) {
  image_ = JournalImage(1024, 0, 5, 256);
  for (int i = 0; i < 600; ++i)
    image_.write_group(0);
  std::ranges::fill(image_.files[0].bytes().subspan(journal::slots_offset + 400 * 64, 512),
                    std::byte{0});
  Ended ended = journal("verify");
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.output, HasSubstr("up to sequence 600"));
  EXPECT_THAT(ended.output, EndsWith("\nwhole, but needs recovery: cut at "
                                     "0000000000000000-00000001.wbj byte 29696 sequence 400\n"));
  // Further back than the ring it is damage.
  std::ranges::fill(image_.files[0].bytes().subspan(journal::slots_offset + 320 * 64, 512),
                    std::byte{0});
  ended = journal("verify");
  EXPECT_EQ(ended.code, 6);
  EXPECT_THAT(ended.output,
              EndsWith("\ncorrupt at 0000000000000000-00000001.wbj byte 24576 sequence 320\n"));
}

TEST_F(JournalCommand, TheParentOfDaysIsToldWhichThereAre) {
  for (const char* day : {"20261121-0003", "20261120-0003", "other"})
    std::filesystem::create_directories(directory_ / day);
  const Ended ended = run({"journal", "verify", "--dir", directory_});
  EXPECT_EQ(ended.code, 5);
  EXPECT_THAT(ended.output, HasSubstr("20261120-0003, 20261121-0003"));
  EXPECT_THAT(ended.output, testing::Not(HasSubstr("other")));
}

TEST_F(JournalCommand, CatSaysEveryGroupAndPassesNoDamageInSilence) {
  Ended ended = journal("cat");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(ended.output, '\n')), image_.groups.size());
  EXPECT_THAT(ended.output, StartsWith("{\"sequence\":0,\"type\":\"enter\","));

  ended = run({"journal", "cat", "--dir", directory_, "--from", "100", "--to", "110"});
  EXPECT_THAT(ended.output, testing::Not(HasSubstr("\"sequence\":99,")));
  EXPECT_THAT(ended.output, testing::Not(HasSubstr("\"sequence\":110,")));
  EXPECT_THAT(ended.output, HasSubstr("\"sequence\":10"));

  damage();
  ended = journal("cat");
  EXPECT_EQ(ended.code, 6);
  EXPECT_THAT(ended.output,
              HasSubstr("slots: 0000000000000000-00000001.wbj byte 4736 sequence 10"));
}

TEST_F(JournalCommand, StatAndLsSayWhatThereIs) {
  Ended ended = journal("stat");
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.output, HasSubstr("enter             " + std::to_string(image_.groups.size())));
  EXPECT_THAT(ended.output, HasSubstr("epoch 2"));
  ended = journal("ls");
  EXPECT_EQ(ended.code, 0);
  for (const auto& file : image_.files)
    EXPECT_THAT(ended.output, HasSubstr(file.name));
  EXPECT_THAT(ended.output, HasSubstr("20261121  2023-11-14T22:13:20Z"));

  std::filesystem::remove(directory_ / image_.files[1].name);
  EXPECT_EQ(run({"journal", "ls", "--dir", directory_}).code, 6);
  damage();
  EXPECT_EQ(journal("stat").code, 6);
}

TEST_F(JournalCommand, WhatIsNoJournalEndsWith5) {
  std::filesystem::create_directories(directory_);
  EXPECT_EQ(run({"journal", "verify", "--dir", directory_}).code, 5);
  const Ended ended = run({"journal", "verify", "--dir", directory_ / "none"});
  EXPECT_EQ(ended.code, 5);
  EXPECT_THAT(ended.output, HasSubstr((directory_ / "none").string()));
  EXPECT_EQ(run({"journal", "verify"}).code, 2);
  if (std::filesystem::exists("/dev/full")) {
    image_.write_to(directory_);
    const std::string command = std::string(WIREBOOK_PROGRAM) + " journal cat --dir " +
                                directory_.string() + " >/dev/full 2>/dev/null";
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 5);
  }
}

TEST_F(JournalCommand, WhatCatSaysReplayTakes) {
  journal("cat");
  const std::string lines = directory_ / "lines.jsonl";
  const std::string good =
      R"({"sequence":7,"type":"enter","session":1,"time_ns":4,"user_ref_num":1,"side":"B",)"
      R"("quantity":100,"symbol":"AAPL","price":"320.1400","cl_ord_id":""})";
  std::ofstream(lines) << good << "\n";
  const Ended ended = run({"replay", "--in", lines, "--summary", "/dev/stdout"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("\"messages\":1,"));
}

}  // namespace
}  // namespace wirebook::node
