// Goal: self-match prevention, every strategy and every scope, for both engines. Method: one test
// a rule, named after it. Session 1 has what rests, session 2 comes in; both are firm FRM1.
#include "tests/match/rules_fixture.hpp"

namespace wirebook::match {
namespace {

std::string strategy(char letter, std::string_view group = "") {
  std::string tags = appendage_of({{Tag::aiq_strategy, std::string(1, letter)}});
  if (!group.empty())
    tags += appendage_of({{Tag::aiq_group_id, std::string(group)}});
  return tags;
}

template <class AnyEngine>
class SelfMatch : public Rules<AnyEngine> {
 protected:
  SelfMatch() {
    for (const auto& [session, firm] : std::initializer_list<std::pair<unsigned, const char*>>{
             {4, "AFF1"}, {5, "ORG1"}, {6, "ELSE"}})
      this->session_up(session, firm);
    known_as(LimitKind::organization, "FRM1", 7);
    known_as(LimitKind::organization, "ORG1", 7);
    known_as(LimitKind::organization, "ELSE", 8);
    known_as(LimitKind::affiliate, "FRM1", 9);
    known_as(LimitKind::affiliate, "AFF1", 9);
  }
  void known_as(LimitKind kind, std::string_view firm, std::uint64_t id) {
    this->rig_.feed(SlotKind::limit,
                    LimitBody{.kind = kind, .firm = Firm::from(firm), .value = id});
  }
  std::vector<Told> rest(const std::string& tags, std::uint32_t quantity = 100,
                         char display = 'Y') {
    return this->enter({.number = ++number_, .quantity = quantity, .display = display}, tags);
  }
  std::vector<Told> sell(std::uint32_t quantity, const std::string& tags = {},
                         std::uint32_t session = 2) {
    return this->enter({.session = session, .number = ++number_, .side = 'S', .quantity = quantity},
                       tags);
  }
  /// Whether a resting order of firm FRM1 and the incoming order of a session are of one owner.
  bool prevents(char letter, std::uint32_t session) {
    rest(strategy(letter));
    const auto told = sell(100, {}, session);
    this->cancel(1, number_ - 1, 0);
    this->cancel(session, number_, 0);
    return story(told).find('E') == std::string::npos;
  }

