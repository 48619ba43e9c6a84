// Goal: the self-test passes a good kernel and fails one that is broken, at the right line and with
// advice. Method: the Verilated kernel behind buses that break one thing each.
#include "card/self_test.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "wirebook/card_registers.hpp"

#include "tests/card/verilated_card.hpp"

namespace wirebook::card::test {
namespace {

namespace reg = card_registers;

/// What a broken card does to a value on its way.
struct Fault {
  std::function<void(std::uint32_t offset, std::uint32_t& value)> on_write = [](auto, auto&) {};
  std::function<void(std::uint32_t offset, std::uint32_t& value)> on_read = [](auto, auto&) {};
  std::uint64_t address_off_by = 0;
};

class FaultyBus final : public Bus {
 public:
  FaultyBus(VerilatedCard& card, const Fault& fault)
      : bus_(card, {.device = "bench", .simulated = true}), fault_(&fault) {}
  std::uint32_t read(std::uint32_t offset) noexcept override {
    std::uint32_t value = bus_.read(offset);
    fault_->on_read(offset, value);
    return value;
  }
  void write(std::uint32_t offset, std::uint32_t value) noexcept override {
    fault_->on_write(offset, value);
    bus_.write(offset, value);
  }
  DmaMemory allocate(std::size_t bytes) override {
    DmaMemory memory = bus_.allocate(bytes);
    memory.bus_address += fault_->address_off_by;
    return memory;
  }
  [[nodiscard]] BusInfo info() override { return bus_.info(); }

 private:
  VerilatedBus bus_;
  const Fault* fault_;
};

std::vector<SelfTestLine> lines_of(const Fault& fault,
                                   std::chrono::milliseconds patience = std::chrono::seconds(20)) {
  VerilatedCard card;
  std::vector<SelfTestLine> lines;
  const bool good =
      run_self_test([&] { return std::make_unique<FaultyBus>(card, fault); },
                    [&](const SelfTestLine& line) { lines.push_back(line); }, patience);
  bool all = true;
  for (const SelfTestLine& line : lines)
    all = all && line.ok;
  EXPECT_EQ(good, all);
  return lines;
}

/// The first that is not ok.
SelfTestLine failure_of(const Fault& fault,
                        std::chrono::milliseconds patience = std::chrono::seconds(20)) {
  for (const SelfTestLine& line : lines_of(fault, patience))
    if (!line.ok)
      return line;
  return {.what = "none failed"};
}

TEST(SelfTest, passes_a_good_kernel) {
  const auto lines = lines_of({});
  for (const SelfTestLine& line : lines)
    EXPECT_TRUE(line.ok) << line.what << ": " << line.text;
  EXPECT_EQ(lines.size(), 10U);
}

TEST(SelfTest, fails_registers_that_forget) {
  const auto line = failure_of({.on_write = [](std::uint32_t offset, std::uint32_t& value) {
    if (offset == reg::filter_address + 3 * reg::filter_address_stride)
      value &= ~4U;
  }});
  EXPECT_EQ(line.what, "registers");
  EXPECT_NE(line.text.find("filter_address 3"), std::string::npos) << line.text;
}

TEST(SelfTest, fails_a_clock_that_stands) {
  EXPECT_EQ(failure_of({.on_write =
                            [](std::uint32_t offset, std::uint32_t& value) {
                              if (offset == reg::rate || offset == reg::rate + 4)
                                value = 0;
                            }})
                .what,
            "clock");
}

TEST(SelfTest, fails_slots_that_go_elsewhere) {
  const auto line = failure_of({.address_off_by = 4'096}, std::chrono::seconds(1));
  EXPECT_EQ(line.what, "slots");
  EXPECT_NE(line.text.find("host memory"), std::string::npos) << line.text;
}

TEST(SelfTest, fails_slots_that_are_not_sealed_for_us) {
  const auto line = failure_of({.on_write = [](std::uint32_t offset, std::uint32_t& value) {
    if (offset == reg::epoch)
      ++value;
  }});
  EXPECT_EQ(line.what, "slots");
  EXPECT_NE(line.text.find("seal"), std::string::npos) << line.text;
}

TEST(SelfTest, fails_a_ring_that_is_taken_for_another) {
  const auto line = failure_of({.on_write =
                                    [](std::uint32_t offset, std::uint32_t& value) {
                                      if (offset == reg::ring_slots_log2)
                                        value = 11;
                                    }},
                               std::chrono::seconds(1));
  EXPECT_EQ(line.what, "slots");
}

TEST(SelfTest, fails_a_ring_that_overwrites_what_was_not_taken) {
  std::uint64_t given_back = 0;
  const auto line =
      failure_of({.on_write =
                      [&](std::uint32_t offset, std::uint32_t& value) {  // 320 more than it was
                        if (offset == reg::consumer)
                          given_back = value;
                        if (offset == reg::consumer && given_back > 8'200)
                          value += 320;
                      }},
                 std::chrono::seconds(1));
  EXPECT_EQ(line.what, "credit") << line.text;
}

TEST(SelfTest, fails_a_kernel_that_only_says_that_it_is_quiesced) {
  bool pretends = false;
  bool started = false;
  const auto line = failure_of({
      .on_write =
          [&](std::uint32_t offset, std::uint32_t& value) {
            if (offset != reg::control)
              return;
            started = started || value == 1;
            pretends = started && value == 2;
            value = pretends ? 1 : value;
          },
      .on_read =
          [&](std::uint32_t offset, std::uint32_t& value) {
            if (offset == reg::state && pretends)
              value = 3;
          },
  });
  EXPECT_EQ(line.what, "quiesce");
  EXPECT_NE(line.text.find("while it is quiesced"), std::string::npos) << line.text;
}

TEST(SelfTest, fails_counters_that_count_wrong) {
  EXPECT_EQ(failure_of({.on_read =
                            [](std::uint32_t offset, std::uint32_t& value) {
                              if (offset == reg::events + 3 * reg::events_stride)
                                ++value;
                            }})
                .what,
            "counters");
}

TEST(SelfTest, fails_a_lease_that_never_ends) {
  const auto line = failure_of({.on_write =
                                    [](std::uint32_t offset, std::uint32_t& value) {
                                      if (offset == reg::lease_cycles)
                                        value = 0;
                                    }},
                               std::chrono::seconds(5));
  EXPECT_EQ(line.what, "lease");
}

TEST(SelfTest, fails_what_is_not_ours_at_once) {
  const auto line = failure_of({.on_read = [](std::uint32_t offset, std::uint32_t& value) {
    if (offset == reg::identity)
      value = 7;
  }});
  EXPECT_EQ(line.what, "opens");
  EXPECT_NE(line.text.find("0x00000007"), std::string::npos) << line.text;
}

}  // namespace
}  // namespace wirebook::card::test
