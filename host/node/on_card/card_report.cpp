#include "node/on_card/card_report.hpp"

#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "wirebook/card_registers.hpp"

#include "card/card.hpp"
#include "card/journal_memory.hpp"
#include "card/kernel_counters.hpp"
#include "card/kernel_open.hpp"
#include "card/mac_link.hpp"
#include "card/registers.hpp"

namespace wirebook::node {

namespace {

namespace reg = card_registers;

class Lines {
 public:
  template <class... Arguments>
  void add(std::string_view name, fmt::format_string<Arguments...> format,
           Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), "{:<14}", name);
    fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
    text_ += '\n';
  }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

template <class Value>
std::string known(const std::optional<Value>& value, std::string_view unit) {
  return value ? fmt::format("{} {}", *value, unit) : "unknown to XRT";
}

void add_identity(const card::CardIdentity& identity, Lines& lines) {
  const card::BusInfo& bus = identity.bus;
  lines.add("card", "{}{}", bus.device, bus.simulated ? " (simulated)" : "");
  lines.add("address", "{}", bus.address);
  lines.add("image", "{}", bus.image);
  lines.add("kernel", "registers version {}, build {:#010x}, {} MHz", identity.map_version,
            identity.build, bus.clock_mhz);
  lines.add("", "{} feed streams, {} session places, {} KiB of frame buffer", identity.feed_streams,
            identity.session_places, identity.frame_buffer_bytes / 1024);
  lines.add("temperature", "{}", known(bus.temperature_celsius, "°C"));
  lines.add("power", "{}", known(bus.power_watts, "W"));
  const auto mib = bus.host_memory_bytes ? std::optional(*bus.host_memory_bytes >> 20)
                                         : std::optional<std::uint64_t>();
  lines.add("host memory", "{}", known(mib, "MiB enabled"));
}

void add_rings(card::Registers& registers, Lines& lines) {
  const auto size = [&](std::uint32_t log2_register) {
    const std::uint32_t log2 = registers.read(log2_register) & 31;
    return log2 == 0 ? 0U : 1U << log2;
  };
  const std::uint64_t consumer =
      registers.read(reg::consumer) | std::uint64_t{registers.read(reg::consumer + 4)} << 32;
  const std::uint64_t produced = registers.read64(reg::produced);
  lines.add("state", "{}, error bits {:#x}", to_string(read_state(registers)),
            registers.read(reg::error));
  lines.add("slot ring", "{} slots; next {}, acknowledged {}, given back {}",
            size(reg::ring_slots_log2), produced, registers.read64(reg::acknowledged), consumer);
  lines.add("inject ring", "{} slots; {} announced, {} taken", size(reg::inject_slots_log2),
            registers.read(reg::inject_produced), registers.read(reg::inject_consumed));
  lines.add("punt cells", "{}; {} written, {} given back", size(reg::punt_cells_log2),
            registers.read(reg::punt_produced), registers.read(reg::punt_consumer));
  lines.add("tx cells", "{}; {} announced, {} sent", size(reg::tx_cells_log2),
            registers.read(reg::tx_produced), registers.read(reg::tx_consumed));
}

/// What the kernel knows of the link by itself.
std::string link_by_frames(const card::CardCounters& counters) {
  if (counters.frames_admitted + counters.frames_dropped_stopped == 0)
    return "no frame was seen; the kernel sees frames only, `ethtool` of the peer tells more";
  return fmt::format("up: frames were seen, {} of them damaged",
                     counters.outcomes[Outcome::frame_fcs]);
}

/// A MAC that cannot be read spoils nothing else of the report.
std::vector<std::string> link_lines(card::Bus& bus, const card::CardCounters& counters) {
  try {
    const auto mac = bus.open_mac();
    return mac == nullptr ? std::vector{link_by_frames(counters)}
                          : card::describe(card::read_mac_link(*mac));
  } catch (const card::CardError& error) {
    return {link_by_frames(counters), error.what()};
  }
}

void add_link(const std::vector<std::string>& link, Lines& lines) {
  std::string_view name = "link";
  for (const std::string& line : link)
    lines.add(std::exchange(name, ""), "{}", line);
}

void add_counters(const card::CardCounters& counters, Lines& lines) {
  lines.add("frames", "{} admitted, {} dropped for want of room, {} while stopped",
            counters.frames_admitted, counters.frames_dropped_full,
            counters.frames_dropped_stopped);
  lines.add("", "{} punted, {} punts dropped, {} sent, {} bad cells", counters.punted,
            counters.punts_dropped, counters.frames_sent, counters.bad_cells);
  lines.add("slots", "{}", counters.slots);
  for (std::size_t i = 0; i < outcome_count; ++i)
    if (counters.outcomes.count[i] != 0)
      lines.add("outcome", "{} {}", to_string(static_cast<Outcome>(i)), counters.outcomes.count[i]);
}

}  // namespace

std::string card_report(card::Bus& bus) {
  constexpr std::size_t probe_bytes = 64 * 1024;
  card::Registers registers(bus);
  Lines lines;
  add_identity(card::identify(registers, bus.info()), lines);
  add_rings(registers, lines);
  const card::CardCounters counters = card::read_counters(registers);
  add_link(link_lines(bus, counters), lines);
  add_counters(counters, lines);
  lines.add("journal", "{}",
            card::probe_journal_memory(bus.allocate(probe_bytes).bytes).describe());
  return std::move(lines).text();
}

}  // namespace wirebook::node
