#include <liburing.h>
#include <netinet/in.h>

#include "node/sockets/endpoint.hpp"
#include "node/sockets/receiver.hpp"
#include "node/soup/uring.hpp"
#include "slot_ring/memory.hpp"

namespace wirebook::node {

namespace {

using soup::Uring;

/// Several batches: what is received stays in the cache. Where they run out, the request is armed
/// anew.
constexpr unsigned buffer_count = 256;
constexpr std::size_t buffer_bytes = 2048;
constexpr int buffer_group = 0;
constexpr std::uint64_t cancelling = 1;  ///< what a cancellation's completion is known by
static_assert(receive_bytes_max + sizeof(io_uring_recvmsg_out) + sizeof(sockaddr_in) <=
              buffer_bytes);

class IoUringReceiver final : public Receiver {
 public:
  explicit IoUringReceiver(int socket)
      : socket_(socket),
        ring_memory_(buffer_count * sizeof(io_uring_buf)),
        buffers_(buffer_count * buffer_bytes),
        uring_(8, 2 * buffer_count) {  // a completion a buffer: it cannot overflow
    buffer_ring_ = reinterpret_cast<io_uring_buf_ring*>(ring_memory_.data());
    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<std::uintptr_t>(buffer_ring_);
    registration.ring_entries = buffer_count;
    registration.bgid = buffer_group;
    Uring::check(io_uring_register_buf_ring(uring_.get(), &registration, 0),
                 "io_uring buffer ring");
    io_uring_buf_ring_init(buffer_ring_);
    for (unsigned i = 0; i < buffer_count; ++i)
      put_back(static_cast<std::uint16_t>(i), static_cast<int>(i));
    io_uring_buf_ring_advance(buffer_ring_, static_cast<int>(buffer_count));
    message_.msg_namelen = sizeof(sockaddr_in);
  }

  ~IoUringReceiver() override { finish(); }

  std::size_t poll(DatagramSink& sink, std::size_t max) noexcept override {
    if (!armed_)
      arm();
    io_uring_cqe* completion = nullptr;
    // Runs the kernel's part where it has anything to do; then completions are read as they lie.
    if (io_uring_peek_cqe(uring_.get(), &completion) != 0)
      return 0;
    std::size_t count = 0;
    int returned = 0;
    unsigned seen = 0;
    unsigned head = 0;
    io_uring_for_each_cqe(uring_.get(), head, completion) {
      if (count == max)
        break;
      ++seen;
      // Without MORE the request is over, for want of buffers or by an error: it is armed anew.
      armed_ = armed_ && (completion->flags & IORING_CQE_F_MORE) != 0;
      if ((completion->flags & IORING_CQE_F_BUFFER) == 0)
        continue;
      const auto buffer = static_cast<std::uint16_t>(completion->flags >> IORING_CQE_BUFFER_SHIFT);
      if (completion->res >= 0) {
        hand_on(sink, buffer, completion->res);
        ++count;
      }
      put_back(buffer, returned++);
    }
    io_uring_cq_advance(uring_.get(), seen);
    if (returned != 0)
      io_uring_buf_ring_advance(buffer_ring_, returned);
    return count;
  }

  /// Takes the request back and waits until it is over. On another thread than that of the polls
  /// the kernel refuses, and ends it by itself some time later.
  void finish() noexcept override {
    if (!armed_)
      return;
    io_uring_sqe* const request = io_uring_get_sqe(uring_.get());
    if (request == nullptr)
      return;
    io_uring_prep_cancel(request, nullptr, IORING_ASYNC_CANCEL_ANY);
    io_uring_sqe_set_data64(request, cancelling);
    armed_ = io_uring_submit(uring_.get()) == 1;
    __kernel_timespec longest{.tv_sec = 1, .tv_nsec = 0};
    io_uring_cqe* completion = nullptr;
    while (armed_ && io_uring_wait_cqe_timeout(uring_.get(), &completion, &longest) == 0) {
      armed_ = completion->user_data == cancelling || (completion->flags & IORING_CQE_F_MORE) != 0;
      io_uring_cqe_seen(uring_.get(), completion);
    }
    armed_ = false;
  }

  /// The socket: a datagram stays in it until this thread runs the ring's task work, so that it
  /// wakes a poll. The ring itself does not: with deferred task work nothing is completed yet.
  [[nodiscard]] int descriptor() const override { return socket_; }
  [[nodiscard]] std::string_view name() const override { return "io_uring"; }

 private:
  void arm() noexcept {
    uring_.enable();
    io_uring_sqe* const request = io_uring_get_sqe(uring_.get());
    if (request == nullptr)
      return;
    io_uring_prep_recvmsg_multishot(request, socket_, &message_, MSG_TRUNC);
    request->flags |= IOSQE_BUFFER_SELECT;
    request->buf_group = buffer_group;
    io_uring_sqe_set_data64(request, 0);
    armed_ = io_uring_submit(uring_.get()) == 1;
  }

  void hand_on(DatagramSink& sink, std::uint16_t buffer, int bytes) noexcept {
    std::byte* const data = buffers_.data() + buffer * buffer_bytes;
    io_uring_recvmsg_out* const out = io_uring_recvmsg_validate(data, bytes, &message_);
    if (out == nullptr || (out->flags & MSG_TRUNC) != 0)
      return sink.on_cut_datagram();
    const auto* const payload =
        static_cast<const std::byte*>(io_uring_recvmsg_payload(out, &message_));
    const auto* const source = static_cast<const sockaddr_in*>(io_uring_recvmsg_name(out));
    sink.on_datagram({payload, io_uring_recvmsg_payload_length(out, bytes, &message_)},
                     from_sockaddr(*source));
  }

  /// Visible to the kernel with the next advance.
  void put_back(std::uint16_t buffer, int offset) noexcept {
    io_uring_buf_ring_add(buffer_ring_, buffers_.data() + buffer * buffer_bytes, buffer_bytes,
                          buffer, io_uring_buf_ring_mask(buffer_count), offset);
  }

  int socket_;
  slot_ring::Memory ring_memory_;
  slot_ring::Memory buffers_;
  io_uring_buf_ring* buffer_ring_ = nullptr;
  mutable Uring uring_;  // before the memory goes, so that the kernel no longer writes there
  msghdr message_{};
  bool armed_ = false;
};

}  // namespace

std::unique_ptr<Receiver> make_io_uring_receiver(int socket) {
  return std::make_unique<IoUringReceiver>(socket);
}

}  // namespace wirebook::node
