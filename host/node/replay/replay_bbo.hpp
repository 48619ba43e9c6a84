// Best bid and offer as CSV: a row where best price or its quantity changed.
//
// Shapes: `time_ns,symbol,bid_price,bid_quantity,ask_price,ask_quantity`; displayed quantity;
// nothing between the commas where a side is empty. Threads: one. Errors: those of the file.
// Cost: a comparison a call, a line a change.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wirebook/units.hpp"

#include "match/book/book_summary.hpp"
#include "node/replay/replay_output.hpp"

namespace wirebook::node {

class BboFile {
 public:
  explicit BboFile(const std::string& path);

  [[nodiscard]] OutputFile& file() { return file_; }
  [[nodiscard]] const OutputFile& file() const { return file_; }
  /// After an input message: what the book of this locate looks like now.
  void update(TimeNs time_ns, std::uint16_t locate, Symbol symbol, const match::BookSummary& book);

 private:
  /// Quantity 0: the side is empty.
  struct Side {
    Price price{};
    std::uint64_t quantity = 0;
    friend bool operator==(const Side&, const Side&) = default;
  };
  struct Best {
    Side bid, ask;
    friend bool operator==(const Best&, const Best&) = default;
  };

  static Side side(const std::optional<match::LevelSummary>& level);
  static void append_side(std::string& line, const Side& side);

  OutputFile file_;
  std::vector<Best> last_;  ///< by locate
};

}  // namespace wirebook::node
