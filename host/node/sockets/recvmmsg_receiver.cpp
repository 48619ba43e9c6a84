#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>

#include "node/sockets/endpoint.hpp"
#include "node/sockets/receiver.hpp"

namespace wirebook::node {

namespace {

class RecvmmsgReceiver final : public Receiver {
 public:
  RecvmmsgReceiver(int socket, std::size_t batch)
      : socket_(socket), headers_(batch), vectors_(batch), sources_(batch), buffers_(batch) {
    for (std::size_t i = 0; i < batch; ++i) {
      vectors_[i] = {.iov_base = buffers_[i].data(), .iov_len = receive_bytes_max};
      headers_[i].msg_hdr.msg_iov = &vectors_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
      headers_[i].msg_hdr.msg_name = &sources_[i];
    }
  }

  /// One is asked for: that is the shorter call, for a thread that does nothing else, and for a
  /// lone datagram and the next one. Where two came one after the other, there may be more.
  std::size_t poll(DatagramSink& sink, std::size_t max) noexcept override {
    const std::size_t count = found_ < 2 ? receive_one(sink) : receive_many(sink, max);
    found_ = count == 0 ? 0 : found_ + count;
    return count;
  }

  [[nodiscard]] int descriptor() const override { return socket_; }
  [[nodiscard]] std::string_view name() const override { return "recvmmsg"; }

 private:
  /// Gives the whole length of what does not fit.
  static constexpr int flags = MSG_DONTWAIT | MSG_TRUNC;

  // No datagram is no error, and an error is one of an earlier send, which the read has cleared.

  std::size_t receive_one(DatagramSink& sink) noexcept {
    socklen_t length = sizeof(sockaddr_in);
    const ssize_t bytes = recvfrom(socket_, buffers_[0].data(), receive_bytes_max, flags,
                                   reinterpret_cast<sockaddr*>(&sources_[0]), &length);
    if (bytes < 0)
      return 0;
    hand_on(sink, 0, static_cast<std::size_t>(bytes));
    return 1;
  }

  std::size_t receive_many(DatagramSink& sink, std::size_t max) noexcept {
    for (mmsghdr& header : headers_)
      header.msg_hdr.msg_namelen = sizeof(sockaddr_in);
    const int count =
        recvmmsg(socket_, headers_.data(), static_cast<unsigned>(std::min(max, headers_.size())),
                 flags, nullptr);
    if (count <= 0)
      return 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
      hand_on(sink, i, headers_[i].msg_len);
    return static_cast<std::size_t>(count);
  }

  void hand_on(DatagramSink& sink, std::size_t i, std::size_t bytes) noexcept {
    if (bytes > receive_bytes_max)
      sink.on_cut_datagram();
    else
      sink.on_datagram({buffers_[i].data(), bytes}, from_sockaddr(sources_[i]));
  }

  int socket_;
  std::size_t found_ = 0;  ///< since a poll found nothing
  std::vector<mmsghdr> headers_;
  std::vector<iovec> vectors_;
  std::vector<sockaddr_in> sources_;
  std::vector<std::array<std::byte, receive_bytes_max>> buffers_;
};

}  // namespace

std::unique_ptr<Receiver> make_recvmmsg_receiver(int socket, std::uint32_t batch) {
  return std::make_unique<RecvmmsgReceiver>(socket, batch);
}

}  // namespace wirebook::node
