// Goal: whatever FIX asks for, each request is answered, and each report adds up; what comes back
// is never more than was asked for. Method: libFuzzer; bytes choose messages, fields and values,
// half of them such as make sense, from two accounts that trade with each other.
#include <cstdint>
#include <map>
#include <string>

#include "wirebook/assert.hpp"

#include "match/naive/naive_engine.hpp"
#include "tests/fuzz_bytes.hpp"
#include "tests/node/fix/fix_venue.hpp"

namespace wirebook::fix {
namespace {

using test::FuzzBytes;

std::string name(FuzzBytes& bytes) { return "N" + std::to_string(bytes.next() % 24); }

std::string odd_value(FuzzBytes& bytes) {
  std::string text;
  for (std::size_t i = bytes.next() % 20; i > 0; --i)
    text += static_cast<char>(bytes.next());
  return text;
}

std::string likely_value(FuzzBytes& bytes, int tag) {
  static const std::map<int, std::vector<std::string>> values{
      {18, {"6", "M", "P", "R", "6 R"}},
      {38, {"100", "200", "999999", "1", "300"}},
      {40, {"1", "2", "2", "2", "P"}},
      {44, {"150", "150.01", "149.99", "199999.99", "0.0001"}},
      {54, {"1", "2", "2", "5", "6"}},
      {55, {"AAPL", "AAPL", "AAPL", "MSFT", "HALT"}},
      {59, {"0", "3", "4", "5", "6"}},
      {110, {"1", "100", "200", "0", "50"}},
      {111, {"0", "1", "50", "100", "999"}},
      {126, {"20260105-10:00:01", "20260105-11:00:00", "20260105-23:00:00", "", "x"}},
      {211, {"0.01", "-0.01", "0", "1", "-1"}},
      {432, {"20260105", "20260106", "2026", "", "x"}},
      {528, {"A", "P", "R", "A", "G"}},
      {530, {"1", "7", "7", "1", "3"}},
  };
  const auto found = values.find(tag);
  if (found == values.end())
    return name(bytes);
  return found->second[bytes.next() % found->second.size()];
}

Message any_message(FuzzBytes& bytes) {
  static constexpr int tags[]{11,  18,  38,  40,  41,  44, 54,  55,  59,  110,  111,
                              126, 211, 432, 528, 530, 99, 388, 790, 836, 1094, 1138};
  const char kind = "DDDDFFGGGHqZ"[bytes.next() % 12];
  Message result = kind == 'D'   ? new_order(name(bytes), "1", "100", "150")
                   : kind == 'F' ? cancel(name(bytes), name(bytes))
                   : kind == 'G' ? replace(name(bytes), name(bytes), "1", "200", "150")
                                 : message("", {{11, name(bytes)}, {55, "AAPL"}, {530, "7"}});
  result.type = std::string(1, kind);
  result.poss_resend = bytes.next() % 16 == 0;
  for (std::size_t i = bytes.next() % 6; i > 0; --i) {
    const int tag = tags[bytes.next() % std::size(tags)];
    const std::string text = bytes.next() % 4 == 0 ? odd_value(bytes) : likely_value(bytes, tag);
    bool there = false;
    for (Field& field : result.fields)
      if (field.tag == tag) {
        field.value = text;
        there = true;
      }
    if (!there)
      result.add(tag, text);
  }
  return result;
}

/// What a client keeps of its requests: how many have no answer yet, by ClOrdID.
using Open = std::map<std::string, int>;

void answer(Party& party, Open& open) {
  while (!party.heard.empty()) {
    const Message heard = std::move(party.heard.front());
    party.heard.pop_front();
    WIREBOOK_ASSERT(heard.type == "8" || heard.type == "9" || heard.type == "r" ||
                    heard.type == "j");
    if (heard.type == "8")
      WIREBOOK_ASSERT(adds_up(heard));
    const std::string type = value(heard, tag::exec_type);
    const bool reply = heard.type != "8" || type == "0" || type == "8" || type == "5" ||
                       type == "I" || (type == "4" && heard.find(tag::orig_cl_ord_id));
    const std::string of = heard.type == "j" ? value(heard, tag::business_reject_ref_id)
                                             : value(heard, tag::cl_ord_id);
    if (reply && open.count(of) != 0 && --open[of] == 0)
      open.erase(of);
  }
}

}  // namespace
}  // namespace wirebook::fix

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it so
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wirebook::fix;
  FixVenueWith<wirebook::match::NaiveEngine> venue;
  FuzzBytes bytes(data, size);
  Open open[2];
  for (int i = 0; i < 100 && !bytes.empty(); ++i) {
    const std::size_t who = bytes.next() % 2;
    Party& party = venue.party(who);
    switch (bytes.next() % 16) {
      case 0:
        venue.hold();
        break;
      case 1:
        venue.release();
        break;
      case 2:
        venue.pass(ns_a_second);
        break;
      case 3:
        venue.release();
        answer(party, open[who]);
        WIREBOOK_ASSERT(open[who].empty());
        venue.restart(party);
        break;
      case 4:
        venue.host(wirebook::SlotKind::break_trade,
                   wirebook::AdminBody{.code = 'E', .match_number = bytes.next() % 8U});
        break;
      case 5:
        venue.lose();
        for (const std::size_t each : {std::size_t{0}, std::size_t{1}}) {
          venue.party(each).translator.on_link_lost();
          venue.log_in(venue.party(each));
          answer(venue.party(each), open[each]);
          WIREBOOK_ASSERT(open[each].empty());
        }
        break;
      default: {
        const Message message = any_message(bytes);
        // A status of a name tells of the name that the order has now.
        const std::string* const name = message.find(tag::cl_ord_id);
        const bool counts = name && !name->empty() && message.type != "H" && !message.poss_resend;
        if (counts)
          ++open[who][*name];
        venue.say(party, message);
      }
    }
    for (const std::size_t each : {std::size_t{0}, std::size_t{1}})
      answer(venue.party(each), open[each]);
  }
  venue.release();
  for (const std::size_t each : {std::size_t{0}, std::size_t{1}}) {
    answer(venue.party(each), open[each]);
    WIREBOOK_ASSERT(open[each].empty());
  }
  return 0;
}
