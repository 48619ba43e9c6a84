// Goal: what time does to orders holds for both engines: time in force, the phases of the day,
// expiry. Method: one test a rule, named after it.
#include <algorithm>
#include <limits>

#include "tests/match/rules_fixture.hpp"

namespace wirebook::match {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

std::string seconds(std::uint32_t count) {
  return appendage_of({{Tag::expire_time, number_bytes(count, 4)}});
}

/// References and reasons of what was canceled, in the order told: "3E 1T".
std::string ended(const std::vector<Told>& events) {
  std::string text;
  for (const Told& told : events)
    if (told.event.tail.kind == EventKind::canceled)
      text += (text.empty() ? "" : " ") + std::to_string(told.event.order_ref) +
              static_cast<char>(told.event.tail.code);
  return text;
}

template <class AnyEngine>
class Day : public Rules<AnyEngine> {
 protected:
  std::vector<Told> clock(std::uint64_t time_ns) {
    return this->rig_.feed(SlotKind::clock, AdminBody{}, {time_ns});
  }
  /// A sell far from every bid, with the next number.
  std::vector<Told> rest(char time_in_force, std::string_view appendage = {},
                         std::uint64_t time_ns = 0) {
    return this->enter(
        {.number = ++number_, .side = 'S', .price = 90'0000, .time_in_force = time_in_force},
        appendage, {time_ns});
  }
  std::uint32_t number_ = 0;
};
TYPED_TEST_SUITE(Day, Engines);

// ── Time in force ───────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Day, before_any_event_all_is_taken_but_orders_for_after_hours) {
  EXPECT_EQ(story(this->rest('0')), "A(A)");
  EXPECT_EQ(story(this->rest('3')), "AC");
  EXPECT_EQ(story(this->rest('5')), "A(A)");
  EXPECT_EQ(story(this->rest('6', seconds(1))), "A(A)");
  EXPECT_EQ(reject_code(this->rest('E')), 0x002DU);
  for (const char other : {'1', '2', '4', '7', ' ', '\0'})
    EXPECT_EQ(reject_code(this->rest(other)), 0x000FU) << other;
}

TYPED_TEST(Day, each_phase_takes_its_orders) {
  const auto takes = [this] {
    std::string taken;
    for (const char letter : {'0', '3', '5', '6', 'E'})
      if (reject_code(this->rest(letter, letter == '6' ? seconds(9) : "")) == 0)
        taken += letter;
    return taken;
  };
  this->system_event('S');
  EXPECT_EQ(takes(), "0356");
  this->system_event('Q');
  EXPECT_EQ(takes(), "0356");
  this->system_event('M');
  EXPECT_EQ(takes(), "356E");
  EXPECT_EQ(reject_code(this->rest('0')), 0x002EU);
  this->system_event('E');
  EXPECT_EQ(takes(), "");
  EXPECT_EQ(reject_code(this->rest('E')), 0x0002U);
  this->system_event('S');
  EXPECT_EQ(takes(), "0356");
  EXPECT_EQ(reject_code(this->rest('E')), 0x002DU);
}

TYPED_TEST(Day, a_day_that_has_ended_goes_on_with_an_S_only) {
  this->system_event('E');
  EXPECT_EQ(story(this->system_event('Q')), "m(S)");
  EXPECT_EQ(reject_code(this->rest('0')), 0x0002U);
  EXPECT_EQ(story(this->system_event('M')), "m(S)");
  EXPECT_EQ(reject_code(this->rest('E')), 0x0002U);
  this->system_event('S');
  EXPECT_EQ(story(this->rest('0')), "A(A)");
}

TYPED_TEST(Day, market_hours_and_after_hours_are_the_market_s_affair) {
  this->system_event('S');
  EXPECT_EQ(story(this->system_event('Q')), "m(S)");
  EXPECT_EQ(story(this->session_up(4, "FRM1")), "S") << "the day is open as before";
  EXPECT_EQ(story(this->system_event('M')), "m(S)");
  EXPECT_EQ(story(this->session_up(5, "FRM1")), "S");
}

TYPED_TEST(Day, a_fill_or_kill_is_an_ioc_that_wants_all_of_it) {
  const std::string all = appendage_of({{Tag::min_qty, number_bytes(100, 4)}});
  this->enter({.session = 2, .number = 1, .side = 'S', .quantity = 60});
  EXPECT_EQ(story(this->enter({.number = 1, .time_in_force = '3'}, all)), "AC");
  this->enter({.session = 2, .number = 2, .side = 'S', .quantity = 40});
  EXPECT_EQ(story(this->enter({.number = 2, .time_in_force = '3'}, all)), "AE(E)EE(E)E");
}

// ── The ends of the phases ──────────────────────────────────────────────────────────────────────

TYPED_TEST(Day, after_hours_end_every_day_order_in_ascending_reference) {
  this->system_event('S');
  this->system_event('Q');
  this->enter({.session = 3, .number = 1});                                    // 1
  this->enter({.session = 1, .number = 1, .symbol = "MSFT"});                  // 2
  this->enter({.session = 2, .number = 1, .time_in_force = '5'});              // 3
  this->enter({.session = 3, .number = 2, .display = 'N'});                    // 4
  this->enter({.session = 1, .number = 2, .time_in_force = '6'}, seconds(9));  // 5
  this->enter({.session = 2, .number = 2});                                    // 6
  const auto told = this->system_event('M');
  EXPECT_EQ(story(told), "m(S)C(D)C(D)CC(D)");
  EXPECT_EQ(ended(told), "1E 2E 4E 6E");
  EXPECT_EQ(told[1].event.quantity.raw, 100U);
  EXPECT_EQ(this->book(1).live_orders, 2U);
  EXPECT_EQ(this->book(2).live_orders, 0U);
}

TYPED_TEST(Day, the_end_of_a_day_with_market_hours_ends_every_order) {
  this->system_event('S');
  this->enter({.session = 2, .number = 1, .time_in_force = '5'});
  this->system_event('Q');
  this->enter({.session = 1, .number = 1});
  this->enter({.session = 3, .number = 1, .time_in_force = '6'}, seconds(9));
  const auto told = this->system_event('E');
  EXPECT_EQ(story(told), "m(S)SSSC(D)C(D)C(D)");
  EXPECT_EQ(ended(told), "1T 2E 3T");
  EXPECT_EQ(this->book().live_orders, 0U);
}

TYPED_TEST(Day, orders_for_after_hours_live_to_the_end_of_the_day) {
  this->system_event('S');
  this->system_event('Q');
  this->system_event('M');
  EXPECT_EQ(story(this->rest('E')), "A(A)");
  EXPECT_EQ(story(this->rest('5')), "A(A)");
  EXPECT_EQ(ended(this->system_event('M')), "");
  EXPECT_EQ(ended(this->system_event('E')), "1T 2T");
}

TYPED_TEST(Day, a_day_without_market_hours_keeps_its_orders) {
  this->system_event('S');
  this->rest('0');
  this->rest('5');
  EXPECT_EQ(story(this->system_event('E')), "m(S)SSS");
  this->system_event('S');
  this->system_event('E');
  EXPECT_EQ(this->book().live_orders, 2U);
  this->system_event('S');
  this->system_event('Q');
  EXPECT_EQ(story(this->system_event('S')), "m(S)SSS");
  EXPECT_EQ(ended(this->system_event('E')), "1E 2T") << "an S within the day forgets no Q";
  this->system_event('S');
  this->rest('0');
  EXPECT_EQ(ended(this->system_event('E')), "") << "the next day had none";
}

TYPED_TEST(Day, what_ends_with_the_day_is_gone) {
  this->system_event('Q');
  this->enter({.number = 1});
  this->system_event('M');
  EXPECT_EQ(story(this->cancel(1, 1, 0)), "");
  EXPECT_EQ(story(this->replace({.original = 1, .number = 2, .time_in_force = '5'})), "");
  EXPECT_EQ(story(this->enter({.session = 2, .side = 'S', .time_in_force = '5'})), "A(A)");
}

TYPED_TEST(Day, an_end_of_more_orders_than_a_step_holds_is_told_in_steps) {
  this->system_event('Q');
  for (std::uint32_t i = 1; i <= 300; ++i)
    this->enter({.session = 1 + i % 3, .number = i, .time_in_force = i % 2 == 0 ? '0' : '5'});
  const auto told = this->system_event('M');
  EXPECT_EQ(told.size(), 151U);
  EXPECT_EQ(this->rig_.steps, 3U);
  EXPECT_TRUE(std::is_sorted(told.begin() + 1, told.end(), [](const Told& a, const Told& b) {
    return a.event.order_ref < b.event.order_ref;
  }));
  EXPECT_EQ(this->system_event('E').size(), 1U + 3U + 150U);
}

// ── Replace ─────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Day, a_replace_gives_a_new_time_in_force) {
  this->enter({.number = 1});
  this->enter({.number = 2, .time_in_force = '5'});
  EXPECT_EQ(story(this->replace({.original = 1, .number = 3, .time_in_force = '5'})), "U(U)");
  EXPECT_EQ(story(this->replace({.original = 2, .number = 4, .time_in_force = '0'})), "U(U)");
  EXPECT_EQ(ended(this->system_event('M')), "4E");
  EXPECT_EQ(story(this->replace({.original = 3, .number = 5, .time_in_force = '3'})), "U(D)C");
}

