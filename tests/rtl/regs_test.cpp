// Goal: every address of the window answers within 16 cycles whatever the kernel does, a register
// holds what was written and nothing else, and what acts acts once. Method: one writer and one
// reader that delay each channel on their own, against a model made from the generated header.
#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "Vregs.h"
#include "include/wirebook/card_registers.hpp"

namespace {

namespace registers = wirebook::card_registers;

constexpr std::uint32_t window_bytes = 4'096;
constexpr std::uint32_t answer_cycles_max = 16;

/// Cycles that a channel is late.
struct Delays {
  std::uint32_t address = 0;
  std::uint32_t data = 0;
  std::uint32_t ready = 0;  // behind the answer
};

struct Write {
  std::uint32_t address = 0;
  std::uint32_t value = 0;
  std::uint32_t strobes = 0xF;
  Delays delays;
};
struct Read {
  std::uint32_t address = 0;
  Delays delays;
};

class Bench {
 public:
  explicit Bench(std::uint32_t seed = 1) : random(seed) {
    dut.rst_i = 1;
    for (int i = 0; i < 4; ++i)
      step();
    dut.rst_i = 0;
  }

  void step() {
    if (noisy)
      make_noise();
    drive_write();
    drive_read();
    dut.counter_value_i = counter_of(index_before_[1]);
    dut.clk_i = 0;
    dut.eval();
    index_before_ = {dut.counter_index_o, index_before_[0]};
    count_strobes();
    sample_write();
    sample_read();
    dut.clk_i = 1;
    dut.eval();
    if (on_step)
      on_step();
  }
  void steps(int count) {
    for (int i = 0; i < count; ++i)
      step();
  }

  void start(const Write& write) {
    write_ = write;
    writing = true;
    write_cycles_ = write_offered_ = write_answered_ = 0;
    address_taken_ = data_taken_ = false;
  }
  void start(const Read& read) {
    read_ = read;
    reading = true;
    read_cycles_ = read_offered_ = read_answered_ = 0;
    read_taken_ = false;
  }
  void write(std::uint32_t address, std::uint32_t value, std::uint32_t strobes = 0xF) {
    start(Write{address, value, strobes, {}});
    finish();
  }
  void write_wide(std::uint32_t address, std::uint64_t value) {
    write(address, static_cast<std::uint32_t>(value));
    write(address + 4, static_cast<std::uint32_t>(value >> 32));
  }
  std::uint32_t read(std::uint32_t address) {
    start(Read{address, {}});
    finish();
    return value_read;
  }
  void finish() {
    for (int cycle = 0; cycle < 200 && (writing || reading); ++cycle)
      step();
    ASSERT_FALSE(writing || reading) << "no answer";
  }

