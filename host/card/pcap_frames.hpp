// Frames of a capture for a `SoftCard`, as fast as they are taken, with the times of the file.
//
// Shapes: Ethernet frames; their time is that of the day in the given zone. Sent frames are
// dropped. Threads: that of the card. Errors: opening throws `CardError` with the reader's words;
// a file that breaks off just ends. Cost: file I/O by libpcap. Specification: pcap, pcapng.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "card/card.hpp"

namespace wirebook::card {

/// ns since midnight of a zone that is so many minutes ahead of UTC.
[[nodiscard]] TimeNs time_of_day(std::uint64_t epoch_ns, std::int32_t utc_offset_minutes);

[[nodiscard]] std::unique_ptr<FrameSource> make_pcap_frames(const std::string& path,
                                                            std::int32_t utc_offset_minutes = 0);

}  // namespace wirebook::card
