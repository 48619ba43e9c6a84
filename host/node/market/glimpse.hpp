// GLIMPSE 5.0: the books as they are behind a message, for who comes late.
//
//   MarketLog ──► Snapshot: S, R, H, A and F of every order, G with the next number ──► clients
//
// A snapshot is taken once and shared: who logs in within a second of it gets the same one, and
// there are never more than two. Who has got all of it has no part in it any more; who takes more
// than a minute is lost. A login that both are too old for takes the older one's place: who has had
// ten seconds for that and is not done is lost, so nobody is told a snapshot much older than those.
//
// Shapes: SoupBinTCP packets in one piece. Threads: one. Errors: where the books are not exact, or
// the history does not reach back to the shared snapshot's number, a login is told no. Cost: taking
// one walks all displayed orders, some 50 ns each; 43 bytes an order, twice at most.
// Specification: GLIMPSE 5.0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "node/market/feed_source.hpp"
#include "node/market/market_counters.hpp"
#include "wire_out/market_log.hpp"

namespace wirebook::node {

class Glimpse final : public FeedSource {
 public:
  static constexpr std::uint64_t shared_for_ns = 1'000'000'000;
  static constexpr std::uint64_t taken_within_ns = 60'000'000'000;
  /// The same while somebody waits for its room.
  static constexpr std::uint64_t hurried_within_ns = 10'000'000'000;

  Glimpse(const wire_out::MarketLog& log, std::size_t places, MarketCounters& counters)
      : log_(&log), counters_(&counters), places_(places) {}

  std::optional<std::uint64_t> begin(std::size_t place, const soup::SoupLogin& login,
                                     std::uint64_t now_ns) override;
  std::span<const std::byte> next(std::size_t place) override;
  std::uint64_t gone(std::size_t place, std::size_t bytes) override;
  [[nodiscard]] std::optional<FeedSlow> lost(std::size_t place,
                                             std::uint64_t now_ns) const override {
    const Place& at = places_[place];
    const bool late = at.snapshot != nullptr && now_ns - at.begun_ns > taken_within_ns;
    return late || at.gave_way ? std::optional(FeedSlow::unhurried) : std::nullopt;
  }
  [[nodiscard]] bool is_over(std::size_t place) const override {
    return places_[place].snapshot == nullptr;
  }
  void end(std::size_t place) override { places_[place] = {}; }

  /// Now and then: a snapshot that nobody needs any more goes.
  void look_at_time(std::uint64_t now_ns) {
    if (newest_ != nullptr && newest_.use_count() == 1 &&
        now_ns - newest_->taken_ns > shared_for_ns)
      newest_.reset();
  }

 private:
  struct Snapshot {
    std::vector<std::byte> packets;
    std::uint64_t messages = 0;
    std::uint64_t next = 0;  ///< the number that the feed goes on with
    std::uint64_t taken_ns = 0;
  };
  struct Place {
    std::shared_ptr<const Snapshot> snapshot;  ///< null: it has all of it
    std::size_t offset = 0;
    std::uint64_t begun_ns = 0;
    bool gave_way = false;  ///< to a login, with half of it told
  };

  [[nodiscard]] std::shared_ptr<const Snapshot> snapshot(std::uint64_t now_ns);
  [[nodiscard]] std::shared_ptr<const Snapshot> take(std::uint64_t now_ns) const;
  [[nodiscard]] bool is_of_use(const Snapshot& snapshot) const {
    return snapshot.next >= log_->history().first();
  }
  bool older_gives_way(std::uint64_t now_ns);

  const wire_out::MarketLog* log_;
  MarketCounters* counters_;
  std::shared_ptr<const Snapshot> newest_;
  std::weak_ptr<const Snapshot> older_;
  std::vector<Place> places_;
};

}  // namespace wirebook::node
