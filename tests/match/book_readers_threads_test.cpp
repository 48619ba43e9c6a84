// Goal: whatever a reader gets while the engine matches is the book as it was at one moment.
// Method: a recorded stream of random slots, one thread that matches it and shows the books, others
// that keep every view they get. Then the naive engine replays the stream, and each view is
// compared with its book at the sequence that the view names. Seed printed, WIREBOOK_SEED repeats.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "match/readers/book_readers.hpp"
#include "tests/match/operations.hpp"

namespace wirebook::match {
namespace {

constexpr std::uint16_t instruments = 3;
#if defined(__SANITIZE_THREAD__)
constexpr std::size_t steps = 20'000;
#else
constexpr std::size_t steps = 100'000;
#endif
constexpr Capacity capacity{.orders = 500, .trades = 64, .sessions = 8, .instruments = 8};

struct Recorded {
  SlotKind kind;
  std::array<std::byte, 48> body;
  TimeNs time_ns;
  std::string appendage;
};

std::vector<Recorded> record(std::uint64_t seed) {
  std::vector<Recorded> stream;
  const auto push = [&stream](SlotKind kind, const auto& body, TimeNs time_ns,
                              const std::string& appendage) {
    stream.push_back({kind, {}, time_ns, appendage});
    static_assert(sizeof body == 48);
    std::memcpy(stream.back().body.data(), &body, sizeof body);
  };
  for (std::uint16_t locate = 1; locate <= instruments; ++locate)
    push(SlotKind::instrument,
         InstrumentBody{.instrument = locate,
                        .trading_state = 'T',
                        .round_lot = 100,
                        .symbol = Symbol::from("S" + std::to_string(locate))},
         {}, {});
  for (std::uint32_t session = 1; session <= 6; ++session)
    push(SlotKind::session_up,
         SessionBody{.session = session, .firm = Firm::from(session % 2 == 0 ? "F0" : "F1")}, {},
         {});
  std::mt19937_64 random(seed);
  const Draw draw = [&random](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  Swarm swarm = Swarm::draw(draw);
  swarm.weights[0] = 60;  // many orders rest, few of them are killed
  for (std::size_t rare = 7; rare < 13; ++rare)
    swarm.weights[rare] = rare == 8 ? 0 : 1;
  swarm.weights[13] = 0;
  swarm.weights[14] = 0;
  swarm.price_ticks = 60;
  swarm.quantity_max = 300;
  swarm.hostility = 3;
  swarm.tags = draw(2) == 0 ? 0 : 300;
  Operations operations(draw, swarm);
  while (stream.size() < steps)
    operations.next(push);
  return stream;
}

/// Every different view that a thread got.
struct Views {
  std::array<std::vector<TopOfBook>, instruments + 1> tops;
  struct Depth {
    std::uint16_t instrument;
    std::size_t levels;
    BookDepth depth;
  };
  std::vector<Depth> depths;
};

class Match {
 public:
  explicit Match(std::uint64_t seed) : stream_(record(seed)), seed_(seed) {}

  /// Matches the stream on this thread, shows it now and then.
  void run() {
    std::mt19937_64 random(seed_);
    Rig<Engine> rig(capacity);
    for (std::size_t i = 0; i < stream_.size(); ++i) {
      const Recorded& slot = stream_[i];
      rig.feed(slot.kind, slot.body, slot.time_ns, slot.appendage);
      if (random() % 8 == 0)
        rig.engine.show(readers_, i + 1, random() % 4 == 0 ? Show::idle : Show::busy);
      if (random() % 64 == 0)
        std::this_thread::yield();  // few cores: the others come in between
    }
    while (!rig.engine.show(readers_, stream_.size(), Show::idle)) {
    }
    done_.store(true, std::memory_order_release);
    while (watching_.load(std::memory_order_acquire) != 0) {
      rig.engine.show(readers_, stream_.size(), Show::idle);  // for watches that came late
      std::this_thread::yield();
    }
  }

  /// Looks at everything until the stream is at its end, and once more.
  Views look(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Views views;
    bool last = false;
    while (!last) {
      last = done_.load(std::memory_order_acquire);
      const auto instrument = static_cast<std::uint16_t>(1 + random() % instruments);
      const std::size_t levels = 1 + random() % (random() % 4 == 0 ? depth_levels_max : 10);
      auto watch = readers_.watch(instrument, levels);
      if (!watch)
        continue;
      watch_for_a_while(*watch, views, random() % 300);
      if (last)
        for (std::uint16_t i = 1; i <= instruments; ++i)
          look_at_top(i, views);
    }
    watching_.fetch_sub(1, std::memory_order_release);
    // One watch after the other goes on where it was, but of other books.
    std::sort(views.depths.begin(), views.depths.end(),
              [](const auto& a, const auto& b) { return a.depth.sequence < b.depth.sequence; });
    return views;
  }

  void check(const std::vector<Views>& all) const {
    Rig<NaiveEngine> naive(capacity);
    check_at(naive.engine, 0, all);
    for (std::size_t i = 0; i < stream_.size(); ++i) {
      const Recorded& slot = stream_[i];
      naive.feed(slot.kind, slot.body, slot.time_ns, slot.appendage);
      check_at(naive.engine, i + 1, all);
      if (testing::Test::HasFatalFailure())
        return;
    }
    for (const Views& views : all)  // what an idle engine shows is exact
      for (std::uint16_t i = 1; i <= instruments; ++i)
        ASSERT_EQ(views.tops[i].back().book, naive.engine.book(i));
    EXPECT_GT(naive.engine.counters().trades, stream_.size() / 200) << "the stream hardly trades";
  }

  void expect_readers(int count) { watching_.store(count); }

 private:
  void look_at_top(std::uint16_t instrument, Views& views) const {
    const TopOfBook top = readers_.top(instrument);
    std::vector<TopOfBook>& seen = views.tops[instrument];
    if (!seen.empty()) {
      ASSERT_GE(top.sequence, seen.back().sequence) << "the top went back";
      if (top.sequence == seen.back().sequence) {
        ASSERT_EQ(top.book, seen.back().book) << "two books of one moment";
        return;
      }
    }
    if (top.book.bid && top.book.ask) {
      ASSERT_LT(top.book.bid->price, top.book.ask->price);
    }
    seen.push_back(top);
  }
  /// Until it was shown something, and `times` more.
  void watch_for_a_while(const BookWatch& watch, Views& views, std::size_t times) const {
    BookDepth depth;
    std::uint64_t sequence = 0;
    for (bool shown = false; !shown || times-- != 0;) {
      look_at_top(watch.instrument(), views);
      if (!watch.read(depth)) {
        ASSERT_FALSE(shown) << "a picture is gone";
        std::this_thread::yield();
        continue;
      }
      shown = true;
      ASSERT_GE(depth.sequence, sequence) << "the depth went back";
      if (depth.sequence == sequence)
        continue;
      sequence = depth.sequence;
      if (!depth.bids().empty() && !depth.asks().empty()) {
        ASSERT_LT(depth.bids()[0].price, depth.asks()[0].price);
      }
      views.depths.push_back({watch.instrument(), watch.levels(), depth});
    }
  }

  static void check_at(const NaiveEngine& naive, std::uint64_t sequence,
                       const std::vector<Views>& all) {
    for (const Views& views : all) {
      for (std::uint16_t i = 1; i <= instruments; ++i) {
        const auto& tops = views.tops[i];
        const auto found = std::lower_bound(
            tops.begin(), tops.end(), sequence,
            [](const TopOfBook& top, std::uint64_t wanted) { return top.sequence < wanted; });
        if (found != tops.end() && found->sequence == sequence) {
          ASSERT_EQ(found->book, naive.book(i)) << "top of " << i << " at " << sequence;
        }
      }
      auto view = std::lower_bound(
          views.depths.begin(), views.depths.end(), sequence,
          [](const auto& one, std::uint64_t wanted) { return one.depth.sequence < wanted; });
      for (; view != views.depths.end() && view->depth.sequence == sequence; ++view)
        check_depth(naive, *view);
    }
  }
  static void check_depth(const NaiveEngine& naive, const Views::Depth& view) {
    const BookSummary book = naive.book(view.instrument);
    ASSERT_EQ(view.depth.live_orders, book.live_orders);
    ASSERT_EQ(view.depth.bid_levels, book.bid_levels);
    ASSERT_EQ(view.depth.ask_levels, book.ask_levels);
    for (const bool buy : {true, false}) {
      std::vector<LevelSummary> expected = naive.depth(view.instrument, buy);
      expected.resize(std::min(expected.size(), view.levels));
      const auto shown = buy ? view.depth.bids() : view.depth.asks();
      ASSERT_TRUE(std::equal(shown.begin(), shown.end(), expected.begin(), expected.end()))
          << "depth of " << view.instrument << " at " << view.depth.sequence;
    }
  }

  const std::vector<Recorded> stream_;
  const std::uint64_t seed_;
  // Almost nothing is paid for what is shown, so that much is.
  BookReaders readers_{{.instruments = 8, .watches = 4, .slots_per_top = 4, .slots_per_level = 1}};
  std::atomic<bool> done_{false};
  std::atomic<int> watching_{0};
};

TEST(ReadersThreads, every_view_is_the_book_at_the_sequence_that_it_names) {
  const char* const text = std::getenv("WIREBOOK_SEED");
  const std::uint64_t seed =
      text == nullptr ? std::random_device{}() : std::strtoull(text, nullptr, 10);
  std::printf("WIREBOOK_SEED=%llu\n", static_cast<unsigned long long>(seed));
  constexpr std::size_t threads = 3;
  Match match(seed);
  match.expect_readers(threads);
  std::vector<Views> views(threads);
  std::vector<std::thread> readers;
  for (std::size_t i = 0; i < threads; ++i)
    readers.emplace_back([&, i] { views[i] = match.look(seed + 1 + i); });
  match.run();
  for (std::thread& reader : readers)
    reader.join();
  std::size_t tops = 0;
  std::size_t depths = 0;
  for (const Views& one : views) {
    for (const auto& of_one : one.tops)
      tops += of_one.size();
    depths += one.depths.size();
  }
  std::printf("%zu tops and %zu depths\n", tops, depths);
  match.check(views);
}

}  // namespace
}  // namespace wirebook::match
