// A SoupBinTCP server for many clients that are told the same: logins, heartbeats, timeouts, and
// bytes that leave from where they lie.
//
//   TcpServer ──► SoupServerIn ──► login ──► FeedSource ──► StreamPort ──► sockets
//
// There is no queue for a client: a place in the source, and what the kernel has taken. Who takes
// nothing for too long, or falls behind what the source keeps, is disconnected.
//
// Shapes: see feed_source.hpp. Threads: one. Errors: the constructor throws std::system_error where
// the host refuses the address; what becomes of which client is in README.md. Cost: one system call
// a poll for all who are behind, where the host has io_uring, else one for each of them.
// Specification: SoupBinTCP 3.00.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "node/config/config.hpp"
#include "node/market/feed_logins.hpp"
#include "node/market/feed_notices.hpp"
#include "node/market/feed_source.hpp"
#include "node/market/market_counters.hpp"
#include "node/soup/soup_server.hpp"
#include "node/soup/stream_port.hpp"
#include "node/soup/tcp_server.hpp"

namespace wirebook::node {

class FeedServer final : private soup::TcpSink {
 public:
  /// `server` is one of the two in `config`. The source has room for its clients.
  FeedServer(const FeedServerConfig& server, const NodeConfig& config, FeedSource& source,
             MarketCounters& counters, FeedNotices& notices);
  /// The same on connections of somebody else.
  FeedServer(const FeedServerConfig& server, const NodeConfig& config, FeedSource& source,
             MarketCounters& counters, FeedNotices& notices, std::unique_ptr<soup::TcpServer> tcp,
             std::unique_ptr<soup::StreamPort> port);

  bool poll(std::uint64_t now_ns) noexcept;
  /// Who has been told everything hears that the session has ended, and is closed; nobody else
  /// comes. Without `told` nobody hears it.
  void end(bool told) noexcept;
  /// Behind `end`: nobody is left.
  [[nodiscard]] bool is_empty() const { return open_ == 0; }
  /// Closes who is left.
  void close_all() noexcept;

  [[nodiscard]] bool has_clients() const { return live_ != 0; }
  [[nodiscard]] Endpoint local() const { return server_->local(); }
  [[nodiscard]] int descriptor() const { return server_->descriptor(); }

 private:
  enum class State : std::uint8_t {
    free,
    stranger,  ///< nothing but a login is heard, nothing is told
    live,
    leaving,  ///< our own last bytes are to go, then it is closed
    closed,   ///< the server has still to say so
  };
  struct Client {
    soup::TcpPeer peer;
    int socket = -1;
    Endpoint remote{};
    Alpha<6> username{};  ///< empty: it has not logged in
    State state = State::free;
    soup::SoupServerIn in;
    soup::SoupServerOut out;     ///< our own bytes: an answer to a login, a heartbeat, an end
    std::uint64_t wrote_ns = 0;  ///< those of the source, too
    std::uint64_t stalled_since_ns = 0;  ///< 0: it takes what there is
    std::uint64_t over_since_ns = 0;     ///< 0: there is more to come
  };

  void on_open(const soup::TcpConnection& connection) noexcept override;
  std::size_t on_bytes(soup::TcpPeer peer, std::span<const std::byte> bytes) noexcept override;
  void on_closed(soup::TcpPeer peer) noexcept override;

  [[nodiscard]] std::size_t place_of(const Client& client) const {
    return static_cast<std::size_t>(&client - clients_.data());
  }
  void on_input(Client& client, const soup::SoupInput& input) noexcept;
  void log_in(Client& client, const soup::SoupLogin& login) noexcept;
  void reject(Client& client, char code) noexcept;
  void look_at_time(Client& client) noexcept;
  /// Why it is too slow, if it is.
  [[nodiscard]] std::optional<FeedSlow> slow(const Client& client) const noexcept;
  void look_at_end(Client& client) noexcept;
  void close(Client& client) noexcept;
  bool send() noexcept;
  bool send_batch(std::size_t count) noexcept;
  void wrote(Client& client, const soup::StreamWrite& write) noexcept;

  const FeedServerConfig config_;
  const soup::ServerTimes times_;
  FeedLogins logins_;
  const Alpha<10> session_;
  FeedSource* source_;
  MarketCounters* counters_;
  FeedNotices* notices_;
  std::unique_ptr<soup::TcpServer> server_;
  std::unique_ptr<soup::StreamPort> port_;
  std::vector<Client> clients_;
  std::uint64_t now_ns_ = 0;
  std::uint64_t look_at_time_ns_ = 0;
  std::size_t open_ = 0;
  std::size_t live_ = 0;
  bool ends_ = false;
  bool end_is_told_ = false;

  static constexpr std::size_t batch = 64;
  std::array<soup::StreamWrite, batch> writes_{};
  std::array<std::array<iovec, 2>, batch> vectors_{};
  std::array<Client*, batch> writers_{};
};

}  // namespace wirebook::node
