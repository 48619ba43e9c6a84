#include "node/simulation/scenario.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace wirebook::simulation {

namespace {

/// In most seeds a fault is absent, so that the others are seen alone too.
std::uint32_t maybe(Random& random, std::uint32_t most, std::uint64_t one_of) {
  return random.below(one_of) == 0 ? static_cast<std::uint32_t>(random.between(1, most)) : 0;
}

node::NodeConfig draw_config(Random& random) {
  node::NodeConfig config;
  for (std::uint64_t i = random.between(1, 3); i != 0; --i)
    config.instruments.push_back(
        {.symbol = Symbol::from(fmt::format("SYM{}", config.instruments.size()))});
  for (std::uint64_t i = random.between(1, 4); i != 0; --i) {
    const std::size_t number = config.sessions.size() + 1;
    config.sessions.push_back({.username = Alpha<6>::from(fmt::format("USER{}", number)),
                               .password = Alpha<10>::from("SECRET"),
                               .firm = Firm::from(random.coin() ? "FIRA" : "FIRB"),
                               .cancel_on_disconnect = random.coin()});
  }
  config.engine = {.orders = random.below(4) == 0 ? 16U : 512U, .trades = 64, .shard = 3};
  config.rings.slots = random.coin() ? 512 : 1024;
  config.rings.events = random.coin() ? 256 : 512;
  config.rings.inject = 256;
  config.order_entry.listen = {0x0A000001, 26400};
  config.order_entry.heartbeat_ms = static_cast<std::uint32_t>(random.between(1, 6));
  config.order_entry.timeout_ms = static_cast<std::uint32_t>(random.between(30, 400));
  config.order_entry.history_mib = 1;
  config.market_data.send_to = {0x0A0000FF, 26500};
  config.market_data.heartbeat_ms = 20;
  config.market_data.payload_bytes_max = random.coin() ? 1472 : 200;
  config.clock.idle_ms = static_cast<std::uint32_t>(random.between(1, 20));
  return config;
}

journal::WriterOptions draw_writer(Random& random) {
  constexpr std::uint32_t write_slots[] = {64, 128, 256, 512};
  return {.segment_slots = 64 * random.between(2, 12),
          .depth = static_cast<std::uint32_t>(random.between(1, 8)),
          .short_depth = static_cast<std::uint32_t>(random.between(1, 4)),
          .write_slots = random.pick(write_slots),
          .segments_ahead = static_cast<std::uint32_t>(random.between(1, 2))};
}

}  // namespace

Scenario draw_scenario(std::uint64_t seed, Plant plant) {
  Random random(seed ^ 0x5CE2'A210'0000'0000);
  Scenario scenario{.seed = seed, .plant = plant, .config = draw_config(random)};
  scenario.writer = draw_writer(random);
  scenario.writer.sync = random.below(6) != 0;
  scenario.config.journal = {
      .mode = scenario.writer.sync ? node::JournalMode::durable : node::JournalMode::async,
      .directory = "simulated",
      .snapshot_slots = 0};
  scenario.steps = static_cast<std::uint32_t>(random.between(2'000, 24'000));
  scenario.crash = random.below(8) == 0 ? 0 : static_cast<std::uint32_t>(random.between(50, 800));
  scenario.crash_recovery = maybe(random, 20'000, 2);
  scenario.snapshot = maybe(random, 2'000, 3);
  scenario.clock_jump = maybe(random, 500, 4);
  scenario.slow_client = maybe(random, 5'000, 3);
  scenario.orders_at_once = static_cast<std::uint32_t>(random.between(1, random.coin() ? 8 : 64));
  scenario.burst = static_cast<std::uint32_t>(random.between(1, random.coin() ? 2 : 12));
  scenario.appendage = maybe(random, 600'000, 2);
  scenario.disk = {.short_write = maybe(random, 200'000, 3),
                   .again = maybe(random, 200'000, 4),
                   .write_error = maybe(random, 20'000, 4),
                   .make_error = maybe(random, 20'000, 8),
                   .full = maybe(random, 1'000, 5),
                   .misdirected = maybe(random, 20'000, 10),
                   .rot = maybe(random, 400, 10),
                   .stall = maybe(random, 100'000, 3)};
  // In `async` nothing is owed after an unclean end, so that damage would not be seen.
  if (!scenario.writer.sync)
    scenario.disk.misdirected = scenario.disk.rot = 0;
  scenario.network = {.lost = maybe(random, 200'000, 2),
                      .doubled = maybe(random, 100'000, 3),
                      .delayed = maybe(random, 200'000, 2),
                      .refused = maybe(random, 50'000, 4)};
  return scenario;
}

}  // namespace wirebook::simulation
