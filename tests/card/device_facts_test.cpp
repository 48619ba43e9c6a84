// Goal: numbers out of what XRT says of a card, and nothing where it says nothing. Method: texts in
// the form of XRT 2.13's reports.
#include "card/xrt/device_facts.hpp"

#include <gtest/gtest.h>

namespace wirebook::card {
namespace {

constexpr const char* with_fpga = R"json({"thermals": [
    {"location_id": "cage_temp_0", "temp_C": "61", "is_present": "true"},
    {"location_id": "fpga0", "temp_C": "45", "is_present": "true"}]})json";
constexpr const char* without_fpga = R"json({"thermals": [
    {"location_id": "pcb_top_front", "temp_C": "31", "is_present": "true"},
    {"location_id": "int_vcc", "temp_C": "38", "is_present": "true"},
    {"location_id": "fpga0", "temp_C": "0", "is_present": "false",
     "error_msg": "No such query request (76)"}]})json";
constexpr const char* some_power = R"({"power_consumption_watts": "22.512340"})";
constexpr const char* no_power = R"({"power_consumption_watts": "N\/A"})";

TEST(DeviceFacts, temperature_is_that_of_the_fpga) { EXPECT_EQ(temperature_in(with_fpga), 45.0); }

TEST(DeviceFacts, temperature_is_else_the_hottest_that_is_measured) {
  EXPECT_EQ(temperature_in(without_fpga), 38.0);
}

TEST(DeviceFacts, power_is_in_watts) { EXPECT_EQ(power_in(some_power), 22.51234); }

TEST(DeviceFacts, host_memory_has_its_unit) {
  const auto of = [](const std::string& text) {
    return host_memory_in("{\"enabled_host_mem_size_bytes\": \"" + text + "\"}");
  };
  EXPECT_EQ(of("1 GB"), std::uint64_t{1} << 30);
  EXPECT_EQ(of("512 MB"), std::uint64_t{512} << 20);
  EXPECT_EQ(of("0 Byte"), 0U);
  EXPECT_EQ(of("some"), std::nullopt);
  EXPECT_EQ(of("1 parsec"), std::nullopt);
}

TEST(DeviceFacts, what_is_not_known_is_nothing) {
  for (const char* text : {"", "{}", "no JSON", "{\"error_msg\": \"No such query request\"}",
                           "{\"thermals\": []}", no_power}) {
    EXPECT_EQ(temperature_in(text), std::nullopt) << text;
    EXPECT_EQ(power_in(text), std::nullopt) << text;
    EXPECT_EQ(host_memory_in(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace wirebook::card
