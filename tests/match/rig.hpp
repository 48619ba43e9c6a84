// An engine between two rings, for tests: slots in, all their events out.
#pragma once

#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wirebook/assert.hpp"
#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"

#include "match/engine.hpp"
#include "match/naive/naive_engine.hpp"
#include "slot_ring/group.hpp"

namespace wirebook::match {

/// An event as it came out, its phase taken as 0, so that two engines compare byte for byte.
struct Told {
  Event event;
  bool has_extension;
  EventExtension extension;

  [[nodiscard]] char kind() const { return static_cast<char>(event.tail.kind); }
};

inline std::string bytes_of(const Told& told) {
  std::string bytes(reinterpret_cast<const char*>(&told.event), sizeof told.event);
  if (told.has_extension)
    bytes.append(reinterpret_cast<const char*>(&told.extension), sizeof told.extension);
  return bytes;
}

/// One appendage element.
struct Tagged {
  wire::ouch::Tag tag;
  std::string value;
};
inline std::string number_bytes(std::uint64_t number, std::size_t width) {
  std::string bytes(width, '\0');
  for (std::size_t i = width; i-- != 0; number >>= 8)
    bytes[i] = static_cast<char>(number);
  return bytes;
}
inline std::string appendage_of(std::initializer_list<Tagged> elements) {
  std::string bytes;
  for (const Tagged& element : elements) {
    bytes += static_cast<char>(1 + element.value.size());
    bytes += static_cast<char>(element.tag);
    bytes += element.value;
  }
  return bytes;
}

template <class AnyEngine>
class Rig {
 public:
  explicit Rig(
      Capacity capacity = {.orders = 4096, .trades = 64, .sessions = 32, .instruments = 64})
      : engine(capacity) {}

  /// Feeds a slot and gives everything that it caused, in order.
  std::vector<Told> feed(SlotKind kind, const auto& body, TimeNs time_ns = {},
                         std::string_view appendage = {}) {
    WIREBOOK_ASSERT(slot_writer_.has_credit(group_slots_max));
    Slot& slot = slot_writer_.at();
    slot.time_ns = time_ns;
    static_assert(sizeof body == 48);
    std::memcpy(&slot.enter, &body, sizeof body);
    const std::size_t extensions = (appendage.size() + extension_bytes - 1) / extension_bytes;
    for (std::size_t i = 0; i < extensions; ++i) {
      Slot& extension = slot_writer_.at(1 + i);
      extension.time_ns = time_ns;
      const std::string_view part = appendage.substr(i * extension_bytes, extension_bytes);
      extension.extension = {};
      std::memcpy(extension.extension.appendage.data(), part.data(), part.size());
    }
    if (!appendage.empty())
      slot.enter.appendage_bytes = static_cast<std::uint8_t>(appendage.size());
    slot_writer_.publish({.kind = kind, .extension_count = static_cast<std::uint8_t>(extensions)});

    const auto group = slot_ring::peek_group(slot_reader_);
    std::vector<Told> told;
    steps = 0;
    auto step = [&](auto&& call) {
      WIREBOOK_ASSERT(event_writer_.has_credit(step_events_max));
      const std::uint64_t before = event_writer_.sequence();
      const Step result = call();
      WIREBOOK_ASSERT(event_writer_.sequence() - before <= step_events_max);
      ++steps;
      take(told);
      return result;
    };
    Step result = step([&] { return engine.on_slot(*group, event_writer_); });
    while (result == Step::more)
      result = step([&] { return engine.resume(event_writer_); });
    slot_reader_.release(group->slot_count());
    return told;
  }

  AnyEngine engine;
  std::size_t steps = 0;  ///< that the last slot took

 private:
  void take(std::vector<Told>& told) {
    while (const auto group = slot_ring::peek_group(event_reader_)) {
      Told& one = told.emplace_back();
      one.event = *group->head;
      one.event.tail.flags = 0;
      one.has_extension = group->extension != nullptr;
      if (one.has_extension)
        one.extension = *group->extension;
      one.extension.tail.flags = 0;
      event_reader_.release(group->event_count());
    }
  }

  slot_ring::Ring<Slot> slots_{1024};
  slot_ring::Ring<Event> events_{1024};
  slot_ring::Writer<Slot> slot_writer_{slots_};
  slot_ring::Reader<Slot> slot_reader_{slots_};
  slot_ring::Writer<Event> event_writer_{events_};
  slot_ring::Reader<Event> event_reader_{events_};
};

}  // namespace wirebook::match
