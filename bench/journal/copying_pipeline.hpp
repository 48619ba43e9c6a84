// The copying pipeline: what is usually built, and the baseline for the path without copies.
//
//   socket buffer ─► string ─► object on the heap ─► Order ─► queue, by value ─► line ─► log
//   └──────────────── the gateway's thread ────────────────┘  └── the logger's thread ──┘
//
// Shapes: `Form` decodes, converts and serialises (copying_forms.hpp). The queue is a deque under a
// mutex; the logger takes all of it at once, writes a line an order with fwrite into a file that is
// open for appending, and makes them durable together: fflush and fdatasync.
// Threads: `take` from one, `log` from another. Errors: the bench ends with a line.
// Cost: that is the question; `copied` counts the bytes of orders that each stage wrote.
#pragma once

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <deque>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <utility>

#include <unistd.h>

#include "bench/journal/copying_forms.hpp"
#include "bench/journal/live_journal.hpp"

namespace wirebook::bench {

enum class CopyStage : std::uint8_t { receive, decode, convert, queue, serialise, log, kernel };
inline constexpr std::size_t copy_stages = 7;

/// Bytes by stage. An order is written into the queue and read where it lies there.
using CopiedBytes = std::array<std::uint64_t, copy_stages>;

inline constexpr std::uint32_t bench_session = 1;

template <class Form>
class CopyingPipeline {
 public:
  /// Without `durable` the log is written to the null device and never synced.
  CopyingPipeline(const std::string& directory, bool durable)
      : file_(std::fopen(durable ? (directory + "/orders.log").c_str() : "/dev/null", "a")),
        durable_(durable) {
    if (file_ == nullptr)
      give_up("log", errno);
    static_cast<void>(std::setvbuf(file_, nullptr, _IOFBF, std::size_t{64} << 10));
  }
  ~CopyingPipeline() { static_cast<void>(std::fclose(file_)); }
  CopyingPipeline(const CopyingPipeline&) = delete;
  CopyingPipeline& operator=(const CopyingPipeline&) = delete;

  // The stages one by one, for who times each.
  std::string receive(std::span<const std::byte> datagram) {
    add(gateway_copied_, CopyStage::receive, datagram.size());
    return {reinterpret_cast<const char*>(datagram.data()), datagram.size()};
  }
  typename Form::Held decode(const std::string& datagram) {
    return Form::decode(datagram, of(gateway_copied_, CopyStage::decode));
  }
  Order convert(const typename Form::Held& message, std::uint64_t time_ns) {
    Order order = Form::convert(message, of(gateway_copied_, CopyStage::convert));
    order.time_ns = time_ns;
    order.number = taken_++;
    order.session = bench_session;
    return order;
  }
  void push(Order order) {
    while (queued_.load(std::memory_order_acquire) >= journal_ring_slots)
      std::this_thread::yield();
    add(gateway_copied_, CopyStage::queue, sizeof(Order));
    const std::scoped_lock lock(mutex_);
    queue_.push_back(std::move(order));
    queued_.store(queue_.size(), std::memory_order_release);
  }
  std::deque<Order> pop_all() {
    std::deque<Order> orders;
    const std::scoped_lock lock(mutex_);
    orders.swap(queue_);
    queued_.store(0, std::memory_order_release);
    return orders;
  }
  void serialise(const Order& order, std::string& line) {
    line.clear();
    Form::serialise(order, line);
    add(logger_copied_, CopyStage::serialise, line.size());
  }
  void write(const std::string& line) {
    add(logger_copied_, CopyStage::log, line.size());
    add(logger_copied_, CopyStage::kernel, line.size());
    if (std::fwrite(line.data(), 1, line.size(), file_) != line.size())
      give_up("log", errno);
  }
  void commit() {
    if (std::fflush(file_) != 0 || (durable_ && fdatasync(fileno(file_)) != 0))
      give_up("log", errno);
  }

  void take(std::span<const std::byte> datagram, std::uint64_t time_ns) {
    const std::string bytes = receive(datagram);
    const typename Form::Held message = decode(bytes);
    push(convert(message, time_ns));
  }
  /// Everything that is queued, durable together.
  void log() {
    if (queued_.load(std::memory_order_acquire) == 0)
      return slot_ring::pause_processor();
    for (const Order& order : pop_all()) {
      serialise(order, line_);
      write(line_);
      ++logged_;
    }
    commit();
    told_ = logged_;
  }
  /// Orders whose line is durable. For the thread that logs.
  [[nodiscard]] std::uint64_t told() const { return told_; }

  /// When both threads are through.
  [[nodiscard]] CopiedBytes copied() const {
    CopiedBytes sum = gateway_copied_;
    for (std::size_t i = 0; i < sum.size(); ++i)
      sum[i] += logger_copied_[i];
    return sum;
  }

 private:
  static std::uint64_t& of(CopiedBytes& copied, CopyStage stage) {
    return copied[static_cast<std::size_t>(stage)];
  }
  static void add(CopiedBytes& copied, CopyStage stage, std::uint64_t bytes) {
    of(copied, stage) += bytes;
  }

  std::FILE* file_;
  bool durable_;
  std::mutex mutex_;
  std::deque<Order> queue_;
  std::atomic<std::size_t> queued_{0};
  alignas(64) CopiedBytes gateway_copied_{};
  std::uint64_t taken_ = 0;
  alignas(64) CopiedBytes logger_copied_{};
  std::string line_;
  std::uint64_t logged_ = 0;
  std::uint64_t told_ = 0;
};

}  // namespace wirebook::bench
