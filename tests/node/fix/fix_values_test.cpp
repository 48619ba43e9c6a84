// Goal: quantities, prices and times of FIX are read exactly or not at all, and written so that
// they are read back. Method: tables.
#include "node/fix/fix_values.hpp"

#include <gtest/gtest.h>

namespace wirebook::fix {
namespace {

TEST(FixValues, QuantitiesAreWholeNumbers) {
  EXPECT_EQ(read_quantity("100"), 100U);
  EXPECT_EQ(read_quantity("100.00"), 100U);
  EXPECT_EQ(read_quantity("000100"), 100U);
  EXPECT_EQ(read_quantity("0"), 0U);
  for (const char* const text :
       {"", "-1", "+1", " 1", "1 ", "1.5", "1.", ".0", "1e3", "1234567890", "0x1", "1.0.0"})
    EXPECT_EQ(read_quantity(text), std::nullopt) << text;
}

TEST(FixValues, PricesHaveFourPlaces) {
  EXPECT_EQ(read_price("150", false), 1'500'000);
  EXPECT_EQ(read_price("150.25", false), 1'502'500);
  EXPECT_EQ(read_price("0.0001", false), 1);
  EXPECT_EQ(read_price("150.250000", false), 1'502'500);
  EXPECT_EQ(read_price("-0.05", true), -500);
  for (const char* const text :
       {"", "150.00001", "-1", "+1", "1,5", "1.", ".5", "abc", "1e2", "9999999999999"})
    EXPECT_EQ(read_price(text, false), std::nullopt) << text;
  EXPECT_EQ(read_price("--1", true), std::nullopt);
  EXPECT_EQ(price_text(1'500'000), "150");
  EXPECT_EQ(price_text(1'502'500), "150.25");
  EXPECT_EQ(price_text(1), "0.0001");
  EXPECT_EQ(price_text(-500), "-0.05");
}

TEST(FixValues, AnAverageIsRoundedToAMillionth) {
  EXPECT_EQ(average_text(0, 0), "0");
  EXPECT_EQ(average_text(std::uint64_t{1'500'000} * 300, 300), "150");
  EXPECT_EQ(average_text(2 * 1'000'000 + 1'000'100, 3), "100.003333");
  EXPECT_EQ(average_text(1'999'999'900ULL * 999'999, 999'999), "199999.99");
}

TEST(FixValues, TimesAreUtc) {
  EXPECT_EQ(read_utc_timestamp("19700102-00:00:01"), ns_a_day + ns_a_second);
  EXPECT_EQ(read_utc_timestamp("19700102-00:00:01.25"), ns_a_day + ns_a_second * 5 / 4);
  EXPECT_EQ(utc_timestamp_text(ns_a_day + ns_a_second * 5 / 4), "19700102-00:00:01.250");
  EXPECT_EQ(read_date("20260105"), 20'458);
  for (const char* const text :
       {"", "20260105", "20260105 10:00:00", "20260105-24:00:00", "20260105-10:60:00",
        "20261305-10:00:00", "20260230-10:00:00", "20260105-10:00:00.", "20260105-10:00:0x",
        "99990105-10:00:00", "20260105-10:00:00.1234567890"})
    EXPECT_EQ(read_utc_timestamp(text), std::nullopt) << text;
}

}  // namespace
}  // namespace wirebook::fix
