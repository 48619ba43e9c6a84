// A client that remembers all it was ever told, over any number of deaths of the node.
//
// What it holds the node to, at every message: a number is told once, or again with the same bytes;
// the next number after a restart is not below what was heard. And at the end, over the whole
// history: each order that was sent is accepted or rejected exactly once, and no order is reduced
// by more than it had.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "wirebook/wire/ouch50_out.hpp"

#include "tests/node/ouch_messages.hpp"
#include "tests/node/udp_client.hpp"
#include "wire_in/message_blocks.hpp"

namespace wirebook::node {

class KillClient {
 public:
  KillClient(std::string username, std::uint64_t seed)
      : username_(std::move(username)), random_(seed) {}

  /// Logs in, and asks for all from number 1 on: what it had must come again to the byte.
  void resume(Endpoint node) {
    node_ = node;
    sent_ = 0;
    const std::uint32_t next = log_in();
    ASSERT_GE(next, messages_.size() + 1) << username_ << ": told messages are not known any more";
    fetch(1, next);
    ASSERT_GE(messages_.size() + 1, next) << username_;
    resend();
  }

  /// Sends an order or a cancel, unless too many are unanswered; takes what has come.
  void trade() {
    if (unanswered_.size() < unanswered_max && sent_ < orders_per_life_max)
      open_.empty() || draw(4) != 0 ? enter_one() : cancel(draw_open());
    while (const auto datagram = udp_.receive(0))
      take(*datagram);
  }

  /// Until each order has its answer.
  void settle() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (!unanswered_.empty() && std::chrono::steady_clock::now() < until) {
      if (const auto datagram = udp_.receive(200))
        take(*datagram);
      else
        resend();  // datagrams may be lost
    }
    EXPECT_TRUE(unanswered_.empty()) << username_ << ": " << unanswered_.size() << " unanswered";
  }

