// Goal: `wirebook run` on each road ends as others rely on: 0 where a capture is at its end, 5 with
// one line where the host refuses, 7 where a card was chosen and is not there.
// Method: the program itself as a child process, its output read through a pipe.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "malformed_frames.hpp"
#include "tests/node/program.hpp"
#include "tests/wire_in/capture_bytes.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Of the file that the other tests run, with a road and its table.
std::string with_road(const std::string& road, const std::string& more) {
  std::string text = good_config;
  const std::string table = "[order_entry]\n";
  const std::size_t at = text.find(table);
  EXPECT_NE(at, std::string::npos);
  text.replace(text.find("127.0.0.1:0"), 11, "0.0.0.0:0");
  text.insert(at + table.size(), "road = \"" + road + "\"\n");
  return file_with(text + more);
}

TEST(RoadProgram, ACaptureIsTradedAndEndsWith0) {
  const Endpoint client{0x0A000002, 40'000};
  const Endpoint venue{0x0A000001, 26'400};
  const auto spec = from_peer_to(client, venue);
  std::vector<wire_in::test::TestCapture> captures;
  captures.push_back({1, wire_in::test::udp_frame(spec, login("alice", "secret"))});
  captures.push_back({2, wire_in::test::udp_frame(spec, enter(1, 'B', 1'000'000))});
  captures.push_back({3, wire_in::test::udp_frame(spec, enter(2, 'S', 1'000'000))});
  const auto file = wire_in::test::pcap_file(captures, wire_in::test::PcapForm::nano);
  const std::span<const std::byte> bytes = file;
  const auto path = std::filesystem::temp_directory_path() /
                    ("wirebook-road-" + std::to_string(getpid()) + ".pcap");
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  const Ended ended =
      run({"run", "--config",
           with_road("pcap", "[pcap]\nfile = \"" + path.string() +
                                 "\"\nspeed = \"max\"\ndestination = \"10.0.0.1:26400\"\n"
                                 "at_end = \"stop\"\n")});
  std::filesystem::remove(path);
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("receive: capture " + path.string() +
                                      ", as fast as it is taken, what was for 10.0.0.1:26400; "
                                      "replies go nowhere"));
  EXPECT_THAT(ended.output, HasSubstr("is at its end: ending"));
  EXPECT_THAT(ended.output, HasSubstr("messages     2 in 3 datagrams"));
}

TEST(RoadProgram, WhatTheHostRefusesEndsWith5) {
  const Ended no_file =
      run({"run", "--config", with_road("pcap", "[pcap]\nfile = \"/nowhere/day.pcap\"\n")});
  EXPECT_EQ(no_file.code, 5) << no_file.output;
  EXPECT_THAT(no_file.output, HasSubstr("road pcap: /nowhere/day.pcap: No such file"));
  const Ended no_interface =
      run({"run", "--config", with_road("af_xdp", "[af_xdp]\ninterface = \"none0\"\n")});
  EXPECT_EQ(no_interface.code, 5) << no_interface.output;
  EXPECT_THAT(no_interface.output, HasSubstr("road af_xdp: "));
}

TEST(RoadProgram, ACardThatWasChosenAndIsNotThereEndsWith7) {
  std::string text = good_config;
  text.replace(text.find("127.0.0.1:0"), 11, "127.0.0.2:9");
  text.insert(text.find("[order_entry]\n") + 14, "road = \"card\"\n");
  const Ended ended =
      run({"run", "--config", file_with(text + "[card]\nimage = \"/nowhere/wirebook.xclbin\"\n")});
  EXPECT_EQ(ended.code, 7) << ended.output;
  EXPECT_THAT(ended.output, Not(HasSubstr("the host's sockets")));
}

}  // namespace
}  // namespace wirebook::node