  /// What the counters say at an index, of those that are there and those that are not.
  static std::uint64_t counter_of(std::uint32_t index) {
    return 0x0123'4567'89AB'CDEF * (index + 3);
  }
  std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); }
  std::uint32_t draw() { return static_cast<std::uint32_t>(random()); }
  Delays some_delays() { return {draw(3) * draw(9), draw(3) * draw(9), draw(3) * draw(9)}; }

  Vregs dut;
  std::mt19937 random;
  bool noisy = false;  // the kernel does whatever it likes
  bool writing = false;
  bool reading = false;
  std::uint32_t value_read = 0;
  std::uint32_t slowest = 0;
  std::map<std::string, int> acted;
  std::function<void()> on_step;

 private:
  void make_noise() {
    dut.state_i = static_cast<CData>(draw(16));
    dut.error_i = static_cast<CData>(draw(256));
    dut.ap_done_i = draw(2) != 0;
    dut.ap_idle_i = draw(2) != 0;
    dut.ap_ready_i = draw(2) != 0;
    dut.produced_i = draw();
    dut.acknowledged_i = draw();
    dut.now_i = draw();
    dut.inject_consumed_i = draw();
    dut.punt_produced_i = draw();
    dut.tx_consumed_i = draw();
  }

  void drive_write() {
    dut.s_axi_control_awvalid =
        writing && !address_taken_ && write_cycles_ >= write_.delays.address;
    dut.s_axi_control_wvalid = writing && !data_taken_ && write_cycles_ >= write_.delays.data;
    // Without its valid a channel may hold anything.
    dut.s_axi_control_awaddr =
        static_cast<SData>(dut.s_axi_control_awvalid ? write_.address : draw(window_bytes));
    dut.s_axi_control_wdata = dut.s_axi_control_wvalid ? write_.value : draw();
    dut.s_axi_control_wstrb =
        static_cast<CData>(dut.s_axi_control_wvalid ? write_.strobes : draw(16));
    dut.s_axi_control_bready = writing && write_answered_ >= write_.delays.ready;
  }
  void sample_write() {
    ASSERT_FALSE(dut.rst_i && (dut.s_axi_control_awready || dut.s_axi_control_wready));
    const bool taken = address_taken_ && data_taken_;
    ASSERT_TRUE(!dut.s_axi_control_bvalid || (writing && taken) || dut.rst_i)
        << "an answer to nothing";
    if (!writing)
      return;
    ASSERT_TRUE(write_answered_ == 0 || dut.rst_i || dut.s_axi_control_bvalid)
        << "an answer taken back";
    const bool offered = write_cycles_ >= std::max(write_.delays.address, write_.delays.data);
    ++write_cycles_;
    write_offered_ += offered && write_answered_ == 0;
    address_taken_ |= dut.s_axi_control_awvalid && dut.s_axi_control_awready;
    data_taken_ |= dut.s_axi_control_wvalid && dut.s_axi_control_wready;
    if (!dut.s_axi_control_bvalid)
      return;
    ASSERT_EQ(dut.s_axi_control_bresp, 0U);
    ++write_answered_;
    slowest = std::max(slowest, write_offered_);
    writing = !dut.s_axi_control_bready;
  }

  void drive_read() {
    dut.s_axi_control_arvalid = reading && !read_taken_ && read_cycles_ >= read_.delays.address;
    dut.s_axi_control_araddr =
        static_cast<SData>(dut.s_axi_control_arvalid ? read_.address : draw(window_bytes));
    dut.s_axi_control_rready = reading && read_answered_ >= read_.delays.ready;
  }
  void sample_read() {
    ASSERT_FALSE(dut.rst_i && dut.s_axi_control_arready);
    ASSERT_TRUE(!dut.s_axi_control_rvalid || (reading && read_taken_) || dut.rst_i)
        << "an answer to nothing";
    if (!reading)
      return;
    ASSERT_TRUE(read_answered_ == 0 || dut.rst_i ||
                (dut.s_axi_control_rvalid && dut.s_axi_control_rdata == value_read))
        << "an answer that changed";
    read_offered_ += read_cycles_++ >= read_.delays.address && read_answered_ == 0;
    read_taken_ |= dut.s_axi_control_arvalid && dut.s_axi_control_arready;
    if (!dut.s_axi_control_rvalid)
      return;
    ASSERT_EQ(dut.s_axi_control_rresp, 0U);
    ++read_answered_;
    value_read = dut.s_axi_control_rdata;
    slowest = std::max(slowest, read_offered_);
    reading = !dut.s_axi_control_rready;
  }

  void count_strobes() {
    acted["heartbeat"] += dut.heartbeat_o;
    acted["soft_reset"] += dut.soft_reset_o;
    acted["snapshot"] += dut.snapshot_o;
    acted["ap_start"] += dut.ap_start_o;
    acted["set_time"] += dut.set_time_o;
    acted["session_write"] += dut.session_write_o;
    acted["locate_write"] += dut.locate_write_o;
  }

  Write write_;
  Read read_;
  std::uint32_t write_cycles_ = 0, write_offered_ = 0, write_answered_ = 0;
  std::uint32_t read_cycles_ = 0, read_offered_ = 0, read_answered_ = 0;
  bool address_taken_ = false, data_taken_ = false, read_taken_ = false;
  std::array<std::uint32_t, 2> index_before_{};
};

