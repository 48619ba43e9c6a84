// Slots as a busy day has them: orders and cancels of 64 sessions in 500 symbols, sealed.
//
// Shapes: one slot a call, the same ones each time. Threads: one. Errors: none. Cost: a few random
// numbers and a CRC a slot.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>

#include "wirebook/crc32c.hpp"

namespace wirebook::bench {

class OrderFlow {
 public:
  Slot next(std::uint64_t sequence, std::uint32_t epoch) {
    time_ns_ += 200 + random_() % 2000;
    const std::uint64_t session = 1 + random_() % 64;
    Slot slot{};
    slot.time_ns = {time_ns_};
    slot.tail = {};
    const std::uint64_t dice = random_() % 100;
    if (dice < 55) {
      slot.tail.kind = SlotKind::enter;
      slot.enter = {.session = static_cast<std::uint32_t>(session),
                    .symbol = symbol(random_() % 500),
                    .user_ref_num = ++numbers_[session],
                    .quantity = {static_cast<std::uint32_t>(100 * (1 + random_() % 10))},
                    .price = {static_cast<std::uint32_t>(1'000'000 + 100 * (random_() % 2000))},
                    .cl_ord_id = ClOrdId::from(std::to_string(sequence)),
                    .side = random_() % 2 != 0 ? 'B' : 'S',
                    .time_in_force = '0',
                    .display = 'Y',
                    .capacity = 'P',
                    .iso = 'N',
                    .cross_type = 'N'};
    } else {
      slot.tail.kind = SlotKind::cancel;
      slot.enter = {};
      slot.enter.session = static_cast<std::uint32_t>(session);
      slot.enter.user_ref_num = static_cast<std::uint32_t>(1 + random_() % (1 + numbers_[session]));
    }
    slot.tail.crc32c = slot_crc32c(slot, slot.tail, sequence, epoch);
    return slot;
  }

 private:
  static Symbol symbol(std::uint64_t number) {
    std::string text = "AAAA";
    for (char& letter : text) {
      letter = static_cast<char>('A' + number % 26);
      number /= 26;
    }
    return Symbol::from(text);
  }

  std::mt19937_64 random_{7};
  std::uint64_t time_ns_ = 34'200'000'000'000;
  std::array<std::uint32_t, 65> numbers_{};
};

}  // namespace wirebook::bench
