// Those who are connected to the control socket: lines in, answers out, in bounds.
//
//   socket ─► accept ─► [ lines ] ─► on_line ─► [ answers ] ─► send
//
// A line that begins an act ends its connection's turn, and the next turn is after the others': who
// sends without end holds up nobody.
//
// Shapes: see control_lines.hpp. Threads: one. Errors: whoever breaks a bound is told, and closed.
// Cost: the buffers of README.md, "Bounds, tests".
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <poll.h>

#include "node/control/control_lines.hpp"
#include "node/control/control_socket.hpp"

namespace wirebook::node {

/// Somebody at the socket. What he sends is not read while he has answers to take.
class ControlConnection {
 public:
  ControlConnection(int file, const ControlPeer& peer, std::uint64_t now_ns)
      : file_(file), peer_(peer), used_at_ns_(now_ns) {}
  ~ControlConnection();
  ControlConnection(const ControlConnection&) = delete;
  ControlConnection& operator=(const ControlConnection&) = delete;

  [[nodiscard]] const ControlPeer& peer() const { return peer_; }
  void answer(const std::string& text) { (answers_ += text) += '\n'; }
  /// Until the act is answered, which goes on whether he listens or not.
  void begin_act() { acts_ = turn_is_over_ = true; }
  void end_act(const std::string& text, std::uint64_t now_ns) {
    acts_ = false;
    used_at_ns_ = now_ns;
    answer(text);
  }

 private:
  friend class ControlConnections;

  int file_;
  ControlPeer peer_;
  std::uint64_t used_at_ns_;
  ControlLines lines_;
  std::string answers_;              ///< not sent yet
  bool acts_ = false;                ///< has an act under way
  bool turn_is_over_ = false;        ///< has begun an act, in this turn
  bool ends_ = false;                ///< when its answers are sent
  std::optional<std::string> held_;  ///< a line whose turn has not come: another act is under way
};

class ControlConnections {
 public:
  /// False: another act is under way, and the line is kept until it is over.
  using OnLine = std::function<bool(ControlConnection& from, const std::string& line)>;

  /// No socket in `table`: there is never anybody.
  explicit ControlConnections(const ControlTable& table);
  /// Sends what it can.
  ~ControlConnections() { send(); }
  ControlConnections(const ControlConnections&) = delete;
  ControlConnections& operator=(const ControlConnections&) = delete;

  /// What to wait for.
  void add_to(std::vector<pollfd>& waits) const;
  void receive(std::uint64_t now_ns);
  void serve(const OnLine& on_line);
  /// … and closes those who are done.
  void send();

 private:
  using Connection = ControlConnection;

  void accept_all();
  static bool may_receive(const Connection& connection);
  static void receive(Connection& connection);
  void serve(Connection& connection, const OnLine& on_line) const;
  void send(Connection& connection) const;
  [[nodiscard]] bool is_done(const Connection& connection) const;

  const std::size_t most_;
  const std::unique_ptr<ControlSocket> socket_;
  std::list<Connection> connections_;
  std::uint64_t now_ns_ = 0;
  std::uint64_t accept_at_ns_ = 0;
};

}  // namespace wirebook::node
