// What the tests of a node with a journal share: a directory of their own, layouts, waiting.
#pragma once

#include <chrono>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "journal_directory.hpp"
#include "node/node.hpp"
#include "ufo_client.hpp"

namespace wirebook::node {

struct JournalLayout {
  const char* name;
  ThreadConfig threads;
  JournalIo io;
  JournalSync sync = JournalSync::dsync;
};

inline constexpr JournalLayout journal_layouts[] = {
    {"OneThread", {.automatic = false, .pin = false}, JournalIo::automatic},
    {"OneThreadPwritev2", {.automatic = false, .pin = false}, JournalIo::pwritev2},
    {"TwoThreads",
     {.automatic = false, .wire_out = 1, .journal = 1, .pin = false},
     JournalIo::automatic},
    {"FourThreads",
     {.automatic = false, .match = 1, .wire_out = 2, .journal = 3, .pin = false},
     JournalIo::automatic},
    {"FourThreadsLinkedFsync",
     {.automatic = false, .match = 1, .wire_out = 2, .journal = 3, .pin = false},
     JournalIo::automatic,
     JournalSync::fsync},
};

inline NodeConfig journal_config(const JournalLayout& layout, const std::string& directory,
                                 Endpoint feed) {
  NodeConfig config;
  config.instruments.push_back({.symbol = Symbol::from("AAPL")});
  config.sessions.push_back({.username = Alpha<6>::from("alice"),
                             .password = Alpha<10>::from("secret"),
                             .firm = Firm::from("ACME"),
                             .cancel_on_disconnect = false});
  config.sessions.push_back({.username = Alpha<6>::from("bob"),
                             .password = Alpha<10>::from("hunter2"),
                             .firm = Firm::from("BETA")});
  config.engine = {.orders = 1 << 16, .trades = 1 << 16};
  config.rings.slots = 1024;
  config.rings.events = 1024;
  config.rings.wait = WaitMode::park;
  config.threads = layout.threads;
  config.order_entry.listen = {0x7F000001, 0};
  config.order_entry.history_mib = 8;
  config.order_entry.end_ms = 0;
  config.market_data.send_to = feed;
  config.journal.mode = JournalMode::durable;
  config.journal.directory = directory;
  config.journal.segment_mib = 1;
  config.journal.io = layout.io;
  config.journal.sync = layout.sync;
  return config;
}

template <class Condition>
bool reaches(const Node& node, Condition condition) {
  for (int waited_ms = 0; waited_ms < patience_ms; waited_ms += 2) {
    if (condition(node.status()))
      return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

}  // namespace wirebook::node
