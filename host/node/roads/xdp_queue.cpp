#include "node/roads/xdp_queue.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <thread>

#include <fmt/format.h>
#include <linux/if_xdp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "wirebook/assert.hpp"

#include "node/sockets/busy_poll.hpp"

namespace wirebook::node {

namespace {

constexpr std::uint32_t fetch_ahead = 4;
/// The kernel gives a queue back some time after its socket was closed: a node that starts as
/// another ends waits for that.
constexpr auto queue_is_freed_within = std::chrono::seconds(2);

void check(int result, const AfXdpTable& config, std::uint32_t queue) {
  if (result == 0)
    return;
  const char* hint = "";
  switch (-result) {
    case EPERM:
      hint = "; needs root, or CAP_NET_RAW";
      break;
    case EBUSY:
      hint = "; another AF_XDP socket has this queue";
      break;
    case ENOBUFS:
      hint = "; the limit on locked memory is too low, see ulimit -l";
      break;
    case EOPNOTSUPP:
      hint = config.mode == XdpCopy::zero_copy
                 ? "; the driver cannot zero-copy, [af_xdp] mode = \"auto\" copies then"
                 : "";
      break;
    default:
      break;
  }
  throw std::system_error(
      -result, std::generic_category(),
      fmt::format("road af_xdp: no socket on queue {} of {}{}", queue, config.interface, hint));
}

std::uint16_t bind_flags(XdpCopy mode) {
  switch (mode) {
    case XdpCopy::zero_copy:
      return XDP_USE_NEED_WAKEUP | XDP_ZEROCOPY;
    case XdpCopy::copy:
      return XDP_USE_NEED_WAKEUP | XDP_COPY;
    default:
      return XDP_USE_NEED_WAKEUP;  // zero-copy first, then copy
  }
}

/// The kernel counts it as locked memory; who may, lifts the limit.
void allow_locked_memory() {
  const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &all);
}

}  // namespace

XdpQueue::XdpQueue(const AfXdpTable& config, std::uint32_t queue)
    : queue_(queue), frames_(config.frames), memory_(config.frames * frame_bytes) {
  allow_locked_memory();
  const auto until = std::chrono::steady_clock::now() + queue_is_freed_within;
  int result = open(config);
  for (; result == -EBUSY && std::chrono::steady_clock::now() < until; result = open(config))
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  check(result, config, queue);
  fill();
}

int XdpQueue::open(const AfXdpTable& config) {
  // Twice the frames: the kernel shows a frame before it shows that its place in the ring is free,
  // so that for a moment each frame can take two.
  const xsk_umem_config shape{.fill_size = 2 * frames_,
                              .comp_size = XSK_RING_CONS__DEFAULT_NUM_DESCS,
                              .frame_size = frame_bytes,
                              .frame_headroom = 0,
                              .flags = 0};
  xsk_umem* umem = nullptr;
  umem_.reset();
  if (const int result = xsk_umem__create(&umem, memory_.data(), frames_ * frame_bytes, &fill_,
                                          &completed_, &shape);
      result != 0)
    return result;
  umem_.reset(umem);
  xsk_socket_config way{};
  way.rx_size = frames_;
  way.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD;
  way.bind_flags = bind_flags(config.mode);
  xsk_socket* socket = nullptr;
  if (const int result = xsk_socket__create(&socket, config.interface.c_str(), queue_, umem,
                                            &received_, nullptr, &way);
      result != 0)
    return result;
  socket_.reset(socket);
  return 0;
}

void XdpQueue::fill() {
  std::uint32_t at = 0;
  const std::uint32_t given = xsk_ring_prod__reserve(&fill_, frames_, &at);
  WIREBOOK_ASSERT(given == frames_);
  for (std::uint32_t i = 0; i < frames_; ++i)
    *xsk_ring_prod__fill_addr(&fill_, at + i) = i * frame_bytes;
  xsk_ring_prod__submit(&fill_, frames_);
}

void XdpQueue::enter_in(int sockets) {
  if (const int result = xsk_socket__update_xskmap(socket_.get(), sockets); result != 0)
    throw std::system_error(-result, std::generic_category(), "road af_xdp: the map of sockets");
}

std::string XdpQueue::drive(std::uint32_t busy_poll_us, std::uint32_t batch) {
  std::string refused = ask_for_busy_polling(descriptor(), busy_poll_us, batch);
  drives_ = refused.empty();
  return refused;
}

void XdpQueue::wake() noexcept {
  recvfrom(descriptor(), nullptr, 0, MSG_DONTWAIT, nullptr, nullptr);
}

std::size_t XdpQueue::poll(const FrameReader& reader, DatagramSink& sink,
                           std::size_t max) noexcept {
  std::uint32_t at = 0;
  const std::uint32_t count = xsk_ring_cons__peek(&received_, static_cast<std::uint32_t>(max), &at);
  if (count == 0) {
    if (drives_ || xsk_ring_prod__needs_wakeup(&fill_))
      wake();
    return 0;
  }
  std::uint32_t back = 0;
  const std::uint32_t places = xsk_ring_prod__reserve(&fill_, count, &back);
  WIREBOOK_ASSERT(places == count);
  const auto frame = [&](std::uint32_t i) { return xsk_ring_cons__rx_desc(&received_, at + i); };
  for (std::uint32_t i = 0; i < std::min(fetch_ahead, count); ++i)
    __builtin_prefetch(memory_.data() + frame(i)->addr);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i + fetch_ahead < count)
      __builtin_prefetch(memory_.data() + frame(i + fetch_ahead)->addr);
    const xdp_desc& descriptor = *frame(i);
    reader.hand_on({memory_.data() + descriptor.addr, descriptor.len}, sink);
    *xsk_ring_prod__fill_addr(&fill_, back + i) = descriptor.addr & ~(frame_bytes - 1);
  }
  xsk_ring_cons__release(&received_, count);
  xsk_ring_prod__submit(&fill_, count);
  return count;
}

bool XdpQueue::is_zero_copy() const {
  xdp_options options{};
  socklen_t length = sizeof options;
  return getsockopt(descriptor(), SOL_XDP, XDP_OPTIONS, &options, &length) == 0 &&
         (options.flags & XDP_OPTIONS_ZEROCOPY) != 0;
}

std::uint64_t XdpQueue::dropped() const noexcept {
  xdp_statistics counts{};
  socklen_t length = sizeof counts;
  if (getsockopt(descriptor(), SOL_XDP, XDP_STATISTICS, &counts, &length) != 0)
    return 0;
  return counts.rx_dropped + counts.rx_ring_full;
}

}  // namespace wirebook::node
