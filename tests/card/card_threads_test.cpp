// Goal: one thread receives, one sends, others ask: none sees half of what another does. Method: a
// card in software whose wire is always full, on threads of their own.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tests/card/host.hpp"

namespace wirebook::card::test {
namespace {

constexpr std::uint64_t frames_max = 20'000;

/// The same order again and again.
class FullWire final : public FrameSource {
 public:
  explicit FullWire(std::atomic<std::uint64_t>& sent) : sent_(&sent) { frame_.bytes = bytes_; }
  [[nodiscard]] const Frame* next(TimeNs now) noexcept override {
    frame_.time_ns = now;
    return received_++ < frames_max ? &frame_ : nullptr;
  }
  void sent(std::span<const std::byte> frame) noexcept override { *sent_ += frame.size(); }

 private:
  WireBytes bytes_ = order_frame(source_of(1), 1);
  Frame frame_;
  std::uint64_t received_ = 0;
  std::atomic<std::uint64_t>* sent_;
};

TEST(CardThreads, receive_and_send_and_ask_at_once) {
  std::atomic<std::uint64_t> sent{0};
  const CardConfig config = small_config();
  const auto card = make_soft_card(std::make_unique<FullWire>(sent), config);
  Host host(*card, config);
  card->start({1});
  std::atomic<bool> ended{false};

  std::thread sender([&] {
    std::array<std::byte, 60> frame{};
    for (int i = 0; i < 1'000; ++i) {
      host.send(frame);
      card->flush();
    }
  });
  std::thread asker([&] {
    std::uint64_t last = 0;
    while (!ended) {
      const CardCounters counters = card->counters();
      EXPECT_EQ(counters.slots, counters.outcomes[Outcome::ok]);
      EXPECT_GE(counters.frames_admitted, last);
      EXPECT_EQ(card->state(), CardState::running);
      last = counters.frames_admitted;
    }
  });
  std::uint64_t now = 1;
  while (card->poll({++now}))
    host.take_and_give_back();
  sender.join();
  ended = true;
  asker.join();
  EXPECT_EQ(host.error, "");
  EXPECT_EQ(host.slots.size(), frames_max);
  EXPECT_EQ(sent, 60'000U);
  EXPECT_EQ(card->counters().frames_sent, 1'000U);
}

}  // namespace
}  // namespace wirebook::card::test
