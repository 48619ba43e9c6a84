// Goal: whatever other connections say, and however they come and go, a session is heard whole:
// each of its orders is in the ring once and in order, and its connection stays. Method: a server
// without sockets hands on pieces of many connections by a seed; beside the one good session,
// nonsense: random bytes, wrong packets, wrong logins, sessions that turn to nonsense.
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/order_entry/soup_entry.hpp"
#include "soup_bytes.hpp"
#include "tests/node/ouch_messages.hpp"

namespace wirebook::node {
namespace {

using test::login_packet;
using test::packet;

class PieceServer final : public soup::TcpServer {
 public:
  explicit PieceServer(std::uint32_t places) : places_(places) {}

  std::size_t poll(soup::TcpSink& sink, std::size_t /*max*/) noexcept override {
    for (std::uint32_t index = 0; index < places_.size(); ++index) {
      Place& place = places_[index];
      if (coming != 0 && place.is_free) {
        --coming;
        place.is_free = false;
        place.open = true;
        sink.on_open({.peer = {index, place.generation}, .remote = {}, .socket = -1});
      }
      while (place.open && !place.held && !place.closing && !place.pieces.empty()) {
        const auto bytes = test::to_bytes(place.pieces.front());
        const std::size_t taken = sink.on_bytes({index, place.generation}, bytes);
        place.pieces.front().erase(0, taken);
        if (!place.pieces.front().empty())
          break;
        place.pieces.pop_front();
      }
      const bool said_all = place.left && place.pieces.empty();
      if (place.open && (place.closing || said_all)) {
        place.open = false;
        sink.on_closed({index, place.generation});
      }
    }
    return 1;
  }
  [[nodiscard]] bool blocked() const noexcept override { return false; }
  void close(soup::TcpPeer peer) noexcept override {
    if (places_[peer.index].generation == peer.generation)
      places_[peer.index].closing = true;
  }
  void hold(soup::TcpPeer peer) noexcept override { set_held(peer, true); }
  void resume(soup::TcpPeer peer) noexcept override { set_held(peer, false); }
  void release(soup::TcpPeer peer) noexcept override {
    places_[peer.index] = {.generation = peer.generation + 1};
  }
  [[nodiscard]] int descriptor() const override { return -1; }
  [[nodiscard]] Endpoint local() const override { return {}; }
  [[nodiscard]] std::string_view name() const override { return "pieces"; }

  void say(std::uint32_t index, std::string bytes) {
    places_[index].pieces.push_back(std::move(bytes));
  }
  void leave(std::uint32_t index) { places_[index].left = true; }
  [[nodiscard]] bool is_open(std::uint32_t index) const { return places_[index].open; }
  std::uint32_t coming = 0;  ///< connections, as far as there are places

 private:
  struct Place {
    std::uint32_t generation = 0;
    bool is_free = true;
    bool open = false;
    bool held = false;
    bool closing = false;  ///< the server wants it
    bool left = false;     ///< its client has
    std::deque<std::string> pieces;
  };
  void set_held(soup::TcpPeer peer, bool held) {
    if (places_[peer.index].generation == peer.generation)
      places_[peer.index].held = held;
  }

  std::vector<Place> places_;
};

std::string order_packet(std::uint32_t number) {
  const ByteVector order = enter(number, 'B', 1'000'000);
  return packet('U', test::to_text(std::span(order).subspan(1)));
}

class Nonsense {
 public:
  explicit Nonsense(unsigned seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }
  std::string next() {
    switch (below(9)) {
      case 0:
        return bytes(1 + below(600));
      case 1:
        return packet(static_cast<char>(below(256)), bytes(below(300)));
      case 2:
        return login_packet("u" + std::to_string(2 + below(3)), "other");
      case 3:
        return login_packet("u1", "guess" + std::to_string(below(100)));
      case 4:
        return login_packet("u" + std::to_string(2 + below(3)), "other", "", bytes(20));
      case 5:
        return packet('U', bytes(below(253)));
      case 6:
        return packet(below(2) == 0 ? 'O' : 'R');
      case 7:
        return order_packet(below(100));
      default: {
        std::string text = login_packet("u2", "other") + order_packet(1) + order_packet(2);
        text[below(static_cast<std::uint32_t>(text.size()))] = static_cast<char>(below(256));
        return text.substr(0, 1 + below(static_cast<std::uint32_t>(text.size())));
      }
    }
  }

