// Goal: with `road = "af_xdp"` order entry's datagrams, and only those, come around the kernel's
// stack, from each queue; everything else goes on as if nothing were there; nothing stays behind.
// Method: a cable between two networks of the test's own; frames by hand, and real sockets.
#include <atomic>
#include <csignal>
#include <cstring>
#include <thread>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <gmock/gmock.h>
#include <sys/wait.h>

#include "frame_sender.hpp"
#include "node/node.hpp"
#include "node/roads/redirect_program.hpp"
#include "road_bed.hpp"
#include "tests/node/small_node.hpp"
#include "tests/node/ufo_client.hpp"

namespace wirebook::node {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using wire_in::test::udp_frame;
using wire_in::test::WireBytes;

NodeConfig xdp_config() {
  NodeConfig config = road_config();
  config.order_entry.listen = {OwnNetwork::node_address, 26'400};
  config.order_entry.road = RoadKind::af_xdp;
  config.af_xdp.interface = OwnNetwork::node_interface;
  config.af_xdp.frames = 1024;
  return config;
}

/// The program on an interface, 0: none.
std::uint32_t program_on(const char* interface) {
  std::uint32_t id = 0;
  const int result = bpf_xdp_query_id(static_cast<int>(if_nametoindex(interface)), 0, &id);
  EXPECT_EQ(result, 0);
  return id;
}

class AfXdpTest : public testing::Test {
 protected:
  explicit AfXdpTest(unsigned queues = 1) : queues_(queues) {}
  void SetUp() override {
    if (const std::string why = network_.enter(queues_); !why.empty())
      GTEST_SKIP() << why;
    try {
      const RoadBed bed(xdp_config());
    } catch (const std::system_error& error) {
      if (error.code().value() != EPERM && error.code().value() != EAFNOSUPPORT)
        throw;
      GTEST_SKIP() << "refused here: " << error.what();
    }
  }

  OwnNetwork network_;
  const unsigned queues_;
};
class AfXdpQueuesTest : public AfXdpTest {
 protected:
  AfXdpQueuesTest() : AfXdpTest(4) {}
};

constexpr Endpoint alice_address{OwnNetwork::peer_address, 40'000};

TEST_F(AfXdpTest, EachMalformedFrameHasItsOutcomeAndTheRestGoesToTheKernel) {
  RoadBed bed(xdp_config());
  const FrameSender sender(network_);
  const auto spec = from_peer_to(alice_address, bed.address());
  sender.send(udp_frame(spec, login("alice", "secret")));
  ASSERT_TRUE(bed.poll_until([&] { return bed.slots(SlotKind::session_up) == 1; }));
  std::uint64_t datagrams = 1;
  for (const WrongFrame& wrong : wrong_frames(alice_address, bed.address())) {
    SCOPED_TRACE(wrong.what);
    const std::string before = bed.outcomes();
    const std::uint64_t count = bed.count(wrong.outcome);
    sender.send(wrong.bytes);
    // A good one behind it: when that is there, the other one has been.
    sender.send(udp_frame(spec, one_byte('R')));
    const bool reaches_order_entry = wrong.outcome >= Outcome::ufo_empty;
    datagrams += reaches_order_entry ? 2 : 1;
    ASSERT_TRUE(bed.poll_until([&] { return bed.count(OrderEntryCount::datagrams) == datagrams; }));
    EXPECT_EQ(bed.count(wrong.outcome), count + (wrong.names_us ? 1 : 0))
        << before << " -> " << bed.outcomes();
  }
  EXPECT_EQ(bed.slots(SlotKind::enter), 0U);
  sender.send(udp_frame(spec, enter(7, 'B', 1'000'000)));
  EXPECT_TRUE(bed.poll_until([&] { return bed.slots(SlotKind::enter) == 1; }));
  EXPECT_EQ(bed.receiver().dropped(), 0U);
}

TEST_F(AfXdpTest, TagsAndOptionsBeforeTheDatagramAreSteppedOver) {
  RoadBed bed(xdp_config());
  const FrameSender sender(network_);
  auto spec = from_peer_to(alice_address, bed.address());
  sender.send(udp_frame(spec, login("alice", "secret")));
  std::uint32_t number = 0;
  for (const std::vector<std::uint16_t>& tags :
       {std::vector<std::uint16_t>{}, {0x8100}, {0x88A8, 0x8100}})
    for (const std::size_t options : {std::size_t{0}, std::size_t{3}, std::size_t{10}}) {
      spec.vlan_types = tags;
      spec.options_words = options;
      sender.send(udp_frame(spec, enter(++number, 'B', 1'000'000)));
      EXPECT_TRUE(bed.poll_until([&] { return bed.slots(SlotKind::enter) == number; }))
          << tags.size() << " tags, " << options << " words; " << bed.outcomes();
    }
}

TEST_F(AfXdpQueuesTest, EveryQueueIsHeard) {
  RoadBed bed(xdp_config());
  EXPECT_THAT(bed.line(), StartsWith("receive: AF_XDP on node0, queues 0 to 3, "));
  const FrameSender sender(network_);
  // Each flow has its queue. The kernel would drop these, so whatever is counted came by AF_XDP.
  constexpr std::uint16_t flows = 200;
  for (std::uint16_t flow = 0; flow < flows; ++flow) {
    auto spec = from_peer_to({alice_address.address, static_cast<std::uint16_t>(10'000 + flow)},
                             bed.address());
    WireBytes frame = udp_frame(spec, one_byte('R'));
    sender.send(frame.flip(8 * (frame.size() - 1)));
    bed.poll();
  }
  EXPECT_TRUE(bed.poll_until([&] { return bed.count(Outcome::udp_checksum) == flows; }))
      << bed.outcomes();
}

TEST_F(AfXdpTest, MoreThanThereAreFramesGoAround) {
  NodeConfig config = xdp_config();
  config.af_xdp.frames = 256;
  config.order_entry.batch = 7;
  RoadBed bed(config);
  const FrameSender sender(network_);
  const auto spec = from_peer_to(alice_address, bed.address());
  sender.send(udp_frame(spec, login("alice", "secret")));
  constexpr std::uint32_t orders = 5'000;
  for (std::uint32_t number = 1; number <= orders; ++number) {
    sender.send(udp_frame(spec, enter(number, 'B', 1'000'000)));
    if (number % 50 == 0) {
      ASSERT_TRUE(bed.poll_until([&] { return bed.slots(SlotKind::enter) == number; }))
          << number << "; " << bed.outcomes();
    }
  }
  EXPECT_EQ(bed.receiver().dropped(), 0U);
}

/// The kernel shows a frame before it shows that its place in the fill ring is free.
TEST_F(AfXdpTest, FramesAreGivenBackWhileTheKernelTakesOthers) {
  NodeConfig config = xdp_config();
  config.af_xdp.frames = 256;
  RoadBed bed(config);
  const FrameSender sender(network_);
  const WireBytes frame = udp_frame(from_peer_to(alice_address, bed.address()), one_byte('R'));
  std::atomic<bool> done{false};
  std::thread flood([&] {
    for (int i = 0; i < 100'000; ++i)
      sender.send(frame);
    done = true;
  });
  while (!done)
    bed.poll();
  flood.join();
  EXPECT_TRUE(bed.poll_until([&] {
    return bed.count(OrderEntryCount::dropped_kernel) + bed.count(OrderEntryCount::datagrams) ==
           100'000;
  })) << bed.count(OrderEntryCount::datagrams);
}

TEST_F(AfXdpTest, WhatFindsNoFrameIsCountedAsDropped) {
  NodeConfig config = xdp_config();
  config.af_xdp.frames = 256;
  RoadBed bed(config);
  const FrameSender sender(network_);
  const auto spec = from_peer_to(alice_address, bed.address());
  for (int i = 0; i < 400; ++i)
    sender.send(udp_frame(spec, one_byte('R')));
  EXPECT_TRUE(bed.poll_until([&] {
    return bed.count(OrderEntryCount::dropped_kernel) + bed.count(OrderEntryCount::datagrams) ==
           400;
  })) << bed.count(OrderEntryCount::datagrams);
  EXPECT_GE(bed.count(OrderEntryCount::dropped_kernel), 400U - 256U);
}

TEST_F(AfXdpTest, FragmentsAndOtherWaysComeByTheSocket) {
  RoadBed bed(xdp_config());
  const FrameSender sender(network_);
  const auto spec = from_peer_to(alice_address, bed.address());
  sender.send(udp_frame(spec, login("alice", "secret")));
  ASSERT_TRUE(bed.poll_until([&] { return bed.count(OrderEntryCount::logins) == 1; }));
  // From this host itself, so never on the cable.
  UdpClient local({OwnNetwork::node_address, 0});
  local.send(bed.address(), login("bob", "secret"));
  EXPECT_TRUE(bed.poll_until([&] { return bed.count(OrderEntryCount::logins) == 2; }));
}

/// A node with its threads, and clients on real sockets at the cable's other end.
TEST_F(AfXdpQueuesTest, ANodeTradesAndLeavesNothingBehind) {
  NodeConfig config = xdp_config();
  config.order_entry.listen.port = 0;
  config.market_data.send_to = {OwnNetwork::node_address, 26'500};
  std::unique_ptr<Client> alice;
  std::unique_ptr<Client> bob;
  {
    Node node(config);
    node.start();
    EXPECT_NE(program_on(OwnNetwork::node_interface), 0U);
    EXPECT_EQ(node.status().receive_path, "af_xdp");
    network_.there([&] {
      const Endpoint local{OwnNetwork::peer_address, 0};
      alice = std::make_unique<Client>(node.status().order_entry, local);
      bob = std::make_unique<Client>(node.status().order_entry, local);
    });
    EXPECT_EQ(alice->log_in("alice", "secret"), 1U);
    EXPECT_EQ(bob->log_in("bob", "secret"), 1U);
    trade(*alice, *bob);
    node.stop();
    EXPECT_FALSE(alice->packet('E').empty());
  }
  EXPECT_EQ(program_on(OwnNetwork::node_interface), 0U);
}

TEST_F(AfXdpTest, TheProgramGoesWithAProcessThatIsKilled) {
  int told[2];
  ASSERT_EQ(pipe(told), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const RoadBed bed(xdp_config());
    const char done = 'y';
    static_cast<void>(!write(told[1], &done, 1));
    pause();
    _exit(0);
  }
  char done = 0;
  ASSERT_EQ(read(told[0], &done, 1), 1);
  const std::uint32_t there = program_on(OwnNetwork::node_interface);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_NE(there, 0U);
  for (int waited = 0; waited < 1000 && program_on(OwnNetwork::node_interface) != 0; ++waited)
    usleep(10'000);
  EXPECT_EQ(program_on(OwnNetwork::node_interface), 0U);
}

TEST_F(AfXdpTest, WhatCannotBeIsRefusedInOneLine) {
  const RoadBed first(xdp_config());
  const auto refusal = [](NodeConfig config) -> std::string {
    try {
      config.order_entry.listen.port = 0;
      const RoadBed bed(std::move(config));
    } catch (const std::system_error& error) {
      return error.what();
    }
    return "none";
  };
  NodeConfig config = xdp_config();
  EXPECT_THAT(refusal(config), HasSubstr("road af_xdp: no socket on queue 0 of node0; another"));
  config.af_xdp.interface = "none0";
  EXPECT_THAT(refusal(config), HasSubstr("road af_xdp: interface none0: No such device"));
  config = xdp_config();
  config.af_xdp.queues = 3;
  EXPECT_THAT(refusal(config), HasSubstr("road af_xdp: node0 has queues 0 to 0"));
}

TEST_F(AfXdpTest, ACableCannotZeroCopyAndSaysSo) {
  NodeConfig config = xdp_config();
  config.af_xdp.mode = XdpCopy::zero_copy;
  try {
    const RoadBed bed(config);
    FAIL() << bed.line();
  } catch (const std::system_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("mode = \"auto\" copies then"));
  }
  EXPECT_EQ(program_on(OwnNetwork::node_interface), 0U);
}

TEST_F(AfXdpTest, EachWayToPutTheProgramServes) {
  for (const XdpAttach attach : {XdpAttach::native, XdpAttach::generic}) {
    NodeConfig config = xdp_config();
    config.af_xdp.attach = attach;
    config.order_entry.busy_poll_us = attach == XdpAttach::native ? 20 : 0;
    RoadBed bed(config);
    EXPECT_THAT(bed.line(), HasSubstr(attach == XdpAttach::native
                                          ? "copied by the kernel, native program, polled for 20 us"
                                          : "copied by the kernel, generic program"));
    const FrameSender sender(network_);
    const auto spec = from_peer_to(alice_address, bed.address());
    sender.send(udp_frame(spec, login("alice", "secret")));
    EXPECT_TRUE(bed.poll_until([&] { return bed.slots(SlotKind::session_up) == 1; }));
    WireBytes frame = udp_frame(spec, one_byte('R'));
    sender.send(frame.flip(8 * (frame.size() - 1)));
    EXPECT_TRUE(bed.poll_until([&] { return bed.count(Outcome::udp_checksum) == 1; }));
  }
}

/// What the program says of a frame, by the kernel's own interpreter.
TEST_F(AfXdpTest, TheProgramTakesWhatNamesUsAndNothingElse) {
  const Endpoint ours{OwnNetwork::node_address, 26'400};
  const int socket = ::socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
  const RedirectProgram program(ours, 1);
  const int queue = 0;
  ASSERT_EQ(bpf_map_update_elem(program.sockets(), &queue, &socket, 0), 0);
  const auto takes = [&](std::span<const std::byte> frame) {
    bpf_test_run_opts run;  // not by LIBBPF_OPTS, whose C is not C++
    std::memset(&run, 0, sizeof run);
    run.sz = sizeof run;
    run.data_in = frame.data();
    run.data_size_in = static_cast<std::uint32_t>(frame.size());
    EXPECT_EQ(bpf_prog_test_run_opts(program.descriptor(), &run), 0);
    EXPECT_TRUE(run.retval == XDP_PASS || run.retval == XDP_REDIRECT) << run.retval;
    return run.retval == XDP_REDIRECT;
  };
  const WireBytes good = udp_frame(from_peer_to(alice_address, ours), enter(1, 'B', 1));
  EXPECT_TRUE(takes(good));
  for (const WrongFrame& wrong : wrong_frames(alice_address, ours))
    EXPECT_EQ(takes(wrong.bytes), wrong.names_us) << wrong.what;
  // Cut anywhere before both ports are there, it is nobody's.
  for (std::size_t size = 14; size < good.size(); ++size)
    EXPECT_EQ(takes(good.first(size)), size >= 14 + 20 + 4) << size;
  close(socket);
}

}  // namespace
}  // namespace wirebook::node
