// Goal: what the feed cannot go on without is asked for before what lies further on.
// Method: the table of requests by itself; a server that loses one request and answers all others.
#include "node/feed/gap_requests.hpp"

#include <array>

#include <gtest/gtest.h>

namespace wirebook::feed {
namespace {

TEST(GapRequestsTest, ALostRequestIsRepeatedWhileOthersUseUpTheRate) {
  constexpr std::uint64_t ms = 1'000'000;
  GapRequests requests({.messages = 1, .under_way = 3, .per_second = 100, .timeout_ns = 50 * ms});
  MessageWindow window(1024);
  constexpr std::uint64_t lost = 2;
  std::uint64_t asked = 0;
  for (std::uint64_t now = 1000 * ms; now != 1200 * ms; now += ms) {
    requests.look(window, 1000, now);
    while (const auto run = requests.next_due(window.begin(), now)) {
      if (run->first == lost)
        ++asked;
      else
        window.put(run->first, std::array<std::byte, 1>{});
      while (window.holds(window.begin()))
        window.step();
      requests.look(window, 1000, now);
    }
  }
  EXPECT_GE(asked, 3U);  // at once, after 50 ms, after 100 more
}

}  // namespace
}  // namespace wirebook::feed
