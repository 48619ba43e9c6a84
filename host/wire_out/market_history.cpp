#include "wire_out/market_history.hpp"

#include <algorithm>
#include <cstring>

#include "wirebook/assert.hpp"
#include "wirebook/wire/session.hpp"

namespace wirebook::wire_out {

namespace {

constexpr std::size_t header_bytes = sizeof(wire::soup::Header);
constexpr std::size_t length_bytes = sizeof(wire::Big16);

std::size_t pages_for(std::size_t bytes) {
  return std::max<std::size_t>(bytes / MarketHistory::page_bytes, 2);
}

}  // namespace

MarketHistory::MarketHistory(std::size_t bytes)
    : memory_(pages_for(bytes) * page_bytes, slot_ring::HugePages::allow, slot_ring::Touch::later),
      pages_(pages_for(bytes)) {}

void MarketHistory::append(std::span<const std::byte> message) {
  WIREBOOK_ASSERT(!message.empty() && message.size() <= message_bytes_max);
  if (kept_ == 0 || page(kept_ - 1).used + header_bytes + message.size() > page_bytes)
    open_page();
  add_packet(message);
}

void MarketHistory::open_page() {
  if (kept_ == pages_.size())
    oldest_ = (oldest_ + 1) % pages_.size();
  else
    ++kept_;
  Page& newest = pages_[slot(kept_ - 1)];
  newest.first = next_;
  newest.count = 0;
  newest.used = 0;
  newest.marks.clear();
}

void MarketHistory::add_packet(std::span<const std::byte> message) {
  Page& newest = pages_[slot(kept_ - 1)];
  std::byte* const out = data(kept_ - 1) + newest.used;
  auto& header = wire::view<wire::soup::Header>(out);
  header.length = static_cast<std::uint16_t>(1 + message.size());
  header.type = wire::soup::type_sequenced;
  std::memcpy(out + header_bytes, message.data(), message.size());
  if (newest.count % mark_every == 0)
    newest.marks.push_back(newest.used);
  newest.used += static_cast<std::uint32_t>(header_bytes + message.size());
  ++newest.count;
  ++next_;
}

void MarketHistory::restart_at(std::uint64_t number) {
  oldest_ = 0;
  kept_ = 0;
  next_ = number;
}

std::uint32_t MarketHistory::packet_bytes(std::size_t place, std::uint32_t begin) const {
  return static_cast<std::uint32_t>(length_bytes) +
         wire::view<wire::soup::Header>(data(place) + begin).length;
}

MarketHistory::Place MarketHistory::place_of(std::uint64_t number) const {
  std::size_t low = 0;
  for (std::size_t high = kept_; high - low > 1;) {
    const std::size_t middle = (low + high) / 2;
    (page(middle).first <= number ? low : high) = middle;
  }
  const auto index = static_cast<std::uint32_t>(number - page(low).first);
  std::uint32_t begin = page(low).marks[index / mark_every];
  for (std::uint32_t i = index % mark_every; i != 0; --i)
    begin += packet_bytes(low, begin);
  return {.page = low, .index = index, .begin = begin};
}

MarketHistory::Run MarketHistory::run(std::uint64_t number, std::size_t bytes_max) const {
  if (number < first() || number >= next_)
    return {};
  const Place place = place_of(number);
  const std::uint32_t used = page(place.page).used;
  if (used - place.begin <= bytes_max)  // all the rest, without a look at each
    return {.count = page(place.page).count - place.index,
            .packets = {data(place.page) + place.begin, used - place.begin}};
  std::uint32_t count = 1;
  std::uint32_t end = place.begin + packet_bytes(place.page, place.begin);
  while (end != used) {
    const std::uint32_t behind = end + packet_bytes(place.page, end);
    if (behind - place.begin > bytes_max)
      break;
    end = behind;
    ++count;
  }
  return {.count = count, .packets = {data(place.page) + place.begin, end - place.begin}};
}

MarketHistory::Blocks MarketHistory::copy_blocks(std::uint64_t number, std::uint16_t count_max,
                                                 std::span<std::byte> room) const {
  Blocks blocks;
  if (number < first() || number >= next_)
    return blocks;
  for (Place place = place_of(number); blocks.count != count_max; ++blocks.count) {
    if (place.begin == page(place.page).used) {
      if (place.page + 1 == kept_)
        break;
      place = {.page = place.page + 1, .index = 0, .begin = 0};
    }
    const std::uint32_t packet = packet_bytes(place.page, place.begin);
    const std::size_t message = packet - header_bytes;
    if (blocks.bytes + length_bytes + message > room.size())
      break;
    std::byte* const out = room.data() + blocks.bytes;
    wire::view<wire::Big16>(out) = static_cast<std::uint16_t>(message);
    std::memcpy(out + length_bytes, data(place.page) + place.begin + header_bytes, message);
    blocks.bytes += length_bytes + message;
    place.begin += packet;
  }
  return blocks;
}

void MarketHistory::save(match::StateWriter& writer) const {
  writer.u64(next_);
  writer.u32(static_cast<std::uint32_t>(kept_));
  for (std::size_t place = 0; place != kept_; ++place) {
    writer.u32(page(place).count);
    writer.u32(page(place).used);
    writer.bytes({data(place), page(place).used});
  }
}

// Pages come back as they were: how full each is decides when the next is opened, and so what is
// given up later. Numbers are known when all have come.
bool MarketHistory::load(match::StateReader& reader) {
  const std::uint64_t next = reader.u64();
  next_ = 0;
  for (std::uint32_t left = reader.u32(); left != 0; --left)
    if (!load_page(reader))
      return false;
  const std::uint64_t messages = next_;
  if (reader.failed() || messages >= next)
    return false;
  next_ = next;
  for (Page& loaded : pages_)
    loaded.first += next - messages;
  return true;
}

bool MarketHistory::load_page(match::StateReader& reader) {
  const std::uint32_t count = reader.u32();
  const std::span<const std::byte> packets = reader.view(reader.u32());
  if (reader.failed() || packets.empty() || packets.size() > page_bytes)
    return false;
  open_page();
  std::size_t begin = 0;
  while (packets.size() - begin > header_bytes) {
    const auto& header = wire::view<wire::soup::Header>(packets.data() + begin);
    const std::size_t bytes = std::size_t{header.length} + length_bytes;
    if (header.type != wire::soup::type_sequenced || bytes <= header_bytes ||
        bytes > header_bytes + message_bytes_max || bytes > packets.size() - begin)
      return false;
    add_packet(packets.subspan(begin + header_bytes, bytes - header_bytes));
    begin += bytes;
  }
  return begin == packets.size() && page(kept_ - 1).count == count;
}

}  // namespace wirebook::wire_out
