// The market's servers: what wire_out has sent is kept, sent again to who asks, and streamed.
//
//   wire_out ──► MarketTap ──► MarketLog: history, books ──┬──► re-requests, UDP
//                                                          ├──► the stream over SoupBinTCP
//                                                          └──► GLIMPSE
//
// It has a thread of its own (market_servers.hpp) and shares nothing with the stages but the tap,
// so none of them waits for it.
//
// Shapes: see rerequest_server.hpp, feed_server.hpp. Threads: polled by one; the counters any.
// Errors: the constructor throws std::system_error where the host refuses an address; a message
// that was lost in the tap is a gap: what was before it is not served any more, and GLIMPSE not at
// all. Cost: a copy of each message. Specification: README.md of this folder.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "node/clock.hpp"
#include "node/config/config.hpp"
#include "node/market/feed_server.hpp"
#include "node/market/feed_stream.hpp"
#include "node/market/glimpse.hpp"
#include "node/market/market_counters.hpp"
#include "node/market/market_status.hpp"
#include "node/market/market_tap.hpp"
#include "node/market/rerequest_server.hpp"
#include "node/sockets/receiver.hpp"
#include "node/sockets/udp_socket.hpp"
#include "node/stages/stage.hpp"
#include "wire_out/market_log.hpp"

namespace wirebook::node {

class MarketStage final : public Stage, private DatagramSink {
 public:
  struct Parts {
    const NodeConfig& config;
    const Clock& clock;
    MarketTap& tap;
    std::unique_ptr<wire_out::MarketLog> log;  ///< goes on where it stands
    const Ending& ending;
    std::uint64_t seed;  ///< unknown to peers
  };

  explicit MarketStage(Parts parts);

  bool poll() noexcept override;
  [[nodiscard]] bool finished() const noexcept override { return finished_; }

  [[nodiscard]] const MarketCounters& counters() const { return counters_; }
  /// Messages that can be had again; any thread.
  [[nodiscard]] std::uint64_t kept() const { return kept_.load(std::memory_order_relaxed); }
  /// For one thread to take.
  [[nodiscard]] FeedNotices& notices() { return notices_; }
  [[nodiscard]] const MarketAddresses& addresses() const { return addresses_; }
  /// What wakes its thread besides the tap's bell.
  [[nodiscard]] std::vector<int> descriptors() const;
  /// What there is to say at the start, a line each.
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  static constexpr std::size_t batch = 64;

  struct Answer {
    sockaddr_in to;
    iovec vector;
    std::array<std::byte, datagram_payload_bytes_max> bytes;
  };

  void open_rerequest();
  void open_servers();
  template <class Function>
  void for_each_server(Function&& function) const;
  bool poll_servers() noexcept;
  bool look_at_end(bool is_cut) noexcept;
  bool take_messages() noexcept;
  bool take_requests() noexcept;
  void on_datagram(std::span<const std::byte> bytes, Endpoint source) noexcept override;
  void on_cut_datagram() noexcept override { rerequests_.on_cut_request(); }
  void answer_waiting() noexcept;
  Answer& next_answer() noexcept;
  void add_answer(std::size_t size, Endpoint source) noexcept;
  void send_answers() noexcept;

  const NodeConfig* config_;
  const Clock* clock_;
  MarketTap* tap_;
  std::unique_ptr<wire_out::MarketLog> log_;
  const Ending* ending_;
  MarketCounters counters_;
  FeedNotices notices_;
  std::atomic<std::uint64_t> kept_{0};
  MarketAddresses addresses_;
  std::uint64_t now_ns_ = 0;
  bool finished_ = false;

  RerequestServer rerequests_;
  UdpSocket rerequest_socket_;
  std::unique_ptr<Receiver> rerequest_receiver_;  ///< null: nobody may ask
  std::size_t answers_ = 0;
  std::vector<Answer> answer_;
  std::vector<mmsghdr> headers_;

  std::unique_ptr<FeedStream> stream_;  ///< null, as its server: there is none
  std::unique_ptr<FeedServer> stream_server_;
  std::unique_ptr<Glimpse> glimpse_;
  std::unique_ptr<FeedServer> glimpse_server_;
  std::uint64_t give_up_at_ns_ = 0;  ///< the end is under way; 0: it is not
};

}  // namespace wirebook::node
