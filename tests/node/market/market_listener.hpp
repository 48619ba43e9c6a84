// Who listens to a node's feed, in the tests: datagrams as they come, and what is asked for again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/node/udp_client.hpp"
#include "wire_in/message_blocks.hpp"

namespace wirebook::node {

inline ByteVector rerequest(std::uint64_t number, std::uint16_t count,
                            std::string_view session = "WIREBOOK01") {
  wire::mold::Header header;
  header.session = Alpha<10>::from(session);
  header.sequence_number = number;
  header.message_count = count;
  return bytes_of(header);
}

struct MoldPacket {
  std::uint64_t first = 0;
  std::uint16_t count = 0;
  std::vector<ByteVector> messages;
};

inline MoldPacket parse_mold(const ByteVector& bytes) {
  MoldPacket packet;
  if (bytes.size() < sizeof(wire::mold::Header))
    return packet;
  const auto& header = wire::view<wire::mold::Header>(bytes.data());
  packet.first = header.sequence_number;
  packet.count = header.message_count;
  wire_in::MessageBlocks blocks(std::span<const std::byte>(bytes).subspan(sizeof header));
  while (const auto message = blocks.next())
    packet.messages.emplace_back(message->begin(), message->end());
  return packet;
}

/// Takes up messages by their numbers from whatever packets it is shown.
class MarketListener {
 public:
  /// Until there are messages up to this number; gives their types from 1 on.
  std::string types(UdpClient& line, std::size_t count) {
    line.receive_until([&](const ByteVector& bytes) {
      take(bytes);
      return messages_.size() >= count;
    });
    return types();
  }
  [[nodiscard]] std::string types() const {
    std::string text;
    for (const auto& [number, message] : messages_)
      text += static_cast<char>(message[0]);
    return text;
  }
  void take(const ByteVector& bytes) {
    const MoldPacket packet = parse_mold(bytes);
    for (std::size_t i = 0; i != packet.messages.size(); ++i)
      messages_[packet.first + i] = packet.messages[i];
  }
  [[nodiscard]] const std::map<std::uint64_t, ByteVector>& messages() const { return messages_; }

 private:
  std::map<std::uint64_t, ByteVector> messages_;
};

/// Asks until there is an answer: a request, or its answer, may be lost, and the node may be
/// behind. What comes late is passed over: it answers what was asked before.
inline MoldPacket ask_again(UdpClient& client, Endpoint server, const ByteVector& request) {
  const std::uint64_t first = parse_mold(request).first;
  for (int waited_ms = 0; waited_ms < patience_ms; waited_ms += 20) {
    client.send(server, request);
    while (const auto answer = client.receive(20))
      if (MoldPacket packet = parse_mold(*answer); packet.first == first)
        return packet;
  }
  ADD_FAILURE() << "no answer came";
  return {};
}

}  // namespace wirebook::node
