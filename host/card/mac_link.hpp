// The MAC's link: what its registers say, and that in words.
//
// Shapes: see `MacLink`. Counts are since the image was loaded, or the MAC reset. Threads: one.
// Errors: throws `CardError` if what answers is no MAC of ours, has another register map, or is
// lost. Cost: some thirty register reads, nothing is written. Specification: board/mac/README.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "card/bus.hpp"

namespace wirebook::card {

inline constexpr unsigned pcs_lanes = 20;
inline constexpr unsigned fec_lanes = 4;

struct MacLink {
  std::uint32_t status = 0;  ///< as it was read
  std::uint32_t lanes = 0;

  bool up = false;          ///< frames flow
  bool clock_runs = false;  ///< if not, nothing but `powered` and the settings is as of now
  bool powered = false;     ///< all transceivers
  bool receiver_in_reset = false;
  bool transmitter_in_reset = false;
  bool aligned = false;
  bool local_fault = false;
  bool remote_fault = false;
  bool high_bit_errors = false;
  unsigned pcs_lanes_in_sync = 0;

  bool fec_on = false;
  bool fec_aligned = false;
  bool fec_high_errors = false;
  unsigned fec_lanes_in_sync = 0;
  bool loopback = false;

  std::uint64_t fec_codewords = 0;
  std::uint64_t fec_corrected = 0;
  std::uint64_t fec_uncorrected = 0;
  std::uint64_t rx_frames = 0;
  std::uint64_t rx_bad = 0;
  std::uint64_t rx_dropped = 0;  ///< lost between MAC and kernel
  std::uint64_t tx_frames = 0;
  std::uint64_t tx_dropped = 0;  ///< were to be sent while the link was down
  std::uint64_t tx_underflows = 0;
  std::uint64_t tx_overflows = 0;
  std::uint64_t link_losses = 0;
};

[[nodiscard]] MacLink read_mac_link(RegisterReader& mac);

/// Lines for people. The first says whether it is up, and if not, what is to be looked at first.
[[nodiscard]] std::vector<std::string> describe(const MacLink& link);

}  // namespace wirebook::card
