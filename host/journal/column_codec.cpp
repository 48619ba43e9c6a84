#include "journal/column_codec.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <numeric>
#include <utility>

#include <lz4.h>
#include <zstd.h>

#include "wirebook/assert.hpp"
#include "wirebook/crc32c.hpp"

namespace wirebook::journal {

namespace {

constexpr int zstd_level = 1;

/// Order entry's fields: time, instrument, appendage, reserved, session, symbol, numbers, quantity,
/// price, client order id, six codes, then the tail.
constexpr std::array<std::uint8_t, 21> field_widths{8, 2, 1, 1, 4, 8, 4, 4, 4, 14, 1,
                                                    1, 1, 1, 1, 1, 1, 1, 1, 1, 4};
static_assert(std::accumulate(field_widths.begin(), field_widths.end(), 0U) == slot_bytes);

/// Takes each seal for its difference from what it would be, and back: it is its own inverse.
void turn_seals(std::span<std::byte> bytes, const PiecePlace& place) {
  std::uint64_t sequence = place.first_slot;
  for (std::size_t at = place.header_bytes; at + slot_bytes <= bytes.size(); at += slot_bytes) {
    Slot slot;
    std::memcpy(static_cast<void*>(&slot), bytes.data() + at, sizeof slot);
    if (slot.tail.kind != SlotKind::none) {
      slot.tail.crc32c ^= slot_crc32c(slot, slot.tail, sequence, place.epoch);
      std::memcpy(bytes.data() + at + offsetof(Slot, tail), &slot.tail, sizeof slot.tail);
    }
    ++sequence;
  }
}

constexpr std::size_t kind_offset = offsetof(Slot, tail) + offsetof(SlotTail, kind);

/// Where each slot goes when those of a kind stand together, in their order: by the kinds alone, so
/// that who has these can find the way back.
template <class KindOf>
void places_by_kind(std::size_t count, KindOf kind_of, std::vector<std::uint32_t>& places) {
  std::array<std::uint32_t, 256> next{};
  for (std::size_t i = 0; i < count; ++i)
    ++next[kind_of(i)];
  std::uint32_t begin = 0;
  for (std::uint32_t& one : next)
    begin += std::exchange(one, begin);
  places.resize(count);
  for (std::size_t i = 0; i < count; ++i)
    places[i] = next[kind_of(i)]++;
}

std::uint64_t load_time(const std::byte* slot) {
  std::uint64_t time = 0;
  std::memcpy(&time, slot, sizeof time);
  return time;
}
void store_time(std::byte* slot, std::uint64_t time) { std::memcpy(slot, &time, sizeof time); }

/// Slots of a kind together; times as what they are later than the one before; the kinds, in their
/// first order, where the kinds of the slots stood.
void to_groups(std::span<const std::byte> slots, std::span<std::byte> groups,
               std::vector<std::uint32_t>& places) {
  const std::size_t count = slots.size() / slot_bytes;
  places_by_kind(
      count,
      [&](std::size_t i) {
        return std::to_integer<std::uint8_t>(slots[i * slot_bytes + kind_offset]);
      },
      places);
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::byte* const from = slots.data() + i * slot_bytes;
    std::byte* const to = groups.data() + places[i] * slot_bytes;
    std::memcpy(to, from, slot_bytes);
    const std::uint64_t time = load_time(from);
    store_time(to, time - std::exchange(before, time));
  }
  for (std::size_t i = 0; i < count; ++i)
    groups[i * slot_bytes + kind_offset] = slots[i * slot_bytes + kind_offset];
}

void from_groups(std::span<const std::byte> groups, std::span<std::byte> slots,
                 std::vector<std::uint32_t>& places) {
  const std::size_t count = slots.size() / slot_bytes;
  const auto kind_of = [&](std::size_t i) {
    return std::to_integer<std::uint8_t>(groups[i * slot_bytes + kind_offset]);
  };
  places_by_kind(count, kind_of, places);
  std::uint64_t time = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::byte* const to = slots.data() + i * slot_bytes;
    std::memcpy(to, groups.data() + places[i] * slot_bytes, slot_bytes);
    to[kind_offset] = static_cast<std::byte>(kind_of(i));
    time += load_time(to);
    store_time(to, time);
  }
}

/// 8 slots at a time, so that what is read and what is written lie in a few lines each.
void to_byte_columns(const std::byte* slots, std::byte* columns, std::size_t count) {
  std::size_t slot = 0;
  for (; slot + 8 <= count; slot += 8)
    for (std::size_t word = 0; word < slot_bytes / 8; ++word) {
      std::array<std::uint64_t, 8> rows;
      for (std::size_t i = 0; i < 8; ++i)
        std::memcpy(&rows[i], slots + (slot + i) * slot_bytes + word * 8, 8);
      for (std::size_t byte = 0; byte < 8; ++byte) {
        std::uint64_t column = 0;
        for (std::size_t i = 0; i < 8; ++i)
          column |= (rows[i] >> (8 * byte) & 0xFF) << (8 * i);
        std::memcpy(columns + (word * 8 + byte) * count + slot, &column, 8);
      }
    }
  for (; slot < count; ++slot)
    for (std::size_t byte = 0; byte < slot_bytes; ++byte)
      columns[byte * count + slot] = slots[slot * slot_bytes + byte];
}

