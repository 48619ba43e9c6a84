// Goal: every frame's verdict is that of the software parser, in order, in cycle 5 always. Method:
// all shapes of headers, a change to each of their bytes, lengths around every bound, truncations
// and noise, back to back, with gaps and with a reader that stalls, against parse_frame.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <numeric>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "wirebook/outcome.hpp"

#include "Vverdict.h"
#include "wire_in/frame_parser.hpp"

namespace {

using wirebook::Outcome;

constexpr std::size_t beat_bytes = 64;
constexpr int verdict_cycles = 4;  // from the cycle of the last beat's arrival register

struct Frame {
  std::vector<std::uint8_t> bytes;
  bool bad = false;
  bool too_long = false;
};

Outcome software_verdict(const Frame& frame) {
  if (frame.too_long)
    return Outcome::frame_too_long;
  if (frame.bad)
    return Outcome::frame_fcs;
  wirebook::wire_in::UdpDatagram datagram;
  return wirebook::wire_in::parse_frame(std::as_bytes(std::span(frame.bytes)), datagram);
}

/// What a frame is made of; lengths that are not said here follow from these.
struct Shape {
  std::size_t tags = 0;
  std::size_t ip_words = 5;
  std::size_t payload = 0;
  std::size_t behind_datagram = 0;  ///< bytes of the packet behind the datagram
  std::size_t behind_packet = 0;    ///< bytes of the frame behind the packet
  bool checksum = true;

  [[nodiscard]] std::size_t ip() const { return 14 + 4 * tags; }
  [[nodiscard]] std::size_t udp() const { return ip() + 4 * ip_words; }
  [[nodiscard]] std::size_t headers() const { return udp() + 8; }
};

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool chance(unsigned percent) { return random_() % 100 < percent; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(random_()); }

  Shape shape() {
    static constexpr std::array<std::size_t, 4> payload_bounds{24, 90, 1500, 9000};
    const std::size_t kind = below(20);
    Shape shape;
    shape.tags = below(3);
    shape.ip_words = chance(50) ? 5 : 5 + below(11);
    shape.payload = below(payload_bounds[kind < 8 ? 0 : kind < 16 ? 1 : kind < 19 ? 2 : 3]);
    shape.behind_datagram = chance(80) ? 0 : below(12);
    shape.behind_packet = chance(50) ? 0 : below(70);
    shape.checksum = chance(85);
    return shape;
  }

  Frame frame(const Shape& shape) {
    Frame frame;
    auto& bytes = frame.bytes;
    bytes.resize(shape.headers() + shape.payload + shape.behind_datagram + shape.behind_packet);
    // Long runs of all zeros or all ones are where ones' complement sums go wrong.
    const std::size_t filling = below(8);
    for (auto& b : bytes)
      b = filling == 0 ? 0x00 : filling == 1 ? 0xFF : byte();
    for (std::size_t tag = 0; tag < shape.tags; ++tag)
      put16(bytes, 12 + 4 * tag, chance(50) ? 0x8100 : 0x88A8);
    put16(bytes, shape.ip() - 2, 0x0800);
    bytes[shape.ip()] = static_cast<std::uint8_t>(0x40 | shape.ip_words);
    put16(bytes, shape.ip() + 2, 4 * shape.ip_words + 8 + shape.payload + shape.behind_datagram);
    put16(bytes, shape.ip() + 6, chance(50) ? 0x4000 : 0);
    bytes[shape.ip() + 9] = 17;
    put16(bytes, shape.udp() + 4, 8 + shape.payload);
    set_udp_checksum(bytes, shape);
    set_ip_checksum(bytes, shape);
    return frame;
  }

  static void put16(std::vector<std::uint8_t>& bytes, std::size_t at, std::size_t value) {
    bytes[at] = static_cast<std::uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(value);
  }

  static void set_ip_checksum(std::vector<std::uint8_t>& bytes, const Shape& shape) {
    put16(bytes, shape.ip() + 10, 0);
    put16(bytes, shape.ip() + 10, ~sum(bytes, shape.ip(), shape.udp()) & 0xFFFF);
  }

