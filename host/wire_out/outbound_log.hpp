// The day's outbound messages of a shard: each session's replies, and the market's next number.
//
// It is a function of the events: who feeds the same ones again has the same messages under the
// same numbers. So a node that comes back answers for what the one before it said.
//
//   event, cause ──┬─► encode ────────► store(session): numbered, kept, sent from there
//                  └─► encode_market ─► wherever the datagram is; only the number stays here,
//                                       and the message in the market's log, where one is kept
//
// Shapes: a SequencedStore per session, out of one pool; the symbols that ITCH messages repeat.
// Threads: one at a time. Errors: an event of a session that is not here gives no message; `load`
// gives false and says why, and the log is then of no use. Cost: one encode a message; nothing is
// allocated once it is made. Specification: OUCH 5.0, UFO 1.0, ITCH 5.0; README.md of this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"

#include "match/state/state_io.hpp"
#include "wire_out/itch_encoder.hpp"
#include "wire_out/market_log.hpp"
#include "wire_out/sequenced_store.hpp"

namespace wirebook::wire_out {

class OutboundLog {
 public:
  /// Sessions are numbered from 1. `chunks` of 64 KiB are shared by them, at least two for each.
  OutboundLog(std::uint32_t sessions, std::uint32_t chunks);
  OutboundLog(const OutboundLog&) = delete;
  OutboundLog& operator=(const OutboundLog&) = delete;

  [[nodiscard]] std::uint32_t sessions() const {
    return static_cast<std::uint32_t>(stores_.size());
  }
  [[nodiscard]] bool knows(std::uint32_t session) const {
    return session != 0 && session <= stores_.size();
  }

  /// Writes the message that tells the event to its session into the session's store. Gives its
  /// length; 0 if the event tells no client anything.
  std::size_t encode(const EventGroup& event, const SlotGroup& cause) noexcept;
  /// Writes and numbers the market's message; gives its length, 0 if the market hears nothing.
  std::size_t encode_market(const EventGroup& event, const SlotGroup& cause,
                            std::span<std::byte, itch_message_bytes_max> out) noexcept;
  /// Numbers the market's message as `encode_market` does, and writes none.
  void pass_market(const EventGroup& event, const SlotGroup& cause) noexcept;

  /// From here on the market's messages are kept in a log. Before the first event, or the load.
  void keep_market(const MarketLogSize& size) { market_ = std::make_unique<MarketLog>(size); }
  /// The log, for somebody else to go on with; null where none is kept.
  [[nodiscard]] std::unique_ptr<MarketLog> take_market() { return std::move(market_); }

  /// Of a session that it `knows`.
  [[nodiscard]] SequencedStore& store(std::uint32_t session) { return stores_[session - 1]; }
  [[nodiscard]] const SequencedStore& store(std::uint32_t session) const {
    return stores_[session - 1];
  }
  /// The number that the market's next message will have.
  [[nodiscard]] std::uint64_t next_market_number() const { return next_market_number_; }

  /// What was taken up so far is not sent by itself any more: clients ask for it. For a log that
  /// was rebuilt, where nobody knows what had left.
  void count_as_sent() noexcept;

  /// Everything but what was sent: a log that was loaded counts all of it as sent.
  void save(match::StateWriter& writer) const;
  /// Into a log that was just made. A pool that is smaller keeps each session's youngest messages;
  /// fewer sessions than there were is refused, and so is a state without the market's log where
  /// one is kept.
  bool load(match::StateReader& reader, std::string* why);

 private:
  bool load_market(match::StateReader& reader, std::string* why);

  ChunkPool pool_;
  std::vector<SequencedStore> stores_;  ///< by session number less one
  ItchEncoder itch_;
  std::uint64_t next_market_number_ = 1;
  std::unique_ptr<MarketLog> market_;
};

}  // namespace wirebook::wire_out
