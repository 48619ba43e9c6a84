#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "node/recovery/limit_slots.hpp"
#include "node/road.hpp"
#include "node/roads/roads.hpp"
#include "node/sockets/endpoint.hpp"
#include "node/sockets/ingress_stage.hpp"
#include "node/sockets/receiver.hpp"
#include "node/sockets/soup_port.hpp"
#include "node/sockets/udp_socket.hpp"
#include "node/stages/thread_plan.hpp"

namespace wirebook::node {

namespace {

constexpr int socket_buffer_bytes = 8 << 20;

void read_soup(const soup::TcpServer& server, const OrderEntryCounters& counts,
               SoupStatus& status) {
  using enum OrderEntryCount;
  status.listens_on = server.local();
  status.receive_path = server.name();
  status.connections = counts[connections];
  status.login_timeouts = counts[login_timeouts];
  status.strangers_evicted = counts[strangers_evicted];
  status.violations = counts[violations];
  status.held = counts[held];
}

class SocketRoad final : public Road {
 public:
  SocketRoad(const NodeConfig& config, const Clock& clock)
      : config_(&config),
        clock_(&clock),
        slots_(config.rings.slots, {config.rings.start_sequence, config.rings.epoch}),
        inject_(inject_slots(config)) {}

  slot_ring::Ring<Slot>& slots() override { return slots_; }
  slot_ring::InjectRing& inject() override { return inject_; }
  DatagramPort& order_entry_port() override {
    if (receiver_.replies)
      return *receiver_.replies;
    return order_entry_socket_;
  }
  DatagramPort& market_data_port() override { return market_data_socket_; }
  DatagramPort& market_data_port_b() override { return market_data_socket_b_; }

  void open() override;
  Stage& make_ingress(ControlQueue& controls, Ending& ending) override;
  [[nodiscard]] int descriptor() const override { return descriptor_; }
  [[nodiscard]] SoupPort* soup() override { return soup_.get(); }
  void join_thread() noexcept override { receiver_.receiver->join_thread(); }
  void attach_bells(StageThreads& threads) override;
  void attach_desk(SessionDesk& desk) override { ingress_->order_entry().attach_desk(&desk); }
  [[nodiscard]] std::vector<std::string> start_lines() const override;
  void read(NodeStatus& status) const override;
  [[nodiscard]] std::string ended() const override {
    const bool stops =
        config_->order_entry.road == RoadKind::pcap && config_->pcap.at_end == PcapEnd::stop;
    return stops && receiver_.receiver ? receiver_.receiver->ended() : std::string{};
  }

