// Goal: a replica is, to the byte, what a live node is after the same slots: messages, numbers,
// digest; and it is so too when it was saved and loaded in between. Method: random days, seeds
// printed, against engine and encoders wired here by hand.
#include "node/recovery/replica.hpp"

#include <map>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/host_slots.hpp"
#include "node/recovery/replica_feed.hpp"
#include "slot_ring/group.hpp"
#include "slot_stream.hpp"
#include "wire_out/ouch_encoder.hpp"

namespace wirebook::node {
namespace {

using test::SlotStream;
using test::stream_capacity;
using test::stream_sessions;
using test::StreamGroup;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Bytes = std::vector<std::byte>;

ReplicaSize size_of(std::uint64_t start_sequence = 0) {
  return {.engine = stream_capacity,
          .sessions = stream_sessions,
          .history_chunks = 200,
          .start_sequence = start_sequence};
}

/// What a node does with a slot, without the node.
class Live {
 public:
  explicit Live(std::uint64_t start) { marks.start(start, engine.digest()); }

  /// What the engine's state came to where the stream should say so.
  std::optional<DigestBody> feed(const StreamGroup& from) {
    const SlotGroup group = from.group();
    WIREBOOK_ASSERT(writer_.has_credit(step_events_max));
    match::Step step = engine.on_slot(group, writer_);
    take(group);
    while (step == match::Step::more) {
      WIREBOOK_ASSERT(writer_.has_credit(step_events_max));
      step = engine.resume(writer_);
      take(group);
    }
    const std::uint64_t after = group.sequence + group.slot_count();
    const auto noted =
        marks.note(group.sequence, after, group.head->tail.kind, [&] { return engine.digest(); });
    if (noted != match::DigestMarks::Noted::boundary)
      return std::nullopt;
    return DigestBody{.covered_sequence = after, .digest = engine.digest()};
  }

  match::Engine engine{stream_capacity};
  match::DigestMarks marks;
  std::map<std::uint32_t, std::vector<Bytes>> clients;  ///< a block a message
  std::vector<Bytes> market;

 private:
  void take(const SlotGroup& cause) {
    while (const auto event = slot_ring::peek_group(reader_)) {
      const std::uint32_t session = event->head->session;
      std::array<std::byte, wire_out::ouch_message_bytes_max> ouch;
      if (const std::size_t bytes = wire_out::encode_ouch(*event, cause, ouch);
          bytes != 0 && session != 0 && session <= stream_sessions) {
        Bytes& block = clients[session].emplace_back();
        block = {static_cast<std::byte>(bytes >> 8), static_cast<std::byte>(bytes)};
        block.insert(block.end(), ouch.begin(), ouch.begin() + std::ptrdiff_t(bytes));
      }
      std::array<std::byte, wire_out::itch_message_bytes_max> itch;
      if (const std::size_t bytes = itch_.encode(*event, cause, itch); bytes != 0)
        market.emplace_back(itch.begin(), itch.begin() + std::ptrdiff_t(bytes));
      reader_.release(event->event_count());
    }
  }

