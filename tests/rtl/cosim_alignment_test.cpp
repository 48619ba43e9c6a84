// Goal: where in a beat a message starts makes no difference: kernel and software make the same
// slots of every type at every one of the 64 places that headers and messages before it lead to.
// Method: all of them, one by one; each slot that the kernel made is put down under its type and
// place, and nothing may be missing in the end.
//
// A first ITCH message can start at 13 places (its headers come in steps of 4), any later one at
// all 64. An order is the only message of its datagram and can start at 13.
#include <array>
#include <deque>
#include <map>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "hw-sim/harness/cosim.hpp"
#include "wire_messages.hpp"

namespace wirebook::rtl {
namespace {

using hw_sim::Cosim;
using hw_sim::FrameMaker;

constexpr std::uint64_t seed = 64;
constexpr std::size_t beat_bytes = 64;
constexpr char filler_type = 'z';
constexpr std::size_t no_appendage = ~std::size_t{0};  // not even its length

/// A message that a slot must tell of, and what it stands for.
struct Case {
  SlotKind kind;
  std::size_t place;      ///< in its beat
  char before;            ///< the type in front of it; 0: headers
  std::size_t appendage;  ///< bytes
};
using Key = std::tuple<SlotKind, std::size_t, char, std::size_t>;

class CosimAlignment : public testing::Test {
 protected:
  CosimAlignment() {
    cosim.on_compare = [this](Slot& kernel, Slot&) { put_down(kernel); };
  }

  void expect(const WireBytes& frame, std::size_t at, Case expected, char type) {
    ASSERT_EQ(static_cast<char>(Bytes(frame)[at]), type) << "the test is wrong about the place";
    expected.place = at % beat_bytes;
    waiting_.push_back(expected);
  }
  void send(const WireBytes& frame) {
    cosim.send({frame, false});
    cosim.idle(5);
  }
  void finish() {
    cosim.finish();
    EXPECT_EQ(cosim.bench().error(), "");
    EXPECT_EQ(cosim.difference(), "") << "seed " << seed;
    EXPECT_EQ(cosim.dropped(), 0U);
    EXPECT_EQ(waiting_.size(), 0U);
    std::cout << seen.size() << " cases, " << cosim.slots() << " slots equal, "
              << cosim.bench().now() << " cycles, seed " << seed << '\n';
  }

  const wire_in::FrameIngressConfig config = [] {
    auto all = FrameMaker(seed, 0).config();
    all.wanted.set();
    return all;
  }();
  Cosim cosim{{.seed = seed}, config};
  Messages messages{seed};
  std::uint64_t sequence = 1;
  std::map<Key, int> seen;

 private:
  void put_down(const Slot& slot) {
    if (slot.tail.kind == SlotKind::extension) {
      ASSERT_GT(extensions_, 0U);
      --extensions_;
      return;
    }
    ASSERT_EQ(extensions_, 0U);
    ASSERT_FALSE(waiting_.empty());
    const Case now = waiting_.front();
    waiting_.pop_front();
    ASSERT_EQ(slot.tail.kind, now.kind);
    extensions_ = slot.tail.extension_count;
    ASSERT_EQ(extensions_, now.appendage == no_appendage ? 0 : (now.appendage + 47) / 48);
    ++seen[{now.kind, now.place, now.before, now.appendage}];
  }

