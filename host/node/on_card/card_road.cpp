#include "node/on_card/card_road.hpp"

#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "node/config/config_names.hpp"
#include "node/on_card/card_ingress_stage.hpp"
#include "node/on_card/card_network.hpp"
#include "node/road.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

namespace {

/// How long a start waits for the feed's one receiver to answer ARP.
constexpr auto resolve_max = std::chrono::milliseconds(1000);

Neighbour local_of(const NodeConfig& config) {
  const std::uint32_t address = config.order_entry.listen.address;
  return {address, config.card.mac.value_or(default_mac(address))};
}

class CardRoad final : public Road {
 public:
  CardRoad(const NodeConfig& config, const Clock& clock, std::unique_ptr<card::Card> card)
      : config_(&config),
        clock_(&clock),
        card_(std::move(card)),
        slots_(card_->ring_memory(), {config.rings.start_sequence, config.rings.epoch}),
        inject_(card_->inject_memory()),
        inbox_(std::make_unique<NetworkInbox>()),
        network_(*card_, local_of(config), *inbox_, clock),
        order_entry_port_(network_, config.order_entry.listen.port),
        market_data_port_(network_, config.market_data.send_to.port,
                          config.market_data.multicast_ttl) {}

  slot_ring::Ring<Slot>& slots() override { return slots_; }
  slot_ring::InjectRing& inject() override { return inject_; }
  DatagramPort& order_entry_port() override { return order_entry_port_; }
  DatagramPort& market_data_port() override { return market_data_port_; }

  void open() override {}
  Stage& make_ingress(ControlQueue& controls, Ending& ending) override;
  [[nodiscard]] int descriptor() const override { return -1; }
  void attach_bells(StageThreads& threads) override;
  void attach_desk(SessionDesk& desk) override { ingress_->order_entry().attach_desk(&desk); }
  void start() override;
  void stop() override {
    if (!std::exchange(stopped_, true))
      rests_.store(card_->quiesce(), std::memory_order_release);
  }
  [[nodiscard]] std::vector<std::string> start_lines() const override;
  void read(NodeStatus& status) const override;
  [[nodiscard]] std::string failure() const override;

 private:
  void find_feed_receiver(std::uint32_t address);