 private:
  const NodeConfig* config_;
  const Clock* clock_;
  slot_ring::Ring<Slot> slots_;
  slot_ring::InjectRing inject_;
  UdpSocket order_entry_socket_;
  UdpSocket market_data_socket_;
  UdpSocket market_data_socket_b_;  ///< it may leave by another interface
  ChosenReceiver receiver_;
  Endpoint order_entry_;
  std::unique_ptr<SoupPort> soup_;  ///< null: no order entry over TCP
  int descriptor_ = -1;
  std::unique_ptr<IngressStage> ingress_;
};

void SocketRoad::open() {
  order_entry_socket_.ask_for_buffers(socket_buffer_bytes);
  market_data_socket_.ask_for_buffers(socket_buffer_bytes);
  if (is_multicast(config_->market_data.send_to.address))
    market_data_socket_.set_multicast(config_->market_data.multicast_interface,
                                      config_->market_data.multicast_ttl);
  if (const auto& b = config_->market_data.send_to_b) {
    market_data_socket_b_.ask_for_buffers(socket_buffer_bytes);
    if (is_multicast(b->address))
      market_data_socket_b_.set_multicast(config_->market_data.multicast_interface_b,
                                          config_->market_data.multicast_ttl);
  }
  order_entry_ = config_->order_entry.listen;
  // That address is the port's own: the kernel does not have it.
  if (config_->order_entry.road != RoadKind::dpdk) {
    order_entry_socket_.bind(order_entry_);
    order_entry_ = order_entry_socket_.local();
  }
  receiver_ = choose_road(*config_, order_entry_socket_.descriptor(), order_entry_, *clock_);
  descriptor_ = receiver_.receiver->descriptor();
  if (!config_->soup.on)
    return;
  // Where nothing wakes ingress for datagrams, it looks for itself, for all of them.
  const bool sleeps =
      descriptor_ >= 0 && plan_threads(*config_, usable_cpus()).wait == slot_ring::Wait::park;
  soup_ = std::make_unique<SoupPort>(*config_, sleeps);
  if (sleeps)
    descriptor_ = soup_->wake_with(descriptor_);
}

Stage& SocketRoad::make_ingress(ControlQueue& controls, Ending& ending) {
  ingress_ = std::make_unique<IngressStage>(IngressStage::Parts{.config = *config_,
                                                                .clock = *clock_,
                                                                .receiver = *receiver_.receiver,
                                                                .inject = inject_,
                                                                .ring = slots_,
                                                                .controls = controls,
                                                                .ending = ending,
                                                                .soup = soup_.get()});
  return *ingress_;
}

void SocketRoad::attach_bells(StageThreads& threads) {
  slot_ring::Doorbell* const bell = threads.bell_for(StageName::wire_out, StageName::ingress);
  ingress_->order_entry().attach_bell(bell);
  receiver_.receiver->attach_bell(bell);
}

std::vector<std::string> SocketRoad::start_lines() const {
  const slot_ring::Pages pages = slots_.memory().pages();
  std::vector<std::string> lines{
      fmt::format("order entry: UFO on {}", to_string(order_entry_)), receiver_.line,
      fmt::format("memory: rings on {}{}", slot_ring::to_string(pages),
                  pages == slot_ring::Pages::plain ? " (no huge pages to be had)" : "")};
  if (soup_)
    lines.insert(lines.begin() + 1, soup_->start_lines().begin(), soup_->start_lines().end());
  return lines;
}

void SocketRoad::read(NodeStatus& status) const {
  const OrderEntry& order_entry = ingress_->order_entry();
  read_order_entry(order_entry.counters(), order_entry.outcomes(), status);
  status.dropped_kernel_datagrams = order_entry.counters()[OrderEntryCount::dropped_kernel];
  status.slot_ring.used_max = ingress_->used_max();
  status.order_entry = order_entry_;
  if (soup_)
    read_soup(soup_->server(), order_entry.counters(), status.soup.emplace());
  status.receive_path = receiver_.receiver->name();
}

}  // namespace

std::unique_ptr<Road> make_socket_road(const NodeConfig& config, const Clock& clock) {
  return std::make_unique<SocketRoad>(config, clock);
}

std::uint32_t inject_slots(const NodeConfig& config) {
  std::size_t opening = config.instruments.size() + limit_slots(config).size() + 16;
  if (config.journal.mode != JournalMode::off)
    opening += config.sessions.size();  // those that were up when the node before this one ended
  return std::max(config.rings.inject, std::bit_ceil(static_cast<std::uint32_t>(opening)));
}

void read_order_entry(const OrderEntryCounters& counts, const SharedOutcomes& outcomes,
                      NodeStatus& status) {
  using enum OrderEntryCount;
  status.datagrams = counts[datagrams];
  status.dropped_order_datagrams = counts[dropped_orders];
  status.dropped_session_datagrams = counts[dropped_sessions];
  status.slot_bytes_written = counts[slot_bytes];
  status.ingress = {.outcomes = outcomes.read(),
                    .datagrams_too_long = counts[too_long],
                    .unknown_source_packets = counts[unknown_source],
                    .logins = counts[logins],
                    .logins_rejected = counts[logins_rejected],
                    .logins_limited = counts[logins_limited],
                    .dropped_rate = counts[dropped_rate],
                    .takeovers = counts[takeovers],
                    .logoffs = counts[logoffs],
                    .timeouts = counts[timeouts]};
}

}  // namespace wirebook::node