  std::deque<Case> waiting_;
  std::size_t extensions_ = 0;
};

TEST_F(CosimAlignment, a_first_itch_message_wherever_headers_end) {
  std::set<std::size_t> places;
  for (const char type : itch_types)
    for (const Shape shape : all_shapes()) {
      const WireBytes frame = feed_frame(config, sequence++, {messages.itch(type)}, shape);
      const std::size_t at = shape.payload() + mold_header_bytes + 2;
      places.insert(at % beat_bytes);
      ASSERT_NO_FATAL_FAILURE(expect(frame, at, {feed_kind(type), 0, '\0', no_appendage}, type));
      send(frame);
    }
  finish();
  EXPECT_EQ(places, (std::set<std::size_t>{0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48}));
  EXPECT_EQ(seen.size(), itch_types.size() * places.size());
  for (const char type : itch_types)
    for (const std::size_t place : places)
      EXPECT_TRUE(seen.contains({feed_kind(type), place, '\0', no_appendage}))
          << type << " at " << place;
}

// A filler of 1 to 64 bytes, then two messages: every type behind every type.
TEST_F(CosimAlignment, every_itch_type_behind_every_type_at_all_64_places) {
  ASSERT_EQ(wire_in::itch_message_bytes(filler_type), 0U);
  const std::vector<Shape> shapes = all_shapes();
  std::size_t turn = 0;
  for (const char first : itch_types)
    for (const char second : itch_types)
      for (std::size_t place = 0; place < beat_bytes && cosim.good(); ++place) {
        const Shape shape = shapes[turn++ % shapes.size()];
        std::size_t at = shape.payload() + mold_header_bytes + 2 + 2;  // without a filler
        const std::size_t filler = 1 + (beat_bytes - 1 + place - at % beat_bytes) % beat_bytes;
        const WireBytes frame = feed_frame(
            config, sequence,
            {messages.noise(filler_type, filler), messages.itch(first), messages.itch(second)},
            shape);
        sequence += 3;
        at += filler;
        ASSERT_NO_FATAL_FAILURE(
            expect(frame, at, {feed_kind(first), 0, filler_type, no_appendage}, first));
        at += wire_in::itch_message_bytes(first) + 2;
        ASSERT_NO_FATAL_FAILURE(
            expect(frame, at, {feed_kind(second), 0, first, no_appendage}, second));
        send(frame);
      }
  finish();
  std::string before(itch_types);
  before += filler_type;
  for (const char type : itch_types)
    for (const char previous : before)
      for (std::size_t place = 0; place < beat_bytes; ++place)
        EXPECT_TRUE(seen.contains({feed_kind(type), place, previous, no_appendage}))
            << type << " at " << place << " behind " << previous;
  EXPECT_EQ(seen.size(), 23U * 24 * 64);
}

TEST_F(CosimAlignment, every_order_with_every_appendage_wherever_headers_end) {
  constexpr std::string_view may_be_bare = "XMQ";
  std::set<std::size_t> places;
  for (const char type : ouch_types)
    for (const Shape shape : all_shapes()) {
      const std::size_t at = shape.payload() + 1;
      places.insert(at % beat_bytes);
      const auto one = [&](const WireBytes& message, std::size_t appendage) {
        const WireBytes frame = order_frame(config, message, shape);
        expect(frame, at, {static_cast<SlotKind>(type), 0, '\0', appendage}, type);
        send(frame);
      };
      for (std::size_t appendage = 0; appendage <= appendage_bytes_max && cosim.good(); ++appendage)
        one(messages.ouch(type, appendage), appendage);
      if (may_be_bare.find(type) != std::string_view::npos)
        one(messages.bare_ouch(type), no_appendage);
    }
  finish();
  EXPECT_EQ(places, (std::set<std::size_t>{43, 47, 51, 55, 59, 63, 3, 7, 11, 15, 19, 23, 27}));
  std::size_t cases = 0;
  for (const char type : ouch_types)
    for (const std::size_t place : places) {
      const auto kind = static_cast<SlotKind>(type);
      for (std::size_t appendage = 0; appendage <= appendage_bytes_max; ++appendage, ++cases)
        EXPECT_TRUE(seen.contains({kind, place, '\0', appendage}))
            << type << " at " << place << " with " << appendage << " bytes";
      if (may_be_bare.find(type) != std::string_view::npos) {
        EXPECT_TRUE(seen.contains({kind, place, '\0', no_appendage})) << type << " at " << place;
        ++cases;
      }
    }
  EXPECT_EQ(seen.size(), cases);
}

}  // namespace
}  // namespace wirebook::rtl
