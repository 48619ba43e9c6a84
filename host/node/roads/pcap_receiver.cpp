#include "node/roads/pcap_receiver.hpp"

#include <atomic>
#include <cerrno>
#include <optional>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "node/roads/frame_reader.hpp"
#include "node/roads/no_port.hpp"
#include "node/sockets/endpoint.hpp"
#include "wire_in/pcap_source.hpp"

namespace wirebook::node {

namespace {

class PcapReceiver final : public Receiver {
 public:
  PcapReceiver(const PcapTable& config, Endpoint ours, const Clock& clock)
      : config_(&config), clock_(&clock), reader_(ours), capture_(config.file) {
    next_ = capture_.next();
    if (!capture_.error().empty())
      throw std::system_error(EINVAL, std::generic_category(), "road pcap: " + capture_.error());
    if (next_)
      recorded_start_ns_ = next_->epoch_ns;
  }

  std::size_t poll(DatagramSink& sink, std::size_t max) noexcept override {
    if (!next_)
      return end();
    for (; known_ < config_->logins.size(); ++known_)
      if (const PcapLogin& login = config_->logins[known_];
          !sink.on_known_client(login.username, login.source))
        return 0;
    std::size_t count = 0;
    for (; next_ && count < max && is_due(); ++count) {
      reader_.hand_on(next_->bytes, sink);
      next_ = capture_.next();
    }
    return count;
  }

  [[nodiscard]] int descriptor() const override { return -1; }
  [[nodiscard]] std::uint64_t dropped() const noexcept override { return 0; }
  [[nodiscard]] std::string_view name() const override { return "pcap"; }
  [[nodiscard]] bool can_wait() const noexcept override { return true; }
  [[nodiscard]] std::string ended() const override {
    if (!ended_.load(std::memory_order_acquire))
      return {};
    if (!capture_.error().empty())
      return fmt::format("pcap: {} cannot be read on: {}", config_->file, capture_.error());
    return fmt::format("pcap: {} is at its end{}", config_->file,
                       capture_.outcome() == Outcome::ok ? "" : ", where it breaks off");
  }

 private:
  /// The time of a frame counts from the first of the capture; one from before that is due.
  bool is_due() noexcept {
    if (config_->speed == 0)
      return true;
    const std::uint64_t now = clock_->steady_ns();
    if (start_ns_ == 0)
      start_ns_ = now;
    if (next_->epoch_ns <= recorded_start_ns_)
      return true;
    const double recorded = static_cast<double>(next_->epoch_ns - recorded_start_ns_);
    return static_cast<double>(now - start_ns_) * config_->speed >= recorded;
  }
  std::size_t end() noexcept {
    ended_.store(true, std::memory_order_release);
    return 0;
  }

  const PcapTable* config_;
  const Clock* clock_;
  FrameReader reader_;
  wire_in::PcapSource capture_;
  std::optional<wire_in::CapturedFrame> next_;
  std::size_t known_ = 0;  ///< of `logins`: so many are in
  std::uint64_t recorded_start_ns_ = 0;
  std::uint64_t start_ns_ = 0;
  std::atomic<bool> ended_{false};
};

std::string speed_text(double speed) {
  return speed == 0 ? "as fast as it is taken" : fmt::format("at {} of its speed", speed);
}

}  // namespace

ChosenReceiver make_pcap_receiver(const PcapTable& config, Endpoint bound, const Clock& clock) {
  const Endpoint ours = config.destination.value_or(bound);
  return {std::make_unique<PcapReceiver>(config, ours, clock),
          fmt::format("receive: capture {}, {}, what was for {}; replies {}", config.file,
                      speed_text(config.speed), to_string(ours),
                      config.replies == PcapReplies::drop ? "go nowhere" : "are sent"),
          config.replies == PcapReplies::drop ? std::make_unique<NoPort>() : nullptr};
}

}  // namespace wirebook::node
