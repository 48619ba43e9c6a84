// A journal in memory, as a writer and its recoveries leave it, to be damaged and read.
//
// Shapes: files of slots, so that they are aligned; the header takes the first 64. Around what was
// written lies what a ring leaves there: slots of other laps, in a segment's first block before it
// and behind the tail in the last. Threads: one. Errors: none.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "wirebook/crc32c.hpp"

#include "journal/journal.hpp"

namespace wirebook::journal::test {

struct ImageFile {
  std::string name;
  SegmentHeader header;
  std::vector<Slot> memory;
  std::size_t size = 0;  ///< of the file, in bytes; less than the memory where it was cut

  [[nodiscard]] std::span<std::byte> bytes() {
    return std::as_writable_bytes(std::span(memory)).first(size);
  }
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return std::as_bytes(std::span(memory)).first(size);
  }
  [[nodiscard]] std::uint64_t capacity_end() const {
    return block_start(header.first_sequence) + header.capacity_slots;
  }
  [[nodiscard]] std::size_t index_of(std::uint64_t sequence) const {
    return block_slots + (sequence - block_start(header.first_sequence));
  }
  [[nodiscard]] Slot& slot(std::uint64_t sequence) { return memory[index_of(sequence)]; }
  [[nodiscard]] const Slot& slot(std::uint64_t sequence) const {
    return memory[index_of(sequence)];
  }
};

struct ImageGroup {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
};

class JournalImage {
 public:
  /// `ring_slots`: what the headers say that was written from; 0: no ring.
  JournalImage(std::uint64_t capacity_slots, std::uint64_t first_sequence, std::uint64_t seed,
               std::uint64_t ring_slots = 0)
      : random_(seed), capacity_(capacity_slots), ring_(ring_slots), tail_(first_sequence) {
    add_segment();
  }

  void write_group(unsigned extensions) {
    const std::uint64_t first = tail_;
    for (unsigned i = 0; i <= extensions; ++i) {
      if (tail_ == files.back().capacity_end())
        add_segment();
      Slot& slot = files.back().slot(tail_);
      fill(slot);
      slot.tail = {.kind = i == 0 ? SlotKind::enter : SlotKind::extension,
                   .extension_count = static_cast<std::uint8_t>(i == 0 ? extensions : 0)};
      seal(slot, tail_, epoch_);
      ++tail_;
    }
    groups.push_back({first, tail_});
  }
  void write_groups(std::uint64_t slots) {
    for (const std::uint64_t end = tail_ + slots; tail_ < end;)
      write_group(static_cast<unsigned>(random_() % 3));
  }
  /// A recovery: the next segment begins at the tail, in a newer epoch.
  void restart() {
    ++epoch_;
    add_segment();
  }
  /// The next segment, made ahead and not yet begun.
  void prepare_next() { files.push_back(make_segment(files.back().capacity_end())); }
  /// As the last write of a block that still fills leaves it.
  void leave_other_laps_behind_tail() {
    for (std::uint64_t s = tail_; s % block_slots != 0; ++s)
      if (ring_ == 0)
        make_other_lap(files.back().slot(s), s);
      else
        files.back().slot(s) = lap_before(s);
  }

  /// What the ring has at this place before it is written: of this epoch, or as it was made.
  [[nodiscard]] Slot lap_before(std::uint64_t sequence) const {
    for (const ImageFile& file : files)
      if (file.header.epoch == epoch_ && sequence >= ring_ &&
          file.header.first_sequence <= sequence - ring_ && sequence - ring_ < file.capacity_end())
        return file.slot(sequence - ring_);
    Slot slot;
    std::memset(static_cast<void*>(&slot), 0, sizeof slot);
    slot.tail.flags = (sequence & ring_) == 0 ? 0 : flag_phase;
    return slot;
  }
  static void seal(Slot& slot, std::uint64_t sequence, std::uint32_t epoch) {
    slot.tail.crc32c = slot_crc32c(slot, slot.tail, sequence, epoch);
  }

  [[nodiscard]] std::uint64_t tail() const { return tail_; }
  [[nodiscard]] std::uint32_t epoch() const { return epoch_; }
  [[nodiscard]] std::mt19937_64& random() { return random_; }

  [[nodiscard]] Journal journal() const {
    std::vector<Segment> segments;
    for (const ImageFile& file : files)
      segments.emplace_back(file.name, file.bytes());
    return Journal(std::move(segments));
  }
  void write_to(const std::filesystem::path& directory) const {
    std::filesystem::create_directories(directory);
    for (const ImageFile& file : files)
      std::ofstream(directory / file.name, std::ios::binary)
          .write(reinterpret_cast<const char*>(file.bytes().data()),
                 static_cast<std::streamsize>(file.size));
  }

  std::vector<ImageFile> files;
  std::vector<ImageGroup> groups;

 private:
  void fill(Slot& slot) {
    for (std::size_t i = 0; i < sizeof slot; i += sizeof(std::uint64_t)) {
      const std::uint64_t word = random_();
      std::memcpy(reinterpret_cast<std::byte*>(&slot) + i, &word, sizeof word);
    }
  }
  void make_other_lap(Slot& slot, std::uint64_t sequence) {
    fill(slot);
    slot.tail = {.kind = SlotKind::enter, .flags = flag_phase};
    seal(slot, sequence + 4096, epoch_);
  }
  void add_segment() {
    files.push_back(make_segment(tail_));
    ImageFile& file = files.back();
    for (std::uint64_t s = block_start(tail_); s < tail_; ++s)
      make_other_lap(file.slot(s), s);
  }
  [[nodiscard]] ImageFile make_segment(std::uint64_t first) const {
    ImageFile file{.name = segment_name(first, epoch_),
                   .header = {.epoch = epoch_,
                              .shard = 3,
                              .first_sequence = first,
                              .capacity_slots = capacity_,
                              .created_unix_ns = 1'700'000'000'000'000'000,
                              .trading_day = 20'261'121,
                              .window_slots = ring_,
                              .ring_slots = ring_}};
    file.memory.resize(block_slots + capacity_);
    file.size = file.memory.size() * slot_bytes;
    std::memset(static_cast<void*>(file.memory.data()), 0, file.size);
    encode_header(file.header, file.bytes().first<block_bytes>());
    return file;
  }

  std::mt19937_64 random_;
  std::uint64_t capacity_;
  std::uint64_t ring_;
  std::uint64_t tail_;
  std::uint32_t epoch_ = 1;
};

}  // namespace wirebook::journal::test
