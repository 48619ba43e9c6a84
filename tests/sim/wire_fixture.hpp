// What the tests of the wires share: frames by hand, sockets on loopback, patience.
//
// Shapes: addresses in host order. Threads: one. Errors: failed expectations.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hw-sim/xrt_driver/frame_wire.hpp"
#include "tests/wire_in/frame_bytes.hpp"

namespace wirebook::hw_sim::test {

using wire_in::test::Bytes;
using wire_in::test::FrameSpec;
using wire_in::test::WireBytes;

inline constexpr std::uint32_t loopback = 0x7F00'0001;

/// Generous: a test that waits so long has failed, whatever the load of the machine.
inline constexpr std::chrono::seconds patience{20};

/// What `make_wire` says against it.
inline std::string refusal_of(const std::string& spec) {
  try {
    return std::string(make_wire(spec)->name()) + " was made";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

/// The MAC address of a host of the simulated network.
inline std::uint64_t host_mac(std::uint32_t address) { return 0x0200'0000'0000 | address; }
/// RFC 1112.
inline std::uint64_t group_mac(std::uint32_t address) {
  return 0x0100'5E00'0000 | (address & 0x7F'FFFF);
}

/// The frame with these Ethernet addresses instead.
inline WireBytes with_macs(WireBytes frame, std::uint64_t destination, std::uint64_t source) {
  return frame.set(0, destination, 6).set(6, source, 6);
}

/// What the kernel would send, with the rule's addresses.
inline WireBytes kernel_frame(const FrameSpec& spec, Bytes payload) {
  const bool to_group = spec.destination_address >> 28 == 0xE;
  return with_macs(
      udp_frame(spec, payload),
      to_group ? group_mac(spec.destination_address) : host_mac(spec.destination_address),
      host_mac(spec.source_address));
}

inline std::string hex(Bytes bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[std::to_integer<std::size_t>(byte >> 4)];
    text += digits[std::to_integer<std::size_t>(byte & std::byte{0xF})];
  }
  return text;
}

/// The next frame, if it comes while the patience lasts.
inline std::optional<WireFrame> frame_of(FrameWire& wire) {
  WireFrame frame;
  const auto end = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < end) {
    if (wire.next(frame))
      return frame;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return std::nullopt;
}
inline std::string next_hex(FrameWire& wire) {
  const auto frame = frame_of(wire);
  return frame ? hex(frame->bytes) : "no frame came";
}

/// What is behind Ethernet, IPv4 and UDP headers without tags and options, padding included.
inline std::string payload_hex(Bytes frame) {
  return frame.size() < 42 ? "no datagram" : hex(frame.subspan(42));
}

/// A program on this machine that has a UDP socket.
class Client {
 public:
  explicit Client(std::uint32_t address = loopback, std::uint16_t port = 0) {
    const int on = 1;
    if (address >> 28 == 0xE)
      setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in local = to_sockaddr(address, port);
    bound_ = bind(descriptor_, reinterpret_cast<const sockaddr*>(&local), sizeof local) == 0;
    const ip_mreq group{{htonl(address)}, {htonl(loopback)}};
    if (address >> 28 == 0xE)
      setsockopt(descriptor_, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group);
    const in_addr through{htonl(loopback)};
    setsockopt(descriptor_, IPPROTO_IP, IP_MULTICAST_IF, &through, sizeof through);
    setsockopt(descriptor_, IPPROTO_IP, IP_RECVTTL, &on, sizeof on);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(descriptor_); }

  [[nodiscard]] bool bound() const { return bound_; }
  [[nodiscard]] std::uint16_t port() const {
    sockaddr_in local{};
    socklen_t length = sizeof local;
    getsockname(descriptor_, reinterpret_cast<sockaddr*>(&local), &length);
    return ntohs(local.sin_port);
  }

  void send(std::uint32_t address, std::uint16_t port, Bytes payload) const {
    const sockaddr_in to = to_sockaddr(address, port);
    EXPECT_EQ(sendto(descriptor_, payload.data(), payload.size(), 0,
                     reinterpret_cast<const sockaddr*>(&to), sizeof to),
              static_cast<ssize_t>(payload.size()))
        << strerror(errno);
  }

  struct Received {
    std::string payload;  ///< hex
    std::uint32_t address = 0;
    std::uint16_t port = 0;
    int time_to_live = 0;
  };
  [[nodiscard]] Received receive() const {
    pollfd wait{descriptor_, POLLIN, 0};
    const std::chrono::milliseconds limit = patience;
    if (poll(&wait, 1, static_cast<int>(limit.count())) <= 0)
      return {.payload = "nothing came"};
    std::array<std::byte, 65536> buffer;
    alignas(cmsghdr) std::array<std::byte, 256> control{};
    sockaddr_in source{};
    iovec bytes{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_name = &source;
    message.msg_namelen = sizeof source;
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = recvmsg(descriptor_, &message, 0);
    Received received{hex(Bytes(buffer).first(static_cast<std::size_t>(size))),
                      ntohl(source.sin_addr.s_addr), ntohs(source.sin_port), 0};
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part))
      if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_TTL)
        std::memcpy(&received.time_to_live, CMSG_DATA(part), sizeof(int));
    return received;
  }

 private:
  static sockaddr_in to_sockaddr(std::uint32_t address, std::uint16_t port) {
    sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_port = htons(port);
    made.sin_addr.s_addr = htonl(address);
    return made;
  }

  int descriptor_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool bound_ = false;
};

/// A port that nobody had a moment ago.
inline std::uint16_t free_port() { return Client().port(); }

}  // namespace wirebook::hw_sim::test
