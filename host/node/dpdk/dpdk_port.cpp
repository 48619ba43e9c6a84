#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_mbuf.h>
#include <sched.h>

#include "node/dpdk/frame_port.hpp"

namespace wirebook::node {

namespace {

constexpr std::size_t frames_per_call = 64;
constexpr std::uint16_t cached_frames = 128;
constexpr std::size_t frame_room_bytes = 2040;

[[noreturn]] void refuse(int error, const std::string& what) {
  throw std::system_error(error == 0 ? EIO : error, std::generic_category(), "road dpdk: " + what);
}

/// The library, once in a process: it cannot be started again.
class Eal {
 public:
  static void start(const std::vector<std::string>& arguments) {
    static Eal eal(arguments);
    if (eal.arguments_ != arguments)
      refuse(EBUSY, "the library runs with other arguments in this process");
  }

 private:
  explicit Eal(const std::vector<std::string>& arguments) : arguments_(arguments) {
    // It would pin the calling thread, and start one on each processor.
    cpu_set_t before;
    CPU_ZERO(&before);
    sched_getaffinity(0, sizeof before, &before);
    std::vector<std::string> words{"wirebook"};
    const auto is_cores = [](const std::string& word) {
      return word.starts_with("-l") || word.starts_with("-c") || word.starts_with("--lcores");
    };
    if (std::none_of(arguments.begin(), arguments.end(), is_cores)) {
      words.emplace_back("-l");
      words.push_back(std::to_string(std::max(sched_getcpu(), 0)));
    }
    // It would open a socket to be asked by.
    if (std::find(arguments.begin(), arguments.end(), "--telemetry") == arguments.end())
      words.emplace_back("--no-telemetry");
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    pointers.reserve(words.size());
    for (std::string& word : words)
      pointers.push_back(word.data());
    rte_log_set_global_level(RTE_LOG_WARNING);
    const int result = rte_eal_init(static_cast<int>(pointers.size()), pointers.data());
    sched_setaffinity(0, sizeof before, &before);
    if (result < 0)
      refuse(rte_errno,
             fmt::format("rte_eal_init refuses [dpdk] eal = '{}'", fmt::join(arguments, " ")));
  }
  ~Eal() {
    for (std::uint64_t port = rte_eth_find_next(0); port < RTE_MAX_ETHPORTS;
         port = rte_eth_find_next(static_cast<std::uint16_t>(port + 1)))
      rte_eth_dev_close(static_cast<std::uint16_t>(port));
    rte_eal_cleanup();
  }

