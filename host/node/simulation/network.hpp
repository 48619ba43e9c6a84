// A simulated network: datagrams that are lost, doubled, delayed and so reordered; a receive buffer
// that is full; a port that takes a part of a batch.
//
// Shapes: datagrams by the endpoint that they go to. Threads: one. Errors: none, they are the
// point. Cost: a map node a datagram.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/simulation/record.hpp"
#include "node/simulation/scenario.hpp"
#include "node/sockets/datagram_port.hpp"
#include "node/sockets/receiver.hpp"

namespace wirebook::simulation {

/// Time that passes when the simulation says so.
class SimTime final : public node::TimeSource {
 public:
  [[nodiscard]] std::int64_t unix_ns() const noexcept override { return unix_ns_; }
  [[nodiscard]] std::uint64_t steady_ns() const noexcept override { return steady_ns_; }
  void pass(std::uint64_t ns) {
    steady_ns_ += ns;
    unix_ns_ += static_cast<std::int64_t>(ns);
  }
  /// The wall clock is set.
  void set_forward(std::int64_t ns) { unix_ns_ += ns; }

 private:
  std::int64_t unix_ns_ = 1'767'776'400'000'000'000;  // a Wednesday's morning
  std::uint64_t steady_ns_ = 1'000'000'000;
};

struct Datagram {
  node::Endpoint from;
  std::vector<std::byte> bytes;
};

class Network {
 public:
  Network(const Scenario& scenario, const SimTime& time, Random& random, Record& record)
      : scenario_(&scenario), time_(&time), random_(&random), record_(&record) {}

  void send(node::Endpoint from, node::Endpoint to, std::span<const std::byte> bytes);
  /// The next that has arrived there.
  std::optional<Datagram> receive(node::Endpoint at);
  /// Whoever listened there is gone, with what has arrived.
  void drop_arrived(node::Endpoint at);
  void drop_all() { waiting_.clear(); }
  /// From now on nothing is lost, doubled or delayed.
  void calm() { calm_ = true; }

 private:
  using Key = std::pair<std::uint64_t, std::uint64_t>;  ///< due, and a number of its own
  struct Order {
    bool operator()(node::Endpoint a, node::Endpoint b) const {
      return std::pair(a.address, a.port) < std::pair(b.address, b.port);
    }
  };
  void put(node::Endpoint from, node::Endpoint to, std::span<const std::byte> bytes);

  const Scenario* scenario_;
  const SimTime* time_;
  Random* random_;
  Record* record_;
  std::map<node::Endpoint, std::map<Key, Datagram>, Order> waiting_;
  std::uint64_t count_ = 0;
  bool calm_ = false;
};

class SimReceiver final : public node::Receiver {
 public:
  SimReceiver(Network& network, node::Endpoint at, Random& random)
      : network_(&network), at_(at), random_(&random) {}

  std::size_t poll(node::DatagramSink& sink, std::size_t max) noexcept override;
  [[nodiscard]] int descriptor() const override { return -1; }
  [[nodiscard]] std::uint64_t dropped() const noexcept override { return 0; }
  [[nodiscard]] std::string_view name() const override { return "simulated"; }

 private:
  Network* network_;
  node::Endpoint at_;
  Random* random_;
};

class SimPort final : public node::DatagramPort {
 public:
  /// Is shown each datagram that leaves.
  using Witness = std::function<void(node::Endpoint to, std::span<const std::byte> bytes)>;

  SimPort(Network& network, node::Endpoint from, const Scenario& scenario, Random& random,
          Witness witness)
      : network_(&network),
        from_(from),
        scenario_(&scenario),
        random_(&random),
        witness_(std::move(witness)) {}

  std::size_t send(std::span<mmsghdr> datagrams) noexcept override;

 private:
  Network* network_;
  node::Endpoint from_;
  const Scenario* scenario_;
  Random* random_;
  Witness witness_;
  std::vector<std::byte> bytes_;
};

}  // namespace wirebook::simulation
