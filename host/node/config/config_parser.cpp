#include "node/config/config_parser.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include "node/config/config_addresses.hpp"
#include "node/config/config_day.hpp"
#include "node/config/config_endpoint.hpp"
#include "node/config/config_fix.hpp"
#include "node/config/config_journal.hpp"
#include "node/config/config_market_data.hpp"
#include "node/config/config_names.hpp"
#include "node/config/config_roads.hpp"
#include "node/config/config_sessions.hpp"
#include "node/config/config_soup.hpp"
#include "node/config/config_table.hpp"
#include "node/on_card/card_road.hpp"
#include "node/on_card/ethernet.hpp"
#include "node/order_entry/order_entry.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

namespace {

void read_instruments(ConfigTable& root, const LimitsReader& limits, NodeConfig& config) {
  Uniqueness symbols;
  std::vector<ConfigTable> tables = root.tables("instruments");
  if (tables.size() > instruments_max)
    root.wrong("instruments",
               fmt::format("more than {}: stock locates are 16 bits wide", instruments_max));
  for (ConfigTable& table : tables) {
    InstrumentConfig instrument;
    table.require("symbol", "for example symbol = \"AAPL\"");
    if (std::string symbol; table.word("symbol", sizeof(Symbol), symbol)) {
      instrument.symbol = Symbol::from(symbol);
      symbols.check(table, "symbol", symbol,
                    fmt::format("instruments[{}]", config.instruments.size() + 1));
    }
    table.integer("round_lot", {1, quantity_max}, instrument.round_lot);
    if (std::size_t state = 0; table.choice("trading_state", trading_state_names, state))
      instrument.trading_state = trading_state_names[state].front();
    limits.read(table, instrument.limits);
    table.finish();
    config.instruments.push_back(instrument);
  }
}

void read_engine(ConfigTable table, EngineConfig& engine) {
  table.integer("orders", {1, 1LL << 26}, engine.orders);
  if (!table.integer("orders_start", {1, 1LL << 26}, engine.orders_start))
    engine.orders_start = std::min(engine.orders_start, engine.orders);
  if (engine.orders_start > engine.orders)
    table.wrong("orders_start", fmt::format("is {}, but must not be more than orders, {}",
                                            engine.orders_start, engine.orders));
  table.integer("trades", {1, 1LL << 26}, engine.trades);
  table.integer("shard", {0, std::numeric_limits<std::uint16_t>::max()}, engine.shard);
  table.integer("instruments", {0, instruments_max}, engine.instruments);
  table.finish();
}

void read_rings(ConfigTable table, RingConfig& rings) {
  constexpr std::int64_t entries_max = 1LL << 26;
  table.power_of_two("slots", {node_ring_slots_min, entries_max}, rings.slots);
  table.power_of_two("events", {ring_slots_min, entries_max}, rings.events);
  table.power_of_two("inject", {ring_slots_min, entries_max}, rings.inject);
  if (std::size_t wait = 0; table.choice("wait", wait_names, wait))
    rings.wait = static_cast<WaitMode>(wait);
  table.integer("epoch", {1, std::numeric_limits<std::uint32_t>::max()}, rings.epoch);
  table.finish();
}

void read_order_entry(ConfigTable table, OrderEntryConfig& order_entry) {
  if (read_endpoint(table, "listen", order_entry.listen) &&
      is_multicast(order_entry.listen.address))
    table.wrong("listen", "is a multicast group, but must be an address of this host, or 0.0.0.0");
  table.boolean("upstream_length_prefix", order_entry.upstream_length_prefix);
  table.integer("heartbeat_ms", {10, day_ms}, order_entry.heartbeat_ms);
  table.integer("timeout_ms", {10, day_ms}, order_entry.timeout_ms);
  if (order_entry.timeout_ms <= order_entry.heartbeat_ms)
    table.wrong(table.has("timeout_ms") ? "timeout_ms" : "heartbeat_ms",
                fmt::format("the timeout, {} ms, must be longer than the heartbeat, {} ms",
                            order_entry.timeout_ms, order_entry.heartbeat_ms));
  table.integer("end_ms", {0, 60'000}, order_entry.end_ms);
  table.integer("history_mib", {1, 1LL << 16}, order_entry.history_mib);
  read_session_name(table, order_entry.session_name);
  if (std::size_t path = 0; table.choice("receive", receive_names, path))
    order_entry.receive = static_cast<ReceivePath>(path);
  read_road_choice(table, order_entry);
  table.finish();
}

void read_threads(ConfigTable table, JournalMode journal, ThreadConfig& threads) {
  constexpr IntegerRange processors{0, 1023};
  constexpr std::array<std::string_view, 3> stages{"ingress", "match", "wire_out"};
  table.integer("ingress", processors, threads.ingress);
  table.integer("match", processors, threads.match);
  table.integer("wire_out", processors, threads.wire_out);
  table.integer("journal", processors, threads.journal);
  const auto named = std::count_if(stages.begin(), stages.end(),
                                   [&](std::string_view key) { return table.has(key); });
  threads.automatic = named == 0 && !table.has("journal");
  if (!threads.automatic) {
    for (const std::string_view key : stages)
      table.require(key, "name a processor for each of ingress, match and wire_out, or for none");
    if (journal != JournalMode::off)
      table.require("journal", "there is a journal: name a processor for it too, or for no stage");
  }
  table.boolean("pin", threads.pin);
  table.finish();
}

void read_clock(ConfigTable table, ClockConfig& clock) {
  table.integer("utc_offset_minutes", {-14 * 60, 14 * 60}, clock.utc_offset_minutes);
  table.integer("idle_ms", {1, day_ms}, clock.idle_ms);
  table.finish();
}

void read_card(ConfigTable table, CardTable& card) {
  constexpr std::int64_t cells_max = 1LL << 15;
  constexpr std::int64_t lease_ms_max = 14'000;  // the kernel counts cycles in 32 bits
  table.text("image", card.image);
  table.integer("device", {0, 63}, card.device);
  if (std::string mac; table.text("mac", mac)) {
    card.mac = parse_mac(mac);
    if (!card.mac)
      table.wrong("mac", fmt::format("is \"{}\", but must be the address of one station, such as "
                                     "\"02:00:c0:a8:0a:02\"",
                                     mac));
  }
  table.integer("lease_ms", {0, lease_ms_max}, card.lease_ms);
  table.power_of_two("punt_cells", {2, cells_max}, card.punt_cells);
  table.power_of_two("transmit_cells", {2, cells_max}, card.transmit_cells);
  table.finish();
}

NodeConfig read_config(const toml::table& file, ConfigErrors& errors) {
  NodeConfig config;
  ConfigTable root(file, "", errors);
  LimitsReader limits(root, config);
  read_instruments(root, limits, config);
  read_sessions(root, limits, config);
  limits.finish(root, config);
  read_engine(root.table("engine"), config.engine);
  read_rings(root.table("rings"), config.rings);
  read_order_entry(root.table("order_entry"), config.order_entry);
  read_soup(root, config.soup);
  read_market(root, config);
  read_fix(root, config);
  read_journal(root.table("journal"), config);
  read_threads(root.table("threads"), config.journal.mode, config.threads);
  read_clock(root.table("clock"), config.clock);
  read_card(root.table("card"), config.card);
  read_af_xdp(root.table("af_xdp"), config.af_xdp);
  read_dpdk(root.table("dpdk"), config.dpdk);
  read_pcap(root.table("pcap"), config, config.pcap);
  read_control(root.table("control"), config);
  read_schedule(root, config);
  root.finish();
  check_addresses(root, config);
  check_journal(root, config);
  check_roads(root, config);
  if (!config.card.image.empty())
    for (const std::string& error : card_config_errors(config))
      root.wrong("card", error);
  return config;
}

}  // namespace

ConfigResult parse_config(std::string_view text, const std::string& name) {
  ConfigErrors errors(name);
  ConfigResult result;
  try {
    result.config = read_config(toml::parse(text), errors);
  } catch (const toml::parse_error& error) {
    errors.add(error.source().begin.line, "",
               fmt::format("is not TOML: {}", std::string_view(error.description())));
  }
  result.errors = errors.in_file_order();
  return result;
}

ConfigResult load_config(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::string text;
  // An empty read of a directory succeeds, so ask.
  if (stream && !std::filesystem::is_directory(file)) {
    text.assign(std::istreambuf_iterator<char>(stream), {});
    if (!stream.bad())
      return parse_config(text, file.string());
  }
  ConfigResult result;
  result.errors.push_back(fmt::format("{}: cannot be read: {}", file.string(),
                                      errno == 0 ? "it is no file" : std::strerror(errno)));
  return result;
}

}  // namespace wirebook::node
