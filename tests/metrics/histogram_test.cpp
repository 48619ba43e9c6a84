// Histogram: percentiles against a sorted vector of the same values (random shapes from a printed
// seed), merge against recording everything in one, and the .hgrm table read back.
#include "metrics/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "metrics/histogram_text.hpp"

namespace {

using wirebook::metrics::Histogram;

/// What nobody rounded: the value of the same rank in the sorted values.
std::uint64_t exact_percentile(const std::vector<std::uint64_t>& sorted, double percent) {
  const auto rank = static_cast<std::size_t>(
      std::ceil(percent / 100.0 * static_cast<double>(sorted.size()) * (1 - 1e-12)));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

std::vector<std::uint64_t> random_values(std::mt19937_64& random) {
  std::vector<std::uint64_t> values(1 + random() % 5000);
  const unsigned magnitude = 1 + static_cast<unsigned>(random() % 41);
  for (std::uint64_t& value : values) {
    // Latencies: a narrow body with a long tail, at some magnitude.
    const unsigned bits = random() % 10 == 0 ? 42 : magnitude;
    value = random() & ((std::uint64_t{1} << bits) - 1);
  }
  return values;
}

TEST(Histogram, EmptyIsAllZero) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.percentile(50), 0U);
  EXPECT_EQ(histogram.max(), 0U);
  EXPECT_EQ(histogram.min(), 0U);
  EXPECT_EQ(histogram.mean(), 0.0);
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 2000; ++value)
    histogram.record(value);
  EXPECT_EQ(histogram.percentile(50), 1000U);
  EXPECT_EQ(histogram.percentile(99.9), 1998U);
  EXPECT_EQ(histogram.percentile(100), 2000U);
  EXPECT_EQ(histogram.percentile(0), 1U);
  EXPECT_DOUBLE_EQ(histogram.mean(), 1000.5);
}

TEST(Histogram, BucketsCoverEveryValueOnceInOrder) {
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < Histogram::index_count; ++i) {
    ASSERT_EQ(Histogram::index_of(expected), i) << "the least value of the bucket";
    const std::uint64_t last = Histogram::value_at(i);
    ASSERT_GE(last, expected);
    ASSERT_EQ(Histogram::index_of(last), i) << "the greatest value of the bucket";
    // Three digits: a bucket is never wider than a thousandth of its values.
    ASSERT_LE((last - expected) * 1000, expected);
    expected = last + 1;
  }
  EXPECT_EQ(expected, Histogram::value_limit + 1);
}

TEST(Histogram, PercentilesMatchTheSortedValues) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::uint64_t> values = random_values(random);
    Histogram histogram;
    for (const std::uint64_t value : values)
      histogram.record(value);
    std::sort(values.begin(), values.end());
    ASSERT_EQ(histogram.count(), values.size());
    ASSERT_EQ(histogram.min(), values.front());
    ASSERT_EQ(histogram.max(), values.back());
    for (const double percent : {0.0, 1.0, 10.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
      const std::uint64_t exact = exact_percentile(values, percent);
      const std::uint64_t seen = histogram.percentile(percent);
      ASSERT_GE(seen, exact) << percent;
      ASSERT_LE(seen, exact + exact / 1000) << percent;
    }
  }
}

TEST(Histogram, MergeEqualsRecordingTogether) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  Histogram left, right, both;
  for (const std::uint64_t value : random_values(random)) {
    (random() % 2 == 0 ? left : right).record(value);
    both.record(value);
  }
  left.merge(right);
  for (std::size_t i = 0; i < Histogram::index_count; ++i)
    ASSERT_EQ(left.count_at(i), both.count_at(i));
  EXPECT_EQ(left.count(), both.count());
  EXPECT_EQ(left.min(), both.min());
  EXPECT_EQ(left.max(), both.max());
  EXPECT_DOUBLE_EQ(left.mean(), both.mean());
  left.reset();
  EXPECT_EQ(left.count(), 0U);
  EXPECT_EQ(left.percentile(99), 0U);
}

