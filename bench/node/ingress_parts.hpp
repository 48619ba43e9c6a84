// What the comparison of roads stands on: a cable of the bench's own, a sender at its other end
// that is faster than any receiver, and ingress as a node has it, from the road to the sealed slot.
//
// Shapes: datagrams with one UFO order each, all of one length, so that the kernel cuts them out of
// one call's bytes (UDP_SEGMENT) before they are on the cable. Threads: the sender has its own.
// Errors: text, or std::system_error. Cost: not measured here but by who uses it.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/udp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include "bench/report.hpp"
#include "node/roads/roads.hpp"
#include "node/sockets/endpoint.hpp"
#include "node/sockets/ingress_stage.hpp"
#include "node/sockets/udp_socket.hpp"
#include "tests/node/ouch_messages.hpp"
#include "tests/node/own_network.hpp"

namespace wirebook::bench {

using node::OwnNetwork;

inline constexpr std::size_t orders_per_call = 64;

inline node::NodeConfig road_under_test(node::RoadKind road, node::ReceivePath path) {
  node::NodeConfig config;
  config.instruments.push_back({.symbol = Symbol::from("AAPL")});
  config.sessions.push_back({.username = Alpha<6>::from("alice"),
                             .password = Alpha<10>::from("secret"),
                             .firm = Firm::from("ACME")});
  config.sessions[0].limits.packets_per_second = 0;
  config.order_entry.listen = {OwnNetwork::node_address, 26'400};
  config.order_entry.road = road;
  config.order_entry.receive = path;
  config.af_xdp.interface = OwnNetwork::node_interface;
  return config;
}

/// Ingress with its road, and somebody who gives the slots back.
class IngressUnderTest {
 public:
  explicit IngressUnderTest(node::NodeConfig config)
      : config_(std::move(config)), slots_(config_.rings.slots) {
    socket_.ask_for_buffers(32 << 20);
    socket_.bind(config_.order_entry.listen);
    chosen_ = node::choose_road(config_, socket_.descriptor(), socket_.local(), clock_);
    ingress_ = std::make_unique<node::IngressStage>(
        node::IngressStage::Parts{.config = config_,
                                  .clock = clock_,
                                  .receiver = *chosen_.receiver,
                                  .inject = inject_,
                                  .ring = slots_,
                                  .controls = *controls_,
                                  .ending = ending_});
  }

  ~IngressUnderTest() { chosen_.receiver->finish(); }
  IngressUnderTest(const IngressUnderTest&) = delete;
  IngressUnderTest& operator=(const IngressUnderTest&) = delete;

  /// Gives how many slots came.
  std::uint64_t poll() {
    ingress_->poll();
    const std::uint64_t came = slots_.written() - reader_.sequence();
    reader_.release(came);
    return came;
  }
  [[nodiscard]] const std::string& line() const { return chosen_.line; }
  [[nodiscard]] std::uint64_t dropped() const { return chosen_.receiver->dropped(); }

 private:
  const node::NodeConfig config_;
  const node::Clock clock_{0};
  node::UdpSocket socket_;
  node::ChosenReceiver chosen_;
  slot_ring::InjectRing inject_{1024};
  slot_ring::Ring<Slot> slots_;
  slot_ring::Reader<Slot> reader_{slots_};
  std::unique_ptr<node::ControlQueue> controls_ = std::make_unique<node::ControlQueue>();
  node::Ending ending_;
  std::unique_ptr<node::IngressStage> ingress_;
};

/// A socket at the cable's other end.
class OrderSender {
 public:
  explicit OrderSender(const OwnNetwork& network) {
    network.there([this] {
      socket_ = std::make_unique<node::UdpSocket>();
      socket_->ask_for_buffers(8 << 20);
      socket_->bind({OwnNetwork::peer_address, 40'000});
      const sockaddr_in to = node::to_sockaddr({OwnNetwork::node_address, 26'400});
      connect(socket_->descriptor(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
    });
    for (std::uint32_t i = 0; i < orders_per_call; ++i) {
      const node::ByteVector order = node::enter(i + 1, 'B', 1'000'000);
      order_bytes_ = order.size();
      bytes_.insert(bytes_.end(), order.begin(), order.end());
    }
  }

  void log_in() const { send_one(node::login("alice", "secret")); }
  /// 64 orders by one call.
  void send_orders() {
    std::array<std::byte, CMSG_SPACE(sizeof(std::uint16_t))> control{};
    iovec vector{.iov_base = bytes_.data(), .iov_len = bytes_.size()};
    msghdr message{};
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const cut = CMSG_FIRSTHDR(&message);
    cut->cmsg_level = SOL_UDP;
    cut->cmsg_type = UDP_SEGMENT;
    cut->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
    const auto size = static_cast<std::uint16_t>(order_bytes_);
    std::memcpy(CMSG_DATA(cut), &size, sizeof size);
    while (sendmsg(socket_->descriptor(), &message, 0) < 0)
      if (errno != EAGAIN && errno != ENOBUFS) {
        std::perror("sendmsg");
        std::abort();
      }
  }
  [[nodiscard]] std::size_t order_bytes() const { return order_bytes_; }

 private:
  void send_one(const node::ByteVector& bytes) const {
    if (send(socket_->descriptor(), bytes.data(), bytes.size(), 0) < 0)
      std::perror("send");
  }

  std::unique_ptr<node::UdpSocket> socket_;
  std::vector<std::byte> bytes_;
  std::size_t order_bytes_ = 0;
};

/// The kernel's receive work for the cable is done by a thread of its own, which can be moved and
/// whose time is known.
class ReceiveThread {
 public:
  static bool set_up() {
    // A view of /sys that shows this network.
    return unshare(CLONE_NEWNS) == 0 &&
           mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mount("sysfs", "/sys", "sysfs", 0, nullptr) == 0 && receives_by_napi();
  }
  /// That which is there now: roads start it anew.
  explicit ReceiveThread(unsigned core) {
    std::ofstream("/sys/class/net/node0/threaded") << 1 << std::flush;
    for (const auto& process : std::filesystem::directory_iterator("/proc")) {
      std::ifstream file(process.path() / "comm");
      std::string name;
      if (!std::getline(file, name) || !name.starts_with("napi/node0"))
        continue;
      cpu_set_t cores;
      CPU_ZERO(&cores);
      CPU_SET(core, &cores);
      id_ = process.path().filename();
      moved_ = sched_setaffinity(std::stoi(id_), sizeof cores, &cores) == 0;
    }
  }
  [[nodiscard]] bool moved() const { return moved_; }
  /// On a processor since it was started.
  [[nodiscard]] std::uint64_t cpu_ns() const {
    std::uint64_t ns = 0;
    std::ifstream("/proc/" + id_ + "/schedstat") >> ns;
    return ns;
  }
  static void give_back() { std::ofstream("/sys/class/net/node0/threaded") << 0 << std::flush; }

 private:
  /// As a card's queue, also without a program: a cable does it only with GRO.
  static bool receives_by_napi() {
    ethtool_value on{.cmd = ETHTOOL_SGRO, .data = 1};
    ifreq request{};
    std::strcpy(request.ifr_name, OwnNetwork::node_interface);
    request.ifr_data = reinterpret_cast<char*>(&on);
    const node::UdpSocket socket;
    return ioctl(socket.descriptor(), SIOCETHTOOL, &request) == 0;
  }

  std::string id_;
  bool moved_ = false;
};

/// On a processor, of the calling thread.
inline std::uint64_t cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace wirebook::bench
