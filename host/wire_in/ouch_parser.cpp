#include "wire_in/ouch_parser.hpp"

#include <limits>
#include <optional>

#include "wirebook/limits.hpp"
#include "wirebook/wire/ouch50_in.hpp"

#include "wire_in/slot_words.hpp"

namespace wirebook::wire_in {
namespace {

namespace ouch = wire::ouch_in;
using Bytes = std::span<const std::byte>;

/// Whether the appendage length may be left out together with the appendage.
enum class Appendage : std::uint8_t { required, optional };

struct Form {
  std::uint8_t fixed_bytes =
      0;  ///< up to the appendage length, which is not counted; 0: no such type
  Appendage appendage = Appendage::required;
};

constexpr Form form_of(char type) {
  constexpr auto without_length = [](std::size_t bytes) {
    return static_cast<std::uint8_t>(bytes - sizeof(wire::Big16));
  };
  switch (type) {
    case ouch::EnterOrder::type_code:
      return {without_length(sizeof(ouch::EnterOrder)), Appendage::required};
    case ouch::ReplaceOrder::type_code:
      return {without_length(sizeof(ouch::ReplaceOrder)), Appendage::required};
    case ouch::CancelOrder::type_code:
      return {sizeof(ouch::CancelOrder), Appendage::optional};
    case ouch::ModifyOrder::type_code:
      return {sizeof(ouch::ModifyOrder), Appendage::optional};
    case ouch::MassCancel::type_code:
      return {without_length(sizeof(ouch::MassCancel)), Appendage::required};
    case ouch::DisableOrderEntry::type_code:
      return {without_length(sizeof(ouch::DisableOrderEntry)), Appendage::required};
    case ouch::EnableOrderEntry::type_code:
      return {without_length(sizeof(ouch::EnableOrderEntry)), Appendage::required};
    case ouch::AccountQuery::type_code:
      return {sizeof(ouch::AccountQuery), Appendage::optional};
    default:
      return {};
  }
}

/// Finds the appendage of a message of this form, or says what is wrong with the lengths.
Outcome find_appendage(Bytes message, Form form, Bytes& appendage) {
  if (message.size() == form.fixed_bytes && form.appendage == Appendage::optional)
    return Outcome::ok;
  if (message.size() < form.fixed_bytes + sizeof(wire::Big16))
    return Outcome::ouch_truncated;
  const std::size_t length = wire::view<wire::Big16>(message.data() + form.fixed_bytes);
  appendage = message.subspan(form.fixed_bytes + sizeof(wire::Big16));
  if (length != appendage.size())
    return Outcome::ouch_appendage_length;
  return length <= appendage_bytes_max ? Outcome::ok : Outcome::ouch_appendage_too_long;
}

/// Prices are 64 bits on the wire and 32 in a slot, which every legal one fits.
std::uint32_t slot_price(std::uint64_t wire_price) {
  return wire_price <= std::numeric_limits<std::uint32_t>::max()
             ? static_cast<std::uint32_t>(wire_price)
             : price_unrepresentable.raw;
}

/// Words 1 of every order entry body: instrument 0, appendage length, session.
std::uint64_t head_word(std::uint32_t session, Bytes appendage) {
  return std::uint64_t{appendage.size()} << 16 | std::uint64_t{session} << 32;
}

/// Words 4 to 6 of `EnterBody` and `ReplaceBody`: price, ClOrdID, and what follows it.
struct PriceWords {
  std::uint64_t word4;
  std::uint64_t word5;
  std::uint64_t word6;
};
PriceWords price_words(std::uint64_t wire_price, const ClOrdId& id, std::uint64_t flags) {
  const char* text = id.text.data();
  return {slot_price(wire_price) | load_word<4>(text) << 32, load_word<8>(text + 4),
          load_word<2>(text + 12) | flags};
}

SlotWords enter_words(TimeNs time_ns, std::uint64_t head, const std::byte* bytes) {
  const auto& m = wire::view<ouch::EnterOrder>(bytes);
  const std::uint64_t flags = at_byte(2, m.side) | at_byte(3, m.time_in_force) |
                              at_byte(4, m.display) | at_byte(5, m.capacity) | at_byte(6, m.iso) |
                              at_byte(7, m.cross_type);
  const PriceWords last = price_words(m.price, m.cl_ord_id, flags);
  return {time_ns.raw, head,       load_word(m.symbol), pair(m.user_ref_num, m.quantity),
          last.word4,  last.word5, last.word6};
}

SlotWords replace_words(TimeNs time_ns, std::uint64_t head, const std::byte* bytes) {
  const auto& m = wire::view<ouch::ReplaceOrder>(bytes);
  const std::uint64_t flags =
      at_byte(3, m.time_in_force) | at_byte(4, m.display) | at_byte(6, m.iso);
  const PriceWords last = price_words(m.price, m.cl_ord_id, flags);
  return {time_ns.raw, head,       m.orig_user_ref_num, pair(m.user_ref_num, m.quantity),
          last.word4,  last.word5, last.word6};
}

SlotWords cancel_words(TimeNs time_ns, std::uint64_t head, const std::byte* bytes) {
  const auto& m = wire::view<ouch::CancelOrder>(bytes);
  return {time_ns.raw, head, 0, pair(m.user_ref_num, m.quantity), 0, 0, 0};
}

SlotWords modify_words(TimeNs time_ns, std::uint64_t head, const std::byte* bytes) {
  const auto& m = wire::view<ouch::ModifyOrder>(bytes);
  return {time_ns.raw, head, 0, pair(m.user_ref_num, m.quantity), 0, 0, at_byte(2, m.side)};
}

SlotWords mass_cancel_words(TimeNs time_ns, std::uint64_t head, const std::byte* bytes) {
  const auto& m = wire::view<ouch::MassCancel>(bytes);
  return {time_ns.raw, head, load_word(m.symbol), m.user_ref_num | load_word(m.firm) << 32, 0,
          0,           0};
}

SlotWords switch_words(TimeNs time_ns, std::uint64_t head, const std::byte* bytes) {
  const auto& m = wire::view<ouch::DisableOrderEntry>(bytes);  // Enable is laid out alike
  return {time_ns.raw, head, 0, m.user_ref_num | load_word(m.firm) << 32, 0, 0, 0};
}

SlotWords words_of(char type, TimeNs time_ns, std::uint64_t head, const std::byte* bytes) {
  switch (type) {
    case ouch::EnterOrder::type_code:
      return enter_words(time_ns, head, bytes);
    case ouch::ReplaceOrder::type_code:
      return replace_words(time_ns, head, bytes);
    case ouch::CancelOrder::type_code:
      return cancel_words(time_ns, head, bytes);
    case ouch::ModifyOrder::type_code:
      return modify_words(time_ns, head, bytes);
    case ouch::MassCancel::type_code:
      return mass_cancel_words(time_ns, head, bytes);
    case ouch::DisableOrderEntry::type_code:
    case ouch::EnableOrderEntry::type_code:
      return switch_words(time_ns, head, bytes);
    default:
      return {time_ns.raw, head, 0, 0, 0, 0, 0};
  }
}

/// Copies the appendage behind the head's slot. Returns how many slots it takes.
std::uint8_t write_extensions(Bytes appendage, TimeNs time_ns, slot_ring::Writer<Slot>& ring) {
  std::uint8_t slots = 0;
  while (!appendage.empty()) {
    Slot& slot = ring.at(++slots);
    const Bytes part = appendage.first(std::min(appendage.size(), extension_bytes));
    slot.time_ns = time_ns;
    slot.extension = ExtensionBody{};
    std::memcpy(slot.extension.appendage.data(), part.data(), part.size());
    appendage = appendage.subspan(part.size());
  }
  return slots;
}

/// Finds the form and the appendage of a message, or says what is wrong with it.
Outcome take_apart(Bytes message, Form& form, Bytes& appendage) {
  if (message.empty())
    return Outcome::ouch_empty;
  form = form_of(static_cast<char>(message[0]));
  if (form.fixed_bytes == 0)
    return Outcome::ouch_unknown_type;
  return find_appendage(message, form, appendage);
}

}  // namespace

OuchShape check_ouch(Bytes message) noexcept {
  Form form;
  Bytes appendage;
  if (const Outcome outcome = take_apart(message, form, appendage); outcome != Outcome::ok)
    return {.outcome = outcome};
  return {.fixed_bytes = form.fixed_bytes,
          .appendage_bytes = static_cast<std::uint8_t>(appendage.size())};
}

Outcome parse_ouch(Bytes message, std::uint32_t session, TimeNs time_ns,
                   slot_ring::Writer<Slot>& ring) noexcept {
  Form form;
  Bytes appendage;
  if (const Outcome outcome = take_apart(message, form, appendage); outcome != Outcome::ok)
    return outcome;
  const auto type = static_cast<char>(message[0]);
  const std::uint8_t extensions = write_extensions(appendage, time_ns, ring);
  ring.publish(words_of(type, time_ns, head_word(session, appendage), message.data()),
               SlotTail{.kind = static_cast<SlotKind>(type), .extension_count = extensions});
  return Outcome::ok;
}

}  // namespace wirebook::wire_in
