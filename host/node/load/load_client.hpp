// The client's end of one session, by UFO or by SoupBinTCP: socket, login, heartbeats, and the
// sequenced stream without holes.
//
// Shapes: OUCH messages in and out; times are those of load_clock.hpp. Messages are handed on in
// order, each once: what is missing is asked for with `T`, and what comes too early is dropped, as
// the answer brings it again. Threads: one. Errors: the constructor throws std::system_error where
// the host gives no socket; later ones are counted. Cost: a system call to send, one to receive up
// to 32 datagrams. Specification: UFO 1.0,
// SoupBinTCP 3.00.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include <sys/socket.h>

#include "wirebook/limits.hpp"

#include "node/load/load_counters.hpp"
#include "node/load/load_options.hpp"
#include "node/soup/tcp_client.hpp"

namespace wirebook::node {

/// A message or a packet as it goes out.
template <class Message>
std::span<const std::byte> bytes_of(const Message& message) {
  return std::as_bytes(std::span(&message, 1));
}

/// The messages of a session, as they came over TCP, whatever happened to its connections.
struct LoadStream {
  std::uint64_t first = 0;  ///< the number of the first one; 0: nothing was accepted
  std::uint64_t next = 0;   ///< the number behind the last one
  std::uint64_t digest = 0;

  void add(std::span<const std::byte> message);
};

class LoadClient {
 public:
  enum class State : std::uint8_t { closed, logging_in, up, refused, ended };
  using OnMessage = std::function<void(std::span<const std::byte>, std::uint64_t received_ns)>;

  LoadClient(const LoadOptions& options, const LoadAccount& account, LoadCounters& counters);
  ~LoadClient();
  LoadClient(const LoadClient&) = delete;
  LoadClient& operator=(const LoadClient&) = delete;

  void log_in(std::uint64_t now_ns);
  void log_off();
  /// One OUCH message. False: a stream has no room for it now.
  bool send(std::span<const std::byte> message, std::uint64_t now_ns);
  /// Takes in what has come; true if there was anything.
  bool receive(const OnMessage& on_message);
  /// Heartbeats, and logins and retransmission requests that nobody answered. True: there is a new
  /// socket.
  bool tick(std::uint64_t now_ns);
  /// Over TCP: the connection is gone, without a word; a new one is asked for at `back_ns`.
  /// `hangs`: the server does not hear that it is gone.
  void cut(std::uint64_t back_ns, bool hangs);

  [[nodiscard]] State state() const { return state_; }
  /// Why the login was refused: 'A' or 'S'.
  [[nodiscard]] char refusal() const { return refusal_; }
  /// Why there is no connection any more.
  [[nodiscard]] std::string why_ended() const;
  /// -1: there is none now.
  [[nodiscard]] int socket() const { return tcp_ ? tcp_->socket().descriptor() : socket_; }
  /// True if the server has sent numbers that are not here yet.
  [[nodiscard]] bool behind() const { return expected_ < known_; }
  [[nodiscard]] const LoadStream& stream() const { return stream_; }

 private:
  struct Inbox;

  void on_datagram(std::span<const std::byte> datagram, std::uint64_t now_ns,
                   const OnMessage& on_message);
  void on_sequenced(std::span<const std::byte> packet, std::uint64_t now_ns,
                    const OnMessage& on_message);
  bool receive_stream(const OnMessage& on_message);
  void on_accepted(std::uint64_t number);
  bool come_back(std::uint64_t now_ns);
  void request_missing(std::uint64_t now_ns);
  void send_packet(std::span<const std::byte> packet, std::uint64_t now_ns);

  LoadCounters& counters_;
  LoadAccount account_;
  bool length_prefix_;
  int socket_ = -1;
  State state_ = State::closed;
  char refusal_ = ' ';
  std::uint32_t expected_ = 0;   ///< the next number; 0 before the login
  std::uint32_t known_ = 0;      ///< the server has sent everything below
  std::uint32_t requested_ = 0;  ///< the number that the open request starts with, 0 for none
  std::uint32_t unanswered_requests_ = 0;
  std::uint64_t request_ns_ = 0;
  std::uint64_t login_ns_ = 0;
  std::uint64_t last_sent_ns_ = 0;
  std::unique_ptr<Inbox> inbox_;
  Endpoint to_;
  std::unique_ptr<soup::SoupConnection> tcp_;  ///< null: by UFO
  LoadStream stream_;
  soup::TcpClient hanging_;
  std::uint64_t back_ns_ = 0;  ///< the connection was cut, and is asked for again then
};

}  // namespace wirebook::node
