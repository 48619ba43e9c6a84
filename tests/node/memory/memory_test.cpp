// Goal: memory for orders comes ahead of them while a node runs, near the processor of match.
// Method: a node fed by its inject ring past its first blocks, waiting for no clock but for what
// the node says; pages asked where they lie.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>

#include <gtest/gtest.h>
#include <numa.h>

#include "match/engine.hpp"
#include "match/memory/index_pool.hpp"
#include "node/memory/memory_grower.hpp"
#include "node/memory/near_memory.hpp"
#include "node/node.hpp"
#include "node/stages/thread_plan.hpp"
#include "tests/node/small_node.hpp"
#include "tests/node/udp_client.hpp"

namespace wirebook::node {
namespace {

constexpr std::uint32_t trader = 1;

class GrowingNode : public testing::Test {
 protected:
  static NodeConfig config(Endpoint feed, std::uint32_t orders) {
    NodeConfig config = small_node(feed);
    config.engine = {.orders = orders, .orders_start = 1, .trades = 1024};
    config.rings.inject = 4096;
    return config;
  }

  bool push(const Slot& slot) {
    return eventually([&] { return node_.inject(slot); });
  }
  bool enter(std::uint32_t number) {
    return push({.enter = {.session = trader,
                           .symbol = Symbol::from("AAPL"),
                           .user_ref_num = number,
                           .quantity = {100},
                           .price = {1'000'000 + number % 50 * 100},
                           .cl_ord_id = ClOrdId::from("test"),
                           .side = 'B',
                           .time_in_force = '0',
                           .display = 'Y',
                           .capacity = 'P',
                           .iso = 'N',
                           .cross_type = 'N'},
                 .tail = {.kind = SlotKind::enter}});
  }

  static constexpr std::uint32_t orders_max = 200'000;
  UdpClient feed_;
  Node node_{config(feed_.endpoint(), orders_max)};
};

TEST_F(GrowingNode, takes_orders_beyond_its_first_blocks_and_waits_for_none) {
  node_.start();
  ASSERT_TRUE(push({.session = {.session = trader, .firm = Firm::from("ACME")},
                    .tail = {.kind = SlotKind::session_up}}));
  const std::uint64_t ready_at_the_start = node_.status().memory.ready_bytes;
  std::uint32_t number = 0;
  while (number < orders_max) {
    for (const std::uint32_t end = number + 2000; number < end;)
      ASSERT_TRUE(enter(++number));
    ASSERT_TRUE(eventually([&] { return node_.status().messages >= number; }));
    ASSERT_TRUE(eventually([&] {
      const MemoryStatus memory = node_.status().memory;
      return memory.ready_bytes == memory.wanted_bytes;
    }));
  }
  EXPECT_GT(node_.status().memory.ready_bytes, 2 * ready_at_the_start);
  EXPECT_EQ(node_.status().memory.unready_blocks, 0U);
  EXPECT_EQ(node_.status().engine.capacity_reject, 0U);
  ASSERT_TRUE(enter(++number));
  EXPECT_TRUE(eventually([&] { return node_.status().engine.capacity_reject == 1; }));
  node_.stop();
  EXPECT_EQ(node_.status().books[0].live_orders, orders_max);
}

TEST(MemoryGrower, counts_the_blocks_that_it_was_too_late_for) {
  constexpr std::uint32_t block = 1U << 12;
  match::Growth growth(64 * block, block, block);
  const match::Table<std::uint64_t> records(growth.units() + 1, growth);
  match::IndexPool indices(64 * block, growth);
  MemoryGrower late({&growth}, {});  // not started
  for (std::uint32_t i = 0; i < 5 * block; ++i)
    ASSERT_NE(indices.take(), 0U);
  EXPECT_EQ(late.status().unready_blocks, 4U);
  EXPECT_LT(late.status().ready_bytes, late.status().wanted_bytes);
  late.start();
  EXPECT_TRUE(eventually([&] { return late.status().ready_bytes == late.status().wanted_bytes; }));
  EXPECT_EQ(late.status().unready_blocks, 4U);
}

TEST(MemoryGrower, has_nothing_to_do_for_an_engine_that_is_whole) {
  match::Engine engine({.orders = 1 << 12, .trades = 16, .sessions = 2, .instruments = 2});
  MemoryGrower grower(engine.growths(), {});
  grower.start();
  EXPECT_EQ(grower.status().bytes_max, grower.status().ready_bytes);
  grower.stop();
}

TEST(NearMemory, lies_on_the_node_that_is_asked_for) {
  const std::optional<int> node = numa_node_of(usable_cpus().front());
  if (!node)
    GTEST_SKIP() << "this host has no NUMA, or does not say";
  const std::unique_ptr<bitmask, decltype(&numa_bitmask_free)> allowed(numa_get_mems_allowed(),
                                                                       numa_bitmask_free);
  const int last = numa_max_node();
  for (int wanted = 0; wanted <= last; ++wanted) {
    if (numa_bitmask_isbitset(allowed.get(), static_cast<unsigned>(wanted)) == 0)
      continue;
    const NearMemory near(wanted);
    const slot_ring::Memory memory(4 * slot_ring::huge_page_bytes);
    for (std::size_t at = 0; at < memory.size_bytes(); at += slot_ring::huge_page_bytes)
      ASSERT_EQ(numa_node_at(memory.data() + at), wanted);
  }
}

TEST(NearMemory, is_where_a_grower_makes_memory_ready) {
  const std::optional<int> node = numa_node_of(usable_cpus().front());
  if (!node)
    GTEST_SKIP() << "this host has no NUMA, or does not say";
  constexpr std::uint32_t block = 1U << 18;
  match::Growth growth(8 * block, 1, block);
  const match::Table<std::uint64_t> records(growth.units() + 1, growth);
  growth.want(8 * block);
  MemoryGrower grower({&growth}, {.cpus = usable_cpus(), .numa_node = node});
  EXPECT_EQ(numa_node_at(&records[7 * block]), std::nullopt) << "not in memory yet";
  grower.start();
  ASSERT_TRUE(eventually([&] { return growth.ready() == growth.units(); }));
  EXPECT_EQ(numa_node_at(&records[7 * block]), node);
}

TEST(NearMemory, leaves_all_as_it_was_without_a_node) {
  { const NearMemory near(std::nullopt); }
  { const NearMemory near(100'000); }
  const slot_ring::Memory memory(slot_ring::huge_page_bytes);
  EXPECT_NE(memory.data(), nullptr);
}

}  // namespace
}  // namespace wirebook::node
