// The appendage of an order as the naive engine reads it: a list of elements, copied out.
//
// Shapes: element = u8 length of what follows, u8 tag, value; integers big-endian. Threads: values.
// Errors: an appendage that is not whole elements has none. Cost: allocates; for checking, not for
// trading. Specification: ../RULES.md, check 12; OUCH 5.0 tag-value elements.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

namespace wirebook::match::naive {

struct Element {
  wire::ouch::Tag tag;
  std::vector<std::uint8_t> value;
};

struct Appendage {
  bool is_whole = true;
  std::vector<Element> elements;  ///< as sent; none where the appendage is not whole elements

  /// The first element of that tag that has its size.
  [[nodiscard]] const Element* find(wire::ouch::Tag tag) const;
  [[nodiscard]] std::optional<char> find_char(wire::ouch::Tag tag) const;
  [[nodiscard]] std::optional<std::uint16_t> find_u16(wire::ouch::Tag tag) const;
  [[nodiscard]] std::optional<std::uint32_t> find_u32(wire::ouch::Tag tag) const;
  [[nodiscard]] std::optional<std::uint64_t> find_u64(wire::ouch::Tag tag) const;
  [[nodiscard]] std::optional<Firm> find_firm() const;
  /// The numbering channel: tag 28, or 0.
  [[nodiscard]] std::uint8_t user_ref_idx() const;
};

Appendage read_appendage(const SlotGroup& group);

/// Which tags a message may carry.
std::uint32_t enter_tags();
std::uint32_t replace_tags();

/// Check 12.
bool is_well_formed(const Appendage& appendage, std::uint32_t allowed);

}  // namespace wirebook::match::naive
