// Goal: sessions come and go one by one in the kernel's table, also where a bucket has no room.
// Method: orders of each on the Verilated kernel; register writes counted on a bus of their own.
#include <gtest/gtest.h>

#include "card/registers.hpp"
#include "card/session_places.hpp"
#include "tests/card/opened.hpp"

namespace wirebook::card::test {
namespace {

namespace reg = card_registers;

/// Sources of all kinds; those of `source_of` are neighbours, which never crowd a bucket.
wire_in::OrderSource scattered_source(std::uint32_t session) {
  const std::uint64_t key = session * std::uint64_t{0x9E37'79B9'7F4A'7C15};
  return {.address = static_cast<std::uint32_t>(key >> 32),
          .port = static_cast<std::uint16_t>((key >> 16 & 0xFFFF) | 1),
          .session = session};
}

TEST(KernelSessions, find_their_places_also_where_a_bucket_overflows) {
  VerilatedCard verilated;
  CardConfig config = small_config(0);
  config.ring_slots = 4096;
  Opened opened(verilated, config);
  constexpr std::uint32_t sessions = 600;  // some bucket gets a fifth
  for (std::uint32_t session = 1; session <= sessions; ++session)
    ASSERT_TRUE(opened.card->add_session(scattered_source(session))) << session;
  for (std::uint32_t session = 1; session <= sessions; ++session) {
    verilated.receive(order_frame(scattered_source(session), session));
    verilated.cycles(4);
  }
  verilated.receive(order_frame(scattered_source(sessions + 1), 1));
  verilated.cycles(2'000);
  opened.host.take();
  ASSERT_EQ(opened.host.slots.size(), sessions);
  for (std::uint32_t i = 0; i < sessions; ++i)
    ASSERT_EQ(opened.host.slots[i].enter.session, i + 1);

  for (std::uint32_t session = 1; session <= sessions; session += 2)
    opened.card->remove_session(scattered_source(session));
  opened.host.give_back();
  for (std::uint32_t session = 1; session <= sessions; ++session) {
    verilated.receive(order_frame(scattered_source(session), session));
    verilated.cycles(4);
  }
  verilated.cycles(2'000);
  EXPECT_EQ(opened.host.take(), sessions / 2);
  EXPECT_EQ(opened.card->counters().outcomes[Outcome::ufo_unknown_source], 1U + sessions / 2);
}

/// A bus that only counts what is written.
class CountingBus final : public Bus {
 public:
  std::uint32_t read(std::uint32_t) noexcept override { return 0; }
  void write(std::uint32_t offset, std::uint32_t) noexcept override {
    places += offset == reg::session_index;
    rows += offset == reg::hash_row;
  }
  DmaMemory allocate(std::size_t) override { return {}; }
  [[nodiscard]] BusInfo info() override { return {}; }
  int places = 0;
  int rows = 0;
};

TEST(KernelSessions, one_more_is_one_place_unless_a_bucket_overflows) {
  CountingBus bus;
  Registers registers(bus);
  SessionPlaces places(registers);
  ASSERT_TRUE(places.program({}));
  EXPECT_EQ(bus.places, 2'048);
  for (std::uint32_t session = 1; session <= 600; ++session) {
    bus.places = bus.rows = 0;
    const std::uint64_t before = places.rebuilt();
    ASSERT_TRUE(places.add(scattered_source(session)));
    if (places.rebuilt() == before) {
      EXPECT_EQ(bus.places, 1);
      EXPECT_EQ(bus.rows, 0);
    } else {
      EXPECT_GT(bus.places, 1);
      EXPECT_EQ(bus.rows, 1);
    }
  }
  EXPECT_GT(places.rebuilt(), 0U);
  EXPECT_LT(places.rebuilt(), 20U);
}

TEST(KernelSessions, a_source_that_has_no_place_is_refused_and_the_others_stay) {
  CountingBus bus;
  Registers registers(bus);
  SessionPlaces places(registers);
  std::uint32_t session = 1;
  while (session < 2'000 && places.add(scattered_source(session)))
    ++session;
  ASSERT_LT(session, 2'000U);
  EXPECT_GT(session, 600U);
  places.remove(scattered_source(7));
  EXPECT_TRUE(places.add(scattered_source(7)));
}

}  // namespace
}  // namespace wirebook::card::test
