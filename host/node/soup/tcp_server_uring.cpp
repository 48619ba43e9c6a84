#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wirebook/assert.hpp"

#include "node/soup/tcp_server.hpp"
#include "node/soup/tcp_table.hpp"
#include "node/soup/uring.hpp"
#include "slot_ring/memory.hpp"

namespace wirebook::node::soup {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t buffer_bytes = TcpTable::piece_bytes;
constexpr int buffer_group = 0;
constexpr unsigned requests = 256;
constexpr std::size_t accepts_max = 16;
constexpr std::uint64_t accept_mark = ~std::uint64_t{0};
constexpr std::uint64_t cancel_mark = accept_mark - 1;
constexpr auto accept_pause = std::chrono::milliseconds(100);

/// Readable when the ring has completions, or work that leads to some. The ring's own descriptor
/// is not, as long as that work is deferred.
class Wake {
 public:
  explicit Wake(bool wanted) : descriptor_(wanted ? eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC) : -1) {
    if (wanted && descriptor_ < 0)
      throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  ~Wake() {
    if (descriptor_ >= 0)
      ::close(descriptor_);
  }
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// What comes from now on makes it readable again.
  void reset() const noexcept {
    eventfd_t value = 0;
    if (descriptor_ >= 0)
      eventfd_read(descriptor_, &value);
  }

 private:
  int descriptor_;
};

class UringTcpServer final : public TcpServer {
 public:
  explicit UringTcpServer(const TcpServerOptions& options)
      : listener_(options),
        table_(options.connections),
        wake_(options.wakes),
        buffer_count_(options.buffers),
        ring_memory_(options.buffers * sizeof(io_uring_buf)),
        buffers_(options.buffers * buffer_bytes),
        // A completion for each buffer, and the last one of each connection: more wait in the
        // kernel.
        uring_(requests, 2 * options.buffers + 1024) {
    to_arm_.reserve(options.connections);
    buffer_ring_ = reinterpret_cast<io_uring_buf_ring*>(ring_memory_.data());
    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<std::uintptr_t>(buffer_ring_);
    registration.ring_entries = buffer_count_;
    registration.bgid = buffer_group;
    Uring::check(io_uring_register_buf_ring(uring_.get(), &registration, 0),
                 "io_uring buffer ring");
    if (options.wakes)
      Uring::check(io_uring_register_eventfd(uring_.get(), wake_.descriptor()), "io_uring eventfd");
    io_uring_buf_ring_init(buffer_ring_);
    for (unsigned i = 0; i < buffer_count_; ++i)
      put_back(static_cast<std::uint16_t>(i));
    give_back();
  }

  std::size_t poll(TcpSink& sink, std::size_t max) noexcept override {
    uring_.enable();
    if (blocked() && !hand_on(sink))
      return 0;
    std::size_t count = 0;
    io_uring_cqe* completion = nullptr;
    while (count < max && !blocked() && io_uring_peek_cqe(uring_.get(), &completion) == 0) {
      const io_uring_cqe seen = *completion;
      io_uring_cqe_seen(uring_.get(), completion);
      if (seen.user_data == accept_mark)
        on_accept(seen, sink);
      else if (seen.user_data != cancel_mark)
        on_receive(seen, sink);
      ++count;
    }
    give_back();
    if (!blocked())
      arm();
    worked_ = rest(count != 0);
    return count;
  }

  [[nodiscard]] bool blocked() const noexcept override { return !unread_.empty(); }

  // The last completion of its receive follows.
  void close(TcpPeer peer) noexcept override {
    if (table_.close(peer))
      receive_from(peer.index);
  }
  void hold(TcpPeer peer) noexcept override {
    if (!table_.hold(peer) || !table_.at(peer.index).watched)
      return;
    // Else what is about to be received from is not.
    if (io_uring_sqe* const cancel = request(); cancel != nullptr) {
      io_uring_prep_cancel64(cancel, peer.index, 0);
      io_uring_sqe_set_data64(cancel, cancel_mark);
    }
  }
  void resume(TcpPeer peer) noexcept override {
    if (table_.resume(peer))
      receive_from(peer.index);
  }
  void release(TcpPeer peer) noexcept override { table_.release(peer); }

  [[nodiscard]] int descriptor() const override { return wake_.descriptor(); }
  [[nodiscard]] Endpoint local() const override { return listener_.local(); }
  [[nodiscard]] std::string_view name() const override { return "io_uring"; }

 private:
  /// Before a thread may sleep, what woke it is taken back, and the next poll looks once more.
  bool rest(bool worked) noexcept {
    if (!worked && worked_)
      wake_.reset();
    return worked;
  }

  void on_accept(const io_uring_cqe& seen, TcpSink& sink) noexcept {
    --accepts_;
    if (seen.res >= 0)
      receive_from(table_.open(seen.res, sink));
    else if (is_shortage(-seen.res))
      accept_again_ = Clock::now() + accept_pause;
  }