TYPED_TEST(Day, a_replace_to_a_day_order_after_hours_is_refused) {
  this->enter({.number = 1, .time_in_force = '5'});
  this->system_event('M');
  EXPECT_EQ(reject_code(this->replace({.original = 1, .number = 2, .time_in_force = '0'})),
            0x002EU);
  EXPECT_EQ(story(this->replace({.original = 1, .number = 2, .time_in_force = '5'})), "")
      << "the number is consumed";
  EXPECT_EQ(story(this->replace({.original = 1, .number = 3, .time_in_force = '5'})), "U(U)");
}

TYPED_TEST(Day, a_replace_cannot_be_for_after_hours_only) {
  this->system_event('M');
  this->enter({.number = 1, .time_in_force = 'E'});
  EXPECT_EQ(ended(this->replace({.original = 1, .number = 2, .time_in_force = 'E'})), "1U");
}

// ── Expiry ──────────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(Day, an_order_that_expires_says_when) {
  EXPECT_EQ(reject_code(this->rest('6')), 0x000FU);
  EXPECT_EQ(reject_code(this->rest('6', seconds(0))), 0x000FU);
  EXPECT_EQ(reject_code(this->rest('6', seconds(86'400))), 0x000FU);
  EXPECT_EQ(reject_code(this->rest('6', seconds(86'399))), 0U);
  EXPECT_EQ(reject_code(this->rest('6', seconds(1))), 0U);
  EXPECT_EQ(reject_code(this->rest('0', seconds(999'999))), 0U) << "it means nothing here";
}

TYPED_TEST(Day, an_order_expires_when_a_slot_s_time_reaches_it) {
  this->clock(5);
  this->rest('6', seconds(2), 5);
  EXPECT_EQ(story(this->clock(2 * second + 4)), "");
  const auto told = this->clock(2 * second + 5);
  ASSERT_EQ(story(told), "C(D)");
  EXPECT_EQ(told[0].event.tail.code, 'T');
  EXPECT_EQ(told[0].event.quantity.raw, 100U);
  EXPECT_EQ(told[0].event.time_ns.raw, 2 * second + 5);
  EXPECT_EQ(this->book().live_orders, 0U);
  EXPECT_EQ(story(this->clock(9 * second)), "");
}

TYPED_TEST(Day, expiries_come_before_the_slot_that_brings_them) {
  this->rest('6', seconds(1));
  const auto told = this->enter({.session = 2, .price = 95'0000}, {}, {second});
  ASSERT_EQ(story(told), "C(D)A(A)") << "it could have traded";
  EXPECT_EQ(told[0].event.cause_sequence, told[1].event.cause_sequence);
  EXPECT_EQ(story(this->cancel(1, 1, 0)), "");
}

TYPED_TEST(Day, an_order_cannot_be_saved_by_the_slot_that_ends_it) {
  this->rest('6', seconds(1));
  EXPECT_EQ(story(this->replace({.original = 1, .number = 2}, {}, {second})), "C(D)");
  EXPECT_EQ(this->counters().replace_ignored, 1U);
}

TYPED_TEST(Day, orders_expire_by_time_and_then_by_reference) {
  this->rest('6', seconds(3));                  // 1
  this->rest('6', seconds(2));                  // 2
  this->rest('6', seconds(1), second);          // 3, at 2 s
  this->rest('6', seconds(1), 2 * second - 1);  // 4
  this->rest('6', seconds(9), 2 * second - 1);  // 5
  EXPECT_EQ(ended(this->clock(3 * second)), "2T 3T 4T 1T");
}

TYPED_TEST(Day, what_ends_otherwise_does_not_expire) {
  this->rest('6', seconds(1));
  this->rest('6', seconds(1));
  this->rest('6', seconds(1));
  this->cancel(1, 2, 0);
  this->enter({.session = 2, .quantity = 100, .price = 90'0000, .time_in_force = '3'});  // takes 1
  EXPECT_EQ(ended(this->clock(second)), "3T");
}

TYPED_TEST(Day, what_is_left_of_an_order_expires) {
  this->rest('6', seconds(1));
  this->enter({.session = 2, .quantity = 30, .price = 90'0000, .time_in_force = '3'});
  this->cancel(1, 1, 80);
  EXPECT_EQ(this->clock(second).at(0).event.quantity.raw, 50U);
}

TYPED_TEST(Day, a_replace_without_the_tag_keeps_its_seconds) {
  this->enter({.number = 1, .time_in_force = '6'}, seconds(2));
  EXPECT_EQ(story(this->replace({.original = 1, .number = 2, .time_in_force = '6'}, {}, {second})),
            "U(U)");
  EXPECT_EQ(story(this->clock(3 * second - 1)), "");
  EXPECT_EQ(ended(this->clock(3 * second)), "2T");
}

TYPED_TEST(Day, a_replace_may_say_other_seconds_or_none) {
  this->enter({.number = 1, .time_in_force = '6'}, seconds(2));
  this->enter({.number = 2, .time_in_force = '6'}, seconds(2));
  this->enter({.number = 3, .time_in_force = '6'}, seconds(2));
  this->enter({.number = 4});
  EXPECT_EQ(story(this->replace({.original = 1, .number = 5, .time_in_force = '6'}, seconds(5))),
            "U(U)");
  EXPECT_EQ(story(this->replace({.original = 2, .number = 6})), "U(U)");
  EXPECT_EQ(ended(this->replace({.original = 3, .number = 7, .time_in_force = '6'}, seconds(0))),
            "3U");
  EXPECT_EQ(ended(this->replace({.original = 4, .number = 8, .time_in_force = '6'})), "4U");
  EXPECT_EQ(ended(this->clock(4 * second)), "");
  EXPECT_EQ(ended(this->clock(5 * second)), "5T");
  EXPECT_EQ(this->book().live_orders, 1U);
}

TYPED_TEST(Day, time_that_ends_before_the_order_expires_it) {
  const std::uint64_t late = std::numeric_limits<std::uint64_t>::max() - 5;
  this->rest('6', seconds(1), late);
  EXPECT_EQ(story(this->clock(late + 4)), "");
  EXPECT_EQ(ended(this->clock(late + 5)), "1T");
}

TYPED_TEST(Day, the_slot_waits_until_every_expiry_is_told) {
  for (int i = 0; i < 200; ++i)
    this->rest('6', seconds(1));
  const std::string group = appendage_of({{Tag::group_id, number_bytes(7, 2)}});
  const auto told = this->enter({.session = 2, .number = 1, .price = 95'0000}, group, {second});
  ASSERT_EQ(told.size(), 201U);
  EXPECT_EQ(this->rig_.steps, 4U);
  for (std::size_t i = 0; i < 200; ++i)
    ASSERT_EQ(told[i].event.order_ref, i + 1) << "of one expiry, by reference";
  EXPECT_EQ(story({told.back()}), "A(A)");
  EXPECT_EQ(this->book().live_orders, 1U);
  // Its appendage was still there to be read.
  EXPECT_EQ(ended(this->account(SlotKind::mass_cancel, 2, 2, "", "", group)), "201U");
}

TYPED_TEST(Day, a_slot_that_says_much_waits_for_a_step_of_its_own) {
  for (int i = 0; i < 63; ++i)
    this->rest('6', seconds(1));
  this->enter({.session = 2, .number = 1});
  const auto told = this->replace({.session = 2}, {}, {second});
  ASSERT_EQ(told.size(), 64U);
  EXPECT_EQ(told.back().event.tail.kind, EventKind::replaced);
}

}  // namespace
}  // namespace wirebook::match
