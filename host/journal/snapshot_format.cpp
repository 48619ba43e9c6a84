#include "journal/snapshot_format.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include <zstd.h>

#include "wirebook/assert.hpp"
#include "wirebook/crc32c.hpp"

#include "journal/segment_check.hpp"
#include "journal/segment_format.hpp"

namespace wirebook::journal {

namespace {

constexpr std::size_t header_crc_at = snapshot_header_bytes - 4;
constexpr std::size_t piece_bytes = std::size_t{1} << 20;
constexpr int compression_level = 1;

constexpr std::string_view segment_suffix = ".wbj";
constexpr std::string_view snapshot_suffix = ".wbs";

std::uint32_t bytes_crc32c(std::span<const std::byte> bytes) {
  std::uint32_t crc = 0xFFFF'FFFFU;
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    crc = crc32c_step(crc, word);
  }
  for (const std::byte byte : bytes)
    crc = crc >> 8 ^ detail::crc32c_table[(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFF];
  return ~crc;
}

template <class Value>
void put(std::span<std::byte> file, std::size_t at, const Value& value) {
  std::memcpy(file.data() + at, &value, sizeof value);
}
template <class Value>
Value get(std::span<const std::byte> file, std::size_t at) {
  Value value;
  std::memcpy(&value, file.data() + at, sizeof value);
  return value;
}

void put_header(const SnapshotHeader& header, std::uint64_t content_bytes,
                std::span<std::byte> file) {
  const std::span<const std::byte> body = file.subspan(snapshot_header_bytes);
  std::fill_n(file.begin(), snapshot_header_bytes, std::byte{0});
  put(file, 0, snapshot_magic);
  put(file, 8, snapshot_version);
  put(file, 12, static_cast<std::uint32_t>(snapshot_header_bytes));
  put(file, 16, header.name.epoch);
  put(file, 20, header.shard);
  put(file, 24, header.name.sequence);
  put(file, 32, header.digest);
  put(file, 40, content_bytes);
  put(file, 48, std::uint64_t{body.size()});
  put(file, 56, header.created_unix_ns);
  put(file, 64, header.trading_day);
  put(file, 68, bytes_crc32c(body));
  put(file, header_crc_at, bytes_crc32c(file.first(header_crc_at)));
}

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

/// Behind the header; false if it was stopped.
bool compress(std::span<const std::byte> content, const std::function<bool()>& stop,
              std::vector<std::byte>& file) {
  const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  if (context == nullptr)
    throw std::bad_alloc();
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, compression_level);
  ZSTD_CCtx_setPledgedSrcSize(context.get(), content.size());
  file.resize(snapshot_header_bytes + ZSTD_compressBound(content.size()));
  ZSTD_outBuffer out{.dst = file.data() + snapshot_header_bytes,
                     .size = file.size() - snapshot_header_bytes,
                     .pos = 0};
  for (std::size_t at = 0;;) {
    if (stop && stop())
      return false;
    const std::size_t bytes = std::min(piece_bytes, content.size() - at);
    ZSTD_inBuffer in{.src = content.data() + at, .size = bytes, .pos = 0};
    at += bytes;
    const bool last = at == content.size();
    const std::size_t left =
        ZSTD_compressStream2(context.get(), &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
    // The room is what zstd itself says it needs at most, so that it takes everything at once.
    WIREBOOK_ASSERT(ZSTD_isError(left) == 0 && in.pos == in.size && (!last || left == 0));
    if (last)
      break;
  }
  file.resize(snapshot_header_bytes + out.pos);
  return true;
}

std::string header_fault(std::span<const std::byte> file) {
  if (file.size() < snapshot_header_bytes)
    return "cut in its header";
  if (std::memcmp(file.data(), snapshot_magic, sizeof snapshot_magic) != 0)
    return "no snapshot";
  if (get<std::uint32_t>(file, header_crc_at) != bytes_crc32c(file.first(header_crc_at)))
    return "its header's checksum is wrong";
  if (const auto version = get<std::uint32_t>(file, 8); version != snapshot_version)
    return "of format version " + std::to_string(version) + ", which is not known here";
  if (get<std::uint32_t>(file, 12) != snapshot_header_bytes)
    return "its header has another length";
  return {};
}

std::string body_fault(std::span<const std::byte> file) {
  const std::span<const std::byte> body = file.subspan(snapshot_header_bytes);
  if (const auto bytes = get<std::uint64_t>(file, 48); bytes != body.size())
    return "has " + std::to_string(body.size()) + " bytes behind its header instead of " +
           std::to_string(bytes);
  if (get<std::uint32_t>(file, 68) != bytes_crc32c(body))
    return "its body's checksum is wrong";
  return {};
}

}  // namespace

std::string snapshot_name(const SnapshotName& name) {
  std::string text = segment_name(name.sequence, name.epoch);
  text.resize(text.size() - segment_suffix.size());
  return text.append(snapshot_suffix);
}

std::optional<SnapshotName> parse_snapshot_name(std::string_view text) {
  if (!text.ends_with(snapshot_suffix))
    return std::nullopt;
  text.remove_suffix(snapshot_suffix.size());
  const auto parsed = parse_segment_name(std::string(text).append(segment_suffix));
  if (!parsed)
    return std::nullopt;
  return SnapshotName{.sequence = parsed->first_sequence, .epoch = parsed->epoch};
}

bool encode_snapshot(const SnapshotHeader& header, std::span<const std::byte> content,
                     const std::function<bool()>& stop, std::vector<std::byte>& file) {
  if (!compress(content, stop, file))
    return false;
  put_header(header, content.size(), file);
  return true;
}

std::string decode_snapshot(std::string_view name, std::span<const std::byte> file,
                            SnapshotHeader& header, std::vector<std::byte>& content) {
  if (std::string fault = header_fault(file); !fault.empty())
    return fault;
  header = {
      .name = {.sequence = get<std::uint64_t>(file, 24), .epoch = get<std::uint32_t>(file, 16)},
      .shard = get<std::uint32_t>(file, 20),
      .trading_day = get<std::uint32_t>(file, 64),
      .digest = get<std::uint64_t>(file, 32),
      .created_unix_ns = get<std::uint64_t>(file, 56)};
  if (const std::string right = snapshot_name(header.name); right != name)
    return "its header says " + right;
  if (std::string fault = body_fault(file); !fault.empty())
    return fault;
  const std::span<const std::byte> body = file.subspan(snapshot_header_bytes);
  const auto bytes = get<std::uint64_t>(file, 40);
  if (ZSTD_getFrameContentSize(body.data(), body.size()) != bytes)
    return "its body is of another length than its header says";
  content.resize(bytes);
  const std::size_t got = ZSTD_decompress(content.data(), content.size(), body.data(), body.size());
  if (ZSTD_isError(got) != 0)
    return std::string("its body cannot be unpacked: ") + ZSTD_getErrorName(got);
  return got == bytes ? "" : "its body unpacks to another length";
}

}  // namespace wirebook::journal
