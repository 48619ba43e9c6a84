#include "journal/recovery.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <tuple>
#include <utility>

#include "journal/reader.hpp"
#include "journal/segment_set.hpp"
#include "journal/verify.hpp"

namespace wirebook::journal {

namespace {

constexpr std::uint64_t progress_slots = std::uint64_t{1} << 14;

class Run {
 public:
  Run(Store& store, const RecoveryOptions& options, const RecoverySink& sink,
      const RecoveryProgress& progress)
      : options_(options), sink_(&sink), progress_(&progress), set_(store) {}

  Recovery recover() {
    if (const SegmentSet::Error error = set_.load(); error.number != 0)
      return fail(error);
    result_.epoch = set_.highest_epoch() + 1;
    const bool good =
        check_epoch() && check_origin() && check_segments() && check_reach() && read();
    if (!good)
      return std::move(result_);
    if (const SegmentSet::Error error = set_.cut(result_.sequence, result_.removed);
        error.number != 0)
      return fail(error);
    return std::move(result_);
  }

 private:
  [[nodiscard]] const Journal& journal() const { return set_.journal(); }

  Recovery fail(const SegmentSet::Error& error) {
    result_.status = RecoveryStatus::io_error;
    result_.error = error.number;
    result_.text = error.file + ": " + std::strerror(error.number);
    return std::move(result_);
  }
  bool refuse(RecoveryStatus status, std::string text) {
    result_.status = status;
    result_.text = std::move(text);
    return false;
  }
  bool refuse(const Fault& fault) {
    result_.fault = fault;
    result_.fault_file = journal().segments()[fault.segment].name();
    return refuse(RecoveryStatus::damaged, describe(journal(), fault));
  }

  /// 0 is none: nobody could read what is written in it.
  bool check_epoch() {
    return result_.epoch != 0 || refuse(RecoveryStatus::damaged,
                                        "a segment's name has the epoch ffffffff, and there is "
                                        "no epoch behind that");
  }
  bool check_origin() {
    for (const Segment& segment : journal().segments()) {
      const SegmentHeader& header = segment.check().header;
      if (segment.check().fault != HeaderFault::none)
        continue;
      if (header.shard != options_.shard)
        return refuse(RecoveryStatus::foreign,
                      segment.name() + " is of shard " + std::to_string(header.shard) +
                          ", this node is shard " + std::to_string(options_.shard));
      if (options_.trading_day != 0 && header.trading_day != options_.trading_day)
        return refuse(RecoveryStatus::foreign,
                      segment.name() + " is of the day " + std::to_string(header.trading_day) +
                          ", not of " + std::to_string(options_.trading_day));
    }
    return true;
  }

  /// Those before the one that is read first are not needed any more: what is wrong is only told.
  bool check_segments() {
    std::size_t first = 0;
    for (const Part& part : journal().parts())
      if (part.first <= options_.from_sequence && options_.from_sequence != 0)
        first = part.segment;
    for (const Fault& fault : journal().faults()) {
      if (fault.segment >= first)
        return refuse(fault);
      result_.warnings.push_back(describe(journal(), fault));
    }
    for (const Fault& fault : find_rests(journal()))
      result_.warnings.push_back(describe(journal(), fault));
    return true;
  }

  bool check_reach() {
    const auto parts = journal().parts();
    const std::uint64_t from = options_.from_sequence;
    if (!parts.empty() && parts.front().first > from)
      return refuse(RecoveryStatus::gone,
                    "the journal begins at sequence " + std::to_string(parts.front().first) +
                        ": slots from " + std::to_string(from) + " on are gone");
    if (from > (parts.empty() ? 0 : parts.back().end))
      return refuse_behind(parts.empty() ? 0 : parts.back().end);
    return true;
  }
  bool refuse_behind(std::uint64_t tail) {
    return refuse(RecoveryStatus::behind,
                  "the journal ends at sequence " + std::to_string(tail) + ": slots up to " +
                      std::to_string(options_.from_sequence) + ", which a snapshot has, are lost");
  }

  /// The window before a snapshot is read as well: in `async` a crash may have left holes there.
  /// Where no group begins, a little later.
  [[nodiscard]] std::uint64_t read_from() const {
    const auto parts = journal().parts();
    const std::uint64_t window =
        std::max<std::uint64_t>(journal().segment_of(parts.back()).window_slots(), group_slots_max);
    std::uint64_t from = options_.from_sequence - std::min(options_.from_sequence, window);
    for (const Part& part : parts)
      while (from >= part.first && from < part.end && from < options_.from_sequence) {
        const Segment& segment = journal().segment_of(part);
        if (!segment.proves(from) || segment.slot(from).tail.kind != SlotKind::extension)
          return from;
        ++from;
      }
    return from;
  }

  bool read() {
    result_.sequence = options_.from_sequence;
    if (journal().parts().empty())
      return true;
    Reader reader(journal());
    if (const std::uint64_t from = read_from(); from > reader.sequence() && !reader.seek(from))
      return true;  // at the very end
    const std::uint64_t begin = reader.sequence();
    const std::uint64_t all = (journal().parts().back().end - begin) * slot_bytes;
    std::uint64_t told = begin;
    for (auto step = reader.next(); step != Reader::Step::end; step = reader.next()) {
      if (step == Reader::Step::fault)
        return refuse(reader.fault());
      take(reader.group());
      if (reader.sequence() - told < progress_slots)
        continue;
      told = reader.sequence();
      tell((told - begin) * slot_bytes, all);
    }
    tell(all, all);
    return finish(reader);
  }

  bool finish(const Reader& reader) {
    result_.sequence = reader.sequence();
    if (result_.sequence < options_.from_sequence)
      return refuse_behind(result_.sequence);
    result_.cut_slots =
        std::max(reader.crash_end(), reader.sequence() + reader.tail_slots()) - reader.sequence();
    if (parted_)
      return refuse(RecoveryStatus::behind, "no group begins at sequence " +
                                                std::to_string(options_.from_sequence) +
                                                ": the snapshot is not of this journal");
    return true;
  }

  void take(const SlotGroup& group) {
    if (group.sequence < options_.from_sequence) {
      parted_ = parted_ || group.sequence + group.slot_count() > options_.from_sequence;
      return;
    }
    if (result_.groups++ == 0)
      result_.first_time = group.head->time_ns;
    result_.last_time = group.head->time_ns;
    result_.slots += group.slot_count();
    result_.bytes = result_.slots * slot_bytes;
    (*sink_)(group);
  }
  void tell(std::uint64_t done, std::uint64_t all) const {
    if (*progress_)
      (*progress_)(done, all);
  }

  RecoveryOptions options_;
  const RecoverySink* sink_;
  const RecoveryProgress* progress_;
  SegmentSet set_;
  Recovery result_;
  bool parted_ = false;
};

}  // namespace

Recovery recover(Store& store, const RecoveryOptions& options, const RecoverySink& sink,
                 const RecoveryProgress& progress) {
  return Run(store, options, sink, progress).recover();
}

ExitCode to_exit_code(RecoveryStatus status) {
  switch (status) {
    case RecoveryStatus::recovered:
      return ExitCode::ok;
    case RecoveryStatus::foreign:
      return ExitCode::configuration;
    case RecoveryStatus::io_error:
      return ExitCode::io;
    case RecoveryStatus::damaged:
    case RecoveryStatus::gone:
    case RecoveryStatus::behind:
      break;
  }
  return ExitCode::journal;
}

}  // namespace wirebook::journal
