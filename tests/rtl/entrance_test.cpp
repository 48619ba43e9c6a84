// Goal: frames are let in whole or dropped whole, drops are counted and told with the next frame
// that is let in, and no beat is lost. Method: random frames, readers and resets against a model
// that leaves the choice between room and no room to the entrance, within bounds.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "Ventrance.h"

namespace wirebook {
namespace {

// As front.cmake has it.
constexpr unsigned data_bytes = 8;
constexpr std::size_t buffer_beats = 32;
constexpr unsigned frame_beats_max = 6;
constexpr std::size_t slack = 6;  // beats by which it may think the buffer fuller than it is

struct Beat {
  std::uint64_t data = 0;
  bool first = false;
  bool last = false;
  unsigned last_index = 0;
  bool bad = false;
  bool too_long = false;
  std::uint64_t time = 0;
  unsigned drops = 0;
};

/// In percent of the cycles, or of the frames.
struct Course {
  unsigned seed = 1;
  unsigned gap = 0;
  unsigned read = 100;
  unsigned admit = 100;
  unsigned long_frames = 5;
};

class Bench {
 public:
  explicit Bench(const Course& course) : course_(course), random_(course.seed) { reset(3); }

  unsigned admitted = 0;
  unsigned cut = 0;
  unsigned drops_full = 0;
  unsigned drops_disabled = 0;
  unsigned longest_run = 0;  // of drops that was told

  void set(const Course& course) { course_ = course; }

  void run(int cycles) {
    for (int i = 0; i < cycles && !testing::Test::HasFatalFailure(); ++i)
      cycle();
  }

  /// The wire goes on meanwhile. What is inside is gone, and so is a frame that is under way.
  void reset(int cycles) {
    dut_->rst_i = 1;
    run(cycles);
    dut_->rst_i = 0;
  }

  /// Until the wire's frame is over and the buffer empty.
  void drain() {
    course_ = {.gap = 100};
    while (offered_ || beats_left_ != 0)
      offer_next();
    run(100);
    EXPECT_TRUE(buffer_.empty());
  }

  [[nodiscard]] bool in_frame() const { return beats_left_ != 0; }
  [[nodiscard]] std::size_t buffered() const { return buffer_.size(); }

 private:
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  bool chance(unsigned percent) { return below(100) < percent; }

  void offer_next() {
    course_.gap = 0;
    cycle();
    course_.gap = 100;
  }

  /// The next beat of the wire, if there is none that was not taken.
  void offer() {
    if (offered_)
      return;
    dut_->rx_valid_i = 0;
    if (beats_left_ == 0 ? chance(course_.gap) : course_.gap != 100 && chance(course_.gap))
      return;
    offered_ = true;
    starts_ = beats_left_ == 0;
    if (starts_)
      beats_left_ = chance(course_.long_frames) ? 1 + below(20) : 1 + below(6);
    const bool last = beats_left_ == 1;
    const unsigned count = last ? 1 + below(data_bytes) : data_bytes;
    dut_->rx_valid_i = 1;
    dut_->rx_data_i = std::uint64_t{random_()} << 32 | random_();
    dut_->rx_keep_i = static_cast<CData>((1U << count) - 1);
    dut_->rx_last_i = last;
    dut_->rx_bad_i = last && chance(20);
  }

  void cycle() {
    dut_->clk_i = 0;
    offer();
    dut_->admit_i = chance(course_.admit);
    dut_->time_i = std::uint64_t{random_()} << 32 | random_();
    dut_->beat_ready_i = chance(course_.read);
    dut_->eval();
    if (dut_->rst_i) {
      was_ = {};
      buffer_.clear();
      drops_ = 0;
      cut_ = true;  // what is under way, and what starts now
    } else {
      look();
      read();
    }
    // Behind a reset it takes a cycle to see that there is room.
    fullest_ = {fullest_[1], fullest_[2], dut_->rst_i ? buffer_beats : buffer_.size()};
    step_wire();
    dut_->clk_i = 1;
    dut_->eval();
  }

  /// What was on the wire in this cycle, to be looked for in the next.
  void step_wire() {
    const bool taken = offered_ && dut_->rx_ready_o;
    was_ = {};
    was_in_reset_ = dut_->rst_i;
    is_ = taken && !dut_->rst_i;
    if (!taken)
      return;
    offered_ = false;
    --beats_left_;
    was_ = {.data = dut_->rx_data_i,
            .first = starts_,
            .last = static_cast<bool>(dut_->rx_last_i),
            .last_index = static_cast<unsigned>(std::popcount(unsigned{dut_->rx_keep_i})) - 1,
            .bad = static_cast<bool>(dut_->rx_bad_i),
            .time = dut_->time_i};
    was_admit_ = dut_->admit_i;
  }

  /// One cycle behind the wire.
  void look() {
    if (was_in_reset_ || !is_ || (!was_.first && cut_)) {
      ASSERT_FALSE(dut_->arrival_valid_o || dut_->drop_full_o || dut_->drop_disabled_o);
      return;
    }
    if (was_.first)
      decide();
    else
      ASSERT_TRUE(dut_->arrival_valid_o);
    if (dut_->arrival_valid_o)
      arrive();
  }

