// Goal: an ITCH recording is followed: counts, anomalies, books and best prices are right.
// Method: a few messages by hand; and the recorded day, whose counts are known.
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "replay_fixture.hpp"

namespace wirebook::node {
namespace {

using namespace std::string_literals;

using ReplayFeed = ReplayTest;

std::string head(char type, int locate, std::uint64_t time_ns) {
  return type + big_endian(static_cast<std::uint64_t>(locate), 2) + std::string(2, '\0') +
         big_endian(time_ns, 6);
}
std::string add(std::uint64_t time_ns, std::uint64_t reference, char side, std::uint32_t quantity,
                std::uint32_t price) {
  return itch_block(head('A', 1, time_ns) + big_endian(reference, 8) + side +
                    big_endian(quantity, 4) + "AAPL    " + big_endian(price, 4));
}
std::string execute(std::uint64_t time_ns, std::uint64_t reference, std::uint32_t quantity) {
  return itch_block(head('E', 1, time_ns) + big_endian(reference, 8) + big_endian(quantity, 4) +
                    big_endian(time_ns, 8));
}
std::string remove(std::uint64_t time_ns, std::uint64_t reference) {
  return itch_block(head('D', 1, time_ns) + big_endian(reference, 8));
}

TEST_F(ReplayFeed, CountsAndBooks) {
  const std::string in = write("in", add(1, 1, 'B', 100, 100'000) + add(2, 2, 'B', 50, 99'000) +
                                         add(3, 3, 'S', 70, 101'000) + execute(4, 1, 30) +
                                         remove(5, 99) + std::string(2, '\0'));
  EXPECT_EQ(run({.in = in, .out_bbo = path("bbo"), .summary = path("summary")}), ExitCode::ok)
      << err;
  EXPECT_EQ(read("summary"),
            R"({"messages":5,"by_type":{"A":3,"D":1,"E":1},"anomalies":{"unknown_reference":1},)"
            R"("trades":1,"volume":30,"books":{"AAPL":{"live_orders":3,)"
            R"("bid":{"price":"10.0000","quantity":70,"orders":1},)"
            R"("ask":{"price":"10.1000","quantity":70,"orders":1},)"
            R"("bid_levels":2,"ask_levels":1}}})"
            "\n");
  EXPECT_EQ(read("bbo"),
            "time_ns,symbol,bid_price,bid_quantity,ask_price,ask_quantity\n"
            "1,AAPL,10.0000,100,,\n"
            "3,AAPL,10.0000,100,10.1000,70\n"
            "4,AAPL,10.0000,70,10.1000,70\n");
}

TEST_F(ReplayFeed, MalformedMessagesAreCountedAndPassedOver) {
  EXPECT_EQ(run({.in = write("in", add(1, 1, 'B', 1, 1) + itch_block("z") + itch_block("A\0"s) +
                                       add(2, 2, 'B', 1, 1) + "\0\x24"s),
                 .summary = path("summary")}),
            ExitCode::malformed);
  EXPECT_TRUE(read("summary").starts_with(
      R"({"messages":2,"by_type":{"A":2},"anomalies":{"unknown_reference":0,)"
      R"("itch_unknown_type":1,"itch_length":1,"file_truncated":1},)"))
      << read("summary");
}

class RecordedDay : public ReplayTest {
 protected:
  void SetUp() override {
    const char* const data = std::getenv("WIREBOOK_DATA");
    day_file = (data != nullptr ? std::filesystem::path(data)
                                : std::filesystem::path(WIREBOOK_SOURCE_DIR) / "../shared/data") /
               "example_day_3_symbols.itch50";
    if (!std::filesystem::exists(day_file))
      GTEST_SKIP() << "no recorded day: " << day_file
                   << " is absent; WIREBOOK_DATA names its folder";
  }
  std::filesystem::path day_file;
};

TEST_F(RecordedDay, HasTheKnownCounts) {
  EXPECT_EQ(run({.in = day_file.string(), .summary = path("summary")}), ExitCode::ok) << err;
  const std::string summary = read("summary");
  EXPECT_TRUE(summary.starts_with(
      R"({"messages":12012,"by_type":{"A":4997,"D":1745,"E":198,"F":3,"H":3,"P":5000,"R":3,)"
      R"("S":6,"U":12,"X":45},"anomalies":{"unknown_reference":117)"))
      << summary;
  for (const char* const symbol : {"\"ALC\":{", "\"BOB\":{", "\"CHAR\":{"})
    EXPECT_NE(summary.find(symbol), std::string::npos) << symbol;
}

TEST_F(RecordedDay, BestPricesMoveForwardInTimeAndEndAsTheBooks) {
  EXPECT_EQ(run({.in = day_file.string(), .out_bbo = path("bbo"), .summary = path("summary")}),
            ExitCode::ok)
      << err;
  std::istringstream rows(read("bbo"));
  std::string row;
  std::getline(rows, row);
  std::uint64_t last_ns = 0;
  std::map<std::string, std::vector<std::string>> last;
  while (std::getline(rows, row)) {
    std::vector<std::string> cells;
    for (std::size_t at = 0; at <= row.size();) {
      const std::size_t end = std::min(row.find(',', at), row.size());
      cells.push_back(row.substr(at, end - at));
      at = end + 1;
    }
    ASSERT_EQ(cells.size(), 6U) << row;
    const std::uint64_t time_ns = std::stoull(cells[0]);
    EXPECT_GE(time_ns, last_ns) << row;
    last_ns = time_ns;
    const std::vector<std::string> best(cells.begin() + 2, cells.end());
    EXPECT_NE(best, last[cells[1]]) << "a row without a change: " << row;
    last[cells[1]] = best;
  }
  const std::string summary = read("summary");
  EXPECT_EQ(last.size(), 3U);
  for (const auto& [symbol, best] : last) {
    const auto side = [](const std::string& price, const std::string& quantity) {
      return price.empty() ? std::string("null")
                           : R"({"price":")" + price + R"(","quantity":)" + quantity + ",";
    };
    const std::string key = '"' + symbol + '"';
    const std::string book = summary.substr(summary.find(key));
    EXPECT_EQ(book.find("\"bid\":" + side(best[0], best[1])), book.find("\"bid\":")) << symbol;
    EXPECT_EQ(book.find("\"ask\":" + side(best[2], best[3])), book.find("\"ask\":")) << symbol;
  }
}

TEST_F(RecordedDay, TwoReplaysAreByteIdentical) {
  for (const char* const name : {"a", "b"})
    ASSERT_EQ(run({.in = day_file.string(),
                   .out_bbo = path(name),
                   .summary = path(std::string(name) + ".json")}),
              ExitCode::ok);
  EXPECT_EQ(read("a"), read("b"));
  EXPECT_EQ(read("a.json"), read("b.json"));
}

}  // namespace
}  // namespace wirebook::node
