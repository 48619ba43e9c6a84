// Runs of the copying pipeline and of the path without copies over the same datagrams: as fast as
// it goes, and at a steady rate.
//
// Shapes: either path by its `take`, `log` and `told`. Threads: the gateway on a core of its own;
// who calls is the logger. Errors: the bench ends with a line.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/journal/copying_pipeline.hpp"
#include "bench/journal/order_day.hpp"
#include "bench/journal/place.hpp"
#include "bench/journal/zero_copy_path.hpp"
#include "bench/report.hpp"

namespace wirebook::bench {

inline constexpr std::uint64_t paced_interval_ns = 10'000;
inline constexpr std::size_t paced_orders = 30'000;

enum class Log : std::uint8_t { null, durable };
inline const char* name_of(Log log) { return log == Log::null ? "null log" : "durable"; }

struct Times {
  double p50_us = 0;
  double p99_us = 0;
};

/// Makes both kinds of path, and runs them over the same datagrams.
class Comparison {
 public:
  Comparison(const Place& place, std::size_t orders) : place_(&place), day_(orders) {}

  [[nodiscard]] const OrderDay& day() const { return day_; }

  template <class Form>
  [[nodiscard]] std::unique_ptr<CopyingPipeline<Form>> copying(Log log) const {
    return std::make_unique<CopyingPipeline<Form>>(place_->empty("copying"), log == Log::durable);
  }
  [[nodiscard]] std::unique_ptr<ZeroCopyPath> zero_copy(Log log, std::size_t orders) const {
    const std::uint64_t slots = (orders / batch_slots + 1) * batch_slots;
    return std::make_unique<ZeroCopyPath>(place_->empty("journal"), log == Log::durable, slots);
  }

  /// Million orders a second.
  template <class Path>
  double throughput(Path& path, std::size_t passes) const {
    const std::size_t orders = passes * day_.size();
    std::atomic<bool> go{false};
    std::thread gateway([&] {
      pin_to_core(producer_core);
      while (!go.load())
        slot_ring::pause_processor();
      for (std::size_t pass = 0; pass < passes; ++pass)
        for (std::size_t i = 0; i < day_.size(); ++i)
          path.take(day_[i], i);
    });
    const std::uint64_t start_ns = now_ns();
    go.store(true);
    while (path.told() < orders)
      path.log();
    const std::uint64_t end_ns = now_ns();
    gateway.join();
    return static_cast<double>(orders) * 1e3 / static_cast<double>(end_ns - start_ns);
  }

  template <class Path>
  Times paced(Path& path) const {
    const std::size_t orders = std::min(paced_orders, day_.size());
    const std::uint64_t start_ns = now_ns() + 1'000'000;
    const auto due_ns = [start_ns](std::size_t i) { return start_ns + i * paced_interval_ns; };
    std::thread gateway([&] {
      pin_to_core(producer_core);
      for (std::size_t i = 0; i < orders; ++i) {
        while (now_ns() < due_ns(i))
          slot_ring::pause_processor();
        path.take(day_[i], i);
      }
    });
    std::vector<double> times;
    times.reserve(orders);
    while (times.size() < orders) {
      path.log();
      const std::uint64_t told_ns = path.told() == times.size() ? 0 : now_ns();
      while (times.size() < path.told())
        times.push_back(static_cast<double>(told_ns - due_ns(times.size())) / 1e3);
    }
    gateway.join();
    std::sort(times.begin(), times.end());
    return {times[orders / 2], times[orders * 99 / 100]};
  }

 private:
  const Place* place_;
  OrderDay day_;
};

}  // namespace wirebook::bench