  void decide() {
    ASSERT_EQ(dut_->arrival_valid_o + dut_->drop_full_o + dut_->drop_disabled_o, 1);
    ASSERT_EQ(dut_->drop_disabled_o, !was_admit_);
    cut_ = !dut_->arrival_valid_o;
    beats_ = 0;
    drops_disabled += dut_->drop_disabled_o;
    admitted += dut_->arrival_valid_o;
    if (dut_->drop_full_o) {
      ++drops_full;
      ++drops_;
      const std::size_t fullest = *std::max_element(fullest_.begin(), fullest_.end());
      ASSERT_GT(fullest + frame_beats_max + slack, buffer_beats) << "there was room";
    }
    if (dut_->arrival_valid_o) {
      was_.drops = drops_;
      longest_run = std::max(longest_run, drops_);
      drops_ = 0;
    }
  }

  void arrive() {
    ++beats_;
    if (beats_ == frame_beats_max && !was_.last) {
      was_.last = was_.too_long = cut_ = true;
      ++cut;
    }
    ASSERT_EQ(dut_->arrival_data_o, was_.data);
    ASSERT_EQ(dut_->arrival_first_o, was_.first);
    ASSERT_EQ(dut_->arrival_last_o, was_.last);
    ASSERT_EQ(dut_->arrival_too_long_o, was_.too_long);
    if (was_.last) {
      ASSERT_EQ(dut_->arrival_last_index_o, was_.last_index);
      ASSERT_EQ(dut_->arrival_bad_o, was_.bad);
    }
    buffer_.push_back(was_);
  }

  void read() {
    ASSERT_EQ(dut_->beat_valid_o, !buffer_.empty());
    if (buffer_.empty())
      return;
    const Beat& beat = buffer_.front();
    ASSERT_EQ(dut_->beat_data_o, beat.data);
    ASSERT_EQ(dut_->beat_first_o, beat.first);
    ASSERT_EQ(dut_->beat_last_o, beat.last);
    if (beat.last) {
      ASSERT_EQ(dut_->beat_last_index_o, beat.last_index);
    }
    if (beat.first) {
      ASSERT_EQ(dut_->beat_time_o, beat.time);
      ASSERT_EQ(dut_->beat_drops_o, beat.drops);
    }
    if (dut_->beat_ready_i)
      buffer_.pop_front();
  }

  std::unique_ptr<Ventrance> dut_ = std::make_unique<Ventrance>();
  Course course_;
  std::mt19937 random_;

  // The wire.
  bool offered_ = false;  // a beat is there, and was not taken
  bool starts_ = false;
  unsigned beats_left_ = 0;

  // The cycle before.
  Beat was_;
  bool is_ = false;
  bool was_in_reset_ = true;
  bool was_admit_ = false;

  // What should be inside.
  bool cut_ = false;
  unsigned beats_ = 0;
  unsigned drops_ = 0;
  std::deque<Beat> buffer_;
  std::array<std::size_t, 3> fullest_{};
};

class Entrance : public testing::TestWithParam<Course> {};

TEST_P(Entrance, lets_frames_in_whole_or_drops_them_whole) {
  const Course course = GetParam();
  SCOPED_TRACE("seed " + std::to_string(course.seed));
  Bench bench(course);
  bench.run(40'000);
  bench.drain();
  EXPECT_GT(bench.admitted, 1'000U);
  EXPECT_GT(bench.cut, 20U);
  EXPECT_EQ(bench.drops_disabled == 0, course.admit == 100);
  if (course.read < 50) {
    EXPECT_GT(bench.drops_full, 100U);
  }
  if (course.read == 100) {
    EXPECT_LE(bench.drops_full, 1U);  // just behind the reset
  }
}

INSTANTIATE_TEST_SUITE_P(Courses, Entrance,
                         testing::Values(Course{.seed = 1}, Course{.seed = 2, .gap = 50},
                                         Course{.seed = 3, .read = 30},
                                         Course{.seed = 4, .read = 90, .admit = 50},
                                         Course{.seed = 5, .read = 20, .long_frames = 50},
                                         Course{.seed = 6, .gap = 80, .read = 15, .admit = 90}));

TEST(Entrance, fills_the_buffer_and_tells_how_many_were_dropped) {
  Bench bench({.read = 0});
  bench.run(2'000);
  EXPECT_GE(bench.buffered() + frame_beats_max + slack, buffer_beats);
  const unsigned dropped = bench.drops_full;
  EXPECT_GT(dropped, 200U);
  bench.set({.read = 100});
  bench.run(200);
  EXPECT_GE(bench.longest_run, dropped);
}

TEST(Entrance, a_reset_drops_the_rest_of_a_frame) {
  Bench bench({.seed = 7, .gap = 20, .read = 60, .long_frames = 50});
  unsigned within = 0;
  for (int i = 0; i < 500 && !HasFatalFailure(); ++i) {
    bench.run(20 + i % 7);
    within += bench.in_frame();
    bench.reset(1 + i % 5);
  }
  EXPECT_GT(within, 100U);
}

}  // namespace
}  // namespace wirebook
