#include "journal/migrate.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "wirebook/crc32c.hpp"

#include "journal/bytes.hpp"
#include "journal/journal_files.hpp"
#include "journal/journal_lock.hpp"
#include "journal/new_file.hpp"
#include "journal/segment_copy.hpp"
#include "journal/segment_parts.hpp"
#include "journal/segment_prover.hpp"
#include "journal/version0.hpp"

namespace wirebook::journal {

namespace {

namespace fs = std::filesystem;

JournalDamage damage(const std::string& name, std::uint64_t byte, std::uint64_t sequence,
                     const std::string& why) {
  const std::string position = position_text(name, byte, sequence);
  return {"migrate: " + position + ": " + why, position};
}

struct Source {
  SegmentPart part;
  SegmentHeader header;
  std::uint32_t version = segment_version;
  std::uint64_t bytes = 0;
};

/// What the file is, by its header. Throws for what is none, and for versions that nobody knows.
Source look_at(const std::string& directory, const std::string& name) {
  const FileMap map(directory + "/" + name);
  const auto bytes = map.bytes();
  const SegmentName parsed = *parse_segment_name(name);
  Source source{.bytes = bytes.size()};
  const bool magic = bytes.size() >= version0_header_bytes &&
                     std::memcmp(bytes.data(), segment_magic, sizeof segment_magic) == 0;
  if (!magic)
    throw damage(name, 0, parsed.first_sequence, std::string(to_text(HeaderFault::magic)));
  std::memcpy(&source.version, bytes.data() + sizeof segment_magic, sizeof source.version);
  if (source.version > segment_version)
    throw ArchiveRefusal(directory + "/" + name + " is of format version " +
                         std::to_string(source.version) + ", which this program does not know: " +
                         "it knows 0 and " + std::to_string(segment_version));
  if (source.version == 0) {
    const auto header = check_version0(bytes);
    if (!header)
      throw damage(name, 0, parsed.first_sequence, "no whole header of version 0");
    source.header = *header;
    source.header.capacity_slots += header->first_sequence - block_start(header->first_sequence);
  } else {
    const HeaderCheck check = check_header(bytes);
    if (check.fault != HeaderFault::none)
      throw damage(name, check.byte, parsed.first_sequence, std::string(to_text(check.fault)));
    source.header = check.header;
  }
  if (source.header.first_sequence != parsed.first_sequence || source.header.epoch != parsed.epoch)
    throw damage(name, 16, parsed.first_sequence,
                 "the header says another first sequence or epoch than the name");
  source.part = {.name = name,
                 .first = parsed.first_sequence,
                 .epoch = parsed.epoch,
                 .file_bytes = slots_offset + source.header.capacity_slots * slot_bytes};
  return source;
}

std::vector<Source> look_at_all(const std::string& directory) {
  std::vector<Source> sources;
  for (const auto& entry : fs::directory_iterator(directory))
    if (const std::string name = entry.path().filename().string(); parse_segment_name(name))
      sources.push_back(look_at(directory, name));
  std::sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) {
    return a.part.name < b.part.name;  // names sort as segments follow
  });
  std::vector<SegmentPart> parts;
  parts.reserve(sources.size());
  for (const Source& source : sources)
    parts.push_back(source.part);
  end_parts(parts);
  for (std::size_t i = 0; i < sources.size(); ++i)
    sources[i].part = parts[i];
  return sources;
}

/// The file of this version, byte after byte, out of one of version 0.
class Version0Reader {
 public:
  Version0Reader(std::span<const std::byte> file, const Source& source)
      : file_(file), source_(&source), at_(block_start(source.part.first)) {}

  /// A whole number of slots.
  void read(std::uint64_t offset, std::span<std::byte> out) {
    if (offset == 0) {
      encode_header(source_->header, out.first<block_bytes>());
      out = out.subspan(block_bytes);
    }
    for (; !out.empty(); out = out.subspan(slot_bytes), ++at_) {
      const Slot slot = seal_anew();
      std::memcpy(out.data(), &slot, sizeof slot);
    }
  }
  [[nodiscard]] std::uint64_t slots() const { return slots_; }

 private:
  static constexpr std::uint64_t none = ~std::uint64_t{0};

