#include "node/roads/af_xdp_receiver.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "node/roads/redirect_program.hpp"
#include "node/roads/xdp_queue.hpp"
#include "node/sockets/endpoint.hpp"
#include "node/sockets/udp_socket.hpp"

namespace wirebook::node {

namespace {

/// How often the kernel's socket is looked at while frames keep coming: each so many polls.
constexpr std::uint32_t rest_every = 64;

/// Receive queues of an interface, as its driver says; one where it does not.
std::uint32_t queues_of(const std::string& interface) {
  const UdpSocket socket;
  ethtool_channels channels{};
  channels.cmd = ETHTOOL_GCHANNELS;
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&channels);
  if (ioctl(socket.descriptor(), SIOCETHTOOL, &request) != 0)
    return 1;
  return std::max(1U, channels.rx_count + channels.combined_count);
}

/// What wakes a thread: any of several descriptors.
class Wakers {
 public:
  Wakers() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0)
      throw std::system_error(errno, std::generic_category(), "epoll");
  }
  ~Wakers() { close(epoll_); }
  Wakers(const Wakers&) = delete;
  Wakers& operator=(const Wakers&) = delete;

  void add(int descriptor) {
    epoll_event event{.events = EPOLLIN, .data = {}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0)
      throw std::system_error(errno, std::generic_category(), "epoll");
  }
  [[nodiscard]] int descriptor() const { return epoll_; }

 private:
  int epoll_;
};

class AfXdpReceiver final : public Receiver {
 public:
  AfXdpReceiver(const NodeConfig& config, Endpoint bound, std::unique_ptr<Receiver> rest)
      : rest_(std::move(rest)), reader_(bound), program_(bound, last_queue(config.af_xdp)) {
    const AfXdpTable& table = config.af_xdp;
    for (std::uint32_t queue = table.first_queue; queue < last_queue(table); ++queue) {
      queues_.push_back(std::make_unique<XdpQueue>(table, queue));
      wakers_.add(queues_.back()->descriptor());
      if (config.order_entry.busy_poll_us != 0)
        busy_line_ =
            queues_.back()->drive(config.order_entry.busy_poll_us, config.order_entry.batch);
      queues_.back()->enter_in(program_.sockets());
    }
    wakers_.add(rest_->descriptor());
    attached_ = program_.attach(table.interface, table.attach);
  }

  std::size_t poll(DatagramSink& sink, std::size_t max) noexcept override {
    std::size_t count = 0;
    // Each goes first in turn, so that a flood in one does not hold up the others.
    for (std::size_t i = 0; i < queues_.size() && count < max; ++i)
      count += queues_[(first_ + i) % queues_.size()]->poll(reader_, sink, max - count);
    first_ = (first_ + 1) % queues_.size();
    if (count == 0 || ++polls_ % rest_every == 0)
      count += rest_->poll(sink, std::max<std::size_t>(max - count, 1));
    return count;
  }
  void finish() noexcept override { rest_->finish(); }
  [[nodiscard]] int descriptor() const override { return wakers_.descriptor(); }
  [[nodiscard]] std::uint64_t dropped() const noexcept override {
    std::uint64_t sum = rest_->dropped();
    for (const auto& queue : queues_)
      sum += queue->dropped();
    return sum;
  }
  [[nodiscard]] std::string_view name() const override { return "af_xdp"; }

  [[nodiscard]] std::string line(const NodeConfig& config) const {
    const AfXdpTable& table = config.af_xdp;
    const auto zero_copy = std::count_if(queues_.begin(), queues_.end(),
                                         [](const auto& queue) { return queue->is_zero_copy(); });
    std::string line = fmt::format(
        "receive: AF_XDP on {}, {}, {}, {} program", table.interface,
        queues_.size() == 1 ? fmt::format("queue {}", table.first_queue)
                            : fmt::format("queues {} to {}", table.first_queue,
                                          table.first_queue + queues_.size() - 1),
        zero_copy == std::ssize(queues_) ? "zero copy" : "copied by the kernel", attached_);
    if (config.order_entry.busy_poll_us != 0)
      line += busy_line_.empty()
                  ? fmt::format(", polled for {} us", config.order_entry.busy_poll_us)
                  : "; " + busy_line_;
    return line;
  }

 private:
  /// Behind the last of our queues.
  static std::uint32_t last_queue(const AfXdpTable& table) {
    if (if_nametoindex(table.interface.c_str()) == 0)
      throw std::system_error(errno, std::generic_category(),
                              fmt::format("road af_xdp: interface {}", table.interface));
    const std::uint32_t there = queues_of(table.interface);
    const std::uint32_t last = table.queues == 0 ? there : table.first_queue + table.queues;
    if (last > there || table.first_queue >= last)
      throw std::system_error(
          EINVAL, std::generic_category(),
          fmt::format("road af_xdp: {} has queues 0 to {}", table.interface, there - 1));
    return last;
  }

  std::unique_ptr<Receiver> rest_;
  FrameReader reader_;
  // Behind the queues, so that the program is gone before they are.
  std::vector<std::unique_ptr<XdpQueue>> queues_;
  RedirectProgram program_;
  Wakers wakers_;
  std::string attached_;
  std::string busy_line_;
  std::size_t first_ = 0;
  std::uint32_t polls_ = 0;
};

}  // namespace

ChosenReceiver make_af_xdp_receiver(const NodeConfig& config, Endpoint bound,
                                    std::unique_ptr<Receiver> rest) {
  auto receiver = std::make_unique<AfXdpReceiver>(config, bound, std::move(rest));
  std::string line = receiver->line(config);
  return {std::move(receiver), std::move(line), nullptr};
}

}  // namespace wirebook::node
