// Goal: a recording is read alike from a plain file, a gzip file and a capture; what is broken in
// it has an outcome.
// Method: recordings made here, in files.
#include "node/background/recorded_feed.hpp"

#include <string>

#include <gtest/gtest.h>
#include <zlib.h>

#include "node/background/background_instruments.hpp"
#include "recording.hpp"
#include "tests/replay/capture_builder.hpp"

namespace wirebook::node {
namespace {

/// The letters of all messages.
std::string letters(RecordedFeed& feed) {
  std::string text;
  while (const Slot* const slot = feed.next())
    text += static_cast<char>(static_cast<std::uint8_t>(slot->tail.kind) - 0x80);
  return text;
}

Recording small_recording() {
  return Recording().directory(1).state(1, 'T').add(1, 'B', 100, 10'0000).remove(1);
}

std::string gzipped(const std::string& bytes) {
  std::string packed(bytes.size() + 1000, '\0');
  z_stream stream{};
  constexpr int window_and_gzip = 15 + 16;
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, window_and_gzip, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string from = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(from.data());
  stream.avail_in = static_cast<uInt>(from.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TEST(RecordedFeed, GivesTheMessagesOfABinaryFile) {
  const ScratchFile file(small_recording().bytes());
  RecordedFeed feed(file.path(), 0);
  EXPECT_EQ(letters(feed), "RHAD");
  EXPECT_EQ(feed.error(), "");
  EXPECT_EQ(feed.next(), nullptr);
}

TEST(RecordedFeed, GivesTheMessagesOfAGzipFile) {
  const ScratchFile file(gzipped(small_recording().bytes()));
  RecordedFeed feed(file.path(), 0);
  EXPECT_EQ(letters(feed), "RHAD");
  EXPECT_EQ(feed.error(), "");
}

TEST(RecordedFeed, GivesEachMessageOfACaptureOnceWhateverLinesItCameBy) {
  constexpr std::uint16_t port = 26'500;
  const std::string all = small_recording().bytes();
  const std::size_t first_bytes = 2 + sizeof(wire::itch::StockDirectory);
  const auto packet = [](std::uint64_t number, std::uint16_t count, const std::string& blocks) {
    return "SESSION001" + big_endian(number, 8) + big_endian(count, 2) + blocks;
  };
  const std::string one = packet(1, 1, all.substr(0, first_bytes));
  const std::string rest = packet(2, 3, all.substr(first_bytes));
  const auto to = [](std::uint16_t destination_port, const std::string& payload) {
    return TestFrame{.bytes = node::udp_frame({.destination_port = destination_port}, payload)};
  };
  const ScratchFile file(pcap_file(
      {to(port, one), to(port, one), to(port + 1, rest), to(port, rest), to(port, rest)}));
  RecordedFeed feed(file.path(), port);
  EXPECT_EQ(letters(feed), "RHAD");
  EXPECT_EQ(feed.error(), "");
}

TEST(RecordedFeed, EndsAtALengthOfZero) {
  const ScratchFile file(small_recording().bytes(std::string(2, '\0')).bytes() + "more");
  RecordedFeed feed(file.path(), 0);
  EXPECT_EQ(letters(feed), "RHAD");
}

TEST(RecordedFeed, CountsWhatIsMalformedAndGoesOn) {
  Recording recording = small_recording();
  recording.bytes(std::string("\0\3?..", 5)).add(2, 'B', 100, 10'0000);
  const ScratchFile file(recording.bytes() + '\0');
  RecordedFeed feed(file.path(), 0);
  EXPECT_EQ(letters(feed), "RHADA");
  EXPECT_EQ(feed.outcomes()[Outcome::itch_unknown_type], 1U);
  EXPECT_EQ(feed.outcomes()[Outcome::file_truncated], 1U);
  EXPECT_EQ(feed.error(), "");
}

TEST(RecordedFeed, AFileThatBreaksOffGivesItsWholeMessages) {
  const std::string bytes = small_recording().bytes();
  const std::string packed = gzipped(bytes);
  for (const std::string& cut :
       {bytes.substr(0, bytes.size() - 1), packed.substr(0, packed.size() - 9)}) {
    const ScratchFile file(cut);
    RecordedFeed feed(file.path(), 0);
    EXPECT_EQ(letters(feed).substr(0, 3), "RHA");
    EXPECT_EQ(feed.error(), "");
  }
}

TEST(RecordedFeed, SaysWhyAFileCannotBeRead) {
  RecordedFeed feed("/nonexistent", 0);
  EXPECT_EQ(feed.next(), nullptr);
  EXPECT_EQ(feed.error(), "/nonexistent: No such file or directory");
}

TEST(RecordedInstruments, GoBehindTheConfigurationsOwn) {
  NodeConfig config;
  config.instruments.push_back({.symbol = Recording::symbol(2), .round_lot = 10});
  const ScratchFile file(Recording()
                             .directory(1, 7)
                             .directory(2, 100)
                             .directory(3, 0)
                             .state(1, 'T')
                             .state(3, 'H')
                             .add(1, 'B', 100, 10'0000)
                             .state(1, 'H')
                             .bytes());
  config.background.file = file.path();
  ASSERT_EQ(add_recorded_instruments(config), "");
  ASSERT_EQ(config.instruments.size(), 3U);
  EXPECT_EQ(config.instruments[0].round_lot, 10U);
  EXPECT_EQ(config.instruments[1].symbol, Recording::symbol(1));
  EXPECT_EQ(config.instruments[1].round_lot, 7U);
  EXPECT_EQ(config.instruments[1].trading_state, 'T');
  EXPECT_EQ(config.instruments[2].round_lot, 1U);
  EXPECT_EQ(config.instruments[2].trading_state, 'H');
}

TEST(RecordedInstruments, AFileWithoutOrdersIsNone) {
  NodeConfig config;
  const ScratchFile file("no feed at all");
  config.background.file = file.path();
  EXPECT_EQ(add_recorded_instruments(config),
            file.path() + ": has no orders: is it recorded ITCH 5.0?");
}

}  // namespace
}  // namespace wirebook::node
