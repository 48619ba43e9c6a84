// A snapshot's file: a header, then the content, compressed. What the content means is another's
// matter.
//
//   0    magic "wbsnap\0\0"       40   content bytes u64        72   zeros
//   8    version u32              48   body bytes u64           124  CRC-32C of bytes 0–123
//   12   header bytes u32         56   created, unix ns u64     128  body: one zstd frame, to the
//   16   epoch u32                64   trading day u32,              file's end
//   20   shard u32                     yyyymmdd
//   24   sequence u64             68   CRC-32C of the body
//   32   digest u64
//
// Shapes: little endian; the state after every slot before `sequence`, the last of which is of
// `epoch`. Threads: pure. Errors: by value, a reason for people. Cost: zstd at its fastest level,
// and a CRC over what it leaves. Specification: README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wirebook::journal {

inline constexpr char snapshot_magic[8] = {'w', 'b', 's', 'n', 'a', 'p', 0, 0};
inline constexpr std::uint32_t snapshot_version = 1;
inline constexpr std::size_t snapshot_header_bytes = 128;

struct SnapshotName {
  std::uint64_t sequence = 0;
  std::uint32_t epoch = 0;
  friend auto operator<=>(const SnapshotName&, const SnapshotName&) = default;
};

/// `<sequence, 16 hex digits>-<epoch, 8 hex digits>.wbs`.
[[nodiscard]] std::string snapshot_name(const SnapshotName& name);
/// Strict: exactly what `snapshot_name` makes.
[[nodiscard]] std::optional<SnapshotName> parse_snapshot_name(std::string_view text);

/// What a snapshot says about itself; the lengths and checksums are the format's own matter.
struct SnapshotHeader {
  SnapshotName name;
  std::uint32_t shard = 0;
  std::uint32_t trading_day = 0;  ///< yyyymmdd
  std::uint64_t digest = 0;
  std::uint64_t created_unix_ns = 0;
};

/// Makes the file in `file`, whose memory is used again. False if `stop` said so in between; it is
/// asked once a MiB, and may be empty.
[[nodiscard]] bool encode_snapshot(const SnapshotHeader& header, std::span<const std::byte> content,
                                   const std::function<bool()>& stop, std::vector<std::byte>& file);

/// Takes a file apart. Empty, or why it is no whole snapshot of that name.
[[nodiscard]] std::string decode_snapshot(std::string_view name, std::span<const std::byte> file,
                                          SnapshotHeader& header, std::vector<std::byte>& content);

}  // namespace wirebook::journal
