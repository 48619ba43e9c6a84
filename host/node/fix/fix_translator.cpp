#include "node/fix/fix_translator.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "wirebook/wire/ouch50_in.hpp"
#include "wirebook/wire/ouch50_out.hpp"
#include "wirebook/wire/ouch50_tags.hpp"

#include "node/fix/fix_reasons.hpp"
#include "node/fix/fix_tags.hpp"
#include "wire_out/ouch_decoder.hpp"

namespace wirebook::fix {

namespace {

/// The end of what is repeated is an account query that was made now. Queries of channels that
/// nobody uses mark it: OUCH answers with the channel.
constexpr unsigned nonce_channels = 3;

std::uint32_t nonce_channel(std::uint32_t nonce, unsigned place) {
  for (unsigned i = 0; i < place; ++i)
    nonce /= 255;
  return nonce % 255 + 1;
}

std::vector<std::byte> account_query(std::uint32_t channel) {
  std::vector<std::byte> bytes{static_cast<std::byte>(wire::ouch_in::AccountQuery::type_code)};
  if (channel != 0)
    for (const unsigned value : {0U, 3U, 2U, static_cast<unsigned>(wire::ouch::Tag::user_ref_idx),
                                 static_cast<unsigned>(channel)})
      bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

}  // namespace

Translator::Translator(const TranslatorOptions& options)
    : options_(options), orders_(options.names_max, options.trades_max) {}

void Translator::on_login(std::string_view session, std::uint32_t nonce, const Now& now,
                          Actions& actions) {
  if (session != session_) {
    settle_lost_requests(0, now, actions);
    orders_.clear();
    next_user_ref_num_ = 1;
    session_ = session;
  }
  ready_ = false;
  nonce_ = nonce;
  nonces_seen_ = 0;
  for (unsigned i = 0; i < nonce_channels; ++i)
    actions.ouch.push_back(account_query(nonce_channel(nonce, i)));
  actions.ouch.push_back(account_query(0));
}

void Translator::account_query_answered(const Heard& heard, const Now& now) {
  std::uint32_t channel = 0;
  const auto decoded = wire_out::decode_ouch(wire::ouch::outbound_messages, heard.bytes);
  if (decoded)
    decoded->for_each_tag([&](const wire::ouch::TagInfo& info, std::span<const std::byte> value) {
      if (info.tag == wire::ouch::Tag::user_ref_idx)
        channel = static_cast<std::uint32_t>(wire_out::load_big_endian(value));
    });
  if (nonces_seen_ < nonce_channels) {
    if (channel == nonce_channel(nonce_, nonces_seen_))
      ++nonces_seen_;
    else
      nonces_seen_ = channel == nonce_channel(nonce_, 0) ? 1 : 0;
    return;
  }
  if (channel != 0 || ready_)
    return;
  const auto& answer = wire::view<wire::ouch_out::AccountQueryResponse>(heard.bytes.data());
  settle_lost_requests(answer.next_user_ref_num, now, *heard.actions);
  ready_ = true;
}

void Translator::settle_lost_requests(std::uint32_t next, const Now& now, Actions& actions) {
  constexpr const char* why = "the connection to the node ended before this was taken";
  orders_.for_each([&](Order& order) {
    if (order.state == OrderState::pending_new) {
      order.state = OrderState::rejected;
      order.open = 0;
      Occasion occasion = own_occasion('8', now);
      occasion.text = why;
      actions.fix.push_back(order_rejection(order, occasion, ord_rej::other));
    }
    refuse_pending(order, cxl_rej::other, why, now.ns, actions);
  });
  for (const auto& [number, request] : mass_cancels_) {
    Message report = mass_cancel_report(request, number, false, now.ns);
    report.add(tag::text, std::string(why));
    actions.fix.push_back(std::move(report));
  }
  mass_cancels_.clear();
  // What was sent and lost has numbers that may still be on their way: pass them by.
  next_user_ref_num_ = next == 0 ? 0 : std::max(next, next_user_ref_num_);
}

Order* Translator::order_of(std::uint32_t number) {
  Order* const order = orders_.by_user_ref_num(number);
  if (order && order->state == OrderState::live)
    return order;
  ++ignored_;
  return nullptr;
}

Occasion Translator::occasion(Heard& heard, char exec_type) {
  Occasion occasion;
  occasion.version = version_;
  occasion.exec_id = fmt::format("{}-{}", session_, heard.sequence);
  if (++heard.reports > 1)
    occasion.exec_id += fmt::format("-{}", heard.reports);
  occasion.exec_type = exec_type;
  occasion.time_ns = heard.time_ns;
  return occasion;
}

void Translator::tell(Heard& heard, Message message) {
  if (heard.tell == Tell::nothing)
    return;
  message.poss_resend = heard.tell == Tell::perhaps_told;
  heard.actions->fix.push_back(std::move(message));
}

void Translator::refuse_pending(Order& order, int reason, const char* text, std::int64_t time_ns,
                                Actions& actions) {
  if (order.pending == Pending::none)
    return;
  const char response_to = order.pending == Pending::cancel ? '1' : '2';
  const std::string name(order.pending_name.view());
  orders_.drop_pending(order);
  actions.fix.push_back(cancel_rejection(
      &order, {name, std::string(order.name.view()), response_to, reason, text}, time_ns));
}

std::uint64_t Translator::sequence_of(std::string_view exec_id, std::string_view session) {
  if (exec_id.size() <= session.size() + 1 || exec_id.substr(0, session.size()) != session ||
      exec_id[session.size()] != '-')
    return 0;
  exec_id.remove_prefix(session.size() + 1);
  std::uint64_t sequence = 0;
  const auto [end, error] =
      std::from_chars(exec_id.data(), exec_id.data() + exec_id.size(), sequence);
  const bool whole = end == exec_id.data() + exec_id.size() || *end == '-';
  return error == std::errc() && whole ? sequence : 0;
}

}  // namespace wirebook::fix
