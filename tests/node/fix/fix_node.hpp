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
#include "tests/node/small_node.hpp"
#include "tests/node/udp_client.hpp"

namespace wirebook::fix {

class FixNode {
 public:
  FixNode() {
    config_.instruments.push_back({.symbol = Symbol::from("MSFT")});
    config_.sessions = {node::account("ALICE", "secret", "ALICE"),
                        node::account("BOB", "secret", "BOB")};
    config_.order_entry.history_mib = 8;
    config_.soup.on = true;
    config_.soup.listen = node::any_port;
    config_.fix.on = true;
    config_.fix.listen = node::any_port;
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

 private:
  void log(const std::string& line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
  }

  node::ScratchDirectory directory_;
  node::UdpClient feed_;
  node::NodeConfig config_ = node::small_node(feed_.endpoint());
  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::unique_ptr<node::Node> node_;
  std::unique_ptr<Gateway> gateway_;
};

/// On a venue that runs; skipped where the host refuses it.
class FixNodeTest : public testing::Test {
 protected:
  void SetUp() override {
    node::start_or_skip([this] { venue_.start(); });
  }

  FixNode venue_;
};

}  // namespace wirebook::fix
