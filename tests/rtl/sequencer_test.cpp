// Goal: frames, host slots and ticks come out as one numbered stream, and what a frame may change
// it changes only if its verdict is good. Method: random frames of eight streams around the numbers
// that the streams expect, against a plain model; every input and the output stall at random, or,
// where cycles are counted, not at all.
#include <array>
#include <bit>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wirebook/outcome.hpp"
#include "wirebook/slot.hpp"

#include "Vsequencer.h"

namespace wirebook {
namespace {

enum Protocol : unsigned { other, feed, order, host };

struct Block {
  Outcome outcome;
  std::uint64_t tag;  ///< recognizes its slot
  bool part = false;
};

struct Frame {
  Outcome verdict = Outcome::ok;
  Protocol protocol = other;
  Outcome outcome = Outcome::ok;
  unsigned stream = 0;
  unsigned session_name = 0;
  std::uint64_t sequence = 1;
  std::uint64_t time = 0;
  std::uint32_t drops = 0;
  std::uint32_t session = 0;
  std::uint16_t messages = 0;
  bool at_end = false;
  bool trailing = false;
  bool punt = false;
  bool known = false;
  Outcome end_outcome = Outcome::ok;
  std::vector<Block> blocks;
};

/// What a slot says, as far as this bench cares.
struct Expected {
  SlotKind kind;
  std::uint64_t a = 0;  ///< gap: first; block: tag
  std::uint64_t b = 0;  ///< gap: count
  unsigned stream = 0;
  std::uint32_t session = 0;
  std::optional<std::uint64_t> time;

  bool operator==(const Expected&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Expected& slot) {
  return out << "kind " << int(slot.kind) << " a " << slot.a << " b " << slot.b << " stream "
             << slot.stream << " session " << slot.session << " time " << slot.time.value_or(0);
}

/// The rules of MoldUDP64 streams, by the book.
class Model {
 public:
  std::deque<Expected> slots;
  std::map<Outcome, std::uint64_t> counts;
  std::uint64_t kept = 0;

  void on_frame(const Frame& frame) {
    drops_ += frame.drops;
    if (frame.punt) {
      const bool found =
          frame.verdict == Outcome::frame_not_ipv4 || frame.verdict == Outcome::ipv4_protocol;
      if (frame.verdict == Outcome::ok || (frame.protocol == host && found)) {
        ++kept;
        if (frame.verdict == Outcome::ok)
          tell_drops(frame);
        return;
      }
    }
    if (frame.verdict != Outcome::ok)
      return count(frame.verdict);
    tell_drops(frame);
    if (frame.outcome != Outcome::ok)
      return count(frame.outcome);
    if (frame.protocol == feed)
      on_feed(frame);
    if (frame.protocol == order)
      on_order(frame);
  }
  /// The number that a stream expects, for likely sequences.
  std::uint64_t expected(unsigned stream) const { return streams_[stream].expected; }
  unsigned session(unsigned stream) const { return streams_[stream].session.value_or(0); }

 private:
  struct Stream {
    std::optional<unsigned> session, before;
    std::uint64_t expected = 1;
    bool ended = false;
  };

  void count(Outcome outcome) {
    if (outcome != Outcome::ok)
      ++counts[outcome];
  }
  void tell_drops(const Frame& frame) {
    if (drops_ == 0 || (frame.protocol != feed && frame.protocol != order))
      return;
    slots.push_back({SlotKind::gap, 0, drops_, 0xFF, 0, frame.time});
    drops_ = 0;
  }
  void end(Stream& stream, const Frame& frame) {
    if (!stream.ended)
      slots.push_back({SlotKind::feed_end, stream.expected, 0, frame.stream, 0, frame.time});
    stream.ended = true;
  }
  void on_feed(const Frame& frame) {
    Stream& stream = streams_[frame.stream];
    if (stream.session != frame.session_name) {
      if (stream.before == frame.session_name)
        return count(Outcome::mold_other_session);
      if (stream.session)
        end(stream, frame);
      stream = {.session = frame.session_name, .before = stream.session};
    }
    const std::uint64_t behind = frame.sequence + frame.messages;
    if (frame.messages != 0 && behind <= stream.expected)
      return count(Outcome::mold_duplicate);
    if (stream.ended && behind > stream.expected)
      return count(Outcome::mold_after_end);
    if (frame.sequence > stream.expected) {
      slots.push_back({SlotKind::gap, stream.expected, frame.sequence - stream.expected,
                       frame.stream, 0, frame.time});
      stream.expected = frame.sequence;
      count(Outcome::mold_gap);
    }
    std::uint64_t number = frame.sequence;
    for (const Block& block : frame.blocks) {
      if (number++ < stream.expected)
        continue;
      ++stream.expected;
      ++counts[block.outcome];
      if (block.outcome == Outcome::ok)
        slots.push_back({feed_kind('A'), block.tag, 0, 0, 0, frame.time});
    }
    if (frame.messages != 0)
      return count(frame.end_outcome);
    if (frame.at_end)
      end(stream, frame);
    count(frame.trailing ? Outcome::mold_trailing_bytes
          : frame.at_end ? Outcome::mold_end_of_session
                         : Outcome::mold_heartbeat);
  }
  void on_order(const Frame& frame) {
    if (!frame.known)
      return count(Outcome::ufo_unknown_source);
    for (const Block& block : frame.blocks) {
      if (!block.part)
        ++counts[block.outcome];
      if (block.outcome == Outcome::ok)
        slots.push_back({block.part ? SlotKind::extension : SlotKind::enter, block.tag, 0, 0,
                         block.part ? 0 : frame.session, frame.time});
    }
  }

