// A UFO client over a socket that collects what it is sent, in order and once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "udp_client.hpp"
#include "ufo_messages.hpp"

namespace wirebook::node {

class Client {
 public:
  explicit Client(Endpoint node, Endpoint local = {0x7F000001, 0}) : node_(node), socket_(local) {}

  void send(const ByteVector& bytes) { socket_.send(node_, bytes); }

  /// The next packet of this type.
  ByteVector packet(char type) {
    return socket_.receive_until([&](const ByteVector& bytes) {
      collect(bytes);
      return !bytes.empty() && static_cast<char>(bytes[0]) == type;
    });
  }
  std::uint32_t log_in(std::string_view username, std::string_view password) {
    send(login(username, password));
    return next_number_in(packet('A'));
  }
  /// The types of the first `count` messages from number 1 on.
  std::string types(std::size_t count) {
    while (messages().size() < count)
      if (packet('S').empty())
        break;
    return told_.types();
  }
  /// The types of the first `count` messages or more, asking for what is missing.
  std::string hear(std::size_t count) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (messages().size() < count && std::chrono::steady_clock::now() < end) {
      send(retransmission(static_cast<std::uint32_t>(messages().size() + 1), 100));
      if (const auto bytes = socket_.receive(20))
        collect(*bytes);
    }
    return types(0);
  }
  /// The type of the first message that names this order.
  char answer_to(std::uint32_t user_ref_num) {
    for (std::size_t i = 0;; ++i) {
      if (messages().size() <= i)
        hear(i + 1);
      if (messages().size() <= i)
        return 0;
      const char type = static_cast<char>(messages()[i][0]);
      // Time, then the number, in all that name an order.
      if (type != 'S' && messages()[i].size() > 13 &&
          wire::view<wire::Big32>(messages()[i].data() + 9) == user_ref_num)
        return type;
    }
  }
  [[nodiscard]] const std::vector<ByteVector>& messages() const { return told_.messages(); }
  UdpClient& socket() { return socket_; }

  /// Takes up the messages of a datagram that come next.
  void collect(const ByteVector& bytes) { told_.collect(bytes); }

 private:
  Endpoint node_;
  UdpClient socket_;
  UfoMessages told_;
};

}  // namespace wirebook::node
