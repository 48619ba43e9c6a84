// A node in this process: sockets, stages and threads, wired from a configuration.
//
//   UDP ──► ingress ──► slot ring ──► match ──► event ring ──► wire_out ──► UDP (OUCH, ITCH)
//              ▲  └── logins, requests ──► control queue ──────────▲
//           inject ring: instruments, clock, system events
//
// UDP is the host's sockets, or a card that writes the slot ring itself and sends whole frames.
//
// Shapes: see config.hpp and status.hpp. Threads: `start` and `stop` from one thread, `status` and
// `inject` from any. Errors: the constructor and `start` throw std::system_error where the host
// refuses what cannot be done without (a socket, memory); nothing throws afterwards.
// Cost: all memory is taken by the constructor and `start`; from there on none.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "wirebook/slot.hpp"

#include "card/card.hpp"
#include "match/readers/book_readers.hpp"
#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/control/instrument_list.hpp"
#include "node/control/match_reports.hpp"
#include "node/order_entry/session_desk.hpp"
#include "node/status.hpp"

namespace wirebook::node {

struct RecoveredDay;

class Node {
 public:
  /// `config` has passed `parse_config`, or was made with the same care. Where it has a journal,
  /// the day is recovered here: throws as `recover_day` does.
  explicit Node(NodeConfig config);
  /// The same on a card that was made with `card_config(config)` of card_road.hpp. A card has to
  /// know where the stream goes on: recover the day before, and `apply` it to the configuration.
  Node(NodeConfig config, std::unique_ptr<card::Card> card);
  /// Goes on where `day` has ended, which was applied to `config`; null without a journal.
  Node(NodeConfig config, std::unique_ptr<card::Card> card, std::unique_ptr<RecoveredDay> day);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Opens the sockets, starts the threads, defines the instruments and opens the day.
  void start();

  /// Ends the day, lets every stage finish what is under way, ends the sessions, joins the threads.
  /// Does nothing on a node that does not run.
  void stop();
  /// The same, but the day is not over: nobody is told of an end, and a node that is started on the
  /// same journal goes on with it.
  void pause();

  /// From any thread: a `stop` that is under way, or to come, does not repeat the feed's end.
  void hurry();

  [[nodiscard]] NodeStatus status() const;

  /// Top, depth and counts of every book for any thread, while the node runs and after; from
  /// `start` on. Locates are places in the configuration's list, from 1.
  [[nodiscard]] match::BookReaders& books() const;

  /// Why the node ended by itself, for people; empty if it did not. Then `stop` is still to come.
  [[nodiscard]] std::string failure() const;

  /// Why nothing will come any more, so that the node is to be stopped; empty: something may.
  [[nodiscard]] std::string ended() const;

  /// A slot that the host itself makes; false if there is no room now.
  bool inject(const Slot& slot);

  /// What is for the log and has happened since the last call: sessions, and clients of the
  /// market's servers, that had to go. From one thread.
  [[nodiscard]] std::vector<std::string> take_notices();

  /// What the venue's control works on. The reports and the desk are for one thread.
  struct Venue {
    const NodeConfig& config;
    const Clock& clock;
    MatchReports& reports;
    SessionDesk& desk;
    InstrumentList& instruments;
    std::vector<Firm> killed_firms;  ///< before the node started
    char system_event;               ///< the last one that was said when the node started
  };
  [[nodiscard]] Venue venue();
  /// A slot at this sequence may be told of: what has to be durable first is.
  [[nodiscard]] bool may_tell(std::uint64_t sequence) const;
  /// All of the day's opening has been dealt with.
  [[nodiscard]] bool is_open() const;
  /// E is in the stream, with no S behind it: the end of the day has only C left to say.
  void note_day_end(bool ended);

  /// What the node found on its host, a line each: memory, receive path, threads, pinning.
  [[nodiscard]] const std::vector<std::string>& start_lines() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace wirebook::node