  /// Over as many bytes as the datagram's own length says.
  static void set_udp_checksum(std::vector<std::uint8_t>& bytes, const Shape& shape) {
    put16(bytes, shape.udp() + 6, 0);
    if (!shape.checksum)
      return;
    const std::size_t length = get16(bytes, shape.udp() + 4);
    std::uint64_t total = sum(bytes, shape.udp(), shape.udp() + length);
    total += sum(bytes, shape.ip() + 12, shape.ip() + 20) + 17 + length;
    const std::size_t checksum = ~fold(total) & 0xFFFF;
    put16(bytes, shape.udp() + 6, checksum == 0 ? 0xFFFF : checksum);
  }

  Frame mutated() {
    const Shape shape = this->shape();
    Frame frame = this->frame(shape);
    auto& bytes = frame.bytes;
    switch (below(14)) {
      case 0:
        break;
      case 1:
        bytes[below(shape.headers())] = byte();
        break;
      case 2:
        bytes[12 + below(shape.headers() - 12)] = byte();
        set_ip_checksum(bytes, shape);
        break;
      case 3:
        bytes.resize(1 + below(std::min(bytes.size(), chance(50) ? beat_bytes : bytes.size())));
        break;
      case 4:
        put16(bytes, shape.udp() + 6, below(0x10000));
        break;
      case 5:
        bytes[below(bytes.size())] ^= static_cast<std::uint8_t>(1U << below(8));
        break;
      case 6:
        change_total_length(bytes, shape);
        break;
      case 7:
        change_udp_length(bytes, shape);
        break;
      case 8:
        bytes[shape.ip() + 6 + below(2)] ^= static_cast<std::uint8_t>(1U << below(8));
        set_ip_checksum(bytes, shape);
        break;
      case 9:
        bytes[shape.ip() + 9] = chance(50) ? byte() : chance(50) ? 6 : 1;
        set_ip_checksum(bytes, shape);
        break;
      case 10:
        put16(bytes, shape.ip() - 2, chance(50) ? 0x8100 : 0x88A8);
        if (chance(30))
          put16(bytes, shape.ip() + 2, chance(50) ? 0x8100 : 0x0800);
        break;
      case 11:
        bytes[shape.ip()] = static_cast<std::uint8_t>((chance(80) ? 0x40 : 0) | below(16));
        set_ip_checksum(bytes, shape);
        break;
      case 12:
        std::swap_ranges(&bytes[12], &bytes[14], &bytes[shape.ip() - 2]);
        break;
      default:
        frame.bad = chance(70);
        frame.too_long = chance(50);
    }
    return frame;
  }

  /// A frame of which every byte is noise, or every byte behind the Ethernet header.
  Frame noise() {
    Frame frame;
    frame.bytes.resize(1 + below(200));
    for (auto& b : frame.bytes)
      b = byte();
    if (chance(80) && frame.bytes.size() > 15) {
      put16(frame.bytes, 12, 0x0800);
      frame.bytes[14] = static_cast<std::uint8_t>(0x40 | below(16));
    }
    return frame;
  }

 private:
  static std::size_t get16(const std::vector<std::uint8_t>& bytes, std::size_t at) {
    return static_cast<std::size_t>(bytes[at]) << 8 | bytes[at + 1];
  }

  static std::uint64_t fold(std::uint64_t sum) {
    while (sum >> 16 != 0)
      sum = (sum >> 16) + (sum & 0xFFFF);
    return sum;
  }

  static std::uint64_t sum(const std::vector<std::uint8_t>& bytes, std::size_t from,
                           std::size_t to) {
    std::uint64_t sum = 0;
    for (std::size_t at = from; at < std::min(to, bytes.size()); ++at)
      sum += (at - from) % 2 == 0 ? std::uint64_t{bytes[at]} << 8 : bytes[at];
    return fold(sum);
  }

  void change_total_length(std::vector<std::uint8_t>& bytes, const Shape& shape) {
    const std::size_t room = bytes.size() - shape.ip();
    const std::array<std::size_t, 4> lengths{4 * shape.ip_words - 2 + below(4),
                                             4 * shape.ip_words + below(10), room - 2 + below(5),
                                             below(0x10000)};
    put16(bytes, shape.ip() + 2, lengths[below(4)]);
    set_ip_checksum(bytes, shape);
  }

