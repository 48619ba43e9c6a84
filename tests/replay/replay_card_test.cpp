// Goal: whoever parses, a replay writes the same files, byte for byte, counts the same and ends
// with the same code; and where OpenCL is missing, it says what to install.
// Method: recordings of several batches through --card soft and --card opencl; the program itself,
// where what is missing must be missing from the start. Skipped where there is no OpenCL.
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include <sys/wait.h>

#include "replay_fixture.hpp"
#include "tests/card/opencl_here.hpp"
#include "tests/card/recordings.hpp"

namespace wirebook::node {
namespace {

using card::test::Chance;
using card::test::WireBytes;

constexpr const char* outputs[] = {"events", "ouch", "itch", "bbo", "slots", "summary"};

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// An Enter up to its appendage.
WireBytes enter(std::uint32_t user_ref_num, std::string_view side, std::uint64_t quantity,
                const std::string& symbol, std::uint64_t price, std::uint16_t appendage = 0) {
  return WireBytes()
      .text("O")
      .be(user_ref_num, 4)
      .text(side)
      .be(quantity, 4)
      .text(symbol, 8)
      .be(price, 8)
      .text("0YPNN")
      .text("id", 14)
      .be(appendage, 2);
}

/// Orders of 40 sessions in up to `symbols` instruments, which meet, rest and are cancelled. One in
/// `malformed` is whatever comes.
std::string orders(std::uint64_t seed, std::size_t messages, std::size_t symbols,
                   std::size_t malformed) {
  Chance chance(seed);
  WireBytes recording;
  for (std::uint32_t i = 1; i <= messages; ++i) {
    const auto session = static_cast<std::uint32_t>(1 + chance.below(40));
    const std::string symbol = "S" + std::to_string(chance.below(1 + symbols * i / messages));
    WireBytes message;
    if (chance.one_in(4))
      message.text("X").be(i - chance.below(std::min<std::size_t>(i, 99)), 4).be(0, 4);
    else if (chance.one_in(5))  // five bytes of a tag, whatever they mean
      message = enter(i, "B", 100, symbol, 1'000'000, 5).text("\x04\x03").be(chance.below(99), 3);
    else
      message = enter(i, chance.one_in(2) ? "B" : "S", 100 + chance.below(900), symbol,
                      1'000'000 + 100 * chance.below(50));
    recording.add(card::test::ouch_block(chance.one_in(malformed) ? chance.ouch(2) : message,
                                         chance.one_in(300) ? chance.session() : session));
  }
  return text_of(recording);
}

class ReplayCards : public ReplayTest {
 protected:
  void SetUp() override {
    if (const std::string reason = card::test::why_no_opencl(); !reason.empty())
      GTEST_SKIP() << reason;
  }

  /// All files that it writes are called `name`.<output>.
  ExitCode replay(const std::string& name, ReplayCard card, const std::string& in,
                  ReplayFormat format, const std::string& config = {}) {
    ReplayOptions options{.in = in, .in_format = format, .config = config, .card = card};
    options.out_bbo = path(name + ".bbo");
    options.summary = path(name + ".summary");
    if (format == ReplayFormat::ouch) {
      options.out_events = path(name + ".events");
      options.out_ouch = path(name + ".ouch");
      options.out_itch = path(name + ".itch");
      options.dump_slots = path(name + ".slots");
    }
    return run(options);
  }

