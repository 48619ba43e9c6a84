// Goal: whatever is wrong in the tables of the roads is named with its line, its key and what would
// be right; what is right arrives, and is printed as it can be read again.
// Method: whole files as text, and the exact messages that they earn.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/config/config_parser.hpp"

namespace wirebook::node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ConfigRoads, EveryValueArrivesAndIsPrintedAsItIsRead) {
  const ConfigResult result = parse_config(R"(
[[sessions]]
username = "ALICE"
password = "secret"
firm = "ACME"
[order_entry]
listen = "10.0.0.1:26400"
road = "af_xdp"
batch = 32
busy_poll_us = 20
[af_xdp]
interface = "eth0"
first_queue = 2
queues = 4
mode = "copy"
attach = "generic"
frames = 512
[pcap]
file = "day.pcap"
speed = "2.5"
destination = "10.0.0.254:26400"
replies = "send"
at_end = "stop"
[[pcap.logins]]
source = "10.0.0.2:40000"
username = "alice"
)",
                                           "n.toml");
  ASSERT_THAT(result.errors, ElementsAre());
  const NodeConfig& config = result.config;
  EXPECT_EQ(config.order_entry.road, RoadKind::af_xdp);
  EXPECT_EQ(config.order_entry.batch, 32U);
  EXPECT_EQ(config.order_entry.busy_poll_us, 20U);
  EXPECT_EQ(config.af_xdp.interface, "eth0");
  EXPECT_EQ(config.af_xdp.first_queue, 2U);
  EXPECT_EQ(config.af_xdp.queues, 4U);
  EXPECT_EQ(config.af_xdp.mode, XdpCopy::copy);
  EXPECT_EQ(config.af_xdp.attach, XdpAttach::generic);
  EXPECT_EQ(config.af_xdp.frames, 512U);
  EXPECT_EQ(config.pcap.file, "day.pcap");
  EXPECT_EQ(config.pcap.speed, 2.5);
  EXPECT_EQ(config.pcap.destination, (Endpoint{0x0A0000FE, 26400}));
  EXPECT_EQ(config.pcap.replies, PcapReplies::send);
  EXPECT_EQ(config.pcap.at_end, PcapEnd::stop);
  ASSERT_EQ(config.pcap.logins.size(), 1U);
  EXPECT_EQ(config.pcap.logins[0].source, (Endpoint{0x0A000002, 40000}));
  EXPECT_EQ(config.pcap.logins[0].username.view(), "alice");
  const std::string text = to_toml(config);
  EXPECT_THAT(text, HasSubstr("road = \"af_xdp\"\nbatch = 32\nbusy_poll_us = 20\n"));
  EXPECT_THAT(text, HasSubstr("\n[[pcap.logins]]\nsource = \"10.0.0.2:40000\"\n"));
}

TEST(ConfigRoads, DpdkArgumentsAreTakenApartByWord) {
  const ConfigResult result = parse_config(R"(
[order_entry]
listen = "10.0.0.1:26400"
road = "dpdk"
[dpdk]
eal = " --no-huge  --vdev=net_ring0 "
port = 1
queues = 2
descriptors = 256
frames = 1024
mac = "02:00:00:00:00:07"
)",
                                           "n.toml");
  ASSERT_THAT(result.errors, ElementsAre());
  const DpdkTable& dpdk = result.config.dpdk;
  EXPECT_THAT(dpdk.eal, ElementsAre("--no-huge", "--vdev=net_ring0"));
  EXPECT_EQ(dpdk.port, 1U);
  EXPECT_EQ(dpdk.queues, 2U);
  EXPECT_EQ(dpdk.descriptors, 256U);
  EXPECT_EQ(dpdk.frames, 1024U);
  EXPECT_EQ(dpdk.mac, (std::array<std::uint8_t, 6>{2, 0, 0, 0, 0, 7}));
  const std::string text = to_toml(result.config);
  EXPECT_EQ(to_toml(parse_config(text, "n.toml").config), text);
}

struct WrongRoad {
  const char* text;
  const char* message;
};

class ConfigRoadsErrorTest : public testing::TestWithParam<WrongRoad> {};

