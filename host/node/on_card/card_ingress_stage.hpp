// Ingress where a card writes the slots: what a card cannot do by itself.
//
//   card ──► slots ──────────► follow: counts, doorbells, signs of life; credit back to the card
//        ──► punted frames ──► logins and the like: order entry; ARP and pings: wire_out
//   host ──► inject ring ────► doorbell
//
// At the end of the day no source is known any more, the closing events take the inject ring as
// ever, and when they have their place this stage has finished. A card that is lost, or has stopped
// by itself, ends the node.
//
// Shapes: see card.hpp. Threads: one; `failure` any. Errors: `failure`. Cost: a poll reads memory
// only, and registers while injected slots are under way and each millisecond.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "card/card.hpp"
#include "node/clock.hpp"
#include "node/on_card/card_network.hpp"
#include "node/on_card/card_order_entry.hpp"
#include "node/stages/stage.hpp"
#include "slot_ring/device_writer.hpp"
#include "slot_ring/inject_ring.hpp"

namespace wirebook::node {

class CardIngressStage final : public Stage {
 public:
  struct Parts {
    const NodeConfig& config;
    const Clock& clock;
    card::Card& card;
    slot_ring::InjectRing& inject;
    slot_ring::Ring<Slot>& ring;
    NetworkInbox& inbox;
    ControlQueue& controls;
    Ending& ending;
  };

  explicit CardIngressStage(const Parts& parts);

  bool poll() noexcept override;
  [[nodiscard]] bool finished() const noexcept override {
    return ending_->ingress.load(std::memory_order_relaxed);
  }

  [[nodiscard]] CardOrderEntry& order_entry() { return order_entry_; }
  [[nodiscard]] const CardOrderEntry& order_entry() const { return order_entry_; }
  /// The highest use of the slot ring that was seen.
  [[nodiscard]] std::uint64_t used_max() const { return used_max_.load(std::memory_order_relaxed); }
  /// In which state the card stopped; `running` while it did not.
  [[nodiscard]] card::CardState failure() const { return failure_.load(std::memory_order_acquire); }

 private:
  bool follow() noexcept;
  bool take_punted(Moment now) noexcept;
  void on_punted(std::span<const std::byte> frame, Moment now) noexcept;
  bool tell_injected(TimeNs now) noexcept;
  void give_credit(std::uint64_t at_least) noexcept;
  void keep_time(Moment now) noexcept;
  void wind_up(bool worked) noexcept;
  void fail(card::CardState state) noexcept;

  const Clock* clock_;
  card::Card* card_;
  slot_ring::InjectRing* inject_;
  slot_ring::Ring<Slot>* ring_;
  NetworkInbox* inbox_;
  Ending* ending_;
  slot_ring::DeviceWriter writer_;
  CardOrderEntry order_entry_;

  const std::uint64_t idle_ns_;
  std::uint64_t steady_ns_ = 0;  ///< of this poll
  std::uint64_t keep_time_at_ns_ = 0;
  std::uint64_t quiet_since_ns_ = 0;
  std::uint64_t quiet_sequence_ = 0;
  std::uint64_t given_;     ///< the card has credit up to here
  std::uint64_t told_ = 0;  ///< of the inject ring
  std::uint64_t taken_ = 0;
  std::uint64_t ending_since_ns_ = 0;
  std::uint64_t worked_at_ns_ = 0;
  bool closing_pushed_ = false;
  bool closed_ = false;  ///< the last closing event lies in the slot ring
  std::atomic<std::uint64_t> used_max_{0};
  std::atomic<card::CardState> failure_{card::CardState::running};
};

}  // namespace wirebook::node
