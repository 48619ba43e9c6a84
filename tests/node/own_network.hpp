// A network of a test's own, with a cable whose other end lies in a network of its own too: both go
// with the test's process.
//
//   here: node0, 10.77.0.1 ══════ peer0, 10.77.0.2: there
//
// Shapes: `enter` puts the calling thread, and what it starts, into new networks. `there` runs
// something in the other one; a socket that is made there stays there. Threads: the process's only
// one, at first. Errors: text that says why not, for GTEST_SKIP and the like.
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wirebook::node {

class OwnNetwork {
 public:
  static constexpr std::uint32_t node_address = 0x0A4D0001;
  static constexpr std::uint32_t peer_address = 0x0A4D0002;
  static constexpr const char* node_interface = "node0";
  static constexpr const char* peer_interface = "peer0";

  OwnNetwork() = default;
  ~OwnNetwork() {
    for (const int descriptor : {here_, there_})
      if (descriptor >= 0)
        close(descriptor);
  }
  OwnNetwork(const OwnNetwork&) = delete;
  OwnNetwork& operator=(const OwnNetwork&) = delete;

  /// Empty, or why there is none.
  std::string enter(unsigned queues = 1) {
    if (!ip("-V"))
      return "the ip command is not installed (iproute2)";
    if (!own_network(there_) || !own_network(here_))
      return std::string("no privilege to make a network: ") + std::strerror(errno);
    const std::string count = std::to_string(queues);
    const std::string both = " numrxqueues " + count + " numtxqueues " + count;
    if (!ip("link add node0" + both + " type veth peer name peer0" + both))
      return "no cable (veth) can be made";
    const std::string place = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(there_);
    bool made = ip("link set peer0 netns " + place) && ip("link set lo up") &&
                ip("address add 10.77.0.1/24 dev node0") && ip("link set node0 up");
    there([&] {
      made = made && ip("link set lo up") && ip("address add 10.77.0.2/24 dev peer0") &&
             ip("link set peer0 up") && sends_whole_checksums();
    });
    return made ? std::string{} : "the cable cannot be set up";
  }

  /// Runs it in the peer's network, on a thread of its own.
  void there(const std::function<void()>& what) const {
    std::thread([&] {
      if (setns(there_, CLONE_NEWNET) != 0)
        std::perror("setns");
      else
        what();
    }).join();
  }

 private:
  static bool ip(const std::string& arguments) {
    FILE* const output = popen(("ip " + arguments + " 2>&1").c_str(), "r");
    if (output == nullptr)
      return false;
    std::string text;
    for (int c = std::fgetc(output); c != EOF; c = std::fgetc(output))
      text += static_cast<char>(c);
    const bool done = pclose(output) == 0;
    if (!done && arguments != "-V")
      std::fprintf(stderr, "ip %s: %s", arguments.c_str(), text.c_str());
    return done;
  }
  /// The calling thread is in it from now on.
  static bool own_network(int& descriptor) {
    if (unshare(CLONE_NEWNET) != 0)
      return false;
    for (const char* const family : {"all", "default"})  // it would send of its own accord
      std::ofstream(std::string("/proc/sys/net/ipv6/conf/") + family + "/disable_ipv6") << 1;
    descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    return descriptor >= 0;
  }
  /// A cable that is none leaves checksums to a card that never comes.
  static bool sends_whole_checksums() {
    ethtool_value off{.cmd = ETHTOOL_STXCSUM, .data = 0};
    ifreq request{};
    std::strcpy(request.ifr_name, peer_interface);
    request.ifr_data = reinterpret_cast<char*>(&off);
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const bool done = ioctl(socket, SIOCETHTOOL, &request) == 0;
    close(socket);
    return done;
  }

  int here_ = -1;
  int there_ = -1;
};

}  // namespace wirebook::node
