#include "node/replay/replay_bulk.hpp"

#include <utility>

#include "card/bulk_list.hpp"
#include "node/replay/replay_engine.hpp"
#include "node/replay/replay_feed.hpp"
#include "wire_in/binary_file_source.hpp"
#include "wire_in/block_file_source.hpp"

namespace wirebook::node {

namespace {

using Bytes = std::span<const std::byte>;

/// Ends what the device does with memory of ours before that memory goes.
class Running {
 public:
  explicit Running(card::BulkParser& parser) : parser_(parser) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { parser_.abandon(); }

 private:
  card::BulkParser& parser_;
};

template <class Source, class Replay>
void replay_batches(card::BulkFormat format, Bytes bytes, std::size_t messages_max, Replay& replay,
                    card::BulkParser& parser) {
  Source source(bytes);
  card::BulkList list(bytes, messages_max);
  card::BulkList next(bytes, messages_max);
  const Running running(parser);
  parser.use(replay.bulk_ring());

  OutcomeCounters& outcomes = replay.counts().outcomes;
  bool more = list.fill(source, outcomes);
  parser.start(list.batch(format, replay.sequence()));
  while (more) {
    more = next.fill(source, outcomes);
    parser.finish();
    if (replay.make_room(list)) {
      parser.start(list.batch(format, replay.sequence()));
      parser.finish();
    }
    replay.take(list);
    if (more)
      parser.start(next.batch(format, replay.sequence()));
    replay.run_slots();
    std::swap(list, next);
  }
  if (source.outcome() != Outcome::ok)
    outcomes.add(source.outcome());
}

}  // namespace

void replay_blocks(Bytes bytes, EngineReplay& replay, card::BulkParser& parser) {
  replay_batches<wire_in::BlockFileSource>(card::BulkFormat::ouch, bytes, bulk_orders_max, replay,
                                           parser);
}

void replay_binary_file(Bytes bytes, FeedReplay& replay, card::BulkParser& parser) {
  replay_batches<wire_in::BinaryFileSource>(card::BulkFormat::itch, bytes, bulk_messages_max,
                                            replay, parser);
}

}  // namespace wirebook::node