  void change_udp_length(std::vector<std::uint8_t>& bytes, const Shape& shape) {
    const std::size_t room = 8 + shape.payload + shape.behind_datagram;
    const std::array<std::size_t, 4> lengths{below(10), room - 2 + below(5), below(room + 1),
                                             below(0x10000)};
    put16(bytes, shape.udp() + 4, lengths[below(4)]);
    set_udp_checksum(bytes, shape);
  }

  std::mt19937 random_;
};

struct Traffic {
  unsigned gap_percent = 0;
  unsigned stall_percent = 0;
  std::size_t stalled_until = 0;  ///< frames that arrive before the reader takes anything
};

class Verdict : public testing::Test {
 protected:
  void run(const std::vector<Frame>& frames, const Traffic& traffic) {
    frames_ = &frames;
    traffic_ = traffic;
    frame_ = offset_ = received_ = 0;
    for (int i = 0; i < 2; ++i)
      reset();
    while (received_ < frames.size() && !HasFatalFailure())
      step();
  }

  void expect_each_outcome(int least) const {
    for (std::size_t i = 0; i <= static_cast<std::size_t>(Outcome::udp_checksum); ++i)
      EXPECT_GE(counts_[i], least) << to_string(static_cast<Outcome>(i));
  }

  [[nodiscard]] int count(Outcome outcome) const {
    return counts_[static_cast<std::size_t>(outcome)];
  }

 private:
  void reset() {
    dut_.rst_i = 1;
    dut_.arrival_valid_i = 0;
    clock_edge();
    dut_.rst_i = 0;
  }

  void clock_edge() {
    dut_.clk_i = 1;
    dut_.eval();
    dut_.clk_i = 0;
    dut_.eval();
    ++cycle_;
  }

  void step() {
    drive();
    dut_.verdict_ready_i =
        frame_ >= traffic_.stalled_until && !maker_.chance(traffic_.stall_percent);
    dut_.eval();
    const bool always_ready = traffic_.stall_percent == 0 && traffic_.stalled_until == 0;
    if (always_ready) {
      ASSERT_EQ(dut_.verdict_valid_o != 0, !due_.empty() && due_.front() == cycle_);
    }
    if (dut_.verdict_valid_o && dut_.verdict_ready_i)
      take();
    clock_edge();
  }

  void drive() {
    dut_.arrival_valid_i = frame_ < frames_->size() && !maker_.chance(traffic_.gap_percent);
    for (std::size_t i = 0; i < 16; ++i)
      dut_.arrival_data_i[i] = static_cast<std::uint32_t>(maker_.below(1U << 31) * 2 + 1);
    if (!dut_.arrival_valid_i) {
      dut_.arrival_first_i = maker_.chance(50);
      dut_.arrival_last_i = maker_.chance(50);
      return;
    }
    const Frame& frame = (*frames_)[frame_];
    const std::size_t bytes = std::min(beat_bytes, frame.bytes.size() - offset_);
    std::memcpy(&dut_.arrival_data_i[0], &frame.bytes[offset_], bytes);
    dut_.arrival_first_i = offset_ == 0;
    offset_ += bytes;
    dut_.arrival_last_i = offset_ == frame.bytes.size();
    dut_.arrival_last_index_i = static_cast<CData>(bytes - 1);
    dut_.arrival_bad_i = dut_.arrival_last_i ? frame.bad : maker_.chance(50);
    dut_.arrival_too_long_i = dut_.arrival_last_i ? frame.too_long : maker_.chance(50);
    if (!dut_.arrival_last_i)
      return;
    due_.push_back(cycle_ + verdict_cycles);
    offset_ = 0;
    ++frame_;
  }

  void take() {
    ASSERT_FALSE(due_.empty());
    ASSERT_LE(due_.front(), cycle_);
    due_.pop_front();
    const Frame& frame = (*frames_)[received_];
    const Outcome expected = software_verdict(frame);
    ASSERT_EQ(to_string(static_cast<Outcome>(dut_.verdict_outcome_o)), to_string(expected))
        << "frame " << received_ << " of " << frame.bytes.size() << " bytes";
    ++counts_[static_cast<std::size_t>(expected)];
    ++received_;
  }

