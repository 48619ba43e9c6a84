// What an order's appendage asks for: read in place, checked, and kept where it outlives its slot.
//
// Shapes: elements are views into the group's extension slots. Threads: pure. Errors: check 12 of
// the rules. Cost: nothing for an order without an appendage. Specification: ../RULES.md;
// OUCH 5.0 tag-value elements.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "wirebook/appendage.hpp"
#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

namespace wirebook::match {

class OrderTags {
 public:
  /// `allowed` is the message's own set of tags.
  OrderTags(const SlotGroup& group, std::uint32_t allowed);

  /// Check 12: whole elements, each allowed, of its size, and there once.
  [[nodiscard]] bool well_formed() const { return well_formed_; }

  [[nodiscard]] bool has_any() const { return seen_ != 0; }
  [[nodiscard]] bool has(wire::ouch::Tag tag) const {
    return wire::ouch::contains(seen_, number(tag));
  }
  /// The value of a tag that is there.
  [[nodiscard]] std::uint64_t value(wire::ouch::Tag tag) const {
    return view_.number(elements_[number(tag)]);
  }
  [[nodiscard]] char character(wire::ouch::Tag tag) const {
    return view_.character(elements_[number(tag)]);
  }
  void copy(wire::ouch::Tag tag, std::byte* out) const {
    view_.copy_element(elements_[number(tag)], out);
  }

  [[nodiscard]] std::uint8_t channel() const;
  /// The firm that the tags name, or `other` where they name none.
  [[nodiscard]] Firm firm_or(Firm other) const;

 private:
  static constexpr std::uint8_t number(wire::ouch::Tag tag) {
    return static_cast<std::uint8_t>(tag);
  }

  AppendageView view_;
  bool well_formed_ = true;
  std::uint32_t seen_ = 0;  ///< tags with an element of the right size
  std::array<AppendageView::Element, 32> elements_;
};

inline constexpr std::uint32_t enter_tags = wire::ouch::tag_set(
    wire::ouch::Tag::firm, wire::ouch::Tag::min_qty, wire::ouch::Tag::customer_type,
    wire::ouch::Tag::max_floor, wire::ouch::Tag::price_type, wire::ouch::Tag::peg_offset,
    wire::ouch::Tag::discretion_price, wire::ouch::Tag::discretion_price_type,
    wire::ouch::Tag::discretion_peg_offset, wire::ouch::Tag::post_only,
    wire::ouch::Tag::random_reserves, wire::ouch::Tag::expire_time, wire::ouch::Tag::trade_now,
    wire::ouch::Tag::handle_inst, wire::ouch::Tag::group_id, wire::ouch::Tag::shares_located,
    wire::ouch::Tag::locate_broker, wire::ouch::Tag::user_ref_idx, wire::ouch::Tag::aiq_strategy,
    wire::ouch::Tag::aiq_group_id);
inline constexpr std::uint32_t replace_tags =
    (enter_tags | wire::ouch::tag_set(wire::ouch::Tag::side)) &
    ~wire::ouch::tag_set(wire::ouch::Tag::firm, wire::ouch::Tag::customer_type,
                         wire::ouch::Tag::group_id);
inline constexpr std::uint32_t channel_tags = wire::ouch::tag_set(wire::ouch::Tag::user_ref_idx);
inline constexpr std::uint32_t mass_cancel_tags =
    channel_tags | wire::ouch::tag_set(wire::ouch::Tag::group_id, wire::ouch::Tag::side);

/// The tags in force of a chain of replaces, as an Order Replaced repeats them.
struct KeptTags {
  std::uint8_t bytes_used;
  std::array<std::byte, sizeof(EventExtension::bytes)> bytes;

  /// What the message carries replaces what was kept before.
  void merge(const OrderTags& tags);
  /// Ascending elements of tags that are kept, each of its size.
  [[nodiscard]] bool is_sound() const;
  [[nodiscard]] bool is_post_only() const;
};

}  // namespace wirebook::match
