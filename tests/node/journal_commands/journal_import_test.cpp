// Goal: what `cat` writes `import` takes, for every kind of slot; a line that cannot be taken is
// named, and then nothing is left. Method: the program as a child process.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/journal/journal_image.hpp"
#include "tests/node/program.hpp"

namespace wirebook::node {
namespace {

using journal::test::JournalImage;
using testing::HasSubstr;

class JournalImportCommand : public testing::Test {
 protected:
  ~JournalImportCommand() override { std::filesystem::remove_all(root_); }

  std::string cat(const std::string& directory) const {
    const Ended ended = run({"journal", "cat", "--dir", root_ / directory});
    EXPECT_EQ(ended.code, 0) << ended.output.substr(0, 1000);
    return ended.output;
  }
  Ended import_text(const std::string& text, const std::string& directory) const {
    std::filesystem::create_directories(root_);
    std::ofstream(root_ / "lines") << text;
    return run({"journal", "import", "--in", root_ / "lines", "--dir", root_ / directory});
  }

  std::filesystem::path root_ = std::filesystem::temp_directory_path() /
                                ("wirebook_journal_import_" + std::to_string(getpid()));
};

// Every kind there can be, with random bodies: what no parser would let in is there too.
TEST_F(JournalImportCommand, CatImportCatIsTheSameForEveryKind) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  JournalImage image(1024, 70, seed);
  image.write_groups(2600);
  image.write_group(0);  // of the last line nobody knows about extensions without content
  unsigned kind = 2;
  for (const auto& group : image.groups) {
    const auto file = std::find_if(image.files.begin(), image.files.end(), [&](const auto& one) {
      return group.first < one.capacity_end();
    });
    Slot& head = file->slot(group.first);
    // Extensions belong to order entry.
    if (head.tail.extension_count == 0)
      head.tail.kind = static_cast<SlotKind>(kind = kind == 255 ? 2 : kind + 1);
    else if (head.enter.appendage_bytes == 0)
      head.enter.appendage_bytes = 1;
    JournalImage::seal(head, group.first, 1);
  }
  image.write_to(root_ / "source");
  const std::string text = cat("source");
  const Ended ended = import_text(text, "target");
  ASSERT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("imported " + std::to_string(image.groups.size()) +
                                      " lines: sequences 70 to " + std::to_string(image.tail())));
  const std::string again = cat("target");
  const auto differs = static_cast<std::size_t>(
      std::mismatch(text.begin(), text.end(), again.begin(), again.end()).first - text.begin());
  const std::size_t begin = text.rfind('\n', differs) + 1;
  ASSERT_TRUE(again == text) << text.substr(begin, text.find('\n', differs) - begin) << "\nbecame\n"
                             << again.substr(begin, again.find('\n', differs) - begin);
  EXPECT_EQ(run({"journal", "verify", "--dir", root_ / "target"}).code, 0);
}

TEST_F(JournalImportCommand, TakesReplaysLinesWithTheirDefaults) {
  const Ended ended = import_text(
      R"({"type":"session_up","session":3,"time_ns":5})"
      "\n\n"
      R"({"type":"enter","user_ref_num":1,"side":"B","quantity":100,"symbol":"A","price":"1.5","firm":"F"})"
      "\n"
      R"({"type":"system_event","code":"Q"})",
      "target");
  ASSERT_EQ(ended.code, 0) << ended.output;
  EXPECT_EQ(
      cat("target"),
      R"({"sequence":0,"type":"session_up","session":3,"time_ns":5,"firm":"","cancel_on_disconnect":true})"
      "\n"
      R"({"sequence":1,"type":"enter","session":3,"time_ns":5,"user_ref_num":1,"side":"B","quantity":100,)"
      R"("symbol":"A","price":"1.5000","time_in_force":"0","display":"Y","capacity":"P","iso":"N",)"
      R"("cross_type":"N","cl_ord_id":"","firm":"F"})"
      "\n"
      R"({"sequence":3,"type":"system_event","time_ns":5,"event_code":"Q"})"
      "\n");
}

TEST_F(JournalImportCommand, NamesTheLineAndLeavesNothing) {
  const std::string good = R"({"type":"clock","time_ns":1})"
                           "\n";
  const std::pair<std::string, std::string> bad[] = {
      {R"({"type":"clock","time_ns":-1})", ":3: time_ns does not fit"},
      {R"({"type":"clock","tim":1})", ":3: unknown key tim"},
      {R"({"type":"clocks","time_ns":1})", ":3: unknown type clocks"},
      {R"({"type":"gap","time_ns":1,"cause":1})", ":3: stream is missing"},
      {R"({"type":"gap","time_ns":1,"cause":256})", ":3: cause does not fit"},
      {R"({"type":"limit","kind":"collar","symbol":"A"})",
       ":3: symbol is no key of a journal's line: name the instrument"},
      {R"({"type":"extension","time_ns":1,"body":""})", ":3: unknown type extension"},
      {R"({"type":"itch_A","time_ns":1)", ":3: "},
      {R"({"sequence":9,"type":"clock","time_ns":1})", ":3: sequence 9, where 2 comes next"},
      {R"({"sequence":0,"type":"clock","time_ns":1})", ":3: sequence 0, where 2 comes next"},
  };
  for (const auto& [line, complaint] : bad) {
    const Ended ended = import_text(good + good + line + "\n", "target");
    EXPECT_EQ(ended.code, 4) << line;
    EXPECT_THAT(ended.output, HasSubstr("lines" + complaint)) << line;
    EXPECT_TRUE(std::filesystem::is_empty(root_ / "target")) << line;
  }
}

TEST_F(JournalImportCommand, BeginsAFreshJournalOnly) {
  ASSERT_EQ(import_text(R"({"type":"clock","time_ns":1})", "target").code, 0);
  const Ended ended = import_text(R"({"type":"clock","time_ns":1})", "target");
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("a fresh one"));
  EXPECT_EQ(run({"journal", "import", "--in", root_ / "none", "--dir", root_ / "b"}).code, 5);
}

}  // namespace
}  // namespace wirebook::node
