#include "journal/follower.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "wirebook/limits.hpp"

#include "journal/journal_files.hpp"
#include "journal/reader.hpp"
#include "journal/verify.hpp"

namespace wirebook::journal {

namespace {

namespace fs = std::filesystem;

/// Looks at a slot that should be there before it is a fault; the caller waits between them.
constexpr std::uint32_t misses_max = 200;

/// The page cache may have kept a page from before a direct write, if the kernel could not throw it
/// out then.
void drop_pages(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return;
  posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  close(file);
}

/// The segment that `sequence` lies in, if any does, and the one behind it. As names they sort as
/// they follow.
std::vector<std::string> names_from(const std::string& directory, std::uint64_t sequence) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory))
    if (std::string name = entry.path().filename().string(); parse_segment_name(name))
      names.push_back(std::move(name));
  std::sort(names.begin(), names.end());
  auto first = std::partition_point(names.begin(), names.end(), [sequence](const auto& name) {
    return parse_segment_name(name)->first_sequence <= sequence;
  });
  if (first != names.begin())
    --first;
  names.erase(names.begin(), first);
  names.resize(std::min<std::size_t>(names.size(), 2));
  return names;
}

}  // namespace

struct Follower::View {
  View(const std::string& directory, const std::vector<std::string>& names) {
    std::vector<Segment> segments;
    maps.reserve(names.size());
    for (const std::string& name : names) {
      maps.emplace_back(std::string(directory).append("/").append(name));
      segments.emplace_back(name, maps.back().bytes());
    }
    journal = Journal(std::move(segments));
    reader.emplace(journal);
  }

  std::vector<FileMap> maps;
  Journal journal;
  std::optional<Reader> reader;
};

Follower::Follower(std::string directory, std::uint64_t sequence)
    : directory_(std::move(directory)), sequence_(sequence) {}
Follower::~Follower() = default;

const SlotGroup& Follower::group() const { return view_->reader->group(); }

Follower::Step Follower::next(std::uint64_t durable) {
  if (!fault_.empty())
    return Step::fault;
  // The whole group lies before the block that may still be written.
  if (sequence_ + group_slots_max > block_start(durable))
    return Step::wait;
  if (view_ != nullptr && view_->reader->part() != 0)
    view_.reset();  // it has gone over into the next one
  for (;;) {
    const bool is_fresh = view_ == nullptr;
    std::string reason = is_fresh ? open_view() : std::string();
    if (reason.empty())
      reason = read_group();
    if (reason.empty())
      break;
    if (is_fresh)
      return miss(std::move(reason));
    view_.reset();  // there may be a segment that was not there when it was opened
  }
  misses_ = 0;
  return Step::group;
}

std::string Follower::open_view() {
  try {
    view_ = std::make_unique<View>(directory_, names_from(directory_, sequence_));
  } catch (const std::system_error& error) {
    return error.what();
  }
  if (!view_->reader->seek(sequence_))
    return "no segment in " + directory_ + " has it";
  return {};
}

std::string Follower::read_group() {
  Reader& reader = *view_->reader;
  switch (reader.next()) {
    case Reader::Step::group:
      sequence_ = reader.sequence();
      epoch_ = reader.epoch();
      return {};
    case Reader::Step::fault:
      return describe(view_->journal, reader.fault());
    case Reader::Step::end:
      break;
  }
  return "it does not prove itself";
}

Follower::Step Follower::miss(std::string reason) {
  if (view_ != nullptr && !view_->journal.segments().empty())
    drop_pages(directory_ + "/" + view_->journal.segments().front().name());
  view_.reset();
  if (++misses_ < misses_max)
    return Step::wait;
  fault_ = "the slot of sequence " + std::to_string(sequence_) +
           " should be durable, but is not there: " + reason;
  return Step::fault;
}

}  // namespace wirebook::journal