TEST(Histogram, BeyondTheLimitSaturatesAndSaysSo) {
  Histogram histogram;
  histogram.record(Histogram::value_limit);
  EXPECT_EQ(histogram.saturated(), 0U);
  histogram.record(Histogram::value_limit + 12345);
  EXPECT_EQ(histogram.saturated(), 1U);
  EXPECT_EQ(histogram.count(), 2U);
  EXPECT_EQ(histogram.max(), Histogram::value_limit + 12345);
}

TEST(Histogram, AnotherThreadMayReadMeanwhile) {
  Histogram histogram;
  std::thread recorder([&] {
    for (std::uint64_t i = 0; i < 200'000; ++i)
      histogram.record(i % 1000);
  });
  std::uint64_t last = 0;
  while (last < 200'000) {
    const std::uint64_t now = histogram.count();
    ASSERT_GE(now, last);
    ASSERT_LE(histogram.percentile(99), 999U);
    last = now;
  }
  recorder.join();
}

struct HgrmLine {
  double value;
  double percentile;
  std::uint64_t count;
};

std::vector<HgrmLine> read_hgrm(const std::string& text, std::string& footer) {
  std::vector<HgrmLine> lines;
  std::istringstream in(text);
  std::string line;
  std::getline(in, line);
  EXPECT_NE(line.find("Percentile"), std::string::npos);
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    HgrmLine row{};
    if (line.starts_with("#"))
      footer += line + "\n";
    else if (fields >> row.value >> row.percentile >> row.count)
      lines.push_back(row);
  }
  return lines;
}

TEST(Histogram, HgrmReadsBack) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  Histogram histogram;
  for (int i = 0; i < 10'000; ++i)
    histogram.record(10'000 + random() % 90'000);
  histogram.record(5'000'000);
  std::ostringstream out;
  wirebook::metrics::write_hgrm(out, histogram, 1000.0);
  std::string footer;
  const std::vector<HgrmLine> lines = read_hgrm(out.str(), footer);
  ASSERT_GT(lines.size(), 20U);
  EXPECT_EQ(lines.front().percentile, 0.0);
  EXPECT_EQ(lines.back().percentile, 1.0);
  EXPECT_EQ(lines.back().count, histogram.count());
  EXPECT_DOUBLE_EQ(lines.back().value, 5000.0);
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    const HgrmLine& line = lines[i];
    EXPECT_LE(line.value, lines[i + 1].value);
    EXPECT_LT(line.percentile, lines[i + 1].percentile);
    EXPECT_GE(static_cast<double>(line.count),
              std::floor(line.percentile * static_cast<double>(histogram.count())));
    // The table and the query agree, to the three decimals that the table shows.
    EXPECT_NEAR(line.value, static_cast<double>(histogram.percentile(line.percentile * 100)) / 1000,
                0.001);
  }
  EXPECT_NE(footer.find("#[Max     =     5000.000, Total count    =        10001]"),
            std::string::npos)
      << footer;
  EXPECT_NE(footer.find("#[Buckets =           32, SubBuckets     =         2048]"),
            std::string::npos)
      << footer;
}

TEST(Histogram, JsonHoldsTheSameFigures) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 1000; ++value)
    histogram.record(value);
  EXPECT_EQ(wirebook::metrics::to_json(histogram),
            R"({"unit":"ns","count":1000,"min":1,"mean":500.5,"p50":500,"p90":900,"p99":990,)"
            R"("p99_9":999,"p99_99":1000,"max":1000})");
}

TEST(Histogram, TimesForPeople) {
  using wirebook::metrics::readable_ns;
  EXPECT_EQ(readable_ns(0), "0 ns");
  EXPECT_EQ(readable_ns(999), "999 ns");
  EXPECT_EQ(readable_ns(1500), "1.50 us");
  EXPECT_EQ(readable_ns(14'230), "14.2 us");
  EXPECT_EQ(readable_ns(3'050'000), "3.05 ms");
  EXPECT_EQ(readable_ns(1'200'000'000), "1.20 s");
}

}  // namespace
