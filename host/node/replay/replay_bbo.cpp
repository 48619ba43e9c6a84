#include "node/replay/replay_bbo.hpp"

#include <string_view>

#include "wirebook/limits.hpp"

#include "node/json/json_text.hpp"

namespace wirebook::node {

namespace {

void append_csv_text(std::string& line, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char letter : text)
    line.append(letter == '"' ? 2 : 1, letter);
  line += '"';
}

}  // namespace

BboFile::BboFile(const std::string& path) : file_(path) {
  if (!file_.wanted())
    return;
  last_.resize(instruments_max + 1);
  file_.buffer() += "time_ns,symbol,bid_price,bid_quantity,ask_price,ask_quantity\n";
}

void BboFile::update(TimeNs time_ns, std::uint16_t locate, Symbol symbol,
                     const match::BookSummary& book) {
  const Best now{.bid = side(book.bid), .ask = side(book.ask)};
  if (now == last_[locate])
    return;
  last_[locate] = now;
  std::string& line = file_.buffer();
  append_number(line, time_ns.raw);
  line += ',';
  append_csv_text(line, symbol.view());
  append_side(line, now.bid);
  append_side(line, now.ask);
  line += '\n';
  file_.commit();
}

BboFile::Side BboFile::side(const std::optional<match::LevelSummary>& level) {
  return level ? Side{.price = level->price, .quantity = level->quantity} : Side{};
}

void BboFile::append_side(std::string& line, const Side& side) {
  line += ',';
  if (side.quantity != 0)
    append_price(line, side.price.raw);
  line += ',';
  if (side.quantity != 0)
    append_number(line, side.quantity);
}

}  // namespace wirebook::node
