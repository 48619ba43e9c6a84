// A recording against an engine, one message at a time, beside a follower of the same recording.
#pragma once

#include <string>
#include <vector>

#include "match/naive/naive_engine.hpp"
#include "match/naive/naive_follower.hpp"
#include "node/background/background_orders.hpp"
#include "node/background/background_report.hpp"
#include "node/background/recorded_feed.hpp"
#include "recording.hpp"
#include "tests/match/rig.hpp"

namespace wirebook::node {

inline constexpr std::uint32_t live_session = 1;
inline constexpr std::uint32_t played_session = 2;

class BackgroundRig {
 public:
  BackgroundRig() {
    for (std::uint16_t locate = 1; locate <= 3; ++locate)
      feed(SlotKind::instrument, InstrumentBody{.instrument = locate,
                                                .trading_state = 'T',
                                                .round_lot = 100,
                                                .symbol = Recording::symbol(locate)});
    feed(SlotKind::session_up, SessionBody{.session = live_session, .firm = Firm::from("LIVE")});
    feed(SlotKind::session_up,
         SessionBody{
             .cancel_on_disconnect = 1, .session = played_session, .firm = Firm::from("ITCH")});
  }

  /// Plays all of it; `look` is called behind each message.
  template <class Look>
  void play(const Recording& recording, Look look) {
    const ScratchFile file(recording.bytes());
    play_file(file.path(), look);
  }
  void play(const Recording& recording) {
    play(recording, [](const Slot&) {});
  }
  template <class Look>
  void play_file(const std::string& path, Look look) {
    RecordedFeed recorded(path, 0);
    while (const Slot* const message = recorded.next()) {
      follower.on_slot(*message);
      const BackgroundGroup group = orders.on_message(*message);
      if (group.count != 0)
        feed(group);
      look(*message);
    }
    EXPECT_EQ(recorded.error(), "");
  }

  /// An order of somebody alive.
  void live(std::uint32_t number, char side, std::uint32_t shares, std::uint32_t price,
            std::uint16_t locate = 1) {
    feed(SlotKind::enter, EnterBody{.session = live_session,
                                    .symbol = Recording::symbol(locate),
                                    .user_ref_num = number,
                                    .quantity = {shares},
                                    .price = {price},
                                    .cl_ord_id = ClOrdId::from("live"),
                                    .side = side,
                                    .time_in_force = '0',
                                    .display = 'Y',
                                    .capacity = 'P',
                                    .iso = 'N',
                                    .cross_type = 'N'});
  }
  template <class Body>
  void feed(SlotKind kind, const Body& body, std::string_view appendage = {}) {
    told = rig_.feed(kind, body, {}, appendage);
    take(told);
    for (auto left = orders.take_leftover(); left.count != 0; left = orders.take_leftover())
      take(rig_.feed(left.slots[0].tail.kind, left.slots[0].enter));
  }

  [[nodiscard]] match::BookSummary book(std::uint16_t locate = 1) const {
    return rig_.engine.book(locate);
  }
  [[nodiscard]] std::uint64_t count(BackgroundCount id) const { return orders.counters()[id]; }
  /// The names and counts of all that went otherwise.
  [[nodiscard]] std::string divergence() const {
    std::string text;
    const auto rows = orders.counters().table();
    for (auto i = static_cast<std::size_t>(background_divergence_first); i < rows.size(); ++i)
      if (rows[i].value != 0)
        text += std::string(rows[i].name) + " " + std::to_string(rows[i].value) + "; ";
    return text;
  }
  /// The letters of the market's messages that the last slot led to.
  [[nodiscard]] std::string market() const {
    std::string letters;
    for (const match::Told& one : told)
      if (one.event.tail.market != 0)
        letters += one.event.tail.market;
    return letters;
  }
  [[nodiscard]] const match::EngineCounters& engine_counters() const {
    return rig_.engine.counters();
  }

  BackgroundOrders orders{played_session};
  match::NaiveFollower follower{{.orders = 1U << 20, .instruments = 64}};
  std::vector<match::Told> told;

 private:
  void take(const std::vector<match::Told>& events) {
    for (const match::Told& one : events)
      tap_.on_event(one.event);
    BackgroundReport report;
    while (tap_.take(report))
      orders.on_report(report);
  }
  void feed(const BackgroundGroup& group) {
    std::string appendage;
    if (group.count == 2)
      appendage.assign(reinterpret_cast<const char*>(group.slots[1].extension.appendage.data()),
                       group.slots[0].enter.appendage_bytes);
    feed(group.slots[0].tail.kind, group.slots[0].enter, appendage);
  }

  match::Rig<match::NaiveEngine> rig_{
      {.orders = 1U << 16, .trades = 1U << 16, .sessions = 4, .instruments = 64}};
  BackgroundTap tap_{played_session};
};

}  // namespace wirebook::node