 private:
  std::string bytes(std::size_t count) {
    std::string text(count, ' ');
    for (char& byte : text)
      byte = static_cast<char>(below(256));
    return text;
  }
  std::mt19937 random_;
};

/// Order entry with nobody behind it: what it tells is taken off at once.
struct Entrance {
  explicit Entrance(const NodeConfig& config)
      : ring(config.rings.slots),
        reader(ring),
        writer(ring),
        order_entry(config, writer, *controls),
        server(soup_connections_max(config)),
        connections(soup_connections_max(config)),
        entry(config, server, connections, order_entry) {}

  void turn(Moment now) {
    entry.poll(64, now);
    entry.expire(now);
    for (Control control; controls->pop(control);)
      if (control.kind != ControlKind::login_accepted && control.peer.is_tcp())
        connections.let_go(control.peer);
    while (const Slot* const slot = reader.peek()) {
      if (slot->tail.kind == SlotKind::enter && slot->enter.session == 1)
        numbers.push_back(slot->enter.user_ref_num);
      ends += slot->tail.kind == SlotKind::session_down && slot->session.session == 1 ? 1 : 0;
      others += slot->tail.kind == SlotKind::enter && slot->enter.session != 1 ? 1 : 0;
      reader.release(1);
    }
  }

  std::unique_ptr<ControlQueue> controls = std::make_unique<ControlQueue>();
  slot_ring::Ring<Slot> ring;
  slot_ring::Reader<Slot> reader;
  slot_ring::Writer<Slot> writer;
  OrderEntry order_entry;
  PieceServer server;
  SoupConnections connections;
  SoupEntry entry;
  std::vector<std::uint32_t> numbers;  ///< of the good session's orders
  int ends = 0;                        ///< of the good session
  int others = 0;                      ///< orders of others
};

class SoupNeighbours : public testing::TestWithParam<unsigned> {};

TEST_P(SoupNeighbours, DoNotDisturbASession) {
  NodeConfig config;
  for (const char* user : {"u1", "u2", "u3", "u4"})
    config.sessions.push_back(
        {.username = Alpha<6>::from(user), .password = Alpha<10>::from("other")});
  config.sessions[0].password = Alpha<10>::from("secret");
  config.sessions[2].limits.packets_per_second = 100;
  config.rings.slots = 2 * node_ring_slots_min;
  config.logins.failures_of_address = 0;  // all have one address here
  Entrance entrance(config);
  PieceServer& server = entrance.server;
  Nonsense random(GetParam());
  constexpr std::uint32_t good = 0;
  constexpr std::uint32_t orders = 300;
  std::string stream = login_packet("u1", "secret");
  for (std::uint32_t number = 1; number <= orders; ++number)
    stream += order_packet(number) + (random.below(10) == 0 ? packet('R') : "");
  server.coming = 1;
  Moment now{.day = {1}, .steady_ns = 1'000'000'000};
  entrance.turn(now);

  // The last turns are for what is still held back.
  for (int last = 100; last != 0; last -= stream.empty() ? 1 : 0) {
    server.coming += random.below(4) == 0 ? 1U : 0U;
    for (std::uint32_t i = 0; i < 20; ++i) {
      const std::uint32_t other = 1 + random.below(24);
      if (!server.is_open(other))
        continue;
      if (random.below(100) == 0)
        server.leave(other);
      else
        server.say(other, random.next());
    }
    if (random.below(2) == 0) {
      const std::size_t size = 1 + random.below(150);
      server.say(good, stream.substr(0, size));
      stream.erase(0, size);
    }
    now.steady_ns += random.below(3'000'000);
    entrance.turn(now);
    ASSERT_TRUE(server.is_open(good));
  }
  EXPECT_EQ(entrance.ends, 0);
  EXPECT_GT(entrance.others, 0) << "some of the others trade, too";
  ASSERT_EQ(entrance.numbers.size(), orders);
  for (std::uint32_t number = 1; number <= orders; ++number)
    ASSERT_EQ(entrance.numbers[number - 1], number);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SoupNeighbours, testing::Range(1U, 21U));

}  // namespace
}  // namespace wirebook::node