/// The words that hold what was written to them.
std::vector<std::uint32_t> plain_words() {
  namespace r = registers;
  std::vector<std::uint32_t> words{r::global_interrupt,
                                   r::interrupt_enable,
                                   r::interrupt_status,
                                   r::control,
                                   r::epoch,
                                   r::ring_slots_log2,
                                   r::lease_cycles,
                                   r::tick_period_ns,
                                   r::local_address,
                                   r::order_address,
                                   r::order_port,
                                   r::inject_slots_log2,
                                   r::inject_produced,
                                   r::punt_cells_log2,
                                   r::punt_consumer,
                                   r::tx_cells_log2,
                                   r::tx_produced,
                                   r::session_address,
                                   r::session_port,
                                   r::session_number,
                                   r::session_index,
                                   r::locate_word,
                                   r::locate_bits};
  for (const std::uint32_t wide : {r::ring_base, r::start_sequence, r::slot_limit, r::consumer,
                                   r::time, r::rate, r::inject_base, r::punt_base, r::tx_base})
    words.insert(words.end(), {wide, wide + 4});
  for (std::uint32_t i = 0; i < r::filter_address_count; ++i) {
    words.push_back(r::filter_address + i * r::filter_address_stride);
    words.push_back(r::filter_port + i * r::filter_port_stride);
  }
  for (std::uint32_t i = 0; i < r::hash_row_count; ++i) {
    words.push_back(r::hash_row + i * r::hash_row_stride);
    words.push_back(r::hash_row + i * r::hash_row_stride + 4);
  }
  return words;
}

