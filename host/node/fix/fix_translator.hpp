// FIX order entry as OUCH 5.0 and back, for one account: D F G H q in, 8 9 r j out.
//
//   FIX ──► on_fix ──► OUCH to the node          node's OUCH ──► on_ouch ──► FIX
//
// All that it knows of orders comes from the node's sequenced stream, and OUCH carries the ClOrdID:
// a new translator that is given the stream from message 1 knows what the old one knew. What it
// keeps besides are requests without an answer.
//
// Shapes: whole messages in and out, time as an argument; no clock, socket or thread.
// Threads: one. Errors: each request has an answer, sooner or later; OUCH that is none of ours is
// counted. Cost: memory for each ClOrdID of the day, bounded. Specification: README.md here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/fix/fix_heard_terms.hpp"
#include "node/fix/fix_message.hpp"
#include "node/fix/fix_orders.hpp"
#include "node/fix/fix_reports.hpp"
#include "node/fix/fix_terms.hpp"

namespace wirebook::fix {

struct TranslatorOptions {
  std::size_t names_max = 1'000'000;   ///< ClOrdIDs of a day; more orders are refused
  std::size_t trades_max = 1'048'576;  ///< trades that can still be busted; as many as the engine's
};

/// What is to be sent, in this order.
struct Actions {
  std::vector<std::vector<std::byte>> ouch;
  std::vector<Message> fix;
};

/// Whether the client hears of a message of the stream.
enum class Tell : std::uint8_t {
  news,          ///< yes
  perhaps_told,  ///< yes, with PossResend
  nothing,       ///< it has been told before
};

class Translator {
 public:
  explicit Translator(const TranslatorOptions& options = {});

  /// The FIX version that answers are in, from here on.
  void speak(Version version) { version_ = version; }

  /// Logged in to this session of the node; another one than before is a new day. `nonce`, any
  /// number that is unlikely to have been used before, marks the end of what is repeated.
  void on_login(std::string_view session, std::uint32_t nonce, const Now& now, Actions& actions);
  /// From here on until `ready` requests are refused.
  void on_link_lost() { ready_ = false; }
  [[nodiscard]] bool ready() const { return ready_; }

  void on_fix(const Message& message, const Now& now, Actions& actions);
  /// `sequence` is that of the session: it names what is told.
  void on_ouch(std::uint64_t sequence, std::span<const std::byte> message, const Now& now,
               Tell tell, Actions& actions);

  /// The sequence in an ExecID of this session of the node, or 0 if it is not of it.
  [[nodiscard]] static std::uint64_t sequence_of(std::string_view exec_id,
                                                 std::string_view session);

  /// Messages of the stream that are none of ours, or tell of orders that are not known.
  [[nodiscard]] std::uint64_t ignored() const { return ignored_; }
  Orders& orders() { return orders_; }

 private:
  struct MassCancel {
    std::string name;
    char type;
  };
  /// A message of the stream, as it is dealt with.
  struct Heard {
    std::uint64_t sequence;
    std::span<const std::byte> bytes;
    OuchTags tags;
    std::int64_t time_ns;
    Tell tell;
    Actions* actions;
    int reports = 0;
  };

  // fix_requests.cpp
  void new_order(const Message& message, const Now& now, Actions& actions);
  void cancel(const Message& message, const Now& now, Actions& actions);
  void replace(const Message& message, const Now& now, Actions& actions);
  void status(const Message& message, const Now& now, Actions& actions);
  void mass_cancel(const Message& message, const Now& now, Actions& actions);
  [[nodiscard]] Order* find_target(const Message& message, char response_to, const Now& now,
                                   Actions& actions);
  void refuse_mass_cancel(const Message& message, std::string text, const Now& now,
                          Actions& actions);
  [[nodiscard]] Message mass_cancel_report(const MassCancel& request, std::uint32_t number,
                                           bool taken, std::int64_t time_ns) const;
  [[nodiscard]] Occasion own_occasion(char exec_type, const Now& now);

  // fix_answers.cpp
  void accepted(Heard& heard);
  void replaced(Heard& heard);
  void canceled(Heard& heard);
  void aiq_canceled(Heard& heard);
  void remove(Heard& heard, Order& order, std::uint32_t shares, char reason);
  void executed(Heard& heard);
  void busted(Heard& heard);
  void rejected(Heard& heard);
  void modified(Heard& heard);
  void restated(Heard& heard);
  void priority_updated(Heard& heard);
  void mass_canceled(Heard& heard);

  // fix_translator.cpp
  void account_query_answered(const Heard& heard, const Now& now);
  [[nodiscard]] Order* order_of(std::uint32_t number);
  [[nodiscard]] Occasion occasion(Heard& heard, char exec_type);
  void tell(Heard& heard, Message message);
  void refuse_pending(Order& order, int reason, const char* text, std::int64_t time_ns,
                      Actions& actions);
  void settle_lost_requests(std::uint32_t next, const Now& now, Actions& actions);

  TranslatorOptions options_;
  Version version_ = Version::fix44;
  Orders orders_;
  std::string session_;
  std::map<std::uint32_t, MassCancel> mass_cancels_;
  std::uint32_t next_user_ref_num_ = 1;
  std::uint32_t nonce_ = 0;
  unsigned nonces_seen_ = 0;
  bool ready_ = false;
  std::uint64_t own_reports_ = 0;
  std::uint64_t ignored_ = 0;
};

}  // namespace wirebook::fix
