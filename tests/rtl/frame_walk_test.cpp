// Goal: each frame yields its context, its pieces and one end, in time, whatever its bytes. Method:
// frames of every kind at every alignment, well-formed, hostile and noise, with gaps and with
// holds, against a model written from the protocols. Content and order are exact, times are bounds:
// cycles from the beat that was taken.
#include <cstring>
#include <deque>
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "Vframe_walk.h"
#include "walk_model.hpp"

namespace wirebook {
namespace {

using walk_model::beat_bytes;
using walk_model::Bytes;
using walk_model::Expected;
using walk_model::Kind;
using walk_model::Piece;
using walk_model::Protocol;
using wire_in::test::FrameSpec;
using wire_in::test::WireBytes;

constexpr std::uint64_t walk_cycles = 3;   // from the beat that was taken to the piece
constexpr std::uint64_t busy_cycles = 40;  // at most, with one beat
constexpr std::uint32_t hold_slack = 6;    // what may still come while it is held

walk_model::Config test_config() {
  walk_model::Config config;
  for (std::uint32_t i = 0; i < 16; ++i)
    config.feeds[i] = {i != 9, 0xEF00'0001 + i / 4, static_cast<std::uint16_t>(26'500 + i % 3)};
  config.order = {true, 0x0A00'0001, 26'400};
  config.feeds[13] = {true, 0x0A00'0001, 26'401};
  config.local_address = 0x0A00'0001;
  return config;
}

class Maker {
 public:
  explicit Maker(unsigned seed) : config(test_config()), engine_(seed) {}

