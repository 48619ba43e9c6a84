// Goal: whatever clients of the feed's SoupBinTCP servers say, and however little the kernel takes
// of what they are told: each hears a login's one answer and then every message from there, whole
// and in order; nobody who did not log in hears any; who does not fit is closed, and each place is
// used again.
// Method: libFuzzer. The input is steps of two bytes, what happens and to whom; connections, the
// kernel and time are the target's, the server and its sources are real: the stream, or GLIMPSE.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "wirebook/assert.hpp"
#include "wirebook/wire/itch50.hpp"

#include "node/market/feed_server.hpp"
#include "node/market/feed_stream.hpp"
#include "node/market/glimpse.hpp"
#include "node/soup/soup_client.hpp"

using namespace wirebook;
using namespace wirebook::node;

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t places = 3;
constexpr std::size_t messages_max = 4'000;  // so that a history of two pages forgets

Bytes take(Bytes& from, std::size_t count) {
  const Bytes taken = from.first(std::min(count, from.size()));
  from = from.subspan(taken.size());
  return taken;
}
unsigned take_byte(Bytes& from) {
  const Bytes taken = take(from, 1);
  return taken.empty() ? 0 : std::to_integer<unsigned>(taken[0]);
}

/// What clients do, and the kernel, instead of TcpServer and StreamPort.
struct Network {
  struct Place {
    enum class State : std::uint8_t { free, open, closing } state = State::free;
    std::uint32_t generation = 0;
    std::vector<std::byte> says;  ///< not yet handed to the server
    bool leaves = false;          ///< after that
    std::size_t takes = 0;        ///< bytes that its kernel has room for
    bool breaks = false;          ///< a write is an error
    std::optional<soup::SoupClient> client;
    std::uint64_t next = 0;  ///< number of the message that it must hear; 0: it is not logged in
    bool answered = false;
    bool ended = false;
  };
  std::array<Place, places> at;
};

class FakeTcp final : public soup::TcpServer {
 public:
  explicit FakeTcp(Network& network) : network_(&network) {}

  std::size_t poll(soup::TcpSink& sink, std::size_t /*max*/) noexcept override {
    std::size_t pieces = 0;
    for (std::uint32_t i = 0; i != places; ++i) {
      Network::Place& place = network_->at[i];
      const soup::TcpPeer peer{i, place.generation};
      if (place.state == Network::Place::State::free && place.client) {
        place.state = Network::Place::State::open;
        sink.on_open({.peer = peer, .remote = {i, 1}, .socket = static_cast<int>(i)});
        ++pieces;
      }
      if (place.state == Network::Place::State::open && !place.says.empty()) {
        const auto says = std::exchange(place.says, {});
        WIREBOOK_ASSERT(sink.on_bytes(peer, says) == says.size());
        ++pieces;
      }
      if (place.state == Network::Place::State::closing ||
          (place.state == Network::Place::State::open && place.leaves)) {
        sink.on_closed(peer);  // which releases it
        ++pieces;
      }
    }
    return pieces;
  }
  [[nodiscard]] bool blocked() const noexcept override { return false; }
  void close(soup::TcpPeer peer) noexcept override {
    Network::Place& place = network_->at[peer.index];
    WIREBOOK_ASSERT(peer.generation == place.generation);
    if (place.state == Network::Place::State::open)
      place.state = Network::Place::State::closing;
  }
  void hold(soup::TcpPeer /*peer*/) noexcept override {}
  void resume(soup::TcpPeer /*peer*/) noexcept override {}
  void release(soup::TcpPeer peer) noexcept override {
    Network::Place& place = network_->at[peer.index];
    WIREBOOK_ASSERT(peer.generation == place.generation &&
                    place.state != Network::Place::State::free);
    place = {.generation = place.generation + 1};
  }
  [[nodiscard]] int descriptor() const override { return -1; }
  [[nodiscard]] Endpoint local() const override { return {}; }
  [[nodiscard]] std::string_view name() const override { return "fuzz"; }

 private:
  Network* network_;
};

