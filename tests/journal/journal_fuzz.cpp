// Goal: whatever stands in a directory, the reader ends, gives out only slots that prove
// themselves, in order, and reports only places that are. Input: pieces, each a file: a byte of
// what its name is, a length in blocks, a flag whether header and slots are sealed, then its bytes.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "wirebook/assert.hpp"

#include "journal/reader.hpp"
#include "journal/verify.hpp"

using namespace wirebook;
using namespace wirebook::journal;

namespace {

struct Input {
  const std::uint8_t* data;
  std::size_t size;

  std::uint8_t byte() {
    if (size == 0)
      return 0;
    --size;
    return *data++;
  }
};

struct File {
  std::string name;
  std::vector<Slot> memory;
  std::size_t bytes = 0;
};

void seal_slots(File& file, const SegmentHeader& header, std::uint8_t salt) {
  for (std::size_t i = block_slots; i < file.memory.size(); ++i) {
    Slot& slot = file.memory[i];
    if ((i * 37 + salt) % 11 == 0)
      continue;
    slot.tail.crc32c = slot_crc32c(
        slot, slot.tail, block_start(header.first_sequence) + i - block_slots, header.epoch);
  }
}

File take_file(Input& input) {
  const std::uint8_t place = input.byte();
  const std::uint8_t shape = input.byte();
  const std::uint8_t salt = input.byte();
  const SegmentHeader header{.epoch = 1U + (place & 3U),
                             .first_sequence = (place >> 2) * 40ULL,
                             .capacity_slots = (1U + (shape & 1U)) * block_slots,
                             .window_slots = (shape & 0x20U) != 0 ? 2 * block_slots : 0,
                             .ring_slots = (shape & 0x20U) != 0 ? block_slots : 0};
  File file{.name = segment_name(header.first_sequence, header.epoch)};
  file.memory.resize(block_slots + header.capacity_slots);
  const auto bytes = std::as_writable_bytes(std::span(file.memory));
  std::fill(bytes.begin(), bytes.end(), std::byte{0});
  for (std::size_t i = block_slots; i < file.memory.size() && input.size != 0; ++i)
    file.memory[i].tail = {.kind = static_cast<SlotKind>(input.byte() & 0x3U),
                           .extension_count = static_cast<std::uint8_t>(input.byte() & 0x3U)};
  seal_slots(file, header, salt);
  encode_header(header, bytes.first<block_bytes>());
  if ((shape & 2U) != 0)  // a header of the input's
    for (std::size_t i = 0; i < 64; ++i)
      bytes[i] = static_cast<std::byte>(input.byte());
  if ((shape & 4U) != 0) {  // … whose checksum holds
    const std::uint32_t crc = header_crc32c(bytes.first<block_bytes>());
    std::memcpy(bytes.data() + block_bytes - 4, &crc, sizeof crc);
  }
  file.bytes = (shape & 8U) != 0 ? bytes.size() * input.byte() / 255 : bytes.size();
  return file;
}

void check_fault(const Journal& journal, const Fault& fault) {
  WIREBOOK_ASSERT(fault.segment < journal.segments().size());
  WIREBOOK_ASSERT(!describe(journal, fault).empty());
}

void check_group(const Reader& reader) {
  const SlotGroup& group = reader.group();
  WIREBOOK_ASSERT(group.slot_count() <= group_slots_max);
  WIREBOOK_ASSERT(proves(*group.head, group.sequence, reader.epoch()));
  for (std::size_t i = 0; i < group.head->tail.extension_count; ++i)
    WIREBOOK_ASSERT(proves(*group.extensions[i], group.sequence + 1 + i, reader.epoch()));
  WIREBOOK_ASSERT(reader.sequence() == group.sequence + group.slot_count());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{data, size};
  std::vector<File> files;
  while (input.size != 0 && files.size() < 8)
    files.push_back(take_file(input));
  std::vector<Segment> segments;
  for (const File& file : files)
    segments.emplace_back(file.name, std::as_bytes(std::span(file.memory)).first(file.bytes));
  const Journal journal(std::move(segments));

  std::uint64_t before = 0;
  Reader reader(journal);
  for (auto step = reader.next(); step != Reader::Step::end; step = reader.next()) {
    WIREBOOK_ASSERT(reader.sequence() >= before);
    before = reader.sequence();
    if (step == Reader::Step::fault)
      check_fault(journal, reader.fault());
    else
      check_group(reader);
  }
  const VerifyReport report = verify(journal);
  WIREBOOK_ASSERT(report.tail == reader.sequence());
  for (const Fault& fault : report.faults)
    check_fault(journal, fault);
  return 0;
}