  Slot seal_anew() {
    Slot slot;
    std::memset(static_cast<void*>(&slot), 0, sizeof slot);
    const SegmentPart& part = source_->part;
    if (at_ < part.first)
      return slot;
    const std::uint64_t byte = version0_header_bytes + (at_ - part.first) * slot_bytes;
    const auto bytes = file_.subspan(byte, slot_bytes);
    if (is_zero(bytes)) {
      if (hole_ == none)
        hole_ = at_;
      return slot;
    }
    std::memcpy(static_cast<void*>(&slot), bytes.data(), sizeof slot);
    if (slot.tail.kind == SlotKind::none ||
        slot.tail.crc32c != version0_seal(slot, at_, part.epoch))
      throw damage(part.name, byte, at_, "a slot does not prove itself");
    if (hole_ != none)
      throw damage(part.name, version0_header_bytes + (hole_ - part.first) * slot_bytes, hole_,
                   "slots are missing before one that is there");
    ++slots_;
    slot.tail.crc32c = slot_crc32c(slot, slot.tail, at_, part.epoch);
    return slot;
  }

  std::span<const std::byte> file_;
  const Source* source_;
  std::uint64_t at_;
  std::uint64_t hole_ = none;  ///< where zeros began
  std::uint64_t slots_ = 0;
};

/// What was written is read back and proven.
void prove(CopyTools& tools, const SegmentPart& part, const std::string& path) {
  const DataFile file(path, DataFile::Use::read, true);
  FilePieces pieces(tools.queue, file, part.file_bytes, 0, tools.queue.buffer_count());
  tools.prover.begin(part);
  while (!pieces.at_end()) {
    const FilePieces::Piece piece = pieces.next();
    tools.prover.take(piece.offset, piece.bytes);
  }
  tools.prover.end();
}

std::uint64_t migrate_segment(CopyTools& tools, const Source& source, const std::string& from,
                              const std::string& to) {
  const FileMap map(from);
  Version0Reader reader(map.bytes(), source);
  NewFile target(to);
  target.file().allocate(source.part.file_bytes);
  std::uint32_t buffer = 0;
  for (std::uint64_t offset = 0; offset < source.part.file_bytes;) {
    tools.queue.wait(buffer);
    const auto room = tools.queue.buffer(buffer);
    const auto piece =
        room.first(std::min<std::uint64_t>(room.size(), source.part.file_bytes - offset));
    reader.read(offset, piece);
    tools.queue.write(buffer, target.file(), offset, piece.size());
    tools.done(piece.size());
    offset += piece.size();
    buffer = (buffer + 1) % tools.queue.buffer_count();
  }
  target.sync(tools.queue);
  prove(tools, source.part, target.file().path());
  target.name();
  return reader.slots();
}

}  // namespace

MigrateReport migrate(PieceIo& io, const MigrateOptions& options, const ArchiveWatch& watch) {
  const JournalLock lock(options.directory);
  if (!lock.held())
    throw ArchiveRefusal("a writer is at work in " + options.directory);
  const std::vector<Source> sources = look_at_all(options.directory);
  if (sources.empty())
    throw_file_error(ENOENT,
                     options.directory + ": no segment of a journal (<sequence>-<epoch>.wbj)");
  const bool in_place = options.to.empty();
  const std::string& to = in_place ? options.directory : options.to;
  if (!in_place) {
    make_directories(to);
    if (fs::equivalent(to, options.directory))
      throw ArchiveRefusal(
          "--to is the journal's own directory; without --to it is migrated there");
  }

  MigrateReport report;
  ArchiveProgress progress;
  for (const Source& source : sources)
    progress.bytes_total += source.part.file_bytes;
  PieceQueue queue(io);
  SegmentProver prover;
  CopyTools tools{queue, prover, ReadFrom::automatic, [&](std::uint64_t bytes) {
                    progress.bytes_done += bytes;
                    watch(progress);
                  }};
  for (const Source& source : sources) {
    progress.segment = source.part.name;
    watch(progress);
    const std::string from_path = options.directory + "/" + source.part.name;
    const std::string to_path = to + "/" + source.part.name;
    if (source.version == segment_version) {
      ++report.current;
      if (!in_place)
        copy_raw(tools, source.part, from_path, to_path);
      else
        prover = {};  // a segment that is not looked at: what comes behind it begins anew
      continue;
    }
    report.slots += migrate_segment(tools, source, from_path, to_path);
    ++report.migrated;
    sync_directory(to);
  }
  sync_directory(to);
  return report;
}

}  // namespace wirebook::journal
