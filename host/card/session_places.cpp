#include "card/session_places.hpp"

#include <map>
#include <optional>
#include <utility>

namespace wirebook::card {

namespace {

namespace reg = card_registers;
using wire_in::OrderSource;

bool same_source(const OrderSource& a, const OrderSource& b) {
  return a.address == b.address && a.port == b.port;
}

/// Each source once, with the session it was given last.
std::vector<OrderSource> without_twins(std::span<const OrderSource> sources) {
  std::map<std::pair<std::uint32_t, std::uint16_t>, OrderSource> last;
  for (const OrderSource& source : sources)
    last.insert_or_assign({source.address, source.port}, source);
  std::vector<OrderSource> result;
  result.reserve(last.size());
  for (const auto& [key, source] : last)
    result.push_back(source);
  return result;
}

}  // namespace

bool SessionPlaces::program(std::span<const OrderSource> sources) {
  const auto placement = place_sessions(without_twins(sources), seed_);
  if (!placement)
    return false;
  rows_ = placement->rows;
  table_ = {};
  for (const PlacedSession& placed : placement->sessions)
    table_[placed.index] = {.source = placed.source, .used = true};
  write_rows();
  for (const Place& place : table_)
    write(place);
  return true;
}

bool SessionPlaces::add(const OrderSource& source) {
  Place* const place = find(source, true);
  if (place == nullptr)
    return rebuild(source);
  *place = {.source = source, .used = true};
  write(*place);
  return true;
}

void SessionPlaces::remove(const OrderSource& source) noexcept {
  Place* const place = find(source, false);
  if (place == nullptr || place->source.session != source.session)
    return;
  *place = {};
  write(*place);
}

/// The place of this source, or else, if that will do, a free one in its bucket.
SessionPlaces::Place* SessionPlaces::find(const OrderSource& source, bool free_too) noexcept {
  Place* const bucket = table_.data() + session_bucket(rows_, source) * session_ways;
  Place* free = nullptr;
  for (Place* place = bucket; place != bucket + session_ways; ++place) {
    if (place->used && same_source(place->source, source))
      return place;
    if (!place->used && free == nullptr)
      free = place;
  }
  return free_too ? free : nullptr;
}

bool SessionPlaces::rebuild(const OrderSource& source) {
  std::vector<OrderSource> sources{source};
  for (const Place& place : table_)
    if (place.used)
      sources.push_back(place.source);
  const auto placement = place_sessions(sources, ++seed_);
  if (!placement)
    return false;
  const Table before = table_;
  rows_ = placement->rows;
  table_ = {};
  for (const PlacedSession& placed : placement->sessions)
    table_[placed.index] = {.source = placed.source, .used = true};
  write_rows();
  for (std::size_t i = 0; i < table_.size(); ++i)
    if (before[i].used || table_[i].used)
      write(table_[i]);
  ++rebuilt_;
  return true;
}

void SessionPlaces::write(const Place& place) noexcept {
  registers_->write(reg::session_address, place.source.address);
  registers_->write(reg::session_port, std::uint32_t{place.used} << 16 | place.source.port);
  registers_->write(reg::session_number, place.source.session);
  registers_->write(reg::session_index, static_cast<std::uint32_t>(&place - table_.data()));
}

void SessionPlaces::write_rows() noexcept {
  for (std::uint32_t row = 0; row < rows_.size(); ++row)
    registers_->write64(reg::hash_row + row * reg::hash_row_stride, rows_[row]);
}

}  // namespace wirebook::card
