#include "metrics/histogram.hpp"

#include <cmath>

namespace wirebook::metrics {

Histogram::Histogram() : counts_(std::make_unique<Cell[]>(index_count)) {}

void Histogram::merge(const Histogram& other) noexcept {
  for (std::size_t i = 0; i < index_count; ++i)
    if (const std::uint64_t count = other.count_at(i); count != 0)
      add(counts_[i], count);
  add(count_, read(other.count_));
  add(saturated_, read(other.saturated_));
  add(sum_, read(other.sum_));
  max_.store(std::max(read(max_), read(other.max_)), std::memory_order_relaxed);
  min_.store(std::min(read(min_), read(other.min_)), std::memory_order_relaxed);
}

void Histogram::reset() noexcept {
  for (std::size_t i = 0; i < index_count; ++i)
    counts_[i].store(0, std::memory_order_relaxed);
  for (Cell* const cell : {&count_, &saturated_, &sum_, &max_})
    cell->store(0, std::memory_order_relaxed);
  min_.store(~std::uint64_t{0}, std::memory_order_relaxed);
}

double Histogram::mean() const noexcept {
  const std::uint64_t total = count();
  return total == 0 ? 0 : static_cast<double>(read(sum_)) / static_cast<double>(total);
}

double Histogram::standard_deviation() const noexcept {
  const double center = mean();
  double squares = 0;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < index_count; ++i)
    if (const std::uint64_t here = count_at(i); here != 0) {
      const double distance = static_cast<double>(value_at(i)) - center;
      squares += distance * distance * static_cast<double>(here);
      total += here;
    }
  return total == 0 ? 0 : std::sqrt(squares / static_cast<double>(total));
}

std::uint64_t Histogram::percentile(double percent) const noexcept {
  const std::uint64_t total = count();
  if (total == 0)
    return 0;
  // One step down before rounding up, so that 99.9 % of 1000 is 999 whatever the last bit says.
  const double share = std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(total);
  const auto rank = static_cast<std::uint64_t>(std::ceil(share * (1.0 - 1e-12)));
  const std::uint64_t wanted = std::clamp<std::uint64_t>(rank, 1, total);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < index_count; ++i)
    if ((seen += count_at(i)) >= wanted)
      return std::min(value_at(i), max());
  return max();
}

}  // namespace wirebook::metrics