  const NodeConfig* config_;
  const Clock* clock_;
  std::unique_ptr<card::Card> card_;
  slot_ring::Ring<Slot> slots_;
  slot_ring::InjectRing inject_;
  std::unique_ptr<NetworkInbox> inbox_;
  CardNetwork network_;
  CardPort order_entry_port_;
  CardPort market_data_port_;
  std::unique_ptr<CardIngressStage> ingress_;
  std::vector<std::string> receiver_lines_;
  bool stopped_ = false;
  std::atomic<bool> rests_{true};
};

Stage& CardRoad::make_ingress(ControlQueue& controls, Ending& ending) {
  ingress_ = std::make_unique<CardIngressStage>(CardIngressStage::Parts{.config = *config_,
                                                                        .clock = *clock_,
                                                                        .card = *card_,
                                                                        .inject = inject_,
                                                                        .ring = slots_,
                                                                        .inbox = *inbox_,
                                                                        .controls = controls,
                                                                        .ending = ending});
  return *ingress_;
}

void CardRoad::attach_bells(StageThreads& threads) {
  slot_ring::Doorbell* const bell = threads.bell_for(StageName::wire_out, StageName::ingress);
  ingress_->order_entry().attach_bell(bell);
  inbox_->attach_bell(bell);
}

void CardRoad::start() {
  card_->start(clock_->day());
  const MarketDataConfig& market_data = config_->market_data;
  if (!is_multicast(market_data.send_to.address))
    find_feed_receiver(market_data.send_to.address);
  if (market_data.send_to_b && !is_multicast(market_data.send_to_b->address))
    find_feed_receiver(market_data.send_to_b->address);
}

// The feed's first messages define the instruments: without them a receiver has nothing. So its one
// receiver is asked for before there is anything to send. Nobody has logged in yet, and who tries
// now will try again.
void CardRoad::find_feed_receiver(std::uint32_t address) {
  const auto until = std::chrono::steady_clock::now() + resolve_max;
  while (network_.find(address) == nullptr && std::chrono::steady_clock::now() < until) {
    network_.ask(address);
    bool worked = card_->poll(clock_->day());
    for (auto frame = card_->punted(); !frame.empty(); frame = card_->punted()) {
      inbox_->put_frame(frame);
      card_->release_punted();
      worked |= network_.poll();
    }
    if (!worked)
      std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  const Mac* const mac = network_.find(address);
  receiver_lines_.push_back(
      mac != nullptr ? fmt::format("market data: its receiver is at {}", to_string(*mac))
                     : fmt::format("market data: {} does not answer ARP; until it does, the feed "
                                   "goes nowhere",
                                   address_text(address)));
}

std::vector<std::string> CardRoad::start_lines() const {
  const card::CardIdentity& identity = card_->identity();
  std::vector<std::string> lines{
      fmt::format("order entry: UFO on {}, at {}", to_string(config_->order_entry.listen),
                  to_string(network_.local().mac)),
      fmt::format("receive: card, {}{}{}", identity.body,
                  identity.bus.device.empty() ? "" : ": " + identity.bus.device,
                  identity.bus.simulated ? ", simulated" : ""),
      fmt::format("memory: rings on {}", slot_ring::to_string(slots_.memory().pages()))};
  lines.insert(lines.end(), receiver_lines_.begin(), receiver_lines_.end());
  return lines;
}

void CardRoad::read(NodeStatus& status) const {
  const CardOrderEntry& order_entry = ingress_->order_entry();
  read_order_entry(order_entry.counters(), order_entry.outcomes(), status);
  const card::CardCounters counters = card_->counters();
  // Frames that found no room are told in the stream; whose they were nobody knows.
  status.dropped_order_datagrams += counters.frames_dropped_full;
  status.dropped_session_datagrams += counters.punts_dropped + inbox_->dropped();
  for (std::size_t i = 0; i < outcome_count; ++i)
    status.ingress.outcomes.count[i] += counters.outcomes.count[i];
  status.ingress.unknown_source_packets += counters.outcomes[Outcome::ufo_unknown_source];
  status.slot_ring.used_max = ingress_->used_max();
  status.order_entry = config_->order_entry.listen;
  status.receive_path = "card";
  status.card = card_->identity();
  status.card_counters = counters;
}

std::string CardRoad::failure() const {
  const card::CardState state =
      ingress_ == nullptr ? card::CardState::running : ingress_->failure();
  if (state != card::CardState::running)
    return card_failure_text(state, card_->identity(), config_->card);
  return rests_.load(std::memory_order_acquire)
             ? std::string{}
             : card_failure_text(card::CardState::lost, card_->identity(), config_->card);
}

}  // namespace

std::unique_ptr<Road> make_card_road(const NodeConfig& config, const Clock& clock,
                                     std::unique_ptr<card::Card> card) {
  return std::make_unique<CardRoad>(config, clock, std::move(card));
}

card::CardConfig card_config(const NodeConfig& config) {
  const Endpoint listen = config.order_entry.listen;
  card::CardConfig card;
  card.ring_slots = config.rings.slots;
  card.inject_slots = inject_slots(config);
  card.punt_cells = config.card.punt_cells;
  card.transmit_cells = config.card.transmit_cells;
  card.start_sequence = config.rings.start_sequence;
  card.epoch = config.rings.epoch;
  card.lease_ms = config.card.lease_ms;
  card.filters.local_address = listen.address;
  card.filters.order_entry = {listen.address, listen.port};
  return card;
}

std::vector<std::string> card_config_errors(const NodeConfig& config) {
  std::vector<std::string> errors;
  const Endpoint listen = config.order_entry.listen;
  if (listen.address == 0 || listen.port == 0)
    errors.push_back(
        fmt::format("order_entry.listen: is {}, but a card needs its own address and "
                    "a port, such as 192.168.10.2:26400",
                    to_string(listen)));
  if (const RoadKind road = config.order_entry.road;
      road != RoadKind::udp && road != RoadKind::card)
    errors.push_back(fmt::format("order_entry.road: is \"{}\", but a card is asked for",
                                 road_names[static_cast<std::size_t>(road)]));
  if (config.order_entry.upstream_length_prefix)
    errors.emplace_back(
        "order_entry.upstream_length_prefix: is true, but a card takes one packet a datagram");
  if (config.soup.on)
    errors.emplace_back(
        "soup: is there, but a node on a card takes orders over UFO only; leave out [soup] or the "
        "card");
  if (config.rings.slots < card::card_ring_slots_min)
    errors.push_back(fmt::format("rings.slots: is {}, but a card needs {} or more",
                                 config.rings.slots, card::card_ring_slots_min));
  if (config.market_data.send_to.address == listen.address)
    errors.push_back(
        fmt::format("market_data.send_to: is {}, the card's own address, and a card "
                    "does not send to itself",
                    to_string(config.market_data.send_to)));
  return errors;
}

std::string card_failure_text(card::CardState state, const card::CardIdentity& identity,
                              const CardTable& config) {
  const std::string device =
      identity.bus.address.empty() ? std::to_string(config.device) : identity.bus.address;
  const std::string reset = fmt::format("reset it, as root: xbutil reset -d {}", device);
  switch (state) {
    case card::CardState::lost:
      return fmt::format("the card is lost: it does not answer any more; {}", reset);
    case card::CardState::lease_expired:
      return fmt::format(
          "the card has stopped: it heard nothing of this program for {} ms; if the "
          "host may pause so long, raise card.lease_ms",
          config.lease_ms);
    default:
      return fmt::format("the card has stopped: {}; {}", card::to_string(state), reset);
  }
}

}  // namespace wirebook::node
