#include <fmt/format.h>

#include "node/config/config_day.hpp"
#include "node/config/config_fix.hpp"
#include "node/config/config_limits.hpp"
#include "node/config/config_market_data.hpp"
#include "node/config/config_names.hpp"
#include "node/config/config_parser.hpp"
#include "node/config/config_roads.hpp"
#include "node/config/config_soup.hpp"
#include "node/on_card/ethernet.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

namespace {

using Out = std::back_insert_iterator<std::string>;

/// As it stands between the quotes of a TOML string.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += c;
  }
  return result;
}

void print_lists(Out out, const NodeConfig& config) {
  for (const InstrumentConfig& instrument : config.instruments)
    fmt::format_to(out,
                   "[[instruments]]\nsymbol = \"{}\"\nround_lot = {}\ntrading_state = \"{}\"\n{}\n",
                   instrument.symbol.view(), instrument.round_lot, instrument.trading_state,
                   to_toml(instrument.limits));
  for (const SessionConfig& session : config.sessions)
    fmt::format_to(out,
                   "[[sessions]]\nusername = \"{}\"\npassword = \"***\"\nfirm = \"{}\"\n"
                   "cancel_on_disconnect = {}\n{}{}\n",
                   session.username.view(), session.firm.view(), session.cancel_on_disconnect,
                   session.shard ? fmt::format("shard = {}\n", *session.shard) : "",
                   to_toml(session.limits));
  for (const FirmConfig& firm : config.firms)
    fmt::format_to(out, "{}", to_toml(firm));
  if (config.reserve_seed != 0)
    fmt::format_to(out, "[limits]\nreserve_seed = {}\n\n", config.reserve_seed);
  fmt::format_to(out, "[logins]\nfailures = {}\nfailures_of_address = {}\nwindow_ms = {}\n\n",
                 config.logins.failures, config.logins.failures_of_address,
                 config.logins.window_ms);
}

void print_network(Out out, const NodeConfig& config) {
  const OrderEntryConfig& order_entry = config.order_entry;
  fmt::format_to(out,
                 "[order_entry]\nlisten = \"{}\"\nupstream_length_prefix = {}\nheartbeat_ms = {}\n"
                 "timeout_ms = {}\nend_ms = {}\nhistory_mib = {}\nsession_name = \"{}\"\nreceive = "
                 "\"{}\"\n{}\n",
                 to_string(order_entry.listen), order_entry.upstream_length_prefix,
                 order_entry.heartbeat_ms, order_entry.timeout_ms, order_entry.end_ms,
                 order_entry.history_mib, order_entry.session_name.view(),
                 receive_names[static_cast<std::size_t>(order_entry.receive)],
                 road_choice_text(order_entry));
  fmt::format_to(out, "{}", to_toml(config.soup));
  fmt::format_to(out, "{}", market_to_toml(config));
}

void print_threads(Out out, const ThreadConfig& threads) {
  fmt::format_to(out, "[threads]\n");
  if (!threads.automatic)
    fmt::format_to(out, "ingress = {}\nmatch = {}\nwire_out = {}\njournal = {}\n", threads.ingress,
                   threads.match, threads.wire_out, threads.journal);
  fmt::format_to(out, "pin = {}\n\n", threads.pin);
}

void print_card(Out out, const CardTable& card) {
  fmt::format_to(out, "\n[card]\nimage = \"{}\"\ndevice = {}\n", card.image, card.device);
  if (card.mac)
    fmt::format_to(out, "mac = \"{}\"\n", to_string(*card.mac));
  fmt::format_to(out, "lease_ms = {}\npunt_cells = {}\ntransmit_cells = {}\n", card.lease_ms,
                 card.punt_cells, card.transmit_cells);
}

void print_journal(Out out, const JournalTable& journal) {
  const auto name = [](const auto& names, auto value) -> const std::string& {
    return names[static_cast<std::size_t>(value)];
  };
  fmt::format_to(out,
                 "\n[journal]\nmode = \"{}\"\ndirectory = \"{}\"\nsegment_mib = {}\n"
                 "segments_ahead = {}\ndepth = {}\nshort_depth = {}\nwrite_kib = {}\n",
                 name(journal_mode_names, journal.mode), escaped(journal.directory),
                 journal.segment_mib, journal.segments_ahead, journal.depth, journal.short_depth,
                 journal.write_kib);
  fmt::format_to(out, "io = \"{}\"\ndirect = \"{}\"\nsync = \"{}\"\nsqpoll = {}\niopoll = {}\n",
                 name(journal_io_names, journal.io), name(journal_direct_names, journal.direct),
                 name(journal_sync_names, journal.sync), journal.sqpoll, journal.iopoll);
  fmt::format_to(out, "defer_taskrun = {}\nsnapshot_slots = {}\n",
                 journal.defer_taskrun && !journal.sqpoll, journal.snapshot_slots);
  if (journal.snapshot_slots != 0)
    fmt::format_to(out, "snapshots_kept = {}\n", journal.snapshots_kept);
}

}  // namespace

std::string to_toml(const NodeConfig& config) {
  std::string text;
  const Out out(text);
  print_lists(out, config);
  fmt::format_to(out,
                 "[engine]\norders = {}\norders_start = {}\ntrades = {}\nshard = {}\n"
                 "instruments = {}\n\n",
                 config.engine.orders, config.engine.orders_start, config.engine.trades,
                 config.engine.shard, config.engine.instruments);
  fmt::format_to(out,
                 "[rings]\nslots = {}\nevents = {}\ninject = {}\nwait = \"{}\"\nepoch = {}\n\n",
                 config.rings.slots, config.rings.events, config.rings.inject,
                 wait_names[static_cast<std::size_t>(config.rings.wait)], config.rings.epoch);
  print_network(out, config);
  text += to_toml(config.fix);
  print_threads(out, config.threads);
  fmt::format_to(out, "[clock]\nutc_offset_minutes = {}\nidle_ms = {}\n",
                 config.clock.utc_offset_minutes, config.clock.idle_ms);
  print_card(out, config.card);
  text += roads_text(config);
  print_journal(out, config.journal);
  text += control_toml(config.control);
  text += schedule_toml(config.schedule);
  return text;
}

}  // namespace wirebook::node
