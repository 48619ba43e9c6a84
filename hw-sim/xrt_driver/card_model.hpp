// The model of a card: the Verilated kernel between a wire, a host's registers and its memory.
//
// Time. The only time is the kernel's clock cycle. While the kernel runs the model runs as fast as
// it can, some 0.5 M cycles a second; nothing is paced by real time. So a lease of N cycles lasts
// about 2 N microseconds here, and a tick of the kernel's clock comes that much later as well:
// hosts that want a lease of a second ask for 500,000 cycles of a simulated card. The kernel's
// ns clock is the host's: it is what the host sets it to now and then, and advances by `rate` a
// cycle between. While the kernel is at rest (idle, quiesced, stopped) and nothing is under way the
// model sleeps, and no cycles pass. A capture has a time of its own: the clock stands at the time
// of its last frame, and the host's `time` and `rate` are not passed on.
//
// The wire waits, as one with flow control would: a frame is sent only while the kernel runs and
// the slot ring has room for it, so no frame is dropped for a slow host.
//
// Shapes: registers by byte offset. Threads: one of its own, which owns the Verilated kernel; all
// here may be called by any. Errors: none after it was made; accesses to no memory are counted.
// Cost: 2 us a cycle; a read of a register some 20 us, a write does not wait.
// Specification: hw-sim/xrt_driver/README.md, kernels/regs/README.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "hw-sim/xrt_driver/axi_latency.hpp"
#include "hw-sim/xrt_driver/card_memory.hpp"
#include "hw-sim/xrt_driver/frame_wire.hpp"

namespace wirebook::hw_sim {

struct CardOptions {
  std::string waves;   ///< a file for waves; empty: none
  std::string report;  ///< a file for the report at the end; empty: none
  AxiLatency latency{};

  /// WIREBOOK_SIM_WAVES, WIREBOOK_SIM_REPORT.
  static CardOptions from_environment();
};

class CardModel {
 public:
  CardModel(CardMemory& memory, std::unique_ptr<FrameWire> wire, const CardOptions& options);
  /// Carries out what was written, then stops and reports.
  ~CardModel();
  CardModel(const CardModel&) = delete;
  CardModel& operator=(const CardModel&) = delete;

  std::uint32_t read(std::uint32_t offset);
  void write(std::uint32_t offset, std::uint32_t value);

  /// Grows when the kernel is seen at rest, with every access of its own to memory done.
  [[nodiscard]] std::uint64_t rests() const;

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace wirebook::hw_sim
