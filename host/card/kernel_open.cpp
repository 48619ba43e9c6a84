#include "card/kernel_open.hpp"

#include <array>
#include <bit>
#include <chrono>
#include <cstdio>
#include <limits>
#include <string>
#include <thread>

#include "card/card_clock.hpp"
#include "card/frame_cells.hpp"

namespace wirebook::card {

namespace {

namespace reg = card_registers;

constexpr std::uint32_t control_quiesce = 2;
constexpr auto rest_deadline = std::chrono::seconds(10);
constexpr const char* reset_advice =
    "`xbutil reset -d <its address>` resets a card; if that does not help, power the host off "
    "and on";

std::string hex(std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0x%08X", value);
  return text.data();
}

std::uint32_t log2(std::size_t power) {
  return static_cast<std::uint32_t>(std::countr_zero(power));
}

std::uint32_t valid_port(std::uint16_t port) { return port == 0 ? 0 : 1U << 16 | port; }

std::uint32_t lease_cycles(const CardConfig& config, double clock_mhz) {
  const double cycles = config.lease_ms * clock_mhz * 1000.0;
  constexpr auto cycles_max = std::numeric_limits<std::uint32_t>::max();
  if (cycles > cycles_max)
    throw CardError("card: lease_ms is " + std::to_string(config.lease_ms) + ", at " +
                    std::to_string(clock_mhz) + " MHz it can be " +
                    std::to_string(static_cast<std::uint64_t>(cycles_max / clock_mhz / 1000.0)) +
                    " at most; 0: no lease");
  return static_cast<std::uint32_t>(cycles);
}

void program_rings(Registers& registers, const CardConfig& config, const KernelMemory& memory) {
  registers.write64(reg::ring_base, memory.ring.bus_address);
  registers.write(reg::ring_slots_log2, log2(config.ring_slots));
  registers.write(reg::epoch, config.epoch);
  registers.write64(reg::start_sequence, config.start_sequence);
  registers.write64(reg::consumer, config.start_sequence);
  registers.write64(reg::slot_limit, 0);
  registers.write64(reg::inject_base, memory.inject.bus_address);
  registers.write(reg::inject_slots_log2, log2(config.inject_slots));
  registers.write(reg::inject_produced, 0);
  registers.write64(reg::punt_base, memory.punt.bus_address);
  registers.write(reg::punt_cells_log2, log2(config.punt_cells));
  registers.write(reg::punt_consumer, 0);
  registers.write64(reg::tx_base, memory.transmit.bus_address);
  registers.write(reg::tx_cells_log2, log2(config.transmit_cells));
  registers.write(reg::tx_produced, 0);
}

void program_filters(Registers& registers, const wire_in::FrameIngressConfig& filters) {
  registers.write(reg::local_address, filters.local_address);
  registers.write(reg::order_address, filters.order_entry.address);
  registers.write(reg::order_port, valid_port(filters.order_entry.port));
  for (std::uint32_t i = 0; i < filters.feeds.size(); ++i) {
    registers.write(reg::filter_address + i * reg::filter_address_stride, filters.feeds[i].address);
    registers.write(reg::filter_port + i * reg::filter_port_stride,
                    valid_port(filters.feeds[i].port));
  }
  for (std::uint32_t word = 0; word < filters.wanted.size() / 32; ++word) {
    std::uint32_t bits = 0;
    for (std::uint32_t bit = 0; bit < 32; ++bit)
      bits |= std::uint32_t{filters.wanted[32 * word + bit]} << bit;
    registers.write(reg::locate_word, word);
    registers.write(reg::locate_bits, bits);
  }
}

}  // namespace

CardIdentity identify(Registers& registers, BusInfo info) {
  const std::uint32_t identity = registers.read(reg::identity);
  if (registers.lost())
    throw CardError(
        "the card does not answer, all of its registers read as ones: it is lost from "
        "the bus; " +
        std::string(reset_advice));
  if (identity != reg::identity_value)
    throw CardError("the kernel calls itself " + hex(identity) + ", not " +
                    hex(reg::identity_value) +
                    ": this image holds no packet parser of wirebook; give one that does by --card "
                    "(`make -C board` builds it)");
  const std::uint32_t version = registers.read(reg::version);
  if (version != reg::map_version)
    throw CardError("the kernel has version " + std::to_string(version) +
                    " of the registers, this program knows version " +
                    std::to_string(reg::map_version) +
                    ": build image and program from the same source");
  const std::uint32_t capabilities = registers.read(reg::capabilities);
  return {.body = "kernel",
          .bus = std::move(info),
          .map_version = version,
          .build = registers.read(reg::build),
          .feed_streams = capabilities & 0xFF,
          .session_places = 1U << (capabilities >> 8 & 0xFF),
          .frame_buffer_bytes = (capabilities >> 16 & 0xFF) * 4096};
}

CardState read_state(Registers& registers) noexcept {
  const std::uint32_t state = registers.read(reg::state);
  return registers.lost() ? CardState::lost : static_cast<CardState>(state & 7);
}

bool bring_to_rest(Registers& registers) noexcept {
  registers.write(reg::control, control_quiesce);
  const auto deadline = std::chrono::steady_clock::now() + rest_deadline;
  for (;;) {
    const CardState state = read_state(registers);
    if (state == CardState::lost)
      return false;
    if (state != CardState::running && state != CardState::quiescing)
      return true;
    if (std::chrono::steady_clock::now() >= deadline)
      return false;
    std::this_thread::yield();
  }
}

void make_new(Registers& registers) {
  if (!bring_to_rest(registers))
    throw CardError("the kernel ran when it was opened and does not come to rest (" +
                    std::string(to_string(read_state(registers))) + "); " + reset_advice);
  registers.write(reg::soft_reset, 1);
  if (const CardState state = read_state(registers); state != CardState::idle)
    throw CardError("the kernel cannot be reset, it stays at \"" + std::string(to_string(state)) +
                    "\" (error " + hex(registers.read(reg::error)) + "); " + reset_advice);
}

void program(Registers& registers, const CardConfig& config, const KernelMemory& memory,
             double clock_mhz, SessionPlaces& sessions) {
  program_rings(registers, config, memory);
  program_filters(registers, config.filters);
  if (!sessions.program(config.filters.sessions))
    throw CardError("card: no place for " + std::to_string(config.filters.sessions.size()) +
                    " sessions: the kernel's table has " + std::to_string(session_places) +
                    " places, and not every mix of sources fits beyond 600");
  registers.write64(reg::rate, CardClock::rate_of(clock_mhz));
  registers.write(reg::tick_period_ns, static_cast<std::uint32_t>(config.clock_slot_every_ns));
  registers.write(reg::lease_cycles, lease_cycles(config, clock_mhz));
}

}  // namespace wirebook::card