  slot_ring::Ring<Event> events_{1024};
  slot_ring::Writer<Event> writer_{events_};
  slot_ring::Reader<Event> reader_{events_};
  wire_out::ItchEncoder itch_;
};

/// A replica, and what it told the market.
struct Followed {
  explicit Followed(std::uint64_t start = 0) : replica(std::make_unique<Replica>(size_of(start))) {
    watch();
  }
  void watch() {
    replica->set_market_sink([this](std::uint64_t number, std::span<const std::byte> message) {
      EXPECT_EQ(number, market.size() + 1);
      market.emplace_back(message.begin(), message.end());
    });
  }
  std::unique_ptr<Replica> replica;
  std::vector<Bytes> market;
};

Bytes saved(const Replica& replica) {
  Bytes bytes;
  match::StateWriter writer(bytes);
  replica.save(writer);
  return bytes;
}

std::string load(Replica& replica, std::span<const std::byte> bytes) {
  match::StateReader reader(bytes);
  std::string why;
  return replica.load(reader, &why) ? "" : "refused: " + why;
}

void expect_client(const wire_out::SequencedStore& store, const std::vector<Bytes>& blocks) {
  ASSERT_EQ(store.next_sequence(), blocks.size() + 1);
  ASSERT_EQ(store.messages_forgotten(), 0U);
  for (std::uint32_t number = 1; number <= blocks.size(); ++number) {
    const auto run = store.run(number, 1, 1000);
    ASSERT_EQ(Bytes(run.blocks.begin(), run.blocks.end()), blocks[number - 1]) << number;
  }
}

void expect_like(const Followed& followed, Live& live) {
  EXPECT_EQ(followed.replica->digest(), live.engine.digest());
  EXPECT_EQ(followed.replica->engine().counters(), live.engine.counters());
  EXPECT_EQ(followed.replica->outbound().next_market_number(), live.market.size() + 1);
  EXPECT_TRUE(followed.market == live.market);
  for (std::uint32_t session = 1; session <= stream_sessions; ++session)
    ASSERT_NO_FATAL_FAILURE(
        expect_client(followed.replica->outbound().store(session), live.clients[session]));
}

/// Random slots, with the digest slots that a live node puts among them, a few slots late.
void grow_with_digests(SlotStream& stream, std::size_t groups) {
  Live live(stream.groups.front().sequence);
  std::size_t fed = 0;
  std::optional<DigestBody> owed;
  while (stream.groups.size() < groups) {
    stream.grow(stream.groups.size() + 20);
    if (owed)
      stream.add(SlotKind::digest, *owed, {}, {});
    owed.reset();
    for (; fed < stream.groups.size(); ++fed)
      if (const auto body = live.feed(stream.groups[fed]))
        owed = body;
  }
}

TEST(Replica, is_what_the_live_node_is_and_so_is_one_saved_and_loaded) {
  std::size_t told = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const std::uint64_t start = seed % 2 == 0 ? 0 : 16'000 * seed + 7;
    SlotStream stream(seed, start);
    grow_with_digests(stream, 40'000);
    const std::size_t middle = 5'000 + seed * 2'003;
    Live live(start);
    Followed through(start);
    Followed again;
    Replica untold(size_of(start));  // numbers the market's messages, and writes none
    ReplicaFeed feed(untold);
    for (std::size_t i = 0; i < stream.groups.size(); ++i) {
      if (i == middle) {
        ASSERT_NO_FATAL_FAILURE(expect_like(through, live));
        ASSERT_EQ(load(*again.replica, saved(*through.replica)), "");
        again.market = through.market;
        ASSERT_NO_FATAL_FAILURE(expect_like(again, live));
        EXPECT_EQ(again.replica->sequence(), stream.groups[i].sequence);
      }
      live.feed(stream.groups[i]);
      through.replica->on_group(stream.groups[i].group());
      feed.on_group(stream.groups[i].group());
      if (i >= middle)
        again.replica->on_group(stream.groups[i].group());
    }
    feed.finish();
    ASSERT_NO_FATAL_FAILURE(expect_like(through, live));
    ASSERT_NO_FATAL_FAILURE(expect_like(again, live));
    told += live.market.size();
    EXPECT_EQ(through.replica->sequence(), stream.sequence());
    EXPECT_GE(through.replica->digests_agreed(), 2U);
    EXPECT_GE(again.replica->digests_agreed(), 1U);
    EXPECT_FALSE(through.replica->digest_mismatch());
    EXPECT_FALSE(again.replica->digest_mismatch());
    EXPECT_TRUE(saved(*through.replica) == saved(*again.replica));
    EXPECT_TRUE(saved(*through.replica) == saved(untold));
  }
  EXPECT_GT(told, 50'000U) << "the swarms hardly say anything";
}

TEST(Replica, a_digest_that_differs_is_kept_the_first_of_them) {
  SlotStream stream(4);
  grow_with_digests(stream, 60'000);
  std::vector<StreamGroup*> digests;
  for (StreamGroup& group : stream.groups)
    if (group.slots[0].tail.kind == SlotKind::digest)
      digests.push_back(&group);
  ASSERT_GE(digests.size(), 3U);
  digests[1]->slots[0].digest.digest ^= 1;
  digests[2]->slots[0].digest.digest ^= 1;
  Replica replica(size_of());
  for (const StreamGroup& group : stream.groups)
    replica.on_group(group.group());
  ASSERT_TRUE(replica.digest_mismatch());
  EXPECT_EQ(replica.digest_mismatch()->slot_sequence, digests[1]->sequence);
  EXPECT_EQ(replica.digest_mismatch()->covered_sequence,
            digests[1]->slots[0].digest.covered_sequence);
  EXPECT_EQ(replica.digest_mismatch()->stated, digests[1]->slots[0].digest.digest);
  EXPECT_EQ(replica.digests_agreed(), digests.size() - 2);
}

TEST(Replica, checks_a_digest_of_the_very_state_that_it_was_loaded_with) {
  SlotStream stream(2);
  stream.grow(500);
  Replica replica(size_of());
  for (const StreamGroup& group : stream.groups)
    replica.on_group(group.group());
  for (const std::uint64_t flipped : {0U, 1U}) {
    Replica loaded(size_of());
    ASSERT_EQ(load(loaded, saved(replica)), "");
    StreamGroup said{.sequence = replica.sequence()};
    said.slots[0].digest = {.covered_sequence = replica.sequence(),
                            .digest = replica.digest() ^ flipped};
    said.slots[0].tail = {.kind = SlotKind::digest};
    loaded.on_group(said.group());
    EXPECT_EQ(loaded.digest_mismatch().has_value(), flipped != 0);
    EXPECT_EQ(loaded.digests_agreed(), 1 - flipped);
  }
}

TEST(Replica, knows_who_is_there_and_how_far_the_day_is) {
  Replica replica(size_of());
  EXPECT_EQ(replica.system_event(), '\0');
  EXPECT_FALSE(replica.is_day_open());
  SlotStream stream(1);
  stream.add(SlotKind::session_down, SessionBody{.session = 2}, {}, {});
  stream.add(SlotKind::session_up, SessionBody{.session = 70'000}, {}, {});
  stream.add(SlotKind::instrument, InstrumentBody{.instrument = 2, .symbol = Symbol::from("X")}, {},
             {});
  const auto feed = [&](std::size_t from) {
    for (std::size_t i = from; i < stream.groups.size(); ++i)
      replica.on_group(stream.groups[i].group());
    return stream.groups.size();
  };
  std::size_t fed = feed(0);
  EXPECT_THAT(replica.sessions_up(), ElementsAre(1, 3, 4));
  EXPECT_TRUE(replica.is_day_open());
  EXPECT_FALSE(replica.ended_cleanly());
  ASSERT_NE(replica.instrument(2), nullptr);
  EXPECT_EQ(replica.instrument(2)->symbol, Symbol::from("S2"));
  EXPECT_EQ(replica.instrument(2)->round_lot, 200U);
  EXPECT_EQ(replica.instrument(0), nullptr);
  EXPECT_EQ(replica.instrument(4), nullptr);

  const auto expect_loaded = [&] {
    Replica loaded(size_of());
    ASSERT_EQ(load(loaded, saved(replica)), "");
    EXPECT_EQ(loaded.sessions_up(), replica.sessions_up());
    EXPECT_EQ(loaded.is_day_open(), replica.is_day_open());
    EXPECT_EQ(loaded.system_event(), replica.system_event());
    EXPECT_EQ(loaded.instrument(3)->round_lot, 300U);
  };
  expect_loaded();
  stream.add(SlotKind::system_event, AdminBody{.code = 'E'}, {}, {});
  fed = feed(fed);
  EXPECT_FALSE(replica.is_day_open());
  EXPECT_FALSE(replica.ended_cleanly());
  stream.add(SlotKind::system_event, AdminBody{.code = 'C'}, {}, {});
  fed = feed(fed);
  EXPECT_TRUE(replica.ended_cleanly());
  expect_loaded();
}

TEST(Replica, gives_its_parts_to_a_live_node) {
  SlotStream stream(5);
  stream.grow(2'000);
  Replica replica(size_of());
  for (const StreamGroup& group : stream.groups)
    replica.on_group(group.group());
  const std::uint64_t digest = replica.digest();
  const std::uint32_t next = replica.outbound().store(1).next_sequence();
  EXPECT_GT(next, 1U);
  const ReplicaParts parts = std::move(replica).take();
  EXPECT_EQ(parts.engine.digest(), digest);
  EXPECT_EQ(parts.outbound->store(1).next_sequence(), next);
  EXPECT_EQ(parts.outbound->store(1).take_unsent(1000).count, 0) << "clients ask for it";
}

TEST(Replica, what_is_malformed_or_too_large_is_refused_with_a_reason) {
  SlotStream stream(6);
  stream.grow(400);
  Replica replica(size_of());
  for (const StreamGroup& group : stream.groups)
    replica.on_group(group.group());
  const Bytes bytes = saved(replica);
  for (std::size_t cut = 0; cut < bytes.size(); cut += 1 + cut / 50) {
    Replica loaded(size_of());
    ASSERT_THAT(load(loaded, std::span(bytes).first(cut)), HasSubstr("refused: ")) << cut;
  }
  Bytes longer = bytes;
  longer.push_back({});
  Replica loaded(size_of());
  EXPECT_THAT(load(loaded, longer), HasSubstr("malformed at its end"));

  ReplicaSize smaller = size_of();
  smaller.sessions = 2;
  smaller.engine.sessions = 2;
  Replica small(smaller);
  EXPECT_THAT(load(small, bytes), HasSubstr("session"));
  ReplicaSize narrow = size_of();
  narrow.engine.instruments = 2;
  Replica narrow_one(narrow);
  EXPECT_THAT(load(narrow_one, bytes), HasSubstr("instrument"));
}

}  // namespace
}  // namespace wirebook::node
