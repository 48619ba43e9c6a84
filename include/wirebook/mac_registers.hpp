// Generated from board/mac/registers.toml by kernels/regs/generate.
//
// Registers of the MAC kernel, by their byte offset in its AXI4-Lite window of 4 KiB.
//
// Shapes: 32-bit words; 64-bit values as two, low first. `_stride` is the distance of two of an
// array. Threads: constants. Errors: none. Specification: board/mac/README.md.
#pragma once

#include <cstdint>

namespace wirebook::mac_registers {

inline constexpr std::uint32_t map_version = 1;
inline constexpr std::uint32_t identity_value = 0x5742'4D43;

inline constexpr std::uint32_t identity = 0x010;
inline constexpr std::uint32_t version = 0x014;
inline constexpr std::uint32_t control = 0x018;
inline constexpr std::uint32_t restart = 0x01C;
inline constexpr std::uint32_t status = 0x020;
inline constexpr std::uint32_t lanes = 0x024;
inline constexpr std::uint32_t mac_cycles = 0x040;
inline constexpr std::uint32_t rx_frames = 0x048;
inline constexpr std::uint32_t rx_bad = 0x050;
inline constexpr std::uint32_t rx_dropped = 0x058;
inline constexpr std::uint32_t tx_frames = 0x060;
inline constexpr std::uint32_t tx_underflows = 0x068;
inline constexpr std::uint32_t tx_overflows = 0x070;
inline constexpr std::uint32_t link_losses = 0x078;
inline constexpr std::uint32_t fec_codewords = 0x080;
inline constexpr std::uint32_t fec_corrected = 0x088;
inline constexpr std::uint32_t fec_uncorrected = 0x090;
inline constexpr std::uint32_t tx_dropped = 0x098;

}  // namespace wirebook::mac_registers
