// Goal: every message becomes the candidate that the software parsers make of it: the same body,
// kind, extensions and outcome. Method: all types and lengths, appendages of every length with a
// true or a lying appendage length, random bytes, noise behind the end, idle cycles full of noise.
#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "Vdecode.h"
#include "tests/wire_in/wire_bytes.hpp"
#include "wire_in/itch_parser.hpp"
#include "wire_in/ouch_parser.hpp"

namespace wirebook::wire_in {
namespace {

using test::Bytes;
using test::SlotSink;
using Message = std::vector<std::byte>;

constexpr std::size_t piece_bytes = 50;
constexpr std::size_t body_bytes = 48;
constexpr std::uint8_t block = 0, head = 1, part = 2, end_only = 3;

/// What frame_walk hands over in a cycle.
struct Piece {
  bool valid = true;
  std::uint8_t kind = end_only;
  std::array<std::byte, piece_bytes> bytes{};
  std::uint16_t length = 0;
  Outcome message_outcome = Outcome::ok;
  bool bare = false;
  std::uint16_t appendage_bytes = 0;
  bool end = false;
  Outcome end_outcome = Outcome::ok;
  bool wanted = false;
};

/// What must come of it. `outcome` is only of what counts, the rest only of slots.
struct Candidate {
  bool slot = false;
  bool counts = false;
  Outcome outcome = Outcome::ok;
  std::array<std::byte, body_bytes> body{};
  std::uint8_t kind = 0;
  std::uint8_t extensions = 0;
};

struct Step {
  Piece piece;
  Candidate expected;
};

struct OuchForm {
  char type;
  std::size_t fixed_bytes;  ///< without the appendage length
  bool may_be_bare;
};
constexpr OuchForm ouch_forms[] = {{'O', 45, false}, {'U', 38, false}, {'X', 9, true},
                                   {'M', 10, true},  {'C', 17, false}, {'D', 9, false},
                                   {'E', 9, false},  {'Q', 1, true}};

std::string hex(const void* bytes, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%02x%s", static_cast<const unsigned char*>(bytes)[i],
                  i % 8 == 7 ? " " : "");
    text += digits;
  }
  return text;
}

/// Pieces of messages, with what the software parsers make of them.
class Course {
 public:
  explicit Course(std::uint64_t seed) : random_(seed) {}

  std::vector<Step> steps;
  std::map<Outcome, int> outcomes;

  std::uint64_t random(std::uint64_t below) { return random_() % below; }

  /// Some messages are mostly zeros or mostly ones.
  Message random_message(std::uint8_t type, std::size_t bytes) {
    Message message(bytes);
    const std::uint64_t manner = random(3);
    for (std::byte& byte : message) {
      byte = static_cast<std::byte>(random(256));
      if (manner != 0 && random(4) != 0)
        byte = static_cast<std::byte>(manner == 1 ? 0x00 : 0xFF);
    }
    if (bytes != 0)
      message[0] = static_cast<std::byte>(type);
    return message;
  }

  void add_block(const Message& message) {
    Piece piece = make_piece(block, message);
    piece.length = static_cast<std::uint16_t>(message.size());
    piece.wanted = random(2) != 0;
    Candidate expected{.counts = true, .outcome = Outcome::mold_empty_block};
    if (!message.empty()) {
      EXPECT_TRUE(sink_.writer.has_credit(1));
      set_wanted(message, piece.wanted);
      expected.outcome = parse_itch(message, {}, sink_.writer, *wanted_);
    }
    add_head(piece, expected, sink_.take());
  }

  /// A head, and the parts that the walk sends behind it by its lengths alone.
  void add_order(const Message& message) {
    Piece piece = make_piece(head, message);
    piece.length = static_cast<std::uint16_t>(message.size());
    const std::size_t appendage_at = judge_lengths(message, piece);
    EXPECT_TRUE(sink_.writer.has_credit(group_slots_max));
    const Outcome outcome = parse_ouch(message, 0, {}, sink_.writer);
    const std::vector<Slot> slots = sink_.take();
    add_head(piece, {.counts = true, .outcome = outcome}, slots);
    add_parts(message, appendage_at, slots);
  }

  void add_end() {
    Piece piece = make_piece(end_only, {});
    piece.end = true;
    steps.push_back({piece, {}});
  }