class FakePort final : public soup::StreamPort {
 public:
  using Heard = void (*)(void*, std::size_t, Bytes);
  FakePort(Network& network, Heard heard, void* self)
      : network_(&network), heard_(heard), self_(self) {}

  void send(std::span<soup::StreamWrite> writes) noexcept override {
    for (soup::StreamWrite& write : writes) {
      const auto index = static_cast<std::size_t>(write.socket);
      Network::Place& place = network_->at[index];
      WIREBOOK_ASSERT(place.state == Network::Place::State::open);
      write.result = place.breaks ? -EPIPE : -EAGAIN;
      if (place.breaks || place.takes == 0)
        continue;
      write.result = 0;
      for (const iovec& vector : write.vectors) {
        const std::size_t bytes = std::min(vector.iov_len, place.takes);
        place.takes -= bytes;
        write.result += static_cast<std::ptrdiff_t>(bytes);
        heard_(self_, index, {static_cast<const std::byte*>(vector.iov_base), bytes});
        if (bytes != vector.iov_len)
          break;
      }
    }
  }
  [[nodiscard]] std::string_view name() const override { return "fuzz"; }

 private:
  Network* network_;
  Heard heard_;
  void* self_;
};

NodeConfig config_from(bool open) {
  NodeConfig config;
  config.market_data_tcp = {.listen = Endpoint{}, .open = open, .connections = places};
  config.feed_accounts.push_back(
      {.username = Alpha<6>::from("feed"), .password = Alpha<10>::from("secret")});
  return config;
}

class Fuzz {
 public:
  explicit Fuzz(Bytes input)
      : shape_(take_byte(input)),
        config_(config_from((shape_ & 1) != 0)),
        server_(config_.market_data_tcp, config_, source(), counters_, notices_,
                std::make_unique<FakeTcp>(network_),
                std::make_unique<FakePort>(
                    network_,
                    [](void* self, std::size_t place, Bytes bytes) {
                      static_cast<Fuzz*>(self)->hear(place, bytes);
                    },
                    this)) {
    while (!input.empty())
      step(input);
    finish();
  }

 private:
  [[nodiscard]] bool is_glimpse() const { return (shape_ & 2) != 0; }
  FeedSource& source() {
    if (is_glimpse())
      return glimpse_;
    return stream_;
  }

  void step(Bytes& input) {
    const unsigned what = take_byte(input);
    Network::Place& place = network_.at[what / 16 % places];
    switch (what % 16) {
      case 0:
      case 1:
      case 2:
        log_in(place, take_byte(input));
        break;
      case 3: {  // anything
        const Bytes said = take(input, take_byte(input));
        if (place.client)
          place.says.insert(place.says.end(), said.begin(), said.end());
        break;
      }
      case 4:
        say(place, 'R', {});
        break;
      case 5:
        say(place, 'O', {});
        break;
      case 6:
        say(place, 'U', take(input, take_byte(input) % 64));
        break;
      case 7:
        place.leaves = place.client.has_value();
        break;
      case 8:
        place.breaks = place.client.has_value();
        break;
      case 9:
      case 10:
        place.takes += take_byte(input) * (what % 16 == 9 ? 1U : 100U);
        break;
      case 11:
        publish(take_byte(input));
        break;
      case 12:
        now_ns_ += take_byte(input) * 100'000'000ULL;
        break;
      case 13:
        if (take_byte(input) == 77) {
          ends_ = true;
          server_.end(what / 16 % 2 == 0);
        }
        break;
      default:
        now_ns_ += 1'000'000;
        (void)server_.poll(now_ns_);
    }
  }

  /// A connection, if there is none; a login that is good, or nearly.
  void log_in(Network::Place& place, unsigned how) {
    if (place.client)
      return;
    soup::ClientLogin login{.username = Alpha<6>::from((how & 1) != 0 ? "nobody" : "feed"),
                            .password = Alpha<10>::from((how & 2) != 0 ? "guess" : "secret"),
                            .next_number = how / 8 * 40};
    if ((how & 4) != 0)
      login.session = Alpha<10>::from("OTHER");
    place.client.emplace(login);
    place.client->connect(now_ns_);
    const Bytes out = place.client->output();
    place.says.insert(place.says.end(), out.begin(), out.end());
    place.client->wrote(out.size(), now_ns_);
  }
  static void say(Network::Place& place, char type, Bytes payload) {
    if (!place.client)
      return;
    wire::soup::Header header;
    header.length = static_cast<std::uint16_t>(1 + payload.size());
    header.type = type;
    const Bytes head = std::as_bytes(std::span(&header, 1));
    place.says.insert(place.says.end(), head.begin(), head.end());
    place.says.insert(place.says.end(), payload.begin(), payload.end());
  }

