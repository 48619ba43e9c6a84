// The TCP port of order entry: the server, what its two ends share, and how its connections are
// written to.
//
// Shapes: see the parts. Threads: made by any; ingress polls the server, wire_out writes; the
// notices are taken by one other. Errors: the constructor throws std::system_error where it cannot
// listen; what else the host refuses is a line. Cost: all memory is taken by the constructor.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/config/config.hpp"
#include "node/order_entry/notices.hpp"
#include "node/order_entry/soup_connections.hpp"
#include "node/order_entry/soup_sessions.hpp"
#include "node/soup/stream_port.hpp"
#include "node/soup/tcp_server.hpp"

namespace wirebook::node {

/// Readable when one of two descriptors is, or both.
class EitherReadable {
 public:
  EitherReadable(int one, int other);
  ~EitherReadable();
  EitherReadable(const EitherReadable&) = delete;
  EitherReadable& operator=(const EitherReadable&) = delete;

  [[nodiscard]] int descriptor() const { return epoll_; }
  /// Whether the other one counts.
  void heed_other(bool heed) noexcept;

 private:
  int epoll_;
  int other_;
  bool heeds_other_ = true;
};

class SoupPort {
 public:
  /// `sleeps`: `wake_with` is wanted. Else what comes over TCP costs no signal for it.
  SoupPort(const NodeConfig& config, bool sleeps);
  SoupPort(const SoupPort&) = delete;
  SoupPort& operator=(const SoupPort&) = delete;

  [[nodiscard]] soup::TcpServer& server() { return *server_.server; }
  [[nodiscard]] const soup::TcpServer& server() const { return *server_.server; }
  [[nodiscard]] SoupConnections& connections() { return connections_; }
  [[nodiscard]] const SoupRoad& road() const { return road_; }
  /// Who had to go since the last call; from one thread.
  void take_notices(const NodeConfig& config, std::vector<std::string>& lines);
  [[nodiscard]] const std::vector<std::string>& start_lines() const { return lines_; }

  /// Gives what wakes a thread that waits for this port and for `datagrams`.
  int wake_with(int datagrams) {
    return wakes_.emplace(datagrams, server().descriptor()).descriptor();
  }
  /// Bytes that nobody can take now would wake it again and again: it has to look by itself.
  void heed(bool heed) noexcept {
    if (wakes_)
      wakes_->heed_other(heed);
  }

 private:
  std::vector<std::string> lines_;
  soup::ChosenTcpServer server_;
  SoupConnections connections_;
  std::unique_ptr<soup::StreamPort> port_;
  Notices notices_;
  SoupRoad road_;
  std::optional<EitherReadable> wakes_;
};

}  // namespace wirebook::node
