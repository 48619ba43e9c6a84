#include "journal/archive.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <optional>

#include "journal/compressed_format.hpp"
#include "journal/journal_files.hpp"
#include "journal/journal_lock.hpp"
#include "journal/segment_check.hpp"

namespace wirebook::journal {

namespace {

namespace fs = std::filesystem;
constexpr std::array compressions{Compression::none, Compression::lz4, Compression::zstd};

struct Copy {
  std::string path;
  Compression compression = Compression::none;
};

std::uint32_t day_number(const std::tm& day) {
  return static_cast<std::uint32_t>((day.tm_year + 1900) * 10'000 + (day.tm_mon + 1) * 100 +
                                    day.tm_mday);
}

/// A copy that is there under its own name, in whatever form.
std::optional<Copy> find_copy(const std::string& directory, const std::string& segment) {
  for (const Compression compression : compressions)
    if (const std::string path = directory + "/" + archive_name(segment, compression);
        fs::exists(path))
      return Copy{path, compression};
  return std::nullopt;
}

/// The next segment has slots while the last writes to this one are still in flight, in any order:
/// sealed is what its writer has closed.
void leave_held(JournalParts& parts, const std::string& directory) {
  const auto held = std::find_if(
      parts.sealed.begin(), parts.sealed.end(),
      [&directory](const SegmentPart& part) { return is_held(directory + "/" + part.name); });
  parts.open.insert(parts.open.begin(), held, parts.sealed.end());
  parts.sealed.erase(held, parts.sealed.end());
}

/// Counts for the watcher.
class Watched {
 public:
  Watched(const ArchiveWatch& watch, std::uint64_t total) : watch_(watch) {
    progress_.bytes_total = total;
  }
  void begin(std::string_view segment) {
    progress_.segment = segment;
    begun_at_ = progress_.bytes_done;
    watch_(progress_);
  }
  /// The same segment once more: a comparison found a difference.
  void again() { progress_.bytes_done = begun_at_; }
  void add(std::uint64_t bytes) {
    progress_.bytes_done += bytes;
    watch_(progress_);
  }

 private:
  const ArchiveWatch& watch_;
  ArchiveProgress progress_;
  std::uint64_t begun_at_ = 0;
};

std::uint64_t total_bytes(const std::vector<SegmentPart>& parts) {
  std::uint64_t bytes = 0;
  for (const SegmentPart& part : parts)
    bytes += part.file_bytes;
  return bytes;
}

Comparison compare(CopyTools& tools, const SegmentPart& part, const std::string& segment,
                   const Copy& copy) {
  return copy.compression == Compression::none
             ? compare_raw(tools, part, segment, copy.path)
             : compare_compressed(tools, part, segment, copy.path);
}

std::uint64_t copy_segment(CopyTools& tools, const SegmentPart& part, const ArchiveOptions& options,
                           const std::string& to) {
  const std::string from = options.from + "/" + part.name;
  return options.compression == Compression::none
             ? copy_raw(tools, part, from, to)
             : compress(tools, part, from, to, options.compression);
}

/// One segment is in the archive when this returns.
void archive_segment(CopyTools& tools, const SegmentPart& part, const ArchiveOptions& options,
                     Watched& watched, ArchiveReport& report) {
  const auto found = find_copy(options.to, part.name);
  const SegmentProver before = tools.prover;
  if (found) {
    const Comparison comparison = compare(tools, part, options.from + "/" + part.name, *found);
    if (comparison == Comparison::other_journal)
      throw ArchiveRefusal(found->path + " is of another journal: its header is whole and says " +
                           "otherwise. A journal needs an archive of its own");
    if (comparison == Comparison::same) {
      ++report.found;
      return;
    }
    tools.prover = before;
    watched.again();
    ++report.replaced;
  }
  const std::string to = options.to + "/" + archive_name(part.name, options.compression);
  report.stored_bytes += copy_segment(tools, part, options, to);
  report.raw_bytes += part.file_bytes;
  ++report.copied;
  if (found && found->path != to)
    remove_file(found->path);
}

/// Why it must stay, or nothing.
std::string reason_to_keep(const SegmentPart& part, const ArchiveOptions& options,
                           const JournalParts& parts) {
  const std::string rebuilt = ": the day's outbound messages are rebuilt from its segments";
  if (part.trading_day == 0)
    return part.name + " has no trading day, and may be of today";
  if (part.trading_day >= options.today)
    return part.name + " is of the trading day " + std::to_string(part.trading_day) +
           ", which is not over" + rebuilt;
  if (!parts.open.empty() && part.trading_day >= parts.open.front().trading_day)
    return part.name + " is of the trading day that is being written" + rebuilt;
  return {};
}

/// From the oldest on, up to the first that stays; each is compared with its copy once more, read
/// from where it is stored.
void remove_segments(CopyTools& tools, const JournalParts& parts, const ArchiveOptions& options,
                     ArchiveReport& report) {
  if (parts.open.empty() && is_written(options.from)) {
    report.kept = "a writer has begun in " + options.from + " meanwhile";
    return;
  }
  tools.read_from = ReadFrom::automatic;
  for (const SegmentPart& part : parts.sealed) {
    report.kept = reason_to_keep(part, options, parts);
    if (!report.kept.empty())
      return;
    const std::string path = options.from + "/" + part.name;
    const auto copy = find_copy(options.to, part.name);
    SegmentProver prover;  // what is proven here was counted before
    CopyTools again{tools.queue, prover, tools.read_from};
    if (!copy || compare(again, part, path, *copy) != Comparison::same)
      throw JournalDamage("archive: " + options.to + ": the copy of " + part.name +
                              " does not read back as it was written",
                          position_text(part.name, 0, part.first));
    remove_file(path);
    sync_directory(options.from);
    ++report.removed;
  }
}

SegmentPart part_of(const Copy& copy, const std::string& name, const SegmentName& parsed) {
  SegmentPart part{.name = name, .first = parsed.first_sequence, .epoch = parsed.epoch};
  if (copy.compression == Compression::none) {
    part.file_bytes = fs::file_size(copy.path);
    return part;
  }
  const FileMap map(copy.path);
  CompressedHeaderBytes bytes{};
  std::optional<CompressedHeader> header;
  if (map.bytes().size() >= bytes.size()) {
    std::copy_n(map.bytes().begin(), bytes.size(), bytes.begin());
    header = decode_header(bytes);
  }
  const std::string place = position_text(copy.path, 0, part.first);
  if (!header || header->first_sequence != part.first || header->epoch != part.epoch ||
      header->compression != copy.compression)
    throw JournalDamage("compressed: " + place + ": no header of this segment, or another version",
                        place);
  part.file_bytes = header->raw_bytes;
  return part;
}

std::vector<SegmentPart> list_archive(const std::string& directory) {
  std::vector<SegmentPart> parts;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string file = entry.path().filename().string();
    for (const Compression compression : compressions) {
      const std::string ending = archive_name("", compression);
      if (!file.ends_with(ending))
        continue;
      const std::string name = file.substr(0, file.size() - ending.size());
      if (const auto parsed = parse_segment_name(name))
        parts.push_back(part_of({entry.path().string(), compression}, name, *parsed));
    }
  }
  end_parts(parts);
  return parts;
}

}  // namespace

