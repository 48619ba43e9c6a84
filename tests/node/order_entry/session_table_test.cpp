// Goal: the table of sources behaves like a map, whatever is erased from its probe runs.
// Method: random insertions and erasures beside a std::map, from a fixed seed.
#include "node/order_entry/session_table.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace wirebook::node {
namespace {

TEST(SessionTable, AgreesWithAMap) {
  constexpr unsigned seed = 7;
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  constexpr std::size_t sessions = 20;
  SessionTable table(sessions);
  std::map<std::pair<std::uint32_t, std::uint16_t>, std::uint32_t> map;

  for (int round = 0; round < 20'000; ++round) {
    // Few sources, so that runs collide and sources come again.
    const Endpoint source{static_cast<std::uint32_t>(0x0A000000U + random() % 3),
                          static_cast<std::uint16_t>(random() % 16)};
    const auto key = std::pair(source.address, source.port);
    if (random() % 2 == 0) {
      table.erase(source);
      map.erase(key);
    } else if (map.size() < sessions || map.contains(key)) {
      const auto session = static_cast<std::uint32_t>(1 + random() % 100);
      table.insert(source, session);
      map[key] = session;
    }
    for (std::uint32_t a = 0; a < 3; ++a)
      for (std::uint16_t p = 0; p < 16; ++p) {
        const auto found = map.find({0x0A000000U + a, p});
        ASSERT_EQ(table.find({0x0A000000U + a, p}), found == map.end() ? 0 : found->second);
      }
  }
}

}  // namespace
}  // namespace wirebook::node
