// A FIX client of nothing but bytes: a second opinion on what a session says.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/config/config.hpp"
#include "tests/patience.hpp"

namespace wirebook::fix {

/// "35=D|11=A1" as tags and values, in their order.
using RawFields = std::vector<std::pair<int, std::string>>;

inline RawFields fields_of(std::string_view text, char separator) {
  RawFields fields;
  while (!text.empty()) {
    const std::string_view field = text.substr(0, text.find(separator));
    const std::size_t equals = field.find('=');
    if (equals != std::string_view::npos)
      fields.emplace_back(std::atoi(std::string(field.substr(0, equals)).c_str()),
                          std::string(field.substr(equals + 1)));
    text.remove_prefix(std::min(text.size(), field.size() + 1));
  }
  return fields;
}

/// A message that came, by tag.
struct RawMessage {
  std::map<int, std::string> by_tag;

  [[nodiscard]] std::string operator[](int tag) const {
    const auto found = by_tag.find(tag);
    return found == by_tag.end() ? "" : found->second;
  }
  [[nodiscard]] bool empty() const { return by_tag.empty(); }
};

class RawFixClient {
 public:
  /// `receive_buffer` of the kernel, in bytes; 0: it decides.
  RawFixClient(node::Endpoint to, std::string version, std::string sender, int receive_buffer = 0)
      : version_(std::move(version)), sender_(std::move(sender)), receive_buffer_(receive_buffer) {
    connect(to);
  }
  ~RawFixClient() {
    if (descriptor_ >= 0)
      close(descriptor_);
  }
  RawFixClient(const RawFixClient&) = delete;
  RawFixClient& operator=(const RawFixClient&) = delete;

  void connect(node::Endpoint to) {
    if (descriptor_ >= 0)
      close(descriptor_);
    received_.clear();
    descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer_ != 0)
      setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_, sizeof receive_buffer_);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(to.address);
    address.sin_port = htons(to.port);
    connected_ = ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  [[nodiscard]] bool connected() const { return connected_; }

  void send_bytes(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0)
        return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Sends until the other side has taken nothing for so long: its window and our buffer are full.
  template <class NextText>
  void send_until_it_waits(NextText next_text) {
    const timeval patience{.tv_sec = 0, .tv_usec = 300'000};
    setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    for (;;) {
      const std::string message = framed(next_text(), next_++);
      if (::send(descriptor_, message.data(), message.size(), MSG_NOSIGNAL) !=
          static_cast<ssize_t>(message.size()))
        return;
    }
  }
  /// The connection is reset: whatever of it was not read is gone.
  void hang_up() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(std::exchange(descriptor_, -1));
  }

  /// "35=D|11=A1|…" with header and trailer around it; the number is the next one unless told.
  void send(const std::string& text, int number = 0) {
    send_bytes(framed(text, number == 0 ? next_++ : number));
  }
  [[nodiscard]] std::string framed(const std::string& text, int number) const {
    const std::size_t type_end = std::min(text.find('|'), text.size());
    std::string body = text.substr(0, type_end) +
                       fmt::format("|34={}|49={}|52={}|56=WIREBOOK|", number, sender_, utc_now());
    if (type_end < text.size())
      body += text.substr(type_end + 1) + "|";
    std::string message = fmt::format("8={}|9={}|", version_, body.size()) + body;
    for (char& c : message)
      if (c == '|')
        c = '\001';
    unsigned sum = 0;
    for (const char c : message)
      sum += static_cast<unsigned char>(c);
    return message + fmt::format("10={:03}\001", sum % 256);
  }
  void log_on(const std::string& password, const std::string& more = "") {
    std::string text = "35=A|98=0|108=30|554=" + password;
    if (version_ == "FIXT.1.1")
      text += "|1137=9";
    send(text + more);
  }

  /// The next message; empty when none comes, or the connection is over.
  RawMessage next() {
    const auto end =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(node::patience_ms);
    for (;;) {
      if (const std::size_t size = whole(); size != 0) {
        RawMessage message;
        for (auto& [tag, value] : fields_of(std::string_view(received_).substr(0, size), '\001'))
          message.by_tag.emplace(tag, value);
        received_.erase(0, size);
        return message;
      }
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - std::chrono::steady_clock::now());
      pollfd waiting{descriptor_, POLLIN, 0};
      if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0)
        return {};
      char buffer[4096];
      const ssize_t bytes = recv(descriptor_, buffer, sizeof buffer, 0);
      if (bytes <= 0)
        return closed_ = true, RawMessage{};
      received_.append(buffer, static_cast<std::size_t>(bytes));
    }
  }
  /// The next message of this type; others are passed over.
  RawMessage next_of(std::string_view type) {
    for (;;) {
      RawMessage message = next();
      if (message.empty() || message[35] == type)
        return message;
    }
  }
  [[nodiscard]] bool closed() {
    while (!closed_ && !next().empty()) {
    }
    return closed_;
  }
  [[nodiscard]] int next_number() const { return next_; }
  void set_next_number(int number) { next_ = number; }

 private:
  [[nodiscard]] std::size_t whole() const {
    const std::size_t trailer = received_.find("\00110=");
    return trailer == std::string::npos || received_.size() < trailer + 8 ? 0 : trailer + 8;
  }
  [[nodiscard]] static std::string utc_now() {
    const auto now = std::chrono::system_clock::now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y%m%d-%H:%M:%S", &parts);
    return text;
  }

  std::string version_;
  std::string sender_;
  int receive_buffer_;
  int descriptor_ = -1;
  std::string received_;
  int next_ = 1;
  bool connected_ = false;
  bool closed_ = false;
};

}  // namespace wirebook::fix
