// The packet parser in software, with the rings of a card.
#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <utility>

#include "card/card.hpp"
#include "card/card_config.hpp"
#include "card/soft_cells.hpp"
#include "slot_ring/memory.hpp"
#include "slot_ring/ring.hpp"

namespace wirebook::card {

namespace {

constexpr int frames_per_poll = 64;

class SoftCard final : public Card {
 public:
  SoftCard(std::unique_ptr<FrameSource> frames, const CardConfig& config)
      : config_(config),
        frames_(std::move(frames)),
        memory_(config.ring_slots * slot_bytes),
        inject_memory_(config.inject_slots * slot_bytes),
        ring_({memory_.data(), config.ring_slots * slot_bytes},
              {.start_sequence = config.start_sequence, .epoch = config.epoch}),
        writer_(ring_),
        consumer_(ring_),
        punts_(config.punt_cells),
        transmits_(config.transmit_cells),
        ingress_(config.filters, [this](std::span<const std::byte> frame) { return punt(frame); }) {
    identity_.body = "soft";
    identity_.bus.device = "packet parser in software";
    identity_.feed_streams = wire_in::feed_streams_max;
  }

  [[nodiscard]] const CardIdentity& identity() const override { return identity_; }
  [[nodiscard]] std::span<std::byte> ring_memory() override {
    return {memory_.data(), config_.ring_slots * slot_bytes};
  }
  [[nodiscard]] std::span<std::byte> inject_memory() override {
    return {inject_memory_.data(), config_.inject_slots * slot_bytes};
  }

  void start(TimeNs now) override;
  bool quiesce() override {
    state_.store(CardState::quiesced, std::memory_order_relaxed);
    return true;
  }
  bool poll(TimeNs now) noexcept override;
  [[nodiscard]] CardState state() const noexcept override {
    return state_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] CardCounters counters() noexcept override {
    const std::lock_guard lock(counting_);
    return counters_;
  }

  void consumed(std::uint64_t sequence) noexcept override;
  void injected(std::uint64_t slots) noexcept override { injected_ = slots; }
  [[nodiscard]] std::uint64_t taken() noexcept override { return taken_; }

  bool add_session(const wire_in::OrderSource& source) noexcept override {
    ingress_.add_session(source);
    return true;
  }
  void remove_session(const wire_in::OrderSource& source) noexcept override {
    ingress_.remove_session(source);
  }

  [[nodiscard]] std::span<const std::byte> punted() noexcept override { return punts_.oldest(); }
  void release_punted() noexcept override { punts_.release(); }
  [[nodiscard]] std::span<std::byte> frame_room() noexcept override { return transmits_.room(); }
  void send(std::size_t bytes) noexcept override { transmits_.put(bytes); }
  void flush() noexcept override;

 private:
  [[nodiscard]] bool has_room() { return writer_.has_credit(card_frame_slots_max); }
  bool drain_inject();
  bool tick();
  bool take_frame(const FrameSource::Frame& frame);
  bool punt(std::span<const std::byte> frame);

