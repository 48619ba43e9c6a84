#include "node/soup/stream_port.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <sys/socket.h>

#include "node/soup/uring.hpp"

namespace wirebook::node::soup {

namespace {

constexpr int send_flags = MSG_DONTWAIT | MSG_NOSIGNAL;

msghdr header_of(const StreamWrite& write) {
  msghdr header{};
  header.msg_iov = write.vectors.data();
  header.msg_iovlen = write.vectors.size();
  return header;
}

void send_one(StreamWrite& write) noexcept {
  const msghdr header = header_of(write);
  do
    write.result = sendmsg(write.socket, &header, send_flags);
  while (write.result < 0 && errno == EINTR);
  if (write.result < 0)
    write.result = -errno;
}

class PlainStreamPort final : public StreamPort {
 public:
  void send(std::span<StreamWrite> writes) noexcept override {
    for (StreamWrite& write : writes)
      send_one(write);
  }
  [[nodiscard]] std::string_view name() const override { return "sendmsg"; }
};

class UringStreamPort final : public StreamPort {
 public:
  UringStreamPort() : uring_(batch_max, 2 * batch_max) {}

  void send(std::span<StreamWrite> writes) noexcept override {
    if (writes.size() == 1)
      return send_one(writes[0]);
    for (; !writes.empty(); writes = writes.subspan(std::min(batch_max_size, writes.size())))
      send_batch(writes.first(std::min(batch_max_size, writes.size())));
  }
  [[nodiscard]] std::string_view name() const override { return "io_uring"; }

 private:
  static constexpr unsigned batch_max = 128;
  static constexpr std::size_t batch_max_size = batch_max;

  // Nothing waits: each is done, or says EAGAIN, before the submission returns.
  void send_batch(std::span<StreamWrite> writes) noexcept {
    uring_.enable();
    for (std::size_t i = 0; i < writes.size(); ++i) {
      headers_[i] = header_of(writes[i]);
      io_uring_sqe* const request = io_uring_get_sqe(uring_.get());
      WIREBOOK_ASSERT(request != nullptr);
      io_uring_prep_sendmsg(request, writes[i].socket, &headers_[i], send_flags);
      io_uring_sqe_set_data64(request, i);
      writes[i].result = -EAGAIN;
    }
    const auto wanted = static_cast<unsigned>(writes.size());
    for (unsigned seen = 0; seen != wanted;) {
      const int submitted = io_uring_submit_and_wait(uring_.get(), wanted - seen);
      WIREBOOK_ASSERT(submitted >= 0 || submitted == -EINTR || submitted == -EAGAIN);
      io_uring_cqe* completion = nullptr;
      for (; io_uring_peek_cqe(uring_.get(), &completion) == 0; ++seen) {
        writes[completion->user_data].result = completion->res;
        io_uring_cqe_seen(uring_.get(), completion);
      }
    }
  }

  std::array<msghdr, batch_max> headers_{};
  Uring uring_;
};

}  // namespace

std::unique_ptr<StreamPort> make_io_uring_stream_port() {
  return std::make_unique<UringStreamPort>();
}
std::unique_ptr<StreamPort> make_plain_stream_port() { return std::make_unique<PlainStreamPort>(); }

std::unique_ptr<StreamPort> choose_stream_port(ReceivePath path) {
  if (path == ReceivePath::recvmmsg)
    return make_plain_stream_port();
  try {
    return make_io_uring_stream_port();
  } catch (const std::system_error&) {
    return make_plain_stream_port();
  }
}

}  // namespace wirebook::node::soup
