// The displayed orders of the day as the published ITCH messages tell them: what GLIMPSE shows.
//
//   ITCH messages, in order ──► MarketBook ──► S, R, H, then A and F of every order
//
// Fed by the encoded messages themselves, it is exact behind each of them, and it is a function of
// them alone. Orders of an instrument hang in one list, in the order in which they were added; so
// within each price level they are told in their priority.
//
// Shapes: ITCH 5.0 messages of our own encoder. Threads: one. Errors: a reference that is not
// there, or more orders than there is room for, is counted, and `is_complete` is false from then
// on. std::bad_alloc may be thrown where memory grows. Cost: a look-up a message; 40 bytes an order
// and 32 in the table of references. Specification: ITCH 5.0 book rules, GLIMPSE 5.0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "wirebook/units.hpp"
#include "wirebook/wire/itch50.hpp"

#include "match/memory/key_table.hpp"
#include "match/state/state_io.hpp"

namespace wirebook::wire_out {

class MarketBook {
 public:
  explicit MarketBook(std::size_t orders_max);

  using Sink = std::function<void(std::span<const std::byte> message)>;

  void on_message(std::span<const std::byte> message);

  /// System events so far, directory, trading states, then every displayed order.
  void tell(const Sink& sink) const;

  [[nodiscard]] std::size_t orders() const { return live_; }
  /// At most so many bytes are told, each message with `extra` bytes beside.
  [[nodiscard]] std::size_t bytes_max(std::size_t extra) const;
  [[nodiscard]] bool is_complete() const { return misfits_ == 0; }

  void save(match::StateWriter& writer) const;
  /// Into one that was just made; false if the bytes make no sense, or do not fit.
  bool load(match::StateReader& reader);

 private:
  struct Order {
    std::uint64_t reference = 0;
    std::uint32_t shares = 0;
    std::uint32_t price = 0;
    std::uint32_t before = 0;  ///< in the instrument's list; 0: none
    std::uint32_t behind = 0;  ///< also in the list of free ones
    std::uint32_t time_low = 0;
    std::uint16_t time_high = 0;
    std::uint16_t locate = 0;
    Alpha<4> attribution{};
    char side = 0;
    bool is_attributed = false;
  };
  struct Instrument {
    wire::itch::StockDirectory directory{};
    wire::itch::TradingAction action{};
    bool is_defined = false;
    bool has_action = false;
    std::uint32_t oldest = 0;
    std::uint32_t youngest = 0;
  };

  Instrument& instrument(std::uint16_t locate);
  void on_system_event(const wire::itch::SystemEvent& message);
  void add(const wire::itch::AddOrder& message, const Alpha<4>* attribution);
  void replace(const wire::itch::OrderReplace& message);
  void reduce(std::uint64_t reference, std::uint32_t shares);
  void remove(std::uint64_t reference);
  void put(const Order& order);
  void take_out(std::uint32_t index);
  void tell_order(const Order& order, const Sink& sink) const;
  bool load_instrument(match::StateReader& reader);

  std::size_t orders_max_;
  std::size_t live_ = 0;
  std::uint64_t misfits_ = 0;
  match::KeyTable by_reference_;
  std::deque<Order> orders_;  ///< the first is none
  std::uint32_t free_ = 0;
  std::vector<Instrument> instruments_;          ///< by locate
  std::vector<wire::itch::SystemEvent> events_;  ///< the last of each code, in their order
};

}  // namespace wirebook::wire_out
