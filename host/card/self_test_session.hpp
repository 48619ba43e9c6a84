// One opened card in the self-test: numbered slots go in by the inject ring, and are checked as
// they come out of the slot ring.
//
// Shapes: clock slots that carry a number. Threads: one. Errors: `fault` says what was wrong first;
// opening throws `CardError`. Cost: a register read each look. Specification: self_test.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "wirebook/crc32c.hpp"
#include "wirebook/slot.hpp"

#include "card/card.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::card {

class SelfTestSession {
 public:
  using Clock = std::chrono::steady_clock;

  SelfTestSession(std::unique_ptr<Bus> bus, const CardConfig& config,
                  std::chrono::milliseconds patience)
      : patience_(patience),
        bus_(bus.get()),
        config_(config),
        card_(make_kernel_card(std::move(bus), config)),
        ring_(card_->ring_memory(),
              {.start_sequence = config.start_sequence, .epoch = config.epoch}),
        reader_(ring_) {
    card_->start(now());
  }

  Card& card() { return *card_; }
  Bus& bus() { return *bus_; }
  [[nodiscard]] std::uint64_t received() const {
    return reader_.sequence() - config_.start_sequence;
  }
  [[nodiscard]] std::uint64_t injected() const { return injected_; }
  /// What was wrong with a slot first.
  [[nodiscard]] const std::string& fault() const { return fault_; }

  /// Some time of the day, steady.
  [[nodiscard]] TimeNs now() const {
    const auto passed = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begin_);
    return {34'200'000'000'000 + static_cast<std::uint64_t>(passed.count())};
  }

  void inject_one() {
    Slot slot{};
    slot.admin = {.match_number = injected_};
    slot.tail = {.kind = SlotKind::clock};
    std::memcpy(
        card_->inject_memory().data() + (injected_++ & (config_.inject_slots - 1)) * slot_bytes,
        &slot, slot_bytes);
  }
  /// Rings the doorbell, and looks whether the card has room for more.
  std::uint64_t tell() {
    card_->poll(now());
    card_->injected(injected_);
    return card_->taken();
  }
  void take() {
    while (const Slot* slot = reader_.peek()) {
      check(*slot);
      reader_.release(1);
    }
  }
  void give_back() { card_->consumed(reader_.sequence()); }

  /// True once it is; false after a long time.
  template <class Condition>
  bool eventually(Condition condition) {
    const auto deadline = Clock::now() + patience_;
    while (!condition()) {
      if (Clock::now() > deadline)
        return false;
      tell();
      take();
    }
    return true;
  }

 private:
  void check(const Slot& slot) {
    if (!fault_.empty())
      return;
    const std::uint64_t number = received();
    const std::string which = "slot " + std::to_string(number) + " ";
    if (!is_sealed(slot, reader_.sequence(), config_.epoch))
      fault_ = which + "is not whole: its seal is wrong";
    else if (slot.tail.kind != SlotKind::clock || slot.admin.match_number != number)
      fault_ = which + "is not the one that was injected";
    else if (slot.time_ns.raw < last_ns_)
      fault_ = which + "is older than the one before";
    last_ns_ = slot.time_ns.raw;
  }

  Clock::time_point begin_ = Clock::now();
  std::chrono::milliseconds patience_;
  Bus* bus_;
  CardConfig config_;
  std::unique_ptr<Card> card_;
  slot_ring::Ring<Slot> ring_;
  slot_ring::Reader<Slot> reader_;
  std::uint64_t injected_ = 0;
  std::uint64_t last_ns_ = 0;
  std::string fault_;
};

}  // namespace wirebook::card