void from_byte_columns(const std::byte* columns, std::byte* slots, std::size_t count) {
  std::size_t slot = 0;
  for (; slot + 8 <= count; slot += 8)
    for (std::size_t word = 0; word < slot_bytes / 8; ++word) {
      std::array<std::uint64_t, 8> rows;
      for (std::size_t byte = 0; byte < 8; ++byte)
        std::memcpy(&rows[byte], columns + (word * 8 + byte) * count + slot, 8);
      for (std::size_t i = 0; i < 8; ++i) {
        std::uint64_t row = 0;
        for (std::size_t byte = 0; byte < 8; ++byte)
          row |= (rows[byte] >> (8 * i) & 0xFF) << (8 * byte);
        std::memcpy(slots + (slot + i) * slot_bytes + word * 8, &row, 8);
      }
    }
  for (; slot < count; ++slot)
    for (std::size_t byte = 0; byte < slot_bytes; ++byte)
      slots[slot * slot_bytes + byte] = columns[byte * count + slot];
}

template <class Copy>
void for_each_field(std::size_t count, Copy copy) {
  std::size_t offset = 0;
  for (const std::size_t width : field_widths) {
    for (std::size_t slot = 0; slot < count; ++slot)
      copy(slot * slot_bytes + offset, offset * count + slot * width, width);
    offset += width;
  }
}

void to_columns(Layout layout, const std::byte* slots, std::byte* columns, std::size_t count) {
  if (layout == Layout::bytes)
    to_byte_columns(slots, columns, count);
  else
    for_each_field(count, [&](std::size_t in_slots, std::size_t in_columns, std::size_t width) {
      std::memcpy(columns + in_columns, slots + in_slots, width);
    });
}

void from_columns(Layout layout, const std::byte* columns, std::byte* slots, std::size_t count) {
  if (layout == Layout::bytes)
    from_byte_columns(columns, slots, count);
  else
    for_each_field(count, [&](std::size_t in_slots, std::size_t in_columns, std::size_t width) {
      std::memcpy(slots + in_slots, columns + in_columns, width);
    });
}

const char* as_chars(const std::byte* bytes) { return reinterpret_cast<const char*>(bytes); }
char* as_chars(std::byte* bytes) { return reinterpret_cast<char*>(bytes); }

}  // namespace

std::string_view to_text(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "none";
    case Compression::lz4:
      return "lz4";
    case Compression::zstd:
      return "zstd";
  }
  return "";
}

ColumnCodec::ColumnCodec(Compression compression, Layout layout, std::size_t piece_bytes)
    : compression_(compression),
      layout_(layout),
      seals_off_(piece_bytes),
      groups_(piece_bytes),
      columns_(piece_bytes) {
  stored_.resize(
      std::max(ZSTD_compressBound(piece_bytes),
               static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(piece_bytes)))));
  if (compression != Compression::zstd)
    return;
  compressor_ = ZSTD_createCCtx();
  decompressor_ = ZSTD_createDCtx();
  if (compressor_ == nullptr || decompressor_ == nullptr)
    throw std::bad_alloc();
}

ColumnCodec::~ColumnCodec() {
  ZSTD_freeCCtx(static_cast<ZSTD_CCtx*>(compressor_));
  ZSTD_freeDCtx(static_cast<ZSTD_DCtx*>(decompressor_));
}

std::span<const std::byte> ColumnCodec::encode(std::span<const std::byte> raw,
                                               const PiecePlace& place) {
  WIREBOOK_ASSERT(raw.size() <= columns_.size() && raw.size() % slot_bytes == 0);
  const std::size_t bytes = raw.size();
  std::copy(raw.begin(), raw.end(), seals_off_.begin());
  turn_seals(std::span(seals_off_).first(bytes), place);
  const auto turned = std::span(seals_off_).first(bytes);
  if (layout_ == Layout::slots) {
    std::copy(turned.begin(), turned.end(), columns_.begin());
  } else {
    to_groups(turned, std::span(groups_).first(bytes), places_);
    to_columns(layout_, groups_.data(), columns_.data(), bytes / slot_bytes);
  }
  std::size_t stored = 0;
  if (compression_ == Compression::zstd) {
    stored = ZSTD_compressCCtx(static_cast<ZSTD_CCtx*>(compressor_), stored_.data(), stored_.size(),
                               columns_.data(), bytes, zstd_level);
    WIREBOOK_ASSERT(ZSTD_isError(stored) == 0);
  } else {
    stored = static_cast<std::size_t>(
        LZ4_compress_default(as_chars(columns_.data()), as_chars(stored_.data()),
                             static_cast<int>(bytes), static_cast<int>(stored_.size())));
    WIREBOOK_ASSERT(stored != 0);
  }
  return std::span(stored_).first(stored);
}

bool ColumnCodec::decode(std::span<const std::byte> stored, const PiecePlace& place,
                         std::span<std::byte> raw) {
  if (raw.size() > columns_.size() || raw.size() % slot_bytes != 0)
    return false;
  bool whole = false;
  if (compression_ == Compression::zstd)
    whole = ZSTD_decompressDCtx(static_cast<ZSTD_DCtx*>(decompressor_), columns_.data(), raw.size(),
                                stored.data(), stored.size()) == raw.size();
  else
    whole = LZ4_decompress_safe(as_chars(stored.data()), as_chars(columns_.data()),
                                static_cast<int>(stored.size()),
                                static_cast<int>(raw.size())) == static_cast<int>(raw.size());
  if (!whole)
    return false;
  if (layout_ == Layout::slots) {
    std::copy_n(columns_.begin(), raw.size(), raw.begin());
  } else {
    const auto groups = std::span(groups_).first(raw.size());
    from_columns(layout_, columns_.data(), groups.data(), raw.size() / slot_bytes);
    from_groups(groups, raw, places_);
  }
  turn_seals(raw, place);
  return true;
}

}  // namespace wirebook::journal
