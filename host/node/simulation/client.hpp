// A client of one account: logs in, enters, replaces and cancels, asks for what it missed, sends
// again what nobody answered, falls silent, reads slowly, comes from another port.
//
// It keeps every message by its number, and holds the node to it: a number never says two things,
// an order is answered once, what was said stays said over restarts.
//
// Shapes: datagrams. Threads: one. Errors: findings in the record. Cost: small.
// Specification: UFO 1.0, OUCH 5.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "node/simulation/network.hpp"
#include "node/simulation/scenario.hpp"

namespace wirebook::simulation {

class Client {
 public:
  Client(const Scenario& scenario, std::uint32_t session, Network& network, const SimTime& time,
         Random& random, Record& record);

  /// Does one of the things that it might do now.
  void act();
  /// From now on it only waits for what is outstanding, and asks for it.
  void calm() { calm_ = true; }
  /// The node has lost what it told, and says so by another session name: all numbers are new.
  void begin_again();
  /// It has an answer to everything, and every message up to this number.
  [[nodiscard]] bool settled(std::uint64_t messages) const {
    return logged_in_ && pending_.empty() && messages_.size() == messages;
  }
  /// By number, from 1.
  [[nodiscard]] const std::vector<std::uint64_t>& messages() const { return messages_; }
  /// For people: what it waits for.
  [[nodiscard]] std::string state() const;
  [[nodiscard]] std::uint32_t session() const { return session_; }
  [[nodiscard]] std::uint64_t answered() const { return answered_.size(); }

 private:
  struct Pending {
    std::uint32_t number = 0;
    std::vector<std::byte> packet;
    std::uint64_t sent_ns = 0;
    bool must_be_answered = false;
    std::uint32_t sends = 0;
  };

  void read();
  void on_datagram(std::span<const std::byte> bytes);
  void on_accepted(std::uint32_t next);
  void on_blocks(std::uint32_t first, std::uint32_t count, std::span<const std::byte> blocks);
  void take(std::uint32_t number, std::span<const std::byte> message);
  void deliver(std::span<const std::byte> message);
  void on_answer(std::uint32_t number);

  void log_in();
  void leave();
  void say_something();
  void say_one();
  void enter();
  void replace();
  void cancel();
  void other();
  void ask_again();
  void send_again();
  void send_packet(std::span<const std::byte> bytes, std::uint64_t number);
  void send_numbered(std::uint32_t number, std::span<const std::byte> message,
                     bool must_be_answered);
  std::vector<std::byte> appendage();
  [[nodiscard]] std::uint64_t next_wanted() const { return messages_.size() + 1; }

  const Scenario* scenario_;
  std::uint32_t session_;
  Network* network_;
  const SimTime* time_;
  Random* random_;
  Record* record_;
  node::Endpoint address_;
  bool calm_ = false;
  bool logged_in_ = false;
  std::uint64_t login_sent_ns_ = 0;
  std::uint64_t heard_ns_ = 0;
  std::uint64_t said_ns_ = 0;
  std::uint64_t asked_ns_ = 0;
  std::uint64_t slow_until_ns_ = 0;
  std::uint64_t node_next_ = 1;  ///< the number that the node last named as its next
  std::uint32_t next_number_ = 1;
  std::vector<std::uint64_t> messages_;                    ///< hashes, without a gap
  std::map<std::uint32_t, std::vector<std::byte>> early_;  ///< came before their turn
  std::set<std::uint32_t> answered_;  ///< orders that were accepted or rejected
  std::deque<Pending> pending_;
  std::vector<std::uint32_t> live_;  ///< orders that may still be there
};

}  // namespace wirebook::simulation
