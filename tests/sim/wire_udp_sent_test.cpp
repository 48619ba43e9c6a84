// Goal: what the kernel sends reaches the sockets it is for, if a network would have brought it;
// ARP requests are answered; the rest is told of.
// Method: frames by hand, whole and spoilt, to clients on loopback.
#include <gmock/gmock.h>

#include "tests/sim/wire_fixture.hpp"

namespace wirebook::hw_sim::test {
namespace {

constexpr std::uint32_t card = loopback + 9;  // of its own, as on a network

class UdpWireSent : public testing::Test {
 protected:
  void SetUp() override {
    registers.local_address = card;
    registers.order_address = card;
    registers.order_port = free_port();
    wire->registers_changed(registers);
    to_client = {.source_address = card,
                 .destination_address = loopback,
                 .source_port = registers.order_port,
                 .destination_port = client.port()};
  }

  void send(const WireBytes& frame) const { wire->sent(frame); }
  [[nodiscard]] bool has_frame() const {
    WireFrame frame;
    return wire->next(frame);
  }
  /// All that was told from the start of `action` to the end of the wire.
  template <class Action>
  std::string told_by(Action action) {
    testing::internal::CaptureStderr();
    action();
    wire.reset();
    return testing::internal::GetCapturedStderr();
  }

  WireRegisters registers;
  std::unique_ptr<FrameWire> wire = make_wire("udp");
  Client client;
  FrameSpec to_client;
};

TEST_F(UdpWireSent, RepliesComeFromWhereTheOrderWentTo) {
  for (const WireBytes& payload :
       {WireBytes(), WireBytes().text("accepted"), WireBytes(1'400, 3)}) {
    send(kernel_frame(to_client, payload));
    const Client::Received reply = client.receive();
    EXPECT_EQ(reply.payload, hex(payload));
    EXPECT_EQ(reply.address, card);
    EXPECT_EQ(reply.port, registers.order_port);
    EXPECT_EQ(reply.time_to_live, 64);
  }
}

TEST_F(UdpWireSent, PaddingIsNotPayload) {
  to_client.padding = 14;
  send(kernel_frame(to_client, WireBytes(4, 5)));
  EXPECT_EQ(client.receive().payload, "05050505");
}

TEST_F(UdpWireSent, OtherSourcesAreSentForToo) {
  to_client.source_port = 1;
  send(kernel_frame(to_client, WireBytes(4, 6)));
  const Client::Received received = client.receive();
  EXPECT_EQ(received.payload, "06060606");
  EXPECT_NE(received.port, registers.order_port);
}

TEST_F(UdpWireSent, GroupsAreReachedWithTheTimeToLiveOfTheFrame) {
  constexpr std::uint32_t group = 0xEFFF'0A0B;
  const Client listener(group, free_port());
  to_client.destination_address = group;
  to_client.destination_port = listener.port();
  WireBytes frame = kernel_frame(to_client, WireBytes(3, 8));
  frame.set(22, 7, 1).set(24, 0, 2);
  frame.set(24, wire_in::test::internet_checksum(Bytes(frame).subspan(14, 20)), 2);
  send(frame);
  const Client::Received received = listener.receive();
  EXPECT_EQ(received.payload, "080808");
  EXPECT_EQ(received.address, card);
  EXPECT_EQ(received.port, registers.order_port);
  EXPECT_EQ(received.time_to_live, 7);
}

TEST_F(UdpWireSent, AFrameWithAWrongChecksumIsToldOfAndNotSent) {
  constexpr std::size_t ip_checksum_bit = 24 * 8 + 3;
  constexpr std::size_t payload_bit = 43 * 8;
  EXPECT_EQ(told_by([&] {
              for (const std::size_t bit : {ip_checksum_bit, payload_bit, payload_bit})
                send(kernel_frame(to_client, WireBytes(4, 1)).flip(bit));
              send(kernel_frame(to_client, WireBytes(4, 2)));
            }),
            "wire udp: a frame from the kernel is wrong (ipv4_checksum) and was not sent\n"
            "wire udp: 3 wrong frames from the kernel in all\n");
  EXPECT_EQ(client.receive().payload, "02020202");
  EXPECT_THAT(told_by([] {}), "");
}

TEST_F(UdpWireSent, AFrameToAnEthernetAddressOfNobodyIsToldOf) {
  for (const std::uint64_t mac : {0x0000'0000'0000ULL, 0xFFFF'FFFF'FFFFULL, 0x0300'7F00'0001ULL}) {
    wire = make_wire("udp");
    EXPECT_THAT(told_by([&] {
                  send(with_macs(kernel_frame(to_client, WireBytes(4, 1)), mac, host_mac(card)));
                }),
                testing::HasSubstr("its Ethernet address is not 127.0.0.1:"));
  }
  wire = make_wire("udp");
  to_client.destination_address = 0xEFFF'0A0B;
  EXPECT_THAT(told_by([&] {
                send(with_macs(kernel_frame(to_client, WireBytes(4, 1)), group_mac(0xEFFF'0A0C),
                               host_mac(card)));
              }),
              testing::HasSubstr("its Ethernet address is not 239.255.10.11:"));
}

TEST_F(UdpWireSent, WhatSocketsCannotCarryIsCounted) {
  EXPECT_EQ(told_by([&] {
              FrameSpec icmp = to_client;
              icmp.protocol = 1;
              for (int i = 0; i < 5; ++i)
                send(ipv4_frame(icmp, WireBytes(8)));
            }),
            "wire udp: a frame from the kernel cannot be sent by a UDP socket (ipv4_protocol); "
            "WIREBOOK_SIM_WIRE=packet:INTERFACE carries all\n"
            "wire udp: 5 frames from the kernel that sockets cannot carry in all\n");
}

TEST_F(UdpWireSent, WhatCannotBeSentIsToldOf) {
  to_client.destination_address = 0xFFFF'FFFF;  // broadcast: not without SO_BROADCAST
  EXPECT_THAT(told_by([&] {
                send(with_macs(udp_frame(to_client, WireBytes(1)), host_mac(1), host_mac(card)));
              }),
              testing::HasSubstr("to 255.255.255.255:"));
}

struct Arp {
  std::uint16_t operation = 1;
  std::uint32_t asker = card;
  std::uint32_t target = 0x0A01'0203;
  std::uint64_t asker_mac = 0x00AA'BBCC'DDEE;
};

WireBytes arp_frame(const Arp& arp) {
  return WireBytes()
      .be(0xFFFF'FFFF'FFFF, 6)
      .be(arp.asker_mac, 6)
      .be(0x0806, 2)
      .be(0x0001'0800'0604, 6)
      .be(arp.operation, 2)
      .be(arp.asker_mac, 6)
      .be(arp.asker, 4)
      .be(0, 6)
      .be(arp.target, 4);
}

TEST_F(UdpWireSent, ArpRequestsAreAnswered) {
  send(arp_frame({}));
  EXPECT_EQ(next_hex(*wire), hex(WireBytes()
                                     .be(0x00AA'BBCC'DDEE, 6)
                                     .be(0x0200'0A01'0203, 6)
                                     .be(0x0806, 2)
                                     .be(0x0001'0800'0604, 6)
                                     .be(2, 2)
                                     .be(0x0200'0A01'0203, 6)
                                     .be(0x0A01'0203, 4)
                                     .be(0x00AA'BBCC'DDEE, 6)
                                     .be(card, 4)
                                     .zeros(18)));
  EXPECT_FALSE(has_frame());
}

TEST_F(UdpWireSent, ProbesAnnouncementsAndRepliesAreNot) {
  EXPECT_EQ(told_by([&] {
              send(arp_frame({.asker = 0}));
              send(arp_frame({.target = card}));
              send(arp_frame({.operation = 2}));
              EXPECT_FALSE(has_frame());
            }),
            "");
}

TEST_F(UdpWireSent, ArpThatIsCutShortIsToldOf) {
  EXPECT_THAT(told_by([&] {
                wire->sent(arp_frame({}).first(41));
                EXPECT_FALSE(has_frame());
              }),
              testing::HasSubstr("ARP, but cut short"));
}

TEST_F(UdpWireSent, AnswersThatNobodyTakesAreBounded) {
  EXPECT_EQ(told_by([&] {
              for (int i = 0; i < 70; ++i)
                send(arp_frame({}));
              int answers = 0;
              while (has_frame())
                ++answers;
              EXPECT_EQ(answers, 64);
            }),
            "wire udp: ARP requests come faster than the kernel takes the answers\n"
            "wire udp: 6 ARP requests without an answer in all\n");
}

}  // namespace
}  // namespace wirebook::hw_sim::test
