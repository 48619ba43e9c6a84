#include <algorithm>
#include <array>
#include <cstdint>

#include <netinet/in.h>
#include <sys/socket.h>

#include "node/sockets/endpoint.hpp"
#include "node/sockets/receiver.hpp"

namespace wirebook::node {

namespace {

class RecvmmsgReceiver final : public Receiver {
 public:
  explicit RecvmmsgReceiver(int socket) : socket_(socket) {
    for (std::size_t i = 0; i < batch; ++i) {
      vectors_[i] = {.iov_base = buffers_[i].data(), .iov_len = receive_bytes_max};
      headers_[i].msg_hdr.msg_iov = &vectors_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
      headers_[i].msg_hdr.msg_name = &sources_[i];
    }
  }

  std::size_t poll(DatagramSink& sink, std::size_t max) noexcept override {
    for (mmsghdr& header : headers_)
      header.msg_hdr.msg_namelen = sizeof(sockaddr_in);
    const int count = recvmmsg(socket_, headers_.data(),
                               static_cast<unsigned>(std::min(max, batch)), MSG_DONTWAIT, nullptr);
    if (count <= 0)
      return 0;  // nothing there, or an error of an earlier send, which the read has cleared
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      if ((headers_[i].msg_hdr.msg_flags & MSG_TRUNC) != 0)
        sink.on_cut_datagram();
      else
        sink.on_datagram({buffers_[i].data(), headers_[i].msg_len}, from_sockaddr(sources_[i]));
    }
    return static_cast<std::size_t>(count);
  }

  [[nodiscard]] int descriptor() const override { return socket_; }
  [[nodiscard]] std::string_view name() const override { return "recvmmsg"; }

 private:
  static constexpr std::size_t batch = 64;

  int socket_;
  std::array<mmsghdr, batch> headers_{};
  std::array<iovec, batch> vectors_{};
  std::array<sockaddr_in, batch> sources_{};
  std::array<std::array<std::byte, receive_bytes_max>, batch> buffers_{};
};

}  // namespace

std::unique_ptr<Receiver> make_recvmmsg_receiver(int socket) {
  return std::make_unique<RecvmmsgReceiver>(socket);
}

}  // namespace wirebook::node
