// What a host and a card in a process of its own say to each other.
//
// Shapes: a request is one packet, an answer another; memory travels as a file descriptor beside
// its request. Answers come in the order of the requests that have one. Threads: one sends or
// receives at a time on either side. Errors: false when the other side is gone. Cost: a system
// call a packet. Specification: unix(7), SOCK_SEQPACKET.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace wirebook::hw_sim {

struct CardRequest {
  enum class Kind : std::uint32_t {
    hello,    ///< value: the host's process; the answer's address: its window
    acquire,  ///< the answer's error
    release,  ///< no answer
    read,     ///< offset; the answer's value
    write,    ///< offset, value; no answer
    map,      ///< address, a descriptor; the answer's error
    unmap,    ///< address
  };
  Kind kind = Kind::hello;
  std::uint32_t offset = 0;
  std::uint32_t value = 0;
  std::uint32_t reserved = 0;
  std::uint64_t address = 0;
};

struct CardAnswer {
  std::int32_t error = 0;  ///< errno
  std::uint32_t value = 0;
  std::uint64_t address = 0;
  std::array<char, 240> text{};  ///< of an error
};

bool send_request(int socket, const CardRequest& request, int descriptor = -1);
/// `descriptor` is -1 if none came.
bool receive_request(int socket, CardRequest& request, int& descriptor);
bool send_answer(int socket, const CardAnswer& answer);
bool receive_answer(int socket, CardAnswer& answer);

/// A stream of packets between processes, bound to `path` or connected to what is bound there.
/// Throw `std::system_error`.
int listen_at(std::string_view path);
int connect_to(std::string_view path);

}  // namespace wirebook::hw_sim
