// System calls that are gone on with when a signal cuts them short or the kernel does a part.
//
// Shapes: open descriptors. Threads: any. Errors: an errno, 0 for none; nothing throws. Cost: the
// calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace wirebook::journal {

/// Of a call that returned less than 0.
[[nodiscard]] int error_of(int result);

[[nodiscard]] int write_all(int file, std::span<const std::byte> bytes, std::uint64_t offset);
/// EIO if the file ends before.
[[nodiscard]] int read_all(int file, std::span<std::byte> bytes, std::uint64_t offset);
/// Room for so many bytes, in one piece if it can be had: news of a full disk comes here. Where the
/// file system cannot say, no error.
[[nodiscard]] int reserve(int file, std::uint64_t bytes);

}  // namespace wirebook::journal
