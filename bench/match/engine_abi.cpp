// The library's entry points: one engine and its port a process.
//
// The harness carries reports over our event ring. To another queue they are pushed behind each
// message, so that whoever brings its own gets them too.
#include "bench/match/engine_abi.hpp"

#include <array>
#include <memory>
#include <new>

#include "bench/match/engine_port.hpp"
#include "bench/match/report_queue.hpp"

namespace {

using namespace wirebook::bench;  // NOLINT(google-build-using-namespace): a library of its own

/// Another's queue, and what stands before it.
class Foreign {
 public:
  Foreign(const abi::ReportQueueCalls* calls, void* queue) : calls_(calls), queue_(queue) {}

  [[nodiscard]] ReportQueue& events() { return events_; }
  void pump() {
    std::array<abi::Report, 64> reports;
    events_.flush();
    while (const std::uint32_t count = events_.drain(reports.data(), reports.size()))
      for (std::uint32_t i = 0; i < count; ++i)
        while (calls_->push(queue_, &reports[i]) == 0)
          ReportQueue::wait();
  }

 private:
  const abi::ReportQueueCalls* calls_;
  void* queue_;
  ReportQueue events_{1U << 16};
};

std::unique_ptr<Foreign> foreign;
std::unique_ptr<EnginePort> port;

void deal_with(const abi::Message& message) {
  switch (message.kind) {
    case abi::MessageKind::enter:
      return port->enter(message.enter);
    case abi::MessageKind::cancel:
      return port->cancel(message.cancel);
    case abi::MessageKind::modify:
      return port->modify(message.modify);
  }
}

void hand_over() {
  if (foreign) [[unlikely]]
    foreign->pump();
}

ReportQueue& as_queue(void* queue) { return *static_cast<ReportQueue*>(queue); }

constexpr abi::ReportQueueCalls own_calls{
    .create = [](std::uint32_t reports) -> void* {
      try {
        return new ReportQueue(reports);
      } catch (const std::bad_alloc&) {
        return nullptr;
      }
    },
    .push = [](void*, const abi::Report*) { return 0; },  // reports are made of events
    .drain = [](void* queue, abi::Report* out,
                std::uint32_t reports_max) { return as_queue(queue).drain(out, reports_max); },
    .flush = [](void* queue) { as_queue(queue).flush(); },
    .destroy = [](void* queue) { delete &as_queue(queue); }};

}  // namespace

const abi::ReportQueueCalls* engine_get_transport() { return &own_calls; }

void engine_init(std::uint64_t, const abi::ReportQueueCalls* calls, void* queue) {
  if (calls != &own_calls)
    foreign = std::make_unique<Foreign>(calls, queue);
  port = std::make_unique<EnginePort>(foreign ? foreign->events() : as_queue(queue));
  hand_over();
}

void engine_shutdown() {
  port.reset();
  foreign.reset();
}

void engine_on_new_order(const abi::Enter* message) {
  port->enter(*message);
  hand_over();
}

void engine_on_cancel(const abi::Cancel* message) {
  port->cancel(*message);
  hand_over();
}

void engine_on_modify(const abi::Modify* message) {
  port->modify(*message);
  hand_over();
}

void engine_on_batch(const abi::Message* messages, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    deal_with(messages[i]);
    hand_over();
  }
}

void engine_flush() {
  if (!foreign)
    port->flush();
}

std::int64_t engine_query_best_bid() { return port->best_bid(); }
std::int64_t engine_query_best_ask() { return port->best_ask(); }
std::uint64_t engine_query_depth_at(std::int64_t price_ticks, std::uint8_t side) {
  return port->depth_at(price_ticks, static_cast<abi::Side>(side));
}
