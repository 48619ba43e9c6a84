// An image as it lies on disk, looked at before any card is touched.
//
// Shapes: xclbin (axlf). Threads: one. Errors: throws `CardError` with the file and what would be
// right. Cost: start-up only. Specification: xclbin.h of XRT.
#pragma once

#include <cstdint>
#include <string>

#include <experimental/xrt_xclbin.h>

namespace wirebook::card {

/// Checks that it holds our kernel, to be driven by its registers, with a way to host memory.
[[nodiscard]] xrt::xclbin read_image(const std::string& file);

/// The bank that is the host's own memory.
[[nodiscard]] std::uint32_t host_bank(const xrt::xclbin& image);

/// The MAC kernel lies beside ours; an image without one is as good.
[[nodiscard]] bool holds_mac(const xrt::xclbin& image);

inline constexpr const char* mac_name = "wirebook_mac";
inline constexpr const char* kernel_name = "wirebook_kernel";

}  // namespace wirebook::card
