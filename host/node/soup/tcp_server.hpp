// Many TCP connections on one thread: accepted, and what they send handed on where the kernel put
// it. Nothing is sent here: see stream_port.hpp.
//
// Two ways: io_uring (multishot receive into buffers that all connections share; a poll
// that finds nothing is no system call), and epoll where io_uring is refused.
//
//   free ──accept──► open ──end of stream, error, close()──► closed: on_closed ──release()──► free
//
// A sink that cannot take all of the bytes says how many it took. Then nothing is received any
// more, of anybody, until it takes the rest: the peers' windows fill, and nothing is dropped. One
// connection can be held by itself: then only its own peer waits.
//
// Shapes: a connection is a place in a table and a generation, so that what is said of one that is
// gone never meets its successor. Threads: made by any, polled by one and the same; `close` and
// `release` on that one; another may send, and shut down, on the socket until `release`.
// Errors: the constructors throw std::system_error where the host refuses; a host without
// descriptors or memory for another connection lets it wait, and is asked again each 100 ms.
// Cost: the kernel's copy into the buffer is the only one; an idle connection takes 40 bytes here,
// none of the buffers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "node/config/config.hpp"

namespace wirebook::node::soup {

struct TcpPeer {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;
  friend constexpr bool operator==(const TcpPeer&, const TcpPeer&) = default;
};

struct TcpConnection {
  TcpPeer peer;
  Endpoint remote;
  int socket = -1;
};

class TcpSink {
 public:
  virtual ~TcpSink() = default;

  virtual void on_open(const TcpConnection& connection) noexcept = 0;
  /// Gives how many it took; those that it did not take come again with the next poll.
  virtual std::size_t on_bytes(TcpPeer peer, std::span<const std::byte> bytes) noexcept = 0;
  /// Nothing more comes. `release` it, now or later.
  virtual void on_closed(TcpPeer peer) noexcept = 0;
};

struct TcpServerOptions {
  Endpoint listen;
  std::uint32_t connections = 1024;     ///< more wait in the kernel until there is a place
  std::uint32_t buffers = 512;          ///< of 2 KiB, for all of them; a power of two
  std::uint32_t send_buffer_bytes = 0;  ///< of the kernel, for each connection; 0: it decides
  bool wakes = true;                    ///< `descriptor` is wanted
};

class TcpServer {
 public:
  virtual ~TcpServer() = default;

  /// Hands on what is there, at most `max` pieces; gives how many, connections that came and went
  /// included.
  virtual std::size_t poll(TcpSink& sink, std::size_t max) noexcept = 0;
  /// The sink did not take all, and has to before anything else comes.
  [[nodiscard]] virtual bool blocked() const noexcept = 0;
  /// Nothing more is handed on of it; `on_closed` comes with a later poll.
  virtual void close(TcpPeer peer) noexcept = 0;
  /// Nothing is received of it until `resume`, once what the kernel has handed over is handed on;
  /// then one piece of 2 KiB, and as before if it is not held again. Its end is not seen meanwhile.
  virtual void hold(TcpPeer peer) noexcept = 0;
  virtual void resume(TcpPeer peer) noexcept = 0;
  /// Nobody uses the socket any more: it is closed. After `on_closed`.
  virtual void release(TcpPeer peer) noexcept = 0;

  /// Readable when there may be something.
  [[nodiscard]] virtual int descriptor() const = 0;
  [[nodiscard]] virtual Endpoint local() const = 0;
  [[nodiscard]] virtual std::string_view name() const = 0;
};

[[nodiscard]] std::unique_ptr<TcpServer> make_io_uring_tcp_server(const TcpServerOptions& options);
[[nodiscard]] std::unique_ptr<TcpServer> make_epoll_tcp_server(const TcpServerOptions& options);

struct ChosenTcpServer {
  std::unique_ptr<TcpServer> server;
  std::string line;  ///< which way, and why not the other; empty for io_uring
};
/// io_uring where the host lets us, unless `path` says otherwise: `recvmmsg` stands for epoll here.
/// Throws if `path` insists on io_uring and the host refuses, or if it cannot listen.
[[nodiscard]] ChosenTcpServer choose_tcp_server(const TcpServerOptions& options,
                                                ReceivePath path = ReceivePath::automatic);

}  // namespace wirebook::node::soup
