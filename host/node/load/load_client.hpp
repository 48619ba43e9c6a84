// The client's end of one session: socket, login, heartbeats, and the sequenced stream without
// holes; by UFO (load_ufo.cpp) or by SoupBinTCP (load_soup.cpp).
//
//   closed ──log_in──► logging_in ──► up ──► ended: the node has ended the session
//                        │   ▲        │
//              refused ◄─┘   └────────┘ the node is gone, or a cut: it logs in until it is answered
//
// Who has been up comes back into the same session, at its next number: what it was not told
// meanwhile is told then. What it sent meanwhile may be lost: that is for the caller to send again.
//
// Shapes: OUCH messages in and out, in order, each once; times are those of load_clock.hpp.
// Threads: one. Errors: the makers and the first `log_in` throw std::system_error where the host
// gives no socket; later ones are counted. Cost: see the bodies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "node/load/load_counters.hpp"
#include "node/load/load_options.hpp"

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

  virtual ~LoadClient() = default;

  virtual void log_in(std::uint64_t now_ns) = 0;
  virtual void log_off() = 0;
  /// One OUCH message. False: a stream has no room for it now.
  virtual bool send(std::span<const std::byte> message, std::uint64_t now_ns) = 0;
  /// Takes in what has come; true if there was anything.
  virtual bool receive(const OnMessage& on_message) = 0;
  /// Heartbeats, logins again, and requests that nobody answered. True: there is a new socket.
  virtual bool tick(std::uint64_t now_ns) = 0;
  /// Over TCP: the connection is gone, without a word; a new one is asked for at `back_ns`.
  /// `hangs`: the server does not hear that it is gone.
  virtual void cut(std::uint64_t /*back_ns*/, bool /*hangs*/) {}

  /// -1: there is none now.
  [[nodiscard]] virtual int socket() const = 0;
  /// True if the server has sent numbers that are not here yet.
  [[nodiscard]] virtual bool behind() const { return false; }
  /// Why there is no connection any more.
  [[nodiscard]] virtual std::string why_ended() const { return "the node has ended it"; }

  [[nodiscard]] State state() const { return state_; }
  /// Why the login was refused: 'A' or 'S'.
  [[nodiscard]] char refusal() const { return refusal_; }
  [[nodiscard]] const LoadStream& stream() const { return stream_; }

 protected:
  static constexpr std::uint64_t ms = 1'000'000;
  static constexpr std::uint64_t login_retry_ns = 200 * ms;

  explicit LoadClient(LoadCounters& counters) : counters_(counters) {}

  void refuse(char code) {
    refusal_ = code;
    state_ = State::refused;
  }

  LoadCounters& counters_;
  State state_ = State::closed;
  LoadStream stream_;

 private:
  char refusal_ = ' ';
};

[[nodiscard]] std::unique_ptr<LoadClient> make_ufo_load_client(const LoadOptions& options,
                                                               const LoadAccount& account,
                                                               LoadCounters& counters);
[[nodiscard]] std::unique_ptr<LoadClient> make_soup_load_client(const LoadOptions& options,
                                                                const LoadAccount& account,
                                                                LoadCounters& counters);

}  // namespace wirebook::node
