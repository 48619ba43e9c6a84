// Goal: a capture of order entry or of a feed says what a block file with the same messages says.
// Method: hand-made frames in pcap and pcapng; the events compared byte by byte.
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>

#include "capture_builder.hpp"

namespace wirebook::node {
namespace {

using namespace std::string_literals;

/// Noon of some day in 2026, so that the time of day is 12 hours.
constexpr std::uint64_t noon_epoch_ns = 1'795'262'400'000'000'000;
constexpr std::uint64_t noon_ns = 12ULL * 3600 * 1'000'000'000;

const std::string sell =
    "O\0\0\0\1S\0\0\0\x64"s
    "AAPL    \0\0\0\0\0\1\x86\xA0"s
    "0YPNN              \0\x6"s
    "\5\2LIME"s;
const std::string buy =
    "O\0\0\0\1B\0\0\0\x28"s
    "AAPL    \0\0\0\0\0\1\x86\xA0"s
    "0YPNN              \0\0"s;
const std::string cancel = "X\0\0\0\1\0\0\0\0"s;

class ReplayCapture : public ReplayTest {
 protected:
  static constexpr TestEnds first{};
  static constexpr TestEnds second{.source_port = 40'001};

  std::string events_of_file(const std::string& bytes, ReplayOptions options = {}) {
    options.in = write("in", bytes);
    options.out_events = path("events");
    EXPECT_EQ(run(options), ExitCode::ok) << err;
    return read("events");
  }
  /// What the same messages say as blocks, at the time of the frames.
  std::string expected() {
    std::string events =
        events_of_file(ouch_block(1, sell) + ouch_block(2, buy) + ouch_block(1, cancel));
    const std::string before = "\"timestamp\":0,";
    const std::string after = "\"timestamp\":" + std::to_string(noon_ns) + ",";
    for (std::size_t at = 0; (at = events.find(before, at)) != std::string::npos;)
      events.replace(at, before.size(), after);
    return events;
  }
  static TestFrame at_noon(const std::string& bytes) { return {noon_epoch_ns, bytes}; }
};

TEST_F(ReplayCapture, Ufo) {
  const std::vector<TestFrame> frames{
      at_noon(udp_frame(first, "L" + std::string(26, ' '))),
      at_noon(udp_frame(first, "U" + sell)),
      at_noon(udp_frame({.source_port = 26'400, .destination_port = 40'000}, "reply")),
      at_noon(udp_frame(second, "U" + buy)),
      at_noon(udp_frame(first, "R")),
      at_noon(udp_frame(first, "U" + cancel)),
  };
  EXPECT_EQ(events_of_file(pcap_file(frames)), expected());
  EXPECT_EQ(events_of_file(pcapng_file(frames)), expected());
}

TEST_F(ReplayCapture, ThroughAPipe) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const std::string file = pcap_file({at_noon(udp_frame(first, "UQ"))});
  std::thread writer([&] { write("pipe", file); });
  EXPECT_EQ(run({.in = path("pipe"), .out_events = path("events")}), ExitCode::ok) << err;
  writer.join();
  EXPECT_EQ(read("events"), events_of_file(file));
}

TEST_F(ReplayCapture, SoupBinTcpIsReassembled) {
  const auto packet = [](const std::string& message) {
    return big_endian(1 + message.size(), 2) + "U" + message;
  };
  const std::string login = big_endian(47, 2) + "L" + std::string(46, ' ');
  const std::string stream = login + packet(sell) + big_endian(1, 2) + "R" + packet(cancel);
  const std::size_t cut = login.size() + 20;  // within the order
  const auto last = static_cast<std::size_t>(stream.size() - packet(cancel).size());
  const auto part = [&](std::size_t from, std::size_t to) {
    return at_noon(tcp_frame(first, static_cast<std::uint32_t>(1001 + from), false,
                             stream.substr(from, to - from)));
  };
  const std::vector<TestFrame> frames{
      at_noon(tcp_frame(first, 1000, true, "")),
      at_noon(tcp_frame(second, 5000, true, "")),
      part(cut, last),  // ahead of what comes before it
      part(0, cut),
      part(0, cut),  // once more
      at_noon(tcp_frame(second, 5001, false, packet(buy))),
      part(last, stream.size()),
  };
  EXPECT_EQ(events_of_file(pcap_file(frames)), expected());
  EXPECT_EQ(events_of_file(pcapng_file(frames)), expected());
}

TEST_F(ReplayCapture, SessionsAreCountedByFirstSight) {
  // Who only logs in has a number too.
  const std::vector<TestFrame> frames{at_noon(udp_frame(second, "R")),
                                      at_noon(udp_frame(first, "UQ"))};
  EXPECT_TRUE(events_of_file(pcap_file(frames)).starts_with(R"({"session":2,)"));
}

TEST_F(ReplayCapture, OtherPorts) {
  const TestEnds ends{.destination_port = 777};
  const std::string file = pcap_file({at_noon(udp_frame(ends, "UQ"))});
  EXPECT_EQ(events_of_file(file), "");
  EXPECT_NE(events_of_file(file, {.ouch_port = 777}), "");
}

TEST_F(ReplayCapture, AFeedAloneIsItchInput) {
  const std::string header = "R\0\1\0\0\0\0\0\0\0\1"s + "AAPL    " + std::string(20, ' ');
  const std::string add =
      "A\0\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\7B\0\0\0\x64"s + "AAPL    " + "\0\1\x86\xA0"s;
  const auto packet = [](std::uint64_t sequence, const std::string& message) {
    return "SESSION001" + big_endian(sequence, 8) + big_endian(1, 2) + itch_block(message);
  };
  const TestEnds feed{.destination_port = 26'500};
  const std::vector<TestFrame> frames{at_noon(udp_frame(feed, packet(1, header))),
                                      at_noon(udp_frame(feed, packet(2, add))),
                                      at_noon(udp_frame(feed, packet(2, add)))};
  const std::string in = write("in", pcap_file(frames));
  EXPECT_EQ(run({.in = in, .out_bbo = path("bbo"), .summary = path("summary")}), ExitCode::ok)
      << err;
  EXPECT_TRUE(read("bbo").ends_with("\n2,AAPL,10.0000,100,,\n")) << read("bbo");
  EXPECT_TRUE(read("summary").starts_with(R"({"messages":2,"by_type":{"A":1,"R":1},)"))
      << read("summary");
  EXPECT_EQ(run({.in = in, .out_events = path("events")}), ExitCode::usage);

  // Beside order entry it is what the node itself said.
  std::vector<TestFrame> both = frames;
  both.push_back(at_noon(udp_frame(first, "UQ")));
  EXPECT_EQ(events_of_file(pcap_file(both)),
            R"({"session":1,"type":"account_query_response","timestamp":)" +
                std::to_string(noon_ns) + ",\"next_user_ref_num\":1}\n");
}

TEST_F(ReplayCapture, ChecksumsLeftToTheNetworkCardPass) {
  std::string frame = udp_frame(first, "UQ");
  const std::size_t checksum_at = 14 + 20 + 6;
  // The sum of 10.0.0.1, 10.0.0.2, protocol 17 and length 10, as the host leaves it.
  frame.replace(checksum_at, 2, big_endian(0x0A00 + 1 + 0x0A00 + 2 + 17 + 10, 2));
  EXPECT_NE(events_of_file(pcap_file({at_noon(frame)})), "");
  frame[checksum_at] ^= 1;
  EXPECT_EQ(run({.in = write("in", pcap_file({at_noon(frame)})), .summary = path("summary")}),
            ExitCode::malformed);
  EXPECT_NE(read("summary").find("\"udp_checksum\":1"), std::string::npos) << read("summary");
}

TEST_F(ReplayCapture, BrokenPacketsAreCounted) {
  std::string bad_header = udp_frame(first, "UQ");
  bad_header[24] ^= 1;  // the checksum of the IPv4 header
  const std::vector<TestFrame> frames{at_noon(bad_header), at_noon(udp_frame(first, "z")),
                                      at_noon(udp_frame(first, "Uz")),
                                      at_noon(udp_frame(first, "UQ"))};
  const std::string whole = pcap_file(frames);
  EXPECT_EQ(run({.in = write("in", whole), .summary = path("summary")}), ExitCode::malformed);
  EXPECT_TRUE(read("summary").starts_with(
      R"({"messages":1,"by_type":{"Q":1},"anomalies":{"unknown_reference":0,)"
      R"("ipv4_checksum":1,"ufo_unknown_type":1,"ouch_unknown_type":1},)"))
      << read("summary");

  EXPECT_EQ(run({.in = write("in", whole.substr(0, whole.size() - 1)), .summary = path("summary")}),
            ExitCode::malformed);
  EXPECT_NE(read("summary").find("\"file_truncated\":1"), std::string::npos) << read("summary");
}

}  // namespace
}  // namespace wirebook::node
