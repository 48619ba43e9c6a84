// A node with its OUCH port, and FIX order entry in front of it, in this process.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "node/fix/gateway/fix_gateway.hpp"
#include "node/node.hpp"
#include "tests/node/journal_directory.hpp"
#include "tests/node/udp_client.hpp"

namespace wirebook::fix {

class FixNode {
 public:
  FixNode() {
    using node::NodeConfig;
    config_.instruments.push_back({.symbol = Symbol::from("AAPL")});
    config_.instruments.push_back({.symbol = Symbol::from("MSFT")});
    for (const char* const name : {"ALICE", "BOB"})
      config_.sessions.push_back({.username = Alpha<6>::from(name),
                                  .password = Alpha<10>::from("secret"),
                                  .firm = Firm::from(name)});
    config_.engine = {.orders = 4096, .orders_start = 4096, .trades = 4096};
    config_.rings.slots = 1024;
    config_.rings.events = 1024;
    config_.rings.wait = node::WaitMode::park;
    config_.threads = {.automatic = false, .pin = false};
    config_.order_entry.listen = {0x7F000001, 0};
    config_.order_entry.history_mib = 8;
    config_.soup.on = true;
    config_.soup.listen = {0x7F000001, 0};
    config_.market_data.send_to = feed_.endpoint();
    config_.fix.on = true;
    config_.fix.listen = {0x7F000001, 0};
    config_.fix.store = directory_.path();
  }
  ~FixNode() { stop(); }

  node::NodeConfig& config() { return config_; }
  void start() {
    start_node();
    start_gateway();
  }
  void start_node() {
    node_ = std::make_unique<node::Node>(config_);
    node_->start();
    config_.soup.listen = node_->status().soup->listens_on;  // the next one is found there, too
  }
  void start_gateway() {
    gateway_ = std::make_unique<Gateway>(config_, config_.soup.listen,
                                         [this](const std::string& line) { log(line); });
    config_.fix.listen = gateway_->address();
    gateway_->start();
  }
  void stop_gateway() { gateway_.reset(); }
  void stop_node() {
    if (node_)
      node_->stop();
    node_.reset();
  }
  void stop() {
    stop_gateway();
    stop_node();
  }
  [[nodiscard]] node::Endpoint address() const { return gateway_->address(); }
  Gateway& gateway() { return *gateway_; }
  node::Node& node() { return *node_; }
  const std::string& store() const { return directory_.path(); }

  /// All that the gateway has logged.
  std::string log_text() {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const std::string& line : lines_)
      text += line + "\n";
    return text;
  }
  template <class Condition>
  static bool reaches(Condition condition) {
    for (int waited_ms = 0; waited_ms < node::patience_ms; waited_ms += 5) {
      if (condition())
        return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

 private:
  void log(const std::string& line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
  }

  node::ScratchDirectory directory_;
  node::UdpClient feed_;
  node::NodeConfig config_;
  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::unique_ptr<node::Node> node_;
  std::unique_ptr<Gateway> gateway_;
};

}  // namespace wirebook::fix
