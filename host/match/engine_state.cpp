#include "match/engine_state.hpp"

namespace wirebook::match {

namespace {

/// At the start there is memory for one special order in so many.
constexpr std::uint32_t extra_share = 16;
constexpr std::size_t block_extras = std::size_t{1} << 14;
constexpr std::size_t block_trades = std::size_t{1} << 15;

}  // namespace

EngineState::EngineState(const Capacity& capacity)
    : capacity_(capacity),
      shard_bits_(std::uint64_t{capacity.shard} << 48),
      book_(capacity.orders, capacity.instruments, capacity.orders_start),
      records_(std::size_t{capacity.orders} + 1, book_.growth()),
      kept_tags_(std::size_t{capacity.orders} + 1, book_.growth()),
      extra_growth_(capacity.orders, std::min(capacity.orders, capacity.orders_start) / extra_share,
                    block_extras),
      extras_(std::size_t{capacity.orders} + 1, extra_growth_),
      extra_pool_(capacity.orders, extra_growth_),
      expiries_(extra_growth_),
      ids_(capacity.orders, capacity.sessions, capacity.orders_start, capacity.table_seed),
      lists_(capacity.orders, capacity.sessions, capacity.orders_start),
      symbols_(capacity.instruments, capacity.table_seed),
      sessions_(std::size_t{capacity.sessions} + 1),
      last_numbers_((std::size_t{capacity.sessions} + 1) * channels),
      instruments_(std::size_t{capacity.instruments} + 1),
      trade_growth_(std::max(capacity.trades, 1U), capacity.orders_start, block_trades),
      trade_front_(trade_growth_),
      trades_(trade_growth_.units(), trade_growth_),
      followed_(std::size_t{capacity.instruments} + 1),
      limits_(capacity.sessions, capacity.instruments) {
  killed_firms_.reserve(killed_firms_max);
  for (std::uint32_t session = 0; session < sessions_.size(); ++session)
    sessions_[session].number_step = digest::step_of(session, 0);
}

GrowthList EngineState::growths() {
  GrowthList growths{&lists_.growth(), &trade_growth_, &extra_growth_};
  ids_.list(growths);
  book_.list(growths);
  std::erase_if(growths, [](const Growth* growth) { return growth->is_whole(); });
  return growths;
}

digest::Scalars EngineState::scalars() const {
  return {.shard = capacity_.shard,
          .day = day_,
          .time_ns = time_ns_,
          .order_count = order_count_,
          .trade_count = trade_count_,
          .reserve_seed = reserve_seed_};
}

std::uint64_t EngineState::special_salt(std::uint32_t order, std::uint64_t salt) const {
  return digest::special(salt, special(order));
}

/// 0 for a session that is not known.
std::uint64_t EngineState::session_term(std::uint32_t number) const {
  const Session& session = sessions_[number];
  return session.is_known == 0 ? 0
                               : digest::session(number, session.is_killed != 0,
                                                 session.cancel_on_disconnect != 0, session.firm);
}

std::uint64_t EngineState::trade_term(const Trade& trade) {
  const auto side_of = [&trade](const TradeParty& party) {
    return digest::party({.order_ref = party.order_ref,
                          .session = party.session,
                          .user_ref_num = party.user_ref_num,
                          .instrument = trade.instrument,
                          .user_ref_idx = party.user_ref_idx},
                         party.cl_ord_id);
  };
  return digest::trade(trade.match_number, side_of(trade.resting), side_of(trade.incoming));
}

}  // namespace wirebook::match
