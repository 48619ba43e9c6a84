#include "node/load/load_session.hpp"

#include <algorithm>
#include <charconv>

#include "wirebook/assert.hpp"
#include "wirebook/wire/ouch50_in.hpp"

#include "node/load/load_clock.hpp"

namespace wirebook::node {
namespace {

namespace in = wire::ouch_in;

constexpr std::uint64_t query_retry_ns = 200'000'000;
constexpr std::size_t orders_reserved = 1U << 16;

/// Free text for people who look at the wire: "load-" and the number.
ClOrdId client_order_id(std::uint32_t number) {
  ClOrdId id = ClOrdId::from("load-");
  constexpr std::size_t prefix = 4;
  static_assert(prefix + 10 <= sizeof id.text);
  std::to_chars(id.text.data() + prefix, id.text.data() + id.text.size(), number);
  return id;
}

}  // namespace

void LoadRecords::merge(const LoadRecords& other) {
  for (std::size_t i = 0; i < LoadCounters::size; ++i)
    counters.add(static_cast<LoadCount>(i), other.counters[static_cast<LoadCount>(i)]);
  in_flight += other.in_flight;
  latency.merge(other.latency);
  lateness.merge(other.lateness);
}

LoadSession::LoadSession(const LoadOptions& options, const LoadAccount& account,
                         LoadRecords& records)
    : options_(options),
      records_(records),
      client_((options.soup ? make_soup_load_client : make_ufo_load_client)(options, account,
                                                                            records.counters)) {
  const std::size_t reserved = orders_reserved / options.accounts.size();
  orders_.reserve(reserved);
  place_of_number_.reserve(reserved);
}

// ── The orders ──────────────────────────────────────────────────────────────────────────────────

std::uint32_t LoadSession::take_place() {
  if (free_.empty()) {
    orders_.emplace_back();
    return static_cast<std::uint32_t>(orders_.size() - 1);
  }
  const std::uint32_t place = free_.back();
  free_.pop_back();
  orders_[place] = Order{};
  return place;
}

void LoadSession::set_idle(std::uint32_t place, bool idle) {
  Order& order = orders_[place];
  if (idle == (order.idle_place != not_idle))
    return;
  if (idle) {
    order.idle_place = static_cast<std::uint32_t>(idle_.size());
    idle_.push_back(place);
    return;
  }
  orders_[idle_.back()].idle_place = order.idle_place;
  idle_[order.idle_place] = idle_.back();
  idle_.pop_back();
  order.idle_place = not_idle;
}

std::uint32_t LoadSession::pick_idle(LoadMix& mix) {
  WIREBOOK_ASSERT(!idle_.empty());
  return idle_[mix.below(static_cast<std::uint32_t>(idle_.size()))];
}

void LoadSession::erase(std::uint32_t place) {
  if (orders_[place].request != Request::none)
    settle(place, LoadCount::overtaken);
  set_idle(place, false);
  open_iocs_ -= orders_[place].terms.time_in_force == '3' ? 1U : 0U;
  place_of_number_.erase(orders_[place].number);
  free_.push_back(place);
}

std::optional<std::uint32_t> LoadSession::find(std::uint32_t number) {
  const auto found = place_of_number_.find(number);
  if (found != place_of_number_.end())
    return found->second;
  records_.counters.add(LoadCount::unexpected);
  return std::nullopt;
}

// ── Requests ────────────────────────────────────────────────────────────────────────────────────

void LoadSession::enter(const LoadOrder& terms, std::uint64_t scheduled_ns) {
  const std::uint32_t place = take_place();
  Order& order = orders_[place];
  order.number = next_number_++;
  order.terms = terms;
  order.open = terms.quantity.raw;
  place_of_number_.emplace(order.number, place);
  const bool ioc = terms.time_in_force == '3';
  records_.counters.add(ioc ? LoadCount::iocs : LoadCount::adds);
  open_iocs_ += ioc ? 1U : 0U;
  start(place, Request::enter, scheduled_ns);
}

void LoadSession::cancel(LoadMix& mix, std::uint64_t scheduled_ns) {
  records_.counters.add(LoadCount::cancels);
  start(pick_idle(mix), Request::cancel, scheduled_ns);
}

void LoadSession::replace(LoadMix& mix, std::uint64_t scheduled_ns) {
  const std::uint32_t place = pick_idle(mix);
  Order& order = orders_[place];
  order.new_number = next_number_++;
  order.new_price = mix.price_near(order.terms.symbol, order.terms.side);
  // The total of the chain, and so more than it has executed.
  order.new_quantity = {std::min(order.executed + mix.size().raw, quantity_max)};
  place_of_number_.emplace(order.new_number, place);
  records_.counters.add(LoadCount::replaces);
  start(place, Request::replace, scheduled_ns);
}

void LoadSession::start(std::uint32_t place, Request request, std::uint64_t scheduled_ns) {
  Order& order = orders_[place];
  set_idle(place, false);
  order.request = request;
  order.token = ++tokens_;
  order.sends = 0;
  order.scheduled_ns = scheduled_ns;
  ++in_flight_;
  ++records_.in_flight;
  records_.counters.add(LoadCount::sent);
  const std::uint64_t now_ns = load_clock_ns();
  records_.lateness.record(now_ns - std::min(now_ns, scheduled_ns));
  transmit(place, now_ns);
}

void LoadSession::transmit(std::uint32_t place, std::uint64_t now_ns) {
  Order& order = orders_[place];
  ++order.sends;
  bool sent = false;
  if (order.request == Request::enter)
    sent = transmit_enter(order, now_ns);
  else if (order.request == Request::replace)
    sent = transmit_replace(order, now_ns);
  else
    sent = client_->send(bytes_of(in::CancelOrder{.user_ref_num = order.number, .quantity = 0U}),
                         now_ns);
  // A stream that took it repeats it by itself; but what goes again may come behind a later number.
  if (!options_.soup || !sent || order.sends > 1)
    expect_answer(place, now_ns);
}

void LoadSession::expect_answer(std::uint32_t place, std::uint64_t now_ns) {
  deadlines_.push_back({now_ns + std::uint64_t{options_.answer_timeout_ms} * 1'000'000, place,
                        orders_[place].token});
}

/// After a time away: answers that were on their way come again, what was lost has to be sent
/// again.
void LoadSession::expect_answers(std::uint64_t now_ns) {
  deadlines_.clear();
  for (std::uint32_t place = 0; place < orders_.size(); ++place)
    if (orders_[place].request != Request::none)
      expect_answer(place, now_ns);
}

bool LoadSession::transmit_enter(const Order& order, std::uint64_t now_ns) {
  const in::EnterOrder message{
      .user_ref_num = order.number,
      .side = order.terms.side,
      .quantity = order.terms.quantity.raw,
      .symbol = options_.symbols[order.terms.symbol],
      .price = std::uint64_t{order.terms.price.raw},
      .time_in_force = order.terms.time_in_force,
      .display = order.terms.display,
      .capacity = 'P',
      .iso = 'N',
      .cross_type = 'N',
      .cl_ord_id = client_order_id(order.number),
  };
  return client_->send(bytes_of(message), now_ns);
}

bool LoadSession::transmit_replace(const Order& order, std::uint64_t now_ns) {
  const in::ReplaceOrder message{
      .orig_user_ref_num = order.number,
      .user_ref_num = order.new_number,
      .quantity = order.new_quantity.raw,
      .price = std::uint64_t{order.new_price.raw},
      .time_in_force = '0',
      .display = order.terms.display,
      .iso = 'N',
      .cl_ord_id = client_order_id(order.new_number),
  };
  return client_->send(bytes_of(message), now_ns);
}

void LoadSession::repeat(std::uint32_t place, std::uint64_t now_ns) {
  Order& order = orders_[place];
  if (order.sends > options_.resends_max) {
    settle(place, LoadCount::unanswered);
    erase(place);
    return;
  }
  records_.counters.add(LoadCount::resent);
  const bool has_new_number = order.request != Request::cancel;
  std::uint32_t& number = order.request == Request::replace ? order.new_number : order.number;
  if (has_new_number && number < answered_number_) {
    records_.counters.add(LoadCount::renumbered);
    place_of_number_.erase(number);
    number = next_number_++;
    place_of_number_.emplace(number, place);
  }
  transmit(place, now_ns);
}

/// The request at `place` is over.
void LoadSession::settle(std::uint32_t place, LoadCount how) {
  Order& order = orders_[place];
  if (how == LoadCount::answered)
    records_.latency.record(received_ns_ - std::min(received_ns_, order.scheduled_ns));
  records_.counters.add(how);
  if (order.request == Request::replace)
    place_of_number_.erase(order.new_number);
  order.request = Request::none;
  order.token = ++tokens_;
  --in_flight_;
  --records_.in_flight;
}

void LoadSession::cut(std::uint64_t back_ns, bool hangs) {
  if (client_->state() == LoadClient::State::up)
    client_->cut(back_ns, hangs);
}

bool LoadSession::tick(std::uint64_t now_ns) {
  const bool connected = client_->tick(now_ns);
  const bool up = client_->state() == LoadClient::State::up;
  if (up && away_)
    expect_answers(now_ns);
  away_ = !up;
  if (up && !ready() && now_ns - query_ns_ > query_retry_ns) {
    query_ns_ = now_ns;
    client_->send(bytes_of(in::AccountQuery{}), now_ns);
  }
  while (!deadlines_.empty() && deadlines_.front().due_ns <= now_ns) {
    const Deadline deadline = deadlines_.front();
    deadlines_.pop_front();
    const Order& order = orders_[deadline.place];
    // What is missing may be an answer: first the stream, then the repetition.
    if (order.request == Request::none || order.token != deadline.token)
      continue;
    if (client_->behind() || away_)
      expect_answer(deadline.place, now_ns);
    else
      repeat(deadline.place, now_ns);
  }
  return connected;
}

bool LoadSession::receive() {
  return client_->receive([this](std::span<const std::byte> message, std::uint64_t received_ns) {
    received_ns_ = received_ns;
    on_message(message);
  });
}

}  // namespace wirebook::node
