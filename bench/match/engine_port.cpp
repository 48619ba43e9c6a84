#include "bench/match/engine_port.hpp"

#include "wirebook/limits.hpp"
#include "wirebook/units.hpp"

namespace wirebook::bench {

namespace {

constexpr std::uint16_t locate = 1;
constexpr std::uint32_t session = 1;
constexpr match::Capacity capacity{
    .orders = 1U << 20, .trades = 1U << 16, .sessions = session, .instruments = locate};

// What a slot makes that trades nothing.
constexpr std::uint64_t enter_events = 1;
constexpr std::uint64_t replace_events = 2;

}  // namespace

EnginePort::EnginePort(ReportQueue& queue)
    : queue_(&queue),
      own_events_(queue.ring()),
      engine_(capacity),
      numbers_(numbers_touched),
      executed_(numbers_touched) {
  const Symbol symbol = Symbol::from("HARNESS");
  enter_ = {.enter = {.session = session,
                      .symbol = symbol,
                      .cl_ord_id = ClOrdId::from(""),
                      .display = 'Y',
                      .capacity = 'P',
                      .iso = 'N',
                      .cross_type = 'N'},
            .tail = {.kind = SlotKind::enter}};
  replace_ = {.replace = {.session = session,
                          .cl_ord_id = ClOrdId::from(""),
                          .time_in_force = '0',
                          .display = 'Y',
                          .iso = 'N'},
              .tail = {.kind = SlotKind::replace}};
  cancel_ = {.reduce = {.session = session}, .tail = {.kind = SlotKind::cancel}};
  const Slot instrument{
      .instrument = {.instrument = locate, .trading_state = 'T', .symbol = symbol},
      .tail = {.kind = SlotKind::instrument}};
  const Slot session_up{.session = {.session = session, .firm = Firm::from("FIRM")},
                        .tail = {.kind = SlotKind::session_up}};
  for (const Slot* const slot : {&instrument, &session_up}) {
    SlotGroup group{.head = slot};
    feed(group, 0, step_events_max);
  }
  queue_->flush();
}

inline bool EnginePort::feed(SlotGroup& group, std::uint64_t sequence, std::uint64_t plain_events) {
  slot_ring::Writer<Event>& writer = queue_->writer();
  if (!writer.has_credit(step_events_max)) [[unlikely]]
    make_room();
  const std::uint64_t first = writer.sequence();
  group.sequence = sequence;
  const match::Step step = engine_.on_slot(group, writer);
  if (writer.sequence() - first > plain_events) [[unlikely]]
    note_fills(first);
  if (step == match::Step::more) [[unlikely]]
    go_on();
  return writer.sequence() != first;
}

/// A sweep of many steps.
void EnginePort::go_on() {
  slot_ring::Writer<Event>& writer = queue_->writer();
  for (match::Step step = match::Step::more; step == match::Step::more;) {
    if (!writer.has_credit(step_events_max))
      make_room();
    const std::uint64_t next = writer.sequence();
    step = engine_.resume(writer);
    note_fills(next);
  }
}

void EnginePort::make_room() {
  slot_ring::Writer<Event>& writer = queue_->writer();
  own_events_.release(writer.sequence() - own_events_.sequence());
  queue_->flush();
  while (!writer.has_credit(step_events_max))
    queue_->wait();
}

void EnginePort::note_fills(std::uint64_t since) {
  const std::uint64_t end = queue_->writer().sequence();
  for (std::uint64_t i = since; i != end; ++i) {
    const Event& event = own_events_.at(i);
    if (event.tail.kind == EventKind::executed)
      executed_[event.user_ref_num] += event.quantity.raw;
  }
}

void EnginePort::enter(const abi::Enter& message) {
  const std::uint32_t number = ++last_number_;
  queue_->name(number, message.order_id);
  number_of(message.order_id) = number;
  EnterBody& body = enter_.enter;
  body.user_ref_num = number;
  body.quantity = {message.quantity};
  body.price = to_price(message.price_ticks);
  body.side = message.side == abi::Side::buy ? 'B' : 'S';
  body.time_in_force = message.immediate != 0 ? '3' : '0';
  feed(enter_group_, message.sequence, enter_events);
}

void EnginePort::cancel(const abi::Cancel& message) {
  cancel_.reduce.user_ref_num = number_of(message.order_id);
  if (!feed(cancel_group_, message.sequence, enter_events)) [[unlikely]]
    queue_->refuse(message.sequence, message.order_id, abi::ReportKind::cancel_refused);
}

void EnginePort::modify(const abi::Modify& message) {
  std::uint32_t& current = number_of(message.order_id);
  const std::uint32_t number = last_number_ + 1;
  queue_->name(number, message.order_id);
  const std::uint32_t executed = executed_[current];
  ReplaceBody& body = replace_.replace;
  body.orig_user_ref_num = current;
  body.user_ref_num = number;
  body.quantity = {message.quantity + executed};
  body.price = to_price(message.price_ticks);
  if (!feed(replace_group_, message.sequence, replace_events)) [[unlikely]]
    return queue_->refuse(message.sequence, message.order_id, abi::ReportKind::modify_refused);
  executed_[number] += executed;
  last_number_ = current = number;
}

std::int64_t EnginePort::best_bid() const {
  const auto bid = engine_.book(locate).bid;
  return bid ? to_ticks(bid->price) : abi::no_bid;
}

std::int64_t EnginePort::best_ask() const {
  const auto ask = engine_.book(locate).ask;
  return ask ? to_ticks(ask->price) : abi::no_ask;
}

std::uint64_t EnginePort::depth_at(std::int64_t price_ticks, abi::Side side) const {
  return engine_.level(locate, side == abi::Side::buy, to_price(price_ticks)).quantity;
}

}  // namespace wirebook::bench