  void on_receive(const io_uring_cqe& seen, TcpSink& sink) noexcept {
    const auto index = static_cast<std::uint32_t>(seen.user_data);
    if ((seen.flags & IORING_CQE_F_BUFFER) != 0) {
      reader_ = index;
      buffer_ = static_cast<std::uint16_t>(seen.flags >> IORING_CQE_BUFFER_SHIFT);
      unread_ = {buffers_.data() + buffer_ * buffer_bytes,
                 static_cast<std::size_t>(std::max(seen.res, 0))};
      if (unread_.empty())
        put_back(buffer_);
    }
    if ((seen.flags & IORING_CQE_F_MORE) == 0) {
      // Over: for want of buffers or of room for completions, because it is held, or for good.
      table_.at(index).watched = false;
      if (seen.res > 0 || seen.res == -ENOBUFS || seen.res == -ECANCELED)
        receive_from(index);
      else
        return table_.closed(index, sink);
    }
    if (blocked())
      hand_on(sink);
  }

  /// True when all of it was taken.
  bool hand_on(TcpSink& sink) noexcept {
    const bool wanted = table_.at(reader_).state == TcpTable::State::open;
    unread_ =
        unread_.subspan(wanted ? sink.on_bytes(table_.peer(reader_), unread_) : unread_.size());
    if (blocked())
      return false;
    put_back(buffer_);
    return true;
  }

  void receive_from(std::uint32_t index) noexcept {
    TcpTable::Place& place = table_.at(index);
    if (place.watched || place.held)
      return;
    place.watched = true;
    to_arm_.push_back(index);
  }

  io_uring_sqe* request() noexcept {
    io_uring_sqe* free = io_uring_get_sqe(uring_.get());
    if (free == nullptr) {
      io_uring_submit(uring_.get());
      free = io_uring_get_sqe(uring_.get());
    }
    return free;
  }

  /// Requests to accept, no more than there are places.
  void arm_accepts() noexcept {
    if (accept_again_ != Clock::time_point{} && Clock::now() < accept_again_)
      return;
    accept_again_ = {};
    while (accepts_ < std::min(accepts_max, table_.places_free())) {
      io_uring_sqe* const accept = request();
      if (accept == nullptr)
        return;
      io_uring_prep_accept(accept, listener_.descriptor(), nullptr, nullptr,
                           SOCK_NONBLOCK | SOCK_CLOEXEC);
      io_uring_sqe_set_data64(accept, accept_mark);
      ++accepts_;
    }
  }

  void arm() noexcept {
    arm_accepts();
    while (!to_arm_.empty()) {
      const std::uint32_t index = to_arm_.back();
      TcpTable::Place& place = table_.at(index);
      io_uring_sqe* const receive = place.held ? nullptr : request();
      if (receive == nullptr && !place.held)
        break;
      to_arm_.pop_back();
      place.watched = receive != nullptr;
      if (receive == nullptr)
        continue;
      if (std::exchange(place.careful, false))
        io_uring_prep_recv(receive, place.socket, nullptr, 0, 0);
      else
        io_uring_prep_recv_multishot(receive, place.socket, nullptr, 0, 0);
      receive->flags |= IOSQE_BUFFER_SELECT;
      receive->buf_group = buffer_group;
      io_uring_sqe_set_data64(receive, index);
    }
    if (io_uring_sq_ready(uring_.get()) != 0)
      io_uring_submit(uring_.get());
  }

  /// Visible to the kernel with the next `give_back`.
  void put_back(std::uint16_t buffer) noexcept {
    io_uring_buf_ring_add(buffer_ring_, buffers_.data() + buffer * buffer_bytes, buffer_bytes,
                          buffer, io_uring_buf_ring_mask(buffer_count_), returned_++);
  }
  void give_back() noexcept {
    if (returned_ != 0)
      io_uring_buf_ring_advance(buffer_ring_, returned_);
    returned_ = 0;
  }

  TcpListener listener_;
  TcpTable table_;
  Wake wake_;
  const unsigned buffer_count_;
  slot_ring::Memory ring_memory_;
  slot_ring::Memory buffers_;
  io_uring_buf_ring* buffer_ring_ = nullptr;
  int returned_ = 0;
  std::vector<std::uint32_t> to_arm_;  ///< connections without a receive under way
  std::size_t accepts_ = 0;            ///< under way
  Clock::time_point accept_again_{};
  bool worked_ = true;
  std::uint32_t reader_ = 0;  ///< whose bytes are unread
  std::uint16_t buffer_ = 0;
  std::span<const std::byte> unread_;
  Uring uring_;  // goes before the memory, so that the kernel no longer writes there
};

}  // namespace

std::unique_ptr<TcpServer> make_io_uring_tcp_server(const TcpServerOptions& options) {
  return std::make_unique<UringTcpServer>(options);
}

}  // namespace wirebook::node::soup
