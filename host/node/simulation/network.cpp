#include "node/simulation/network.hpp"

#include "node/sockets/endpoint.hpp"

namespace wirebook::simulation {

namespace {

constexpr std::uint64_t travel_ns_max = 50'000;
constexpr std::uint64_t delay_ns_max = 3'000'000;

}  // namespace

void Network::send(node::Endpoint from, node::Endpoint to, std::span<const std::byte> bytes) {
  const NetworkFaults& faults = scenario_->network;
  if (!calm_ && random_->chance(faults.lost))
    return record_->note(Act::lost, bytes.size());
  put(from, to, bytes);
  if (!calm_ && random_->chance(faults.doubled))
    put(from, to, bytes);
}

void Network::put(node::Endpoint from, node::Endpoint to, std::span<const std::byte> bytes) {
  const bool delayed = !calm_ && random_->chance(scenario_->network.delayed);
  const std::uint64_t due_ns = time_->steady_ns() + random_->between(1'000, travel_ns_max) +
                               (delayed ? random_->below(delay_ns_max) : 0);
  waiting_[to].emplace(Key{due_ns, ++count_},
                       Datagram{.from = from, .bytes = {bytes.begin(), bytes.end()}});
}

std::optional<Datagram> Network::receive(node::Endpoint at) {
  const auto queue = waiting_.find(at);
  if (queue == waiting_.end() || queue->second.empty() ||
      queue->second.begin()->first.first > time_->steady_ns())
    return std::nullopt;
  Datagram first = std::move(queue->second.begin()->second);
  queue->second.erase(queue->second.begin());
  return first;
}

void Network::drop_arrived(node::Endpoint at) {
  while (receive(at))
    continue;
}

std::size_t SimReceiver::poll(node::DatagramSink& sink, std::size_t max) noexcept {
  const std::size_t wanted = std::min<std::size_t>(max, random_->between(1, 8));
  std::size_t count = 0;
  for (; count < wanted; ++count) {
    const std::optional<Datagram> datagram = network_->receive(at_);
    if (!datagram)
      break;
    sink.on_datagram(datagram->bytes, datagram->from);
  }
  return count;
}

std::size_t SimPort::send(std::span<mmsghdr> datagrams) noexcept {
  const std::size_t taken = random_->chance(scenario_->network.refused)
                                ? random_->below(datagrams.size())
                                : datagrams.size();
  for (const mmsghdr& datagram : datagrams.first(taken)) {
    const msghdr& header = datagram.msg_hdr;
    bytes_.clear();
    for (const iovec& piece : std::span(header.msg_iov, header.msg_iovlen)) {
      const auto* const begin = static_cast<const std::byte*>(piece.iov_base);
      bytes_.insert(bytes_.end(), begin, begin + piece.iov_len);
    }
    const node::Endpoint to =
        node::from_sockaddr(*static_cast<const sockaddr_in*>(header.msg_name));
    witness_(to, bytes_);
    network_->send(from_, to, bytes_);
  }
  return taken;
}

}  // namespace wirebook::simulation
