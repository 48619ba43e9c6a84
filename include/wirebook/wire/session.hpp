// The three transports that carry the messages: MoldUDP64 1.00, SoupBinTCP 3.00 and UFO 1.0.
//
// Shapes: alignment 1, laid over received or sent bytes. Threads: values. Errors: none; lengths are
// checked before a view is taken. Specification: the document that each namespace names.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wirebook/units.hpp"
#include "wirebook/wire/big_endian.hpp"

/// MoldUDP64 1.00: market data over UDP, and its re-request.
namespace wirebook::wire::mold {

/// Heads every downstream packet; blocks of (u16 length, message) follow. A request has the same
/// form, with the first number wanted and how many.
struct Header {
  Alpha<10> session;
  Big64 sequence_number;
  Big16 message_count;
};
static_assert(sizeof(Header) == 20 && offsetof(Header, sequence_number) == 10 &&
              offsetof(Header, message_count) == 18);

inline constexpr std::uint16_t count_heartbeat = 0;
inline constexpr std::uint16_t count_end_of_session = 0xFFFF;

}  // namespace wirebook::wire::mold

/// SoupBinTCP 3.00: one logical packet is a header and `length - 1` bytes of payload.
namespace wirebook::wire::soup {

struct Header {
  Big16 length;  ///< bytes behind this field: the type and the payload
  char type{};
};
static_assert(sizeof(Header) == 3);

struct LoginRequest {
  static constexpr char type_code = 'L';
  Alpha<6> username;
  Alpha<10> password;
  Alpha<10> requested_session;
  Alpha<20> requested_sequence_number;  ///< ASCII digits
};
static_assert(sizeof(LoginRequest) == 46);

struct LoginAccepted {
  static constexpr char type_code = 'A';
  Alpha<10> session;
  Alpha<20> sequence_number;  ///< ASCII digits
};
static_assert(sizeof(LoginAccepted) == 30);

inline constexpr char type_debug = '+';
inline constexpr char type_login_rejected = 'J';
inline constexpr char type_sequenced = 'S';
inline constexpr char type_server_heartbeat = 'H';
inline constexpr char type_end_of_session = 'Z';
inline constexpr char type_unsequenced = 'U';
inline constexpr char type_client_heartbeat = 'R';
inline constexpr char type_logout_request = 'O';

}  // namespace wirebook::wire::soup

/// UFO 1.0: order entry over UDP, one packet a datagram.
namespace wirebook::wire::ufo {

struct LoginRequest {
  static constexpr char type_code = 'L';
  char type = type_code;
  Alpha<6> username;
  Alpha<10> password;
  Alpha<10> requested_session;
};
static_assert(sizeof(LoginRequest) == 27);

struct RetransmissionRequest {
  static constexpr char type_code = 'T';
  char type = type_code;
  Big32 sequence_number;
  Big16 message_count;
};
static_assert(sizeof(RetransmissionRequest) == 7);

struct LoginAccepted {
  static constexpr char type_code = 'A';
  char type = type_code;
  Alpha<10> session;
  Big32 sequence_number;  ///< of the next sequenced message
};
static_assert(sizeof(LoginAccepted) == 15);

struct LoginRejected {
  static constexpr char type_code = 'J';
  char type = type_code;
  char code{};  ///< 'A' not authorized, 'S' no such session
};
static_assert(sizeof(LoginRejected) == 2);

/// Blocks of (u16 length, message) follow; a count of 0 is the server's heartbeat.
struct SequencedHeader {
  static constexpr char type_code = 'S';
  char type = type_code;
  Big32 sequence_number;  ///< of the first message
  Big16 message_count;
};
static_assert(sizeof(SequencedHeader) == 7);

struct EndOfSession {
  static constexpr char type_code = 'E';
  char type = type_code;
  Big32 message_count;
};
static_assert(sizeof(EndOfSession) == 5);

inline constexpr char type_unsequenced = 'U';  ///< followed by one OUCH message
inline constexpr char type_client_heartbeat = 'R';
inline constexpr char type_logoff_request = 'O';

}  // namespace wirebook::wire::ufo
