#include "node/market/feed_stream.hpp"

#include "wirebook/wire/session.hpp"

namespace wirebook::node {

std::uint64_t FeedStream::gone(std::size_t place, std::size_t bytes) {
  Place& at = places_[place];
  const auto run = history_->run(at.number, wire_out::MarketHistory::page_bytes);
  const std::uint64_t before = at.number;
  bytes += at.offset;
  if (bytes == run.packets.size()) {
    at = {.number = before + run.count};
    return run.count;
  }
  for (std::size_t begin = 0;;) {
    const std::size_t packet =
        sizeof(wire::Big16) + wire::view<wire::soup::Header>(run.packets.data() + begin).length;
    if (bytes < begin + packet) {
      at.offset = bytes - begin;
      return at.number - before;
    }
    begin += packet;
    ++at.number;
  }
}

}  // namespace wirebook::node