  CardConfig config_;
  std::unique_ptr<FrameSource> frames_;
  CardIdentity identity_;
  slot_ring::Memory memory_;
  slot_ring::Memory inject_memory_;
  slot_ring::Ring<Slot> ring_;
  slot_ring::Writer<Slot> writer_;
  slot_ring::Reader<Slot> consumer_;  ///< stands where the host has released
  SoftCells punts_;
  SoftCells transmits_;
  wire_in::FrameIngress ingress_;
  std::uint64_t injected_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t tick_at_ns_ = 0;
  TimeNs last_time_{};  ///< of a slot: time never goes back
  std::atomic<CardState> state_{CardState::idle};
  std::mutex counting_;
  CardCounters counters_;
};

void SoftCard::start(TimeNs now) {
  if (state() != CardState::idle && state() != CardState::quiesced)
    throw CardError("the card cannot start, it is \"" + std::string(to_string(state())) +
                    "\": open it anew");
  tick_at_ns_ = now.raw + config_.clock_slot_every_ns;
  state_.store(CardState::running, std::memory_order_relaxed);
}

bool SoftCard::poll(TimeNs now) noexcept {
  if (state() != CardState::running)
    return false;
  const std::lock_guard lock(counting_);
  const std::uint64_t first = writer_.sequence();
  last_time_ = std::max(last_time_, now);
  bool did = drain_inject();
  did |= tick();
  for (int i = 0; i < frames_per_poll; ++i) {
    const FrameSource::Frame* const frame = frames_->next(now);
    if (frame == nullptr)
      break;
    take_frame(*frame);
    did = true;
  }
  counters_.slots += writer_.sequence() - first;
  return did;
}

/// Whole, or not at all.
bool SoftCard::take_frame(const FrameSource::Frame& frame) {
  if (!has_room()) {
    ++counters_.frames_dropped_full;
    ingress_.on_dropped(1);
    return false;
  }
  ++counters_.frames_admitted;
  last_time_ = std::max(last_time_, frame.time_ns);
  ingress_.on_frame(frame.bytes, frame.bad_fcs, last_time_, writer_, counters_.outcomes);
  return true;
}

bool SoftCard::drain_inject() {
  const std::uint64_t before = taken_;
  const auto* const slots = reinterpret_cast<const Slot*>(inject_memory_.data());
  const auto at = [&](std::uint64_t number) -> const Slot& {
    return slots[number & (config_.inject_slots - 1)];
  };
  while (taken_ != injected_ && has_room()) {
    const SlotTail head = at(taken_).tail;
    for (std::uint64_t i = 0; i <= head.extension_count; ++i) {
      std::memcpy(static_cast<void*>(&writer_.at(i)), &at(taken_ + i), offsetof(Slot, tail));
      writer_.at(i).time_ns = last_time_;
    }
    writer_.publish(SlotTail{.kind = head.kind, .extension_count = head.extension_count});
    taken_ += 1U + head.extension_count;
  }
  return taken_ != before;
}

bool SoftCard::tick() {
  if (config_.clock_slot_every_ns == 0 || last_time_.raw < tick_at_ns_ || !has_room())
    return false;
  tick_at_ns_ += config_.clock_slot_every_ns;
  std::memset(static_cast<void*>(&writer_.at()), 0, offsetof(Slot, tail));
  writer_.at().time_ns = last_time_;
  writer_.publish(SlotTail{.kind = SlotKind::clock});
  return true;
}

void SoftCard::consumed(std::uint64_t sequence) noexcept {
  if (sequence > writer_.sequence()) {
    state_.store(CardState::consumer_beyond, std::memory_order_relaxed);
    return;
  }
  if (sequence > consumer_.sequence())
    consumer_.release(sequence - consumer_.sequence());
}

bool SoftCard::punt(std::span<const std::byte> frame) {
  const std::span<std::byte> room = punts_.room();
  const bool fits = frame.size() <= room.size();
  ++(fits ? counters_.punted : counters_.punts_dropped);
  if (!fits)
    return false;
  std::copy(frame.begin(), frame.end(), room.begin());
  punts_.put(frame.size());
  return true;
}

/// All in one go: as the wire behind a card, a source takes whatever it is given.
void SoftCard::flush() noexcept {
  if (state() != CardState::running)
    return;
  for (auto frame = transmits_.oldest(); frame.data() != nullptr; frame = transmits_.oldest()) {
    const bool good = !frame.empty();
    if (good)
      frames_->sent(frame);
    transmits_.release();
    const std::lock_guard lock(counting_);
    ++(good ? counters_.frames_sent : counters_.bad_cells);
  }
}

}  // namespace

std::unique_ptr<Card> make_soft_card(std::unique_ptr<FrameSource> frames,
                                     const CardConfig& config) {
  check_config(config);
  return std::make_unique<SoftCard>(std::move(frames), config);
}

}  // namespace wirebook::card
