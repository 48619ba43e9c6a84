#include "metrics/histogram_text.hpp"

#include <cmath>
#include <cstdio>

namespace wirebook::metrics {
namespace {

constexpr double lines_per_half_distance = 5;

void write_line(std::ostream& out, double value, double percent, std::uint64_t count) {
  char line[96];
  const double share = percent / 100.0;
  if (percent < 100.0)
    std::snprintf(line, sizeof line, "%12.3f %2.12f %10llu %14.2f\n", value, share,
                  static_cast<unsigned long long>(count), 1.0 / (1.0 - share));
  else
    std::snprintf(line, sizeof line, "%12.3f %2.12f %10llu\n", value, share,
                  static_cast<unsigned long long>(count));
  out << line;
}

/// The next percentile with a line of its own: steps halve as the distance to 100 % does.
double next_level(double level) {
  const double halvings = std::floor(std::log2(100.0 / (100.0 - level))) + 1;
  return level + 100.0 / (lines_per_half_distance * std::exp2(halvings));
}

}  // namespace

void write_hgrm(std::ostream& out, const Histogram& histogram, double unit_ns) {
  char line[128];
  std::snprintf(line, sizeof line, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
                "1/(1-Percentile)");
  out << line;
  const std::uint64_t total = histogram.count();
  const double max = static_cast<double>(histogram.max()) / unit_ns;
  double level = 0;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < Histogram::index_count && seen < total; ++i) {
    const std::uint64_t here = histogram.count_at(i);
    seen += here;
    const double value = std::min(static_cast<double>(Histogram::value_at(i)) / unit_ns, max);
    // The last value stands for all levels that are left.
    while (here != 0 && 100.0 * static_cast<double>(seen) / static_cast<double>(total) >= level) {
      write_line(out, value, level, seen);
      level = next_level(level);
      if (seen >= total)
        break;
    }
  }
  if (total != 0)
    write_line(out, max, 100.0, total);
  std::snprintf(line, sizeof line, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n",
                histogram.mean() / unit_ns, histogram.standard_deviation() / unit_ns);
  out << line;
  std::snprintf(line, sizeof line, "#[Max     = %12.3f, Total count    = %12llu]\n", max,
                static_cast<unsigned long long>(total));
  out << line;
  std::snprintf(line, sizeof line, "#[Buckets = %12zu, SubBuckets     = %12zu]\n",
                Histogram::buckets, Histogram::sub_buckets);
  out << line;
}

std::string to_json(const Histogram& histogram) {
  char mean[32];
  std::snprintf(mean, sizeof mean, "%.1f", histogram.mean());
  const auto number = [&](double percent) { return std::to_string(histogram.percentile(percent)); };
  return R"({"unit":"ns","count":)" + std::to_string(histogram.count()) + R"(,"min":)" +
         std::to_string(histogram.min()) + R"(,"mean":)" + mean + R"(,"p50":)" + number(50) +
         R"(,"p90":)" + number(90) + R"(,"p99":)" + number(99) + R"(,"p99_9":)" + number(99.9) +
         R"(,"p99_99":)" + number(99.99) + R"(,"max":)" + std::to_string(histogram.max()) + "}";
}

std::string readable_ns(std::uint64_t value_ns) {
  static constexpr struct {
    double unit_ns;
    const char* name;
  } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}};
  const auto value = static_cast<double>(value_ns);
  char text[32];
  for (const auto& unit : units) {
    if (value < unit.unit_ns)
      continue;
    const double scaled = value / unit.unit_ns;
    const int decimals = scaled < 10 ? 2 : scaled < 100 ? 1 : 0;
    std::snprintf(text, sizeof text, "%.*f %s", decimals, scaled, unit.name);
    return text;
  }
  std::snprintf(text, sizeof text, "%llu ns", static_cast<unsigned long long>(value_ns));
  return text;
}

}  // namespace wirebook::metrics
