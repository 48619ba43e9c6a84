// Goal: hardware and software mean the same slot. Method: the constants of the kernel's packages
// are read as text and compared, by name, with the C++ definitions; none may be missing or too
// many.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "wirebook/outcome.hpp"
#include "wirebook/slot.hpp"
#include "wirebook/units.hpp"

namespace wirebook {
namespace {

std::map<std::string, std::uint64_t> constants_of(const std::string& file) {
  std::ifstream in(std::string(WIREBOOK_SOURCE_DIR) + "/kernels/" + file);
  std::map<std::string, std::uint64_t> constants;
  const std::regex form(R"(localparam [^=]*?(\w+) = (\d+'([hd]))?([0-9A-Fa-f_]+);)");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("  localparam"))
      continue;
    std::smatch match;
    if (!std::regex_search(line, match, form)) {
      ADD_FAILURE() << file << ": cannot read " << line;
      continue;
    }
    std::string digits = match[4];
    std::erase(digits, '_');
    constants[match[1]] = std::stoull(digits, nullptr, match[3] == "h" ? 16 : 10);
  }
  return constants;
}

/// What only software can meet: TCP, SoupBinTCP, files, and messages without a byte, which the
/// kernel has other names for.
bool is_of_software(std::string_view name) {
  static constexpr std::string_view others[] = {"itch_empty", "ouch_empty", "ufo_block_truncated"};
  return name.starts_with("tcp_") || name.starts_with("soup_") || name.starts_with("file_") ||
         std::ranges::find(others, name) != std::end(others);
}

TEST(KernelPackages, outcomes_have_the_numbers_of_software) {
  std::map<std::string, std::uint64_t> expected;
  for (std::uint64_t number = 0; number < outcome_count; ++number) {
    std::string name(to_string(static_cast<Outcome>(number)));
    if (is_of_software(name))
      continue;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
    expected[name] = number;
  }
  EXPECT_EQ(constants_of("outcome_pkg.sv"), expected);
}

constexpr std::uint64_t slot_body = offsetof(Slot, enter);