  /// Replays by both and compares. Returns how it ended.
  ExitCode compare(const std::string& recording, ReplayFormat format,
                   const std::string& config = {}) {
    const std::string in = write("in", recording);
    const ExitCode soft = replay("soft", ReplayCard::soft, in, format, config);
    const std::string soft_err = err;
    EXPECT_EQ(replay("opencl", ReplayCard::opencl, in, format, config), soft);
    EXPECT_EQ(err, soft_err);
    for (const std::string output : outputs)
      if (std::filesystem::exists(path("soft." + output))) {
        EXPECT_TRUE(read("soft." + output) == read("opencl." + output)) << output << " differs";
        EXPECT_FALSE(read("soft." + output).empty()) << output;
      }
    return soft;
  }
};

TEST_F(ReplayCards, OrdersOfManyBatchesWithWhatTheyList) {
  EXPECT_EQ(compare(orders(1, 20'000, 3'000, 1'000'000'000), ReplayFormat::ouch), ExitCode::ok)
      << err;
  EXPECT_NE(read("soft.summary").find("\"S100\""), std::string::npos) << "many were listed";
  EXPECT_EQ(read("soft.summary").find("\"trades\":0,"), std::string::npos) << "orders met";
}

TEST_F(ReplayCards, EveryMessageListsSomething) {
  WireBytes recording;
  for (std::uint32_t i = 1; i <= 9'000; ++i)
    recording.add(card::test::ouch_block(enter(1, "B", 100, "T" + std::to_string(i), 1'000), i));
  EXPECT_EQ(compare(text_of(recording), ReplayFormat::ouch), ExitCode::ok) << err;
  EXPECT_EQ(read("soft.slots").size(), 3 * 64 * 9'000U) << "session, instrument, order";
}

TEST_F(ReplayCards, MalformedOrdersAndAFileThatBreaksOff) {
  const std::string recording = orders(2, 10'000, 50, 4);
  EXPECT_EQ(compare(recording.substr(0, recording.size() - 3), ReplayFormat::ouch),
            ExitCode::malformed);
  EXPECT_NE(read("soft.summary").find("\"file_truncated\":1"), std::string::npos);
}

TEST_F(ReplayCards, WithAConfigurationNothingElseIsListed) {
  const std::string config =
      write("node.toml",
            "[[instruments]]\nsymbol = \"S0\"\n\n[[instruments]]\nsymbol = \"S1\"\n\n"
            "[[sessions]]\nusername = \"ALICE\"\npassword = \"SECRET\"\nfirm = \"ACME\"\n\n"
            "[[sessions]]\nusername = \"BOB\"\npassword = \"SECRET\"\nfirm = \"BOBS\"\n");
  EXPECT_EQ(compare(orders(3, 10'000, 4, 100), ReplayFormat::ouch, config), ExitCode::malformed);
}

TEST_F(ReplayCards, FeedsOfManyBatches) {
  const std::string in = write("orders", orders(4, 60'000, 300, 1'000'000'000));
  ASSERT_EQ(replay("made", ReplayCard::soft, in, ReplayFormat::ouch), ExitCode::ok) << err;
  const std::string feed = read("made.itch");
  EXPECT_EQ(compare(feed, ReplayFormat::itch), ExitCode::ok) << err;
  EXPECT_EQ(read("soft.summary").find("\"unknown_reference\":1"), std::string::npos);

  Chance chance(5);
  std::string broken = feed.substr(0, feed.size() / 2);
  broken = broken.substr(0, broken.size() / 64 * 64);
  for (int i = 0; i < 2'000; ++i)
    broken = text_of(card::test::itch_block(chance.itch(2))) + broken;
  EXPECT_EQ(compare(broken + std::string(2, '\0') + "x", ReplayFormat::itch), ExitCode::malformed);
}

TEST_F(ReplayCards, AnEmptyRecording) {
  for (const ReplayFormat format : {ReplayFormat::itch, ReplayFormat::ouch}) {
    const std::string in = write("in", "");
    EXPECT_EQ(replay("empty", ReplayCard::opencl, in, format), ExitCode::ok) << err;
    EXPECT_NE(read("empty.summary").find("\"messages\":0"), std::string::npos);
  }
}

/// What the program says and how it ends, with these variables set.
struct Ended {
  int code = -1;
  std::string words;
};
Ended run_program(const std::string& variables, const std::string& arguments) {
  const std::string command =
      variables + " " WIREBOOK_BINARY_DIR "/wirebook replay " + arguments + " 2>&1";
  FILE* const pipe = ::popen(command.c_str(), "r");
  Ended ended;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
    ended.words += static_cast<char>(c);
  const int status = ::pclose(pipe);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

using ReplayWithoutOpenCl = ReplayTest;

TEST_F(ReplayWithoutOpenCl, FormatsThatOnlyTheProgramItselfParses) {
  EXPECT_EQ(run({.in = write("in", R"({"type":"account_query"})"),
                 .card = ReplayCard::opencl,
                 .out_events = path("x")}),
            ExitCode::usage);
  EXPECT_NE(err.find("--card opencl"), std::string::npos) << err;
  EXPECT_NE(err.find("--in-format itch and ouch"), std::string::npos) << err;
  EXPECT_FALSE(std::filesystem::exists(path("x")));
}

TEST_F(ReplayWithoutOpenCl, NoPlatformIsExitCodeSevenAndWritesNothing) {
  if (!std::filesystem::exists(WIREBOOK_BINARY_DIR "/libwirebook_opencl.so"))
    GTEST_SKIP() << "libwirebook_opencl.so was not built: OpenCL's headers are absent";
  const Ended ended = run_program("OCL_ICD_VENDORS=" + path("none"),
                                  "--card opencl --in-format ouch --out-events " + path("x") +
                                      " --in " + write("in", ouch_block(1, "Q")));
  EXPECT_EQ(ended.code, 7) << ended.words;
  EXPECT_NE(ended.words.find("OpenCL has no platform here"), std::string::npos) << ended.words;
  EXPECT_NE(ended.words.find("pocl-opencl-icd"), std::string::npos) << ended.words;
  EXPECT_FALSE(std::filesystem::exists(path("x")));
}

TEST_F(ReplayWithoutOpenCl, NoModuleIsExitCodeSevenAndNamesTheFile) {
  // A copy of the program in a folder without the module.
  std::filesystem::copy_file(WIREBOOK_BINARY_DIR "/wirebook", path("wirebook"));
  const std::string in = write("in", ouch_block(1, "Q"));
  const std::string command = "env --unset=WIREBOOK_MODULES " + path("wirebook") +
                              " replay --card opencl --in-format ouch --in " + in + " 2>&1; #";
  const Ended ended = run_program(command, "");
  EXPECT_EQ(ended.code, 7) << ended.words;
  EXPECT_NE(ended.words.find(path("libwirebook_opencl.so")), std::string::npos) << ended.words;
  EXPECT_NE(ended.words.find("apt-get install opencl-clhpp-headers"), std::string::npos)
      << ended.words;
}

}  // namespace
}  // namespace wirebook::node
