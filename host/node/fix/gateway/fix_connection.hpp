// One FIX client's TCP connection: bytes in as whole messages, bytes out as the socket takes them.
//
// Shapes: raw messages. Threads: one. Errors: what breaks, says too much or takes too little is
// `over`, with the reason. Cost: one message of buffer in; out what the client has not taken yet,
// bounded. Specification: README.md of the folder above.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/config/config.hpp"
#include "node/fix/fix_framer.hpp"

namespace wirebook::fix {

class Connection {
 public:
  /// Takes the socket over.
  Connection(int descriptor, node::Endpoint peer, std::size_t message_bytes_max)
      : descriptor_(descriptor), peer_(peer), framer_(message_bytes_max) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] const node::Endpoint& peer() const { return peer_; }

  /// Takes what the socket has, at most one buffer.
  void receive();
  /// The next message of what was taken.
  [[nodiscard]] std::optional<std::string_view> next();
  void send(const std::string& bytes);
  /// What is left goes out as the socket takes it.
  void flush();
  [[nodiscard]] std::size_t unsent() const { return output_.size() - output_begin_; }

  /// Ends it, once what was sent before is on its way.
  void finish(std::string_view why);
  [[nodiscard]] bool over() const { return over_; }
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  int descriptor_;
  node::Endpoint peer_;
  Framer framer_;
  std::string output_;
  std::size_t output_begin_ = 0;
  bool over_ = false;
  std::string why_;
};

}  // namespace wirebook::fix
