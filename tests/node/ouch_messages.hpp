// Client messages for the tests of the node, as bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "wirebook/wire/ouch50_in.hpp"
#include "wirebook/wire/session.hpp"

namespace wirebook::node {

using ByteVector = std::vector<std::byte>;

template <wire::WireMessage Message>
ByteVector bytes_of(const Message& message) {
  ByteVector bytes(sizeof message);
  std::memcpy(bytes.data(), &message, sizeof message);
  return bytes;
}

inline ByteVector login(std::string_view username, std::string_view password,
                        std::string_view session = "") {
  wire::ufo::LoginRequest request;
  request.username = Alpha<6>::from(username);
  request.password = Alpha<10>::from(password);
  request.requested_session = Alpha<10>::from(session);
  return bytes_of(request);
}

inline ByteVector one_byte(char type) { return {static_cast<std::byte>(type)}; }

inline ByteVector retransmission(std::uint32_t first, std::uint16_t count) {
  wire::ufo::RetransmissionRequest request;
  request.sequence_number = first;
  request.message_count = count;
  return bytes_of(request);
}

/// A `U` packet with an Enter Order: AAPL, 100 shares, day, displayed.
inline ByteVector enter(std::uint32_t user_ref_num, char side, std::uint64_t price,
                        std::uint32_t quantity = 100) {
  wire::ouch_in::EnterOrder order;
  order.user_ref_num = user_ref_num;
  order.side = side;
  order.quantity = quantity;
  order.symbol = Symbol::from("AAPL");
  order.price = price;
  order.time_in_force = '0';
  order.display = 'Y';
  order.capacity = 'P';
  order.iso = 'N';
  order.cross_type = 'N';
  order.cl_ord_id = ClOrdId::from("test");
  ByteVector bytes = bytes_of(order);
  bytes.insert(bytes.begin(), static_cast<std::byte>(wire::ufo::type_unsequenced));
  return bytes;
}

/// A packet as a block of (u16 length, packet).
inline void append_block(ByteVector& datagram, const ByteVector& packet) {
  const wire::Big16 length(static_cast<std::uint16_t>(packet.size()));
  const ByteVector head = bytes_of(length);
  datagram.insert(datagram.end(), head.begin(), head.end());
  datagram.insert(datagram.end(), packet.begin(), packet.end());
}

}  // namespace wirebook::node
