// What lies where in an ITCH message that rides verbatim: for messages about slots that differ.
//
// Shapes: a table a type, in the order of the offsets, up to the message's end. Threads: constants.
// Errors: an unknown type has no fields. Cost: for what has gone wrong only. Specification:
// include/wirebook/wire/itch50.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "wirebook/wire/itch50.hpp"

namespace wirebook::hw_sim {

/// A field reaches to the next one's first byte.
struct Field {
  std::size_t first_byte;
  std::string_view name;
};

/// The fields behind the locate and the time, by offset in the message.
inline std::span<const Field> itch_fields(char type) {
  using namespace wire::itch;
  static constexpr std::array system_event{
      Field{offsetof(SystemEvent, event_code), "event_code"},
  };
  static constexpr std::array stock_directory{
      Field{offsetof(StockDirectory, stock), "stock"},
      Field{offsetof(StockDirectory, market_category), "market_category"},
      Field{offsetof(StockDirectory, financial_status), "financial_status"},
      Field{offsetof(StockDirectory, round_lot_size), "round_lot_size"},
      Field{offsetof(StockDirectory, round_lots_only), "round_lots_only"},
      Field{offsetof(StockDirectory, issue_classification), "issue_classification"},
      Field{offsetof(StockDirectory, issue_sub_type), "issue_sub_type"},
      Field{offsetof(StockDirectory, authenticity), "authenticity"},
      Field{offsetof(StockDirectory, short_sale_threshold), "short_sale_threshold"},
      Field{offsetof(StockDirectory, ipo_flag), "ipo_flag"},
      Field{offsetof(StockDirectory, luld_tier), "luld_tier"},
      Field{offsetof(StockDirectory, etp_flag), "etp_flag"},
      Field{offsetof(StockDirectory, etp_leverage), "etp_leverage"},
      Field{offsetof(StockDirectory, inverse_indicator), "inverse_indicator"},
  };
  static constexpr std::array trading_action{
      Field{offsetof(TradingAction, stock), "stock"},
      Field{offsetof(TradingAction, trading_state), "trading_state"},
      Field{offsetof(TradingAction, reserved), "reserved"},
      Field{offsetof(TradingAction, reason), "reason"},
  };
  static constexpr std::array reg_sho{
      Field{offsetof(RegShoRestriction, stock), "stock"},
      Field{offsetof(RegShoRestriction, reg_sho_action), "reg_sho_action"},
  };
  static constexpr std::array participant{
      Field{offsetof(ParticipantPosition, mpid), "mpid"},
      Field{offsetof(ParticipantPosition, stock), "stock"},
      Field{offsetof(ParticipantPosition, primary_mm), "primary_mm"},
      Field{offsetof(ParticipantPosition, mm_mode), "mm_mode"},
      Field{offsetof(ParticipantPosition, participant_state), "participant_state"},
  };
  static constexpr std::array decline_level{
      Field{offsetof(MwcbDeclineLevel, level1), "level1"},
      Field{offsetof(MwcbDeclineLevel, level2), "level2"},
      Field{offsetof(MwcbDeclineLevel, level3), "level3"},
  };
  static constexpr std::array mwcb_status{
      Field{offsetof(MwcbStatus, breached_level), "breached_level"},
  };
  static constexpr std::array ipo_quoting{
      Field{offsetof(IpoQuotingPeriod, stock), "stock"},
      Field{offsetof(IpoQuotingPeriod, release_time), "release_time"},
      Field{offsetof(IpoQuotingPeriod, release_qualifier), "release_qualifier"},
      Field{offsetof(IpoQuotingPeriod, ipo_price), "ipo_price"},
  };
  static constexpr std::array luld_collar{
      Field{offsetof(LuldAuctionCollar, stock), "stock"},
      Field{offsetof(LuldAuctionCollar, ref_price), "ref_price"},
      Field{offsetof(LuldAuctionCollar, upper_price), "upper_price"},
      Field{offsetof(LuldAuctionCollar, lower_price), "lower_price"},
      Field{offsetof(LuldAuctionCollar, extension), "extension"},
  };
  static constexpr std::array operational_halt{
      Field{offsetof(OperationalHalt, stock), "stock"},
      Field{offsetof(OperationalHalt, market_code), "market_code"},
      Field{offsetof(OperationalHalt, halt_action), "halt_action"},
  };
  static constexpr std::array trade{
      Field{offsetof(Trade, order_ref), "order_ref"},
      Field{offsetof(Trade, side), "side"},
      Field{offsetof(Trade, shares), "shares"},
      Field{offsetof(Trade, stock), "stock"},
      Field{offsetof(Trade, price), "price"},
      Field{offsetof(Trade, match_number), "match_number"},
  };
  static constexpr std::array cross_trade{
      Field{offsetof(CrossTrade, shares), "shares"},
      Field{offsetof(CrossTrade, stock), "stock"},
      Field{offsetof(CrossTrade, cross_price), "cross_price"},
      Field{offsetof(CrossTrade, match_number), "match_number"},
      Field{offsetof(CrossTrade, cross_type), "cross_type"},
  };
  static constexpr std::array broken_trade{
      Field{offsetof(BrokenTrade, match_number), "match_number"},
  };
  static constexpr std::array noii{
      Field{offsetof(Noii, paired_shares), "paired_shares"},
      Field{offsetof(Noii, imbalance_shares), "imbalance_shares"},
      Field{offsetof(Noii, imbalance_direction), "imbalance_direction"},
      Field{offsetof(Noii, stock), "stock"},
      Field{offsetof(Noii, far_price), "far_price"},
      Field{offsetof(Noii, near_price), "near_price"},
      Field{offsetof(Noii, current_ref_price), "current_ref_price"},
      Field{offsetof(Noii, cross_type), "cross_type"},
      Field{offsetof(Noii, price_variation), "price_variation"},
  };
  static constexpr std::array retail_interest{
      Field{offsetof(RetailInterest, stock), "stock"},
      Field{offsetof(RetailInterest, interest_flag), "interest_flag"},
  };
  static constexpr std::array direct_listing{
      Field{offsetof(DirectListing, stock), "stock"},
      Field{offsetof(DirectListing, open_eligibility), "open_eligibility"},
      Field{offsetof(DirectListing, min_allowable_price), "min_allowable_price"},
      Field{offsetof(DirectListing, max_allowable_price), "max_allowable_price"},
      Field{offsetof(DirectListing, near_exec_price), "near_exec_price"},
      Field{offsetof(DirectListing, near_exec_time), "near_exec_time"},
      Field{offsetof(DirectListing, lower_collar), "lower_collar"},
      Field{offsetof(DirectListing, upper_collar), "upper_collar"},
  };
  switch (type) {
    case SystemEvent::type_code:
      return system_event;
    case StockDirectory::type_code:
      return stock_directory;
    case TradingAction::type_code:
      return trading_action;
    case RegShoRestriction::type_code:
      return reg_sho;
    case ParticipantPosition::type_code:
      return participant;
    case MwcbDeclineLevel::type_code:
      return decline_level;
    case MwcbStatus::type_code:
      return mwcb_status;
    case IpoQuotingPeriod::type_code:
      return ipo_quoting;
    case LuldAuctionCollar::type_code:
      return luld_collar;
    case OperationalHalt::type_code:
      return operational_halt;
    case Trade::type_code:
      return trade;
    case CrossTrade::type_code:
      return cross_trade;
    case BrokenTrade::type_code:
      return broken_trade;
    case Noii::type_code:
      return noii;
    case RetailInterest::type_code:
      return retail_interest;
    case DirectListing::type_code:
      return direct_listing;
    default:
      return {};
  }
}

}  // namespace wirebook::hw_sim