std::string archive_name(const std::string& segment, Compression compression) {
  if (compression == Compression::none)
    return segment;
  return segment + (compression == Compression::lz4 ? ".lz4" : ".zst");
}

std::uint32_t trading_day_today() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm day{};
  localtime_r(&now, &day);
  return day_number(day);
}

std::uint32_t earliest_day_today() {
  const auto now = std::chrono::system_clock::now() - std::chrono::hours(12);  // UTC-12
  const std::time_t then = std::chrono::system_clock::to_time_t(now);
  std::tm day{};
  gmtime_r(&then, &day);
  return day_number(day);
}

ArchiveReport archive(PieceIo& io, const ArchiveOptions& options, const ArchiveWatch& watch) {
  const bool live = is_written(options.from);
  const JournalFiles files(options.from);
  if (files.journal().segments().empty())
    throw_file_error(ENOENT, options.from + ": no segment of a journal (<sequence>-<epoch>.wbj)");
  JournalParts parts = parts_of(files.journal(), live);
  if (live)
    leave_held(parts, options.from);
  make_directories(options.to);
  if (fs::equivalent(options.from, options.to))
    throw ArchiveRefusal("--to is the journal's own directory, " + options.from);

  ArchiveReport report{.open = parts.open.size()};
  Watched watched(watch, total_bytes(parts.sealed));
  PieceQueue queue(io);
  SegmentProver prover;
  CopyTools tools{queue, prover, options.read_from,
                  [&watched](std::uint64_t bytes) { watched.add(bytes); }};
  for (const SegmentPart& part : parts.sealed) {
    watched.begin(part.name);
    archive_segment(tools, part, options, watched, report);
  }
  sync_directory(options.to);
  report.proven_slots = prover.proven_slots();
  if (options.remove)
    remove_segments(tools, parts, options, report);
  return report;
}

ArchiveReport restore(PieceIo& io, const RestoreOptions& options, const ArchiveWatch& watch) {
  const std::vector<SegmentPart> parts = list_archive(options.from);
  if (parts.empty())
    throw_file_error(ENOENT, options.from + ": no segment of a journal in this archive");
  make_directories(options.to);
  const JournalLock lock(options.to);
  if (!lock.held())
    throw ArchiveRefusal("a writer is at work in " + options.to);

  ArchiveReport report;
  Watched watched(watch, total_bytes(parts));
  PieceQueue queue(io);
  SegmentProver prover;
  CopyTools tools{queue, prover, options.read_from,
                  [&watched](std::uint64_t bytes) { watched.add(bytes); }};
  for (const SegmentPart& part : parts) {
    watched.begin(part.name);
    const Copy copy = *find_copy(options.from, part.name);
    const std::string to = options.to + "/" + part.name;
    if (fs::exists(to)) {
      if (compare(tools, part, to, copy) != Comparison::same)
        throw ArchiveRefusal(to + " is there and differs from the archive's; " +
                             "restore into another directory, or remove it");
      ++report.found;
      continue;
    }
    report.stored_bytes += fs::file_size(copy.path);
    report.raw_bytes += copy.compression == Compression::none ? copy_raw(tools, part, copy.path, to)
                                                              : expand(tools, part, copy.path, to);
    ++report.copied;
  }
  sync_directory(options.to);
  report.proven_slots = prover.proven_slots();
  return report;
}

}  // namespace wirebook::journal