  std::vector<std::string> arguments_;
};

/// Makes the calling thread one that the library knows, as long as it lives: it has a cache of
/// frames then. Allocates.
void join_library() noexcept {
  struct Membership {
    bool joined = rte_lcore_id() == LCORE_ID_ANY && rte_thread_register() == 0;
    ~Membership() {
      if (joined)
        rte_thread_unregister();
    }
  };
  static thread_local const Membership membership;
  static_cast<void>(membership);
}

rte_mempool* pool_of(const DpdkTable& config, const char* direction) {
  const std::string name = fmt::format("wirebook_{}_{}", direction, config.port);
  if (rte_mempool* const there = rte_mempool_lookup(name.c_str()); there != nullptr)
    return there;  // of a day before
  rte_mempool* const pool = rte_pktmbuf_pool_create(name.c_str(), config.frames, cached_frames, 0,
                                                    RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
  if (pool == nullptr)
    refuse(rte_errno,
           fmt::format("no memory for {} frames; [dpdk] frames, or -m in eal", config.frames));
  return pool;
}

class DpdkPort final : public FramePort {
 public:
  explicit DpdkPort(const DpdkTable& config)
      : port_(static_cast<std::uint16_t>(config.port)),
        queues_(static_cast<std::uint16_t>(config.queues)) {
    if (rte_eth_dev_is_valid_port(port_) == 0)
      refuse(ENODEV, fmt::format("there is no port {}; there are {}, see [dpdk] eal", config.port,
                                 rte_eth_dev_count_avail()));
    transmit_pool_ = pool_of(config, "out");
    open(config, pool_of(config, "in"));
  }
  ~DpdkPort() override {
    drop_unsent(0);
    if (next_ != nullptr)
      rte_pktmbuf_free(next_);
    rte_eth_dev_stop(port_);
  }

  void join_thread() noexcept override { join_library(); }
  std::size_t receive(FrameSink& sink, std::size_t max) noexcept override;
  [[nodiscard]] std::uint64_t dropped() const noexcept override;
  [[nodiscard]] std::array<std::uint8_t, 6> mac() const override { return mac_; }
  [[nodiscard]] std::string describe() const override;

  [[nodiscard]] std::span<std::byte> frame_room() noexcept override;
  void send(std::size_t bytes) noexcept override;
  void flush() noexcept override;

 private:
  void open(const DpdkTable& config, rte_mempool* receive_pool);
  void set_mac(const DpdkTable& config);
  void drop_unsent(std::size_t from) noexcept;

  const std::uint16_t port_;
  const std::uint16_t queues_;
  std::array<std::uint8_t, 6> mac_{};
  std::uint16_t first_ = 0;

  rte_mempool* transmit_pool_ = nullptr;
  rte_mbuf* next_ = nullptr;  ///< that is built now
  std::array<rte_mbuf*, frames_per_call> unsent_{};
  std::size_t unsent_count_ = 0;
};

void DpdkPort::open(const DpdkTable& config, rte_mempool* receive_pool) {
  const auto check = [&](int result, const char* what) {
    if (result < 0)
      refuse(-result, fmt::format("port {}: {}", config.port, what));
  };
  rte_eth_conf shape{};
  check(rte_eth_dev_configure(port_, queues_, 1, &shape),
        "so many queues are refused; see [dpdk] queues");
  const auto near = static_cast<unsigned>(rte_eth_dev_socket_id(port_));
  auto receive_descriptors = static_cast<std::uint16_t>(config.descriptors);
  auto transmit_descriptors = receive_descriptors;
  check(rte_eth_dev_adjust_nb_rx_tx_desc(port_, &receive_descriptors, &transmit_descriptors),
        "so many descriptors are refused; see [dpdk] descriptors");
  for (std::uint16_t queue = 0; queue < queues_; ++queue)
    check(rte_eth_rx_queue_setup(port_, queue, receive_descriptors, near, nullptr, receive_pool),
          "a receive queue is refused");
  check(rte_eth_tx_queue_setup(port_, 0, transmit_descriptors, near, nullptr),
        "the transmit queue is refused");
  check(rte_eth_dev_start(port_), "it does not start");
  set_mac(config);
}

/// A port that cannot have the wanted address takes every frame; the others are not for our address
/// and counted so.
void DpdkPort::set_mac(const DpdkTable& config) {
  rte_ether_addr own{};
  rte_eth_macaddr_get(port_, &own);
  std::copy(std::begin(own.addr_bytes), std::end(own.addr_bytes), mac_.begin());
  if (!config.mac)
    return;
  mac_ = *config.mac;
  std::copy(mac_.begin(), mac_.end(), std::begin(own.addr_bytes));
  if (rte_eth_dev_default_mac_addr_set(port_, &own) != 0)
    rte_eth_promiscuous_enable(port_);
}

std::size_t DpdkPort::receive(FrameSink& sink, std::size_t max) noexcept {
  std::array<rte_mbuf*, frames_per_call> frames;
  std::size_t count = 0;
  for (std::uint16_t i = 0; i < queues_ && count < max; ++i) {
    const auto queue = static_cast<std::uint16_t>((first_ + i) % queues_);
    const std::uint16_t came =
        rte_eth_rx_burst(port_, queue, frames.data(),
                         static_cast<std::uint16_t>(std::min(max - count, frames_per_call)));
    for (std::uint16_t j = 0; j < came; ++j) {
      if (j + 1 < came)
        __builtin_prefetch(rte_pktmbuf_mtod(frames[j + 1], const void*));
      const rte_mbuf* const frame = frames[j];
      // A frame in pieces is longer than any order: its first piece is cut off, and counted so.
      sink.on_frame({rte_pktmbuf_mtod(frame, const std::byte*), rte_pktmbuf_data_len(frame)});
    }
    rte_pktmbuf_free_bulk(frames.data(), came);
    count += came;
  }
  first_ = static_cast<std::uint16_t>((first_ + 1) % queues_);
  return count;
}

std::span<std::byte> DpdkPort::frame_room() noexcept {
  if (unsent_count_ == unsent_.size())
    return {};
  if (next_ == nullptr)
    next_ = rte_pktmbuf_alloc(transmit_pool_);
  if (next_ == nullptr)
    return {};
  return {rte_pktmbuf_mtod(next_, std::byte*), frame_room_bytes};
}

void DpdkPort::send(std::size_t bytes) noexcept {
  if (rte_pktmbuf_append(next_, static_cast<std::uint16_t>(bytes)) == nullptr)
    return;
  unsent_[unsent_count_++] = next_;
  next_ = nullptr;
}

void DpdkPort::flush() noexcept {
  std::size_t sent = 0;
  // A second try, for a driver that cleans up only when it is called.
  for (int tries = 0; tries < 2 && sent < unsent_count_; ++tries)
    sent += rte_eth_tx_burst(port_, 0, unsent_.data() + sent,
                             static_cast<std::uint16_t>(unsent_count_ - sent));
  drop_unsent(sent);
}

/// What the device does not take is given up: clients ask again.
void DpdkPort::drop_unsent(std::size_t from) noexcept {
  if (from < unsent_count_)
    rte_pktmbuf_free_bulk(unsent_.data() + from, static_cast<unsigned>(unsent_count_ - from));
  unsent_count_ = 0;
}

std::uint64_t DpdkPort::dropped() const noexcept {
  rte_eth_stats stats{};
  return rte_eth_stats_get(port_, &stats) == 0 ? stats.imissed + stats.rx_nombuf : 0;
}

std::string DpdkPort::describe() const {
  rte_eth_dev_info info{};
  const bool known = rte_eth_dev_info_get(port_, &info) == 0;
  return fmt::format("port {} ({}), {} queue{}", port_, known ? info.driver_name : "unknown",
                     queues_, queues_ == 1 ? "" : "s");
}

}  // namespace

std::unique_ptr<FramePort> make_dpdk_port(const DpdkTable& config) {
  Eal::start(config.eal);
  return std::make_unique<DpdkPort>(config);
}

}  // namespace wirebook::node
