// Goal: with `road = "dpdk"` a node trades over a port that DPDK drives: an interface (net_af_xdp),
// and a capture in and out (net_pcap); what cannot be is refused in one line.
// Method: virtual devices, without huge pages; a cable between two networks of the test's own. The
// library starts once in a process, so ctest runs each test in one of its own.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "node/node.hpp"
#include "road_bed.hpp"
#include "tests/node/own_network.hpp"
#include "tests/node/small_node.hpp"
#include "tests/node/ufo_client.hpp"
#include "tests/wire_in/capture_bytes.hpp"
#include "wire_in/frame_parser.hpp"
#include "wire_in/pcap_source.hpp"

/// What the driver net_af_xdp keeps of its memory when it is closed is not ours to free.
extern "C" [[gnu::used]] const char* __lsan_default_suppressions() {
  return "leak:xsk_umem__create\n";
}

namespace wirebook::node {
namespace {

using testing::HasSubstr;
using wire_in::test::PcapForm;
using wire_in::test::udp_frame;

constexpr Endpoint here{OwnNetwork::node_address + 8, 26'400};

NodeConfig dpdk_config(const std::string& device) {
  NodeConfig config = road_config();
  config.order_entry.listen = here;
  config.order_entry.road = RoadKind::dpdk;
  config.market_data.send_to = {0x7F000001, 26'500};
  config.dpdk.eal = {"--no-huge", "--no-shconf", "--no-pci", "-m", "256", "--vdev=" + device};
  config.dpdk.frames = 4096;
  return config;
}

/// False, and the test is to end: skipped where it was refused, failed else.
bool starts(Node& node, std::string& refused) {
  try {
    node.start();
    return true;
  } catch (const std::system_error& error) {
    refused = error.what();
    return false;
  }
}

TEST(Dpdk, ANodeTradesOverAnInterface) {
  OwnNetwork network;
  if (const std::string why = network.enter(); !why.empty())
    GTEST_SKIP() << why;
  Node node(dpdk_config("net_af_xdp0,iface=node0"));
  if (std::string refused; !starts(node, refused))
    GTEST_SKIP() << "refused here: " << refused;
  EXPECT_EQ(node.status().receive_path, "dpdk");
  std::unique_ptr<Client> alice;
  std::unique_ptr<Client> bob;
  network.there([&] {
    const Endpoint local{OwnNetwork::peer_address, 0};
    alice = std::make_unique<Client>(here, local);
    bob = std::make_unique<Client>(here, local);
  });
  // The kernel at the other end asks who has our address, and is answered.
  EXPECT_EQ(alice->log_in("alice", "secret"), 1U);
  EXPECT_EQ(bob->log_in("bob", "secret"), 1U);
  trade(*alice, *bob);
  node.stop();
  EXPECT_FALSE(alice->packet('E').empty());
}

TEST(Dpdk, FramesComeFromAndGoToCaptures) {
  const auto folder = std::filesystem::temp_directory_path();
  const std::string stem = folder / ("wirebook-dpdk-" + std::to_string(getpid()));
  const Endpoint client{OwnNetwork::peer_address, 40'000};
  std::vector<wire_in::test::TestCapture> captures;
  OutcomeCounters expected{};
  captures.push_back({1, udp_frame(from_peer_to(client, here), login("alice", "secret"))});
  for (const WrongFrame& wrong : wrong_frames(client, here)) {
    captures.push_back({1, wrong.bytes});
    expected.add(wrong.outcome);
  }
  captures.push_back({1, udp_frame(from_peer_to(client, here), enter(1, 'B', 1'500'000))});
  const auto file = wire_in::test::pcap_file(captures, PcapForm::nano);
  const std::span<const std::byte> bytes = file;
  std::ofstream(stem + "-in.pcap", std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  {
    Node node(dpdk_config("net_pcap0,rx_pcap=" + stem + "-in.pcap,tx_pcap=" + stem + "-out.pcap"));
    if (std::string refused; !starts(node, refused))
      GTEST_SKIP() << "refused here: " << refused;
    for (int waited = 0; waited < patience_ms && node.status().orders == 0; ++waited)
      usleep(1'000);
    const NodeStatus status = node.status();
    EXPECT_EQ(status.orders, 1U);
    EXPECT_EQ(status.heap_allocations, 0U) << "what the library needs of a thread came before";
    expected.add(Outcome::ok);
    expected.add(Outcome::ok);
    for (std::size_t i = 0; i < outcome_count; ++i)
      EXPECT_EQ(status.ingress.outcomes.count[i], expected.count[i])
          << to_string(static_cast<Outcome>(i));
    node.stop();
  }
  wire_in::PcapSource out(stem + "-out.pcap");
  std::string types;
  while (const auto frame = out.next()) {
    wire_in::UdpDatagram datagram;
    ASSERT_EQ(wire_in::parse_frame(frame->bytes, datagram), Outcome::ok);
    EXPECT_EQ(datagram.source_address, here.address);
    EXPECT_EQ(datagram.destination_port, client.port);
    types += static_cast<char>(datagram.payload[0]);
  }
  EXPECT_THAT(types, testing::StartsWith("A"));
  EXPECT_THAT(types, HasSubstr("S"));
  EXPECT_THAT(types, HasSubstr("E"));
  std::filesystem::remove(stem + "-in.pcap");
  std::filesystem::remove(stem + "-out.pcap");
}

TEST(Dpdk, APortThatIsNotThereIsRefusedInOneLine) {
  NodeConfig config = dpdk_config("net_ring0");
  config.dpdk.port = 3;
  Node node(config);
  std::string refused;
  ASSERT_FALSE(starts(node, refused));
  EXPECT_THAT(refused, HasSubstr("road dpdk: there is no port 3; there are 1, see [dpdk] eal"));
}

TEST(Dpdk, ANodeStartsAgainOnTheSamePort) {
  for (int day = 0; day < 3; ++day) {
    Node node(dpdk_config("net_ring0"));
    std::string refused;
    ASSERT_TRUE(starts(node, refused)) << refused;
    node.stop();
  }
}

TEST(Dpdk, ArgumentsThatTheLibraryRefusesAreNamed) {
  Node node(dpdk_config("no_such_driver0"));
  std::string refused;
  ASSERT_FALSE(starts(node, refused));
  EXPECT_THAT(refused, HasSubstr("road dpdk: rte_eal_init refuses [dpdk] eal = '--no-huge"));
}

}  // namespace
}  // namespace wirebook::node
