#include "node/demo/demo_feed.hpp"

#include "node/load/load_clock.hpp"

namespace wirebook::node {
namespace {

constexpr int poll_ms = 20;
constexpr std::uint64_t publish_every_ns = 100'000'000;

feed::FeedReceiverOptions loopback_receiver(const match::Capacity& capacity) {
  feed::FeedReceiverOptions options{.line_a = {0x7F00'0001, 0}};
  options.books.orders = capacity.orders;
  options.books.instruments = capacity.instruments;
  return options;
}

}  // namespace

DemoFeed::DemoFeed(const match::Capacity& capacity, std::uint16_t instruments)
    : receiver_(loopback_receiver(capacity)), instruments_(instruments) {}

DemoFeed::~DemoFeed() { stop(); }

Endpoint DemoFeed::endpoint() const { return receiver_.endpoint(feed::Line::a); }

void DemoFeed::start() {
  thread_ = std::thread([this] { listen(); });
}

void DemoFeed::stop() {
  stop_ = true;
  if (thread_.joinable())
    thread_.join();
}

FeedState DemoFeed::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void DemoFeed::listen() {
  std::uint64_t published_ns = 0;
  while (!stop_) {
    const bool idle = !receiver_.poll();
    if (idle)
      receiver_.wait(poll_ms);
    if (idle || load_clock_ns() - published_ns > publish_every_ns) {
      publish();
      published_ns = load_clock_ns();
    }
  }
  // What the socket still holds belongs to the books too.
  while (receiver_.poll()) {
  }
  publish();
}

void DemoFeed::publish() {
  const match::FeedFollower& books = receiver_.books();
  const match::FeedCounters& counters = books.counters();
  const feed::FeedStatus status = receiver_.status();
  const feed::LineCounters& line = receiver_.line(feed::Line::a);
  FeedState now;
  now.datagrams = line.datagrams;
  now.messages = receiver_.outcomes()[Outcome::ok];
  now.missing = status.lost;
  now.anomalies = counters.unknown_reference + counters.duplicate_reference +
                  counters.over_reduction + counters.capacity_reject +
                  receiver_.outcomes().malformed() + line.outcomes.malformed();
  now.trades = counters.trades;
  now.ended = status.state == feed::FeedState::ended;
  for (std::uint16_t locate = 1; locate <= instruments_; ++locate)
    now.books.push_back(
        top_of(books.symbol(locate).value_or(Symbol::from("")), books.book(locate)));
  const std::lock_guard lock(mutex_);
  state_ = std::move(now);
}

}  // namespace wirebook::node