  /// A cycle without a piece, and noise on all wires.
  void add_idle() {
    Piece piece = make_piece(static_cast<std::uint8_t>(random(4)), {});
    piece.valid = false;
    piece.length = static_cast<std::uint16_t>(random(65'536));
    piece.message_outcome = static_cast<Outcome>(random(outcome_count));
    piece.wanted = random(2) != 0;
    steps.push_back({piece, {}});
  }

 private:
  /// Behind the message's end there is noise.
  Piece make_piece(std::uint8_t kind, Bytes message) {
    Piece piece{.kind = kind};
    for (std::byte& byte : piece.bytes)
      byte = static_cast<std::byte>(random(256));
    std::copy_n(message.begin(), std::min(message.size(), piece_bytes), piece.bytes.begin());
    piece.bare = random(2) != 0;
    piece.appendage_bytes = static_cast<std::uint16_t>(random(65'536));
    piece.end = random(8) == 0;
    piece.end_outcome = static_cast<Outcome>(random(outcome_count));
    return piece;
  }

  void set_wanted(const Message& message, bool wanted) {
    if (message.size() < 3)
      return;
    const auto locate =
        std::to_integer<std::size_t>(message[1]) << 8 | std::to_integer<std::size_t>(message[2]);
    (*wanted_)[locate] = wanted;
  }

  /// What the walk says of an OUCH message. Returns where its appendage starts.
  static std::size_t judge_lengths(const Message& message, Piece& piece) {
    piece.message_outcome = Outcome::ouch_unknown_type;
    const auto type = std::to_integer<char>(message[0]);
    const auto* form = std::ranges::find(ouch_forms, type, &OuchForm::type);
    if (form == std::end(ouch_forms))
      return message.size();
    const std::size_t start = form->fixed_bytes + 2;
    piece.bare = form->may_be_bare && message.size() == form->fixed_bytes;
    piece.appendage_bytes = static_cast<std::uint16_t>(message.size() - start);
    const bool enough = piece.bare || message.size() >= start;
    piece.message_outcome = enough ? Outcome::ok : Outcome::ouch_truncated;
    return start;
  }

  void add_head(const Piece& piece, Candidate expected, const std::vector<Slot>& slots) {
    ++outcomes[expected.outcome];
    expected.slot = !slots.empty();
    EXPECT_EQ(expected.slot, expected.outcome == Outcome::ok);
    if (expected.slot)
      set_slot(expected, slots[0]);
    steps.push_back({piece, expected});
  }

  void add_parts(const Message& message, std::size_t start, const std::vector<Slot>& slots) {
    if (message.size() <= start || message.size() > start + appendage_bytes_max)
      return;
    for (std::size_t i = 0; start < message.size(); ++i, start += extension_bytes) {
      if (random(4) == 0)
        add_idle();
      const std::size_t bytes = std::min(message.size() - start, extension_bytes);
      Piece piece = make_piece(part, Bytes(message).subspan(start, bytes));
      piece.length = static_cast<std::uint16_t>(bytes);
      Candidate expected{.slot = !slots.empty()};
      if (expected.slot)
        set_slot(expected, slots.at(1 + i));
      steps.push_back({piece, expected});
    }
  }

  static void set_slot(Candidate& expected, const Slot& slot) {
    std::memcpy(expected.body.data(), reinterpret_cast<const std::byte*>(&slot) + 8, body_bytes);
    expected.kind = static_cast<std::uint8_t>(slot.tail.kind);
    expected.extensions = slot.tail.extension_count;
  }

  std::mt19937_64 random_;
  SlotSink sink_;
  std::unique_ptr<LocateFilter> wanted_ = std::make_unique<LocateFilter>();
};

class Bench {
 public:
  Bench() { reset(); }

  void reset() {
    dut_.rst_i = 1;
    tick();
    dut_.rst_i = 0;
  }

  /// Drives one step a cycle. Returns what is wrong with the first candidate that is not as it must
  /// be.
  std::string run(const std::vector<Step>& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      announce(steps[i].piece);
      tick();
      drive(steps[i].piece);
      dut_.eval();
      if (const std::string wrong = difference(steps[i]); !wrong.empty())
        return "step " + std::to_string(i) + ", piece " + hex(steps[i].piece.bytes.data(), 50) +
               "of " + std::to_string(steps[i].piece.length) + " bytes: " + wrong;
    }
    return "";
  }

 private:
  void tick() {
    dut_.clk_i = 0;
    dut_.eval();
    dut_.clk_i = 1;
    dut_.eval();
  }

  /// The type comes a cycle before its piece.
  void announce(const Piece& piece) {
    dut_.piece_type_next_i = std::to_integer<std::uint8_t>(piece.bytes[0]);
    std::memcpy(&dut_.piece_replace_price_next_i, &piece.bytes[13], 4);
    std::memcpy(&dut_.piece_enter_price_next_i, &piece.bytes[18], 4);
  }

  void drive(const Piece& piece) {
    dut_.piece_valid_i = piece.valid;
    dut_.piece_kind_i = piece.kind;
    std::memcpy(&dut_.piece_bytes_i[0], piece.bytes.data(), piece_bytes);
    dut_.piece_length_i = piece.length;
    dut_.piece_message_outcome_i = static_cast<std::uint8_t>(piece.message_outcome);
    dut_.piece_message_bare_i = piece.bare;
    dut_.piece_message_too_long_i = piece.appendage_bytes > 96;
    dut_.piece_appendage_bytes_i = piece.appendage_bytes;
    dut_.piece_end_i = piece.end;
    dut_.piece_end_outcome_i = static_cast<std::uint8_t>(piece.end_outcome);
    dut_.wanted_i = piece.wanted;
  }

  [[nodiscard]] std::string difference(const Step& step) {
    const auto& [piece, expected] = step;
    std::string wrong;
    const auto compare = [&](const char* what, unsigned is, unsigned must_be) {
      if (is != must_be)
        wrong += what + (" is " + std::to_string(is)) + " not " + std::to_string(must_be) + ", ";
    };
    compare("valid", dut_.candidate_valid_o, piece.valid);
    if (!piece.valid)
      return wrong;
    compare("slot", dut_.candidate_slot_o, expected.slot);
    compare("counts", dut_.candidate_counts_o, expected.counts);
    compare("part", dut_.candidate_part_o, piece.kind == part);
    compare("end", dut_.candidate_end_o, piece.end);
    compare("end outcome", dut_.candidate_end_outcome_o, static_cast<unsigned>(piece.end_outcome));
    if (expected.counts)
      compare("outcome", dut_.candidate_outcome_o, static_cast<unsigned>(expected.outcome));
    if (!expected.slot)
      return wrong;
    compare("kind", dut_.candidate_kind_o, expected.kind);
    compare("extensions", dut_.candidate_extensions_o, expected.extensions);
    if (std::memcmp(&dut_.candidate_body_o[0], expected.body.data(), body_bytes) != 0)
      wrong += "body is " + hex(&dut_.candidate_body_o[0], body_bytes) + "not " +
               hex(expected.body.data(), body_bytes);
    return wrong;
  }

  Vdecode dut_;
};

TEST(Decode, feed_messages_of_every_type_and_length) {
  Course course(1);
  for (unsigned type = 0; type < 256; ++type) {
    const std::size_t right = itch_message_bytes(static_cast<char>(type));
    for (std::size_t bytes = 0; bytes < 130; ++bytes)
      course.add_block(course.random_message(static_cast<std::uint8_t>(type), bytes));
    for (std::size_t bit = 6; bit < 16; ++bit)  // right but for one bit
      course.add_block(
          course.random_message(static_cast<std::uint8_t>(type), right ^ std::size_t{1} << bit));
  }
  EXPECT_EQ(Bench().run(course.steps), "");
  EXPECT_EQ(course.outcomes[Outcome::mold_empty_block], 256);
  EXPECT_EQ(course.outcomes[Outcome::ok] + course.outcomes[Outcome::itch_filtered], 23);
  EXPECT_EQ(course.outcomes[Outcome::itch_length], 23 * 138);
}

TEST(Decode, feed_messages_with_random_contents) {
  Course course(2);
  for (int i = 0; i < 2'000; ++i)
    for (const auto& [type, bytes] : test::itch_lengths) {
      course.add_block(course.random_message(static_cast<std::uint8_t>(type), bytes));
      if (course.random(8) == 0)
        course.add_idle();
      if (course.random(8) == 0)
        course.add_end();
    }
  EXPECT_EQ(Bench().run(course.steps), "");
  EXPECT_GT(course.outcomes[Outcome::ok], 20'000);
  EXPECT_GT(course.outcomes[Outcome::itch_filtered], 20'000);
}

TEST(Decode, feed_messages_with_one_byte_set) {
  Course course(3);
  for (const auto& [type, bytes] : test::itch_lengths)
    for (const test::WireBytes& pattern : test::patterns(type, bytes)) {
      const Bytes message = pattern;
      course.add_block({message.begin(), message.end()});
    }
  EXPECT_EQ(Bench().run(course.steps), "");
}

/// The appendage length as it is, or not quite.
void say_length(Course& course, Message& message, std::size_t fixed_bytes) {
  const std::size_t lie = course.random(4) == 0 ? std::size_t{1} << course.random(16) : 0;
  const std::size_t said = (message.size() - fixed_bytes - 2) ^ lie;
  message[fixed_bytes] = static_cast<std::byte>(said >> 8);
  message[fixed_bytes + 1] = static_cast<std::byte>(said);
}

TEST(Decode, orders_with_appendages_of_every_length) {
  Course course(4);
  for (int i = 0; i < 30; ++i)
    for (const auto& [type, fixed_bytes, may_be_bare] : ouch_forms)
      for (std::size_t appendage = 0; appendage <= 100; ++appendage) {
        Message message =
            course.random_message(static_cast<std::uint8_t>(type), fixed_bytes + 2 + appendage);
        say_length(course, message, fixed_bytes);
        course.add_order(message);
        if (course.random(8) == 0)
          course.add_idle();
      }
  EXPECT_EQ(Bench().run(course.steps), "");
  EXPECT_GT(course.outcomes[Outcome::ok], 10'000);
  EXPECT_GT(course.outcomes[Outcome::ouch_appendage_length], 2'000);
  EXPECT_GT(course.outcomes[Outcome::ouch_appendage_too_long], 500);
}

TEST(Decode, orders_with_very_long_appendages) {
  Course course(5);
  for (const auto& [type, fixed_bytes, may_be_bare] : ouch_forms)
    for (std::size_t bit = 6; bit < 16; ++bit)
      for (const std::size_t more : {0U, 1U, 48U, 96U}) {
        Message message = course.random_message(static_cast<std::uint8_t>(type),
                                                fixed_bytes + 2 + (std::size_t{1} << bit) + more);
        say_length(course, message, fixed_bytes);
        course.add_order(message);
      }
  EXPECT_EQ(Bench().run(course.steps), "");
}

TEST(Decode, orders_of_every_type_and_length) {
  Course course(6);
  for (unsigned type = 0; type < 256; ++type)
    for (std::size_t bytes = 1; bytes <= 60; ++bytes)
      course.add_order(course.random_message(static_cast<std::uint8_t>(type), bytes));
  EXPECT_EQ(Bench().run(course.steps), "");
  EXPECT_EQ(course.outcomes[Outcome::ouch_unknown_type], 248 * 60);
  EXPECT_GT(course.outcomes[Outcome::ouch_truncated], 100);
}

TEST(Decode, orders_with_one_byte_set) {
  Course course(7);
  for (const auto& [type, fixed_bytes, may_be_bare] : ouch_forms)
    for (const test::WireBytes& pattern : test::patterns(type, fixed_bytes)) {
      const Bytes bytes = pattern;
      Message message(bytes.begin(), bytes.end());
      course.add_order(message);  // without an appendage length
      message.resize(fixed_bytes + 2);
      course.add_order(message);
    }
  EXPECT_EQ(Bench().run(course.steps), "");
}

TEST(Decode, a_part_is_no_slot_after_reset) {
  Course course(8);
  Message message = course.random_message('Q', 1 + 2 + 40);
  message[1] = std::byte{0};
  message[2] = std::byte{40};
  course.add_order(message);
  ASSERT_TRUE(course.steps[0].expected.slot);
  Bench bench;
  EXPECT_EQ(bench.run(course.steps), "");
  bench.reset();
  Step last = course.steps.back();
  last.expected.slot = false;
  EXPECT_EQ(bench.run({last}), "");
}

}  // namespace
}  // namespace wirebook::wire_in
