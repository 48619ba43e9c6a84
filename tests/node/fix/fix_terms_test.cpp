// Goal: each field of D and G becomes what OUCH calls it, and what cannot be said in OUCH is
// refused with the right reason. Method: tables over one good order.
#include "node/fix/fix_terms.hpp"

#include <gtest/gtest.h>

#include "tests/node/fix/fix_venue.hpp"

namespace wirebook::fix {
namespace {

const Now morning{.ns = FixVenue::start_ns, .utc_offset_minutes = -300};

Terms terms_of(const std::vector<Field>& more) {
  Terms terms;
  const auto refusal = read_terms(new_order("A", "1", "500", "150.25", more), morning, terms);
  EXPECT_FALSE(refusal) << refusal->text;
  return terms;
}
int refused(const std::vector<Field>& more) {
  Terms terms;
  const auto refusal = read_terms(new_order("A", "1", "500", "150.25", more), morning, terms);
  EXPECT_TRUE(!refusal || !refusal->text.empty());
  return refusal ? refusal->reason : -1;
}

TEST(FixTerms, APlainLimitOrder) {
  const Terms terms = terms_of({});
  EXPECT_EQ(terms.side, 'B');
  EXPECT_EQ(terms.symbol, Symbol::from("AAPL"));
  EXPECT_EQ(terms.quantity, 500U);
  EXPECT_EQ(terms.price, Price{1'502'500});
  EXPECT_EQ(terms.time_in_force, '0');
  EXPECT_EQ(terms.display, 'Y');
  EXPECT_EQ(terms.capacity, 'A');
  EXPECT_FALSE(terms.special());
}

TEST(FixTerms, SidesAndCapacities) {
  EXPECT_EQ(terms_of({{54, "2"}}).side, 'S');
  EXPECT_EQ(terms_of({{54, "5"}}).side, 'T');
  EXPECT_EQ(terms_of({{54, "6"}}).side, 'E');
  EXPECT_EQ(refused({{54, "3"}}), 11);
  EXPECT_EQ(refused({{54, "-"}}), 99);
  EXPECT_EQ(terms_of({{528, "P"}}).capacity, 'P');
  EXPECT_EQ(terms_of({{528, "R"}}).capacity, 'R');
  EXPECT_EQ(refused({{528, "G"}}), 11);
}

TEST(FixTerms, TimesInForce) {
  EXPECT_EQ(terms_of({{59, "-"}}).time_in_force, '0');
  EXPECT_EQ(terms_of({{59, "3"}}).time_in_force, '3');
  EXPECT_EQ(terms_of({{59, "5"}}).time_in_force, '5');
  const Terms kill = terms_of({{59, "4"}});
  EXPECT_EQ(kill.time_in_force, '3');
  EXPECT_EQ(kill.min_qty, 500U);
  for (const char* const other : {"1", "2", "7", "8", "x", "34"})
    EXPECT_EQ(refused({{59, other}}), 11) << other;
}

TEST(FixTerms, GoodTillATimeIsSecondsToLive) {
  const Terms terms = terms_of({{59, "6"}, {126, "20260105-10:05:00"}});
  EXPECT_EQ(terms.time_in_force, '6');
  EXPECT_EQ(terms.expire_seconds, 300U);
  EXPECT_EQ(terms_of({{59, "6"}, {126, "20260105-10:00:00.001"}}).expire_seconds, 1U);
  EXPECT_EQ(refused({{59, "6"}, {126, "20260105-10:00:00"}}), 99);
  EXPECT_EQ(refused({{59, "6"}, {126, "20260106-10:00:00"}}), 99);
  EXPECT_EQ(refused({{59, "6"}, {126, "soon"}}), 99);
  EXPECT_EQ(refused({{59, "6"}}), 99);
  EXPECT_EQ(terms_of({{59, "6"}, {432, "20260105"}}).time_in_force, '5');
  EXPECT_EQ(refused({{59, "6"}, {432, "20260106"}}), 99);
  EXPECT_EQ(refused({{59, "6"}, {432, "20260104"}}), 99);
}

TEST(FixTerms, QuantitiesAndWhatIsShown) {
  EXPECT_EQ(refused({{38, "0"}}), 13);
  EXPECT_EQ(refused({{38, "1000000"}}), 13);
  EXPECT_EQ(refused({{38, "1.5"}}), 13);
  EXPECT_EQ(refused({{38, "-"}}), 13);
  EXPECT_EQ(terms_of({{110, "200"}}).min_qty, 200U);
  EXPECT_EQ(refused({{110, "501"}}), 13);
  EXPECT_EQ(terms_of({{111, "100"}}).max_floor, 100U);
  EXPECT_EQ(terms_of({{1138, "100"}}).max_floor, 100U);
  EXPECT_EQ(refused({{111, "100"}, {1138, "200"}}), 99);
  EXPECT_EQ(terms_of({{111, "0"}}).display, 'N');
  EXPECT_EQ(terms_of({{111, "500"}}).max_floor, 0U);
}

TEST(FixTerms, PricesByOrdType) {
  EXPECT_EQ(terms_of({{40, "1"}}).price, price_market);
  EXPECT_EQ(refused({{44, "-"}}), 99);
  EXPECT_EQ(refused({{44, "150.00001"}}), 99);
  EXPECT_EQ(refused({{44, "0"}}), 99);
  EXPECT_EQ(refused({{44, "200000"}}), 99);
  EXPECT_EQ(terms_of({{44, "199999.99"}}).price, price_limit_max);
  EXPECT_EQ(refused({{40, "3"}}), 11);
  EXPECT_EQ(refused({{40, "-"}}), 99);
  EXPECT_EQ(refused({{99, "1"}}), 11);
}

TEST(FixTerms, Pegs) {
  const Terms primary = terms_of({{40, "P"}, {18, "R"}, {211, "0.01"}});
  EXPECT_EQ(primary.price_type, 'R');
  EXPECT_EQ(primary.peg_offset, 100);
  EXPECT_EQ(primary.display, 'Y');
  // FIX adds the offset to the price, OUCH's is the more aggressive the greater.
  EXPECT_EQ(terms_of({{54, "2"}, {40, "P"}, {18, "P"}, {211, "0.01"}}).peg_offset, -100);
  const Terms mid = terms_of({{40, "P"}, {18, "M"}, {44, "-"}});
  EXPECT_EQ(mid.price_type, 'M');
  EXPECT_EQ(mid.display, 'N');
  EXPECT_EQ(mid.price, price_market);
  EXPECT_EQ(terms_of({{40, "P"}, {1094, "5"}}).price_type, 'R');
  EXPECT_EQ(refused({{40, "P"}, {18, "R"}, {1094, "4"}}), 99);
  EXPECT_EQ(refused({{40, "P"}}), 11);
  EXPECT_EQ(refused({{18, "R"}}), 11);
  EXPECT_EQ(refused({{40, "P"}, {18, "R M"}}), 99);
  EXPECT_EQ(refused({{40, "P"}, {18, "R"}, {836, "1"}}), 11);
}

TEST(FixTerms, ExecInst) {
  EXPECT_TRUE(terms_of({{18, "6"}}).post_only);
  const Terms both = terms_of({{40, "P"}, {18, "6 R"}});
  EXPECT_TRUE(both.post_only);
  EXPECT_EQ(both.price_type, 'R');
  EXPECT_EQ(refused({{18, "G"}}), 11);
  EXPECT_EQ(refused({{18, "6R"}}), 99);
}

TEST(FixTerms, SymbolsOfEightCharacters) {
  EXPECT_EQ(refused({{55, "-"}}), 99);
  EXPECT_EQ(refused({{55, "ABCDEFGHI"}}), 1);
  EXPECT_EQ(terms_of({{55, "ABCDEFGH"}}).symbol, Symbol::from("ABCDEFGH"));
}

TEST(FixTerms, AClOrdIdIsWhatOuchCanCarry) {
  EXPECT_FALSE(check_cl_ord_id("ABCDEFGHIJKLMN"));
  EXPECT_TRUE(check_cl_ord_id("ABCDEFGHIJKLMNO"));
  EXPECT_TRUE(check_cl_ord_id(""));
  EXPECT_TRUE(check_cl_ord_id("A "));
  EXPECT_FALSE(check_cl_ord_id("A B"));
  EXPECT_TRUE(check_cl_ord_id("A\tB"));
}

}  // namespace
}  // namespace wirebook::fix