  std::uint32_t number_ = 0;
};
TYPED_TEST_SUITE(SelfMatch, Engines);

// ── Who is meant ────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(SelfMatch, without_a_strategy_nothing_is_prevented) {
  for (const std::string& tags : {std::string(), strategy('N'), strategy('*')}) {
    this->rest(tags);
    EXPECT_EQ(story(this->sell(100, strategy('Y'))), "AE(E)E") << "the resting order governs";
  }
}

TYPED_TEST(SelfMatch, firm_means_the_same_firm) {
  for (const char letter : std::string_view("YDOWR")) {
    EXPECT_TRUE(this->prevents(letter, 2)) << letter;
    for (const std::uint32_t other : {4U, 5U, 6U})
      EXPECT_FALSE(this->prevents(letter, other)) << letter << other;
  }
}

TYPED_TEST(SelfMatch, organization_means_the_same_firm_or_organization) {
  for (const char letter : std::string_view("ydowr")) {
    EXPECT_TRUE(this->prevents(letter, 2)) << letter;
    EXPECT_TRUE(this->prevents(letter, 5)) << letter;
    EXPECT_FALSE(this->prevents(letter, 4)) << letter;
    EXPECT_FALSE(this->prevents(letter, 6)) << letter;
  }
}

TYPED_TEST(SelfMatch, affiliate_means_the_same_firm_or_affiliate) {
  for (const char letter : std::string_view("ZEPXS")) {
    EXPECT_TRUE(this->prevents(letter, 2)) << letter;
    EXPECT_TRUE(this->prevents(letter, 4)) << letter;
    EXPECT_FALSE(this->prevents(letter, 5)) << letter;
    EXPECT_FALSE(this->prevents(letter, 6)) << letter;
  }
}

TYPED_TEST(SelfMatch, match_any_means_any_of_the_three) {
  for (const char letter : std::string_view("01245")) {
    for (const std::uint32_t own : {2U, 4U, 5U})
      EXPECT_TRUE(this->prevents(letter, own)) << letter << own;
    EXPECT_FALSE(this->prevents(letter, 6)) << letter;
  }
}

TYPED_TEST(SelfMatch, no_id_is_nobodys_id) {
  this->known_as(LimitKind::organization, "FRM1", 0);
  this->known_as(LimitKind::organization, "ORG1", 0);
  EXPECT_FALSE(this->prevents('w', 5));
}

TYPED_TEST(SelfMatch, the_effective_firm_counts) {
  this->rest(strategy('W') + appendage_of({{Tag::firm, "ELSE"}}));
  EXPECT_EQ(story(this->sell(40)), "AE(E)E");
  EXPECT_EQ(story(this->sell(60, {}, 6)), "AC");
}

TYPED_TEST(SelfMatch, groups_must_be_equal) {
  this->rest(strategy('W', "AB"));
  EXPECT_EQ(story(this->sell(10)), "AE(E)E") << "no group is ** and equals only **";
  EXPECT_EQ(story(this->sell(10, appendage_of({{Tag::aiq_group_id, "AC"}}))), "AE(E)E");
  EXPECT_EQ(story(this->sell(10, appendage_of({{Tag::aiq_group_id, "AB"}}))), "AC");
  this->cancel(1, 1, 0);
  this->rest(strategy('W', "**"));
  EXPECT_EQ(story(this->sell(10)), "AC");
}

// ── What happens ────────────────────────────────────────────────────────────────────────────────

TYPED_TEST(SelfMatch, decrement_without_details_takes_the_lesser_from_both) {
  for (const char letter : std::string_view("YyZ0")) {
    this->rest(strategy(letter));
    const auto told = this->sell(60);
    ASSERT_EQ(story(told), "AC(X)C") << letter;
    for (const std::size_t i : {1U, 2U}) {
      EXPECT_EQ(told[i].event.tail.code, 'Q');
      EXPECT_EQ(told[i].event.quantity.raw, 60U);
      EXPECT_EQ(told[i].event.session, i);
    }
    EXPECT_EQ(told[1].event.market_quantity.raw, 60U);
    // The rest of the resting order, then what is left of the incoming one.
    const auto rest = this->sell(50);
    ASSERT_EQ(story(rest), "AC(D)Cm(A)") << letter;
    EXPECT_EQ(rest[3].event.market_quantity.raw, 10U);
    this->cancel(2, this->number_, 0);
    EXPECT_EQ(this->book().live_orders, 0U);
  }
}

TYPED_TEST(SelfMatch, decrement_with_details_says_what_was_prevented) {
  for (const char letter : std::string_view("DdE1")) {
    this->rest(strategy(letter));
    const auto told = this->sell(60, strategy('O'));
    ASSERT_EQ(story(told), "AD(X)D") << letter;
    for (const std::size_t i : {1U, 2U}) {
      const Event& event = told[i].event;
      EXPECT_EQ(event.quantity.raw, 60U);
      EXPECT_EQ(event.match_number, 60U) << "shares that did not trade";
      EXPECT_EQ(event.price.raw, 10'0000U);
    }
    EXPECT_EQ(told[1].event.tail.code, 'A');
    EXPECT_EQ(told[1].event.tail.state, letter);
    EXPECT_EQ(told[1].event.market_quantity.raw, 60U);
    EXPECT_EQ(told[2].event.tail.code, 'R');
    EXPECT_EQ(told[2].event.tail.state, 'O') << "each order's own strategy";
    EXPECT_EQ(story(this->sell(40)), "AD(D)D") << letter;
  }
}

TYPED_TEST(SelfMatch, cancel_oldest_ends_the_resting_order_and_the_other_goes_on) {
  for (const char letter : std::string_view("OoP2")) {
    this->rest(strategy(letter));
    this->enter({.session = 6, .number = ++this->number_, .quantity = 10});
    const auto told = this->sell(60);
    ASSERT_EQ(story(told), "AC(D)E(E)Em(A)") << letter;
    EXPECT_EQ(told[1].event.tail.code, 'Q');
    EXPECT_EQ(told[1].event.quantity.raw, 100U);
    this->cancel(2, this->number_, 0);
  }
}

TYPED_TEST(SelfMatch, cancel_newest_ends_the_incoming_order) {
  for (const char letter : std::string_view("WwX4")) {
    this->enter({.session = 6, .number = ++this->number_, .quantity = 10});
    this->rest(strategy(letter));
    const auto told = this->sell(60);
    ASSERT_EQ(story(told), "AE(E)EC") << letter;
    EXPECT_EQ(told[3].event.tail.code, 'Q');
    EXPECT_EQ(told[3].event.quantity.raw, 50U);
    EXPECT_EQ(this->book().bid->quantity, 100U) << "the resting order stays";
    this->cancel(1, this->number_ - 1, 0);
  }
}

TYPED_TEST(SelfMatch, use_remover_asks_the_incoming_order) {
  const auto says = [this](char theirs, char ours) {
    this->rest(strategy(theirs));
    const std::string told = story(this->sell(60, strategy(ours)));
    this->cancel(1, this->number_ - 1, 0);
    this->cancel(2, this->number_, 0);
    return told;
  };
  for (const char theirs : std::string_view("RrS5")) {
    EXPECT_EQ(says(theirs, 'Y'), "AC(X)C") << theirs;
    EXPECT_EQ(says(theirs, 'D'), "AD(X)D") << theirs;
    EXPECT_EQ(says(theirs, 'O'), "AC(D)m(A)") << theirs;
    EXPECT_EQ(says(theirs, 'W'), "AC") << theirs;
    for (const char nothing : std::string_view("RrS5N*"))
      EXPECT_EQ(says(theirs, nothing), "AC") << "cancel newest";
  }
}

TYPED_TEST(SelfMatch, the_scope_stays_the_resting_orders) {
  this->rest(strategy('R'));  // the firm only
  EXPECT_EQ(story(this->sell(10, strategy('4'), 5)), "AE(E)E");
  this->rest(strategy('r'));
  this->cancel(1, 1, 0);
  EXPECT_EQ(story(this->sell(10, strategy('O'), 5)), "AC(D)m(A)") << "scope of r, remedy of O";
}

TYPED_TEST(SelfMatch, hidden_orders_do_the_same_and_the_market_hears_nothing) {
  this->rest(strategy('D'), 100, 'N');
  EXPECT_EQ(story(this->sell(60)), "ADD");
  this->rest(strategy('O'), 100, 'N');
  EXPECT_EQ(story(this->sell(60)), "ADDCm(A)");
}

TYPED_TEST(SelfMatch, an_unknown_strategy_is_refused) {
  for (const char letter : {'A', 'n', '3', ' ', '\0'})
    EXPECT_EQ(reject_code(this->rest(strategy(letter))), 0x0040U) << letter;
}

// ── With other rules ────────────────────────────────────────────────────────────────────────────

TYPED_TEST(SelfMatch, decremented_shares_count_as_executed_in_the_chain) {
  this->rest(strategy('Y'));
  this->sell(60);
  const auto told = this->replace({.original = 1, .number = 3, .quantity = 100});
  ASSERT_EQ(story(told), "U(U)");
  EXPECT_EQ(told[0].event.quantity.raw, 40U);
  EXPECT_EQ(story(this->replace({.original = 3, .number = 4, .quantity = 60})), "C(D)");
  // So it is with the order that came in.
  this->number_ = 10;
  this->rest(strategy('Y'), 60);
  this->sell(100);
  const auto incoming = this->replace({.session = 2, .original = 12, .number = 13});
  ASSERT_EQ(story(incoming), "U(U)");
  EXPECT_EQ(incoming[0].event.quantity.raw, 40U);
}

TYPED_TEST(SelfMatch, a_used_up_slice_of_a_reserve_comes_back) {
  this->rest(strategy('Y') + appendage_of({{Tag::max_floor, number_bytes(30, 4)}}));
  const auto told = this->sell(50);
  ASSERT_EQ(story(told), "AC(D)CR(A)C(X)C");
  EXPECT_EQ(told[3].event.quantity.raw, 30U);
  EXPECT_EQ(told[4].event.quantity.raw, 20U);
  EXPECT_EQ(story(this->sell(5, {}, 6)), "AE(E)E");
}

TYPED_TEST(SelfMatch, cancel_oldest_ends_a_reserve_whole) {
  this->rest(strategy('O') + appendage_of({{Tag::max_floor, number_bytes(30, 4)}}));
  const auto told = this->sell(10);
  ASSERT_EQ(story(told), "AC(D)m(A)");
  EXPECT_EQ(told[1].event.quantity.raw, 100U);
}

TYPED_TEST(SelfMatch, a_minimum_does_not_count_ones_own_shares) {
  const auto minimum = [](std::uint32_t shares) {
    return appendage_of({{Tag::min_qty, number_bytes(shares, 4)}});
  };
  const auto ioc = [&](std::uint32_t number, std::uint32_t shares) {
    return story(this->enter(
        {.session = 2, .number = number, .side = 'S', .quantity = 100, .time_in_force = '3'},
        minimum(shares)));
  };
  this->rest(strategy('O'), 50);
  this->enter({.session = 6, .number = 10, .quantity = 50});
  EXPECT_EQ(ioc(11, 51), "AC") << "and nothing happened to the resting one";
  EXPECT_EQ(this->book().live_orders, 2U);
  EXPECT_EQ(ioc(12, 50), "AC(D)E(E)EC");
}

TYPED_TEST(SelfMatch, a_minimum_does_not_count_what_it_cannot_come_to) {
  this->rest(strategy('W'), 50);
  this->enter({.session = 6, .number = 10, .quantity = 50});
  EXPECT_EQ(story(this->enter(
                {.session = 2, .number = 11, .side = 'S', .quantity = 50, .time_in_force = '3'},
                appendage_of({{Tag::min_qty, number_bytes(50, 4)}}))),
            "AC")
      << "it would end at its own order, in front";
}

TYPED_TEST(SelfMatch, an_order_that_is_passed_by_prevents_nothing) {
  this->rest(strategy('W') + appendage_of({{Tag::min_qty, number_bytes(80, 4)}}), 100, 'N');
  EXPECT_EQ(story(this->sell(79)), "Am(A)");
}

TYPED_TEST(SelfMatch, post_only_looks_at_the_price_alone) {
  this->rest(strategy('O'));
  const auto told = this->sell(10, appendage_of({{Tag::post_only, "P"}}));
  ASSERT_EQ(story(told), "A");
  EXPECT_EQ(told[0].event.tail.state, 'D');
}

}  // namespace
}  // namespace wirebook::match
