// Goal: what a card does for the node, whatever its body: slots in ring memory by sequence and
// seal, credit, injected slots, punted and sent frames, sessions, quiesce, counters. Method: the
// same tests on the Verilated kernel behind a bus and on the parser in software.
#include "tests/card/bodies.hpp"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace wirebook::card::test {
namespace {

constexpr TimeNs start_time{34'200'000'000'000};

#if WIREBOOK_HAS_KERNEL
const auto bodies = testing::Values("soft", "kernel");
#else
const auto bodies = testing::Values("soft");
#endif

class Bodies : public testing::TestWithParam<const char*> {
 protected:
  void open(CardConfig config) {
    config_ = std::move(config);
    body_ = make_body(GetParam(), config_);
    host_ = std::make_unique<Host>(body_->card(), config_);
    body_->start(now_);
  }
  void TearDown() override {
    if (!host_)
      return;
    EXPECT_EQ(host_->error, "");
  }
  void receive(Bytes frame) {
    now_.raw += 1'000;
    body_->receive(frame, now_);
  }
  void settle() { body_->settle(now_); }
  Card& card() { return body_->card(); }
  std::vector<Slot>& slots() { return host_->slots; }

  CardConfig config_;
  TimeNs now_ = start_time;
  std::unique_ptr<Body> body_;
  std::unique_ptr<Host> host_;
};
INSTANTIATE_TEST_SUITE_P(Of, Bodies, bodies,
                         [](const auto& body) { return std::string(body.param); });

TEST_P(Bodies, slots_lie_in_the_ring_with_the_time_of_their_frame) {
  open(small_config());
  receive(order_frame(source_of(2), 77, 60));
  settle();
  host_->take();
  ASSERT_EQ(slots().size(), 3U);
  EXPECT_EQ(slots()[0].tail.kind, SlotKind::enter);
  EXPECT_EQ(slots()[0].enter.session, 2U);
  EXPECT_EQ(slots()[0].enter.user_ref_num, 77U);
  EXPECT_EQ(slots()[0].time_ns, now_);
  EXPECT_EQ(slots()[0].tail.extension_count, 2);
}

TEST_P(Bodies, starts_at_any_sequence_and_epoch) {
  CardConfig config = small_config();
  config.start_sequence = 1'023 + (std::uint64_t{1} << 33);
  config.epoch = 99;
  open(config);
  for (std::uint32_t i = 0; i < 3; ++i)
    receive(order_frame(source_of(1), i));
  settle();
  EXPECT_EQ(host_->take(), 3U);
}

TEST_P(Bodies, the_ring_wraps_under_a_slow_host) {
  open(small_config());
  std::uint32_t sent = 0;
  while (sent < 1'200) {
    for (int i = 0; i < 20; ++i)
      receive(order_frame(source_of(1), sent++, 60));
    settle();
    // Slots are taken later than they come, and given back later still.
    host_->take(40);
    if (sent % 60 == 0) {
      host_->take();
      host_->give_back();
    }
  }
  host_->take();
  ASSERT_EQ(slots().size(), 3U * sent) << "more than three laps of the ring";
  for (std::uint32_t i = 0; i < sent; ++i)
    ASSERT_EQ(slots()[3 * i].enter.user_ref_num, i);
  EXPECT_EQ(card().counters().frames_dropped_full, 0U);
}

TEST_P(Bodies, without_credit_frames_are_dropped_whole_and_a_gap_slot_tells) {
  open(small_config());
  constexpr std::uint32_t frames = 2'200;  // the kernel's own buffer holds 1,000
  for (std::uint32_t i = 0; i < frames; ++i)
    receive(order_frame(source_of(1), i, 60));
  settle();
  host_->take();
  EXPECT_LE(slots().size(), config_.ring_slots);
  EXPECT_EQ(slots().size() % 3, 0U) << "a frame was cut";
  for (int i = 0; i < 40; ++i) {
    host_->take_and_give_back();
    settle();
  }
  receive(order_frame(source_of(1), frames));
  settle();
  host_->take_and_give_back();
  const CardCounters counters = card().counters();
  EXPECT_GT(counters.frames_dropped_full, 0U);
  EXPECT_EQ(counters.frames_admitted + counters.frames_dropped_full, frames + 1);
  std::uint64_t told = 0;
  for (const Slot& slot : slots())
    if (slot.tail.kind == SlotKind::gap) {
      EXPECT_EQ(slot.gap.cause, GapCause::ring_full);
      told += slot.gap.count;
    }
  EXPECT_EQ(told, counters.frames_dropped_full);
  EXPECT_EQ(slots().back().enter.user_ref_num, frames);
  EXPECT_EQ(counters.slots, slots().size());
}

TEST_P(Bodies, a_frame_starts_only_while_the_longest_has_room) {
  open(small_config());
  constexpr std::uint32_t room = 1'024 - card_frame_slots_max;
  for (std::uint32_t i = 0; i < 2 * room; ++i)
    receive(order_frame(source_of(1), i));
  settle();
  const std::size_t taken = host_->take();
  EXPECT_GT(taken, room - 16);
  EXPECT_LE(taken, room + 16) << "the kernel looks some cycles ahead";
}

TEST_P(Bodies, injected_groups_get_their_place_between_frames) {
  open(small_config());
  std::mt19937 random(3);
  std::uint64_t groups = 0;
  for (int round = 0; round < 60; ++round) {  // about two laps of the inject ring
    const auto extensions = static_cast<std::uint8_t>(random() % 3);
    std::vector<Slot> group(1U + extensions, host_slot(SlotKind::extension, 0, groups));
    group[0] = host_slot(SlotKind::session_up, extensions, groups++);
    host_->inject(group);
    receive(order_frame(source_of(1), 1, random() % 2 * 60));
    settle();
    host_->take_and_give_back();
    EXPECT_EQ(card().taken(), host_->injected());
  }
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < slots().size(); ++i) {
    if (slots()[i].tail.kind != SlotKind::session_up)
      continue;
    EXPECT_EQ(slots()[i].admin.match_number, next);
    for (std::size_t part = 1; part <= slots()[i].tail.extension_count; ++part) {
      EXPECT_EQ(slots()[i + part].tail.kind, SlotKind::extension);
      EXPECT_EQ(slots()[i + part].admin.match_number, next);
    }
    ++next;
  }
  EXPECT_EQ(next, groups);
}

