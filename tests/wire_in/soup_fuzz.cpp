// Goal: the framer gives the same packets however a stream is cut. Input: pieces of a length byte
// and that many bytes of the stream.
#include <vector>

#include "fuzz_sink.hpp"
#include "wire_in/soup_framer.hpp"

using namespace wirebook;
using namespace wirebook::wire_in;

namespace {

struct Reader {
  SoupFramer framer{SoupSide::from_client};
  std::vector<std::byte> said;

  void feed(fuzz::Bytes bytes) {
    framer.feed(bytes);
    while (const auto packet = framer.next()) {
      said.push_back(static_cast<std::byte>(packet->outcome));
      said.push_back(static_cast<std::byte>(packet->type));
      said.insert(said.end(), packet->payload.begin(), packet->payload.end());
    }
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Reader in_pieces, at_once;  // their buffers are large
  in_pieces.framer = SoupFramer(SoupSide::from_client);
  at_once.framer = SoupFramer(SoupSide::from_client);
  in_pieces.said.clear();
  at_once.said.clear();
  std::vector<std::byte> stream;
  for (fuzz::Bytes rest = fuzz::as_bytes(data, size); !rest.empty();) {
    const fuzz::Bytes piece = fuzz::take_piece(rest);
    const std::vector<std::byte> own(piece.begin(), piece.end());
    in_pieces.feed(own);
    stream.insert(stream.end(), piece.begin(), piece.end());
  }
  at_once.feed(stream);
  WIREBOOK_ASSERT(in_pieces.said == at_once.said);
  WIREBOOK_ASSERT(in_pieces.framer.end() == at_once.framer.end());
  return 0;
}
