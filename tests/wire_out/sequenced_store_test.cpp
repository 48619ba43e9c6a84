// Goal: what is sent is every message in order, and what is sent again is the same bytes, until the
// pool's memory is used up; then the oldest go first, counted. Method: a plain list of the blocks
// as the model, over seeded runs.
#include "wire_out/sequenced_store.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "tests/wire_out/decided.hpp"

namespace wirebook::wire_out {
namespace {

constexpr std::uint32_t all_of_them = 0xFFFF'FFFF;
constexpr std::size_t body_bytes_max = 1465;
using StoreRun = SequencedStore::Run;

std::string text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Calls `visit` for each run that was not taken yet.
template <class Visit>
void take_all(SequencedStore& store, Visit visit) {
  for (StoreRun run = store.take_unsent(body_bytes_max); run.count != 0;
       run = store.take_unsent(body_bytes_max))
    visit(run);
}

/// A store, and each block that ever went into it.
class Model {
 public:
  explicit Model(ChunkPool& pool) : store(pool) {}

  void append(std::size_t bytes, char fill) {
    const auto room = store.room();
    std::fill_n(room.begin(), bytes, static_cast<std::byte>(fill));
    store.commit(bytes);
    blocks.push_back(text_of(WireBytes().block(WireBytes(bytes, static_cast<std::uint8_t>(fill)))));
    EXPECT_EQ(store.next_sequence(), blocks.size() + 1);
  }
  void append(std::mt19937& random) {
    append(1 + random() % ouch_message_bytes_max, static_cast<char>(random()));
  }
  /// The bytes that a run must have.
  [[nodiscard]] std::string joined(std::size_t first, std::size_t count) const {
    std::string bytes;
    for (std::size_t i = first; i < first + count; ++i)
      bytes += blocks[i - 1];
    return bytes;
  }
  void expect_right(const StoreRun& run) const {
    ASSERT_GE(run.first, 1U);
    ASSERT_LE(run.first + run.count, blocks.size() + 1);
    EXPECT_EQ(text_of(run.blocks), joined(run.first, run.count));
  }

