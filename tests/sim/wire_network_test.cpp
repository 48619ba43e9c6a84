// Goal: where this machine has several networks, the udp wire's groups are those of the card's.
// Method: two veth pairs in a network namespace, the wrong one being the system's choice; what
// passes the right one is watched, and sent, through the packet wire at its other end.
#include "tests/sim/network_namespace.hpp"
#include "tests/sim/wire_fixture.hpp"

namespace wirebook::hw_sim::test {
namespace {

constexpr std::uint32_t card_address = 0x0A09'0001;
constexpr std::uint32_t peer_address = 0x0A09'0002;
constexpr std::uint32_t group = 0xEFFF'0A0B;

class Networks : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = enter_network_namespace(); !why.empty())
      GTEST_SKIP() << why;
    if (!ip("link add other0 type veth peer name other1"))
      GTEST_SKIP() << "this system's kernel makes no veth pair";
    for (const char* const step :
         {"link add card0 type veth peer name card1", "link set lo up", "link set other0 up",
          "link set other1 up", "link set card0 up", "link set card1 up",
          "addr add 10.9.5.1/24 dev other0", "addr add 10.9.0.1/24 dev card0",
          "route add 224.0.0.0/4 dev other0"})
      ASSERT_TRUE(ip(step)) << step;
    network = make_wire("packet:card1");
    wire = make_wire("udp");
    wire->registers_changed({.local_address = card_address,
                             .order_address = card_address,
                             .order_port = 26'400,
                             .filters = {{{group, 26'477}}}});
  }

  std::unique_ptr<FrameWire> network;  ///< what is connected to the card's
  std::unique_ptr<FrameWire> wire;
};

TEST_F(Networks, GroupsAreSentIntoTheCards) {
  for (const std::uint16_t source_port :
       std::array<std::uint16_t, 2>{26'400, 26'401}) {  // of a port of ours, and of none
    wire->sent(kernel_frame({.source_address = card_address,
                             .destination_address = group,
                             .source_port = source_port,
                             .destination_port = 26'478},
                            WireBytes(20, 3)));
    for (;;) {  // joining the group is told to the network as well
      const auto frame = next_ipv4(*network);
      ASSERT_FALSE(frame.empty());
      if (hex(Bytes(frame).subspan(23, 1)) != "11")
        continue;
      EXPECT_EQ(hex(Bytes(frame).first(6)), "01005e7f0a0b");
      EXPECT_EQ(hex(Bytes(frame).subspan(26, 8)), "0a090001efff0a0b");
      EXPECT_EQ(payload_hex(frame), hex(WireBytes(20, 3)));
      break;
    }
  }
}

TEST_F(Networks, GroupsAreHeardFromTheCards) {
  const WireBytes frame = with_macs(udp_frame({.source_address = peer_address,
                                               .destination_address = group,
                                               .source_port = 4'000,
                                               .destination_port = 26'477},
                                              WireBytes(20, 4)),
                                    group_mac(group), host_mac(peer_address));
  network->sent(frame);
  const auto heard = frame_of(*wire);
  ASSERT_TRUE(heard);
  EXPECT_EQ(hex(Bytes(heard->bytes).subspan(26, 8)), "0a090002efff0a0b");
  EXPECT_EQ(payload_hex(heard->bytes), hex(WireBytes(20, 4)));
}

}  // namespace
}  // namespace wirebook::hw_sim::test
