// Goal: whatever a peer of the control socket sends is lines, each a request or a refusal, the same
// however the stream is cut; a request stands for a line that leads to it again. Input: pieces of a
// length byte and that many bytes of the stream.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "node/control/control_lines.hpp"
#include "node/control/control_request.hpp"

namespace {

using wirebook::node::ControlLines;
using wirebook::node::ControlRequest;

void require(bool holds) {
  if (!holds)
    std::abort();
}

std::string outcome_of(std::string_view line) {
  ControlRequest request;
  const std::string error = wirebook::node::parse_control_request(line, request);
  if (!error.empty())
    return "refused: " + error;
  const std::string means = to_line(request);
  ControlRequest again;
  require(wirebook::node::parse_control_request(means, again).empty());
  require(to_line(again) == means);
  require(is_act(again) == is_act(request));
  return means;
}

struct Reader {
  ControlLines lines;
  std::string said;

  void feed(std::string_view bytes) {
    while (!bytes.empty() && !lines.spoilt()) {
      const std::span<char> room = lines.room();
      require(!room.empty());
      const std::size_t count = std::min(bytes.size(), room.size());
      std::copy_n(bytes.begin(), count, room.begin());
      lines.filled(count);
      bytes.remove_prefix(count);
      while (const auto line = lines.next())
        said += outcome_of(*line) + "\n";
    }
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Reader in_pieces;
  Reader at_once;
  std::string stream;
  for (std::string_view rest(reinterpret_cast<const char*>(data), size); !rest.empty();) {
    const std::size_t bytes =
        std::min<std::size_t>(static_cast<unsigned char>(rest[0]), rest.size() - 1);
    in_pieces.feed(rest.substr(1, bytes));
    stream += rest.substr(1, bytes);
    rest.remove_prefix(1 + bytes);
  }
  at_once.feed(stream);
  require(in_pieces.said == at_once.said);
  require(in_pieces.lines.spoilt() == at_once.lines.spoilt());
  return 0;
}
