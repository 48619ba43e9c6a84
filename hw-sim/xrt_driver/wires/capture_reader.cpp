#include "hw-sim/xrt_driver/wires/capture_reader.hpp"

#include <array>
#include <stdexcept>

#include <fmt/format.h>
#include <pcap/pcap.h>

namespace wirebook::hw_sim {

void CaptureReader::Close::operator()(pcap* capture) const { pcap_close(capture); }

CaptureReader::CaptureReader(FILE* file) {
  std::array<char, PCAP_ERRBUF_SIZE> text{};
  capture_.reset(
      pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, text.data()));
  if (!capture_) {
    (void)std::fclose(file);
    throw std::invalid_argument(
        fmt::format("no capture: {}; pcap and pcapng are read", text.data()));
  }
  if (const int link = pcap_datalink(capture_.get()); link != DLT_EN10MB) {
    const char* const name = pcap_datalink_val_to_name(link);
    throw std::invalid_argument(
        fmt::format("the capture's link type is {}, only Ethernet (EN10MB) has frames for a card",
                    name == nullptr ? std::to_string(link) : name));
  }
}

bool CaptureReader::next(Frame& frame) {
  constexpr std::uint64_t ns_per_s = 1'000'000'000;
  constexpr std::uint64_t ns_per_day = 86'400 * ns_per_s;
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  const int result = pcap_next_ex(capture_.get(), &header, &bytes);
  if (result != 1) {
    if (result == PCAP_ERROR)
      error_ = pcap_geterr(capture_.get());
    return false;
  }
  const auto captured = std::as_bytes(std::span(bytes, header->caplen));
  // With nanosecond precision `tv_usec` holds nanoseconds.
  frame.epoch_ns = static_cast<std::uint64_t>(header->ts.tv_sec) * ns_per_s +
                   static_cast<std::uint64_t>(header->ts.tv_usec);
  frame.frame = {.bytes = {captured.begin(), captured.end()},
                 .bad_fcs = false,
                 .time_ns = frame.epoch_ns % ns_per_day};
  return true;
}

}  // namespace wirebook::hw_sim
