// A node over the card in software, whose wire the test holds, and which a test can break.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "frame_client.hpp"
#include "node/node.hpp"
#include "node/on_card/card_road.hpp"
#include "tests/node/small_node.hpp"
#include "tests/node/stepped_time.hpp"

namespace wirebook::node {

inline constexpr Endpoint card_endpoint{0xC0A8'0A02, 26'400};   // 192.168.10.2
inline constexpr Endpoint alice_endpoint{0xC0A8'0A15, 40'001};  // 192.168.10.21
inline constexpr Endpoint bob_endpoint{0xC0A8'0A16, 40'002};
inline constexpr Endpoint feed_group{0xEFC0'0001, 26'500};  // 239.192.0.1

inline NodeConfig card_node() {
  NodeConfig config = small_node(feed_group);
  config.threads = {.automatic = false, .ingress = 0, .match = 1, .wire_out = 2, .pin = false};
  config.order_entry.listen = card_endpoint;
  return config;
}

/// A card that a test can break, and whose session table it can fill.
class BreakableCard final : public card::Card {
 public:
  struct Faults {
    std::atomic<card::CardState> state{card::CardState::running};
    std::atomic<bool> table_full{false};
    std::atomic<bool> silent{false};  ///< takes no injected slots
  };
  BreakableCard(std::unique_ptr<Card> card, std::shared_ptr<Faults> faults)
      : card_(std::move(card)), faults_(std::move(faults)) {}

  const card::CardIdentity& identity() const override { return card_->identity(); }
  std::span<std::byte> ring_memory() override { return card_->ring_memory(); }
  std::span<std::byte> inject_memory() override { return card_->inject_memory(); }
  void start(TimeNs now) override { card_->start(now); }
  bool quiesce() override { return card_->quiesce(); }
  bool poll(TimeNs now) noexcept override { return card_->poll(now); }
  card::CardState state() const noexcept override {
    const card::CardState state = faults_->state;
    return state == card::CardState::running ? card_->state() : state;
  }
  card::CardCounters counters() noexcept override { return card_->counters(); }
  void consumed(std::uint64_t sequence) noexcept override { card_->consumed(sequence); }
  void injected(std::uint64_t slots) noexcept override { card_->injected(slots); }
  std::uint64_t taken() noexcept override { return faults_->silent ? 0 : card_->taken(); }
  bool add_session(const wire_in::OrderSource& source) noexcept override {
    return !faults_->table_full && card_->add_session(source);
  }
  void remove_session(const wire_in::OrderSource& source) noexcept override {
    card_->remove_session(source);
  }
  std::span<const std::byte> punted() noexcept override { return card_->punted(); }
  void release_punted() noexcept override { card_->release_punted(); }
  std::span<std::byte> frame_room() noexcept override { return card_->frame_room(); }
  void send(std::size_t bytes) noexcept override { card_->send(bytes); }
  void flush() noexcept override { card_->flush(); }

 private:
  std::unique_ptr<Card> card_;
  std::shared_ptr<Faults> faults_;
};

class CardNodeTest : public testing::Test {
 protected:
  void start(const NodeConfig& config = card_node()) {
    ASSERT_TRUE(card_config_errors(config).empty());
    auto soft = card::make_soft_card(std::make_unique<FakeFrames>(wire_), card_config(config));
    node_ =
        std::make_unique<Node>(config, std::make_unique<BreakableCard>(std::move(soft), faults_));
    node_->start();
  }
  FrameClient client(Endpoint self) { return {wire_, self, card_endpoint}; }

  template <class Condition>
  bool reaches(Condition condition) {
    return node::reaches(*node_, condition);
  }
  FakeWire::Frame wait_for_arp(std::uint32_t target) {
    return wire_->wait_for([&](const FakeWire::Frame& frame) {
      const std::optional<Arp> arp = parse_arp(frame);
      return arp && arp->target == target;
    });
  }

  std::shared_ptr<FakeWire> wire_ = std::make_shared<FakeWire>();
  std::shared_ptr<BreakableCard::Faults> faults_ = std::make_shared<BreakableCard::Faults>();
  SteppedTime time_;  ///< for whose configuration names it
  std::unique_ptr<Node> node_;
  TimeGoesOn at_the_end_{time_};
};

}  // namespace wirebook::node
