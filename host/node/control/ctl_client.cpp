#include "node/control/ctl_client.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace wirebook::node {

namespace {

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error == EAGAIN ? ETIMEDOUT : error, std::generic_category(), what);
}

}  // namespace

CtlClient::CtlClient(const std::string& path, std::chrono::milliseconds patience) : path_(path) {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  if (path.size() >= sizeof address.sun_path)
    fail(ENAMETOOLONG, path);
  std::memcpy(address.sun_path, path.data(), path.size());
  file_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (file_ < 0)
    fail(errno, "socket");
  const timeval longest{.tv_sec = patience.count() / 1000,
                        .tv_usec = patience.count() % 1000 * 1000};
  setsockopt(file_, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
  setsockopt(file_, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
  if (connect(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    close(file_);
    fail(error, path);
  }
}

CtlClient::~CtlClient() { close(file_); }

std::string CtlClient::ask(const std::string& line) {
  std::string_view rest;
  const std::string request = line + '\n';
  rest = request;
  while (!rest.empty()) {
    const ssize_t bytes = send(file_, rest.data(), rest.size(), MSG_NOSIGNAL);
    // Who refuses a connection says why before he closes it.
    if (bytes < 0 && errno == EPIPE)
      break;
    if (bytes < 0 && errno != EINTR)
      fail(errno, path_);
    rest.remove_prefix(bytes < 0 ? 0 : static_cast<std::size_t>(bytes));
  }
  std::array<char, 4096> buffer{};
  std::size_t end = received_.find('\n');
  while (end == std::string::npos) {
    const ssize_t bytes = recv(file_, buffer.data(), buffer.size(), 0);
    if (bytes == 0)
      fail(ECONNRESET, path_ + ": no answer; what was asked for may be done all the same");
    if (bytes < 0 && errno != EINTR)
      fail(errno, path_ + ": no answer; what was asked for may be done all the same");
    received_.append(buffer.data(), bytes < 0 ? 0 : static_cast<std::size_t>(bytes));
    end = received_.find('\n');
  }
  std::string answer = received_.substr(0, end);
  received_.erase(0, end + 1);
  return answer;
}

}  // namespace wirebook::node
