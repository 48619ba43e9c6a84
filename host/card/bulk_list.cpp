#include "card/bulk_list.hpp"

#include "wire_in/itch_parser.hpp"
#include "wire_in/ouch_parser.hpp"

namespace wirebook::card {

bool BulkList::fill(wire_in::BinaryFileSource& source, OutcomeCounters& counters) {
  clear();
  std::size_t seen = 0;
  for (; seen < messages_.size(); ++seen) {
    const auto message = source.next();
    if (!message)
      break;
    if (const Outcome outcome = wire_in::check_itch(*message); outcome == Outcome::ok)
      add(*message, {});
    else
      counters.add(outcome);
  }
  counters.count[static_cast<std::size_t>(Outcome::ok)] += count_;
  return seen != 0;
}

bool BulkList::fill(wire_in::BlockFileSource& source, OutcomeCounters& counters) {
  clear();
  std::size_t seen = 0;
  for (; seen < messages_.size(); ++seen) {
    const auto block = source.next();
    if (!block)
      break;
    const wire_in::OuchShape shape = wire_in::check_ouch(block->message);
    counters.add(shape.outcome);
    if (shape.outcome == Outcome::ok)
      add(block->message, {.session = block->session,
                           .extensions = shape.extension_slots(),
                           .fixed_bytes = shape.fixed_bytes});
  }
  return seen != 0;
}

BulkBatch BulkList::batch(BulkFormat format, std::uint64_t sequence) const {
  return {.format = format,
          .bytes = count_ == 0 ? std::span<const std::byte>() : std::span(first_, end_),
          .messages = std::span(messages_).first(count_),
          .sequence = sequence};
}

void BulkList::clear() {
  count_ = 0;
  slots_ = 0;
  first_ = nullptr;
}

void BulkList::add(std::span<const std::byte> message, BulkMessage what) {
  if (count_ == 0) {
    const auto at = static_cast<std::size_t>(message.data() - recording_.data());
    first_ = recording_.data() + at / bulk_alignment * bulk_alignment;
  }
  end_ = message.data() + message.size();
  what.offset = static_cast<std::uint32_t>(message.data() - first_);
  what.slot = slots_;
  what.length = static_cast<std::uint16_t>(message.size());
  slots_ += 1U + what.extensions;
  messages_[count_++] = what;
}

}  // namespace wirebook::card
