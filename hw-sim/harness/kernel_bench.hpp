// The kernel on a bench: its clock, host memory behind it, registers, a MAC before it.
//
// Shapes: `cycle()` is one clock. Frames go in a beat a cycle; slots are taken out of host memory
// as the host would, by phase, and their seals checked; credit goes back by register every quarter
// of the ring. Threads: one. Errors: `error()` says the first. Cost: a Verilated kernel, 0.3 to 1
// µs a cycle. Specification: kernels/README.md, kernels/regs/README.md.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "wirebook/card_registers.hpp"
#include "wirebook/crc32c.hpp"
#include "wirebook/outcome.hpp"
#include "wirebook/slot.hpp"

#include "Vwirebook_kernel.h"
#if VM_TRACE
#include <verilated_fst_c.h>
#endif
#include "card/session_placement.hpp"
#include "hw-sim/harness/axi_lite_master.hpp"
#include "hw-sim/harness/axi_memory.hpp"
#include "wire_in/frame_ingress.hpp"

namespace wirebook::hw_sim {

namespace reg = card_registers;

struct KernelBenchOptions {
  std::uint64_t seed = 1;
  std::uint32_t ring_slots_log2 = 12;
  std::uint64_t start_sequence = 0;
  std::uint32_t epoch = 1;
  std::uint32_t lease_cycles = 0;
  std::uint64_t slot_limit = 0;
  std::uint64_t time_ns = 34'200'000'000'000;
  std::uint64_t rate = std::uint64_t{1} << 32;  ///< ns a cycle, 32 bits of it fraction
  AxiMemoryOptions memory{};
  bool configure_all = true;  ///< or only what is not zero in a new kernel: quick, for recordings
};

class KernelBench {
 public:
  static constexpr std::uint64_t memory_base = 0x10'0000'0000;
  static constexpr std::uint32_t cell_bytes = 2'048;
  static constexpr std::uint32_t punt_cells_log2 = 6;
  static constexpr std::uint32_t tx_cells_log2 = 7;
  static constexpr std::uint32_t inject_slots_log2 = 8;

  explicit KernelBench(const KernelBenchOptions& options,
                       std::function<void(const Vwirebook_kernel&)> recorder = {})
      : on_sample(std::move(recorder)),
        options_(options),
        memory_(memory_base, std::size_t{8} << 20, options.memory, options.seed),
        random_(options.seed),
        next_sequence_(options.start_sequence),
        returned_(options.start_sequence) {
    for (std::uint64_t i = 0; i < ring_slots(); ++i)  // nothing looks published
      slot_at(options.start_sequence + i)->tail.flags =
          phase(options.start_sequence + i) ^ flag_phase;
    open_waves();
    dut_.ap_rst_n = 0;
    for (int i = 0; i < 8; ++i)
      cycle();
    dut_.ap_rst_n = 1;
    program();
  }

  // ── Registers ─────────────────────────────────────────────────────────────────────────────────

  AxiLiteMaster<Vwirebook_kernel>& registers() { return lite_; }
  void write64(std::uint32_t offset, std::uint64_t value) {
    lite_.write(offset, static_cast<std::uint32_t>(value));
    lite_.write(offset + 4, static_cast<std::uint32_t>(value >> 32));
  }
  void settle() {
    while (!lite_.idle())
      cycle();
  }
  std::uint32_t read(std::uint32_t offset) {
    std::uint32_t result = 0;
    lite_.read(offset, [&](std::uint32_t value) { result = value; });
    settle();
    return result;
  }
  std::uint64_t read64(std::uint32_t offset) {
    const std::uint64_t low = read(offset);
    return low | std::uint64_t{read(offset + 4)} << 32;
  }

