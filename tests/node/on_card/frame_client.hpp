// A wire for a `SoftCard`: tests put frames in on one end, and wait for what the card sends.
//
// Threads: any puts and waits; the card's take and send.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "card/card.hpp"
#include "node/config/config.hpp"
#include "node/on_card/ethernet.hpp"
#include "tests/node/ouch_messages.hpp"
#include "tests/node/ufo_messages.hpp"
#include "tests/patience.hpp"
#include "tests/wire_in/frame_bytes.hpp"
#include "wire_in/frame_parser.hpp"
#include "wire_in/message_blocks.hpp"

namespace wirebook::node {

class FakeWire {
 public:
  using Frame = ByteVector;

  void put(std::span<const std::byte> frame) {
    const std::lock_guard lock(mutex_);
    in_.emplace_back(frame.begin(), frame.end());
  }
  [[nodiscard]] std::optional<Frame> take() {
    const std::lock_guard lock(mutex_);
    if (in_.empty())
      return std::nullopt;
    Frame frame = std::move(in_.front());
    in_.pop_front();
    return frame;
  }
  void sent(std::span<const std::byte> frame) {
    const std::lock_guard lock(mutex_);
    out_.emplace_back(frame.begin(), frame.end());
    news_.notify_all();
  }

  /// The first sent frame for which `wanted` holds, which is taken away; empty if none comes.
  Frame wait_for(const std::function<bool(const Frame&)>& wanted) {
    std::unique_lock lock(mutex_);
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    std::size_t looked = 0;
    for (;;) {
      for (; looked < out_.size(); ++looked)
        if (wanted(out_[looked])) {
          Frame frame = std::move(out_[looked]);
          out_.erase(out_.begin() + static_cast<std::ptrdiff_t>(looked));
          return frame;
        }
      if (news_.wait_until(lock, until) == std::cv_status::timeout)
        return {};
    }
  }
  [[nodiscard]] std::vector<Frame> sent_so_far() {
    const std::lock_guard lock(mutex_);
    return {out_.begin(), out_.end()};
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<Frame> in_;
  std::deque<Frame> out_;
};

/// The card's end of it.
class FakeFrames final : public card::FrameSource {
 public:
  explicit FakeFrames(std::shared_ptr<FakeWire> wire) : wire_(std::move(wire)) {}

  const Frame* next(TimeNs now) noexcept override {
    std::optional<FakeWire::Frame> taken = wire_->take();
    if (!taken)
      return nullptr;
    bytes_ = std::move(*taken);
    frame_ = {.bytes = bytes_, .time_ns = now};
    return &frame_;
  }
  void sent(std::span<const std::byte> frame) noexcept override { wire_->sent(frame); }

 private:
  std::shared_ptr<FakeWire> wire_;
  FakeWire::Frame bytes_;
  Frame frame_;
};

/// What `udp_frame` of the parsers' tests puts into every frame.
inline constexpr Mac client_mac{0x02, 0x00, 0x00, 0x00, 0x00, 0x01};

/// A UFO client on that wire that collects the sequenced messages, asking for none again.
class FrameClient {
 public:
  FrameClient(std::shared_ptr<FakeWire> wire, Endpoint self, Endpoint node)
      : wire_(std::move(wire)), self_(self), node_(node) {}

  void send(const ByteVector& bytes) {
    wire_->put(wire_in::test::udp_frame({.source_address = self_.address,
                                         .destination_address = node_.address,
                                         .source_port = self_.port,
                                         .destination_port = node_.port},
                                        bytes));
  }

  /// The next frame to this client with a packet of this type.
  FakeWire::Frame frame(char type) {
    return wire_->wait_for([&](const FakeWire::Frame& frame) {
      wire_in::UdpDatagram datagram;
      if (wire_in::parse_frame(frame, datagram) != Outcome::ok || !is_mine(datagram))
        return false;
      return !datagram.payload.empty() && static_cast<char>(datagram.payload[0]) == type;
    });
  }
  /// The packet in it.
  ByteVector packet(char type) {
    const FakeWire::Frame bytes = frame(type);
    wire_in::UdpDatagram datagram;
    if (wire_in::parse_frame(bytes, datagram) != Outcome::ok) {
      ADD_FAILURE() << "no " << type << " came";
      return {};
    }
    return {datagram.payload.begin(), datagram.payload.end()};
  }
  std::uint32_t log_in(std::string_view username, std::string_view password) {
    send(login(username, password));
    return next_number_in(packet('A'));
  }
  /// The types of the first messages, at least `count`, from number 1 on.
  std::string types(std::size_t count) {
    while (told_.messages().size() < count && collect()) {
    }
    return told_.types();
  }

 private:
  [[nodiscard]] bool is_mine(const wire_in::UdpDatagram& datagram) const {
    return datagram.source_address == node_.address && datagram.source_port == node_.port &&
           datagram.destination_address == self_.address && datagram.destination_port == self_.port;
  }
  bool collect() {
    const ByteVector bytes = packet('S');
    if (bytes.empty())
      return false;
    told_.collect(bytes);
    return true;
  }

  std::shared_ptr<FakeWire> wire_;
  Endpoint self_;
  Endpoint node_;
  UfoMessages told_;
};

}  // namespace wirebook::node
