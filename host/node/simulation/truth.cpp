#include "node/simulation/truth.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "journal/segment_format.hpp"
#include "node/config/sizes.hpp"
#include "slot_ring/group.hpp"
#include "wire_out/ouch_encoder.hpp"

namespace wirebook::simulation {

namespace {

bool same(const Slot& a, const Slot& b) {
  SlotTail a_tail = a.tail;
  SlotTail b_tail = b.tail;
  a_tail.flags &= static_cast<std::uint8_t>(~flag_phase);
  b_tail.flags &= static_cast<std::uint8_t>(~flag_phase);
  return std::memcmp(&a, &b, offsetof(Slot, tail)) == 0 &&
         std::memcmp(&a_tail, &b_tail, sizeof a_tail) == 0;
}

std::string name_of(std::uint32_t session) {
  return session == 0 ? "the feed" : fmt::format("session {}", session);
}

}  // namespace

Truth::Truth(const node::NodeConfig& config, const Drive& drive, Record& record)
    : config_(&config),
      drive_(&drive),
      record_(&record),
      told_hashes_(config.sessions.size() + 1),
      up_end_(config.sessions.size() + 1) {
  begin();
}

void Truth::begin() {
  engine_ = std::make_unique<match::NaiveEngine>(node::engine_capacity(*config_));
  itch_ = std::make_unique<wire_out::ItchEncoder>();
  messages_.assign(config_->sessions.size() + 1, {});
  std::fill(up_end_.begin(), up_end_.end(), 0);
}

// --- the stream ---

void Truth::publish(const SlotGroup& group) {
  if (group.sequence != stream_.size())
    return record_->found(
        fmt::format("slot {} is published where {} is next", group.sequence, stream_.size()));
  stream_.push_back(*group.head);
  for (std::size_t i = 0; i < group.head->tail.extension_count; ++i)
    stream_.push_back(*group.extensions[i]);
  feed(group.sequence);
}

SlotGroup Truth::group_at(std::uint64_t sequence) const {
  SlotGroup group{.head = &stream_[sequence], .sequence = sequence};
  for (std::size_t i = 0; i < group.head->tail.extension_count; ++i)
    group.extensions[i] = &stream_[sequence + 1 + i];
  return group;
}

void Truth::feed(std::uint64_t sequence) {
  const SlotGroup group = group_at(sequence);
  if (group.head->tail.kind == SlotKind::session_up && sequence >= life_begin_) {
    const std::uint32_t session = group.head->session.session;
    if (session < up_end_.size() && up_end_[session] == 0)
      up_end_[session] = sequence + group.slot_count();
  }
  const auto has_credit = [this] { return event_writer_.has_credit(step_events_max); };
  WIREBOOK_ASSERT(has_credit());
  match::Step step = engine_->on_slot(group, event_writer_);
  take_events(group);
  while (step == match::Step::more) {
    WIREBOOK_ASSERT(has_credit());
    step = engine_->resume(event_writer_);
    take_events(group);
  }
}

void Truth::take_events(const SlotGroup& cause) {
  const std::uint64_t cause_end = cause.sequence + cause.slot_count();
  while (const auto event = slot_ring::peek_group(event_reader_)) {
    const std::uint32_t session = event->head->session;
    if (session != 0 && session < messages_.size()) {
      std::array<std::byte, wire_out::ouch_message_bytes_max> bytes;
      if (const std::size_t count = wire_out::encode_ouch(*event, cause, bytes); count != 0)
        messages_[session].push_back({hash_of(std::span(bytes).first(count)), cause_end});
    }
    if (event->head->tail.market != 0) {
      std::array<std::byte, wire_out::itch_message_bytes_max> bytes;
      if (const std::size_t count = itch_->encode(*event, cause, bytes); count != 0)
        messages_[0].push_back({hash_of(std::span(bytes).first(count)), cause_end});
    }
    event_reader_.release(event->event_count());
  }
}

bool Truth::come_back(std::uint64_t tail) {
  if (tail < owed_ || (!async_ && tail < told_))
    record_->found(fmt::format("the node came back with {} slots; {} were durable, and {} told of",
                               tail, owed_, told_));
  if (tail > stream_.size())
    record_->found(fmt::format("the node came back with {} slots of {}", tail, stream_.size()));
  if (!record_->finding().empty())
    return false;
  stream_.resize(tail);
  life_begin_ = tail;
  durable_end_ = std::min(durable_end_, tail);
  begin();
  for (std::uint64_t at = 0; at < tail; at += group_at(at).slot_count()) {
    if (at + group_at(at).head->tail.extension_count >= tail) {
      record_->found(
          fmt::format("the node came back with {} slots, and a group cut at {}", tail, at));
      return false;
    }
    feed(at);
  }
  for (std::uint32_t session = 0; session < messages_.size(); ++session)
    if (told_hashes_[session].size() > messages_[session].size())
      record_->found(fmt::format("{} was told {} messages, and there are {} after the restart",
                                 name_of(session), told_hashes_[session].size(),
                                 messages_[session].size()));
  return record_->finding().empty();
}

void Truth::forget_told() {
  told_ = 0;
  for (std::vector<std::uint64_t>& told : told_hashes_)
    told.clear();
}

void Truth::go_down(bool cleanly) {
  owed_ = cleanly ? stream_.size() : async_ ? 0 : durable_end();
  // Whole groups only.
  while (owed_ < stream_.size() && stream_[owed_].tail.kind == SlotKind::extension)
    --owed_;
}

// --- the drive ---

Truth::Place Truth::place_of(std::uint64_t sequence) const {
  // Names sort as segments follow: the last that begins at or before it.
  const Drive::Names& names = drive_->durable_names();
  for (auto at = names.upper_bound(journal::segment_name(sequence, 0xFFFF'FFFF));
       at != names.begin();) {
    --at;
    if (!at->first.ends_with(".wbj"))
      continue;
    std::uint64_t first = 0;
    std::from_chars(at->first.data(), at->first.data() + 16, first, 16);
    const std::uint64_t offset =
        journal::slots_offset +
        (sequence - journal::first_of(journal::block_of(first))) * slot_bytes;
    if (offset + slot_bytes > drive_->durable(at->second).size())
      break;
    return {at->second, offset};
  }
  return {};
}

std::uint64_t Truth::durable_end() {
  if (async_)
    return stream_.size();
  for (; durable_end_ < stream_.size(); ++durable_end_) {
    const Place place = place_of(durable_end_);
    if (place.file == 0)
      break;
    if (!same(durable_slot(place), stream_[durable_end_]) &&
        !drive_->is_damaged(place.file, place.offset, slot_bytes))
      break;
  }
  return durable_end_;
}

Truth::OnDrive Truth::on_drive(std::uint64_t sequence) const {
  const Place place = place_of(sequence);
  if (place.file == 0)
    return OnDrive::nowhere;
  const Slot& slot = durable_slot(place);
  if (same(slot, stream_[sequence]))
    return OnDrive::right;
  const auto* const bytes = reinterpret_cast<const std::byte*>(&slot);
  return std::all_of(bytes, bytes + slot_bytes, [](std::byte byte) { return byte == std::byte{}; })
             ? OnDrive::zeros
             : OnDrive::wrong;
}

bool Truth::is_clear_from(std::uint64_t sequence) const {
  const Place place = place_of(sequence);
  if (place.file == 0)
    return true;
  const auto rest = drive_->durable(place.file).subspan(place.offset);
  return std::all_of(rest.begin(), rest.end(), [](std::byte byte) { return byte == std::byte{}; });
}

// --- what leaves ---

void Truth::check_told(std::uint32_t session, std::uint64_t number,
                       std::span<const std::byte> bytes) {
  const std::vector<Message>& messages = messages_[session];
  if (number == 0 || number > messages.size())
    return record_->found(
        fmt::format("{} is sent message {} of {}", name_of(session), number, messages.size()));
  const Message& message = messages[number - 1];
  const std::uint64_t hash = hash_of(bytes);
  if (hash != message.hash)
    return record_->found(fmt::format(
        "{} is sent something else as message {} than the naive engine says (slots before {})",
        name_of(session), number, message.cause_end));
  if (message.cause_end > durable_end())
    return record_->found(
        fmt::format("{} is sent message {} before its cause is durable: slots before {}, {} are",
                    name_of(session), number, message.cause_end, durable_end_));
  told_ = std::max(told_, message.cause_end);
  std::vector<std::uint64_t>& told = told_hashes_[session];
  if (told.size() < number)
    told.resize(number);
  if (told[number - 1] != 0 && told[number - 1] != hash)
    record_->found(
        fmt::format("{} was told something else before as message {}", name_of(session), number));
  told[number - 1] = hash;
}

void Truth::check_next(std::uint32_t session, std::uint64_t next_number) {
  const std::vector<Message>& messages = messages_[session];
  if (next_number == 0 || next_number > messages.size() + 1)
    return record_->found(fmt::format("{} is told that message {} is next, of {}", name_of(session),
                                      next_number, messages.size()));
  if (next_number == 1)
    return;
  const std::uint64_t cause_end = messages[next_number - 2].cause_end;
  if (cause_end > durable_end())
    record_->found(fmt::format(
        "{} is told that message {} is next before that is durable: slots before {}, {} are",
        name_of(session), next_number, cause_end, durable_end_));
  told_ = std::max(told_, cause_end);
}

void Truth::check_login(std::uint32_t session, std::uint64_t next_number) {
  if (up_end_[session] == 0)
    return record_->found(
        fmt::format("{} is let in, and the stream does not say so", name_of(session)));
  if (up_end_[session] > durable_end())
    return record_->found(
        fmt::format("{} is let in before that is durable: slots before {}, {} are",
                    name_of(session), up_end_[session], durable_end_));
  told_ = std::max(told_, up_end_[session]);
  check_next(session, next_number);
  if (next_number > messages_[session].size() + 1 || next_number < told_hashes_[session].size())
    record_->found(fmt::format("{} is let in with number {}; it was told {} messages of {}",
                               name_of(session), next_number, told_hashes_[session].size(),
                               messages_[session].size()));
}

}  // namespace wirebook::simulation