  void configure(const wire_in::FrameIngressConfig& config) {
    lite_.write(reg::local_address, config.local_address);
    lite_.write(reg::order_address, config.order_entry.address);
    lite_.write(reg::order_port, valid_port(config.order_entry.port));
    for (std::uint32_t i = 0; i < config.feeds.size(); ++i) {
      lite_.write(reg::filter_address + i * reg::filter_address_stride, config.feeds[i].address);
      lite_.write(reg::filter_port + i * reg::filter_port_stride, valid_port(config.feeds[i].port));
    }
    const auto placement = card::place_sessions(config.sessions);
    for (std::uint32_t row = 0; row < placement->rows.size(); ++row)
      write64(reg::hash_row + row * reg::hash_row_stride, placement->rows[row]);
    for (std::uint32_t i = 0; i < 2'048 && options_.configure_all; ++i)
      write_session(i, {}, false);
    for (const card::PlacedSession& placed : placement->sessions)
      write_session(static_cast<std::uint32_t>(placed.index), placed.source, true);
    for (std::uint32_t word = 0; word < 2'048; ++word) {
      std::uint32_t bits = 0;
      for (std::uint32_t bit = 0; bit < 32; ++bit)
        bits |= std::uint32_t{config.wanted[32 * word + bit]} << bit;
      if (bits == 0 && !options_.configure_all)
        continue;
      lite_.write(reg::locate_word, word);
      lite_.write(reg::locate_bits, bits);
    }
    settle();
  }

  void start() {
    lite_.write(reg::heartbeat, 1);
    lite_.write(reg::control, 1);
    settle();
    for (int i = 0; i < 12; ++i)
      cycle();
  }

  OutcomeCounters outcomes() {
    lite_.write(reg::snapshot, 1);
    OutcomeCounters result;
    for (std::uint32_t i = 0; i < outcome_count; ++i)
      result.count[i] = read64(reg::outcomes + i * reg::outcomes_stride);
    return result;
  }
  /// As of the last `outcomes()`.
  std::uint64_t event(std::uint32_t index) {
    return read64(reg::events + index * reg::events_stride);
  }

  // ── Time ──────────────────────────────────────────────────────────────────────────────────────

  void cycle() {
    dut_.ap_clk = 0;
    memory_.drive(dut_);
    lite_.drive(dut_);
    dut_.m_axis_tx_tready = tx_stall_percent == 0 || random_() % 100 >= tx_stall_percent;
    dut_.eval();
    if (dut_.ap_rst_n) {
      memory_.sample(dut_);
      lite_.sample(dut_);
      sample_tx();
    }
    if (on_cycle)
      on_cycle(dut_);
    if (on_sample)
      on_sample(dut_);
    dump_waves(0);
    dut_.ap_clk = 1;
    dut_.eval();
    dump_waves(1);
    ++now_;
    if ((now_ & 7) == 0)
      take_slots();
  }
  [[nodiscard]] std::uint64_t now() const { return now_; }
  Vwirebook_kernel& dut() { return dut_; }
  AxiMemory<Vwirebook_kernel>& memory() { return memory_; }

  std::function<void(Vwirebook_kernel&)> on_cycle;
  std::function<void(const Vwirebook_kernel&)> on_sample;  ///< for recordings
  std::uint32_t tx_stall_percent = 0;
  std::uint32_t rx_gap_percent = 0;  ///< of cycles between the beats of a frame

  // ── Wire in ───────────────────────────────────────────────────────────────────────────────────

  /// A beat a cycle. Returns the cycle of the first.
  std::uint64_t send(std::span<const std::byte> frame, bool bad_fcs = false) {
    const std::uint64_t start = now_;
    for (std::size_t at = 0; at < frame.size(); at += 64) {
      const std::size_t count = std::min<std::size_t>(64, frame.size() - at);
      dut_.s_axis_rx_tvalid = 1;
      dut_.s_axis_rx_tlast = at + count == frame.size();
      dut_.s_axis_rx_tuser = dut_.s_axis_rx_tlast && bad_fcs;
      dut_.s_axis_rx_tkeep = count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
      for (std::size_t word = count / 4; word < 16; ++word)  // what is not kept is noise
        dut_.s_axis_rx_tdata[word] = static_cast<std::uint32_t>(random_());
      std::memcpy(dut_.s_axis_rx_tdata.m_storage, frame.data() + at, count);
      cycle();
      dut_.s_axis_rx_tvalid = 0;
      while (at + 64 < frame.size() && rx_gap_percent != 0 && random_() % 100 < rx_gap_percent)
        cycle();
    }
    return start;
  }

  // ── Slots, as the host sees them ──────────────────────────────────────────────────────────────

  /// Gets each slot with its sequence, whole and sealed.
  std::function<void(const Slot&, std::uint64_t)> on_slot;
  bool returns_credit = true;
  [[nodiscard]] std::uint64_t next_sequence() const { return next_sequence_; }

  void take_slots() {
    while ((slot_at(next_sequence_)->tail.flags & flag_phase) == phase(next_sequence_)) {
      const Slot& slot = *slot_at(next_sequence_);
      if (!is_sealed(slot, next_sequence_, options_.epoch))
        fail("slot " + std::to_string(next_sequence_) + " is not sealed");
      if (on_slot)
        on_slot(slot, next_sequence_);
      ++next_sequence_;
    }
    if (returns_credit && next_sequence_ - returned_ >= ring_slots() / 4 && lite_.queued() < 4) {
      returned_ = next_sequence_;
      write64(reg::consumer, returned_);
    }
  }

  // ── Rings of the host ─────────────────────────────────────────────────────────────────────────

  void inject(std::span<const Slot> group) {
    for (const Slot& slot : group) {
      const std::uint64_t place = injected_++ & ((1U << inject_slots_log2) - 1);
      std::memcpy(memory_.at(inject_base + place * slot_bytes), &slot, slot_bytes);
    }
    lite_.write(reg::inject_produced, injected_);
  }
  void transmit(std::span<const std::byte> frame, bool announce = true) {
    std::byte* cell = memory_.at(tx_base + (transmitted_++ & ((1U << tx_cells_log2) - 1)) *
                                               std::uint64_t{cell_bytes});
    const auto length = static_cast<std::uint16_t>(frame.size());
    std::memcpy(cell, &length, sizeof length);
    std::memcpy(cell + 8, frame.data(), std::min<std::size_t>(frame.size(), cell_bytes - 8));
    if (announce)
      lite_.write(reg::tx_produced, transmitted_);
  }
  /// Frames that left on m_axis_tx.
  std::deque<std::vector<std::byte>> sent;
  /// The next punted frame, if there is one.
  std::vector<std::byte> take_punted() {
    const std::byte* cell = memory_.at(punt_base + (punted_ & ((1U << punt_cells_log2) - 1)) *
                                                       std::uint64_t{cell_bytes});
    std::uint16_t length = 0;
    std::uint32_t number = 0;
    std::memcpy(&length, cell, sizeof length);
    std::memcpy(&number, cell + 4, sizeof number);
    if (number != punted_ + 1)
      return {};
    lite_.write(reg::punt_consumer, ++punted_);
    return {cell + 8, cell + 8 + length};
  }

  [[nodiscard]] std::string error() const { return error_.empty() ? memory_.error() : error_; }

 private:
  static constexpr std::uint64_t ring_base = memory_base;
  static constexpr std::uint64_t inject_base = memory_base + (std::uint64_t{5} << 20);
  static constexpr std::uint64_t punt_base = memory_base + (std::uint64_t{6} << 20);
  static constexpr std::uint64_t tx_base = memory_base + (std::uint64_t{7} << 20);

  static std::uint32_t valid_port(std::uint16_t port) { return port == 0 ? 0 : 1U << 16 | port; }
  [[nodiscard]] std::uint64_t ring_slots() const {
    return std::uint64_t{1} << options_.ring_slots_log2;
  }
  [[nodiscard]] std::uint8_t phase(std::uint64_t sequence) const {
    return (sequence & ring_slots()) == 0 ? 1 : 0;
  }
  Slot* slot_at(std::uint64_t sequence) {
    return reinterpret_cast<Slot*>(
        memory_.at(ring_base + (sequence & (ring_slots() - 1)) * slot_bytes));
  }
  void fail(const std::string& text) {
    if (error_.empty())
      error_ = text;
  }

#if VM_TRACE
  /// kernel.fst in the working folder, for the bench that was made last.
  void open_waves() {
    Verilated::traceEverOn(true);
    dut_.trace(&waves_, 99);
    waves_.open("kernel.fst");
  }
  void dump_waves(std::uint64_t half) { waves_.dump(2 * now_ + half); }
  VerilatedFstC waves_;
#else
  void open_waves() {}
  void dump_waves(std::uint64_t) {}
#endif

  void program() {
    write64(reg::ring_base, ring_base);
    lite_.write(reg::ring_slots_log2, options_.ring_slots_log2);
    write64(reg::start_sequence, options_.start_sequence);
    write64(reg::consumer, options_.start_sequence);
    write64(reg::slot_limit, options_.slot_limit);
    lite_.write(reg::epoch, options_.epoch);
    lite_.write(reg::lease_cycles, options_.lease_cycles);
    write64(reg::rate, options_.rate);
    write64(reg::time, options_.time_ns);
    write64(reg::inject_base, inject_base);
    lite_.write(reg::inject_slots_log2, inject_slots_log2);
    write64(reg::punt_base, punt_base);
    lite_.write(reg::punt_cells_log2, punt_cells_log2);
    write64(reg::tx_base, tx_base);
    lite_.write(reg::tx_cells_log2, tx_cells_log2);
    settle();
  }
  void write_session(std::uint32_t index, const wire_in::OrderSource& source, bool valid) {
    lite_.write(reg::session_address, source.address);
    lite_.write(reg::session_port, std::uint32_t{valid} << 16 | source.port);
    lite_.write(reg::session_number, source.session);
    lite_.write(reg::session_index, index);
  }

  void sample_tx() {
    if (!dut_.m_axis_tx_tvalid || !dut_.m_axis_tx_tready)
      return;
    const auto* bytes = reinterpret_cast<const std::byte*>(dut_.m_axis_tx_tdata.m_storage);
    sending_.insert(sending_.end(), bytes,
                    bytes + std::popcount(std::uint64_t{dut_.m_axis_tx_tkeep}));
    if (!dut_.m_axis_tx_tlast)
      return;
    sent.push_back(std::move(sending_));
    sending_.clear();
  }

  KernelBenchOptions options_;
  AxiMemory<Vwirebook_kernel> memory_;
  AxiLiteMaster<Vwirebook_kernel> lite_;
  Vwirebook_kernel dut_;
  std::mt19937_64 random_;
  std::uint64_t now_ = 0;
  std::uint64_t next_sequence_;
  std::uint64_t returned_;
  std::uint32_t injected_ = 0;
  std::uint32_t transmitted_ = 0;
  std::uint32_t punted_ = 0;
  std::vector<std::byte> sending_;
  std::string error_;
};

}  // namespace wirebook::hw_sim
