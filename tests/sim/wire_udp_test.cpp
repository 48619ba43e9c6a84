// Goal: what a program sends to the ports that the host programmed enters the card as the frames
// that a network would have brought.
// Method: real sockets on loopback; frames held against bytes by hand, the software parser, tshark.
#include <cstdio>
#include <fstream>
#include <random>
#include <sstream>

#include <gmock/gmock.h>

#include "tests/command_output.hpp"
#include "tests/sim/wire_fixture.hpp"
#include "tests/wire_in/capture_bytes.hpp"
#include "wire_in/frame_ingress.hpp"
#include "wire_in/frame_parser.hpp"

namespace wirebook::hw_sim::test {
namespace {

class UdpWire : public testing::Test {
 protected:
  void SetUp() override {
    registers.local_address = loopback;
    registers.order_address = loopback;
    registers.order_port = free_port();
    wire->registers_changed(registers);
  }

  [[nodiscard]] bool has_frame() const {
    WireFrame frame;
    return wire->next(frame);
  }
  [[nodiscard]] std::vector<std::byte> next_bytes() const {
    const auto frame = frame_of(*wire);
    EXPECT_TRUE(frame);
    return frame.value_or(WireFrame{}).bytes;
  }

  WireRegisters registers;
  std::unique_ptr<FrameWire> wire = make_wire("udp");
  Client client;
};

/// What a datagram must look like on the wire; only what the RFCs leave open is the wire's choice.
WireBytes expected_frame(const FrameSpec& spec, Bytes payload) {
  const std::size_t bytes = 42 + payload.size();
  return kernel_frame(spec, payload)
      .set(18, 0x0000'4000, 4)  // identification 0, do not fragment
      .set(24, 0, 2)
      .zeros(bytes < 60 ? 60 - bytes : 0);
}

/// With the IPv4 header's checksum, by the textbook.
WireBytes summed(WireBytes frame) {
  return frame.set(24, wire_in::test::internet_checksum(Bytes(frame).subspan(14, 20)), 2);
}

TEST_F(UdpWire, GivesADatagramAsItsFrameByteForByte) {
  const FrameSpec spec{.source_address = loopback,
                       .destination_address = loopback,
                       .source_port = client.port(),
                       .destination_port = registers.order_port};
  for (const WireBytes& payload :
       {WireBytes(), WireBytes().text("U"), WireBytes().text("an order"), WireBytes(18, 0xAB),
        WireBytes(19, 0xCD), WireBytes(1'472, 0xFF)}) {
    client.send(loopback, registers.order_port, payload);
    const auto frame = frame_of(*wire);
    ASSERT_TRUE(frame);
    EXPECT_EQ(hex(frame->bytes), hex(summed(expected_frame(spec, payload))));
    EXPECT_FALSE(frame->bad_fcs);
    EXPECT_FALSE(frame->time_ns);
  }
  EXPECT_FALSE(has_frame());
}

TEST_F(UdpWire, SendsNoChecksumOfZero) {
  const FrameSpec spec{.source_address = loopback,
                       .destination_address = loopback,
                       .source_port = client.port(),
                       .destination_port = registers.order_port};
  WireBytes payload(2);
  const WireBytes plain = udp_frame(spec, payload);
  payload[0] = Bytes(plain)[40];  // a word that fills up the sum
  payload[1] = Bytes(plain)[41];
  client.send(loopback, registers.order_port, payload);
  const auto frame = next_bytes();
  ASSERT_EQ(frame.size(), 60U);
  EXPECT_EQ(hex(Bytes(frame).subspan(40, 2)), "ffff");
}

TEST_F(UdpWire, MakesFramesThatTheParserTakes) {
  constexpr std::uint32_t seed = 1;
  std::mt19937 random(seed);
  RecordProperty("seed", static_cast<int>(seed));
  for (int i = 0; i < 300; ++i) {
    WireBytes payload(random() % (i % 10 == 0 ? 9'559 : 1'473));
    for (std::size_t at = 0; at < payload.size(); ++at)
      payload[at] = static_cast<std::byte>(random());
    client.send(loopback, registers.order_port, payload);
    const auto frame = next_bytes();
    wire_in::UdpDatagram datagram;
    ASSERT_EQ(wire_in::parse_frame(frame, datagram), Outcome::ok) << "seed " << seed << ", " << i;
    ASSERT_EQ(hex(datagram.payload), hex(payload));
    ASSERT_EQ(datagram.source_address, loopback);
    ASSERT_EQ(datagram.source_port, client.port());
    ASSERT_EQ(datagram.destination_address, loopback);
    ASSERT_EQ(datagram.destination_port, registers.order_port);
  }
}

TEST_F(UdpWire, MakesFramesThatTsharkFindsGood) {
  if (wirebook::test::output_of("tshark --version 2>/dev/null").empty())
    GTEST_SKIP() << "tshark is not installed";
  std::vector<wire_in::test::TestCapture> captures;
  std::string expected;
  for (const std::size_t bytes : {0U, 1U, 17U, 18U, 19U, 200U, 1'471U, 1'472U}) {
    client.send(loopback, registers.order_port, WireBytes(bytes, 0x5A));
    captures.push_back({.frame = WireBytes().add(next_bytes())});
    expected += "1\t1\t" + std::to_string(8 + bytes) + "\t02:00:7f:00:00:01\t\n";
  }
  const std::string path = testing::TempDir() + "wire_udp_" + std::to_string(getpid()) + ".pcap";
  const WireBytes file = pcap_file(captures, wire_in::test::PcapForm::nano);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(Bytes(file).data()),
             static_cast<std::streamsize>(file.size()));
  EXPECT_EQ(wirebook::test::output_of(
                "tshark -n -r '" + path +
                "' -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -T fields "
                "-e ip.checksum.status -e udp.checksum.status -e udp.length -e eth.src "
                "-e _ws.malformed 2>/dev/null"),
            expected);
  (void)std::remove(path.c_str());
}

TEST_F(UdpWire, HearsGroupsAndAddressesOfTheFilters) {
  constexpr std::uint32_t group = 0xEFFF'9A01;  // the highest bit of its last 23 has to go
  registers.filters[0] = {group, free_port()};
  registers.filters[5] = {loopback + 1, free_port()};
  wire->registers_changed(registers);
  for (const auto& [address, port] : {registers.filters[0], registers.filters[5]}) {
    client.send(address, port, WireBytes(30, 7));
    const auto frame = next_bytes();
    const FrameSpec spec{.source_address = loopback,
                         .destination_address = address,
                         .source_port = client.port(),
                         .destination_port = port};
    EXPECT_EQ(hex(frame), hex(summed(expected_frame(spec, WireBytes(30, 7)))));
  }
}

TEST_F(UdpWire, GivesEachPortItsTurn) {
  registers.filters[3] = {loopback, free_port()};
  wire->registers_changed(registers);
  for (int i = 0; i < 3; ++i) {
    client.send(loopback, registers.order_port, WireBytes(1, 1));
    client.send(loopback, registers.filters[3].port, WireBytes(1, 2));
  }
  std::string payloads;
  for (int i = 0; i < 6; ++i)
    payloads += payload_hex(next_bytes()).substr(0, 2);
  EXPECT_THAT(payloads, testing::AnyOf("010201020102", "020102010201"));
}

TEST_F(UdpWire, KeepsAPortThatStaysAndClosesOneThatGoes) {
  const std::uint16_t port = free_port();
  registers.filters[0] = {loopback, port};
  wire->registers_changed(registers);
  client.send(loopback, registers.order_port, WireBytes(1, 9));
  EXPECT_FALSE(Client(loopback, port).bound());
  registers.filters[0].port = 0;
  wire->registers_changed(registers);
  EXPECT_TRUE(Client(loopback, port).bound());
  EXPECT_FALSE(Client(loopback, registers.order_port).bound());
  EXPECT_THAT(payload_hex(next_bytes()), testing::StartsWith("09"));
}

TEST_F(UdpWire, SaysWhichPortIsTakenAndBindsItWhenItIsFree) {
  auto other = std::make_unique<Client>();
  const std::uint16_t port = other->port();
  registers.filters[0] = {loopback, port};
  testing::internal::CaptureStderr();
  wire->registers_changed(registers);
  wire->registers_changed(registers);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "wire udp: cannot listen on 127.0.0.1:" + std::to_string(port) +
                ": another program listens there: ss -ulpn 'sport = :" + std::to_string(port) +
                "'\n");
  other.reset();
  wire->registers_changed(registers);
  client.send(loopback, port, WireBytes(1, 3));
  EXPECT_THAT(payload_hex(next_bytes()), testing::StartsWith("03"));
}

TEST_F(UdpWire, SaysThatACardNeedsAnAddressOfThisMachine) {
  registers.filters[0] = {0, 4'000};
  registers.filters[1] = {0xC000'0207, 4'000};
  testing::internal::CaptureStderr();
  wire->registers_changed(registers);
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_THAT(told, testing::HasSubstr("0.0.0.0:4000: no frame is sent to 0.0.0.0"));
  EXPECT_THAT(told, testing::HasSubstr("192.0.2.7:4000: no interface has it: ip addr add "
                                       "192.0.2.7/32 dev lo"));
}

TEST_F(UdpWire, DropsWhatNoFrameHoldsAndSaysSo) {
  static_assert(wire_in::frame_bytes_max == 9'600);
  testing::internal::CaptureStderr();
  client.send(loopback, registers.order_port, WireBytes(9'559, 1));
  client.send(loopback, registers.order_port, WireBytes(9'558, 2));
  EXPECT_EQ(next_bytes().size(), 9'600U);
  EXPECT_FALSE(has_frame());
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::HasSubstr("a datagram of 9559 bytes to 127.0.0.1:"));
}

}  // namespace
}  // namespace wirebook::hw_sim::test
