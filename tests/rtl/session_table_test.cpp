// Goal: a source finds its session, and nobody else's, a cycle after it is asked for. Method:
// tables that the host has placed, against a map: each session, keys a bit off, and strangers,
// while the host takes sessions out, puts them back under other numbers and new ones in.
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "Vsession_table.h"
#include "card/session_placement.hpp"

namespace wirebook::card {
namespace {

using wire_in::OrderSource;
using Key = std::pair<std::uint32_t, std::uint16_t>;

Key key_of(const OrderSource& source) { return {source.address, source.port}; }

/// The same source but for one of its 48 bits.
OrderSource one_bit_off(OrderSource source, std::uint64_t bit) {
  if (bit < 16)
    source.port = static_cast<std::uint16_t>(source.port ^ 1U << bit);
  else
    source.address ^= std::uint32_t{1} << (bit - 16);
  return source;
}

struct Write {
  PlacedSession placed;
  bool valid = true;
};

class Bench {
 public:
  explicit Bench(const HashRows& rows) {
    for (std::uint32_t bit = 0; bit < rows.size() * 48; ++bit)
      if ((rows[bit / 48] >> bit % 48 & 1) != 0)
        dut_.hash_rows_i[bit / 32] |= 1U << bit % 32;
    for (std::size_t index = 0; index < (session_ways << session_bucket_bits); ++index)
      write({.placed = {.index = index, .source = {}}, .valid = false});
  }

  void write(const Write& what) { cycle({}, &what); }

  /// Asks for the session of a source, and may write in the same cycle, which comes too late for
  /// this answer. Returns whether it is right.
  bool cycle(const OrderSource& source, const Write* what = nullptr) {
    dut_.lookup_address_i = source.address;
    dut_.lookup_port_i = source.port;
    drive(what);
    dut_.clk_i = 0;
    dut_.eval();
    dut_.clk_i = 1;
    dut_.eval();
    const auto found = model_.find(key_of(source));
    const bool known = found != model_.end();
    const std::uint32_t session = known ? found->second : 0;
    if (what != nullptr)
      write_model(*what);
    noise();
    return dut_.hit_o == known && (!known || dut_.session_o == session);
  }

 private:
  void drive(const Write* what) {
    dut_.write_i = what != nullptr;
    if (what == nullptr)
      return;
    dut_.write_index_i = static_cast<SData>(what->placed.index);
    dut_.write_valid_i = what->valid;
    dut_.write_address_i = what->placed.source.address;
    dut_.write_port_i = what->placed.source.port;
    dut_.write_session_i = what->placed.source.session;
  }

  void write_model(const Write& what) {
    if (what.valid)
      model_[key_of(what.placed.source)] = what.placed.source.session;
    else
      model_.erase(key_of(what.placed.source));
  }

  /// What is asked next has no say in this answer.
  void noise() {
    dut_.lookup_address_i = ~dut_.lookup_address_i;
    dut_.lookup_port_i = static_cast<SData>(~dut_.lookup_port_i);
    dut_.write_i = 0;
    dut_.eval();
  }

  Vsession_table dut_;
  std::map<Key, std::uint32_t> model_;
};

/// Half from one subnet, half from anywhere.
std::vector<OrderSource> random_sources(std::size_t count, std::mt19937& random) {
  std::vector<OrderSource> sources;
  std::set<Key> keys;
  while (sources.size() < count) {
    const bool near = random() % 2 != 0;
    const OrderSource source{
        .address = static_cast<std::uint32_t>(near ? 0x0A00'0000 + random() % 256 : random()),
        .port = static_cast<std::uint16_t>(near ? 40'000 + random() % 8 : random()),
        .session = static_cast<std::uint32_t>(random())};
    if (keys.insert(key_of(source)).second)
      sources.push_back(source);
  }
  return sources;
}

class SessionTable : public testing::TestWithParam<std::size_t> {
 protected:
  std::mt19937 random{static_cast<std::uint32_t>(GetParam())};
  std::vector<OrderSource> sources = random_sources(GetParam(), random);
  SessionPlacement placement = place_sessions(sources, GetParam()).value();
};

TEST_P(SessionTable, finds_each_session_and_no_neighbour_of_it) {
  Bench bench(placement.rows);
  std::set<std::size_t> ways;
  for (const PlacedSession& placed : placement.sessions) {
    ASSERT_TRUE(bench.cycle(placed.source));  // not yet
    bench.write({placed});
    ways.insert(placed.index % session_ways);
  }
  for (const OrderSource& source : sources) {
    ASSERT_TRUE(bench.cycle(source)) << source.address << ':' << source.port;
    for (std::uint64_t bit = 0; bit < 48; ++bit)
      ASSERT_TRUE(bench.cycle(one_bit_off(source, bit))) << source.address << ' ' << bit;
  }
  if (GetParam() >= 512) {
    EXPECT_EQ(ways.size(), session_ways);
  }
}

TEST_P(SessionTable, the_host_writes_while_the_parser_asks) {
  Bench bench(placement.rows);
  for (int i = 0; i < 100'000; ++i) {
    PlacedSession& placed = placement.sessions[random() % placement.sessions.size()];
    const OrderSource& near =
        random() % 2 != 0 ? placed.source : sources[random() % sources.size()];
    const OrderSource asked =
        random() % 4 != 0 ? near : one_bit_off(near, static_cast<std::uint64_t>(random() % 48));
    if (random() % 4 == 0)
      placed.source.session = static_cast<std::uint32_t>(random());
    const Write write{.placed = placed, .valid = random() % 3 != 0};
    ASSERT_TRUE(bench.cycle(asked, random() % 2 != 0 ? &write : nullptr)) << "cycle " << i;
  }
}

// A neighbour is mostly in another bucket. Here it is not: without rows all are in the first.
TEST(SessionTableBucket, tells_sources_of_one_bucket_apart_by_each_bit) {
  std::mt19937 random(1);
  const std::vector<OrderSource> sources = random_sources(session_ways, random);
  Bench bench(HashRows{});
  for (std::size_t way = 0; way < session_ways; ++way)
    bench.write({.placed = {.index = way, .source = sources[way]}});
  for (const OrderSource& source : sources) {
    ASSERT_TRUE(bench.cycle(source));
    for (std::uint64_t bit = 0; bit < 48; ++bit)
      ASSERT_TRUE(bench.cycle(one_bit_off(source, bit))) << "bit " << bit;
  }
}

INSTANTIATE_TEST_SUITE_P(Sessions, SessionTable, testing::Values(1U, 4U, 256U, 600U));

}  // namespace
}  // namespace wirebook::card
