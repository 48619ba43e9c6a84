// The market's stream for clients of SoupBinTCP: from any number that is kept, then as it comes.
//
// Shapes: packets in the history, in place. Threads: one. Errors: a number that is not kept any
// more begins at the oldest that is; a client that falls behind it is lost. Cost: see
// market_history.hpp. Specification: SoupBinTCP 3.00, ITCH 5.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "node/market/feed_source.hpp"
#include "wire_out/market_history.hpp"

namespace wirebook::node {

class FeedStream final : public FeedSource {
 public:
  FeedStream(const wire_out::MarketHistory& history, std::size_t places)
      : history_(&history), places_(places) {}

  std::optional<std::uint64_t> begin(std::size_t place, const soup::SoupLogin& login,
                                     std::uint64_t /*now_ns*/) override {
    const std::uint64_t number =
        soup::start_for(login.requested_sequence, history_->first(), history_->next());
    places_[place] = {.number = number};
    return number;
  }
  std::span<const std::byte> next(std::size_t place) override {
    const Place& at = places_[place];
    const auto run = history_->run(at.number, wire_out::MarketHistory::page_bytes);
    return run.packets.empty() ? run.packets : run.packets.subspan(at.offset);
  }
  std::uint64_t gone(std::size_t place, std::size_t bytes) override;
  [[nodiscard]] std::optional<FeedSlow> lost(std::size_t place,
                                             std::uint64_t /*now_ns*/) const override {
    if (places_[place].number < history_->first())
      return FeedSlow::behind;
    return std::nullopt;
  }
  [[nodiscard]] bool is_over(std::size_t /*place*/) const override { return false; }
  void end(std::size_t /*place*/) override {}

 private:
  struct Place {
    std::uint64_t number = 0;  ///< of the first message that is not wholly gone
    std::size_t offset = 0;    ///< of its packet, how many bytes are
  };

  const wire_out::MarketHistory* history_;
  std::vector<Place> places_;
};

}  // namespace wirebook::node
