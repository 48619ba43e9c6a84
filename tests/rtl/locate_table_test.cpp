// Goal: each instrument's bit is the one that the host wrote last, a cycle after it was asked for.
// Method: all 65,536 locates against a bit map, then questions and writes at random, often of the
// same word, and in the same cycle, where the old content counts.
#include <bitset>
#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "Vlocate_table.h"

namespace {

constexpr std::uint32_t words = 2'048;
constexpr std::uint32_t locates = words * 32;

class Bench {
 public:
  /// Asks for one locate and, if `writes`, writes one word. Returns whether the answer is right.
  bool cycle(std::uint32_t locate, bool writes, std::uint32_t word, std::uint32_t data) {
    dut_.locate_next_i = static_cast<SData>(locate);
    dut_.write_i = writes;
    dut_.write_word_i = static_cast<SData>(word);
    dut_.write_data_i = data;
    dut_.clk_i = 0;
    dut_.eval();
    dut_.clk_i = 1;
    dut_.eval();
    const bool expected = (*model_)[locate];
    if (writes)
      write_model(word, data);
    noise();
    return dut_.wanted_o == expected;
  }

 private:
  void write_model(std::uint32_t word, std::uint32_t data) {
    for (std::uint32_t bit = 0; bit < 32; ++bit)
      (*model_)[word * 32 + bit] = (data >> bit & 1) != 0;
  }

  /// What is asked next has no say in this answer.
  void noise() {
    dut_.locate_next_i = static_cast<SData>(~dut_.locate_next_i);
    dut_.write_i = 0;
    dut_.eval();
  }

  Vlocate_table dut_;
  std::unique_ptr<std::bitset<locates>> model_ = std::make_unique<std::bitset<locates>>();
};

void fill(Bench& bench, std::mt19937& random) {
  for (std::uint32_t word = 0; word < words; ++word)
    bench.cycle(0, true, word, static_cast<std::uint32_t>(random()));
}

TEST(LocateTable, each_locate_has_its_own_bit) {
  std::mt19937 random(1);
  Bench bench;
  fill(bench, random);
  for (std::uint32_t locate = 0; locate < locates; ++locate)
    ASSERT_TRUE(bench.cycle(locate, false, ~locate / 32 % words, ~0U)) << locate;
}

TEST(LocateTable, one_bit_among_zeros_is_found) {
  Bench bench;
  for (std::uint32_t word = 0; word < words; ++word)
    bench.cycle(0, true, word, 0);
  for (std::uint32_t bit = 0; bit < 16; ++bit) {
    const std::uint32_t locate = 1U << bit;
    bench.cycle(0, true, locate / 32, 1U << locate % 32);
    for (std::uint32_t other = 0; other < 16; ++other)
      ASSERT_TRUE(bench.cycle(1U << other, false, 0, 0)) << bit << ' ' << other;
    ASSERT_TRUE(bench.cycle(0, true, locate / 32, 0));
  }
}

TEST(LocateTable, the_host_writes_while_the_parser_asks) {
  std::mt19937 random(2);
  Bench bench;
  fill(bench, random);
  for (int i = 0; i < 200'000; ++i) {
    const auto word = static_cast<std::uint32_t>(random() % words);
    const std::uint32_t near = word * 32 + random() % 32;
    const std::uint32_t locate = random() % 2 != 0 ? near : random() % locates;
    ASSERT_TRUE(bench.cycle(locate, random() % 2 != 0, word, static_cast<std::uint32_t>(random())))
        << "cycle " << i << ", locate " << locate;
  }
}

}  // namespace
