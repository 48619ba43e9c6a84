// Goal: prices and strings become text and come back. Method: the edges of each, by hand.
#include "node/json/json_text.hpp"

#include <gtest/gtest.h>

namespace wirebook::node {
namespace {

std::string price_text(std::uint64_t raw) {
  std::string out;
  append_price(out, raw);
  return out;
}

std::string signed_price_text(std::int64_t raw) {
  std::string out;
  append_signed_price(out, raw);
  return out;
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, PricesHaveFourDecimals) {
  EXPECT_EQ(price_text(0), "0.0000");
  EXPECT_EQ(price_text(1), "0.0001");
  EXPECT_EQ(price_text(3'201'400), "320.1400");
  EXPECT_EQ(price_text(0x7FFF'FFFF), "214748.3647");
  EXPECT_EQ(price_text(~std::uint64_t{0}), "1844674407370955.1615");
  EXPECT_EQ(signed_price_text(-1), "-0.0001");
  EXPECT_EQ(signed_price_text(-2'147'483'648), "-214748.3648");
}

TEST(JsonText, ReadsWhatItWrites) {
  for (const std::uint64_t raw : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{99'999},
                                  std::uint64_t{3'201'400}, ~std::uint64_t{0}})
    EXPECT_EQ(parse_price(price_text(raw)), raw);
  for (const std::int32_t raw : {0, -1, 12'345, 2'147'483'647, -2'147'483'647 - 1})
    EXPECT_EQ(parse_signed_price(signed_price_text(raw)), raw);
}

TEST(JsonText, ReadsFewerDecimals) {
  EXPECT_EQ(parse_price("320"), 3'200'000U);
  EXPECT_EQ(parse_price("320.14"), 3'201'400U);
  EXPECT_EQ(parse_price("0.0001"), 1U);
  EXPECT_EQ(parse_price("200000.0000"), 2'000'000'000U);
}

TEST(JsonText, RefusesWhatIsNoPrice) {
  for (const char* const text :
       {"", ".", ".5", "5.", "1.00001", "1.2.3", "-1", "+1", " 1", "1 ", "1e2", "x", "1.x",
        "18446744073709551615", "1844674407370955.1616"})
    EXPECT_EQ(parse_price(text), std::nullopt) << text;
  for (const char* const text : {"--1", "-", "214748.3648", "-214748.3649"})
    EXPECT_EQ(parse_signed_price(text), std::nullopt) << text;
}

TEST(JsonText, EscapesWhatJsonCannotHold) {
  EXPECT_EQ(json_string("AAPL"), "\"AAPL\"");
  EXPECT_EQ(json_string("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json_string(std::string_view("\0\n\x7F\xE9", 4)), R"("\u0000\u000a\u007f\u00e9")");
}

}  // namespace
}  // namespace wirebook::node
