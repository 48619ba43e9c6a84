// Goal: an independent dissector reads our MoldUDP64 packets as we mean them. Method: a capture of
// every ITCH message that an event can publish, of a heartbeat and of the end of the session goes
// through tshark; sequence numbers, counts and message bytes must come back, nothing malformed.
#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/command_output.hpp"
#include "tests/wire_in/capture_bytes.hpp"
#include "tests/wire_in/frame_bytes.hpp"
#include "tests/wire_out/decided.hpp"
#include "wire_out/mold_packer.hpp"

namespace wirebook::wire_out {
namespace {

using test::output_of;

class Dissector : public testing::Test {
 protected:
  void SetUp() override {
    if (output_of("tshark --version 2>/dev/null").empty())
      GTEST_SKIP() << "tshark is not installed";
  }

  void capture(Bytes datagram) {
    const auto frame = wire_in::test::udp_frame({.destination_port = 26'477}, datagram);
    captures_.push_back({.epoch_ns = 1'000 * captures_.size(), .frame = frame});
  }
  /// One line a packet: the values of the fields, those of one field joined by commas.
  std::vector<std::string> dissected(const std::string& arguments) {
    const std::string path =
        testing::TempDir() + "wirebook_mold_" + std::to_string(getpid()) + ".pcap";
    const WireBytes file = wire_in::test::pcap_file(captures_, wire_in::test::PcapForm::nano);
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(Bytes(file).data()),
               static_cast<std::streamsize>(file.size()));
    std::istringstream output(output_of(
        "tshark -n -r '" + path + "' -d udp.port==26477,moldudp64 " + arguments + " 2>/dev/null"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(output, line);)
      lines.push_back(line);
    (void)std::remove(path.c_str());
    return lines;
  }

  std::vector<wire_in::test::TestCapture> captures_;
};

std::string lower(std::string text) {
  for (char& c : text)
    c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

TEST_F(Dissector, reads_every_message_as_it_was_encoded) {
  MoldPacker packer(Alpha<10>::from("WB0001"), 300);
  ItchEncoder encoder;
  const Cause cause(InstrumentBody{.instrument = 0x0A0B, .symbol = Symbol::from("AAPL")});
  std::vector<std::string> expected;
  std::string numbers;
  std::string messages;
  std::uint64_t number = 1;
  const auto end_packet = [&](Bytes datagram, const std::string& count) {
    expected.push_back("WB0001    \t" + std::to_string(number) + '\t' + count + '\t' + numbers +
                       '\t' + messages);
    numbers.clear();
    messages.clear();
    number = packer.next_sequence();
    capture(datagram);
  };
  const auto flush = [&] {
    const std::uint64_t count = packer.next_sequence() - number;
    end_packet(packer.flush(), std::to_string(count));
  };

  end_packet(packer.heartbeat(), "0");
  for (const char letter : std::string_view("SRHAFECXDUPB")) {
    if (!packer.has_room())
      flush();
    Event event = event_with({.kind = EventKind::market,
                              .market = letter,
                              .side = 'S',
                              .code = letter == 'H' ? 'T' : 'Q'});
    const auto room = packer.room();
    const std::size_t bytes = encoder.encode({.head = &event}, cause, room);
    ASSERT_NE(bytes, 0U) << letter;
    numbers += (numbers.empty() ? "" : ",") + std::to_string(packer.next_sequence());
    messages += (messages.empty() ? "" : ",") + lower(hex(Bytes(room).first(bytes)));
    packer.commit(bytes);
  }
  flush();
  end_packet(packer.end_of_session(), "65535");

  EXPECT_GT(expected.size(), 3U);
  EXPECT_EQ(dissected("-T fields -e moldudp64.session -e moldudp64.sequence -e moldudp64.count "
                      "-e moldudp64.msgseq -e moldudp64.msgdata"),
            expected);
  // Bad lengths, counts and checksums, and what else it notes. Below a note lies a comment: that
  // the end of a session could be a request by its form.
  const std::string remarks =
      "-o udp.check_checksum:TRUE -o ip.check_checksum:TRUE "
      "-Y '_ws.malformed || _ws.expert.severity >= 0x400000 || udp.checksum.status == 0'";
  EXPECT_EQ(dissected(remarks), std::vector<std::string>{});
  // It would tell: a block that claims more bytes than there are.
  capture(WireBytes().text("WB0001", 10).be(13, 8).be(1, 2).be(100, 2).zeros(10));
  EXPECT_EQ(dissected(remarks).size(), 1U);
}

}  // namespace
}  // namespace wirebook::wire_out
