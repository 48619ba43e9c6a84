// A trading day's slots out of a seed: what the host says at its start, then whatever may come.
//
// Shapes: groups that stay where they are, without seals: who needs some puts them into a ring.
// Threads: one. Errors: none.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "wirebook/slot.hpp"

#include "match/capacity.hpp"
#include "tests/match/operations.hpp"

namespace wirebook::node::test {

struct StreamGroup {
  std::array<Slot, group_slots_max> slots{};
  std::uint64_t sequence = 0;

  [[nodiscard]] SlotGroup group() const {
    SlotGroup group{.head = slots.data(), .sequence = sequence};
    for (std::size_t i = 0; i < slots[0].tail.extension_count; ++i)
      group.extensions[i] = &slots[1 + i];
    return group;
  }
};

inline constexpr std::uint32_t stream_sessions = 6;
inline constexpr match::Capacity stream_capacity{
    .orders = 500, .trades = 40, .shard = 0, .sessions = 6, .instruments = 3, .table_seed = 1};

class SlotStream {
 public:
  explicit SlotStream(std::uint64_t seed, std::uint64_t start_sequence = 0)
      : random_(seed), operations_(draw(), swarm(seed)), next_(start_sequence) {
    add(SlotKind::system_event, AdminBody{.code = 'O'}, {}, {});
    for (std::uint16_t locate = 1; locate <= 3; ++locate)
      add(SlotKind::instrument,
          InstrumentBody{.instrument = locate,
                         .trading_state = 'T',
                         .round_lot = 100U * locate,
                         .symbol = Symbol::from("S" + std::to_string(locate))},
          {}, {});
    add(SlotKind::system_event, AdminBody{.code = 'S'}, {}, {});
    for (std::uint32_t session = 1; session <= 4; ++session)
      add(SlotKind::session_up,
          SessionBody{.session = session, .firm = Firm::from(session % 2 == 0 ? "F0" : "F1")}, {},
          {});
  }

  /// Random slots, hostile ones among them, until there are so many groups.
  void grow(std::size_t count) {
    while (groups.size() < count)
      operations_.next(
          [this](SlotKind kind, const auto& body, TimeNs time_ns, const std::string& appendage) {
            add(kind, body, time_ns, appendage);
          });
  }

  void add(SlotKind kind, const auto& body, TimeNs time_ns, const std::string& appendage) {
    StreamGroup& group = groups.emplace_back();
    group.sequence = next_;
    Slot& head = group.slots[0];
    head.time_ns = time_ns;
    static_assert(sizeof body == sizeof head.enter);
    std::memcpy(&head.enter, &body, sizeof body);
    const std::size_t extensions = (appendage.size() + extension_bytes - 1) / extension_bytes;
    for (std::size_t i = 0; i < extensions; ++i) {
      const std::string part = appendage.substr(i * extension_bytes, extension_bytes);
      std::memcpy(group.slots[1 + i].extension.appendage.data(), part.data(), part.size());
      group.slots[1 + i].time_ns = time_ns;
      group.slots[1 + i].tail = {.kind = SlotKind::extension};
    }
    if (!appendage.empty())
      head.enter.appendage_bytes = static_cast<std::uint8_t>(appendage.size());
    head.tail = {.kind = kind, .extension_count = static_cast<std::uint8_t>(extensions)};
    next_ += 1 + extensions;
  }

  SlotStream(const SlotStream&) = delete;
  SlotStream& operator=(const SlotStream&) = delete;

  /// Of the next group.
  [[nodiscard]] std::uint64_t sequence() const { return next_; }

  std::vector<StreamGroup> groups;

 private:
  match::Draw draw() {
    return [this](std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); };
  }
  match::Swarm swarm(std::uint64_t seed) {
    match::Swarm swarm = match::Swarm::draw(draw());
    if (seed % 3 != 0)
      swarm.weights[13] = 0;  // nobody is killed, for they stay so
    return swarm;
  }

  std::mt19937_64 random_;
  match::Operations operations_;
  std::uint64_t next_;
};

}  // namespace wirebook::node::test
