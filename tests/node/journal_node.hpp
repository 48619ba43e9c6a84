// What the tests of a node with a journal share: a directory of their own, layouts.
#pragma once

#include <string>

#include "journal_directory.hpp"
#include "node/node.hpp"
#include "small_node.hpp"
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
  NodeConfig config = small_node(feed);
  config.sessions[0].cancel_on_disconnect = false;
  config.engine = {.orders = 1 << 16, .trades = 1 << 16};
  config.threads = layout.threads;
  config.order_entry.history_mib = 8;
  config.order_entry.end_ms = 0;
  config.journal.mode = JournalMode::durable;
  config.journal.directory = directory;
  config.journal.segment_mib = 1;
  config.journal.io = layout.io;
  config.journal.sync = layout.sync;
  return config;
}

}  // namespace wirebook::node
