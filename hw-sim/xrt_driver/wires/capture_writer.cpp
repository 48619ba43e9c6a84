#include "hw-sim/xrt_driver/wires/capture_writer.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <pcap/pcap.h>

namespace wirebook::hw_sim {

void CaptureWriter::Close::operator()(pcap* capture) const { pcap_close(capture); }
void CaptureWriter::Close::operator()(pcap_dumper* dump) const { pcap_dump_close(dump); }

CaptureWriter::CaptureWriter(const std::string& path) {
  constexpr int snapshot_bytes = 65'535;
  form_.reset(
      pcap_open_dead_with_tstamp_precision(DLT_EN10MB, snapshot_bytes, PCAP_TSTAMP_PRECISION_NANO));
  dump_.reset(pcap_dump_open(form_.get(), path.c_str()));
  if (!dump_)
    throw std::invalid_argument(fmt::format("cannot write {}", pcap_geterr(form_.get())));
}

void CaptureWriter::write(std::span<const std::byte> frame, std::uint64_t epoch_ns) {
  constexpr std::uint64_t ns_per_s = 1'000'000'000;
  pcap_pkthdr header{};
  header.ts.tv_sec = static_cast<time_t>(epoch_ns / ns_per_s);
  header.ts.tv_usec = static_cast<suseconds_t>(epoch_ns % ns_per_s);
  header.caplen = header.len = static_cast<bpf_u_int32>(frame.size());
  pcap_dump(reinterpret_cast<u_char*>(dump_.get()), &header,
            reinterpret_cast<const u_char*>(frame.data()));
  (void)pcap_dump_flush(dump_.get());
}

}  // namespace wirebook::hw_sim