  std::array<Stream, 8> streams_;
  std::uint64_t drops_ = 0;
};

/// Draws frames near what the model expects next.
class Frames {
 public:
  explicit Frames(std::uint32_t seed) : random_(seed) {}

  Frame next(const Model& model) {
    Frame frame;
    frame.time = time_ += 1 + below(1'000);
    frame.drops = below(20) == 0 ? 1 + below(1'000) : 0;
    const std::uint32_t what = below(10);
    frame.protocol = what < 6 ? feed : what < 8 ? order : what < 9 ? host : other;
    if (frame.protocol == feed)
      draw_feed(frame, model);
    else if (frame.protocol == order)
      draw_order(frame);
    else if (frame.protocol == host)
      frame.punt = true;
    else
      frame.outcome = Outcome::udp_not_ours;
    if (frame.protocol == host)
      frame.verdict = below(4) == 0   ? Outcome::ipv4_checksum
                      : below(2) == 0 ? Outcome::frame_not_ipv4
                                      : Outcome::ipv4_protocol;
    else if (below(8) == 0)
      frame.verdict = below(2) == 0 ? Outcome::frame_fcs : Outcome::udp_checksum;
    return frame;
  }
  /// The time of the youngest frame.
  std::uint64_t now() const { return time_; }
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

 private:
  void draw_feed(Frame& frame, const Model& model) {
    frame.stream = below(3) == 0 ? below(8) : 0;
    frame.session_name = below(25) == 0 ? below(3) : model.session(frame.stream);
    const std::uint64_t expected = model.expected(frame.stream);
    frame.sequence = expected;
    if (below(4) == 0)
      frame.sequence = expected + below(5);
    if (below(4) == 0)
      frame.sequence = expected - std::min<std::uint64_t>(expected - 1, below(6));
    if (below(200) == 0)
      frame.sequence = std::uint64_t{below(1'000)} << 40 | 1;
    if (below(12) == 0) {
      frame.outcome = below(2) == 0 ? Outcome::mold_truncated : Outcome::mold_sequence;
      return;
    }
    frame.at_end = below(60) == 0;
    frame.trailing = below(6) == 0;
    if (frame.at_end || below(5) == 0)
      return;
    frame.messages = static_cast<std::uint16_t>(1 + below(6));
    std::uint32_t walked = frame.messages;
    if (below(6) == 0) {
      walked = below(frame.messages);
      frame.end_outcome = Outcome::mold_block_truncated;
    } else if (frame.trailing) {
      frame.end_outcome = Outcome::mold_trailing_bytes;
    }
    constexpr std::array outcomes{Outcome::ok,          Outcome::ok,
                                  Outcome::ok,          Outcome::mold_empty_block,
                                  Outcome::itch_length, Outcome::itch_filtered};
    for (std::uint32_t i = 0; i < walked; ++i)
      frame.blocks.push_back({outcomes[below(outcomes.size())], ++tag_});
  }
  void draw_order(Frame& frame) {
    const std::uint32_t what = below(8);
    frame.punt = what == 0;
    if (what == 1)
      frame.outcome = Outcome::ufo_length;
    if (what < 2)
      return;
    frame.known = below(5) != 0;
    frame.session = 1 + below(1'000);
    const bool good = below(5) != 0;
    frame.blocks.push_back({good ? Outcome::ok : Outcome::ouch_truncated, ++tag_});
    for (std::uint32_t parts = below(3); parts != 0; --parts)
      frame.blocks.push_back({good ? Outcome::ok : Outcome::ouch_truncated, ++tag_, true});
  }

  std::mt19937 random_;
  std::uint64_t time_ = 0;
  std::uint64_t tag_ = 0;
};

/// Wide ports are arrays of 32-bit words.
template <class Port>
void set_word(Port& port, std::size_t word, std::uint64_t value) {
  port[word] = static_cast<std::uint32_t>(value);
  port[word + 1] = static_cast<std::uint32_t>(value >> 32);
}

class Sequencer : public testing::TestWithParam<std::uint32_t> {
 protected:
  /// A candidate as it lies in its queue.
  struct Candidate {
    Block block;
    Protocol protocol;
    bool real, end;
    Outcome end_outcome;
  };

  void queue(const Frame& frame) {
    contexts_.push_back(frame);
    for (std::size_t i = 0; i < frame.blocks.size(); ++i) {
      const bool ends = i + 1 == frame.blocks.size() && frame.end_outcome == Outcome::ok;
      candidates_.push_back({frame.blocks[i], frame.protocol, true, ends, Outcome::ok});
    }
    if (frame.blocks.empty() || frame.end_outcome != Outcome::ok)
      candidates_.push_back({{}, frame.protocol, false, true, frame.end_outcome});
    verdicts_.push_back(frame.verdict);
  }

  void drive() {
    dut_.clk_i = 0;
    offer(dut_.context_valid_i, !contexts_.empty());
    offer(dut_.candidate_valid_i, !candidates_.empty());
    offer(dut_.verdict_valid_i, !verdicts_.empty());
    offer(dut_.inject_valid_i, !injects_.empty());
    if (dut_.context_valid_i)
      drive_context(contexts_.front());
    if (dut_.candidate_valid_i)
      drive_candidate(candidates_.front());
    if (dut_.verdict_valid_i)
      dut_.verdict_outcome_i = static_cast<CData>(verdicts_.front());
    if (dut_.inject_valid_i) {
      set_word(dut_.inject_bytes_i, 4, injects_.front().tag);
      dut_.inject_bytes_i[14] = static_cast<std::uint32_t>(SlotKind::session_up);
      dut_.inject_last_i = injects_.front().last;
    }
    dut_.slot_ready_i = draw(slot_ready_percent_);
    dut_.run_i = draw(control_percent_);
    dut_.credit_ok_i = draw(control_percent_);
    dut_.quiet_i = contexts_.empty();
    dut_.time_i = frames_.now();
    dut_.eval();
  }

  void clock() {
    const bool context = dut_.context_valid_i && dut_.context_ready_o;
    const bool candidate = dut_.candidate_valid_i && dut_.candidate_ready_o;
    const bool verdict = dut_.verdict_valid_i && dut_.verdict_ready_o;
    const bool inject = dut_.inject_valid_i && dut_.inject_ready_o;
    take_outputs();
    dut_.clk_i = 1;
    dut_.eval();
    take(context, dut_.context_valid_i, contexts_);
    take(candidate, dut_.candidate_valid_i, candidates_);
    take(verdict, dut_.verdict_valid_i, verdicts_);
    take(inject, dut_.inject_valid_i, injects_);
  }

  void start() {
    dut_.rst_i = 1;
    for (int cycle = 0; cycle < 3; ++cycle) {
      drive();
      clock();
    }
    dut_.rst_i = 0;
    next_sequence_ = dut_.start_sequence_i = 1'000;
    dut_.start_i = 1;
    drive();
    clock();
    dut_.start_i = 0;
  }

  [[nodiscard]] bool pending() const {
    return !contexts_.empty() || !candidates_.empty() || !injects_.empty() || dut_.slot_valid_o;
  }

  struct Inject {
    std::uint64_t tag;
    bool last;
  };

  bool draw(std::uint32_t percent) { return frames_.below(100) < percent; }

  Vsequencer dut_;
  Frames frames_{GetParam()};
  Model model_;
  std::deque<Frame> contexts_;
  std::deque<Candidate> candidates_;
  std::deque<Outcome> verdicts_;
  std::deque<Inject> injects_;
  std::deque<Inject> expected_injects_;
  std::map<Outcome, std::uint64_t> counts_;
  std::uint64_t kept_ = 0;
  std::uint64_t next_sequence_ = 0;
  std::uint64_t last_time_ = 0;
  std::uint64_t ticks_ = 0;
  std::uint32_t slot_ready_percent_ = 80;
  std::uint32_t input_percent_ = 85;
  std::uint32_t control_percent_ = 90;

 private:
  void offer(CData& valid, bool any) {
    if (!valid)
      valid = any && draw(input_percent_);
  }
  template <class Queue>
  static void take(bool taken, CData& valid, Queue& queue) {
    if (!taken)
      return;
    queue.pop_front();
    valid = 0;
  }

  void drive_context(const Frame& frame) {
    dut_.context_time_i = frame.time;
    dut_.context_drops_i = frame.drops;
    dut_.context_protocol_i = frame.protocol;
    dut_.context_outcome_i = static_cast<CData>(frame.outcome);
    dut_.context_stream_i = static_cast<CData>(frame.stream);
    dut_.context_mold_session_i[0] = frame.session_name;
    dut_.context_mold_session_i[2] = frame.session_name;
    dut_.context_sequence_i = frame.sequence;
    dut_.context_messages_i = frame.messages;
    dut_.context_at_end_i = frame.at_end;
    dut_.context_trailing_i = frame.trailing;
    dut_.context_punt_i = frame.punt;
    dut_.context_known_i = frame.known;
    dut_.context_session_i = frame.session;
  }
  void drive_candidate(const Candidate& candidate) {
    const Block& block = candidate.block;
    const bool is_order = candidate.protocol == order;
    dut_.candidate_slot_i = candidate.real && block.outcome == Outcome::ok;
    dut_.candidate_counts_i = candidate.real && !block.part;
    dut_.candidate_part_i = block.part;
    dut_.candidate_outcome_i = static_cast<CData>(block.outcome);
    set_word(dut_.candidate_body_i, 2, block.tag);
    dut_.candidate_kind_i = static_cast<CData>(!is_order    ? feed_kind('A')
                                               : block.part ? SlotKind::extension
                                                            : SlotKind::enter);
    dut_.candidate_extensions_i = 0;
    dut_.candidate_end_i = candidate.end;
    dut_.candidate_end_outcome_i = static_cast<CData>(candidate.end_outcome);
  }

  void take_outputs() {
    if (dut_.count_a_valid_o)
      ++counts_[static_cast<Outcome>(dut_.count_a_code_o)];
    if (dut_.count_b_valid_o)
      ++counts_[static_cast<Outcome>(dut_.count_b_code_o)];
    if (dut_.punt_decide_o && dut_.punt_keep_o)
      ++kept_;
    if (dut_.slot_valid_o && dut_.slot_ready_i)
      take_slot();
  }
  void take_slot() {
    ASSERT_EQ(dut_.slot_sequence_o, next_sequence_++);
    Slot slot{};
    std::memcpy(static_cast<void*>(&slot), dut_.slot_bytes_o.m_storage, 60);
    ASSERT_GE(slot.time_ns.raw, last_time_);
    last_time_ = slot.time_ns.raw;
    if (slot.tail.kind == SlotKind::clock) {
      ++ticks_;
      return;
    }
    if (slot.tail.kind == SlotKind::session_up) {
      ASSERT_FALSE(expected_injects_.empty());
      ASSERT_EQ(slot.enter.symbol, std::bit_cast<Symbol>(expected_injects_.front().tag));
      expected_injects_.pop_front();
      return;
    }
    Expected got{.kind = slot.tail.kind, .time = slot.time_ns.raw};
    if (got.kind == SlotKind::gap || got.kind == SlotKind::feed_end) {
      got.a = slot.gap.first_sequence;
      got.b = slot.gap.count;
      got.stream = slot.gap.stream;
    } else {
      std::memcpy(&got.a, reinterpret_cast<const char*>(&slot) + 16, 8);
      got.session = slot.enter.session;
    }
    ASSERT_FALSE(model_.slots.empty());
    ASSERT_EQ(got, model_.slots.front()) << "sequence " << next_sequence_ - 1;
    model_.slots.pop_front();
  }
};

TEST_P(Sequencer, keeps_the_rules_of_every_stream) {
  constexpr int frames = 20'000;
  slot_ready_percent_ = 40 + 20 * (GetParam() % 4);
  if (GetParam() > 4)
    input_percent_ = control_percent_ = 100;
  start();

  int sent = 0;
  for (int idle = 0; idle < 200; idle = pending() || sent < frames ? 0 : idle + 1) {
    if (sent < frames && contexts_.size() < 4 && draw(40)) {
      const Frame frame = frames_.next(model_);
      queue(frame);
      model_.on_frame(frame);
      ++sent;
    }
    if (sent < frames && injects_.size() < 3 && draw(3))
      for (std::uint32_t left = 1 + frames_.below(3), i = left; i != 0; --i) {
        injects_.push_back({frames_.below(1U << 30), i == 1});
        expected_injects_.push_back(injects_.back());
      }
    dut_.tick_i = draw(1);
    drive();
    clock();
    ASSERT_FALSE(HasFatalFailure()) << "seed " << GetParam() << ", frame " << sent;
  }

  EXPECT_TRUE(model_.slots.empty());
  EXPECT_TRUE(expected_injects_.empty());
  EXPECT_EQ(kept_, model_.kept);
  EXPECT_GT(ticks_, 50U);
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    EXPECT_EQ(counts_[outcome], model_.counts[outcome]) << to_string(outcome);
  }
  EXPECT_GT(model_.counts[Outcome::mold_after_end], 10U);
  EXPECT_GT(model_.counts[Outcome::mold_other_session], 10U);
  EXPECT_GT(model_.counts[Outcome::mold_duplicate], 100U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Sequencer, testing::Values(1U, 2U, 3U, 4U, 5U, 6U));

/// Frames that wait already, and nothing stalls.
class SequencerThroughput : public Sequencer {
 protected:
  static constexpr int frames = 1'000;

  SequencerThroughput() {
    slot_ready_percent_ = input_percent_ = control_percent_ = 100;
    start();
  }

  /// A good frame of a stream, as far ahead of what the stream expects as is said.
  void add(unsigned stream, std::uint16_t messages, std::int64_t ahead = 0) {
    Frame frame;
    frame.protocol = feed;
    frame.stream = stream;
    frame.session_name = 1;
    frame.sequence = model_.expected(stream) + static_cast<std::uint64_t>(ahead);
    frame.messages = messages;
    for (int i = 0; i < messages; ++i)
      frame.blocks.push_back({Outcome::ok, ++tag_});
    queue(frame);
    model_.on_frame(frame);
  }
  void add_order(int parts) {
    Frame frame;
    frame.protocol = order;
    frame.known = true;
    for (int i = 0; i <= parts; ++i)
      frame.blocks.push_back({Outcome::ok, ++tag_, i != 0});
    queue(frame);
    model_.on_frame(frame);
  }
  /// Cycles that all of them took, besides two for the first and the last.
  int cycles() {
    int count = 0;
    for (; pending() && count < 100'000; ++count) {
      drive();
      clock();
    }
    EXPECT_TRUE(model_.slots.empty());
    return count - 2;
  }

 private:
  std::uint64_t tag_ = 0;
};

TEST_P(SequencerThroughput, is_a_slot_a_cycle_in_one_stream) {
  for (int i = 0; i < frames; ++i)
    add(0, 3);
  EXPECT_EQ(cycles(), 3 * frames);
}

TEST_P(SequencerThroughput, is_a_slot_a_cycle_in_many_streams) {
  for (int i = 0; i < frames; ++i)
    add(static_cast<unsigned>(i * i) % 5, 2);
  EXPECT_EQ(cycles(), 2 * frames);
}

TEST_P(SequencerThroughput, is_a_slot_a_cycle_for_orders_with_an_extension) {
  for (int i = 0; i < frames; ++i)
    add_order(1);
  EXPECT_EQ(cycles(), 2 * frames);
}

TEST_P(SequencerThroughput, is_two_cycles_for_a_frame_of_one_message) {
  for (int i = 0; i < frames; ++i)
    i % 2 == 0 ? add(0, 1) : add_order(0);
  EXPECT_EQ(cycles(), 2 * frames - 1);
}

/// However many frames wait.
TEST_P(SequencerThroughput, does_not_keep_the_host_and_the_clock_waiting) {
  for (int i = 0; i < frames; ++i)
    add(0, 2);
  const auto run = [this] {
    for (int cycle = 0; cycle < 8; ++cycle, dut_.tick_i = 0) {
      drive();
      clock();
    }
  };
  for (unsigned i = 1; i <= 10; ++i) {
    injects_.push_back({i, true});
    expected_injects_.push_back(injects_.back());
    run();
    EXPECT_TRUE(expected_injects_.empty());
    dut_.tick_i = 1;
    run();
    EXPECT_EQ(ticks_, i);
  }
}

/// Its gap slot is a cycle, and so is the guess that there was none.
TEST_P(SequencerThroughput, is_a_cycle_more_for_a_gap_within_a_stream) {
  for (int i = 0; i < frames; ++i)
    add(0, 3, 2);
  EXPECT_EQ(cycles(), 5 * frames - 1);
}

/// And the first was guessed to be none such, but the last has no slot to wait for.
TEST_P(SequencerThroughput, is_a_cycle_more_for_a_frame_that_was_seen_already) {
  add(0, 3);
  for (int i = 0; i < frames; ++i)
    add(0, 3, -3);
  EXPECT_EQ(cycles(), 3 + 4 * frames);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SequencerThroughput, testing::Values(1U));

}  // namespace
}  // namespace wirebook
