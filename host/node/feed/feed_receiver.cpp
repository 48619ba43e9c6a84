#include "node/feed/feed_receiver.hpp"

#include <algorithm>
#include <ctime>

#include <poll.h>

namespace wirebook::feed {
namespace {

constexpr int wait_while_missing_ms = 2;
constexpr int shows_max = 256;

/// Views may cost a listener more than they may an engine: they are what it is for.
constexpr std::uint32_t slots_per_top = 64;
constexpr std::uint32_t slots_per_level = 8;

std::uint64_t steady_now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

FeedClientOptions with_servers(const FeedReceiverOptions& options) {
  FeedClientOptions client = options.client;
  client.has_rerequest = options.rerequest.has_value();
  client.has_glimpse = options.glimpse.has_value();
  return client;
}

constexpr std::size_t index(Line line) { return static_cast<std::size_t>(line); }

}  // namespace

FeedReceiver::FeedReceiver(const FeedReceiverOptions& options, FeedObserver* observer)
    : options_(options),
      observer_(observer),
      books_(options.books),
      readers_({.instruments = options.books.instruments,
                .slots_per_top = slots_per_top,
                .slots_per_level = slots_per_level}),
      client_(with_servers(options), *this) {
  sockets_[index(Line::a)].emplace(FeedSocket::line(options.line_a, options.interface));
  if (options.line_b)
    sockets_[index(Line::b)].emplace(FeedSocket::line(*options.line_b, options.interface));
  if (options.rerequest)
    sockets_[index(Line::answer)].emplace(FeedSocket::peer(*options.rerequest, 0));
  if (options.republish_to) {
    republish_socket_.emplace(FeedSocket::peer(*options.republish_to, options.interface));
    republisher_.emplace(
        [this](std::span<const std::byte> datagram) { (void)republish_socket_->send(datagram); });
  }
}

bool FeedReceiver::poll() noexcept {
  now_ns_ = steady_now_ns();
  bool any = false;
  for (const Line line : {Line::a, Line::b, Line::answer})
    any |= receive(line);
  any |= drive_glimpse();
  client_.poll(now_ns_);
  if (republisher_)
    republisher_->flush(now_ns_);
  show(any);
  return any;
}

/// Who has nothing else to do shows all that changed, but comes back to the sockets in between.
void FeedReceiver::show(bool busy) noexcept {
  if (busy)
    (void)books_.show(readers_, messages_, match::Show::busy);
  for (int i = 0; !busy && i < shows_max; ++i)
    if (books_.show(readers_, messages_, match::Show::idle))
      return;
}

bool FeedReceiver::receive(Line line) noexcept {
  std::optional<FeedSocket>& socket = sockets_[index(line)];
  if (!socket)
    return false;
  std::size_t received = FeedSocket::batch_max;
  bool any = false;
  for (std::size_t batch = 0; batch < batches_max && received == FeedSocket::batch_max; ++batch) {
    received = socket->receive();
    any |= received != 0;
    for (std::size_t i = 0; i < received; ++i)
      client_.on_datagram(line, socket->datagram(i), now_ns_);
  }
  return any;
}

void FeedReceiver::wait(int most_ms) noexcept {
  std::array<pollfd, lines_max + 1> waits{};
  nfds_t count = 0;
  for (const std::optional<FeedSocket>& socket : sockets_)
    if (socket)
      waits[count++] = {.fd = socket->descriptor(), .events = POLLIN, .revents = 0};
  if (glimpse_.is_open()) {
    const bool connects = glimpse_state_ == Glimpse::connecting;
    waits[count++] = {.fd = glimpse_.descriptor(),
                      .events = static_cast<short>(connects ? POLLOUT : POLLIN),
                      .revents = 0};
  }
  const FeedState state = client_.state();
  const bool missing = state == FeedState::backfill || state == FeedState::gap_fill ||
                       client_.lines().expected() < client_.lines().known_end();
  (void)::poll(waits.data(), count, missing ? std::min(most_ms, wait_while_missing_ms) : most_ms);
}

Endpoint FeedReceiver::endpoint(Line line) const {
  const std::optional<FeedSocket>& socket = sockets_[index(line)];
  return socket ? socket->local() : Endpoint{};
}

std::uint64_t FeedReceiver::dropped() const {
  std::uint64_t sum = 0;
  for (const std::optional<FeedSocket>& socket : sockets_)
    sum += socket ? socket->dropped() : 0;
  return sum;
}

// ── What the client wants ───────────────────────────────────────────────────────────────────────

void FeedReceiver::on_session(const Alpha<10>& session) noexcept {
  books_.clear();
  if (republisher_)
    republisher_->on_session(session);
  if (observer_ != nullptr)
    observer_->on_session(session);
}

void FeedReceiver::on_snapshot_begin() noexcept { books_.clear(); }

void FeedReceiver::on_snapshot_message(std::span<const std::byte> message) noexcept {
  apply(0, message);
}

void FeedReceiver::on_snapshot_end(std::uint64_t next_number) noexcept {
  if (republisher_)
    republisher_->on_next(next_number);
}

void FeedReceiver::on_message(std::uint64_t number, std::span<const std::byte> message) noexcept {
  apply(number, message);
  if (republisher_)
    republisher_->on_message(number, message);
}

void FeedReceiver::apply(std::uint64_t number, std::span<const std::byte> message) noexcept {
  if (message.empty()) {
    outcomes_.add(Outcome::mold_empty_block);
    return;
  }
  const auto [outcome, slot] = parser_.parse(message);
  outcomes_.add(outcome);
  if (slot == nullptr)
    return;
  books_.on_slot(*slot);
  ++messages_;
  if (observer_ != nullptr)
    observer_->on_message(number, *slot);
}

void FeedReceiver::on_hole(std::uint64_t first, std::uint64_t count) noexcept {
  if (observer_ != nullptr)
    observer_->on_hole(first, count);
}

void FeedReceiver::on_state(FeedState state) noexcept {
  if (republisher_ && state == FeedState::ended)
    republisher_->on_end();
  if (observer_ != nullptr)
    observer_->on_state(client_.status());
}

void FeedReceiver::send_request(const wire::mold::Header& request) noexcept {
  // A request that is not taken is repeated like one that is lost.
  (void)sockets_[index(Line::answer)]->send(std::as_bytes(std::span(&request, 1)));
}

void FeedReceiver::connect_glimpse() noexcept {
  glimpse_state_ = Glimpse::connecting;
  if (!glimpse_.connect(*options_.glimpse))
    client_.on_glimpse_closed(now_ns_);
}

void FeedReceiver::send_to_glimpse(std::span<const std::byte> bytes) noexcept {
  // A login, or a heartbeat: a connection that does not take these bytes is no use.
  if (glimpse_.send(bytes) != bytes.size())
    glimpse_.close();
}

void FeedReceiver::close_glimpse() noexcept {
  glimpse_.close();
  glimpse_state_ = Glimpse::idle;
}

bool FeedReceiver::drive_glimpse() noexcept {
  if (glimpse_state_ == Glimpse::idle)
    return false;
  if (glimpse_state_ == Glimpse::connecting && glimpse_.connected()) {
    glimpse_state_ = Glimpse::connected;
    client_.on_glimpse_connected(now_ns_);
  }
  std::size_t bytes = 0;
  if (glimpse_state_ == Glimpse::connected) {
    bytes = glimpse_.receive(glimpse_bytes_);
    if (bytes != 0)
      client_.on_glimpse_bytes(std::span(glimpse_bytes_).first(bytes), now_ns_);
  }
  if (glimpse_state_ != Glimpse::idle && !glimpse_.is_open()) {
    glimpse_state_ = Glimpse::idle;
    client_.on_glimpse_closed(now_ns_);
  }
  return bytes != 0;
}

}  // namespace wirebook::feed
