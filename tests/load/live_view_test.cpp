// The live view: a snapshot in, the text out, compared whole; extremes keep their shape.
#include "node/demo/live_view.hpp"

#include <sstream>

#include <gtest/gtest.h>

namespace wirebook::node {
namespace {

LiveSnapshot snapshot() {
  LiveSnapshot now;
  now.elapsed_s = 7.25;
  now.total_s = 20;
  now.title = "4 sessions at 127.0.0.1:40000, io_uring";
  now.books = {{.symbol = Symbol::from("AAPL"),
                .bid = {1'894'700},
                .ask = {1'894'900},
                .bid_quantity = 1300,
                .ask_quantity = 200},
               {.symbol = Symbol::from("NEW"), .ask = {10'000}, .ask_quantity = 1}};
  now.messages_per_s = 20'012.6;
  now.fills_per_s = 1'900;
  now.itch_per_s = 21'000;
  now.messages = 148'000;
  now.answered = 147'990;
  now.fills = 13'000;
  now.slot_ring = {.slots = 65'536, .used = 3, .used_max = 1200};
  now.event_ring = {.slots = 1024, .used = 1024, .used_max = 1024};
  now.feed_messages = 150'000;
  now.feed_datagrams = 90'000;
  now.latency_p50_ns = 21'100;
  now.latency_p99_ns = 48'000;
  now.latency_p999_ns = 1'200'000;
  now.latency_max_ns = 2'500'000;
  return now;
}

TEST(LiveView, ShowsTheSnapshot) {
  EXPECT_EQ(render_live_view(snapshot(), 100),
            " wirebook   7.2 of 20.0 s   4 sessions at 127.0.0.1:40000, io_uring\n"
            "\n"
            " symbol         shares           bid | ask           shares      \n"
            " AAPL            1,300      189.4700 | 189.4900      200         \n"
            " NEW                               - | 1.0000        1           \n"
            "\n"
            " rates          20,013 messages/s     1,900 fills/s    21,000 ITCH messages/s\n"
            " so far      148,000 sent, 147,990 answered, 13,000 fills, 0 rejects\n"
            " slot ring   [#-------------------]         3 of 65,536 in use, 1,200 at most\n"
            " event ring  [####################]     1,024 of 1,024 in use, 1,024 at most\n"
            " feed        150,000 messages in 90,000 datagrams, 0 missing\n"
            " latency     p50 21.1 us  p99 48.0 us  p99.9 1.20 ms  max 2.50 ms\n");
}

TEST(LiveView, NoLineIsWiderThanTheTerminal) {
  for (const std::size_t columns : {0U, 1U, 20U, 79U, 200U}) {
    std::istringstream lines(render_live_view(snapshot(), columns));
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(line.size(), columns);
  }
}

TEST(LiveView, AnEmptySnapshotIsAPictureToo) {
  const std::string text = render_live_view({}, 80);
  EXPECT_NE(text.find("[--------------------]"), std::string::npos);
  EXPECT_EQ(text.find("nan"), std::string::npos);
  EXPECT_FALSE(render_live_line({}).empty());
}

TEST(LiveView, OneLineWhereThereIsNoTerminal) {
  const std::string line = render_live_line(snapshot());
  EXPECT_EQ(line,
            "  7.2 s  20,013 messages/s  1,900 fills/s  147,990 answered  ring 3/65536  "
            "p50 21.1 us  p99 48.0 us  p99.9 1.20 ms  max 2.50 ms  AAPL 189.4700 / 189.4900");
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(LiveView, Numbers) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(price_text({1'999'999'900}), "199999.9900");
  EXPECT_EQ(price_text({1}), "0.0001");
}

}  // namespace
}  // namespace wirebook::node