  Vverdict dut_;
  Maker maker_{1};
  const std::vector<Frame>* frames_ = nullptr;
  Traffic traffic_;
  std::size_t frame_ = 0;
  std::size_t offset_ = 0;
  std::size_t received_ = 0;
  std::int64_t cycle_ = 0;
  std::deque<std::int64_t> due_;
  std::array<int, wirebook::outcome_count> counts_{};
};

/// Each number of tags with each length of the IPv4 header.
template <typename Use>
void for_each_header(Use use) {
  for (std::size_t tags = 0; tags <= 2; ++tags)
    for (std::size_t words = 5; words <= 15; ++words)
      use(Shape{.tags = tags, .ip_words = words});
}

TEST_F(Verdict, takes_every_shape_and_length_back_to_back) {
  Maker maker(2);
  std::vector<Frame> frames;
  for_each_header([&](Shape shape) {
    for (std::size_t payload = 0; payload < 200; ++payload) {
      shape.payload = payload;
      shape.behind_datagram = maker.chance(30) ? maker.below(9) : 0;
      shape.behind_packet = maker.chance(30) ? maker.below(9) : 0;
      frames.push_back(maker.frame(shape));
    }
  });
  run(frames, {});
  EXPECT_EQ(count(Outcome::ok), 33 * 200);
}

TEST_F(Verdict, sees_a_change_of_any_byte) {
  Maker maker(3);
  std::vector<Frame> frames;
  for_each_header([&](Shape shape) {
    shape.payload = 61;
    shape.behind_datagram = 3;
    shape.behind_packet = 2;
    for (std::size_t at = 0; at < shape.headers() + 66; ++at) {
      Frame frame = maker.frame(shape);
      frame.bytes[at] ^= static_cast<std::uint8_t>(1 + maker.below(255));
      frames.push_back(frame);
    }
  });
  run(frames, {});
  EXPECT_GE(count(Outcome::udp_checksum), 33 * 60);
  EXPECT_GE(count(Outcome::ok), 33 * (12 + 5));
}

TEST_F(Verdict, sees_every_truncation) {
  Maker maker(4);
  std::vector<Frame> frames;
  for_each_header([&](Shape shape) {
    shape.payload = 30;
    for (std::size_t length = 1; length <= shape.headers() + 30; ++length) {
      frames.push_back(maker.frame(shape));
      frames.back().bytes.resize(length);
    }
  });
  run(frames, {});
  EXPECT_EQ(count(Outcome::ok), 33);
}

TEST_F(Verdict, takes_a_frame_of_one_beat_each_cycle) {
  Maker maker(5);
  std::vector<Frame> frames;
  while (frames.size() < 20'000) {
    Frame frame = maker.chance(20) ? maker.noise() : maker.mutated();
    if (frame.bytes.size() <= beat_bytes)
      frames.push_back(frame);
  }
  run(frames, {});
}

TEST_F(Verdict, holds_what_waits_and_keeps_the_order) {
  Maker maker(6);
  std::vector<Frame> frames;
  while (frames.size() < 6'000) {
    Frame frame = maker.mutated();
    if (frame.bytes.size() <= 2 * beat_bytes)
      frames.push_back(frame);
  }
  run(frames, {.stall_percent = 30, .stalled_until = 4'096});
}

TEST_F(Verdict, is_that_of_the_software_parser) {
  Maker maker(7);
  for (int round = 0; round < 6; ++round) {
    std::vector<Frame> frames;
    while (frames.size() < 10'000)
      frames.push_back(maker.chance(5) ? maker.noise() : maker.mutated());
    static constexpr std::array<Traffic, 3> traffic{
        {{}, {.gap_percent = 40}, {.gap_percent = 10, .stall_percent = 20}}};
    run(frames, traffic[static_cast<std::size_t>(round % 3)]);
  }
  expect_each_outcome(500);
  for (std::size_t i = 0; i <= static_cast<std::size_t>(Outcome::udp_checksum); ++i)
    RecordProperty(std::string(wirebook::to_string(static_cast<Outcome>(i))),
                   count(static_cast<Outcome>(i)));
}

}  // namespace