TEST_P(Bodies, frames_for_the_host_are_punted_whole) {
  open(small_config());
  const std::vector<WireBytes> frames{login_frame(source_of(9)), arp_request(),
                                      login_frame(source_of(1))};
  for (int lap = 0; lap < 6; ++lap) {
    for (const WireBytes& frame : frames)
      receive(frame);
    settle();
    for (const WireBytes& frame : frames) {
      const auto punted = card().punted();
      ASSERT_TRUE(std::ranges::equal(punted, Bytes(frame)));
      card().release_punted();
    }
    EXPECT_TRUE(card().punted().empty());
  }
  EXPECT_EQ(card().counters().punted, 18U);
  EXPECT_EQ(card().counters().outcomes[Outcome::punted], 18U);
}

TEST_P(Bodies, punts_beyond_the_cells_are_dropped_and_counted) {
  open(small_config());
  for (int i = 0; i < 11; ++i) {
    receive(arp_request());
    settle();
  }
  EXPECT_EQ(card().counters().punted, 8U);
  EXPECT_EQ(card().counters().punts_dropped, 3U);
  EXPECT_EQ(card().counters().outcomes[Outcome::punt_dropped], 3U);
  for (int i = 0; i < 8; ++i) {
    ASSERT_FALSE(card().punted().empty());
    card().release_punted();
  }
  EXPECT_TRUE(card().punted().empty());
  receive(arp_request());
  settle();
  EXPECT_FALSE(card().punted().empty());
}

TEST_P(Bodies, frames_are_sent_whole_in_order_and_only_when_told) {
  open(small_config());
  std::mt19937 random(5);
  std::vector<std::vector<std::byte>> frames;
  for (std::size_t length : {1U, 60U, 247U, 248U, 249U, 1'500U, 2'040U}) {
    auto& frame = frames.emplace_back(length);
    for (std::byte& byte : frame)
      byte = static_cast<std::byte>(random());
  }
  for (std::size_t lap = 1; lap <= 3; ++lap) {
    for (const auto& frame : frames) {
      ASSERT_EQ(card().frame_room().size(), card_frame_bytes_max);
      host_->send(frame);
    }
    settle();
    EXPECT_EQ(body_->sent().size(), (lap - 1) * frames.size()) << "before they were announced";
    card().flush();
    settle();
    ASSERT_EQ(body_->sent().size(), lap * frames.size());
  }
  for (std::size_t i = 0; i < body_->sent().size(); ++i)
    EXPECT_EQ(body_->sent()[i], frames[i % frames.size()]) << i;
  EXPECT_EQ(card().counters().frames_sent, 21U);
}

