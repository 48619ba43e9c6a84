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

  std::size_t poll(DatagramSink& sink, std::size_t max) noexcept override {
    for (mmsghdr& header : headers_)
      header.msg_hdr.msg_namelen = sizeof(sockaddr_in);
    const int count =
        recvmmsg(socket_, headers_.data(), static_cast<unsigned>(std::min(max, headers_.size())),
                 MSG_DONTWAIT, nullptr);
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
  int socket_;
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
