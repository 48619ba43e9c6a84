// The wire at the simulated card: where its Ethernet frames come from, and go to.
//
// Shapes: whole frames without FCS. Threads: the model's for all but making one. Errors:
// `make_wire` throws `std::invalid_argument`, naming WIREBOOK_SIM_WIRE and what would be right.
// Cost: `next` is asked now and then while the kernel runs, and must not block. Specification:
// hw-sim/xrt_driver/README.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace wirebook::hw_sim {

struct WireFrame {
  std::vector<std::byte> bytes;
  bool bad_fcs = false;
  /// Set the card's clock to it before the first beat (captures).
  std::optional<std::uint64_t> time_ns;
};

/// What the host programmed into the card of the world outside. Addresses as the registers have
/// them: the first byte of the dotted form is the highest. A port of 0 is not valid.
struct WireRegisters {
  struct Filter {
    std::uint32_t address = 0;
    std::uint16_t port = 0;
    bool operator==(const Filter&) const = default;
  };
  std::uint32_t local_address = 0;
  std::uint32_t order_address = 0;
  std::uint16_t order_port = 0;
  std::array<Filter, 16> filters{};
  bool operator==(const WireRegisters&) const = default;
};

class FrameWire {
 public:
  virtual ~FrameWire() = default;
  /// Fills `frame`, whatever was in it; false: there is none now. Never blocks. May be asked for
  /// one frame before the kernel runs, which then waits for it.
  virtual bool next(WireFrame& frame) = 0;
  /// A frame that left m_axis_tx.
  virtual void sent(std::span<const std::byte> frame) = 0;
  virtual void registers_changed(const WireRegisters& registers) = 0;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// True: the clock is the wire's, by the times of its frames. It stands between them, and what
  /// the host sets is not passed on. Otherwise that begins with the first frame that has a time.
  [[nodiscard]] virtual bool keeps_time() const { return false; }
};

/// "none", "udp", "pcap:FILE", "packet:INTERFACE". Empty is "none".
std::unique_ptr<FrameWire> make_wire(std::string_view spec);

}  // namespace wirebook::hw_sim
