#include "node/fix/gateway/fix_connection.hpp"

#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

namespace wirebook::fix {

namespace {

/// A client that has not taken so much is gone for us.
constexpr std::size_t unsent_max = std::size_t{8} << 20;
/// Not FIX at all, or a line that loses bytes.
constexpr std::uint64_t garbled_max = 100;

}  // namespace

Connection::~Connection() { close(descriptor_); }

void Connection::receive() {
  if (over_)
    return;
  const std::span<char> room = framer_.room();
  const ssize_t bytes = recv(descriptor_, room.data(), room.size(), MSG_DONTWAIT);
  if (bytes > 0)
    framer_.wrote(static_cast<std::size_t>(bytes));
  else if (bytes == 0)
    finish("the client closed it");
  else if (errno != EAGAIN && errno != EINTR)
    finish(std::strerror(errno));
}

std::optional<std::string_view> Connection::next() {
  if (over_)
    return std::nullopt;
  const auto message = framer_.next();
  if (framer_.garbled() > garbled_max)
    finish("too much of it was no FIX");
  return message;
}

void Connection::send(const std::string& bytes) {
  if (over_)
    return;
  if (unsent() + bytes.size() > unsent_max)
    return finish("the client takes too little");
  output_ += bytes;
  flush();
}

void Connection::flush() {
  while (unsent() != 0) {
    const ssize_t bytes =
        ::send(descriptor_, output_.data() + output_begin_, unsent(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (bytes < 0) {
      if (errno != EAGAIN && errno != EINTR && !over_)
        finish(std::strerror(errno));
      break;
    }
    output_begin_ += static_cast<std::size_t>(bytes);
  }
  if (output_begin_ == output_.size() || output_begin_ > unsent_max / 8) {
    output_.erase(0, output_begin_);
    output_begin_ = 0;
  }
}

void Connection::finish(std::string_view why) {
  if (over_)
    return;
  over_ = true;
  why_ = why;
  shutdown(descriptor_, SHUT_RD);
}

}  // namespace wirebook::fix