/// The word at each address that tells of the kernel; of the wide ones the low half.
std::map<std::uint32_t, std::uint32_t> told_words(const Bench& bench) {
  namespace r = registers;
  const auto low = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
  std::map<std::uint32_t, std::uint32_t> words{
      {r::ap_ctrl, bench.dut.ap_ready_i * 8U + bench.dut.ap_idle_i * 4U + !bench.dut.ap_idle_i},
      {r::identity, r::identity_value},
      {r::version, r::map_version},
      {r::build, 0},
      {r::capabilities, 0x0020'0B08},
      {r::state, bench.dut.state_i},
      {r::error, bench.dut.error_i},
      {r::produced, low(bench.dut.produced_i)},
      {r::acknowledged, low(bench.dut.acknowledged_i)},
      {r::now, low(bench.dut.now_i)},
      {r::inject_consumed, bench.dut.inject_consumed_i},
      {r::punt_produced, bench.dut.punt_produced_i},
      {r::tx_consumed, bench.dut.tx_consumed_i},
  };
  const auto counts = [&](std::uint32_t offset, std::uint32_t count, std::uint32_t first) {
    for (std::uint32_t i = 0; i < count; ++i) {
      words[offset + 8 * i] = low(Bench::counter_of(first + i));
      words[offset + 8 * i + 4] = low(Bench::counter_of(first + i) >> 32);
    }
  };
  static_assert(r::outcomes_stride == 8 && r::events_stride == 8);
  counts(r::outcomes, r::outcomes_count, 0);
  counts(r::events, r::events_count, 64);
  return words;
}

TEST(Regs, every_address_answers_in_time) {
  Bench bench;
  bench.noisy = true;
  for (int round = 0; round < 6; ++round) {
    for (std::uint32_t address = 0; address < window_bytes; ++address) {
      const bool late = round % 2 != 0;
      const Delays none;
      bench.start(Write{address, bench.draw(), bench.draw(4) == 0 ? bench.draw(16) : 0xF,
                        late ? bench.some_delays() : none});
      if (round < 4)
        bench.start(Read{address ^ (round < 2 ? 0 : bench.draw(window_bytes)),
                         late ? bench.some_delays() : none});
      bench.finish();
      ASSERT_FALSE(testing::Test::HasFailure()) << std::hex << address;
      if (bench.draw(3) == 0)
        bench.steps(static_cast<int>(bench.draw(4)));
    }
  }
  EXPECT_LE(bench.slowest, answer_cycles_max);
  std::cout << "the slowest answer took " << bench.slowest << " cycles\n";
}

TEST(Regs, each_word_holds_what_was_written_and_others_read_zero) {
  Bench bench;
  bench.dut.state_i = 9;
  bench.dut.error_i = 0xA5;
  bench.dut.ap_idle_i = 1;
  bench.dut.produced_i = 0x1122'3344'5566'7788;
  bench.dut.acknowledged_i = 0x99AA'BBCC'DDEE'FF01;
  bench.dut.now_i = 0x2345'6789'ABCD'EF12;
  bench.dut.inject_consumed_i = 0xDEAD'0001;
  bench.dut.punt_produced_i = 0xDEAD'0002;
  bench.dut.tx_consumed_i = 0xDEAD'0003;
  for (int round = 0; round < 3; ++round) {
    std::map<std::uint32_t, std::uint32_t> written;
    for (std::uint32_t address = 0; address < window_bytes; address += 4)
      bench.write(address | bench.draw(4), written[address] = bench.draw());
    std::map<std::uint32_t, std::uint32_t> expected = told_words(bench);
    for (const std::uint32_t address : plain_words())
      expected[address] = written[address];
    for (std::uint32_t address = 0; address < window_bytes; address += 4) {
      if (address == registers::produced + 4 || address == registers::acknowledged + 4 ||
          address == registers::now + 4)
        continue;  // latched: below
      ASSERT_EQ(bench.read(address | bench.draw(4)), expected[address]) << std::hex << address;
    }
  }
}

TEST(Regs, wires_carry_their_registers) {
  namespace r = registers;
  Bench bench;
  std::map<std::uint32_t, std::uint32_t> written;
  for (const std::uint32_t address : plain_words())
    bench.write(address, written[address] = bench.draw());
  const auto wide = [&](std::uint32_t address) {
    return written[address + 4] * (std::uint64_t{1} << 32) + written[address];
  };
  const Vregs& dut = bench.dut;
  EXPECT_EQ(dut.cfg_enable_o, written[r::control] & 1);
  EXPECT_EQ(dut.cfg_quiesce_o, written[r::control] >> 1 & 1);
  EXPECT_EQ(dut.ring_base_o, wide(r::ring_base));
  EXPECT_EQ(dut.ring_slots_log2_o, written[r::ring_slots_log2] & 0x1F);
  EXPECT_EQ(dut.start_sequence_o, wide(r::start_sequence));
  EXPECT_EQ(dut.epoch_o, written[r::epoch]);
  EXPECT_EQ(dut.slot_limit_o, wide(r::slot_limit));
  EXPECT_EQ(dut.consumer_o, wide(r::consumer));
  EXPECT_EQ(dut.lease_cycles_o, written[r::lease_cycles]);
  EXPECT_EQ(dut.time_o, wide(r::time));
  EXPECT_EQ(dut.rate_o, wide(r::rate) & 0xFF'FFFF'FFFF);
  EXPECT_EQ(dut.tick_period_o, written[r::tick_period_ns]);
  EXPECT_EQ(dut.inject_base_o, wide(r::inject_base));
  EXPECT_EQ(dut.inject_slots_log2_o, written[r::inject_slots_log2] & 0x1F);
  EXPECT_EQ(dut.inject_produced_o, written[r::inject_produced]);
  EXPECT_EQ(dut.punt_base_o, wide(r::punt_base));
  EXPECT_EQ(dut.punt_cells_log2_o, written[r::punt_cells_log2] & 0xF);
  EXPECT_EQ(dut.punt_consumer_o, written[r::punt_consumer]);
  EXPECT_EQ(dut.tx_base_o, wide(r::tx_base));
  EXPECT_EQ(dut.tx_cells_log2_o, written[r::tx_cells_log2] & 0xF);
  EXPECT_EQ(dut.tx_produced_o, written[r::tx_produced]);
  EXPECT_EQ(dut.local_address_o, written[r::local_address]);
  EXPECT_EQ(dut.order_valid_o, written[r::order_port] >> 16 & 1);
  EXPECT_EQ(dut.order_address_o, written[r::order_address]);
  EXPECT_EQ(dut.order_port_o, written[r::order_port] & 0xFFFF);
  EXPECT_EQ(dut.session_index_o, written[r::session_index] & 0x7FF);
  EXPECT_EQ(dut.session_valid_o, written[r::session_port] >> 16 & 1);
  EXPECT_EQ(dut.session_address_o, written[r::session_address]);
  EXPECT_EQ(dut.session_port_o, written[r::session_port] & 0xFFFF);
  EXPECT_EQ(dut.session_number_o, written[r::session_number]);
  EXPECT_EQ(dut.locate_word_o, written[r::locate_word] & 0x7FF);
  EXPECT_EQ(dut.locate_data_o, written[r::locate_bits]);
  for (std::uint32_t i = 0; i < r::filter_port_count; ++i) {
    const std::uint32_t port = written[r::filter_port + i * r::filter_port_stride];
    EXPECT_EQ(dut.filter_address_o[i], written[r::filter_address + i * r::filter_address_stride]);
    EXPECT_EQ(dut.filter_port_o[i / 2] >> (i % 2 * 16) & 0xFFFF, port & 0xFFFF);
    EXPECT_EQ(dut.filter_valid_o >> i & 1, port >> 16 & 1);
  }
  for (std::uint32_t bit = 0; bit < 48 * r::hash_row_count; ++bit)
    EXPECT_EQ(dut.hash_rows_o[bit / 32] >> (bit % 32) & 1,
              wide(r::hash_row + bit / 48 * r::hash_row_stride) >> (bit % 48) & 1);
}

TEST(Regs, what_acts_acts_once) {
  namespace r = registers;
  Bench bench;
  const std::map<std::uint32_t, std::string> acts{
      {r::heartbeat, "heartbeat"},     {r::soft_reset, "soft_reset"},
      {r::snapshot, "snapshot"},       {r::ap_ctrl, "ap_start"},
      {r::time + 4, "set_time"},       {r::session_index, "session_write"},
      {r::locate_bits, "locate_write"}};
  for (std::uint32_t address = 0; address < window_bytes; address += 4) {
    for (std::uint32_t strobes = 0; strobes < 16; ++strobes) {
      bench.acted.clear();
      bench.start(Write{address, bench.draw() | 1, strobes, bench.some_delays()});
      bench.finish();
      bench.read(address);
      for (const auto& [name, count] : bench.acted) {
        const auto act = acts.find(address);
        const bool expected = strobes == 0xF && act != acts.end() && act->second == name;
        ASSERT_EQ(count, expected ? 1 : 0) << name << " by " << std::hex << address;
      }
    }
  }
  bench.acted.clear();
  bench.write(r::ap_ctrl, 0xFFFF'FFFE);
  EXPECT_EQ(bench.acted["ap_start"], 0);
}

TEST(Regs, partial_writes_change_nothing) {
  Bench bench;
  std::map<std::uint32_t, std::uint32_t> written;
  for (const std::uint32_t address : plain_words())
    bench.write(address, written[address] = bench.draw());
  const auto consumer = bench.dut.consumer_o;
  for (std::uint32_t strobes = 0; strobes < 0xF; ++strobes)
    for (const std::uint32_t address : plain_words())
      bench.write(address, bench.draw(), strobes);
  for (const std::uint32_t address : plain_words())
    EXPECT_EQ(bench.read(address), written[address]) << std::hex << address;
  EXPECT_EQ(bench.dut.consumer_o, consumer);
}

TEST(Regs, a_wide_value_counts_at_once) {
  Bench bench;
  bench.write_wide(registers::consumer, 0x1111'1111'2222'2222);
  bench.write_wide(registers::time, 0x3333'3333'4444'4444);
  bench.on_step = [&] {
    const auto consumer = bench.dut.consumer_o;
    const auto time = bench.dut.time_o;
    ASSERT_TRUE(consumer == 0x1111'1111'2222'2222 || consumer == 0x5555'5555'6666'6666);
    ASSERT_TRUE(time == 0x3333'3333'4444'4444 || time == 0x7777'7777'8888'8888);
    ASSERT_TRUE(!bench.dut.set_time_o || time == 0x7777'7777'8888'8888);
  };
  bench.write_wide(registers::consumer, 0x5555'5555'6666'6666);
  bench.write_wide(registers::time, 0x7777'7777'8888'8888);
  bench.steps(2);
  EXPECT_EQ(bench.dut.consumer_o, 0x5555'5555'6666'6666U);
  EXPECT_EQ(bench.dut.time_o, 0x7777'7777'8888'8888U);
}

TEST(Regs, a_wide_value_is_of_one_moment) {
  Bench bench;
  for (const std::uint32_t address :
       {registers::produced, registers::acknowledged, registers::now}) {
    for (std::uint32_t start = 0; start < 40; ++start) {
      std::uint64_t value = 0x7'FFFF'FFF0 - start;
      bench.on_step = [&] {
        ++value;
        bench.dut.produced_i = bench.dut.acknowledged_i = bench.dut.now_i = value;
      };
      bench.step();
      const std::uint64_t before = value;
      const std::uint64_t low = bench.read(address);
      const std::uint64_t after = value;
      bench.read(bench.draw(2) == 0 ? registers::state : registers::ap_ctrl);  // someone else's
      bench.steps(static_cast<int>(bench.draw(20)));
      const std::uint64_t seen = low | std::uint64_t{bench.read(address + 4)} << 32;
      ASSERT_GE(seen, before);
      ASSERT_LE(seen, after);
    }
  }
}

// Whenever it comes, and however slowly its reader takes the answers.
TEST(Regs, done_is_told_once) {
  for (std::uint32_t ready = 0; ready < 6; ++ready) {
    for (std::uint32_t when = 0; when < 40; ++when) {
      Bench bench;
      std::uint32_t cycle = 0;
      bench.on_step = [&] { bench.dut.ap_done_i = ++cycle == when; };
      std::uint32_t told = 0;
      for (int i = 0; i < 12; ++i) {
        bench.start(Read{registers::ap_ctrl, {0, 0, ready}});
        bench.finish();
        told += bench.value_read >> 1 & 1;
        bench.read(i % 2 == 0 ? registers::state : registers::identity);
      }
      ASSERT_EQ(told, when == 0 ? 0U : 1U) << "in cycle " << when;
    }
  }
}

// A transfer in reset would be lost: `sample_*` look at the readies.
TEST(Regs, a_reset_at_any_time_leaves_nothing) {
  for (std::uint32_t when = 0; when < 24; ++when) {
    Bench bench(when);
    for (const std::uint32_t address : plain_words())
      bench.write(address, bench.draw());
    bench.start(Write{registers::epoch, 7, 0xF, bench.some_delays()});
    bench.start(Read{registers::epoch, bench.some_delays()});
    bench.steps(static_cast<int>(when));
    bench.dut.rst_i = 1;
    bench.steps(3);
    bench.writing = bench.reading = false;
    bench.steps(2);
    bench.dut.rst_i = 0;
    bench.steps(20);  // no answer to what was before
    for (const std::uint32_t address : plain_words())
      ASSERT_EQ(bench.read(address), 0U) << std::hex << address;
    ASSERT_EQ(bench.dut.consumer_o, 0U);
    bench.start(Write{registers::epoch, 8, 0xF, {}});
    bench.finish();
    ASSERT_EQ(bench.read(registers::epoch), 8U);
    ASSERT_FALSE(testing::Test::HasFailure()) << when;
  }
}

}  // namespace
