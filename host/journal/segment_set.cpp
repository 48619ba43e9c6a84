#include "journal/segment_set.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "journal/bytes.hpp"
#include "journal/file_names.hpp"

namespace wirebook::journal {

namespace {

/// Made as it should be, and nothing was ever written to it.
bool is_empty(const Segment& segment) {
  const auto file = segment.file();
  if (segment.check().fault != HeaderFault::none || !segment.named_right() ||
      file.size() != segment.file_bytes())
    return false;
  return is_zero(file.subspan(slots_offset));
}

bool is_hindmost(const Segment& a, const Segment& b) {
  return std::tuple(a.first_sequence(), a.epoch()) > std::tuple(b.first_sequence(), b.epoch());
}

}  // namespace

SegmentSet::Error SegmentSet::load() {
  std::vector<Segment> segments;
  if (Error error = open_all(segments); error.number != 0)
    return error;
  leave_out_empty(segments);
  journal_ = Journal(std::move(segments));
  return {};
}

SegmentSet::Error SegmentSet::open_all(std::vector<Segment>& segments) {
  std::vector<std::string> names;
  if (const int error = store_->list(names); error != 0)
    return {error, "the journal's directory"};
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (is_unfinished_name(name))
      unfinished_.push_back(name);
    if (const auto parsed = parse_segment_name(name))
      highest_epoch_ = std::max(highest_epoch_, parsed->epoch);
  }
  for (const std::string& name : names) {
    const auto parsed = parse_segment_name(name);
    if (!parsed)
      continue;
    if (parsed->epoch == highest_epoch_)
      if (const int error = store_->claim(name); error != 0)
        return {error, name};
    std::span<const std::byte> bytes;
    if (const int error = store_->map(name, bytes); error != 0)
      return {error, name};
    segments.emplace_back(name, bytes);
  }
  return {};
}

void SegmentSet::leave_out_empty(std::vector<Segment>& segments) {
  std::sort(segments.begin(), segments.end(), is_hindmost);
  const auto is_newest = [this](const Segment& one) { return one.epoch() == highest_epoch_; };
  const auto is_followed = [&segments](const Segment& one) {
    return std::any_of(segments.begin(), segments.end(), [&one](const Segment& other) {
      return other.epoch() > one.epoch() && other.first_sequence() <= one.first_sequence();
    });
  };
  const auto newest_count = std::count_if(segments.begin(), segments.end(), is_newest);
  std::ptrdiff_t newest_left_out = 0;
  bool is_behind_all = true;  // of the newest epoch
  for (const Segment& one : segments) {
    const bool may_go =
        is_newest(one) ? is_behind_all && newest_left_out + 1 < newest_count : is_followed(one);
    const bool goes = may_go && is_empty(one);
    if (goes)
      empty_.push_back(one.name());
    if (is_newest(one)) {
      is_behind_all = goes;
      newest_left_out += goes ? 1 : 0;
    }
  }
  std::erase_if(segments, [this](const Segment& one) {
    return std::find(empty_.begin(), empty_.end(), one.name()) != empty_.end();
  });
}

SegmentSet::Error SegmentSet::remove(const std::string& name, std::vector<std::string>& removed) {
  if (const int error = store_->remove(name); error != 0)
    return {error, name};
  removed.push_back(name);
  // Each for itself: the hindmost goes first, and a crash leaves no gap.
  return {store_->sync_directory(), "the journal's directory"};
}

SegmentSet::Error SegmentSet::cut(std::uint64_t tail, std::vector<std::string>& removed) {
  std::vector<const Segment*> last;  // of the newest epoch, in their order
  for (const Segment& segment : journal_.segments())
    if (segment.epoch() == highest_epoch_)
      last.push_back(&segment);
  std::vector<std::string> behind = empty_;
  const Segment* cut = nullptr;
  while (cut == nullptr && !last.empty()) {
    if (last.size() == 1 || last.back()->first_sequence() < tail)
      cut = last.back();
    else
      behind.push_back(last.back()->name());
    last.pop_back();
  }
  for (const Segment* segment : last)
    if (const int error = store_->sync(segment->name()); error != 0)
      return {error, segment->name()};
  for (const std::string& name : behind)
    if (Error error = remove(name, removed); error.number != 0)
      return error;
  if (cut != nullptr)
    if (const int error = store_->zero_rest(cut->name(), cut->offset_of(tail)); error != 0)
      return {error, cut->name()};
  for (const std::string& name : unfinished_)
    if (Error error = remove(name, removed); error.number != 0)
      return error;
  return {};
}

}  // namespace wirebook::journal
