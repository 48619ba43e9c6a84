// Goal: the fuzz target's rules hold on courses that are drawn at random, without a fuzzer.
// Method: bytes of a seed; an assertion ends the test.
#include <random>

#include <gtest/gtest.h>

#include "ufo_sessions_course.hpp"

namespace wirebook::node {
namespace {

TEST(UfoSessions, KeepTheirRulesOnRandomCourses) {
  const unsigned seed = 20'260;
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 300; ++i) {
    std::vector<std::uint8_t> bytes(1 + random() % 4000);
    for (std::uint8_t& byte : bytes)
      byte = static_cast<std::uint8_t>(random());
    SCOPED_TRACE("seed " + std::to_string(seed) + ", course " + std::to_string(i));
    course::run(bytes.data(), bytes.size());
  }
}

}  // namespace
}  // namespace wirebook::node
