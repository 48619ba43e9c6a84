// Goal: connections without a login have to make room for others, the oldest first.
// Method: a server that is a list of what it tells, no socket. With a search for the oldest among
// all connections this test would take a second and more, and order entry would stand still.
#include "node/order_entry/soup_entry.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/order_entry/arrival_queue.hpp"

namespace wirebook::node {
namespace {

/// Connections come as it is told; those that are closed are gone with the next poll.
class ListServer final : public soup::TcpServer {
 public:
  explicit ListServer(std::uint32_t places) : generation_(places, 0) {
    for (std::uint32_t i = 0; i < places; ++i)
      free_.push_back(i);
  }
  std::size_t poll(soup::TcpSink& sink, std::size_t /*max*/) noexcept override {
    for (const soup::TcpPeer peer : std::exchange(closed_, {}))
      sink.on_closed(peer);
    for (; coming != 0; --coming) {
      const std::uint32_t place = free_.front();
      free_.pop_front();
      sink.on_open({.peer = {place, generation_[place]}, .remote = {}, .socket = -1});
    }
    return 1;
  }
  [[nodiscard]] bool blocked() const noexcept override { return false; }
  void close(soup::TcpPeer peer) noexcept override {
    closed_.push_back(peer);
    all_closed.push_back(peer.index);
  }
  void hold(soup::TcpPeer /*peer*/) noexcept override {}
  void resume(soup::TcpPeer /*peer*/) noexcept override {}
  void release(soup::TcpPeer peer) noexcept override {
    ++generation_[peer.index];
    free_.push_back(peer.index);
  }
  [[nodiscard]] int descriptor() const override { return -1; }
  [[nodiscard]] Endpoint local() const override { return {}; }
  [[nodiscard]] std::string_view name() const override { return "list"; }

  std::size_t coming = 0;
  std::vector<std::uint32_t> all_closed;

 private:
  std::vector<std::uint32_t> generation_;
  std::deque<std::uint32_t> free_;
  std::vector<soup::TcpPeer> closed_;
};

TEST(SoupEntry, TheOldestStrangersMakeRoom) {
  NodeConfig config;
  config.sessions.resize(65'000);
  config.rings.slots = node_ring_slots_min;
  slot_ring::Ring<Slot> ring(node_ring_slots_min);
  const slot_ring::Reader<Slot> reader(ring);
  slot_ring::Writer<Slot> writer(ring);
  const auto controls = std::make_unique<ControlQueue>();
  OrderEntry order_entry(config, writer, *controls);
  ListServer server(soup_connections_max(config));
  SoupConnections connections(soup_connections_max(config));
  SoupEntry entry(config, server, connections, order_entry);

  const Moment now{.day = {1}, .steady_ns = 1};
  server.coming = soup_strangers_max(config);
  entry.poll(1, now);
  EXPECT_TRUE(server.all_closed.empty());
  for (std::uint32_t i = 0; i < 2000; ++i) {
    server.coming = 1;
    entry.poll(1, now);
    ASSERT_EQ(server.all_closed.size(), i + 1);
    ASSERT_EQ(server.all_closed.back(), i);  // places were given in their order
  }
  EXPECT_EQ(order_entry.counters()[OrderEntryCount::strangers_evicted], 2000U);
}

TEST(ArrivalQueue, AgreesWithAVector) {
  constexpr unsigned seed = 7;
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  constexpr std::uint32_t places = 12;
  ArrivalQueue queue(places);
  std::vector<std::uint32_t> model;
  for (int round = 0; round < 20'000; ++round) {
    const auto place = static_cast<std::uint32_t>(random() % places);
    const bool is_in = std::find(model.begin(), model.end(), place) != model.end();
    if (!is_in && random() % 2 == 0) {
      queue.push(place);
      model.push_back(place);
    } else {
      queue.remove(place);
      std::erase(model, place);
    }
    ASSERT_EQ(queue.size(), model.size());
    if (!model.empty()) {
      ASSERT_EQ(queue.oldest(), model.front());
    }
  }
}

}  // namespace
}  // namespace wirebook::node