TEST_P(Bodies, without_a_free_cell_there_is_no_room_for_a_frame) {
  open(small_config());
  const std::vector<std::byte> frame(60);
  for (int i = 0; i < 8; ++i)
    host_->send(frame);
  EXPECT_TRUE(card().frame_room().empty());
  card().flush();
  settle();
  EXPECT_FALSE(card().frame_room().empty());
}

TEST_P(Bodies, a_cell_without_a_length_is_skipped_and_counted) {
  open(small_config());
  card().send(0);
  host_->send(std::vector<std::byte>(60));
  card().send(card_frame_bytes_max + 1);
  card().flush();
  settle();
  EXPECT_EQ(body_->sent().size(), 1U);
  EXPECT_EQ(card().counters().bad_cells, 2U);
}

TEST_P(Bodies, sessions_come_and_go_one_by_one) {
  open(small_config(0));
  const auto orders_of = [&](std::uint32_t session) {
    slots().clear();
    receive(order_frame(source_of(session), 1));
    settle();
    host_->take_and_give_back();
    return slots().size();
  };
  EXPECT_EQ(orders_of(5), 0U);
  EXPECT_TRUE(card().add_session(source_of(5)));
  EXPECT_EQ(orders_of(5), 1U);
  EXPECT_EQ(orders_of(6), 0U);

  wire_in::OrderSource other = source_of(5);
  other.session = 8;
  EXPECT_TRUE(card().add_session(other));
  EXPECT_EQ(orders_of(5), 1U);
  EXPECT_EQ(slots()[0].enter.session, 8U) << "the source is another session's now";
  card().remove_session(source_of(5));
  EXPECT_EQ(orders_of(5), 1U) << "whose end is not that of the one before";
  card().remove_session(other);
  EXPECT_EQ(orders_of(5), 0U);
  EXPECT_EQ(card().counters().outcomes[Outcome::ufo_unknown_source], 3U);
}

TEST_P(Bodies, quiesces_at_a_frame_boundary_and_goes_on) {
  open(small_config());
  std::uint32_t number = 0;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 7; ++i)
      receive(order_frame(source_of(1), number++, 60));
    ASSERT_TRUE(card().quiesce());
    EXPECT_EQ(card().state(), CardState::quiesced);
    host_->take_and_give_back();
    EXPECT_EQ(slots().size() % 3, 0U);
    settle();
    EXPECT_EQ(host_->take(), 0U) << "a slot behind the quiesce";
    body_->start(now_);
    EXPECT_EQ(card().state(), CardState::running);
  }
  settle();
  host_->take();
  EXPECT_EQ(slots().size(), 3U * number);
}

TEST_P(Bodies, giving_back_more_than_there_was_stops_it) {
  open(small_config());
  receive(order_frame(source_of(1), 1));
  settle();
  card().consumed(2);
  now_.raw += 2'000'000;
  settle();
  EXPECT_EQ(card().state(), CardState::consumer_beyond);
  EXPECT_THROW(card().start(now_), CardError);
}

TEST_P(Bodies, clock_slots_come_by_the_cards_clock) {
  CardConfig config = small_config();
  config.clock_slot_every_ns = 2'000;
  config_ = config;
  body_ = make_body(GetParam(), config_);
  host_ = std::make_unique<Host>(body_->card(), config_);
  card().start(now_);  // the kernel's clock runs by itself here
  for (int i = 0; i < 3; ++i) {
    now_.raw += 10'000;
    settle();
  }
  host_->take();
  EXPECT_GT(slots().size(), 5U);
  std::uint64_t last = 0;
  for (const Slot& slot : slots()) {
    EXPECT_EQ(slot.tail.kind, SlotKind::clock);
    EXPECT_GE(slot.time_ns.raw, last);
    last = slot.time_ns.raw;
  }
}

TEST_P(Bodies, a_wrong_configuration_is_refused_by_name) {
  const auto text_of = [&](const CardConfig& config) {
    try {
      make_body(GetParam(), config);
    } catch (const CardError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CardConfig config = small_config();
  config.ring_slots = 1'000;
  EXPECT_EQ(text_of(config),
            "card: ring_slots is 1000, it must be a power of two from 1024 to 2147483648");
  config = small_config();
  config.punt_cells = 1U << 16;
  EXPECT_NE(text_of(config).find("punt_cells is 65536"), std::string::npos);
  config = small_config();
  config.clock_slot_every_ns = 5'000'000'000;
  EXPECT_NE(text_of(config).find("5000000000 ns"), std::string::npos);
}

}  // namespace
}  // namespace wirebook::card::test