  SequencedStore store;
  std::vector<std::string> blocks;
};

TEST(SequencedStore, blocks_are_length_and_message) {
  ChunkPool pool(2);
  Model model(pool);
  EXPECT_EQ(model.store.next_sequence(), 1U);
  EXPECT_EQ(model.store.take_unsent(body_bytes_max).count, 0);
  model.append(18, 'C');
  model.append(64, 'A');
  const StoreRun run = model.store.take_unsent(body_bytes_max);
  EXPECT_EQ(run.first, 1U);
  EXPECT_EQ(run.count, 2U);
  EXPECT_EQ(hex(run.blocks), hex(WireBytes().block(WireBytes(18, 'C')).block(WireBytes(64, 'A'))));
  EXPECT_EQ(model.store.take_unsent(body_bytes_max).count, 0);
}

TEST(SequencedStore, messages_are_sent_from_where_they_were_written) {
  ChunkPool pool(2);
  SequencedStore store(pool);
  const std::byte* const written = store.room().data();
  store.commit(18);
  EXPECT_EQ(store.take_unsent(body_bytes_max).blocks.data() + 2, written);
  EXPECT_EQ(store.run(1, 1, body_bytes_max).blocks.data() + 2, written);
}

TEST(SequencedStore, nothing_written_is_no_message) {
  ChunkPool pool(2);
  SequencedStore store(pool);
  (void)store.room();
  store.commit(0);
  EXPECT_EQ(store.next_sequence(), 1U);
  EXPECT_EQ(store.take_unsent(body_bytes_max).count, 0);
}

TEST(SequencedStore, a_run_holds_what_fits) {
  ChunkPool pool(2);
  Model model(pool);
  for (int i = 0; i < 5; ++i)
    model.append(98, 'm');  // blocks of 100 bytes
  EXPECT_EQ(model.store.take_unsent(299).count, 2);
  EXPECT_EQ(model.store.take_unsent(99).count, 0);
  EXPECT_EQ(model.store.take_unsent(300).count, 3);
  EXPECT_EQ(model.store.run(1, 5, 400).count, 4);
  EXPECT_EQ(model.store.run(1, 3, 400).count, 3);
  EXPECT_EQ(model.store.run(4, 9, 1'000).count, 2);
  EXPECT_EQ(model.store.run(4, 0, 1'000).count, 0);
}

TEST(SequencedStore, what_was_never_there_gives_an_empty_run) {
  ChunkPool pool(2);
  Model model(pool);
  EXPECT_EQ(model.store.run(1, 1, body_bytes_max).count, 0);
  model.append(10, 'a');
  EXPECT_EQ(model.store.run(0, 5, body_bytes_max).count, 0);
  EXPECT_EQ(model.store.run(2, 5, body_bytes_max).count, 0);
  EXPECT_EQ(model.store.run(all_of_them, all_of_them, body_bytes_max).count, 0);
  EXPECT_EQ(model.store.run(1, all_of_them, body_bytes_max).count, 1);
}

TEST(SequencedStore, any_range_again_is_what_was_sent_first) {
  constexpr std::uint32_t seed = 815;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  ChunkPool pool(16);
  Model model(pool);
  std::string sent;
  const auto send = [&](const StoreRun& run) {
    model.expect_right(run);
    EXPECT_LE(run.blocks.size(), body_bytes_max);
    sent += text_of(run.blocks);
  };
  for (int i = 0; i < 4'000; ++i) {  // six chunks
    model.append(random);
    if (random() % 16 == 0)
      take_all(model.store, send);
  }
  take_all(model.store, send);
  EXPECT_EQ(sent, model.joined(1, model.blocks.size()));
  EXPECT_EQ(model.store.messages_forgotten(), 0U);

  for (int i = 0; i < 20'000; ++i) {
    const auto first = static_cast<std::uint32_t>(1 + random() % model.blocks.size());
    const auto count = static_cast<std::uint32_t>(1 + random() % 40);
    const StoreRun run = model.store.run(first, count, body_bytes_max);
    EXPECT_EQ(run.first, first);
    EXPECT_GE(run.count, 1);
    EXPECT_LE(run.count, count);
    model.expect_right(run);
  }
  // Asking on from where an answer ended brings everything.
  std::string again;
  for (std::uint32_t next = 1; next <= model.blocks.size();) {
    const StoreRun run = model.store.run(next, all_of_them, body_bytes_max);
    ASSERT_NE(run.count, 0);
    again += text_of(run.blocks);
    next += run.count;
  }
  EXPECT_EQ(again, sent);
}

TEST(SequencedStore, a_cursor_from_anywhere_meets_every_later_message_once) {
  constexpr unsigned seed = 20'261'121;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  ChunkPool pool(64);
  Model model(pool);
  std::vector<SequencedStore::Cursor> cursors{model.store.seek(1)};
  std::vector<std::uint32_t> began{1};
  std::vector<std::string> met(1);
  for (int round = 0; round < 300; ++round) {
    for (std::size_t i = random() % 200; i != 0; --i)
      model.append(random);
    const auto first = 1 + static_cast<std::uint32_t>(random()) % model.store.next_sequence();
    if (cursors.size() < 20) {
      cursors.push_back(model.store.seek(first));
      began.push_back(first);
      met.emplace_back();
    }
    for (std::size_t i = 0; i < cursors.size(); ++i)
      for (int looks = 0; looks < 3; ++looks) {
        const auto run = model.store.peek(cursors[i], 1 + random() % 30'000);
        ASSERT_TRUE(run);
        EXPECT_EQ(run->first, cursors[i].sequence);
        met[i] += text_of(run->blocks);
        SequencedStore::advance(cursors[i], run->count, run->blocks.size());
      }
  }
  for (std::size_t i = 0; i < cursors.size(); ++i)
    EXPECT_EQ(met[i], model.joined(began[i], cursors[i].sequence - began[i])) << began[i];
  EXPECT_GT(model.store.next_sequence(), 10'000U) << "of many chunks";
}

TEST(SequencedStore, a_cursor_whose_message_is_forgotten_says_so) {
  ChunkPool pool(3);
  Model model(pool);
  SequencedStore::Cursor slow = model.store.seek(1);
  while (model.store.messages_forgotten() == 0)
    model.append(100, 'x');
  EXPECT_FALSE(model.store.peek(slow, body_bytes_max));
  const std::uint32_t oldest = model.store.oldest_sequence();
  EXPECT_EQ(oldest, model.store.messages_forgotten() + 1);
  SequencedStore::Cursor cursor = model.store.seek(oldest);
  const auto run = model.store.peek(cursor, body_bytes_max);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->first, oldest);
  SequencedStore::Cursor end = model.store.seek(model.store.next_sequence());
  EXPECT_EQ(model.store.peek(end, body_bytes_max)->count, 0U);
}

TEST(SequencedStore, sessions_share_a_pool_and_nothing_else) {
  ChunkPool pool(8);
  Model one(pool);
  Model two(pool);
  for (int i = 0; i < 800; ++i) {
    one.append(190, 'a');
    two.append(100, 'b');
  }
  for (Model* const model : {&one, &two})
    for (std::uint32_t first = 1; first <= 800; ++first)
      model->expect_right(model->store.run(first, 10, body_bytes_max));
}

TEST(SequencedStore, without_chunks_the_oldest_messages_go_and_the_rest_stays) {
  constexpr std::uint32_t seed = 99;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (const std::uint32_t chunks : {2U, 3U, 5U}) {
    ChunkPool pool(chunks);
    Model model(pool);
    std::uint32_t sent = 0;
    for (int i = 0; i < 10'000; ++i) {
      model.append(random);
      if (i % 64 == 0)  // well within a chunk
        take_all(model.store, [&](const StoreRun& run) {
          ASSERT_EQ(run.first, sent + 1) << "nothing is lost unsent";
          model.expect_right(run);
          sent += run.count;
        });
      if (i % 500 != 499)
        continue;
      const auto forgotten = static_cast<std::uint32_t>(model.store.messages_forgotten());
      for (std::uint32_t first = 1; first <= model.blocks.size(); ++first) {
        const StoreRun run = model.store.run(first, 8, body_bytes_max);
        ASSERT_EQ(run.count != 0, first > forgotten) << first << " of " << model.blocks.size();
        if (run.count != 0)
          model.expect_right(run);
      }
    }
    const std::string kept = model.joined(model.store.messages_forgotten() + 1,
                                          model.blocks.size() - model.store.messages_forgotten());
    EXPECT_GT(model.store.messages_forgotten(), 0U);
    EXPECT_GT(kept.size(), (chunks - 1) * ChunkPool::chunk_bytes - 200 * chunks);
  }
}

TEST(SequencedStore, one_session_may_take_the_pool_and_the_others_go_on) {
  ChunkPool pool(6);
  Model hungry(pool);
  Model modest(pool);
  for (int i = 0; i < 5'000; ++i)
    hungry.append(190, 'h');
  for (int i = 0; i < 1'000; ++i) {
    modest.append(190, 'm');
    if (i % 100 == 0)
      take_all(modest.store, [&](const StoreRun& run) { modest.expect_right(run); });
  }
  EXPECT_GT(modest.store.messages_forgotten(), 0U);
  const StoreRun last = modest.store.run(1'000, 1, body_bytes_max);
  EXPECT_EQ(last.count, 1);
  modest.expect_right(last);
}

TEST(SequencedStore, what_is_not_taken_in_time_is_a_gap_in_the_numbers) {
  ChunkPool pool(2);
  Model model(pool);
  for (int i = 0; i < 3'000; ++i)
    model.append(190, 'x');
  const StoreRun run = model.store.take_unsent(body_bytes_max);
  EXPECT_EQ(run.first, model.store.messages_forgotten() + 1);
  EXPECT_GT(run.first, 1U);
  model.expect_right(run);
}

TEST(SequencedStore, a_pool_without_two_chunks_a_session_is_a_fault_of_the_program) {
  ChunkPool pool(3);
  const SequencedStore store(pool);
  EXPECT_DEATH(SequencedStore{pool}, "assertion failed");
}

}  // namespace
}  // namespace wirebook::wire_out
