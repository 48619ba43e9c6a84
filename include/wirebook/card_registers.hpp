// Generated from kernels/regs/registers.toml by kernels/regs/generate.
//
// Registers of the kernel, by their byte offset in its AXI4-Lite window of 4 KiB.
//
// Shapes: 32-bit words; 64-bit values as two, low first. `_stride` is the distance of two of an
// array. Threads: constants. Errors: none. Specification: kernels/regs/README.md.
#pragma once

#include <cstdint>

namespace wirebook::card_registers {

inline constexpr std::uint32_t map_version = 1;
inline constexpr std::uint32_t identity_value = 0x5742'5054;

inline constexpr std::uint32_t ap_ctrl = 0x000;
inline constexpr std::uint32_t global_interrupt = 0x004;
inline constexpr std::uint32_t interrupt_enable = 0x008;
inline constexpr std::uint32_t interrupt_status = 0x00C;
inline constexpr std::uint32_t identity = 0x010;
inline constexpr std::uint32_t version = 0x014;
inline constexpr std::uint32_t build = 0x018;
inline constexpr std::uint32_t capabilities = 0x01C;
inline constexpr std::uint32_t state = 0x020;
inline constexpr std::uint32_t error = 0x024;
inline constexpr std::uint32_t produced = 0x028;
inline constexpr std::uint32_t acknowledged = 0x030;
inline constexpr std::uint32_t now = 0x038;
inline constexpr std::uint32_t inject_consumed = 0x040;
inline constexpr std::uint32_t punt_produced = 0x044;
inline constexpr std::uint32_t tx_consumed = 0x048;
inline constexpr std::uint32_t heartbeat = 0x050;
inline constexpr std::uint32_t soft_reset = 0x054;
inline constexpr std::uint32_t snapshot = 0x058;
inline constexpr std::uint32_t control = 0x080;
inline constexpr std::uint32_t epoch = 0x084;
inline constexpr std::uint32_t ring_base = 0x088;
inline constexpr std::uint32_t ring_slots_log2 = 0x090;
inline constexpr std::uint32_t lease_cycles = 0x094;
inline constexpr std::uint32_t start_sequence = 0x098;
inline constexpr std::uint32_t slot_limit = 0x0A0;
inline constexpr std::uint32_t consumer = 0x0A8;
inline constexpr std::uint32_t time = 0x0B0;
inline constexpr std::uint32_t rate = 0x0B8;
inline constexpr std::uint32_t tick_period_ns = 0x0C0;
inline constexpr std::uint32_t local_address = 0x0C4;
inline constexpr std::uint32_t order_address = 0x0C8;
inline constexpr std::uint32_t order_port = 0x0CC;
inline constexpr std::uint32_t inject_base = 0x0D0;
inline constexpr std::uint32_t inject_slots_log2 = 0x0D8;
inline constexpr std::uint32_t inject_produced = 0x0DC;
inline constexpr std::uint32_t punt_base = 0x0E0;
inline constexpr std::uint32_t punt_cells_log2 = 0x0E8;
inline constexpr std::uint32_t punt_consumer = 0x0EC;
inline constexpr std::uint32_t tx_base = 0x0F0;
inline constexpr std::uint32_t tx_cells_log2 = 0x0F8;
inline constexpr std::uint32_t tx_produced = 0x0FC;
inline constexpr std::uint32_t filter_address = 0x100;
inline constexpr std::uint32_t filter_address_count = 16;
inline constexpr std::uint32_t filter_address_stride = 8;
inline constexpr std::uint32_t filter_port = 0x104;
inline constexpr std::uint32_t filter_port_count = 16;
inline constexpr std::uint32_t filter_port_stride = 8;
inline constexpr std::uint32_t hash_row = 0x180;
inline constexpr std::uint32_t hash_row_count = 9;
inline constexpr std::uint32_t hash_row_stride = 8;
inline constexpr std::uint32_t session_address = 0x1D0;
inline constexpr std::uint32_t session_port = 0x1D4;
inline constexpr std::uint32_t session_number = 0x1D8;
inline constexpr std::uint32_t session_index = 0x1DC;
inline constexpr std::uint32_t locate_word = 0x1E0;
inline constexpr std::uint32_t locate_bits = 0x1E4;
inline constexpr std::uint32_t outcomes = 0x400;
inline constexpr std::uint32_t outcomes_count = 64;
inline constexpr std::uint32_t outcomes_stride = 8;
inline constexpr std::uint32_t events = 0x600;
inline constexpr std::uint32_t events_count = 16;
inline constexpr std::uint32_t events_stride = 8;

}  // namespace wirebook::card_registers
