// A histogram of latencies: every value from 0 to 2^42 - 1 ns (73 minutes) to three significant
// digits, in fixed memory.
//
// Shapes: nanoseconds in and out; the buckets are those of HdrHistogram with 3 digits. What is
// greater counts at the limit and as `saturated`; `max` stays exact. Values are recorded as they
// were measured: who sends on a schedule measures from the scheduled time, so nothing is corrected.
// Threads: one recorder; any thread may read meanwhile and sees a histogram of some moments ago.
// Errors: none. Cost: 264 KiB at construction, then a few nanoseconds a record, never an
// allocation.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace wirebook::metrics {

class Histogram {
 public:
  static constexpr std::uint64_t value_limit = (std::uint64_t{1} << 42) - 1;

  Histogram();

  void record(std::uint64_t value) noexcept {
    std::uint64_t counted = value;
    if (value > value_limit) [[unlikely]] {
      counted = value_limit;
      add(saturated_, 1);
    }
    add(counts_[index_of(counted)], 1);
    add(sum_, value);
    if (value > max_.load(std::memory_order_relaxed))
      max_.store(value, std::memory_order_relaxed);
    if (value < min_.load(std::memory_order_relaxed))
      min_.store(value, std::memory_order_relaxed);
    add(count_, 1);
  }

  /// Adds what `other` holds. The recorder's thread.
  void merge(const Histogram& other) noexcept;
  /// Forgets everything. The recorder's thread.
  void reset() noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return read(count_); }
  [[nodiscard]] std::uint64_t saturated() const noexcept { return read(saturated_); }
  [[nodiscard]] std::uint64_t max() const noexcept { return read(max_); }
  /// 0 when empty.
  [[nodiscard]] std::uint64_t min() const noexcept { return count() == 0 ? 0 : read(min_); }
  [[nodiscard]] double mean() const noexcept;
  [[nodiscard]] double standard_deviation() const noexcept;

  /// The value that `percent` (0 to 100) of the records do not exceed, to three digits, rounded up
  /// but never beyond `max`. 0 when empty.
  [[nodiscard]] std::uint64_t percentile(double percent) const noexcept;

  // The buckets, for writers of files.
  static constexpr unsigned sub_bucket_bits = 11;  ///< 2048 steps: three digits at every magnitude
  static constexpr std::size_t sub_buckets = std::size_t{1} << sub_bucket_bits;
  static constexpr std::size_t half = sub_buckets / 2;
  static constexpr std::size_t buckets = 42 - sub_bucket_bits + 1;
  static constexpr std::size_t index_count = (buckets + 1) * half;

  [[nodiscard]] std::uint64_t count_at(std::size_t index) const noexcept {
    return read(counts_[index]);
  }
  /// The greatest value that counts at `index`.
  [[nodiscard]] static constexpr std::uint64_t value_at(std::size_t index) noexcept {
    if (index < sub_buckets)
      return index;
    const std::size_t bucket = index / half - 1;
    return ((index % half + half + 1) << bucket) - 1;
  }
  /// Values below 2048 have an index each; above, each power of two is cut into 1024 equal parts.
  [[nodiscard]] static constexpr std::size_t index_of(std::uint64_t value) noexcept {
    const auto bucket =
        static_cast<std::size_t>(std::bit_width(value | (sub_buckets - 1))) - sub_bucket_bits;
    return bucket * half + static_cast<std::size_t>(value >> bucket);
  }

 private:
  using Cell = std::atomic<std::uint64_t>;

  static std::uint64_t read(const Cell& cell) noexcept {
    return cell.load(std::memory_order_relaxed);
  }
  /// With one writer a load and a store do; no locked instruction.
  static void add(Cell& cell, std::uint64_t amount) noexcept {
    cell.store(read(cell) + amount, std::memory_order_relaxed);
  }

  std::unique_ptr<Cell[]> counts_;
  Cell count_{0};
  Cell saturated_{0};
  Cell sum_{0};
  Cell max_{0};
  Cell min_{~std::uint64_t{0}};
};

static_assert(Histogram::index_of(Histogram::value_limit) == Histogram::index_count - 1);
static_assert(Histogram::value_at(Histogram::index_count - 1) == Histogram::value_limit);
static_assert(Histogram::index_of(2047) == 2047 && Histogram::index_of(2048) == 2048);
static_assert(Histogram::value_at(2048) == 2049 && Histogram::index_of(2049) == 2048);

}  // namespace wirebook::metrics
