// The appendage of an OUCH message, read in place across the extension slots of its group.
//
// Shapes: elements of u8 length (1 + value), u8 tag, value, one behind the other; an element may
// straddle two slots. Threads: as for the slots. Errors: `for_each` says whether the bytes were
// whole elements. Cost: a walk over at most 96 bytes. Specification: OUCH 5.0, tag-value elements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wirebook/limits.hpp"
#include "wirebook/slot.hpp"

namespace wirebook {

class AppendageView {
 public:
  struct Element {
    std::uint8_t tag;
    std::uint8_t value_bytes;
    std::size_t value_offset;
  };

  /// `group` is order entry.
  explicit AppendageView(const SlotGroup& group)
      : group_(&group), size_bytes_(group.head->enter.appendage_bytes) {}

  [[nodiscard]] std::size_t size_bytes() const { return size_bytes_; }
  [[nodiscard]] std::byte operator[](std::size_t offset) const {
    return group_->extensions[offset / extension_bytes]
        ->extension.appendage[offset % extension_bytes];
  }

  /// Calls `visit(element)` for each whole element; false if a broken one ended the walk.
  template <class Visit>
  bool for_each(Visit&& visit) const {
    std::size_t offset = 0;
    while (offset < size_bytes_) {
      const auto length = std::to_integer<std::size_t>((*this)[offset]);
      if (length < 1 || offset + 1 + length > size_bytes_)
        return false;
      visit(Element{.tag = std::to_integer<std::uint8_t>((*this)[offset + 1]),
                    .value_bytes = static_cast<std::uint8_t>(length - 1),
                    .value_offset = offset + 2});
      offset += 1 + length;
    }
    return true;
  }

  /// The value as a big-endian number; values of OUCH 5.0 have at most 8 bytes.
  [[nodiscard]] std::uint64_t number(const Element& element) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < element.value_bytes; ++i)
      value = value << 8 | std::to_integer<std::uint64_t>((*this)[element.value_offset + i]);
    return value;
  }
  [[nodiscard]] char character(const Element& element) const {
    return static_cast<char>((*this)[element.value_offset]);
  }
  /// Copies the whole element, length and tag included: 2 + `value_bytes` bytes.
  void copy_element(const Element& element, std::byte* out) const {
    for (std::size_t i = 0; i < std::size_t{2} + element.value_bytes; ++i)
      out[i] = (*this)[element.value_offset - 2 + i];
  }

 private:
  const SlotGroup* group_;
  std::size_t size_bytes_;
};

}  // namespace wirebook
