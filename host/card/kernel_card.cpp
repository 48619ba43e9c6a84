// The kernel behind a bus.
#include <array>
#include <mutex>
#include <utility>

#include "card/card.hpp"
#include "card/card_clock.hpp"
#include "card/card_config.hpp"
#include "card/frame_cells.hpp"
#include "card/kernel_counters.hpp"
#include "card/kernel_open.hpp"
#include "card/registers.hpp"
#include "card/session_places.hpp"

namespace wirebook::card {

namespace {

namespace reg = card_registers;

constexpr std::uint32_t control_off = 0;
constexpr std::uint32_t control_enable = 1;
constexpr std::uint64_t ns_per_ms = 1'000'000;
/// How often `poll` does anything: a register read and a write.
constexpr std::uint64_t poll_every_ns = ns_per_ms;

class KernelCard final : public Card {
 public:
  KernelCard(std::unique_ptr<Bus> bus, const CardConfig& config)
      : bus_(std::move(bus)),
        registers_(*bus_),
        identity_(identify(registers_, bus_->info())),
        sessions_(registers_) {
    make_new(registers_);
    memory_ = {.ring = bus_->allocate(config.ring_slots * slot_bytes),
               .inject = bus_->allocate(config.inject_slots * slot_bytes),
               .punt = bus_->allocate(config.punt_cells * cell_bytes),
               .transmit = bus_->allocate(config.transmit_cells * cell_bytes)};
    punts_ = PuntCells(registers_, memory_.punt.bytes);
    transmits_ = TransmitCells(registers_, memory_.transmit.bytes);
    program(registers_, config, memory_, identity_.bus.clock_mhz, sessions_);
    if (config.lease_ms != 0)
      poll_every_ns_ = std::min(poll_every_ns, config.lease_ms * ns_per_ms / 4);
  }
  KernelCard(const KernelCard&) = delete;
  KernelCard& operator=(const KernelCard&) = delete;

  ~KernelCard() override {
    const bool rests = quiesce();
    registers_.write(reg::control, control_off);
    refresh_state();  // a read: behind it every write has arrived
    if (!rests && !registers_.lost())
      static_cast<void>(bus_.release());  // memory that it may still write to is not given back
  }

  [[nodiscard]] const CardIdentity& identity() const override { return identity_; }
  [[nodiscard]] std::span<std::byte> ring_memory() override { return memory_.ring.bytes; }
  [[nodiscard]] std::span<std::byte> inject_memory() override { return memory_.inject.bytes; }

  void start(TimeNs now) override;
  bool quiesce() override {
    const bool rests = bring_to_rest(registers_);
    refresh_state();
    return rests;
  }
  bool poll(TimeNs now) noexcept override;
  [[nodiscard]] CardState state() const noexcept override {
    return registers_.lost() ? CardState::lost : state_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] CardCounters counters() noexcept override;

  void consumed(std::uint64_t sequence) noexcept override {
    registers_.write64(reg::consumer, sequence);
  }
  void injected(std::uint64_t slots) noexcept override {
    registers_.write(reg::inject_produced, static_cast<std::uint32_t>(slots));
  }
  [[nodiscard]] std::uint64_t taken() noexcept override {
    const std::uint32_t taken = registers_.read(reg::inject_consumed);
    return registers_.lost() ? taken_.total() : taken_.take(taken);
  }

  bool add_session(const wire_in::OrderSource& source) noexcept override {
    return sessions_.add(source);
  }
  void remove_session(const wire_in::OrderSource& source) noexcept override {
    sessions_.remove(source);
  }

  [[nodiscard]] std::span<const std::byte> punted() noexcept override { return punts_.oldest(); }
  void release_punted() noexcept override { punts_.release(); }
  [[nodiscard]] std::span<std::byte> frame_room() noexcept override { return transmits_.room(); }
  void send(std::size_t bytes) noexcept override { transmits_.send(bytes); }
  void flush() noexcept override { transmits_.tell(); }

 private:
  void refresh_state() noexcept { state_.store(read_state(registers_), std::memory_order_relaxed); }
  void go_on_after_lease();

  std::unique_ptr<Bus> bus_;
  Registers registers_;
  CardIdentity identity_;
  KernelMemory memory_;
  SessionPlaces sessions_;
  CardClock clock_{registers_};
  PuntCells punts_{registers_, {}};
  TransmitCells transmits_{registers_, {}};
  WideCount taken_;
  std::atomic<CardState> state_{CardState::idle};
  std::uint64_t poll_every_ns_ = poll_every_ns;
  std::uint64_t polled_at_ns_ = 0;
  std::mutex counting_;
  CardCounters counted_;  ///< at last
};

void KernelCard::start(TimeNs now) {
  refresh_state();
  const CardState before = state();
  if (before == CardState::lease_expired)
    go_on_after_lease();
  else if (before != CardState::idle && before != CardState::quiesced)
    throw CardError("the card cannot start, it is \"" + std::string(to_string(before)) +
                    "\": open it anew");
  clock_.start(now);
  polled_at_ns_ = now.raw;
  registers_.write(reg::heartbeat, 1);
  registers_.write(reg::control, control_enable);
  refresh_state();
  if (state() != CardState::running)
    throw CardError("the card did not start, it is \"" + std::string(to_string(state())) + "\"");
}

/// The kernel begins anew, where it was.
void KernelCard::go_on_after_lease() {
  const std::uint64_t produced = registers_.read64(reg::produced);
  registers_.write64(reg::start_sequence, produced);
  registers_.write(reg::control, control_off);
  registers_.write(reg::heartbeat, 1);
}

bool KernelCard::poll(TimeNs now) noexcept {
  if (now.raw - polled_at_ns_ < poll_every_ns_)
    return false;
  polled_at_ns_ = now.raw;
  refresh_state();
  registers_.write(reg::heartbeat, 1);
  clock_.keep(now);
  return false;
}

CardCounters KernelCard::counters() noexcept {
  const std::lock_guard lock(counting_);
  const CardCounters now = read_counters(registers_);
  if (!registers_.lost())
    counted_ = now;
  return counted_;
}

}  // namespace

std::unique_ptr<Card> make_kernel_card(std::unique_ptr<Bus> bus, const CardConfig& config) {
  check_config(config);
  return std::make_unique<KernelCard>(std::move(bus), config);
}

}  // namespace wirebook::card