  /// Cancels what is open by its own account, and wants to hear of each share of it.
  void close_all() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (!open_.empty() && std::chrono::steady_clock::now() < until) {
      for (const auto& [number, shares] : std::map(open_))
        cancel(number);
      while (const auto datagram = udp_.receive(200))
        take(*datagram);
    }
    EXPECT_TRUE(open_.empty()) << username_ << ": " << open_.size()
                               << " orders are open here and not in the node";
  }

  void check_history() const {
    std::map<std::uint32_t, int> answers;
    for (const ByteVector& message : messages_)
      if (const char type = type_of(message); type == 'A' || type == 'J')
        ++answers[number_of(message)];
    for (std::uint32_t number = 1; number < next_number_; ++number)
      EXPECT_EQ(answers[number], 1) << username_ << ": answers to order " << number;
    EXPECT_EQ(answers.size(), next_number_ - 1);
  }

  /// How often each trade was told here.
  void add_trades(std::map<std::uint64_t, int>& trades) const {
    for (const ByteVector& message : messages_)
      if (type_of(message) == 'E')
        ++trades[wire::view<wire::ouch_out::OrderExecuted>(message.data()).match_number];
  }

  [[nodiscard]] std::size_t messages() const { return messages_.size(); }
  [[nodiscard]] const std::string& session() const { return session_; }

 private:
  static constexpr std::size_t unanswered_max = 32;
  /// Of a node: so that it keeps all of the history, also on a fast machine.
  static constexpr std::uint32_t orders_per_life_max = 2000;
  static constexpr std::uint16_t messages_per_request = 32;

  static char type_of(const ByteVector& message) { return static_cast<char>(message[0]); }
  /// Every message about an order has it there.
  static std::uint32_t number_of(const ByteVector& message) {
    return wire::view<wire::Big32>(message.data() + 9);
  }

  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  std::uint32_t draw_open() {
    return std::next(open_.begin(), static_cast<std::ptrdiff_t>(draw(open_.size())))->first;
  }

  std::uint32_t log_in() {
    for (int tries = 0; tries < 100; ++tries) {
      udp_.send(node_, login(username_, "secret"));
      while (const auto datagram = udp_.receive(200)) {
        if (type_of(*datagram) == 'A') {
          const auto& accepted = wire::view<wire::ufo::LoginAccepted>(datagram->data());
          session_ = accepted.session.view();
          return accepted.sequence_number;
        }
        take(*datagram);
      }
    }
    ADD_FAILURE() << username_ << ": no login was accepted";
    return 0;
  }

  void fetch(std::uint32_t from, std::uint32_t to) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (from < to && std::chrono::steady_clock::now() < until) {
      udp_.send(node_, retransmission(from, messages_per_request));
      while (const auto datagram = udp_.receive(200)) {
        const std::uint32_t end = take(*datagram);
        if (end > from && covers(*datagram, from)) {
          from = end;
          break;
        }
      }
    }
    EXPECT_GE(from, to) << username_ << ": messages from " << from << " on are not kept";
  }
  static bool covers(const ByteVector& datagram, std::uint32_t number) {
    return wire::view<wire::ufo::SequencedHeader>(datagram.data()).sequence_number <= number;
  }

  /// Gives the number behind the datagram's last message; 0 if it brings none.
  std::uint32_t take(const ByteVector& datagram) {
    if (type_of(datagram) != wire::ufo::SequencedHeader::type_code)
      return 0;
    const auto& header = wire::view<wire::ufo::SequencedHeader>(datagram.data());
    std::uint32_t number = header.sequence_number;
    if (header.message_count == 0)
      return number > messages_.size() + 1 ? ask_for_missing() : 0;
    wire_in::MessageBlocks blocks(std::span<const std::byte>(datagram).subspan(sizeof header));
    while (const auto message = blocks.next())
      take_message(number++, {message->begin(), message->end()});
    return number;
  }
  std::uint32_t ask_for_missing() {
    udp_.send(node_, retransmission(static_cast<std::uint32_t>(messages_.size() + 1),
                                    messages_per_request));
    return 0;
  }

  void take_message(std::uint32_t number, const ByteVector& message) {
    if (number <= messages_.size()) {
      EXPECT_EQ(messages_[number - 1], message)
          << username_ << ": message " << number << " is another one than it was";
      return;
    }
    if (number > messages_.size() + 1) {
      ask_for_missing();
      return;
    }
    messages_.push_back(message);
    apply(message);
  }

  void apply(const ByteVector& message) {
    using namespace wire::ouch_out;
    switch (type_of(message)) {
      case 'A': {
        const auto& accepted = wire::view<OrderAccepted>(message.data());
        unanswered_.erase(accepted.user_ref_num);
        if (accepted.order_state == 'L')
          open_[accepted.user_ref_num] = accepted.quantity;
        break;
      }
      case 'J':
        unanswered_.erase(number_of(message));
        break;
      case 'E':
        reduce(number_of(message), wire::view<OrderExecuted>(message.data()).quantity);
        break;
      case 'C':
        reduce(number_of(message), wire::view<OrderCanceled>(message.data()).quantity);
        break;
      default:
        break;
    }
  }
  void reduce(std::uint32_t number, std::uint32_t shares) {
    const auto order = open_.find(number);
    if (order == open_.end() || order->second < shares) {
      ADD_FAILURE() << username_ << ": order " << number << " is reduced by more than it had";
      return;
    }
    order->second -= shares;
    if (order->second == 0)
      open_.erase(order);
  }

  void enter_one() {
    const ByteVector order = enter(next_number_, draw(2) == 0 ? 'B' : 'S', 10'000 + draw(20) * 100,
                                   static_cast<std::uint32_t>(1 + draw(500)));
    ++sent_;
    unanswered_[next_number_++] = order;
    udp_.send(node_, order);
  }
  void cancel(std::uint32_t number) {
    wire::ouch_in::CancelOrder cancel;
    cancel.user_ref_num = number;
    ByteVector bytes = bytes_of(cancel);
    bytes.insert(bytes.begin(), static_cast<std::byte>(wire::ufo::type_unsequenced));
    udp_.send(node_, bytes);
  }
  void resend() {
    for (const auto& [number, order] : unanswered_)
      udp_.send(node_, order);
  }

  std::string username_;
  std::mt19937_64 random_;
  UdpClient udp_;
  Endpoint node_;
  std::string session_;
  std::vector<ByteVector> messages_;  ///< number 1 first
  std::map<std::uint32_t, ByteVector> unanswered_;
  std::map<std::uint32_t, std::uint32_t> open_;  ///< shares by order, as told
  std::uint32_t next_number_ = 1;
  std::uint32_t sent_ = 0;  ///< to this node
};

}  // namespace wirebook::node
