#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/soup/tcp_server.hpp"
#include "node/soup/tcp_table.hpp"

namespace wirebook::node::soup {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t receive_bytes = 16'384;
constexpr std::uint32_t listener_mark = 0xFFFF'FFFF;
constexpr auto shortage_pause = std::chrono::milliseconds(100);

class EpollTcpServer final : public TcpServer {
 public:
  explicit EpollTcpServer(const TcpServerOptions& options)
      : listener_(options), table_(options.connections), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0 || !watch(listener_.descriptor(), listener_mark)) {
      const int error = errno;
      if (epoll_ >= 0)
        ::close(epoll_);
      throw std::system_error(error, std::generic_category(), "epoll");
    }
  }
  ~EpollTcpServer() override { ::close(epoll_); }

  std::size_t poll(TcpSink& sink, std::size_t max) noexcept override {
    if (blocked() && !hand_on(sink))
      return 0;
    listen(table_.places_free() != 0 && !is_short());
    std::array<epoll_event, 64> events{};
    const int ready =
        epoll_wait(epoll_, events.data(), static_cast<int>(std::min(max, events.size())), 0);
    std::size_t count = 0;
    for (int i = 0; i < ready && !blocked(); ++i, ++count) {
      const std::uint32_t mark = events[static_cast<std::size_t>(i)].data.u32;
      if (mark == listener_mark)
        accept_some(sink);
      else
        receive(mark, sink);
    }
    return count;
  }

  [[nodiscard]] bool blocked() const noexcept override { return begin_ != end_; }

  void close(TcpPeer peer) noexcept override {
    if (table_.close(peer))
      listen_to(peer.index);
  }
  void hold(TcpPeer peer) noexcept override {
    if (table_.hold(peer))
      listen_to(peer.index);
  }
  void resume(TcpPeer peer) noexcept override {
    if (table_.resume(peer))
      listen_to(peer.index);
  }
  void release(TcpPeer peer) noexcept override { table_.release(peer); }

  [[nodiscard]] int descriptor() const override { return epoll_; }
  [[nodiscard]] Endpoint local() const override { return listener_.local(); }
  [[nodiscard]] std::string_view name() const override { return "epoll"; }

 private:
  bool watch(int socket, std::uint32_t mark) noexcept {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = mark;
    return epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) == 0;
  }

  /// Or not, if it is held. A connection that broke is told of all the same: once.
  void listen_to(std::uint32_t index) noexcept {
    const TcpTable::Place& place = table_.at(index);
    epoll_event event{};
    event.events = place.held ? static_cast<std::uint32_t>(EPOLLONESHOT) : EPOLLIN;
    event.data.u32 = index;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, place.socket, &event);
  }

  /// A while ago there was no descriptor, or no memory, for another connection.
  [[nodiscard]] bool is_short() noexcept {
    if (accept_again_ == Clock::time_point{})
      return false;
    if (Clock::now() < accept_again_)
      return true;
    accept_again_ = {};
    return false;
  }

  /// Whoever comes while there is no place for him waits, and does not wake us.
  void listen(bool wanted) noexcept {
    if (wanted == listening_)
      return;
    listening_ = wanted;
    epoll_event event{};
    event.events = wanted ? static_cast<std::uint32_t>(EPOLLIN) : 0;
    event.data.u32 = listener_mark;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, listener_.descriptor(), &event);
  }

  void accept_some(TcpSink& sink) noexcept {
    constexpr int connections_at_once = 64;
    for (int i = 0; i < connections_at_once && table_.places_free() != 0; ++i) {
      const int socket =
          accept4(listener_.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) {
        if (is_shortage(errno))
          accept_again_ = Clock::now() + shortage_pause;
        return;
      }
      const std::uint32_t index = table_.open(socket, sink);
      if (!watch(socket, index)) {
        table_.close(table_.peer(index));
        table_.closed(index, sink);
      }
    }
  }

  void receive(std::uint32_t index, TcpSink& sink) noexcept {
    TcpTable::Place& place = table_.at(index);
    if (place.held)
      return;
    const std::size_t most =
        std::exchange(place.careful, false) ? TcpTable::piece_bytes : buffer_.size();
    const ssize_t bytes = recv(place.socket, buffer_.data(), most, MSG_DONTWAIT);
    if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
      return;
    if (bytes <= 0) {
      epoll_ctl(epoll_, EPOLL_CTL_DEL, place.socket, nullptr);
      return table_.closed(index, sink);
    }
    reader_ = index;
    begin_ = 0;
    end_ = static_cast<std::size_t>(bytes);
    hand_on(sink);
  }

  /// True when all of it was taken.
  bool hand_on(TcpSink& sink) noexcept {
    if (table_.at(reader_).state == TcpTable::State::open)
      begin_ +=
          sink.on_bytes(table_.peer(reader_), std::span(buffer_).subspan(begin_, end_ - begin_));
    else
      begin_ = end_;
    return !blocked();
  }

  TcpListener listener_;
  TcpTable table_;
  int epoll_;
  Clock::time_point accept_again_{};  ///< none: at once
  bool listening_ = true;
  std::uint32_t reader_ = 0;  ///< whose bytes are in the buffer
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::array<std::byte, receive_bytes> buffer_{};
};

}  // namespace

std::unique_ptr<TcpServer> make_epoll_tcp_server(const TcpServerOptions& options) {
  return std::make_unique<EpollTcpServer>(options);
}

}  // namespace wirebook::node::soup
