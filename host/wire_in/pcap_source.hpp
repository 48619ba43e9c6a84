// Captures: frames from a pcap or pcapng file.
//
// Shapes: Ethernet frames with the time of their first byte, ns since the epoch; views valid until
// the next call. Threads: one. Errors: by value, `error()` has the text; a file that breaks off
// gives its whole frames first, then `outcome()` is `file_truncated`. Cost: file I/O by libpcap.
// Specification: pcap and pcapng file formats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "wirebook/outcome.hpp"

namespace wirebook::wire_in {

struct CapturedFrame {
  std::uint64_t epoch_ns = 0;  ///< since 1970-01-01 UTC
  std::span<const std::byte> bytes;
};

class PcapSource {
 public:
  /// `-` is standard input.
  explicit PcapSource(const std::string& path);
  ~PcapSource();
  PcapSource(PcapSource&&) noexcept;
  PcapSource& operator=(PcapSource&&) noexcept;

  /// The next frame; none at the end or after an error.
  std::optional<CapturedFrame> next();
  /// Empty, or why the file could not be opened or read.
  [[nodiscard]] const std::string& error() const { return error_; }
  /// When `next` gave nothing more: `ok` or `file_truncated`.
  [[nodiscard]] Outcome outcome() const { return outcome_; }

 private:
  struct Close {
    void operator()(void* capture) const;
  };
  std::unique_ptr<void, Close> capture_;  ///< a pcap_t
  std::string error_;
  Outcome outcome_ = Outcome::ok;
};

}  // namespace wirebook::wire_in
