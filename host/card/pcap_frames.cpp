#include "card/pcap_frames.hpp"

#include <optional>

#include "wire_in/pcap_source.hpp"

namespace wirebook::card {

namespace {

class PcapFrames final : public FrameSource {
 public:
  PcapFrames(const std::string& path, std::int32_t utc_offset_minutes)
      : capture_(path), utc_offset_minutes_(utc_offset_minutes) {
    if (!capture_.error().empty())
      throw CardError(capture_.error());
  }

  [[nodiscard]] const Frame* next(TimeNs) noexcept override {
    const std::optional<wire_in::CapturedFrame> captured = capture_.next();
    if (!captured)
      return nullptr;
    frame_ = {.bytes = captured->bytes,
              .time_ns = time_of_day(captured->epoch_ns, utc_offset_minutes_)};
    return &frame_;
  }
  void sent(std::span<const std::byte>) noexcept override {}

 private:
  wire_in::PcapSource capture_;
  std::int32_t utc_offset_minutes_;
  Frame frame_;
};

}  // namespace

TimeNs time_of_day(std::uint64_t epoch_ns, std::int32_t utc_offset_minutes) {
  constexpr std::int64_t ns_per_minute = 60'000'000'000;
  constexpr std::int64_t ns_per_day = 86'400'000'000'000;
  const std::int64_t local =
      static_cast<std::int64_t>(epoch_ns) + utc_offset_minutes * ns_per_minute;
  const std::int64_t day = local % ns_per_day;
  return {static_cast<std::uint64_t>(day < 0 ? day + ns_per_day : day)};
}

std::unique_ptr<FrameSource> make_pcap_frames(const std::string& path,
                                              std::int32_t utc_offset_minutes) {
  return std::make_unique<PcapFrames>(path, utc_offset_minutes);
}

}  // namespace wirebook::card
