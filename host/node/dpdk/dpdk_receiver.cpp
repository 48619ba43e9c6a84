#include "node/dpdk/dpdk_receiver.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <netinet/in.h>

#include "wirebook/wire/session.hpp"

#include "node/on_card/card_network.hpp"
#include "node/roads/frame_reader.hpp"
#include "node/sockets/endpoint.hpp"
#include "wire_in/frame_parser.hpp"

namespace wirebook::node {

namespace {

/// What both directions share; it lives as long as either.
struct FrameHost {
  FrameHost(std::unique_ptr<FramePort> frame_port, std::uint32_t address, const Clock& clock)
      : port(std::move(frame_port)),
        network(*port, Neighbour{address, port->mac()}, inbox, clock) {}

  std::unique_ptr<FramePort> port;
  NetworkInbox inbox;
  CardNetwork network;
};

class FrameReceiver final : public Receiver, private FrameSink {
 public:
  FrameReceiver(std::shared_ptr<FrameHost> host, const NodeConfig& config)
      : host_(std::move(host)),
        reader_(config.order_entry.listen),
        login_at_(config.order_entry.upstream_length_prefix ? sizeof(wire::Big16) : 0) {}

  void join_thread() noexcept override { host_->port->join_thread(); }
  std::size_t poll(DatagramSink& sink, std::size_t max) noexcept override {
    sink_ = &sink;
    return host_->port->receive(*this, max);
  }
  void attach_bell(slot_ring::Doorbell* bell) override { host_->inbox.attach_bell(bell); }
  [[nodiscard]] int descriptor() const override { return -1; }
  [[nodiscard]] std::uint64_t dropped() const noexcept override { return host_->port->dropped(); }
  [[nodiscard]] std::string_view name() const override { return "dpdk"; }

 private:
  void on_frame(std::span<const std::byte> frame) noexcept override {
    wire_in::UdpDatagram datagram;
    const Outcome outcome = reader_.read(frame, datagram);
    if (outcome == Outcome::ok) {
      // Whoever logs in will be answered: his answer need not wait for ARP.
      if (is_login(datagram.payload))
        if (const std::optional<Neighbour> sender = sender_of(frame))
          host_->inbox.put_neighbour(*sender);
      return sink_->on_datagram(datagram.payload, {datagram.source_address, datagram.source_port});
    }
    if (!is_for_host(frame, outcome))
      return sink_->on_no_datagram(outcome);
    host_->inbox.put_frame(frame);
    sink_->on_no_datagram(Outcome::punted);
  }
  /// ARP and ICMP for our address; whatever else it is, it is no business of ours.
  [[nodiscard]] bool is_for_host(std::span<const std::byte> frame, Outcome outcome) const noexcept {
    const std::uint32_t own = host_->network.local().address;
    if (outcome == Outcome::frame_not_ipv4) {
      const std::optional<Arp> arp = parse_arp(frame);
      return arp && arp->target == own;
    }
    wire_in::Ipv4Packet packet;
    return outcome == Outcome::ipv4_protocol && wire_in::parse_ipv4(frame, packet) == Outcome::ok &&
           packet.protocol == IPPROTO_ICMP && packet.destination_address == own;
  }
  [[nodiscard]] bool is_login(std::span<const std::byte> payload) const noexcept {
    return payload.size() > login_at_ &&
           static_cast<char>(payload[login_at_]) == wire::ufo::LoginRequest::type_code;
  }

  std::shared_ptr<FrameHost> host_;
  FrameReader reader_;
  const std::size_t login_at_;
  DatagramSink* sink_ = nullptr;
};

class FrameReplies final : public DatagramPort {
 public:
  FrameReplies(std::shared_ptr<FrameHost> host, std::uint16_t port)
      : host_(std::move(host)), port_(host_->network, port) {}

  [[nodiscard]] std::size_t send(std::span<mmsghdr> datagrams) noexcept override {
    return port_.send(datagrams);
  }
  bool poll() noexcept override { return port_.poll(); }
  [[nodiscard]] std::uint64_t bytes_copied() const noexcept override {
    return port_.bytes_copied();
  }

 private:
  std::shared_ptr<FrameHost> host_;
  CardPort port_;
};

}  // namespace

ChosenReceiver make_frame_receiver(const NodeConfig& config, const Clock& clock,
                                   std::unique_ptr<FramePort> port) {
  const Endpoint listen = config.order_entry.listen;
  const auto host = std::make_shared<FrameHost>(std::move(port), listen.address, clock);
  return {std::make_unique<FrameReceiver>(host, config),
          fmt::format("receive: DPDK, {}, {} at {}", host->port->describe(),
                      address_text(listen.address), to_string(host->network.local().mac)),
          std::make_unique<FrameReplies>(host, listen.port)};
}

ChosenReceiver make_dpdk_receiver(const NodeConfig& config, const Clock& clock) {
#if defined(WIREBOOK_DPDK)
  return make_frame_receiver(config, clock, make_dpdk_port(config.dpdk));
#else
  static_cast<void>(config);
  static_cast<void>(clock);
  throw std::system_error(ENOTSUP, std::generic_category(),
                          "road dpdk: this program was built without it; cmake -DWIREBOOK_DPDK=ON");
#endif
}

}  // namespace wirebook::node
