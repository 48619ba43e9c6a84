#include "hw-sim/xrt_driver/card_model.hpp"

#include <atomic>
#include <cstdlib>
#include <thread>
#include <utility>

#include "wirebook/card_registers.hpp"

#include "Vwirebook_kernel.h"
#include "hw-sim/harness/axi_lite_master.hpp"
#include "hw-sim/xrt_driver/axi_port.hpp"
#include "hw-sim/xrt_driver/card_report.hpp"
#include "hw-sim/xrt_driver/frame_feed.hpp"
#include "hw-sim/xrt_driver/register_queue.hpp"
#include "hw-sim/xrt_driver/register_shadow.hpp"
#include "hw-sim/xrt_driver/stream_ports.hpp"
#include "hw-sim/xrt_driver/waves.hpp"

namespace wirebook::hw_sim {
namespace {

namespace reg = card_registers;

constexpr std::uint32_t state_running = 1;
constexpr std::uint32_t state_quiescing = 2;
constexpr std::uint64_t state_read_every = 64;    // cycles
constexpr std::uint64_t quiet_before_rest = 256;  // cycles

bool from_frame(const std::uint32_t* slot) {
  constexpr std::size_t kind_word = 14;
  const auto kind = static_cast<SlotKind>(slot[kind_word] & 0xFF);
  return is_order_entry(kind) || is_feed(kind);
}

/// Verilator wants to know before there is a model.
struct OneThread : VerilatedContext {
  OneThread() { threads(1); }
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

CardOptions CardOptions::from_environment() {
  return {.waves = environment("WIREBOOK_SIM_WAVES"), .report = environment("WIREBOOK_SIM_REPORT")};
}

class CardModel::Thread {
 public:
  Thread(CardMemory& memory, std::unique_ptr<FrameWire> wire, const CardOptions& options)
      : memory_(memory),
        wire_(std::move(wire)),
        options_(options),
        dut_(&context_),
        waves_(context_, dut_, options.waves),
        axi_(memory, options.latency),
        feed_(*wire_, lite_, rx_) {
    axi_.on_write = [this](std::uint64_t address, const std::uint32_t* words) {
      return see_write(address, words);
    };
    tx_.on_frame = [this](std::span<const std::byte> frame) {
      ++report_.frames_out;
      wire_->sent(frame);
    };
    report_.wire = wire_->name();
    thread_ = std::thread([this] { run(); });
  }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  ~Thread() {
    stop_ = true;
    registers_.wake();
    thread_.join();
    report_.stray_accesses = memory_.stray_accesses();
    report_.bytes_written = axi_.beats_written() * CardMemory::beat_bytes;
    report_.bytes_read = axi_.beats_read() * CardMemory::beat_bytes;
    if (!options_.report.empty())
      write_report(report_, options_.report);
  }

  RegisterQueue& registers() { return registers_; }
  [[nodiscard]] std::uint64_t rests() const { return rests_; }

 private:
  void run() {
    dut_.ap_rst_n = 0;
    for (int i = 0; i < 8; ++i)
      cycle();
    dut_.ap_rst_n = 1;
    while (!stop_ || !registers_.empty() || !lite_.idle()) {
      pass_accesses_on();
      read_state();
      report_.frames_in += feed_.step(state_ == state_running, shadow_.ring_room());
      cycle();
      rest_if_quiet();
    }
    registers_.close();
    dut_.final();
  }

  void cycle() {
    dut_.ap_clk = 0;
    axi_.drive(dut_);
    lite_.drive(dut_);
    rx_.drive(dut_);
    dut_.m_axis_tx_tready = 1;
    dut_.eval();
    if (rx_.first_beat())
      report_.latency.frame_begins(report_.cycles);
    if (rx_.last_beat())
      report_.latency.frame_ends(report_.cycles);
    if (dut_.ap_rst_n) {
      axi_.sample(dut_);
      lite_.sample(dut_);
      tx_.sample(dut_);
    }
    waves_.dump(2 * report_.cycles);
    dut_.ap_clk = 1;
    dut_.eval();
    waves_.dump(2 * report_.cycles + 1);
    ++report_.cycles;
  }

  /// One at a time, so that a read of a host's finds all writes before it done.
  void pass_accesses_on() {
    if (registers_.empty() || lite_.queued() > 1)
      return;
    const RegisterQueue::Access access = registers_.take();
    quiet_since_ = report_.cycles;
    if (access.answer != nullptr) {
      lite_.read(access.offset,
                 [this, access](std::uint32_t value) { registers_.answer(*access.answer, value); });
      return;
    }
    shadow_.write(access.offset, access.value);
    if (access.offset == reg::control || access.offset == reg::ap_ctrl ||
        access.offset == reg::soft_reset) {
      state_ = state_quiescing;  // whatever it is, until it has been read behind this write
      read_state_at_ = report_.cycles;
      ++changes_;
      tell_wire();
    }
    if (feed_.admits(access.offset))
      lite_.write(access.offset, access.value);
  }

  void read_state() {
    if (report_.cycles < read_state_at_)
      return;
    read_state_at_ = report_.cycles + state_read_every;
    if (state_ == state_running)
      tell_wire();
    lite_.read(reg::state, [this, changes = changes_](std::uint32_t value) {
      if (changes != changes_)
        return;
      state_ = value;
      if (!moves() && registers_.empty() && lite_.idle())
        ++rests_;
    });
  }

  void tell_wire() {
    if (const WireRegisters now = shadow_.wire(); now != told_)
      wire_->registers_changed(told_ = now);
  }

  [[nodiscard]] bool moves() const {
    return state_ == state_running || state_ == state_quiescing || axi_.busy() || !rx_.idle() ||
           !tx_.idle() || feed_.busy();
  }

  void rest_if_quiet() {
    if (moves() || !registers_.empty())
      quiet_since_ = report_.cycles;
    if (report_.cycles - quiet_since_ < quiet_before_rest || !lite_.idle())
      return;
    ++rests_;
    if (!stop_)
      registers_.wait(std::chrono::milliseconds(100));
  }

  bool see_write(std::uint64_t address, const std::uint32_t* words) {
    if (!shadow_.is_slot(address))
      return false;
    shadow_.slot_written(address);
    ++report_.slots;
    report_.latency.slot_written(report_.cycles, from_frame(words));
    return true;
  }

  CardMemory& memory_;
  std::unique_ptr<FrameWire> wire_;
  CardOptions options_;
  OneThread context_;
  Vwirebook_kernel dut_;
  Waves waves_;
  AxiPort axi_;
  AxiLiteMaster<Vwirebook_kernel> lite_;
  RxPort rx_;
  TxPort tx_;
  FrameFeed feed_;
  RegisterQueue registers_;
  RegisterShadow shadow_;
  WireRegisters told_;
  CardReport report_;
  std::uint32_t state_ = 0;
  std::uint32_t changes_ = 0;  // writes of the host's behind which the state may be another
  std::uint64_t read_state_at_ = 0;
  std::uint64_t quiet_since_ = 0;
  std::atomic<std::uint64_t> rests_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

CardModel::CardModel(CardMemory& memory, std::unique_ptr<FrameWire> wire,
                     const CardOptions& options)
    : thread_(std::make_unique<Thread>(memory, std::move(wire), options)) {}
CardModel::~CardModel() = default;

std::uint32_t CardModel::read(std::uint32_t offset) { return thread_->registers().read(offset); }
void CardModel::write(std::uint32_t offset, std::uint32_t value) {
  thread_->registers().write(offset, value);
}
std::uint64_t CardModel::rests() const { return thread_->rests(); }

}  // namespace wirebook::hw_sim
