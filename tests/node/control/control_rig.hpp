// A node with a durable journal and its control, in the tests: what is asked, by a client at the
// socket, and what comes of it.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/control/venue_control.hpp"
#include "tests/node/schedule/day_rig.hpp"

namespace wirebook::node {

class ControlTest : public testing::Test {
 protected:
  ControlTest() : config_(journal_config(journal_layouts[0], journal_.path(), feed_.endpoint())) {
    config_.engine.instruments = 3;
    config_.control = {.socket = sockets_.socket(), .connections = 4, .audit = sockets_.audit()};
  }
  void SetUp() override {
    start_or_skip([this] { start(); });
  }
  void TearDown() override { stop(); }

  void start() {
    node_ = std::make_unique<Node>(config_);
    node_->start();
    control_ = std::make_unique<VenueControl>(
        config_.control,
        [this](const std::string& line) {
          const std::lock_guard lock(mutex_);
          log_ += line + "\n";
        },
        patience_);
    control_->attach(*node_);
    ASSERT_TRUE(eventually([this] { return node_->is_open(); }));
  }
  void stop() {
    if (control_)
      control_->detach();
    if (node_)
      node_->stop();
    control_.reset();
    node_.reset();
  }
  /// As if the program was ended in the middle of the day.
  void restart() {
    control_->detach();
    node_->pause();
    stop();
    start();
  }

  std::string ask(const std::string& line) {
    CtlClient client(sockets_.socket(), std::chrono::milliseconds(patience_ms));
    // The opening may be a moment away.
    std::string answer = client.ask(line);
    while (answer.find("being opened") != std::string::npos)
      answer = client.ask(line);
    return answer;
  }
  /// The sequence of its first slot.
  std::uint64_t done(const std::string& line) {
    const std::string answer = ask(line);
    EXPECT_THAT(answer, testing::StartsWith(R"({"ok":true)")) << line;
    const std::size_t at = answer.find(R"("sequence":)");
    return at == std::string::npos ? 0 : std::stoull(answer.substr(at + 11));
  }
  void refused(const std::string& line, const std::string& error) {
    const std::string answer = ask(line);
    EXPECT_THAT(answer, testing::StartsWith(R"({"ok":false)")) << line;
    EXPECT_THAT(answer, testing::HasSubstr(error)) << line;
  }
  [[nodiscard]] Endpoint address() const { return node_->status().order_entry; }
  [[nodiscard]] std::string log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }

  ScratchDirectory journal_;
  SocketDirectory sockets_;
  MarketListener feed_;
  NodeConfig config_;
  std::chrono::nanoseconds patience_ = std::chrono::seconds(10);
  std::mutex mutex_;
  std::string log_;
  std::unique_ptr<Node> node_;
  std::unique_ptr<VenueControl> control_;
};

}  // namespace wirebook::node
