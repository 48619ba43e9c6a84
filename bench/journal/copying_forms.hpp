// The copying pipeline's messages: how wire bytes become an object on the heap, that an order of
// the program's own, and that a line of the log. As a struct, and as JSON.
//
// Every function says how many bytes of the message it wrote somewhere else: values, and for JSON
// the names too, which each object carries. What the heap keeps for itself is not counted.
// Threads: pure. Errors: throws what the standard library and nlohmann/json throw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wirebook/wire/ouch50_in.hpp"

namespace wirebook::bench {

/// What the program works with, whatever the wire said.
struct Order {
  std::uint64_t time_ns = 0;
  std::uint64_t number = 0;
  std::uint32_t session = 0;
  char type = 0;
  char side = 0;
  std::uint32_t user_ref_num = 0;
  std::uint32_t quantity = 0;
  std::uint64_t price = 0;
  std::string symbol;
  std::string cl_ord_id;
  char time_in_force = 0;
  char display = 0;
  char capacity = 0;
  char iso = 0;
  char cross_type = 0;
};

/// An object of a class with members; the log's line has them between commas.
struct StructForm {
  struct Message {
    char type = 0;
    std::uint32_t user_ref_num = 0;
    char side = 0;
    std::uint32_t quantity = 0;
    std::string symbol;
    std::uint64_t price = 0;
    char time_in_force = 0;
    char display = 0;
    char capacity = 0;
    char iso = 0;
    char cross_type = 0;
    std::string cl_ord_id;
  };
  using Held = std::unique_ptr<Message>;

  static Held decode(const std::string& datagram, std::uint64_t& copied) {
    auto message = std::make_unique<Message>();
    const char* const bytes = datagram.data() + 1;  // behind the packet's type
    message->type = *bytes;
    copied += datagram.size() - 1;
    if (message->type == wire::ouch_in::CancelOrder::type_code) {
      const auto& m = *reinterpret_cast<const wire::ouch_in::CancelOrder*>(bytes);
      message->user_ref_num = m.user_ref_num;
      message->quantity = m.quantity;
      return message;
    }
    const auto& m = *reinterpret_cast<const wire::ouch_in::EnterOrder*>(bytes);
    message->user_ref_num = m.user_ref_num;
    message->side = m.side;
    message->quantity = m.quantity;
    message->symbol = m.symbol.view();
    message->price = m.price;
    message->time_in_force = m.time_in_force;
    message->display = m.display;
    message->capacity = m.capacity;
    message->iso = m.iso;
    message->cross_type = m.cross_type;
    message->cl_ord_id = m.cl_ord_id.view();
    return message;
  }

  static Order convert(const Held& message, std::uint64_t& copied) {
    copied += sizeof(Order);
    return {.type = message->type,
            .side = message->side,
            .user_ref_num = message->user_ref_num,
            .quantity = message->quantity,
            .price = message->price,
            .symbol = message->symbol,
            .cl_ord_id = message->cl_ord_id,
            .time_in_force = message->time_in_force,
            .display = message->display,
            .capacity = message->capacity,
            .iso = message->iso,
            .cross_type = message->cross_type};
  }

  static void serialise(const Order& order, std::string& line) {
    if (order.type == wire::ouch_in::CancelOrder::type_code)
      fmt::format_to(std::back_inserter(line), "{},{},{},{},{},{}\n", order.number, order.time_ns,
                     order.session, order.type, order.user_ref_num, order.quantity);
    else
      fmt::format_to(std::back_inserter(line), "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
                     order.number, order.time_ns, order.session, order.type, order.user_ref_num,
                     order.quantity, order.side, order.symbol, order.price, order.time_in_force,
                     order.display, order.capacity, order.iso, order.cross_type, order.cl_ord_id);
  }
};

/// A JSON object with a member a field; the log's line is one too.
struct JsonForm {
  using Held = nlohmann::json;

  static Held decode(const std::string& datagram, std::uint64_t& copied) {
    const StructForm::Held m = StructForm::decode(datagram, copied);
    copied -= datagram.size() - 1;  // the reader of the fields is no stage of its own here
    Held message{{"type", std::string(1, m->type)},
                 {"user_ref_num", m->user_ref_num},
                 {"quantity", m->quantity}};
    if (m->type != wire::ouch_in::CancelOrder::type_code)
      message.update({{"side", std::string(1, m->side)},
                      {"symbol", m->symbol},
                      {"price", m->price},
                      {"time_in_force", std::string(1, m->time_in_force)},
                      {"display", std::string(1, m->display)},
                      {"capacity", std::string(1, m->capacity)},
                      {"iso", std::string(1, m->iso)},
                      {"cross_type", std::string(1, m->cross_type)},
                      {"cl_ord_id", m->cl_ord_id}});
    copied += bytes_of(message);
    return message;
  }

  static Order convert(const Held& message, std::uint64_t& copied) {
    copied += sizeof(Order);
    const auto letter = [&message](const char* name) {
      return message.at(name).get_ref<const std::string&>().front();
    };
    Order order{.type = letter("type"),
                .user_ref_num = message.at("user_ref_num").get<std::uint32_t>(),
                .quantity = message.at("quantity").get<std::uint32_t>()};
    if (order.type == wire::ouch_in::CancelOrder::type_code)
      return order;
    order.side = letter("side");
    order.symbol = message.at("symbol").get<std::string>();
    order.price = message.at("price").get<std::uint64_t>();
    order.time_in_force = letter("time_in_force");
    order.display = letter("display");
    order.capacity = letter("capacity");
    order.iso = letter("iso");
    order.cross_type = letter("cross_type");
    order.cl_ord_id = message.at("cl_ord_id").get<std::string>();
    return order;
  }

  static void serialise(const Order& order, std::string& line) {
    Held object{{"number", order.number},
                {"time_ns", order.time_ns},
                {"session", order.session},
                {"type", std::string(1, order.type)},
                {"user_ref_num", order.user_ref_num},
                {"quantity", order.quantity}};
    if (order.type != wire::ouch_in::CancelOrder::type_code)
      object.update({{"side", std::string(1, order.side)},
                     {"symbol", order.symbol},
                     {"price", order.price},
                     {"time_in_force", std::string(1, order.time_in_force)},
                     {"display", std::string(1, order.display)},
                     {"capacity", std::string(1, order.capacity)},
                     {"iso", std::string(1, order.iso)},
                     {"cross_type", std::string(1, order.cross_type)},
                     {"cl_ord_id", order.cl_ord_id}});
    line += object.dump();
    line += '\n';
  }

 private:
  static std::uint64_t bytes_of(const Held& message) {
    std::uint64_t bytes = 0;
    for (const auto& [name, value] : message.items())
      bytes += name.size() + (value.is_string() ? value.get_ref<const std::string&>().size()
                                                : sizeof(std::uint64_t));
    return bytes;
  }
};

}  // namespace wirebook::bench
