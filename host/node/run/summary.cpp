#include "node/run/summary.hpp"

#include <fmt/format.h>

#include "metrics/allocation_counter.hpp"
#include "node/config/config_names.hpp"

namespace wirebook::node {

namespace {

std::string refusals(const NodeStatus& status) {
  std::string text;
  for (std::size_t i = 1; i < outcome_count; ++i)
    if (status.ingress.outcomes.count[i] != 0)
      text += fmt::format("    {:<26} {}\n", to_string(static_cast<Outcome>(i)),
                          status.ingress.outcomes.count[i]);
  for (const auto& row : match::engine_counter_names) {
    const std::uint64_t value = status.engine.*row.value;
    if (value != 0 && row.name != "trades" && row.name != "volume")
      text += fmt::format("    {:<26} {}\n", row.name, value);
  }
  return text.empty() ? text : "  refused or ignored\n" + text;
}

std::string ring_line(std::string_view name, const RingUse& ring) {
  return fmt::format("  {:<12} {} published, at most {} of {} in use\n", name, ring.published,
                     ring.used_max, ring.slots);
}

std::string memory_line(const MemoryStatus& memory) {
  constexpr std::uint64_t mib = 1U << 20;
  if (memory.bytes_max == 0)
    return {};
  return fmt::format("  memory       {} of {} MiB for orders; {} blocks were not ready in time\n",
                     memory.ready_bytes / mib, memory.bytes_max / mib, memory.unready_blocks);
}

std::string card_line(const card::CardCounters& card) {
  return fmt::format(
      "  card         {} frames in, {} out, {} punted; dropped {} for want of room, {} punts, {} "
      "bad cells\n",
      card.frames_admitted, card.frames_sent, card.punted, card.frames_dropped_full,
      card.punts_dropped, card.bad_cells);
}

std::string soup_line(const SoupStatus& soup) {
  return fmt::format(
      "  TCP          {} connections: {} without a login in time, {} violations, {} slow, {} had "
      "to make room; {} times one held for its rate\n",
      soup.connections, soup.login_timeouts, soup.violations, soup.slow_consumers,
      soup.strangers_evicted, soup.held);
}

std::string market_line(const MarketStatus& market) {
  using enum MarketCount;
  return fmt::format(
      "  market       {} messages kept; re-requests {} served, {} refused; over TCP {} streams, {} "
      "snapshots; disconnected {} slow, {} silent, {} wrong{}\n",
      market.messages_kept, market[rerequests_answered],
      market[rerequests] - market[rerequests_answered], market[logins] - market[snapshot_logins],
      market[snapshot_logins], market[disconnected_slow], market[disconnected_silent],
      market[disconnected_wrong],
      market.datagrams_lost == 0
          ? ""
          : fmt::format("; {} datagrams lost, it was too far behind", market.datagrams_lost));
}

std::string journal_line(const JournalStatus& journal) {
  return fmt::format(
      "  journal      {}: {} writes, {} bytes in {} segments; {} slots not {}, {} bytes copied; {} "
      "snapshots{}\n",
      journal_mode_names[static_cast<std::size_t>(journal.mode)], journal.writes,
      journal.written_bytes, journal.segments, journal.lag_slots,
      journal.mode == JournalMode::durable ? "durable" : "written", journal.copied_bytes,
      journal.snapshots,
      journal.disk_full == 0 ? "" : fmt::format(", {} times no room", journal.disk_full));
}

}  // namespace

std::string summary_text(const NodeStatus& status) {
  std::string text = "summary\n";
  text += fmt::format("  messages     {} in {} datagrams\n", status.messages, status.datagrams);
  text += fmt::format("  orders       {} accepted, {} rejected, {} canceled\n", status.orders,
                      status.rejects, status.cancels);
  text += fmt::format("  fills        {}, {} shares\n", status.fills, status.volume);
  text +=
      fmt::format("  sessions     {} logins, {} rejected, {} takeovers, {} logoffs, {} timeouts\n",
                  status.ingress.logins, status.ingress.logins_rejected, status.ingress.takeovers,
                  status.ingress.logoffs, status.ingress.timeouts);
  text += fmt::format("  sent         {} OUCH, {} ITCH messages in {} datagrams, {} given up\n",
                      status.ouch_messages, status.itch_messages, status.packets_sent,
                      status.packets_unsent);
  text += fmt::format(
      "  dropped      {} order entry, {} session, {} by the kernel, {} from strangers, {} too "
      "long, {} beyond rates, {} logins too many\n",
      status.dropped_order_datagrams, status.dropped_session_datagrams,
      status.dropped_kernel_datagrams, status.ingress.unknown_source_packets,
      status.ingress.datagrams_too_long, status.ingress.dropped_rate,
      status.ingress.logins_limited);
  if (status.soup)
    text += soup_line(*status.soup);
  text += refusals(status);
  if (status.card)
    text += card_line(status.card_counters);
  if (status.background)
    text += background_text(*status.background);
  if (status.market)
    text += market_line(*status.market);
  if (status.journal)
    text += journal_line(*status.journal);
  text += memory_line(status.memory);
  text += ring_line("slot ring", status.slot_ring);
  text += ring_line("event ring", status.event_ring);
  text += fmt::format("  copied       {:.1f} bytes an order\n", status.bytes_copied_per_order());
  text += metrics::allocations_are_counted()
              ? fmt::format("  allocations  {} after the start\n", status.heap_allocations)
              : "  allocations  not counted in this build\n";
  return text;
}

}  // namespace wirebook::node
