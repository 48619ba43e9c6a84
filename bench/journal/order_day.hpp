// What clients sent: UFO datagrams with OUCH orders, as they lie in a receive buffer.
//
// Shapes: datagrams back to back, each a type letter and one OUCH message: seven of ten enter an
// order, three cancel one. Threads: immutable. Errors: none. The same seed gives the same bytes.
// Specification: UFO 1.0, OUCH 5.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <span>
#include <vector>

#include "wirebook/wire/ouch50_in.hpp"
#include "wirebook/wire/session.hpp"

namespace wirebook::bench {

inline constexpr std::uint64_t order_day_seed = 20'250'303;

class OrderDay {
 public:
  explicit OrderDay(std::size_t orders) {
    std::mt19937_64 random(order_day_seed);
    ends_.reserve(orders);
    for (std::uint32_t number = 1; number <= orders; ++number) {
      bytes_.push_back(std::byte{wire::ufo::type_unsequenced});
      if (number == 1 || random() % 10 < 7)
        append(enter(number, random()));
      else
        append(cancel(static_cast<std::uint32_t>(1 + random() % (number - 1))));
      ends_.push_back(bytes_.size());
    }
  }

  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] std::span<const std::byte> operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::span(bytes_).subspan(begin, ends_[i] - begin);
  }
  [[nodiscard]] double bytes_per_order() const {
    return static_cast<double>(bytes_.size()) / static_cast<double>(size());
  }

 private:
  template <class Message>
  void append(const Message& message) {
    const auto* const bytes = reinterpret_cast<const std::byte*>(&message);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof message);
  }
  static wire::ouch_in::EnterOrder enter(std::uint32_t number, std::uint64_t draw) {
    char id[15];
    std::snprintf(id, sizeof id, "order %08u", number % 100'000'000);
    wire::ouch_in::EnterOrder m{};
    m.type = wire::ouch_in::EnterOrder::type_code;
    m.user_ref_num = number;
    m.side = draw % 2 == 0 ? 'B' : 'S';
    m.quantity = static_cast<std::uint32_t>(100 + draw % 900);
    m.symbol = Symbol::from(draw % 3 == 0 ? "AAPL" : "MSFT");
    m.price = 1'000'000 + draw % 200 * 100;
    m.time_in_force = '0';
    m.display = 'Y';
    m.capacity = 'P';
    m.iso = 'N';
    m.cross_type = 'N';
    m.cl_ord_id = ClOrdId::from(id);
    return m;
  }
  static wire::ouch_in::CancelOrder cancel(std::uint32_t number) {
    wire::ouch_in::CancelOrder m{};
    m.type = wire::ouch_in::CancelOrder::type_code;
    m.user_ref_num = number;
    return m;
  }

  std::vector<std::byte> bytes_;
  std::vector<std::size_t> ends_;
};

}  // namespace wirebook::bench
