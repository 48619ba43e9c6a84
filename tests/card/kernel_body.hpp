// The Verilated kernel as a card's body.
#pragma once

#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "wirebook/card_registers.hpp"

#include "tests/card/soft_body.hpp"
#include "tests/card/verilated_card.hpp"

namespace wirebook::card::test {

class KernelBody final : public Body {
 public:
  explicit KernelBody(const CardConfig& config, hw_sim::AxiMemoryOptions memory = {})
      : verilated_(memory),
        card_(make_kernel_card(std::make_unique<VerilatedBus>(verilated_), config)) {}

  [[nodiscard]] Card& card() override { return *card_; }
  void receive(Bytes frame, TimeNs time, bool bad_fcs) override {
    set_time(time);
    verilated_.receive(frame, bad_fcs);
    // What is behind the frame's time must not be seen before its slots are numbered, and a frame
    // for the host has to be written out.
    verilated_.cycles(static_cast<int>(frame.size() / 6 + 60));
  }
  void settle(TimeNs now) override {
    set_time(now);
    card_->poll(now);
    verilated_.cycles(2'000);
  }
  [[nodiscard]] std::deque<std::vector<std::byte>>& sent() override { return verilated_.sent; }
  VerilatedCard& verilated() { return verilated_; }

 private:
  void stop_clock() override {
    verilated_.write(card_registers::rate, 0);
    verilated_.write(card_registers::rate + 4, 0);
  }
  void set_time(TimeNs time) {
    verilated_.write(card_registers::time, static_cast<std::uint32_t>(time.raw));
    verilated_.write(card_registers::time + 4, static_cast<std::uint32_t>(time.raw >> 32));
    verilated_.cycles(12);
  }

  VerilatedCard verilated_;
  std::unique_ptr<Card> card_;
};

}  // namespace wirebook::card::test