  /// Adds whose reference is their number.
  void publish(std::size_t count) {
    for (; count != 0 && log_.history().next() <= messages_max && !ends_; --count) {
      const std::uint64_t number = log_.history().next();
      wire::itch::AddOrder add{};
      add.type = 'A';
      add.stock_locate = std::uint16_t{1};
      add.order_ref = number;
      add.side = 'B';
      add.shares = 100U;
      add.price = static_cast<std::uint32_t>(100 * (1 + number % 50));
      log_.on_message(number, std::as_bytes(std::span(&add, 1)));
    }
  }

  void hear(std::size_t index, Bytes bytes) {
    Network::Place& place = network_.at[index];
    place.client->feed(bytes, now_ns_);
    while (const auto input = place.client->next()) {
      WIREBOOK_ASSERT(!place.ended && input->kind != soup::SoupClientKind::violation);
      switch (input->kind) {
        case soup::SoupClientKind::accepted:
          WIREBOOK_ASSERT(!std::exchange(place.answered, true));
          place.next = input->number;
          WIREBOOK_ASSERT(place.next != 0);
          break;
        case soup::SoupClientKind::rejected:
          WIREBOOK_ASSERT(!std::exchange(place.answered, true));
          place.ended = true;
          break;
        case soup::SoupClientKind::ended:
          WIREBOOK_ASSERT(ends_ && place.next != 0);
          WIREBOOK_ASSERT(is_glimpse() || place.next == log_.history().next());
          place.ended = true;
          break;
        case soup::SoupClientKind::message:
          WIREBOOK_ASSERT(place.next != 0);
          hear_message(place, input->payload);
          break;
        default:
          break;
      }
    }
  }
  void hear_message(Network::Place& place, Bytes message) const {
    ++place.next;
    const char type = static_cast<char>(message[0]);
    if (is_glimpse()) {
      WIREBOOK_ASSERT(type == 'A' || type == 'R' || type == 'H' || type == 'S' || type == 'G');
      return;
    }
    WIREBOOK_ASSERT(type == 'A' && message.size() == sizeof(wire::itch::AddOrder));
    const auto& add = wire::view<wire::itch::AddOrder>(message.data());
    WIREBOOK_ASSERT(add.order_ref == place.next - 1);
  }

  /// Everybody has gone when it is closed, and everything that was counted fits.
  void finish() {
    server_.end(false);
    server_.close_all();
    for (int i = 0; i != 3; ++i)
      (void)server_.poll(now_ns_ += 1'000'000);
    for (Network::Place& place : network_.at)
      WIREBOOK_ASSERT(place.state == Network::Place::State::free);
    WIREBOOK_ASSERT(server_.is_empty() && !server_.has_clients());
    using enum MarketCount;
    WIREBOOK_ASSERT(counters_[logins] + counters_[logins_rejected] <= counters_[connections]);
    WIREBOOK_ASSERT(counters_[snapshot_logins] == (is_glimpse() ? counters_[logins] : 0));
  }

  const unsigned shape_;
  const NodeConfig config_;
  MarketCounters counters_;
  FeedNotices notices_;
  Network network_;
  wire_out::MarketLog log_{{.history_bytes = 1 << 17, .orders = 5'000}};
  FeedStream stream_{log_.history(), places};
  Glimpse glimpse_{log_, places, counters_};
  std::uint64_t now_ns_ = 1'000'000'000;
  bool ends_ = false;
  FeedServer server_;
};

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it so
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Fuzz fuzz(std::as_bytes(std::span(data, size)));
  return 0;
}
