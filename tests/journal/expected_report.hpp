// What a damaged journal must be reported as, worked out without a checksum: by comparing it with
// what was written.
//
// Shapes: damage to bytes and lengths of the same files; `shows` answers for one slot.
// Threads: one. Errors: as test failures.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <tuple>
#include <vector>

#include "journal/verify.hpp"
#include "tests/journal/journal_image.hpp"

namespace wirebook::journal::test {

class Expected {
 public:
  Expected(const JournalImage& written, const JournalImage& found)
      : written_(written), found_(found) {
    for (std::size_t i = 0; i < written.files.size(); ++i)
      check_file(i);
    find_last();
    find_tail();
    for (std::size_t i = 0; i < written.files.size(); ++i)
      find_holes(i);
    for (const ImageGroup& group : written.groups)
      if (group.end <= tail && is_whole(group.first, group.end))
        groups.push_back(group.first);
    sort(faults);
  }

  static void sort(std::vector<Fault>& list) {
    std::sort(list.begin(), list.end(), [](const Fault& a, const Fault& b) {
      return std::tuple(a.segment, a.kind, a.byte) < std::tuple(b.segment, b.kind, b.byte);
    });
  }

  std::vector<Fault> faults;
  std::vector<std::uint64_t> groups;  ///< that are given out, by their first sequences
  std::uint64_t tail = 0;
  std::uint64_t tail_slots = 0;

 private:
  [[nodiscard]] const ImageFile& file(std::size_t i) const { return written_.files[i]; }
  [[nodiscard]] std::uint64_t first_of(std::size_t i) const {
    return file(i).header.first_sequence;
  }
  /// Where what the file answers for ends.
  [[nodiscard]] std::uint64_t end_of(std::size_t i) const {
    return i + 1 < written_.files.size() ? first_of(i + 1) : file(i).capacity_end();
  }
  [[nodiscard]] bool is_last_epoch(std::size_t i) const {
    return file(i).header.epoch == written_.files.back().header.epoch;
  }

  /// Whether file `i` still has the slot that was written; the phase does not matter.
  [[nodiscard]] bool shows(std::size_t i, std::uint64_t sequence) const {
    const ImageFile& now = found_.files[i];
    if (sequence >= written_.tail() || (file(i).index_of(sequence) + 1) * slot_bytes > now.size)
      return false;
    Slot a = file(i).slot(sequence);
    Slot b = now.slot(sequence);
    a.tail.flags &= static_cast<std::uint8_t>(~flag_phase);
    b.tail.flags &= static_cast<std::uint8_t>(~flag_phase);
    return std::memcmp(&a, &b, sizeof a) == 0;
  }
  [[nodiscard]] bool is_whole(std::uint64_t first, std::uint64_t end) const {
    for (std::size_t i = 0; i < written_.files.size(); ++i)
      for (std::uint64_t s = std::max(first, first_of(i)); s < std::min(end, end_of(i)); ++s)
        if (!shows(i, s))
          return false;
    return true;
  }

  void check_file(std::size_t i) {
    const ImageFile& now = found_.files[i];
    if (std::memcmp(file(i).memory.data(), now.memory.data(), block_bytes) != 0) {
      faults.push_back(
          {.kind = FaultKind::header, .segment = i, .bytes = block_bytes, .sequence = first_of(i)});
    } else if (now.size != file(i).size) {
      const std::uint64_t held = block_start(first_of(i)) + now.size / slot_bytes - block_slots;
      const std::uint64_t from = std::max(held, first_of(i));
      faults.push_back({.kind = FaultKind::length,
                        .segment = i,
                        .byte = now.size,
                        .bytes = file(i).size - now.size,
                        .sequence = from,
                        .slots = file(i).capacity_end() - from});
    }
    if (!is_last_epoch(i) && file(i).header.epoch != file(i + 1).header.epoch)
      check_rest(i);
  }
  void check_rest(std::size_t i) {
    const auto bytes = found_.files[i].bytes();
    std::optional<std::size_t> first, last;
    for (std::size_t b = file(i).index_of(end_of(i)) * slot_bytes; b < bytes.size(); ++b)
      if (bytes[b] != std::byte{0}) {
        first = first.value_or(b);
        last = b;
      }
    if (!first)
      return;
    const std::uint64_t base = block_start(first_of(i));
    const std::uint64_t from = base + *first / slot_bytes - block_slots;
    const std::uint64_t to = base + *last / slot_bytes - block_slots + 1;
    faults.push_back({.kind = FaultKind::rest,
                      .segment = i,
                      .byte = *first,
                      .bytes = *last + 1 - *first,
                      .sequence = from,
                      .slots = to - from});
  }
  /// Of the last epoch: behind the last slot that is there.
  void find_last() {
    bool begun = false;
    for (std::size_t i = 0; i < written_.files.size(); ++i) {
      if (is_last_epoch(i) && !std::exchange(begun, true))
        last_end_ = first_of(i);
      for (std::uint64_t s = first_of(i); is_last_epoch(i) && s < end_of(i); ++s)
        if (shows(i, s))
          last_end_ = s + 1;
    }
  }
  void find_tail() {
    tail = last_end_;
    for (const ImageGroup& group : written_.groups)
      if (group.first < last_end_ && last_end_ < group.end && is_whole(group.first, last_end_)) {
        tail = group.first;
        tail_slots = last_end_ - group.first;
      }
  }
  void find_holes(std::size_t i) {
    const std::uint64_t end = is_last_epoch(i) ? std::min(end_of(i), last_end_) : end_of(i);
    for (std::uint64_t s = first_of(i); s < end;) {
      std::uint64_t to = s;
      while (to < end && !shows(i, to))
        ++to;
      if (to != s)
        faults.push_back({.kind = FaultKind::slots,
                          .segment = i,
                          .byte = file(i).index_of(s) * slot_bytes,
                          .bytes = (to - s) * slot_bytes,
                          .sequence = s,
                          .slots = to - s});
      s = to + 1;
    }
  }

  const JournalImage& written_;
  const JournalImage& found_;
  std::uint64_t last_end_ = 0;
};

}  // namespace wirebook::journal::test
