// The host's side of the kernel's AXI4 master: every beat goes straight to or from `CardMemory`.
//
// Shapes: beats of 64 bytes; answers in order, after so many cycles as the options say. Threads:
// the model's. Errors: an access to no memory is answered with DECERR, and counted there. Cost:
// tens of ns a cycle. Specification: AMBA AXI4.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>

#include "Vwirebook_kernel.h"
#include "hw-sim/xrt_driver/axi_latency.hpp"
#include "hw-sim/xrt_driver/card_memory.hpp"

namespace wirebook::hw_sim {

class AxiPort {
 public:
  AxiPort(CardMemory& memory, AxiLatency latency) : memory_(memory), latency_(latency) {}

  /// Told of each beat written; says whether it is a slot.
  std::function<bool(std::uint64_t address, const std::uint32_t* words)> on_write;

  void drive(Vwirebook_kernel& dut);
  void sample(Vwirebook_kernel& dut);

  [[nodiscard]] bool busy() const {
    return !bursts_.empty() || !beats_.empty() || !responses_.empty() || !reads_.empty();
  }
  [[nodiscard]] std::uint64_t beats_written() const { return beats_written_; }
  [[nodiscard]] std::uint64_t beats_read() const { return beats_read_; }

 private:
  static constexpr std::uint8_t decode_error = 3;
  struct Burst {
    std::uint64_t address = 0;
    std::uint32_t beats = 0;
    std::uint8_t id = 0;
    bool bad = false;
    std::uint64_t due = 0;
  };
  struct Beat {
    std::array<std::uint32_t, 16> words{};
    std::uint64_t strobes = 0;
  };

  void drive_read(Vwirebook_kernel& dut);
  void write_what_is_here();

  CardMemory& memory_;
  AxiLatency latency_;
  std::uint64_t cycle_ = 0;
  std::deque<Burst> bursts_;     // announced writes
  std::deque<Beat> beats_;       // written before they were announced
  std::deque<Burst> responses_;  // writes that are done
  std::deque<Burst> reads_;
  bool read_shown_ = false;
  std::uint64_t beats_written_ = 0;
  std::uint64_t beats_read_ = 0;
};

}  // namespace wirebook::hw_sim
