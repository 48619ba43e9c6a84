#include "node/simulation/record.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

namespace wirebook::simulation {

std::string_view to_text(Act act) {
  switch (act) {
    case Act::started:
      return "started: sequence, epoch";
    case Act::down:
      return "down: 0 killed, 1 power";
    case Act::recovered:
      return "recovered: tail, slots";
    case Act::refused:
      return "refused: sequence, byte";
    case Act::submitted:
      return "disk request: kind, sequence, bytes";
    case Act::completed:
      return "disk completion: kind, id, result";
    case Act::durable:
      return "durable: watermark";
    case Act::sent:
      return "sent: session (0: feed), number, messages";
    case Act::accepted:
      return "login accepted: session, number";
    case Act::from_client:
      return "client: session, packet, number";
    case Act::lost:
      return "datagram lost: bytes";
    case Act::damaged:
      return "damage: file, byte, kind";
    case Act::full:
      return "disk full: 1 begins, 0 ends";
    case Act::wrote_file:
      return "file written: bytes";
  }
  return "";
}

std::string Record::text(const Entry& entry) {
  return fmt::format("  step {:>6}  {}: {} {} {}\n", entry.step, to_text(entry.act), entry.a,
                     entry.b, static_cast<std::int64_t>(entry.c));
}

void Record::print(const Entry& entry) { std::fputs(text(entry).c_str(), stderr); }

std::string Record::last() const {
  std::string all;
  const std::uint64_t shown = std::min<std::uint64_t>(count_, entries_.size());
  for (std::uint64_t i = count_ - shown; i < count_; ++i)
    all += text(entries_[i % entries_.size()]);
  return all;
}

}  // namespace wirebook::simulation
