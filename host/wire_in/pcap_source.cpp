#include "wire_in/pcap_source.hpp"

#include <array>
#include <string_view>

#include <pcap/pcap.h>

namespace wirebook::wire_in {

void PcapSource::Close::operator()(void* capture) const {
  pcap_close(static_cast<pcap_t*>(capture));
}

PcapSource::PcapSource(const std::string& path) {
  std::array<char, PCAP_ERRBUF_SIZE> text{};
  pcap_t* const capture = pcap_open_offline_with_tstamp_precision(
      path.c_str(), PCAP_TSTAMP_PRECISION_NANO, text.data());
  capture_.reset(capture);
  if (capture == nullptr) {
    // It names the file itself where that cannot be opened.
    const std::string_view why(text.data());
    error_ = why.starts_with(path) ? std::string(why) : path + ": " + text.data();
  } else if (const int link = pcap_datalink(capture); link != DLT_EN10MB) {
    const char* const name = pcap_datalink_val_to_name(link);
    error_ = path + ": link type is " + (name == nullptr ? std::to_string(link) : name) +
             ", only Ethernet (EN10MB) is read";
    capture_.reset();
  }
}

PcapSource::~PcapSource() = default;
PcapSource::PcapSource(PcapSource&&) noexcept = default;
PcapSource& PcapSource::operator=(PcapSource&&) noexcept = default;

std::optional<CapturedFrame> PcapSource::next() {
  if (!capture_)
    return std::nullopt;
  auto* const capture = static_cast<pcap_t*>(capture_.get());
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  const int result = pcap_next_ex(capture, &header, &bytes);
  if (result == 1) {
    constexpr std::uint64_t ns_per_s = 1'000'000'000;
    const auto seconds = static_cast<std::uint64_t>(header->ts.tv_sec);
    // With nanosecond precision `tv_usec` holds nanoseconds.
    const auto ns = static_cast<std::uint64_t>(header->ts.tv_usec);
    return CapturedFrame{seconds * ns_per_s + ns, std::as_bytes(std::span(bytes, header->caplen))};
  }
  if (result == PCAP_ERROR) {
    const std::string_view text = pcap_geterr(capture);
    if (text.find("truncated") != std::string_view::npos)
      outcome_ = Outcome::file_truncated;
    else
      error_ = text;
  }
  capture_.reset();
  return std::nullopt;
}

}  // namespace wirebook::wire_in
