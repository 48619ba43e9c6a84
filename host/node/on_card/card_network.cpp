#include "node/on_card/card_network.hpp"

#include <algorithm>

#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

namespace {

constexpr std::uint8_t unicast_ttl = 64;

std::span<const iovec> pieces_of(const msghdr& datagram) {
  return {datagram.msg_iov, datagram.msg_iovlen};
}

}  // namespace

void NetworkInbox::put_frame(std::span<const std::byte> frame) noexcept {
  if (frame.size() > card::card_frame_bytes_max || frames_.write_available() == 0)
    return drop();
  Frame copy;
  copy.bytes = frame.size();
  std::copy(frame.begin(), frame.end(), copy.data.begin());
  frames_.push(copy);
  if (bell_ != nullptr)
    bell_->ring();
}

void NetworkInbox::put_neighbour(const Neighbour& neighbour) noexcept {
  if (!neighbours_.push(neighbour))
    drop();
}

/// Where the next frame goes. A batch may be larger than the card's ring.
std::span<std::byte> CardNetwork::room() noexcept {
  std::span<std::byte> room = card_->frame_room();
  if (room.empty()) {
    card_->flush();
    room = card_->frame_room();
  }
  return room;
}

bool CardNetwork::poll() noexcept {
  const std::size_t learned = inbox_->neighbours_.consume_all(
      [this](const Neighbour& neighbour) { neighbours_.learn(neighbour); });
  const std::size_t frames = inbox_->frames_.consume_all([this](const NetworkInbox::Frame& frame) {
    on_frame(std::span(frame.data).first(frame.bytes));
  });
  if (frames != 0)
    flush();
  return learned + frames != 0;
}

void CardNetwork::on_frame(std::span<const std::byte> frame) noexcept {
  const std::span<std::byte> answer = room();
  if (const std::optional<Arp> arp = parse_arp(frame)) {
    neighbours_.update(arp->sender);
    if (arp->is_request && arp->target == local_.address)
      if (const std::size_t bytes = build_arp_reply(local_, arp->sender, answer); bytes != 0)
        card_->send(bytes);
    return;
  }
  if (const std::size_t bytes = build_echo_reply(local_, frame, answer); bytes != 0)
    card_->send(bytes);
}

bool CardNetwork::send(std::uint16_t source_port, std::uint8_t time_to_live,
                       const msghdr& datagram) noexcept {
  const Endpoint to = from_sockaddr(*static_cast<const sockaddr_in*>(datagram.msg_name));
  const Mac* const mac = mac_of(to.address);
  if (mac == nullptr)
    return false;
  const std::size_t bytes = build_udp({.from = local_,
                                       .to = {to.address, *mac},
                                       .source_port = source_port,
                                       .destination_port = to.port,
                                       .time_to_live = time_to_live},
                                      pieces_of(datagram), room());
  if (bytes == 0)
    return false;
  card_->send(bytes);
  return true;
}

const Mac* CardNetwork::mac_of(std::uint32_t address) noexcept {
  if (is_multicast(address)) {
    group_mac_ = multicast_mac(address);
    return &group_mac_;
  }
  const Mac* const mac = neighbours_.find(address);
  if (mac == nullptr)
    ask(address);
  return mac;
}

void CardNetwork::ask(std::uint32_t address) noexcept {
  if (neighbours_.find(address) != nullptr ||
      !neighbours_.is_to_be_asked(address, clock_->steady_ns()))
    return;
  if (const std::size_t bytes = build_arp_request(local_, address, room()); bytes != 0) {
    card_->send(bytes);
    card_->flush();
  }
}

std::size_t CardPort::send(std::span<mmsghdr> datagrams) noexcept {
  // Who logged in is a neighbour before the answer goes out.
  network_->poll();
  std::size_t taken = 0;
  for (const mmsghdr& datagram : datagrams) {
    const msghdr& header = datagram.msg_hdr;
    const auto address = from_sockaddr(*static_cast<const sockaddr_in*>(header.msg_name)).address;
    if (!network_->send(port_, is_multicast(address) ? multicast_ttl_ : unicast_ttl, header))
      continue;
    ++taken;
    for (const iovec& piece : pieces_of(header))
      bytes_copied_ += piece.iov_len;
  }
  network_->flush();
  return taken;
}

}  // namespace wirebook::node
