#include "node/demo/demo_feed.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wirebook/assert.hpp"

#include "match/feed_follower.hpp"
#include "node/load/load_clock.hpp"
#include "node/sockets/endpoint.hpp"
#include "slot_ring/ring.hpp"
#include "wire_in/mold_parser.hpp"

namespace wirebook::node {
namespace {

constexpr std::size_t batch = 64;
constexpr std::size_t ring_slots = 4096;
constexpr int buffer_bytes = 8 << 20;
constexpr int poll_ms = 20;
constexpr std::uint64_t publish_every_ns = 100'000'000;

int open_socket() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0)
    throw std::system_error(errno, std::generic_category(), "cannot open the feed's socket");
  // Beyond the limit for all, which root may pass; else up to the limit.
  if (setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes) != 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  const sockaddr_in any_port = to_sockaddr({0x7F00'0001, 0});
  if (bind(socket, reinterpret_cast<const sockaddr*>(&any_port), sizeof any_port) != 0) {
    const int error = errno;
    close(socket);
    throw std::system_error(error, std::generic_category(), "cannot bind the feed's socket");
  }
  return socket;
}

}  // namespace

struct DemoFeed::Parts {
  int socket;
  std::array<mmsghdr, batch> headers{};
  std::array<iovec, batch> vectors{};
  std::array<std::array<std::byte, 2048>, batch> bytes{};
  slot_ring::Ring<Slot> ring{ring_slots};
  slot_ring::Writer<Slot> writer{ring};
  slot_ring::Reader<Slot> reader{ring};
  wire_in::MoldParser parser{0};
  OutcomeCounters outcomes{};
  match::FeedFollower follower;
  std::uint64_t datagrams = 0;
  std::uint64_t messages = 0;
  std::uint64_t missing = 0;
  std::uint64_t published_ns = 0;

  explicit Parts(const match::Capacity& capacity) : socket(open_socket()), follower(capacity) {
    for (std::size_t i = 0; i < batch; ++i) {
      vectors[i] = {bytes[i].data(), bytes[i].size()};
      headers[i].msg_hdr.msg_iov = &vectors[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
  }
  ~Parts() { close(socket); }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  void on_datagram(std::span<const std::byte> payload) {
    ++datagrams;
    WIREBOOK_ASSERT(writer.has_credit(wire_in::MoldParser::slots_needed(payload)));
    parser.on_packet(payload, TimeNs{0}, writer, outcomes);
    while (const Slot* const slot = reader.peek()) {
      if (slot->tail.kind == SlotKind::gap)
        missing += slot->gap.count;
      else if (is_feed(slot->tail.kind))
        ++messages;
      follower.on_slot(*slot);
      reader.release(1);
    }
  }
};

DemoFeed::DemoFeed(const match::Capacity& capacity, std::uint16_t instruments)
    : parts_(std::make_unique<Parts>(capacity)), instruments_(instruments) {}

DemoFeed::~DemoFeed() { stop(); }

Endpoint DemoFeed::endpoint() const {
  sockaddr_in bound{};
  socklen_t length = sizeof bound;
  getsockname(parts_->socket, reinterpret_cast<sockaddr*>(&bound), &length);
  return from_sockaddr(bound);
}

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
  while (!stop_) {
    pollfd ready{.fd = parts_->socket, .events = POLLIN, .revents = 0};
    const bool idle = poll(&ready, 1, poll_ms) <= 0;
    while (receive()) {
    }
    if (idle || load_clock_ns() - parts_->published_ns > publish_every_ns)
      publish();
  }
  // What the socket still holds belongs to the books too.
  while (receive()) {
  }
  publish();
}

bool DemoFeed::receive() {
  const int got = recvmmsg(parts_->socket, parts_->headers.data(), batch, MSG_DONTWAIT, nullptr);
  for (int i = 0; i < got; ++i) {
    const auto place = static_cast<std::size_t>(i);
    parts_->on_datagram(std::span(parts_->bytes[place]).first(parts_->headers[place].msg_len));
  }
  return got == static_cast<int>(batch);
}

void DemoFeed::publish() {
  const match::FeedCounters& counters = parts_->follower.counters();
  FeedState now;
  now.datagrams = parts_->datagrams;
  now.messages = parts_->messages;
  now.missing = parts_->missing;
  now.anomalies = counters.unknown_reference + counters.duplicate_reference +
                  counters.over_reduction + counters.capacity_reject + parts_->outcomes.malformed();
  now.trades = counters.trades;
  now.ended = parts_->parser.ended();
  for (std::uint16_t locate = 1; locate <= instruments_; ++locate)
    now.books.push_back(top_of(parts_->follower.symbol(locate).value_or(Symbol::from("")),
                               parts_->follower.book(locate)));
  parts_->published_ns = load_clock_ns();
  const std::lock_guard lock(mutex_);
  state_ = std::move(now);
}

}  // namespace wirebook::node
