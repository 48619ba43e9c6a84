// What can be wrong with a journal, and where.
//
// Shapes: a place in a file and its extent, a place in the stream and its extent; an extent may be
// 0. Threads: values. Errors: this is them. Cost: none. Specification: README.md, "Damage".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wirebook::journal {

enum class FaultKind : std::uint8_t {
  header,   ///< of the segment: it does not check
  name,     ///< the header is whole, and says another place in the stream
  shard,    ///< of another shard than the segment before
  length,   ///< the file is shorter or longer than its header says
  missing,  ///< slots between the segment before and this one
  overlap,  ///< slots that the segment before has too
  epoch,    ///< an older epoch begins behind a newer one; the segment is not read
  slots,    ///< slots that do not prove themselves, though later ones of the stream are there
  group,    ///< whole slots that make no group: a head without its extensions, or the reverse
  rest,     ///< bytes behind the end of an epoch that recovery left as zeros
};

struct Fault {
  FaultKind kind = FaultKind::slots;
  std::size_t segment = 0;  ///< in `Journal::segments()`
  std::uint64_t byte = 0;   ///< in that file
  std::uint64_t bytes = 0;
  std::uint64_t sequence = 0;
  std::uint64_t slots = 0;

  friend bool operator==(const Fault&, const Fault&) = default;
};

/// For people and scripts: `<file> byte <n> sequence <n>`.
[[nodiscard]] inline std::string position_text(const std::string& file, std::uint64_t byte,
                                               std::uint64_t sequence) {
  return file + " byte " + std::to_string(byte) + " sequence " + std::to_string(sequence);
}

[[nodiscard]] constexpr std::string_view to_text(FaultKind kind) {
  switch (kind) {
    case FaultKind::header:
      return "header";
    case FaultKind::name:
      return "name";
    case FaultKind::shard:
      return "shard";
    case FaultKind::length:
      return "length";
    case FaultKind::missing:
      return "missing";
    case FaultKind::overlap:
      return "overlap";
    case FaultKind::epoch:
      return "epoch";
    case FaultKind::slots:
      return "slots";
    case FaultKind::group:
      return "group";
    case FaultKind::rest:
      return "rest";
  }
  return "";
}

}  // namespace wirebook::journal
