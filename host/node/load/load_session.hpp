// One session of a load run: its live orders as its replies tell them, and what is unanswered.
//
// Shapes: an order is known by its UserRefNum, which only grows; a replace in flight is known by
// both of its numbers. Latency runs from the time at which a message was due to the first reply to
// it. A cancel or replace whose order is executed first is `overtaken`: it gets no reply.
// Threads: one. Errors: counted; see load_client.hpp. Cost: a hash look-up or two a message.
// Specification: OUCH 5.0, UserRefNum and the messages O U X Q; UFO 1.0.
//
// A message without a reply is sent again as it was, as long as its number is still good. Replies
// come in order: once a later number has one, the earlier number was lost on its way to the server
// and would be ignored as stale, so that the message goes out again under a new number.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "metrics/histogram.hpp"
#include "node/load/load_client.hpp"
#include "node/load/load_counters.hpp"
#include "node/load/load_mix.hpp"
#include "node/load/load_options.hpp"

namespace wirebook::node {

/// What all sessions of a run write to.
struct LoadRecords {
  LoadCounters counters;
  std::size_t in_flight = 0;
  metrics::Histogram latency;   ///< from the scheduled time to the first reply
  metrics::Histogram lateness;  ///< from the scheduled time to the send: the client's own share

  /// Adds those of another run.
  void merge(const LoadRecords& other);
};

class LoadSession {
 public:
  LoadSession(const LoadOptions& options, const LoadAccount& account, LoadRecords& records);

  // Coming and going.
  void log_in(std::uint64_t now_ns) { client_->log_in(now_ns); }
  void log_off() { client_->log_off(); }
  /// See load_client.hpp.
  void cut(std::uint64_t back_ns, bool hangs);
  [[nodiscard]] const LoadClient& client() const { return *client_; }
  /// Logged in, and the server has named the first number to use.
  [[nodiscard]] bool ready() const { return next_number_ != 0; }

  // Traffic. `enter` may always be called, the others need `idle_orders() != 0`.
  void enter(const LoadOrder& terms, std::uint64_t scheduled_ns);
  void cancel(LoadMix& mix, std::uint64_t scheduled_ns);
  void replace(LoadMix& mix, std::uint64_t scheduled_ns);

  /// Takes in replies; true if there were any.
  bool receive();
  /// Heartbeats, repetitions, connections again; true if there is a new socket.
  bool tick(std::uint64_t now_ns);

  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
  /// Immediate-or-cancel orders that have not come to their end.
  [[nodiscard]] std::size_t open_iocs() const { return open_iocs_; }
  /// Live orders with nothing in flight.
  [[nodiscard]] std::size_t idle_orders() const { return idle_.size(); }

 private:
  enum class Request : std::uint8_t { none, enter, cancel, replace };

  struct Order {
    std::uint32_t number = 0;
    std::uint32_t new_number = 0;  ///< of the replace in flight
    LoadOrder terms;               ///< quantity: the total that the chain may execute
    Price new_price{};
    Quantity new_quantity{};
    std::uint32_t executed = 0;  ///< by the whole chain
    std::uint32_t open = 0;
    Request request = Request::none;
    std::uint32_t token = 0;  ///< tells this request from earlier ones of the same place
    std::uint32_t sends = 0;
    std::uint64_t scheduled_ns = 0;
    std::uint32_t idle_place = not_idle;
  };
  struct Deadline {
    std::uint64_t due_ns;
    std::uint32_t place;
    std::uint32_t token;
  };
  static constexpr std::uint32_t not_idle = 0xFFFF'FFFF;

  std::uint32_t take_place();
  std::uint32_t pick_idle(LoadMix& mix);
  void set_idle(std::uint32_t place, bool idle);
  void erase(std::uint32_t place);
  void start(std::uint32_t place, Request request, std::uint64_t scheduled_ns);
  void transmit(std::uint32_t place, std::uint64_t now_ns);
  bool transmit_enter(const Order& order, std::uint64_t now_ns);
  bool transmit_replace(const Order& order, std::uint64_t now_ns);
  void expect_answer(std::uint32_t place, std::uint64_t now_ns);
  void expect_answers(std::uint64_t now_ns);
  void repeat(std::uint32_t place, std::uint64_t now_ns);
  void settle(std::uint32_t place, LoadCount how);
  std::optional<std::uint32_t> find(std::uint32_t number);

  void on_message(std::span<const std::byte> message);
  void on_accepted(std::span<const std::byte> message);
  void on_replaced(std::span<const std::byte> message);
  void on_canceled(std::span<const std::byte> message);
  void on_executed(std::span<const std::byte> message);
  void on_rejected(std::span<const std::byte> message);
  void on_next_number(std::span<const std::byte> message);
  void reduce(std::uint32_t place, std::uint32_t quantity);

  const LoadOptions& options_;
  LoadRecords& records_;
  std::unique_ptr<LoadClient> client_;
  std::uint32_t next_number_ = 0;
  std::uint32_t answered_number_ = 0;  ///< the highest number that got a reply
  std::uint64_t query_ns_ = 0;
  std::uint64_t received_ns_ = 0;  ///< when the messages at hand came
  bool away_ = false;              ///< it was: what is in flight may have been lost
  std::size_t in_flight_ = 0;
  std::size_t open_iocs_ = 0;
  std::uint32_t tokens_ = 0;
  std::vector<Order> orders_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> idle_;
  std::unordered_map<std::uint32_t, std::uint32_t> place_of_number_;
  std::deque<Deadline> deadlines_;  ///< in order of time: all have the same distance
};

}  // namespace wirebook::node
