#include <stdexcept>
#include <string>

#include "hw-sim/xrt_driver/frame_wire.hpp"
#include "wire_in/pcap_source.hpp"

namespace wirebook::hw_sim {
namespace {

constexpr std::uint64_t ns_per_day = 86'400'000'000'000;

class NoWire : public FrameWire {
 public:
  bool next(WireFrame&) override { return false; }
  void sent(std::span<const std::byte>) override {}
  void registers_changed(const WireRegisters&) override {}
  [[nodiscard]] std::string_view name() const override { return "none"; }
};

class CaptureWire : public FrameWire {
 public:
  explicit CaptureWire(const std::string& path) : name_("pcap:" + path), source_(path) {
    if (!source_.error().empty())
      throw std::invalid_argument("WIREBOOK_SIM_WIRE=" + name_ + ": " + source_.error());
  }
  bool next(WireFrame& frame) override {
    const auto captured = source_.next();
    if (!captured)
      return false;
    frame = {.bytes = {captured->bytes.begin(), captured->bytes.end()},
             .time_ns = captured->epoch_ns % ns_per_day};
    return true;
  }
  void sent(std::span<const std::byte>) override {}
  void registers_changed(const WireRegisters&) override {}
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] bool keeps_time() const override { return true; }

 private:
  std::string name_;
  wire_in::PcapSource source_;
};

}  // namespace

std::unique_ptr<FrameWire> make_wire(std::string_view spec) {
  if (spec.empty() || spec == "none")
    return std::make_unique<NoWire>();
  if (spec.starts_with("pcap:") && spec.size() > 5)
    return std::make_unique<CaptureWire>(std::string(spec.substr(5)));
  throw std::invalid_argument("WIREBOOK_SIM_WIRE=" + std::string(spec) +
                              ": there is none, or pcap:FILE");
}

}  // namespace wirebook::hw_sim
