// Goal: the pages for authors of clients are in the program, and say what the wire structs are.
// Method: sizes as the structs have them are looked for in the text of the page.
#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wirebook/wire/itch50.hpp"
#include "wirebook/wire/ouch50_in.hpp"
#include "wirebook/wire/ouch50_out.hpp"
#include "wirebook/wire/ouch50_tags.hpp"
#include "wirebook/wire/session.hpp"

#include "node/help/help_pages.hpp"

namespace wirebook::node {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

std::string page(std::string_view name) {
  for (const HelpPage& help : help_pages())
    if (help.name == name)
      return std::string(help.text);
  return {};
}

TEST(Help, EachPageHasATitleAndLinesThatFitAScreen) {
  EXPECT_GE(help_pages().size(), 2U);
  for (const HelpPage& help : help_pages()) {
    EXPECT_FALSE(help.title().empty()) << help.name;
    EXPECT_TRUE(help.text.ends_with('\n')) << help.name;
    std::string_view text = help.text;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      EXPECT_LE(end, 100U) << help.name << ": " << text.substr(0, end);
      text.remove_prefix(end + 1);
    }
  }
}

template <class... Messages>
void expect_sizes(const std::string& text, std::initializer_list<const char*> titles) {
  const std::array sizes{sizeof(Messages)...};
  const std::array types{Messages::type_code...};
  ASSERT_EQ(titles.size(), sizes.size());
  std::size_t i = 0;
  for (const char* const title : titles) {
    EXPECT_THAT(text, HasSubstr(fmt::format("{} {}, {}", types[i], title, sizes[i])));
    ++i;
  }
}

TEST(Help, OuchTellsTheSizeOfEachMessage) {
  namespace in = wire::ouch_in;
  namespace out = wire::ouch_out;
  const std::string text = page("ouch");
  expect_sizes<in::EnterOrder, in::ReplaceOrder, in::CancelOrder, in::ModifyOrder, in::MassCancel,
               in::DisableOrderEntry, in::EnableOrderEntry, in::AccountQuery>(
      text, {"enter order", "replace order", "cancel order", "modify order", "mass cancel",
             "disable order entry", "enable order entry", "account query"});
  expect_sizes<out::SystemEvent, out::OrderAccepted, out::OrderReplaced, out::OrderCanceled,
               out::AiqCanceled, out::OrderExecuted, out::BrokenTrade, out::Rejected,
               out::CancelPending, out::CancelReject, out::OrderPriorityUpdate, out::OrderModified,
               out::OrderRestated, out::MassCancelResponse, out::DisableResponse,
               out::EnableResponse, out::AccountQueryResponse>(
      text,
      {"system event", "accepted", "replaced", "canceled", "canceled, self-match", "executed",
       "broken trade", "rejected", "cancel pending", "cancel reject", "priority update", "modified",
       "restated", "mass cancel response", "disabled", "enabled", "account query response"});
}

TEST(Help, OuchTellsTheSizeOfEachPacketAndTag) {
  const std::string text = page("ouch");
  for (const auto& [packet, bytes] :
       {std::pair{"L login", sizeof(wire::ufo::LoginRequest)},
        std::pair{"T ask again", sizeof(wire::ufo::RetransmissionRequest)},
        std::pair{"A accepted", sizeof(wire::ufo::LoginAccepted)},
        std::pair{"J rejected", sizeof(wire::ufo::LoginRejected)},
        std::pair{"E end", sizeof(wire::ufo::EndOfSession)},
        std::pair{"L login", 1 + sizeof(wire::soup::LoginRequest)},
        std::pair{"A accepted", 1 + sizeof(wire::soup::LoginAccepted)}})
    EXPECT_THAT(text, ContainsRegex(fmt::format("  {} [^\n]* {}\n", packet, bytes)));
  for (const wire::ouch::TagInfo& info : wire::ouch::tag_table)
    EXPECT_THAT(text,
                ContainsRegex(fmt::format("  {}  [a-zA-Z, -]+ {}[ \n]",
                                          static_cast<unsigned>(info.tag), info.value_bytes)));
}

TEST(Help, ItchTellsTheSizeOfEachMessage) {
  using namespace wire::itch;
  expect_sizes<SystemEvent, StockDirectory, TradingAction, AddOrder, AddOrderMpid, OrderExecuted,
               OrderExecutedWithPrice, OrderCancel, OrderDelete, OrderReplace, BrokenTrade>(
      page("itch"),
      {"system event", "stock directory", "trading action", "add order", "add order, attributed",
       "executed", "executed at a price", "cancel", "delete", "replace", "broken trade"});
}

}  // namespace
}  // namespace wirebook::node
