// What a UFO client was told, in the tests, by whatever road its packets came.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ouch_messages.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::node {

/// The number that an `A` tells; 0 if it is none.
inline std::uint32_t next_number_in(const ByteVector& accepted) {
  return accepted.size() == sizeof(wire::ufo::LoginAccepted)
             ? std::uint32_t{wire::view<wire::ufo::LoginAccepted>(accepted.data()).sequence_number}
             : 0;
}

class UfoMessages {
 public:
  /// Takes up the messages of a packet that come next; others, and other packets, are passed over.
  void collect(const ByteVector& bytes) {
    wire_in::UfoPacket packet;
    if (wire_in::parse_ufo_downstream(bytes, packet) != Outcome::ok || packet.type != 'S')
      return;
    std::uint32_t number = wire::view<wire::ufo::SequencedHeader>(bytes.data()).sequence_number;
    wire_in::MessageBlocks blocks = wire_in::sequenced_messages(packet);
    while (const auto message = blocks.next())
      if (number++ == messages_.size() + 1)
        messages_.emplace_back(message->begin(), message->end());
  }
  [[nodiscard]] std::string types() const {
    std::string text;
    for (const ByteVector& message : messages_)
      text += static_cast<char>(message[0]);
    return text;
  }
  [[nodiscard]] const std::vector<ByteVector>& messages() const { return messages_; }

 private:
  std::vector<ByteVector> messages_;
};

}  // namespace wirebook::node
