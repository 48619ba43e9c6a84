// A JSON line becomes the slots of one group: lines as replay reads them, and all that `cat`
// writes.
//
//   line ──► JsonOrderReader: as replay takes it, defaults and all
//        └─► refused: as `wirebook journal cat` writes a slot of any kind, every key there
//
// Shapes: a head and its extensions, without seals. Threads: one. Errors: a text; a bad line
// changes nothing. Cost: each line is parsed twice. Specification: ARCHIVE.md, "import";
// replay/README.md.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "wirebook/limits.hpp"
#include "wirebook/slot.hpp"

namespace wirebook::node {

struct JsonSlotGroup {
  Slot head{};  ///< its tail has kind and extension count
  std::array<Slot, extension_slots_max> extensions{};
  std::optional<std::uint64_t> sequence;  ///< if the line has one
};

class JsonSlotReader {
 public:
  JsonSlotReader();
  ~JsonSlotReader();

  /// `line` has no line break, and `json_padding_bytes` behind it. False: see `error()`.
  bool read(std::string_view line, JsonSlotGroup& out);
  [[nodiscard]] const std::string& error() const;

 private:
  class Reading;
  std::unique_ptr<Reading> reading_;
};

}  // namespace wirebook::node