TEST_P(ConfigRoadsErrorTest, NamesLineKeyAndRemedy) {
  EXPECT_THAT(parse_config(GetParam().text, "n.toml").errors, ElementsAre(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, ConfigRoadsErrorTest,
    testing::Values(
        WrongRoad{"[order_entry]\nroad = \"tcp\"",
                  "n.toml:2: order_entry.road: is \"tcp\", but must be \"udp\" or \"af_xdp\" or "
                  "\"dpdk\" or \"pcap\" or \"card\""},
        WrongRoad{"[order_entry]\nbatch = 0",
                  "n.toml:2: order_entry.batch: is 0, but must be an integer from 1 to 1024"},
        WrongRoad{"[order_entry]\nroad = \"af_xdp\"",
                  "n.toml:1: order_entry: road is \"af_xdp\": name the interface, for example "
                  "[af_xdp] interface = \"eth0\""},
        WrongRoad{"[order_entry]\nroad = \"af_xdp\"\n[af_xdp]\ninterface = \"eth0\"",
                  "n.toml:1: order_entry: listen is 127.0.0.1:26400, but nothing for that comes by "
                  "eth0: name its address"},
        WrongRoad{"[order_entry]\nroad = \"dpdk\"",
                  "n.toml:1: order_entry: listen is 127.0.0.1:26400, but road is \"dpdk\": that "
                  "port's own address and a port number, such as 192.168.10.2:26400"},
        WrongRoad{"[order_entry]\nroad = \"pcap\"",
                  "n.toml:1: order_entry: road is \"pcap\": name the capture, for example [pcap] "
                  "file = \"day.pcap\""},
        WrongRoad{"[order_entry]\nroad = \"dpdk\"\nlisten = \"0.0.0.0:26400\"",
                  "n.toml:1: order_entry: listen is 0.0.0.0:26400, but road is \"dpdk\": that "
                  "port's own address and a port number, such as 192.168.10.2:26400"},
        WrongRoad{"[order_entry]\nroad = \"card\"",
                  "n.toml:1: order_entry: road is \"card\": name its image, for example [card] "
                  "image = \"wirebook.xclbin\""},
        WrongRoad{"[order_entry]\nroad = \"pcap\"\nlisten = \"10.0.0.1:26400\"\n[pcap]\nfile = "
                  "\"a\"\n[card]\nimage = \"b\"",
                  "n.toml:6: card: order_entry.road: is \"pcap\", but a card is asked for"},
        WrongRoad{"[order_entry]\nreceive = \"io_uring\"\nbusy_poll_us = 9",
                  "n.toml:3: order_entry.busy_poll_us: has no effect: receive is \"io_uring\", "
                  "which finds nothing without a system call; \"auto\" then takes recvmmsg"},
        WrongRoad{"[order_entry]\nroad = \"pcap\"\nbusy_poll_us = 9\n[pcap]\nfile = \"a\"",
                  "n.toml:3: order_entry.busy_poll_us: has no effect: road is \"pcap\"; this is of "
                  "\"udp\" and \"af_xdp\""},
        WrongRoad{"[af_xdp]\nframes = 1000",
                  "n.toml:2: af_xdp.frames: is 1000, but must be a power of two: 512 or 1024"},
        WrongRoad{
            "[af_xdp]\nmode = \"zero_copy\"\nattach = \"generic\"",
            "n.toml:3: af_xdp.attach: is \"generic\", but mode is \"zero_copy\", which only a "
            "driver can"},
        WrongRoad{
            "[pcap]\nspeed = \"fast\"",
            "n.toml:2: pcap.speed: is \"fast\", but must be \"max\" or a factor from 0.001 to "
            "1000000, such as \"1\" or \"2.5\""},
        WrongRoad{"[pcap]\nspeed = \"nan\"",
                  "n.toml:2: pcap.speed: is \"nan\", but must be \"max\" or a factor from 0.001 to "
                  "1000000, such as \"1\" or \"2.5\""},
        WrongRoad{"[pcap]\ndestination = \"10.0.0.1\"",
                  "n.toml:2: pcap.destination: is \"10.0.0.1\", but must be an IPv4 address and a "
                  "port, such as \"10.0.0.1:40000\""},
        WrongRoad{"[[pcap.logins]]\nsource = \"10.0.0.1:1\"\nusername = \"X\"",
                  "n.toml:3: pcap.logins[1].username: \"X\" is none of [[sessions]]"}));

}  // namespace
}  // namespace wirebook::node