  std::uint32_t below(std::size_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  bool chance(unsigned percent) { return below(100) < percent; }
  std::uint32_t noise() { return random_(); }

  WireBytes frame() {
    const std::uint32_t what = below(100);
    if (what < 45)
      return feed_frame();
    if (what < 80)
      return order_frame();
    if (what < 88)
      return host_frame();
    return other_frame();
  }

  FrameSpec spec() {
    FrameSpec spec;
    spec.vlan_types.assign(below(3), chance(50) ? 0x8100 : 0x88A8);
    spec.options_words = chance(50) ? 0 : below(11);
    spec.padding = chance(70) ? 0 : below(80);
    spec.with_checksum = false;  // the walk does not look at it
    return spec;
  }

  /// To a feed, with these blocks; `count` may lie.
  WireBytes feed(const FrameSpec& shape, Bytes blocks, std::uint16_t count) {
    WireBytes packet;
    packet.be(random_(), 4).be(random_(), 4).be(random_(), 2);
    packet.be(sequence(), 8).be(count, 2).add(blocks);
    return to(config.feeds[below(16)], shape, packet);
  }
  WireBytes to(const walk_model::Filter& destination, FrameSpec spec, Bytes payload) {
    spec.destination_address = destination.address;
    spec.destination_port = destination.port;
    spec.source_address = random_();
    spec.source_port = static_cast<std::uint16_t>(random_());
    return udp_frame(spec, payload);
  }
  WireBytes random_bytes(std::size_t count) {
    WireBytes bytes(count);
    for (std::size_t i = 0; i < count; ++i)
      bytes[i] = static_cast<std::byte>(chance(20) ? 0 : random_());
    return bytes;
  }
  WireBytes ouch(char type, std::size_t length) {
    WireBytes packet;
    packet.text("U").add(random_bytes(length));
    if (length != 0)
      packet[1] = static_cast<std::byte>(type);
    return packet;
  }

  const walk_model::Config config;

 private:
  std::uint64_t sequence() {
    const std::uint64_t sequence = std::uint64_t{random_()} << 32 | random_();
    if (chance(5))
      return 0;
    return chance(10) ? ~std::uint64_t{0} - below(80) : sequence >> below(64);
  }

  WireBytes feed_frame() {
    WireBytes blocks;
    const std::uint32_t count = chance(10) ? 0 : chance(30) ? below(60) : below(8);
    const std::uint32_t longest = chance(10) ? 400 : chance(30) ? 6 : 61;
    for (std::uint32_t i = 0; i < count; ++i)
      blocks.block(random_bytes(chance(3) ? 62 * (1 + below(2)) + below(6) : below(longest)));
    if (chance(10) && blocks.size() > 2)  // a length that lies
      blocks.set(below(blocks.size() - 1), random_() >> below(16), 2);
    if (chance(10) && blocks.size() != 0)
      blocks = WireBytes().add(blocks.first(below(blocks.size())));
    if (chance(10))
      blocks.add(random_bytes(1 + below(80)));
    std::uint32_t said = count;
    if (chance(8))
      said = chance(30) ? 0xFFFF : chance(50) ? count + 1 + below(3) : below(count + 1);
    WireBytes frame = feed(spec(), blocks, static_cast<std::uint16_t>(said));
    return frame;
  }

  WireBytes order_frame() {
    static constexpr std::string_view ouch_types = "OUXMCDEQ";
    static constexpr std::string_view ufo_types = "LTRO";
    static constexpr std::array<std::size_t, 4> ufo_sizes{27, 7, 1, 1};
    if (chance(20)) {
      const std::uint32_t i = below(4);
      WireBytes packet = random_bytes(chance(70) ? ufo_sizes[i] : below(40));
      if (packet.size() != 0)
        packet[0] = static_cast<std::byte>(chance(80) ? ufo_types[i] : static_cast<char>(noise()));
      return to(config.order, spec(), packet);
    }
    const char type = chance(95) ? ouch_types[below(8)] : static_cast<char>(noise());
    const std::size_t fixed = walk_model::ouch_form(type).fixed;
    std::size_t length = fixed + (chance(40) ? 2 : chance(10) ? 0 : 2 + below(101));
    if (chance(15))
      length = below(200);
    return to(config.order, spec(), ouch(type, length));
  }

  WireBytes host_frame() {
    FrameSpec shape = spec();
    const std::uint32_t address = config.local_address + (chance(25) ? 1 : 0);
    if (chance(50)) {
      shape.ether_type = 0x0806;
      return ethernet_header(shape)
          .be(0x0001'0800'0604'0001, 8)
          .add(random_bytes(16))
          .be(address, 4)
          .zeros(below(100));
    }
    shape.protocol = chance(90) ? 1 : 6;
    shape.destination_address = address;
    if (chance(10))
      shape.fragment = static_cast<std::uint16_t>(1U << below(16));
    return ipv4_frame(shape, random_bytes(8 + below(300)));
  }

  WireBytes other_frame() {
    if (chance(30))
      return to({true, 0xEF00'0001, 1}, spec(), random_bytes(below(300)));
    WireBytes frame = chance(60) ? chance(50) ? feed_frame() : order_frame()
                                 : random_bytes(1 + below(chance(10) ? 9'600 : 200));
    for (std::uint32_t i = below(4); i != 0; --i)
      frame[below(std::min<std::size_t>(frame.size(), 110))] = static_cast<std::byte>(noise());
    return WireBytes().add(frame.first(1 + below(frame.size())));
  }

  std::uint32_t random_() { return static_cast<std::uint32_t>(engine_()); }

  std::mt19937 engine_;
};

/// A frame on its way: when each of its beats was taken, and what of it has come out.
struct Flight {
  WireBytes bytes;
  Expected expected;
  std::uint64_t time = 0;
  std::uint32_t drops = 0;
  std::vector<std::uint64_t> taken;  ///< cycle of each beat
  std::size_t pieces = 0;
  std::size_t tapped = 0;
  bool lonely = false;  ///< nothing can have been under way when it came
  bool has_context = false;
  bool ended = false;

  [[nodiscard]] std::size_t beats() const { return (bytes.size() + beat_bytes - 1) / beat_bytes; }
  [[nodiscard]] bool done() const { return has_context && ended && tapped == beats(); }
};

class Bench {
 public:
  explicit Bench(const walk_model::Config& config, unsigned seed) : engine_(seed) {
    for (std::size_t i = 0; i < 16; ++i) {
      const walk_model::Filter& feed = config.feeds[i];
      dut_->filter_valid_i = static_cast<SData>(dut_->filter_valid_i | (feed.valid ? 1U << i : 0));
      dut_->filter_address_i[i] = feed.address;
      dut_->filter_port_i[i / 2] |= std::uint32_t{feed.port} << (i % 2 * 16);
    }
    dut_->order_valid_i = config.order.valid;
    dut_->order_address_i = config.order.address;
    dut_->order_port_i = config.order.port;
    dut_->local_address_i = config.local_address;
    dut_->rst_i = 1;
    for (int i = 0; i < 3; ++i)
      cycle();
    dut_->rst_i = 0;
  }

  unsigned gap_percent = 0;
  unsigned hold_percent = 0;
  unsigned fill = 0;  ///< behind the frame's end: 0 zeros, 1 ones, 2 noise
  std::uint64_t frames_known = 0;
  std::uint64_t pieces_checked = 0;

  /// Sends a frame. Returns the cycle in which its first beat was taken.
  std::uint64_t send(const WireBytes& bytes, const Expected& expected) {
    flights_.push_back({.bytes = bytes,
                        .expected = expected,
                        .time = random_() * 3ULL,
                        .drops = random_() & 0xFF'FFFF});
    Flight& flight = flights_.back();
    for (std::size_t beat = 0; beat < flight.beats() && !testing::Test::HasFatalFailure(); ++beat)
      send_beat(flight, beat);
    return flight.taken.empty() ? now_ : flight.taken.front();
  }

  /// All that is under way comes out, and nothing else.
  void drain() {
    for (int i = 0; i < 2'000 && !flights_.empty() && !testing::Test::HasFatalFailure(); ++i)
      cycle();
    ASSERT_TRUE(flights_.empty()) << "a frame hangs";
    hold_percent = 0;
    for (int i = 0; i < 10; ++i)
      cycle();
  }

 private:
  std::uint32_t random_() { return static_cast<std::uint32_t>(engine_()); }

  void send_beat(const Flight& flight, std::size_t beat) {
    while (random_() % 100 < gap_percent)
      cycle();
    const std::size_t at = beat * beat_bytes;
    const std::size_t count = std::min(beat_bytes, flight.bytes.size() - at);
    for (std::size_t word = 0; word < 16; ++word)
      dut_->beat_data_i[word] = fill == 0 ? 0 : fill == 1 ? ~0U : random_();
    std::memcpy(dut_->beat_data_i.m_storage, Bytes(flight.bytes).data() + at, count);
    dut_->beat_valid_i = 1;
    dut_->beat_first_i = beat == 0;
    dut_->beat_last_i = at + count == flight.bytes.size();
    dut_->beat_last_index_i = static_cast<CData>(count - 1);
    dut_->beat_time_i = beat == 0 ? flight.time : random_();
    dut_->beat_drops_i = beat == 0 ? flight.drops : random_() & 0xFF'FFFF;
    int waited = 0;
    for (bool taken = false; !taken && waited < 2'000; ++waited)
      taken = cycle();
    ASSERT_LT(waited, 2'000) << "a beat is never taken";
    dut_->beat_valid_i = 0;
    if (testing::Test::HasFatalFailure())
      return;
    if (beat == 0)
      flights_.back().lonely = hold_percent == 0 && now_ > last_taken_ + busy_cycles;
    last_taken_ = now_;
    flights_.back().taken.push_back(now_ - 1);
  }

  bool cycle() {
    dut_->clk_i = 0;
    hold();
    dut_->eval();
    const bool taken = dut_->beat_valid_i && dut_->beat_ready_o;
    if (!dut_->rst_i && !testing::Test::HasFatalFailure())
      look();
    type_before_ = dut_->piece_type_next_o;
    locate_before_ = dut_->piece_locate_next_o;
    address_before_ = dut_->lookup_address_o;
    port_before_ = dut_->lookup_port_o;
    dut_->clk_i = 1;
    dut_->eval();
    ++now_;
    return taken;
  }

  /// Holds of up to 20 cycles. What was under way still comes, and it is little.
  void hold() {
    if (held_ != 0) {
      --held_;
    } else {
      come_in_hold_ = 0;
      if (random_() % 100 < hold_percent)
        held_ = 1 + random_() % 20;
    }
    dut_->hold_i = held_ != 0;
  }

  void look() {
    if (dut_->context_valid_o)
      on_context();
    if (dut_->piece_valid_o)
      on_piece();
    if (dut_->tap_valid_o)
      on_tap();
    while (!flights_.empty() && flights_.front().done() &&
           flights_.front().taken.size() == flights_.front().beats())
      flights_.pop_front();
    if (dut_->hold_i) {
      come_in_hold_ += std::uint32_t{dut_->context_valid_o} + dut_->piece_valid_o;
      ASSERT_LE(come_in_hold_, hold_slack) << "queues behind hold back in vain";
    }
  }

  template <typename Test>
  Flight* first(Test test) {
    for (Flight& flight : flights_)
      if (test(flight))
        return &flight;
    return nullptr;
  }

  void on_context() {
    Flight* flight = first([](const Flight& f) { return !f.has_context; });
    ASSERT_NE(flight, nullptr) << "a context of no frame";
    flight->has_context = true;
    ASSERT_EQ(dut_->context_time_o, flight->time);
    ASSERT_EQ(dut_->context_drops_o, flight->drops);
    context_in_time(*flight);
    const Expected& expected = flight->expected;
    if (!expected.known)
      return;
    ++frames_known;
    ASSERT_EQ(dut_->context_protocol_o, static_cast<unsigned>(expected.protocol));
    ASSERT_EQ(dut_->context_outcome_o, static_cast<unsigned>(expected.outcome));
    ASSERT_EQ(dut_->context_punt_o, expected.punt);
    if (expected.protocol == Protocol::order) {
      ASSERT_EQ(address_before_, expected.source_address);
      ASSERT_EQ(port_before_, expected.source_port);
    }
    if (expected.protocol != Protocol::feed || expected.outcome != Outcome::ok)
      return;
    ASSERT_EQ(dut_->context_stream_o, expected.stream);
    ASSERT_EQ(std::memcmp(dut_->context_mold_session_o.m_storage, expected.session.data(), 10), 0);
    ASSERT_EQ(dut_->context_sequence_o, expected.sequence);
    ASSERT_EQ(dut_->context_messages_o, expected.messages);
    ASSERT_EQ(dut_->context_at_end_o, expected.at_end);
    if (expected.messages == 0) {
      ASSERT_EQ(dut_->context_trailing_o, expected.trailing);
    }
  }
  /// Two cycles behind the beat in which the header ends, or the frame. A first beat may be taken
  /// while the frame before is still walked through; then the second follows when that is done.
  void context_in_time(const Flight& flight) {
    const bool first = flight.expected.known && flight.expected.protocol != Protocol::host &&
                       flight.expected.shape == 0;
    const std::size_t beat = flight.beats() == 1 || (first && flight.lonely) ? 0 : 1;
    ASSERT_FALSE(flight.taken.empty());
    if (!flight.lonely && beat >= flight.taken.size())
      return;
    ASSERT_LE(now_, flight.taken[std::min(beat, flight.taken.size() - 1)] + 2);
  }

  void on_piece() {
    Flight* flight = first([](const Flight& f) { return !f.ended; });
    ASSERT_NE(flight, nullptr) << "a piece of no frame";
    ASSERT_TRUE(flight->has_context) << "a piece before its context";
    if (flight->expected.pieces)
      compare_piece(*flight);
    else if (flight->expected.known && flight->expected.protocol != Protocol::feed)
      FAIL() << "a piece of nothing";
    ++flight->pieces;
    if (!dut_->piece_end_o)
      return;
    flight->ended = true;
    if (flight->expected.pieces) {
      ASSERT_EQ(flight->pieces, flight->expected.list.size());
    }
  }

  void compare_piece(Flight& flight) {
    const Expected& expected = flight.expected;
    ASSERT_LT(flight.pieces, expected.list.size());
    const std::size_t index = flight.pieces;
    const Piece& piece = expected.list[index];
    const auto describe = [&] {
      return "piece " + std::to_string(index) + " of " + std::to_string(expected.list.size()) +
             " at byte " + std::to_string(piece.at) + " length " + std::to_string(piece.length) +
             " frame " + std::to_string(flight.bytes.size()) + " shape " +
             std::to_string(expected.shape);
    };
    ++pieces_checked;
    ASSERT_EQ(dut_->piece_kind_o, static_cast<unsigned>(piece.kind)) << describe();
    const Piece& last = expected.list.back();
    // An end of its own may as well come with the piece before it.
    const bool end = piece.end || (dut_->piece_end_o && last.kind == Kind::none &&
                                   flight.pieces + 2 == expected.list.size());
    ASSERT_EQ(dut_->piece_end_o, end) << describe();
    if (end) {
      ASSERT_EQ(dut_->piece_end_outcome_o, static_cast<unsigned>(last.end_outcome)) << describe();
      flight.pieces = expected.list.size() - 1;
    }
    if (piece.kind == Kind::none)
      return;
    ASSERT_EQ(dut_->piece_length_o, piece.length) << describe();
    const Bytes bytes = Bytes(flight.bytes).subspan(piece.at, piece.bytes);
    ASSERT_EQ(std::memcmp(dut_->piece_bytes_o.m_storage, bytes.data(), bytes.size()), 0)
        << describe();
    if (piece.bytes >= 1) {
      ASSERT_EQ(type_before_, std::to_integer<unsigned>(bytes[0])) << describe();
    }
    if (piece.bytes >= 3) {
      ASSERT_EQ(locate_before_, walk_model::number(bytes, 1, 2)) << describe();
    }
    if (piece.kind == Kind::head)
      compare_head(expected.head);
    piece_in_time(flight, index);
  }
  void compare_head(const walk_model::Head& head) {
    ASSERT_EQ(dut_->piece_message_outcome_o, static_cast<unsigned>(head.outcome));
    if (head.outcome != Outcome::ok)
      return;
    ASSERT_EQ(dut_->piece_message_bare_o, head.bare);
    if (!head.bare) {
      ASSERT_EQ(dut_->piece_appendage_bytes_o, head.appendage_bytes);
    }
  }

  /// The beat in which it is given out: the one with its last byte, but a block that is too long
  /// for a message goes with its first, an empty first block and heads wait for the second beat,
  /// and heads behind many options for the third.
  static std::size_t given_out_in(const Flight& flight, const Piece& piece) {
    const std::size_t last = flight.beats() - 1;
    if (piece.kind == Kind::block && piece.length > beat_bytes)
      return piece.at / beat_bytes;
    if (piece.kind == Kind::block)
      return std::max(piece.beat(), std::min<std::size_t>(last, 1));
    return std::max(piece.beat(), std::min<std::size_t>(last, flight.expected.shape < 10 ? 1 : 2));
  }

  /// What a beat costs beside its pieces.
  static std::uint64_t late(const Expected& expected, std::size_t beat, Kind kind) {
    const bool second = beat == 1;
    const std::uint64_t wide =
        (second && expected.shape >= 6) + (second && kind == Kind::block && expected.shape >= 2);
    return wide + (kind == Kind::part ? 2 : 0);
  }
  /// In B at the latest: beats behind the second may be taken while the one before is in B.
  static std::uint64_t entered(const Flight& flight, std::size_t beat) {
    const Expected& expected = flight.expected;
    std::vector<std::uint64_t> pieces(beat + 1);
    for (const Piece& piece : expected.list)
      if (const std::size_t in = given_out_in(flight, piece); in < beat)
        ++pieces[in];
    const Kind kind = expected.protocol == Protocol::feed ? Kind::block : Kind::part;
    std::uint64_t cycle = flight.taken[std::min<std::size_t>(beat, 1)];
    for (std::size_t next = 2; next <= beat; ++next) {
      const std::uint64_t before = std::max<std::uint64_t>(pieces[next - 1], 1);
      cycle = std::max(flight.taken[next], cycle + before + late(expected, next - 1, kind));
    }
    return cycle;
  }

  /// Never before its last byte; without holds, not late either.
  void piece_in_time(const Flight& flight, std::size_t index) {
    const Expected& expected = flight.expected;
    const Piece& piece = expected.list[index];
    const bool is_long = piece.kind == Kind::block && piece.length > beat_bytes;
    ASSERT_LT(is_long ? piece.at / beat_bytes : piece.beat(), flight.taken.size());
    const std::size_t beat = given_out_in(flight, piece);
    if (hold_percent != 0 || beat >= flight.taken.size())
      return;
    std::uint64_t place = 0;  // of the pieces that end in this beat
    bool has_long = is_long;  // no message: such frames may take their time
    for (std::size_t i = 0; i < index; ++i) {
      place += given_out_in(flight, expected.list[i]) == beat;
      has_long |= expected.list[i].length > beat_bytes;
    }
    if (has_long && piece.kind == Kind::block)
      return;
    ASSERT_LE(now_, entered(flight, beat) + walk_cycles + place + late(expected, beat, piece.kind))
        << "byte " << piece.at << ", shape " << expected.shape;
  }

  void on_tap() {
    Flight* flight = first([](const Flight& f) { return f.tapped < f.beats(); });
    ASSERT_NE(flight, nullptr) << "a beat of no frame";
    const std::size_t at = flight->tapped * beat_bytes;
    const std::size_t count = std::min(beat_bytes, flight->bytes.size() - at);
    ++flight->tapped;
    const bool last = flight->tapped == flight->beats();
    ASSERT_EQ(dut_->tap_first_o, at == 0);
    ASSERT_EQ(dut_->tap_last_o, last);
    ASSERT_EQ(std::memcmp(dut_->tap_data_o.m_storage, Bytes(flight->bytes).data() + at, count), 0);
    if (!last)
      return;
    ASSERT_EQ(dut_->tap_last_index_o, count - 1);
    if (flight->expected.known) {
      ASSERT_EQ(dut_->tap_punt_o, flight->expected.punt);
    }
  }

  std::unique_ptr<Vframe_walk> dut_ = std::make_unique<Vframe_walk>();
  std::mt19937 engine_;
  std::uint64_t now_ = 0;
  std::uint64_t last_taken_ = 0;
  std::uint32_t held_ = 0;
  std::uint32_t come_in_hold_ = 0;
  std::uint8_t type_before_ = 0;
  std::uint16_t locate_before_ = 0;
  std::uint32_t address_before_ = 0;
  std::uint16_t port_before_ = 0;
  std::deque<Flight> flights_;
};

struct Course {
  unsigned seed;
  unsigned gap_percent;
  unsigned hold_percent;
  unsigned fill;
};

class FrameWalk : public testing::TestWithParam<Course> {};

TEST_P(FrameWalk, yields_what_the_protocols_say) {
  const Course run = GetParam();
  Maker maker(run.seed);
  Bench bench(maker.config, run.seed);
  bench.gap_percent = run.gap_percent;
  bench.hold_percent = run.hold_percent;
  bench.fill = run.fill;
  for (int i = 0; i < 20'000 && !HasFatalFailure(); ++i) {
    const WireBytes frame = maker.frame();
    bench.send(frame, walk_model::expect(maker.config, frame));
  }
  bench.drain();
  EXPECT_GT(bench.frames_known, 14'000U);
  EXPECT_GT(bench.pieces_checked, 60'000U);
}

INSTANTIATE_TEST_SUITE_P(Courses, FrameWalk,
                         testing::Values(Course{1, 0, 0, 0}, Course{2, 0, 0, 1}, Course{3, 0, 0, 2},
                                         Course{4, 30, 0, 2}, Course{5, 80, 0, 0},
                                         Course{6, 0, 5, 2}, Course{7, 30, 5, 0}));

/// One for each block or beat behind the first beat, and what wide headers cost; or one for each
/// beat. So the first beat costs nothing if any of the others takes longer than a cycle.
std::uint64_t cycles_of(const WireBytes& frame, const Expected& expected) {
  std::vector<std::uint64_t> blocks((frame.size() + beat_bytes - 1) / beat_bytes);
  for (const Piece& piece : expected.list)
    ++blocks[piece.beat()];
  if (blocks.size() > 1 && expected.shape >= 2 && blocks[1] != 0)
    ++blocks[1];
  std::uint64_t cycles = 0;
  for (std::size_t beat = 1; beat < blocks.size(); ++beat)
    cycles += std::max<std::uint64_t>(blocks[beat], 1);
  // While the ports are not known only the frame's own beats may come.
  const bool settles = blocks.size() > 1 && expected.shape >= 6;
  if (settles && blocks.size() > 2)
    ++cycles;
  cycles = std::max<std::uint64_t>(cycles, blocks.size());
  return cycles + (settles && blocks.size() == 2 ? 1 : 0);
}

class Throughput : public testing::TestWithParam<unsigned> {
 protected:
  /// Sends frames one behind the other. Cycles from the first's to the last's first beat, and what
  /// they should be.
  template <typename Spec>
  void run(unsigned most_blocks, std::uint32_t most_bytes, Spec spec) {
    Maker maker(11);
    Bench bench(maker.config, 11);
    bench.fill = GetParam();
    std::uint64_t start = 0;
    std::uint64_t due = 0;
    std::uint64_t last = 0;
    for (int i = 0; i < 3'000 && !HasFatalFailure();) {
      WireBytes blocks;
      const std::uint32_t count = 1 + maker.below(most_blocks);
      for (std::uint32_t block = 0; block < count; ++block)
        blocks.block(maker.random_bytes(1 + maker.below(most_bytes)));
      const WireBytes frame = maker.feed(spec(maker), blocks, static_cast<std::uint16_t>(count));
      const Expected expected = walk_model::expect(maker.config, frame);
      if (!expected.pieces || expected.messages == 0)
        continue;
      const std::uint64_t begin = bench.send(frame, expected);
      if (i++ == 0)
        start = begin;
      last = begin - start;
      ASSERT_LE(last, due) << i;
      due += cycles_of(frame, expected);
    }
    bench.drain();
  }
};

/// A beat takes no more cycles than blocks end in it, or one, whatever lies behind the frame's end:
/// n messages of a feed take n cycles, or as many as there are beats, and one more behind many tags
/// and options.
TEST_P(Throughput, a_block_a_cycle) {
  run(30, 50, [](Maker& maker) {
    FrameSpec spec = maker.spec();
    spec.padding = 0;
    return spec;
  });
}

TEST_P(Throughput, a_block_a_cycle_in_small_frames) {
  run(4, 20, [](Maker&) {
    FrameSpec spec;
    spec.with_checksum = false;
    return spec;
  });
}

INSTANTIATE_TEST_SUITE_P(Fills, Throughput, testing::Values(0U, 1U, 2U));

}  // namespace
}  // namespace wirebook