const std::map<std::string, std::uint64_t>& slot_constants() {
  static const std::map<std::string, std::uint64_t> all{
      {"TAIL_KIND", offsetof(Slot, tail) + offsetof(SlotTail, kind)},
      {"TAIL_EXTENSION_COUNT", offsetof(Slot, tail) + offsetof(SlotTail, extension_count)},
      {"TAIL_FLAGS", offsetof(Slot, tail) + offsetof(SlotTail, flags)},
      {"ENTER_APPENDAGE_BYTES", slot_body + offsetof(EnterBody, appendage_bytes)},
      {"ENTER_SESSION", slot_body + offsetof(EnterBody, session)},
      {"ENTER_SYMBOL", slot_body + offsetof(EnterBody, symbol)},
      {"ENTER_USER_REF_NUM", slot_body + offsetof(EnterBody, user_ref_num)},
      {"ENTER_QUANTITY", slot_body + offsetof(EnterBody, quantity)},
      {"ENTER_PRICE", slot_body + offsetof(EnterBody, price)},
      {"ENTER_CL_ORD_ID", slot_body + offsetof(EnterBody, cl_ord_id)},
      {"ENTER_SIDE", slot_body + offsetof(EnterBody, side)},
      {"ENTER_TIME_IN_FORCE", slot_body + offsetof(EnterBody, time_in_force)},
      {"ENTER_DISPLAY", slot_body + offsetof(EnterBody, display)},
      {"ENTER_CAPACITY", slot_body + offsetof(EnterBody, capacity)},
      {"ENTER_ISO", slot_body + offsetof(EnterBody, iso)},
      {"ENTER_CROSS_TYPE", slot_body + offsetof(EnterBody, cross_type)},
      {"REPLACE_ORIG_USER_REF_NUM", slot_body + offsetof(ReplaceBody, orig_user_ref_num)},
      {"ACCOUNT_FIRM", slot_body + offsetof(AccountBody, firm)},
      {"GAP_CAUSE", slot_body + offsetof(GapBody, cause)},
      {"GAP_STREAM", slot_body + offsetof(GapBody, stream)},
      {"GAP_FIRST_SEQUENCE", slot_body + offsetof(GapBody, first_sequence)},
      {"GAP_COUNT", slot_body + offsetof(GapBody, count)},
      {"DIGEST_COVERED_SEQUENCE", slot_body + offsetof(DigestBody, covered_sequence)},
      {"DIGEST_DIGEST", slot_body + offsetof(DigestBody, digest)},
      {"FEED_INSTRUMENT", slot_body + offsetof(FeedHead, instrument)},
      {"FEED_TIME_NS_HIGH", slot_body + offsetof(FeedHead, time_ns_high)},
      {"FEED_TIME_NS_LOW", slot_body + offsetof(FeedHead, time_ns_low)},
      {"FEED_ADD_ORDER_REF", slot_body + offsetof(FeedAddBody, order_ref)},
      {"FEED_ADD_SYMBOL", slot_body + offsetof(FeedAddBody, symbol)},
      {"FEED_ADD_QUANTITY", slot_body + offsetof(FeedAddBody, quantity)},
      {"FEED_ADD_PRICE", slot_body + offsetof(FeedAddBody, price)},
      {"FEED_ADD_ATTRIBUTION", slot_body + offsetof(FeedAddBody, attribution)},
      {"FEED_ADD_SIDE", slot_body + offsetof(FeedAddBody, side)},
      {"FEED_EXECUTE_ORDER_REF", slot_body + offsetof(FeedExecuteBody, order_ref)},
      {"FEED_EXECUTE_MATCH_NUMBER", slot_body + offsetof(FeedExecuteBody, match_number)},
      {"FEED_EXECUTE_QUANTITY", slot_body + offsetof(FeedExecuteBody, quantity)},
      {"FEED_EXECUTE_PRICE", slot_body + offsetof(FeedExecuteBody, price)},
      {"FEED_EXECUTE_PRINTABLE", slot_body + offsetof(FeedExecuteBody, printable)},
      {"FEED_CHANGE_ORDER_REF", slot_body + offsetof(FeedChangeBody, order_ref)},
      {"FEED_CHANGE_NEW_ORDER_REF", slot_body + offsetof(FeedChangeBody, new_order_ref)},
      {"FEED_CHANGE_QUANTITY", slot_body + offsetof(FeedChangeBody, quantity)},
      {"FEED_CHANGE_PRICE", slot_body + offsetof(FeedChangeBody, price)},
      {"FEED_VERBATIM_BYTES", slot_body + offsetof(FeedVerbatimBody, bytes)},
      {"KIND_EXTENSION", static_cast<std::uint64_t>(SlotKind::extension)},
      {"KIND_CLOCK", static_cast<std::uint64_t>(SlotKind::clock)},
      {"KIND_GAP", static_cast<std::uint64_t>(SlotKind::gap)},
      {"KIND_FEED_END", static_cast<std::uint64_t>(SlotKind::feed_end)},
      {"KIND_DIGEST", static_cast<std::uint64_t>(SlotKind::digest)},
      {"KIND_FEED", static_cast<std::uint64_t>(SlotKind::feed)},
      {"GAP_NONE", static_cast<std::uint64_t>(GapCause::none)},
      {"GAP_FEED_SEQUENCE", static_cast<std::uint64_t>(GapCause::feed_sequence)},
      {"GAP_RING_FULL", static_cast<std::uint64_t>(GapCause::ring_full)},
      {"PRICE_UNREPRESENTABLE", price_unrepresentable.raw},
  };
  return all;
}

TEST(KernelPackages, the_slot_is_laid_out_as_in_software) {
  EXPECT_EQ(constants_of("slot_pkg.sv"), slot_constants());
}

}  // namespace
}  // namespace wirebook
