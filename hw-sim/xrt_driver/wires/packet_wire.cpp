#include "hw-sim/xrt_driver/wires/packet_wire.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wirebook/wire/ethernet.hpp"

#include "hw-sim/xrt_driver/wires/open_checksum.hpp"

namespace wirebook::hw_sim {
namespace {

/// Ethernet's own 1,500 bytes and the header: what is not longer is a frame on any interface.
constexpr std::size_t ordinary_frame = 1'514;

/// What an interface is asked for by name.
ifreq ask(int descriptor, unsigned long what, const std::string& interface) {
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  if (ioctl(descriptor, what, &request) != 0)
    throw std::invalid_argument(
        errno == ENODEV
            ? fmt::format("there is no interface {0}; make one: ip link add {0} type veth peer "
                          "name {0}p, or: ip tuntap add {0} mode tap",
                          interface)
            : fmt::format("interface {}: {}", interface, std::strerror(errno)));
  return request;
}

/// The tag that Linux took out of the frame goes back behind the addresses.
void restore_tag(std::vector<std::byte>& frame, const tpacket_auxdata& beside) {
  if ((beside.tp_status & TP_STATUS_VLAN_VALID) == 0 || frame.size() < sizeof(wire::EthernetHeader))
    return;
  const struct {
    wire::Big16 type;
    wire::Big16 control;
  } tag{(beside.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0 ? beside.tp_vlan_tpid : wire::type_vlan,
        beside.tp_vlan_tci};
  const auto bytes = std::as_bytes(std::span(&tag, 1));
  frame.insert(frame.begin() + 2 * sizeof(wire::MacAddress), bytes.begin(), bytes.end());
}

tpacket_auxdata beside_frame(msghdr& message) {
  tpacket_auxdata beside{};
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part))
    if (part->cmsg_level == SOL_PACKET && part->cmsg_type == PACKET_AUXDATA)
      std::memcpy(&beside, CMSG_DATA(part), sizeof beside);
  return beside;
}

}  // namespace

PacketWire::PacketWire(std::string_view interface)
    : interface_(interface), name_("packet:" + interface_), buffer_(std::size_t{1} << 16) {
  if (interface.empty() || interface.size() >= IFNAMSIZ)
    throw std::invalid_argument("an interface's name has 1 to 15 characters: packet:veth0");
  // With protocol 0 nothing arrives before the socket is bound to its one interface.
  descriptor_ = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0)
    throw std::invalid_argument(
        errno == EPERM ? "raw sockets need CAP_NET_RAW: run as root, or under: unshare -rn"
                       : fmt::format("no raw socket: {}", std::strerror(errno)));
  try {
    configure();
  } catch (...) {
    close(descriptor_);
    throw;
  }
}

PacketWire::~PacketWire() { close(descriptor_); }

void PacketWire::configure() {
  const auto check = [this](int result, std::string_view what) {
    if (result != 0)
      throw std::invalid_argument(
          fmt::format("interface {}: {}: {}", interface_, what, std::strerror(errno)));
  };
  const int index = ask(descriptor_, SIOCGIFINDEX, interface_).ifr_ifindex;
  if (const auto family = ask(descriptor_, SIOCGIFHWADDR, interface_).ifr_hwaddr.sa_family;
      family != ARPHRD_ETHER && family != ARPHRD_LOOPBACK)
    throw std::invalid_argument(
        fmt::format("interface {} has no Ethernet frames; a TAP has, a TUN has not", interface_));
  if ((ask(descriptor_, SIOCGIFFLAGS, interface_).ifr_flags & IFF_UP) == 0)
    throw std::invalid_argument(
        fmt::format("interface {0} is down: ip link set {0} up", interface_));

  const int on = 1;
  check(setsockopt(descriptor_, SOL_PACKET, PACKET_AUXDATA, &on, sizeof on), "auxiliary data");
  check(setsockopt(descriptor_, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on),
        "without what this machine sends");
  const int room = 8 << 20;
  if (setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = index;
  check(bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  packet_mreq promiscuous{};
  promiscuous.mr_ifindex = index;
  promiscuous.mr_type = PACKET_MR_PROMISC;
  check(
      setsockopt(descriptor_, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof promiscuous),
      "promiscuous mode");
}

bool PacketWire::next(WireFrame& frame) {
  frame.bad_fcs = false;
  frame.time_ns.reset();
  constexpr int tries = 16;  // then the kernel goes on, whatever else lies in the queue
  Taken taken = Taken::other;
  for (int i = 0; i < tries && taken == Taken::other; ++i)
    taken = receive(frame.bytes);
  return taken == Taken::frame;
}

PacketWire::Taken PacketWire::receive(std::vector<std::byte>& frame) {
  iovec bytes{buffer_.data(), buffer_.size()};
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(tpacket_auxdata))> control{};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t result = recvmsg(descriptor_, &message, MSG_TRUNC | MSG_DONTWAIT);
  if (result < 0) {
    if (errno != EAGAIN && errno != EINTR)
      not_received_.add(fmt::format("nothing received: {}", std::strerror(errno)));
    return Taken::nothing;
  }
  const auto length = static_cast<std::size_t>(result);
  // Asked only of long ones: it is a system call.
  if (length > ordinary_frame && length > longest_frame()) {
    too_long_.add(
        fmt::format("a packet of {} bytes was dropped, longer than the interface's MTU; its sender "
                    "must not leave cutting to the card: ethtool -K INTERFACE tso off gso off",
                    length));
    return Taken::other;
  }
  const tpacket_auxdata beside = beside_frame(message);
  frame.assign(buffer_.begin(), buffer_.begin() + result);
  restore_tag(frame, beside);
  if ((beside.tp_status & TP_STATUS_CSUMNOTREADY) != 0)
    complete_checksum(frame);
  frame.resize(std::max(frame.size(), wire::frame_bytes_min));
  return Taken::frame;
}

/// Asked anew, since it may be changed. The MTU does not count tags.
std::size_t PacketWire::longest_frame() const {
  ifreq request{};
  interface_.copy(request.ifr_name, IFNAMSIZ - 1);
  if (ioctl(descriptor_, SIOCGIFMTU, &request) != 0)
    return buffer_.size();
  return static_cast<std::size_t>(request.ifr_mtu) + sizeof(wire::EthernetHeader) +
         2 * sizeof(wire::VlanTag);
}

void PacketWire::sent(std::span<const std::byte> frame) {
  if (send(descriptor_, frame.data(), frame.size(), MSG_DONTWAIT) < 0)
    not_sent_.add(
        fmt::format("cannot send a frame of {} bytes: {}", frame.size(), std::strerror(errno)));
}

}  // namespace wirebook::hw_sim
