// One line of JSON becomes one order entry message, in OUCH bytes, or one slot of the venue's side.
//
// Shapes: keys are the OUCH 5.0 field names in snake case, see replay/README.md. What a line leaves
// out is inherited (session, time) or takes its default. Threads: one. Errors: a text; a bad line
// changes nothing. Cost: no allocation a line once the parser has seen a long one. Specification:
// replay/README.md; OUCH 5.0 inbound messages; RFC 8259.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

namespace wirebook::node {

/// So many bytes behind a line must be readable; what they hold does not matter.
inline constexpr std::size_t json_padding_bytes = 64;

struct JsonOrder {
  SlotKind kind = SlotKind::none;
  std::uint32_t session = 1;
  TimeNs time_ns{};
  std::span<const std::byte> message;  ///< order entry: valid until the next `read`
  Slot slot{};      ///< the venue's side: time and body; a trading state is without a locate
  Symbol symbol{};  ///< of a limit that names its instrument so; else zeros
};

class JsonOrderReader {
 public:
  JsonOrderReader();
  ~JsonOrderReader();

  /// `line` has no line break, and `json_padding_bytes` behind it. False: see `error()`.
  bool read(std::string_view line, JsonOrder& out);
  [[nodiscard]] const std::string& error() const;

 private:
  class Reading;
  std::unique_ptr<Reading> reading_;
};

/// What `type` calls a slot of order entry or of the venue's side; empty for others.
[[nodiscard]] std::string_view json_type_name(SlotKind kind);

}  // namespace wirebook::node
