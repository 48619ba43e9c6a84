// Goal: the tables of include/wirebook/README.md say what the structs are, byte for byte.
// Method: read the tables; each must name every field of its struct, where it lies and how long it
// is, and its fields must fill the struct without a hole.
#include <cstddef>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wirebook/event.hpp"
#include "wirebook/slot.hpp"

namespace wirebook {
namespace {

struct Field {
  std::string name;
  std::size_t offset;
  std::size_t bytes;
  bool operator==(const Field&) const = default;
};
void PrintTo(const Field& field, std::ostream* out) {
  *out << field.name << " at " << field.offset << ", " << field.bytes << " bytes";
}

struct Layout {
  std::string name;
  std::size_t base;  ///< where the struct starts in its slot or event
  std::size_t bytes;
  std::vector<Field> fields;
};

#define WIREBOOK_FIELD(type, field) \
  Field { #field, offsetof(type, field), sizeof(type::field) }

std::vector<Layout> layouts() {
  constexpr std::size_t body = 8;
  return {
      {"EnterBody",
       body,
       sizeof(EnterBody),
       {WIREBOOK_FIELD(EnterBody, instrument), WIREBOOK_FIELD(EnterBody, appendage_bytes),
        WIREBOOK_FIELD(EnterBody, reserved), WIREBOOK_FIELD(EnterBody, session),
        WIREBOOK_FIELD(EnterBody, symbol), WIREBOOK_FIELD(EnterBody, user_ref_num),
        WIREBOOK_FIELD(EnterBody, quantity), WIREBOOK_FIELD(EnterBody, price),
        WIREBOOK_FIELD(EnterBody, cl_ord_id), WIREBOOK_FIELD(EnterBody, side),
        WIREBOOK_FIELD(EnterBody, time_in_force), WIREBOOK_FIELD(EnterBody, display),
        WIREBOOK_FIELD(EnterBody, capacity), WIREBOOK_FIELD(EnterBody, iso),
        WIREBOOK_FIELD(EnterBody, cross_type)}},
      {"ReplaceBody",
       body,
       sizeof(ReplaceBody),
       {WIREBOOK_FIELD(ReplaceBody, instrument), WIREBOOK_FIELD(ReplaceBody, appendage_bytes),
        WIREBOOK_FIELD(ReplaceBody, reserved), WIREBOOK_FIELD(ReplaceBody, session),
        WIREBOOK_FIELD(ReplaceBody, orig_user_ref_num),
        WIREBOOK_FIELD(ReplaceBody, reserved_symbol), WIREBOOK_FIELD(ReplaceBody, user_ref_num),
        WIREBOOK_FIELD(ReplaceBody, quantity), WIREBOOK_FIELD(ReplaceBody, price),
        WIREBOOK_FIELD(ReplaceBody, cl_ord_id), WIREBOOK_FIELD(ReplaceBody, reserved_side),
        WIREBOOK_FIELD(ReplaceBody, time_in_force), WIREBOOK_FIELD(ReplaceBody, display),
        WIREBOOK_FIELD(ReplaceBody, reserved_capacity), WIREBOOK_FIELD(ReplaceBody, iso),
        WIREBOOK_FIELD(ReplaceBody, reserved_cross_type)}},
      {"ReduceBody",
       body,
       sizeof(ReduceBody),
       {WIREBOOK_FIELD(ReduceBody, instrument), WIREBOOK_FIELD(ReduceBody, appendage_bytes),
        WIREBOOK_FIELD(ReduceBody, reserved), WIREBOOK_FIELD(ReduceBody, session),
        WIREBOOK_FIELD(ReduceBody, reserved_symbol), WIREBOOK_FIELD(ReduceBody, user_ref_num),
        WIREBOOK_FIELD(ReduceBody, quantity), WIREBOOK_FIELD(ReduceBody, reserved_price),
        WIREBOOK_FIELD(ReduceBody, side), WIREBOOK_FIELD(ReduceBody, reserved_flags)}},
      {"AccountBody",
       body,
       sizeof(AccountBody),
       {WIREBOOK_FIELD(AccountBody, instrument), WIREBOOK_FIELD(AccountBody, appendage_bytes),
        WIREBOOK_FIELD(AccountBody, reserved), WIREBOOK_FIELD(AccountBody, session),
        WIREBOOK_FIELD(AccountBody, symbol), WIREBOOK_FIELD(AccountBody, user_ref_num),
        WIREBOOK_FIELD(AccountBody, firm), WIREBOOK_FIELD(AccountBody, reserved_tail)}},
      {"ExtensionBody", body, sizeof(ExtensionBody), {WIREBOOK_FIELD(ExtensionBody, appendage)}},
      {"SessionBody",
       body,
       sizeof(SessionBody),
       {WIREBOOK_FIELD(SessionBody, instrument), WIREBOOK_FIELD(SessionBody, cancel_on_disconnect),
        WIREBOOK_FIELD(SessionBody, reserved), WIREBOOK_FIELD(SessionBody, session),
        WIREBOOK_FIELD(SessionBody, firm), WIREBOOK_FIELD(SessionBody, reserved_tail)}},
      {"InstrumentBody",
       body,
       sizeof(InstrumentBody),
       {WIREBOOK_FIELD(InstrumentBody, instrument), WIREBOOK_FIELD(InstrumentBody, trading_state),
        WIREBOOK_FIELD(InstrumentBody, reserved), WIREBOOK_FIELD(InstrumentBody, round_lot),
        WIREBOOK_FIELD(InstrumentBody, symbol), WIREBOOK_FIELD(InstrumentBody, reason),
        WIREBOOK_FIELD(InstrumentBody, reserved_tail)}},
      {"AdminBody",
       body,
       sizeof(AdminBody),
       {WIREBOOK_FIELD(AdminBody, instrument), WIREBOOK_FIELD(AdminBody, code),
        WIREBOOK_FIELD(AdminBody, reserved), WIREBOOK_FIELD(AdminBody, match_number),
        WIREBOOK_FIELD(AdminBody, reserved_tail)}},
      {"GapBody",
       body,
       sizeof(GapBody),
       {WIREBOOK_FIELD(GapBody, instrument), WIREBOOK_FIELD(GapBody, cause),
        WIREBOOK_FIELD(GapBody, stream), WIREBOOK_FIELD(GapBody, reserved),
        WIREBOOK_FIELD(GapBody, first_sequence), WIREBOOK_FIELD(GapBody, count),
        WIREBOOK_FIELD(GapBody, reserved_tail)}},
      {"DigestBody",
       body,
       sizeof(DigestBody),
       {WIREBOOK_FIELD(DigestBody, instrument), WIREBOOK_FIELD(DigestBody, reserved),
        WIREBOOK_FIELD(DigestBody, covered_sequence), WIREBOOK_FIELD(DigestBody, digest),
        WIREBOOK_FIELD(DigestBody, reserved_tail)}},
      {"LimitBody",
       body,
       sizeof(LimitBody),
       {WIREBOOK_FIELD(LimitBody, instrument), WIREBOOK_FIELD(LimitBody, kind),
        WIREBOOK_FIELD(LimitBody, reserved), WIREBOOK_FIELD(LimitBody, session),
        WIREBOOK_FIELD(LimitBody, firm), WIREBOOK_FIELD(LimitBody, window_ms),
        WIREBOOK_FIELD(LimitBody, value), WIREBOOK_FIELD(LimitBody, reserved_tail)}},
      {"FeedHead",
       body,
       sizeof(FeedHead),
       {WIREBOOK_FIELD(FeedHead, instrument), WIREBOOK_FIELD(FeedHead, time_ns_high),
        WIREBOOK_FIELD(FeedHead, time_ns_low)}},
      {"FeedAddBody",
       body,
       sizeof(FeedAddBody),
       {WIREBOOK_FIELD(FeedAddBody, head), WIREBOOK_FIELD(FeedAddBody, order_ref),
        WIREBOOK_FIELD(FeedAddBody, symbol), WIREBOOK_FIELD(FeedAddBody, quantity),
        WIREBOOK_FIELD(FeedAddBody, price), WIREBOOK_FIELD(FeedAddBody, attribution),
        WIREBOOK_FIELD(FeedAddBody, side), WIREBOOK_FIELD(FeedAddBody, reserved)}},
      {"FeedExecuteBody",
       body,
       sizeof(FeedExecuteBody),
       {WIREBOOK_FIELD(FeedExecuteBody, head), WIREBOOK_FIELD(FeedExecuteBody, order_ref),
        WIREBOOK_FIELD(FeedExecuteBody, match_number), WIREBOOK_FIELD(FeedExecuteBody, quantity),
        WIREBOOK_FIELD(FeedExecuteBody, price), WIREBOOK_FIELD(FeedExecuteBody, printable),
        WIREBOOK_FIELD(FeedExecuteBody, reserved)}},
      {"FeedChangeBody",
       body,
       sizeof(FeedChangeBody),
       {WIREBOOK_FIELD(FeedChangeBody, head), WIREBOOK_FIELD(FeedChangeBody, order_ref),
        WIREBOOK_FIELD(FeedChangeBody, new_order_ref), WIREBOOK_FIELD(FeedChangeBody, quantity),
        WIREBOOK_FIELD(FeedChangeBody, price), WIREBOOK_FIELD(FeedChangeBody, reserved)}},
      {"FeedVerbatimBody",
       body,
       sizeof(FeedVerbatimBody),
       {WIREBOOK_FIELD(FeedVerbatimBody, head), WIREBOOK_FIELD(FeedVerbatimBody, bytes),
        WIREBOOK_FIELD(FeedVerbatimBody, reserved)}},
      {"SlotTail",
       56,
       sizeof(SlotTail),
       {WIREBOOK_FIELD(SlotTail, kind), WIREBOOK_FIELD(SlotTail, extension_count),
        WIREBOOK_FIELD(SlotTail, flags), WIREBOOK_FIELD(SlotTail, reserved),
        WIREBOOK_FIELD(SlotTail, crc32c)}},
      {"Event",
       0,
       sizeof(Event),
       {WIREBOOK_FIELD(Event, time_ns), WIREBOOK_FIELD(Event, cause_sequence),
        WIREBOOK_FIELD(Event, order_ref), WIREBOOK_FIELD(Event, match_number),
        WIREBOOK_FIELD(Event, orig_order_ref), WIREBOOK_FIELD(Event, attribution),
        WIREBOOK_FIELD(Event, reason), WIREBOOK_FIELD(Event, session),
        WIREBOOK_FIELD(Event, user_ref_num), WIREBOOK_FIELD(Event, quantity),
        WIREBOOK_FIELD(Event, price), WIREBOOK_FIELD(Event, market_quantity),
        WIREBOOK_FIELD(Event, instrument), WIREBOOK_FIELD(Event, reject_code),
        WIREBOOK_FIELD(Event, tail)}},
      {"EventTail",
       56,
       sizeof(EventTail),
       {WIREBOOK_FIELD(EventTail, kind), WIREBOOK_FIELD(EventTail, extension_count),
        WIREBOOK_FIELD(EventTail, flags), WIREBOOK_FIELD(EventTail, market),
        WIREBOOK_FIELD(EventTail, side), WIREBOOK_FIELD(EventTail, code),
        WIREBOOK_FIELD(EventTail, state), WIREBOOK_FIELD(EventTail, user_ref_idx)}},
      {"EventExtension",
       0,
       sizeof(EventExtension),
       {WIREBOOK_FIELD(EventExtension, symbol), WIREBOOK_FIELD(EventExtension, capacity),
        WIREBOOK_FIELD(EventExtension, cross_type), WIREBOOK_FIELD(EventExtension, bytes_used),
        WIREBOOK_FIELD(EventExtension, bytes), WIREBOOK_FIELD(EventExtension, tail)}},
  };
}

const std::string readme_path = WIREBOOK_SOURCE_DIR "/include/wirebook/README.md";

/// The rows of each "### `Struct`" table.
std::map<std::string, std::vector<Field>> documented() {
  const std::regex title("### `(\\w+)`");
  const std::regex row(R"(\| (\d+) \| (\d+) \| `(\w+)` \|.*)");
  std::map<std::string, std::vector<Field>> tables;
  std::string current;
  std::ifstream readme(readme_path);
  std::smatch match;
  for (std::string line; std::getline(readme, line);) {
    if (std::regex_match(line, match, title))
      current = match[1];
    if (std::regex_match(line, match, row))
      tables[current].push_back({match[3], std::stoul(match[1]), std::stoul(match[2])});
  }
  return tables;
}

TEST(Layout, documentation_names_every_field_where_it_lies) {
  auto tables = documented();
  for (const Layout& layout : layouts()) {
    std::vector<Field> expected = layout.fields;
    for (Field& field : expected)
      field.offset += layout.base;
    EXPECT_EQ(tables[layout.name], expected) << layout.name;
    tables.erase(layout.name);
  }
  EXPECT_TRUE(tables.empty()) << "a table of no struct: " << tables.begin()->first;
}

TEST(Layout, fields_fill_their_struct_without_a_hole) {
  for (const Layout& layout : layouts()) {
    std::size_t end = 0;
    for (const Field& field : layout.fields) {
      const bool overlays = field.offset + field.bytes == end;  // a further member of a union
      EXPECT_TRUE(field.offset == end || overlays) << layout.name << '.' << field.name;
      end = field.offset + field.bytes;
    }
    EXPECT_EQ(end, layout.bytes) << layout.name;
  }
}

TEST(Layout, documentation_lists_the_kinds_with_their_values) {
  const std::regex row(R"(\| `(\w+)` \| (0x[0-9A-F]{2}) \|.*)");
  std::map<std::string, unsigned long> kinds;
  std::ifstream readme(readme_path);
  std::smatch match;
  for (std::string line; std::getline(readme, line);)
    if (std::regex_match(line, match, row))
      kinds[match[1]] = std::stoul(match[2], nullptr, 16);

#define WIREBOOK_KIND(kind) \
  { #kind, static_cast < unsigned long>(SlotKind::kind) }
  const std::map<std::string, unsigned long> expected{
      WIREBOOK_KIND(none),         WIREBOOK_KIND(extension),     WIREBOOK_KIND(session_up),
      WIREBOOK_KIND(session_down), WIREBOOK_KIND(kill),          WIREBOOK_KIND(clock),
      WIREBOOK_KIND(instrument),   WIREBOOK_KIND(trading_state), WIREBOOK_KIND(system_event),
      WIREBOOK_KIND(break_trade),  WIREBOOK_KIND(gap),           WIREBOOK_KIND(feed_end),
      WIREBOOK_KIND(digest),       WIREBOOK_KIND(enter),         WIREBOOK_KIND(replace),
      WIREBOOK_KIND(cancel),       WIREBOOK_KIND(modify),        WIREBOOK_KIND(mass_cancel),
      WIREBOOK_KIND(disable),      WIREBOOK_KIND(enable),        WIREBOOK_KIND(account_query),
      WIREBOOK_KIND(feed),         WIREBOOK_KIND(limit)};
  EXPECT_EQ(kinds, expected);
}

}  // namespace
}  // namespace wirebook
