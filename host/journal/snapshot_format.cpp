#include "journal/snapshot_format.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include <zstd.h>

#include "wirebook/assert.hpp"

#include "journal/bytes.hpp"
#include "journal/file_names.hpp"

namespace wirebook::journal {

namespace {

constexpr std::size_t header_crc_at = snapshot_header_bytes - 4;
constexpr std::size_t compressed_at_once = std::size_t{1} << 20;
constexpr int compression_level = 1;

void put_header(const SnapshotHeader& header, std::uint64_t content_bytes,
                std::span<std::byte> file) {
  const std::span<const std::byte> body = file.subspan(snapshot_header_bytes);
  std::fill_n(file.begin(), snapshot_header_bytes, std::byte{0});
  put_field(file, 0, snapshot_magic);
  put_field(file, 8, snapshot_version);
  put_field(file, 12, static_cast<std::uint32_t>(snapshot_header_bytes));
  put_field(file, 16, header.name.epoch);
  put_field(file, 20, header.shard);
  put_field(file, 24, header.name.sequence);
  put_field(file, 32, header.digest);
  put_field(file, 40, content_bytes);
  put_field(file, 48, std::uint64_t{body.size()});
  put_field(file, 56, header.created_unix_ns);
  put_field(file, 64, header.trading_day);
  put_field(file, 68, crc32c_of(body));
  put_field(file, header_crc_at, crc32c_of(file.first(header_crc_at)));
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
    const std::size_t bytes = std::min(compressed_at_once, content.size() - at);
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
  if (get_field<std::uint32_t>(file, header_crc_at) != crc32c_of(file.first(header_crc_at)))
    return "its header's checksum is wrong";
  if (const auto version = get_field<std::uint32_t>(file, 8); version != snapshot_version)
    return "of format version " + std::to_string(version) + ", which is not known here";
  if (get_field<std::uint32_t>(file, 12) != snapshot_header_bytes)
    return "its header has another length";
  return {};
}

std::string body_fault(std::span<const std::byte> file) {
  const std::span<const std::byte> body = file.subspan(snapshot_header_bytes);
  if (const auto bytes = get_field<std::uint64_t>(file, 48); bytes != body.size())
    return "has " + std::to_string(body.size()) + " bytes behind its header instead of " +
           std::to_string(bytes);
  if (get_field<std::uint32_t>(file, 68) != crc32c_of(body))
    return "its body's checksum is wrong";
  return {};
}

}  // namespace

std::string snapshot_name(const SnapshotName& name) {
  return place_name({name.sequence, name.epoch}, snapshot_suffix);
}

std::optional<SnapshotName> parse_snapshot_name(std::string_view text) {
  const auto parsed = parse_place_name(text, snapshot_suffix);
  if (!parsed)
    return std::nullopt;
  return SnapshotName{.sequence = parsed->sequence, .epoch = parsed->epoch};
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
  header = {.name = {.sequence = get_field<std::uint64_t>(file, 24),
                     .epoch = get_field<std::uint32_t>(file, 16)},
            .shard = get_field<std::uint32_t>(file, 20),
            .trading_day = get_field<std::uint32_t>(file, 64),
            .digest = get_field<std::uint64_t>(file, 32),
            .created_unix_ns = get_field<std::uint64_t>(file, 56)};
  if (const std::string right = snapshot_name(header.name); right != name)
    return "its header says " + right;
  if (std::string fault = body_fault(file); !fault.empty())
    return fault;
  const std::span<const std::byte> body = file.subspan(snapshot_header_bytes);
  const auto bytes = get_field<std::uint64_t>(file, 40);
  if (ZSTD_getFrameContentSize(body.data(), body.size()) != bytes)
    return "its body is of another length than its header says";
  content.resize(bytes);
  const std::size_t got = ZSTD_decompress(content.data(), content.size(), body.data(), body.size());
  if (ZSTD_isError(got) != 0)
    return std::string("its body cannot be unpacked: ") + ZSTD_getErrorName(got);
  return got == bytes ? "" : "its body unpacks to another length";
}

}  // namespace wirebook::journal
