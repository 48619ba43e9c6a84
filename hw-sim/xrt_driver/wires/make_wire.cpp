#include <memory>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "hw-sim/xrt_driver/frame_wire.hpp"
#include "hw-sim/xrt_driver/wires/packet_wire.hpp"
#include "hw-sim/xrt_driver/wires/pcap_wire.hpp"
#include "hw-sim/xrt_driver/wires/udp_wire.hpp"

namespace wirebook::hw_sim {
namespace {

/// No cable: nothing comes, and what is sent is lost.
class NoWire final : public FrameWire {
 public:
  bool next(WireFrame&) override { return false; }
  void sent(std::span<const std::byte>) override {}
  void registers_changed(const WireRegisters&) override {}
  [[nodiscard]] std::string_view name() const override { return "none"; }
};

std::unique_ptr<FrameWire> make(std::string_view spec) {
  const std::size_t colon = spec.find(':');
  const std::string_view kind = spec.substr(0, colon);
  const bool has_argument = colon != std::string_view::npos;
  const std::string_view argument = has_argument ? spec.substr(colon + 1) : "";
  if (!has_argument && (kind.empty() || kind == "none"))
    return std::make_unique<NoWire>();
  if (!has_argument && kind == "udp")
    return std::make_unique<UdpWire>();
  if (kind == "pcap" && !argument.empty())
    return std::make_unique<PcapWire>(argument);
  if (kind == "packet" && !argument.empty())
    return std::make_unique<PacketWire>(argument);
  throw std::invalid_argument(
      "no such wire; there are none, udp, pcap:FILE, pcap:FILE,out=FILE, packet:INTERFACE");
}

}  // namespace

std::unique_ptr<FrameWire> make_wire(std::string_view spec) {
  try {
    return make(spec);
  } catch (const std::exception& error) {
    throw std::invalid_argument(fmt::format("WIREBOOK_SIM_WIRE={}: {}", spec, error.what()));
  }
}

}  // namespace wirebook::hw_sim
