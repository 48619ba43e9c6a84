// Goal: with the wire "udp", a program on a real socket talks with the kernel, both ways.
// Method: a client sends feed messages to the address that the card was told to hear, and the host
// puts frames into the transmit ring; what arrives must be what was sent, with right checksums.
#include <gtest/gtest.h>

#include "tests/sim/wire_fixture.hpp"
#include "tests/xrt/capture.hpp"
#include "tests/xrt/xrt_host.hpp"

namespace wirebook::test {
namespace {

using hw_sim::test::Client;
using hw_sim::test::hex;
using hw_sim::test::kernel_frame;
using hw_sim::test::loopback;
using wire_in::test::Bytes;
using wire_in::test::WireBytes;

constexpr std::uint32_t card = loopback + 3;

TEST(XrtUdp, DatagramsOfAClientBecomeSlots) {
  constexpr std::uint64_t datagrams = 50;
  const Surroundings surroundings;
  Surroundings::set("WIREBOOK_SIM_WIRE", "udp");
  XrtHost host;
  want_capture(host);
  const std::uint16_t port = hw_sim::test::free_port();
  host.write(reg::filter_address, card);
  host.write(reg::filter_port, 1U << 16 | port);
  host.start();
  ASSERT_EQ(host.read(reg::state), running);  // so the wire has heard of the port
  const Client client;
  for (std::uint64_t i = 1; i <= datagrams; ++i)
    client.send(card, port, wire_in::test::mold_packet(i, {wire_in::test::itch_delete(i)}));
  for (std::uint64_t i = 1; i <= datagrams; ++i) {
    const Slot* slot = host.wait_for_slot();
    ASSERT_NE(slot, nullptr) << "datagram " << i;
    ASSERT_EQ(slot->tail.kind, feed_kind('D'));
  }
  EXPECT_TRUE(host.quiesce());
  EXPECT_EQ(host.take(), nullptr);
}

TEST(XrtUdp, FramesOfTheHostReachAClient) {
  constexpr std::size_t cell_bytes = 2'048;
  constexpr std::uint32_t cells_log2 = 3;
  const Surroundings surroundings;
  Surroundings::set("WIREBOOK_SIM_WIRE", "udp");
  XrtHost host;
  xrt::bo cells = host.host_only(cell_bytes << cells_log2);
  host.write64(reg::tx_base, cells.address());
  host.write(reg::tx_cells_log2, cells_log2);
  const std::uint16_t port = hw_sim::test::free_port();
  host.write(reg::order_address, card);
  host.write(reg::order_port, 1U << 16 | port);
  host.start();
  const Client client;
  for (std::uint32_t i = 0; i < 20; ++i) {
    const WireBytes payload(1 + 37 * i, static_cast<std::uint8_t>(i));
    const WireBytes frame = kernel_frame({.source_address = card,
                                          .destination_address = loopback,
                                          .source_port = port,
                                          .destination_port = client.port()},
                                         payload);
    auto* const cell = cells.map<std::byte*>() + (i % (1U << cells_log2)) * cell_bytes;
    const WireBytes header = WireBytes().le(frame.size(), 2).zeros(6);
    std::ranges::copy(Bytes(header), cell);
    std::ranges::copy(Bytes(frame), cell + header.size());
    host.write(reg::tx_produced, i + 1);
    const Client::Received received = client.receive();
    ASSERT_EQ(received.payload, hex(payload));
    ASSERT_EQ(received.address, card);
    ASSERT_EQ(received.port, port);
  }
  EXPECT_TRUE(host.quiesce());
}

}  // namespace
}  // namespace wirebook::test
