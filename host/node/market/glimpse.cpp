#include "node/market/glimpse.hpp"

#include <algorithm>
#include <cstring>

#include "wirebook/wire/glimpse.hpp"

namespace wirebook::node {

namespace {

constexpr std::size_t header_bytes = sizeof(wire::soup::Header);

void add_packet(std::vector<std::byte>& packets, std::span<const std::byte> message) {
  const auto head = std::as_bytes(std::span(&soup::sequenced_headers[message.size()], 1));
  packets.insert(packets.end(), head.begin(), head.end());
  packets.insert(packets.end(), message.begin(), message.end());
}

}  // namespace

std::optional<std::uint64_t> Glimpse::begin(std::size_t place, const soup::SoupLogin& /*login*/,
                                            std::uint64_t now_ns) {
  if (!log_->books_are_exact())
    return std::nullopt;
  auto taken = snapshot(now_ns);
  if (!is_of_use(*taken))
    return std::nullopt;
  places_[place] = {.snapshot = std::move(taken), .begun_ns = now_ns};
  counters_->add(MarketCount::snapshot_logins);
  return 1;  // each login is told all of it
}

std::shared_ptr<const Glimpse::Snapshot> Glimpse::snapshot(std::uint64_t now_ns) {
  const bool is_fresh = newest_ != nullptr && (newest_->next == log_->history().next() ||
                                               now_ns - newest_->taken_ns < shared_for_ns);
  if (is_fresh || (newest_ != nullptr && !older_gives_way(now_ns)))
    return newest_;
  older_ = newest_;
  newest_ = take(now_ns);
  counters_->add(MarketCount::snapshots);
  return newest_;
}

/// There is room for another one. Who cannot ask for what is between the newest and now has no use
/// for it: then nobody waits.
bool Glimpse::older_gives_way(std::uint64_t now_ns) {
  const auto older = older_.lock();
  if (older == nullptr)
    return true;
  const auto has_it = [&](const Place& at) { return at.snapshot == older; };
  const bool may_go_on =
      is_of_use(*newest_) && std::any_of(places_.begin(), places_.end(), [&](const Place& at) {
        return has_it(at) && now_ns - at.begun_ns <= hurried_within_ns;
      });
  if (may_go_on)
    return false;
  for (Place& at : places_)
    if (has_it(at))
      at = {.gave_way = true};
  return true;
}

std::shared_ptr<const Glimpse::Snapshot> Glimpse::take(std::uint64_t now_ns) const {
  auto taken = std::make_shared<Snapshot>();
  taken->taken_ns = now_ns;
  taken->next = log_->history().next();
  wire::glimpse::SnapshotEnd end;
  end.sequence_number = soup::format_number(taken->next);
  const auto last = std::as_bytes(std::span(&end, 1));
  taken->packets.reserve(log_->book().bytes_max(header_bytes) + header_bytes + last.size());
  log_->book().tell([&](std::span<const std::byte> message) {
    add_packet(taken->packets, message);
    ++taken->messages;
  });
  add_packet(taken->packets, last);
  ++taken->messages;
  return taken;
}

std::span<const std::byte> Glimpse::next(std::size_t place) {
  const Place& at = places_[place];
  if (at.snapshot == nullptr)
    return {};
  return std::span(at.snapshot->packets).subspan(at.offset);
}

std::uint64_t Glimpse::gone(std::size_t place, std::size_t bytes) {
  Place& at = places_[place];
  at.offset += bytes;
  if (at.offset != at.snapshot->packets.size())
    return 0;
  const std::uint64_t messages = at.snapshot->messages;
  at.snapshot.reset();
  return messages;
}

}  // namespace wirebook::node
