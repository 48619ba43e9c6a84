// A card's body with a wire that one can put frames on, at times of one's own; the one in software.
#pragma once

#include <deque>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/card/host.hpp"

namespace wirebook::card::test {

class Body {
 public:
  virtual ~Body() = default;
  [[nodiscard]] virtual Card& card() = 0;
  /// A frame whose first byte is here at `time`.
  virtual void receive(Bytes frame, TimeNs time, bool bad_fcs = false) = 0;
  /// Until all that has come is in slots, or waits for room.
  virtual void settle(TimeNs now) = 0;
  [[nodiscard]] virtual std::deque<std::vector<std::byte>>& sent() = 0;
  /// It starts, and from then on its time is that of the frames.
  void start(TimeNs now) {
    card().start(now);
    stop_clock();
  }

 private:
  virtual void stop_clock() {}
};

/// What a test puts on the wire of a `SoftCard`.
class ScriptedFrames final : public FrameSource {
 public:
  struct Wire {
    std::deque<std::pair<std::vector<std::byte>, Frame>> received;
    std::deque<std::vector<std::byte>> sent;
  };
  explicit ScriptedFrames(Wire& wire) : wire_(&wire) {}

  [[nodiscard]] const Frame* next(TimeNs) noexcept override {
    if (wire_->received.empty())
      return nullptr;
    std::tie(bytes_, frame_) = std::move(wire_->received.front());
    wire_->received.pop_front();
    frame_.bytes = bytes_;
    return &frame_;
  }
  void sent(std::span<const std::byte> frame) noexcept override {
    wire_->sent.emplace_back(frame.begin(), frame.end());
  }

 private:
  Wire* wire_;
  std::vector<std::byte> bytes_;
  Frame frame_;
};

class SoftBody final : public Body {
 public:
  explicit SoftBody(const CardConfig& config)
      : card_(make_soft_card(std::make_unique<ScriptedFrames>(wire_), config)) {}

  [[nodiscard]] Card& card() override { return *card_; }
  void receive(Bytes frame, TimeNs time, bool bad_fcs) override {
    wire_.received.push_back({{frame.begin(), frame.end()}, {.time_ns = time, .bad_fcs = bad_fcs}});
    while (card_->poll(time)) {
    }
  }
  void settle(TimeNs now) override {
    while (card_->poll(now)) {
    }
  }
  [[nodiscard]] std::deque<std::vector<std::byte>>& sent() override { return wire_.sent; }

 private:
  ScriptedFrames::Wire wire_;
  std::unique_ptr<Card> card_;
};

}  // namespace wirebook::card::test
