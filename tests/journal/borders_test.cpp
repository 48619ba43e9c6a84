// Segments that are missing, overlap, bear wrong names or headers; and where a reader begins.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "journal/journal_files.hpp"
#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "tests/journal/journal_image.hpp"

namespace wirebook::journal::test {
namespace {

using ::testing::ElementsAre;

constexpr std::uint64_t seed = 7;
constexpr std::uint64_t segment_bytes = slots_offset + 128 * slot_bytes;

/// [0, 128) [128, 256) of epoch 1 and [200, 320) [320, …) of epoch 2, groups of one slot but for
/// one of three over each border.
JournalImage make_image() {
  JournalImage image(128, 0, seed);
  const auto write_until = [&image](std::uint64_t end) {
    while (image.tail() < end)
      image.write_group(0);
  };
  write_until(127);
  image.write_group(2);
  write_until(200);
  image.restart();
  write_until(318);
  image.write_group(2);
  write_until(330);
  return image;
}

std::vector<Fault> faults_of(const JournalImage& image) { return verify(image.journal()).faults; }

TEST(Borders, AreWhole) {
  const JournalImage image = make_image();
  ASSERT_EQ(image.files.size(), 4U);
  EXPECT_EQ(image.files[1].name, "0000000000000080-00000001.wbj");
  EXPECT_EQ(image.files[2].name, "00000000000000c8-00000002.wbj");
  const VerifyReport report = verify(image.journal());
  EXPECT_TRUE(report.whole());
  EXPECT_EQ(report.slots, 330U);
  EXPECT_EQ(report.tail, 330U);
  EXPECT_EQ(report.epoch, 2U);
}

TEST(Borders, WithoutTheFirstSegmentTheJournalBeginsLater) {
  JournalImage image = make_image();
  image.files.erase(image.files.begin());
  const VerifyReport report = verify(image.journal());
  EXPECT_TRUE(report.whole()) << "older segments may be archived";
  EXPECT_EQ(report.first_sequence, 128U);
  EXPECT_EQ(report.cut_slots, 2U);
  EXPECT_EQ(report.slots, 330U - 130U);
}

TEST(Borders, AMissingSegmentIsNamedWithItsExtent) {
  JournalImage image = make_image();
  image.files.erase(image.files.begin() + 1);
  const Fault missing{.kind = FaultKind::missing, .segment = 1, .sequence = 128, .slots = 72};
  EXPECT_THAT(faults_of(image), ElementsAre(missing));
  EXPECT_EQ(verify(image.journal()).cut_slots, 1U) << "the group's head";

  image = make_image();
  image.files.erase(image.files.begin() + 1, image.files.begin() + 3);
  const Fault both{.kind = FaultKind::missing, .segment = 1, .sequence = 128, .slots = 192};
  EXPECT_THAT(faults_of(image), ElementsAre(both));
  EXPECT_EQ(verify(image.journal()).tail, 330U);
}

TEST(Borders, AMissingEpochIsSlotsThatTheSegmentBeforeOwes) {
  JournalImage image(128, 0, seed);
  image.write_group(0);
  image.restart();  // [1, …)
  image.write_group(0);
  image.write_group(0);
  image.restart();  // [3, …)
  image.write_group(0);
  image.files.erase(image.files.begin() + 1);
  const Fault owed{.kind = FaultKind::slots,
                   .segment = 0,
                   .byte = slots_offset + slot_bytes,
                   .bytes = 2 * slot_bytes,
                   .sequence = 1,
                   .slots = 2};
  EXPECT_THAT(faults_of(image), ElementsAre(owed));
}

TEST(Borders, OverlappingSegmentsOfAnEpoch) {
  JournalImage image(128, 0, seed);
  image.write_groups(100);
  JournalImage other(128, 64, seed + 1);
  other.write_groups(30);
  image.files.push_back(other.files[0]);
  const Fault overlap{.kind = FaultKind::overlap,
                      .segment = 1,
                      .byte = slots_offset,
                      .bytes = 64 * slot_bytes,
                      .sequence = 64,
                      .slots = 64};
  EXPECT_THAT(faults_of(image), ::testing::Contains(overlap));
}

TEST(Borders, AnOlderEpochBehindANewerOneIsNotRead) {
  JournalImage image(128, 0, seed);
  image.write_groups(128 + 40);
  const std::uint64_t old_end = image.tail();
  JournalImage newer(128, 100, seed + 1);  // a recovery that left what lies behind its tail
  newer.files.clear();
  newer.restart();
  newer.write_groups(10);
  image.files.push_back(newer.files[0]);
  const Fault older{.kind = FaultKind::epoch, .segment = 2, .sequence = 128, .slots = 128};
  const VerifyReport report = verify(image.journal());
  EXPECT_THAT(report.faults, ::testing::Contains(older));
  EXPECT_EQ(report.tail, newer.tail()) << "not " << old_end;
}

TEST(Borders, ANameThatIsNotTheHeaders) {
  JournalImage image = make_image();
  std::swap(image.files[0].name, image.files[1].name);
  const Fault first{.kind = FaultKind::name, .segment = 0, .sequence = 0};
  const Fault second{.kind = FaultKind::name, .segment = 1, .sequence = 128};
  EXPECT_THAT(faults_of(image), ElementsAre(first, second));
  EXPECT_EQ(verify(image.journal()).slots, 330U);
}

TEST(Borders, ASegmentOfAnotherShard) {
  JournalImage image = make_image();
  image.files[2].header.shard = 4;
  encode_header(image.files[2].header, image.files[2].bytes().first<block_bytes>());
  const Fault shard{
      .kind = FaultKind::shard, .segment = 2, .byte = 20, .bytes = 4, .sequence = 200};
  EXPECT_THAT(faults_of(image), ElementsAre(shard));
}

TEST(Borders, AFileWithMoreThanItsHeaderSays) {
  JournalImage image = make_image();
  image.files[1].memory.resize(image.files[1].memory.size() + 64);
  image.files[1].size += block_bytes;
  const Fault length{.kind = FaultKind::length,
                     .segment = 1,
                     .byte = segment_bytes,
                     .bytes = block_bytes,
                     .sequence = 256};
  EXPECT_THAT(faults_of(image), ElementsAre(length));
}

TEST(Borders, ASegmentWithoutAHeaderIsReadByItsName) {
  JournalImage image = make_image();
  for (auto& byte : image.files[2].bytes().first(block_bytes))
    byte = std::byte{0};
  const Fault header{
      .kind = FaultKind::header, .segment = 2, .bytes = block_bytes, .sequence = 200};
  EXPECT_THAT(faults_of(image), ElementsAre(header));
  EXPECT_EQ(verify(image.journal()).slots, 330U);
}

TEST(Borders, AnEmptyFileLosesAllOfItsSlots) {
  JournalImage image = make_image();
  image.files[1].size = 0;
  const Fault header{
      .kind = FaultKind::header, .segment = 1, .bytes = block_bytes, .sequence = 128};
  const Fault missing{.kind = FaultKind::missing, .segment = 2, .sequence = 128, .slots = 72};
  EXPECT_THAT(faults_of(image), ElementsAre(header, missing));
}

TEST(Borders, GroupsThatAreNone) {
  JournalImage image = make_image();
  const auto change = [&image](std::uint64_t sequence, SlotKind kind, std::uint8_t extensions) {
    Slot& slot = image.files[0].slot(sequence);
    slot.tail.kind = kind;
    slot.tail.extension_count = extensions;
    JournalImage::seal(slot, sequence, 1);
  };
  const auto group_fault = [](std::uint64_t sequence, std::uint64_t slots) {
    return Fault{.kind = FaultKind::group,
                 .segment = 0,
                 .byte = slots_offset + sequence * slot_bytes,
                 .bytes = slots * slot_bytes,
                 .sequence = sequence,
                 .slots = slots};
  };
  change(10, SlotKind::extension, 0);  // without a head
  change(20, SlotKind::enter, 2);      // without its extensions
  change(30, SlotKind::enter, 3);      // more than a group can have
  EXPECT_THAT(faults_of(image),
              ElementsAre(group_fault(10, 1), group_fault(20, 1), group_fault(30, 1)));
}

TEST(Borders, ASealedSlotOfNoKindIsNone) {
  JournalImage image = make_image();
  Slot& slot = image.files[0].slot(10);
  slot.tail.kind = SlotKind::none;
  JournalImage::seal(slot, 10, 1);
  const Fault hole{.kind = FaultKind::slots,
                   .segment = 0,
                   .byte = slots_offset + 10 * slot_bytes,
                   .bytes = slot_bytes,
                   .sequence = 10,
                   .slots = 1};
  EXPECT_THAT(faults_of(image), ElementsAre(hole));
}

TEST(Borders, AGroupThatANewEpochCuts) {
  JournalImage image(128, 0, seed);
  image.write_group(0);
  image.write_group(2);
  JournalImage newer(128, 3, seed + 1);
  newer.files.clear();
  newer.restart();
  newer.write_group(0);
  image.files.push_back(newer.files[0]);
  std::memset(static_cast<void*>(&image.files[0].slot(3)), 0, slot_bytes);
  const Fault cut{.kind = FaultKind::group,
                  .segment = 0,
                  .byte = slots_offset + slot_bytes,
                  .bytes = 2 * slot_bytes,
                  .sequence = 1,
                  .slots = 2};
  EXPECT_THAT(faults_of(image), ElementsAre(cut));
}

TEST(Borders, AJournalWithoutSegments) {
  const Journal journal;
  Reader reader(journal);
  EXPECT_EQ(reader.next(), Reader::Step::end);
  EXPECT_EQ(reader.sequence(), 0U);
  EXPECT_FALSE(reader.seek(0));
  EXPECT_TRUE(verify(journal).whole());
}

TEST(Seek, GoesOnAtAnyGroup) {
  const JournalImage image = make_image();
  const Journal journal = image.journal();
  Reader reader(journal);
  for (const ImageGroup& group : image.groups) {
    ASSERT_TRUE(reader.seek(group.first));
    ASSERT_EQ(reader.next(), Reader::Step::group);
    EXPECT_EQ(reader.group().sequence, group.first);
    EXPECT_EQ(reader.group().slot_count(), group.end - group.first);
    EXPECT_EQ(reader.sequence(), group.end);
    EXPECT_EQ(reader.epoch(), group.end > 200 ? 2U : 1U);
  }
  EXPECT_TRUE(reader.seek(330)) << "where the next slot will be";
  EXPECT_EQ(reader.next(), Reader::Step::end);
  EXPECT_FALSE(reader.seek(320 + 128));
}

TEST(Seek, LeavesOutFaultsOfSegmentsBefore) {
  JournalImage image = make_image();
  image.files[0].bytes()[0] ^= std::byte{1};
  image.files[3].bytes()[0] ^= std::byte{1};
  const Journal journal = image.journal();
  Reader reader(journal);
  ASSERT_TRUE(reader.seek(200));
  std::vector<std::size_t> segments;
  for (auto step = reader.next(); step != Reader::Step::end; step = reader.next())
    if (step == Reader::Step::fault)
      segments.push_back(reader.fault().segment);
  EXPECT_THAT(segments, ElementsAre(3U));
}

TEST(Files, AreMappedAndOthersLeftAlone) {
  const auto directory =
      std::filesystem::temp_directory_path() / ("wirebook_journal_" + std::to_string(getpid()));
  const JournalImage image = make_image();
  image.write_to(directory);
  std::ofstream(directory / "0000000000000000-00000009.wbj.new") << "unfinished";
  std::ofstream(directory / "snapshot") << "another";
  {
    const JournalFiles files(directory);
    EXPECT_EQ(files.journal().segments().size(), 4U);
    const VerifyReport report = verify(files.journal());
    EXPECT_TRUE(report.whole());
    EXPECT_EQ(report.slots, 330U);
  }
  std::filesystem::remove_all(directory);
  try {
    const JournalFiles none(directory);
    FAIL() << "a directory that is not there";
  } catch (const std::system_error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr(directory.string()));
  }
}

TEST(Names, AreReadAsTheyAreMade) {
  const auto name = parse_segment_name(segment_name(0xFEDC'BA98'7654'3210, 0xABCD'EF01));
  ASSERT_TRUE(name);
  EXPECT_EQ(name->first_sequence, 0xFEDC'BA98'7654'3210);
  EXPECT_EQ(name->epoch, 0xABCD'EF01);
  for (const char* bad : {"", "0000000000000000-00000001", "0000000000000000-00000001.wbj.new",
                          "000000000000000A-00000001.wbj", "0000000000000000_00000001.wbj",
                          "+000000000000000-00000001.wbj", "0x00000000000000-00000001.wbj"})
    EXPECT_FALSE(parse_segment_name(bad)) << bad;
}

TEST(Headers, SayWhatIsWrongWithThem) {
  std::vector<std::byte> block(block_bytes);
  const auto check = [&block](const SegmentHeader& header, std::size_t byte = 0, int value = -1) {
    const std::span<std::byte, block_bytes> bytes(block.data(), block_bytes);
    encode_header(header, bytes);
    if (value >= 0)
      block[byte] = static_cast<std::byte>(value);
    const std::uint32_t crc = header_crc32c(bytes);
    std::memcpy(block.data() + block_bytes - 4, &crc, sizeof crc);
    const HeaderCheck result = check_header(block);
    return std::pair(result.fault, result.byte);
  };
  using Pair = std::pair<HeaderFault, std::uint64_t>;
  const SegmentHeader good{.epoch = 1, .first_sequence = 100, .capacity_slots = 128};
  EXPECT_EQ(check(good), Pair(HeaderFault::none, 0));
  EXPECT_EQ(check_header(block).header.first_sequence, 100U);
  EXPECT_EQ(check(good, 0, 'x'), Pair(HeaderFault::magic, 0));
  EXPECT_EQ(check(good, 8, 2), Pair(HeaderFault::version, 8));
  EXPECT_EQ(check(good, 12, 1), Pair(HeaderFault::bytes, 12));
  EXPECT_EQ(check(good, 16, 0), Pair(HeaderFault::epoch, 16));
  EXPECT_EQ(check(good, 32, 0), Pair(HeaderFault::capacity, 32));
  EXPECT_EQ(check(good, 32, 65), Pair(HeaderFault::capacity, 32));
  EXPECT_EQ(check(good, 39, 0xFF), Pair(HeaderFault::capacity, 32)) << "past the last sequence";
  SegmentHeader ring = good;
  ring.ring_slots = 256;
  ring.window_slots = 512;
  EXPECT_EQ(check(ring), Pair(HeaderFault::none, 0));
  EXPECT_EQ(check_header(block).header.ring_slots, 256U);
  EXPECT_EQ(check_header(block).header.window_slots, 512U);
  EXPECT_EQ(check(ring, 60, 1), Pair(HeaderFault::ring, 52));
  EXPECT_EQ(check(ring, 53, 0), Pair(HeaderFault::ring, 52));
  EXPECT_EQ(check(good, 52, 1), Pair(HeaderFault::ring, 52));
  EXPECT_EQ(check(good, 68, 1), Pair(HeaderFault::reserved, 68));
  EXPECT_EQ(check(good, 1000, 1), Pair(HeaderFault::reserved, 1000));
  block[2000] ^= std::byte{1};
  EXPECT_EQ(check_header(block).fault, HeaderFault::checksum);
  EXPECT_EQ(check_header(std::span(block).first(100)).byte, 100U);
}

}  // namespace
}  // namespace wirebook::journal::test
