// Goal: what OpenCL writes into a ring is, byte for byte, what the software parser writes, and both
// count the same outcomes.
// Method: the same recordings through both into rings that start alike; then all ring memory is
// compared. Each test runs with the processor's own instructions and with portable code. Skipped
// where there is no OpenCL.
#include "card/bulk_parser.hpp"

#include <cstdlib>
#include <cstring>
#include <string>

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "card/bulk_list.hpp"
#include "opencl_here.hpp"
#include "recordings.hpp"

namespace wirebook::card::test {
namespace {

using slot_ring::RingStart;

constexpr RingStart start{.start_sequence = 0, .epoch = 0x8765'4321};

/// A bulk parser, and a ring that nothing else writes to.
class Bulk {
 public:
  Bulk(std::size_t slots, RingStart ring_start)
      : ring(slots, ring_start), sequence(ring_start.start_sequence) {
    parser = opencl_module().open();
    parser->use(
        {.memory = {ring.memory().data(), slots * sizeof(Slot)}, .epoch = ring_start.epoch});
  }

  void parse(BulkFormat format, Bytes recording, std::size_t batch, TimeNs time_ns = {}) {
    if (format == BulkFormat::itch)
      parse(format, wire_in::BinaryFileSource(recording), recording, batch, time_ns);
    else
      parse(format, wire_in::BlockFileSource(recording), recording, batch, time_ns);
  }

  slot_ring::Ring<Slot> ring;
  std::uint64_t sequence;
  std::unique_ptr<BulkParser> parser;
  OutcomeCounters counters{};

 private:
  template <class Source>
  void parse(BulkFormat format, Source source, Bytes recording, std::size_t messages_max,
             TimeNs time_ns) {
    BulkList list(recording, messages_max);
    while (list.fill(source, counters)) {
      BulkBatch batch = list.batch(format, sequence);
      batch.time_ns = time_ns;
      parser->start(batch);
      parser->finish();
      sequence += list.slots();
    }
  }
};

class BulkParsing : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam())
      ::setenv("WIREBOOK_OPENCL_PORTABLE", "1", 1);
    else
      ::unsetenv("WIREBOOK_OPENCL_PORTABLE");
    if (const std::string reason = why_no_opencl(); !reason.empty())
      GTEST_SKIP() << reason;
  }
};

/// The first byte that differs tells more than the rest.
void expect_same(const Software& software, const Bulk& bulk) {
  EXPECT_EQ(software.sequence(), bulk.sequence);
  EXPECT_EQ(software.counters.count, bulk.counters.count);
  const std::size_t bytes = software.ring.slots() * sizeof(Slot);
  const std::byte* const ours = software.ring.memory().data();
  const std::byte* const theirs = bulk.ring.memory().data();
  if (std::memcmp(ours, theirs, bytes) == 0)
    return;
  std::size_t at = 0;
  while (ours[at] == theirs[at])
    ++at;
  ADD_FAILURE() << "slot " << at / sizeof(Slot) << ", byte " << at % sizeof(Slot) << " (kind "
                << int(ours[at / sizeof(Slot) * sizeof(Slot) + 56]) << "): " << int(theirs[at])
                << ", the software has " << int(ours[at]);
}

/// A ring that holds all slots of the recording.
std::size_t slots_for(Bytes recording) { return std::bit_ceil(recording.size() / 7 + 256); }

void compare(BulkFormat format, Bytes recording, std::size_t batch = 1U << 16,
             TimeNs time_ns = {}) {
  Software software(slots_for(recording), start);
  Bulk bulk(slots_for(recording), start);
  if (format == BulkFormat::itch)
    software.parse_itch(recording);
  else
    software.parse_ouch(recording, time_ns);
  bulk.parse(format, recording, batch, time_ns);
  expect_same(software, bulk);
}

TEST_P(BulkParsing, EachByteOfEveryItchMessageGoesWhereItBelongs) {
  WireBytes recording;
  for (const auto& [type, bytes] : wire_in::test::itch_lengths)
    for (const WireBytes& message : wire_in::test::patterns(type, bytes))
      recording.add(itch_block(message));
  compare(BulkFormat::itch, recording);
}

TEST_P(BulkParsing, EachByteOfEveryOuchMessageGoesWhereItBelongs) {
  WireBytes recording;
  std::uint32_t session = 0x0102'0304;
  for (const auto& [type, fixed_bytes, is_optional] : ouch_lengths)
    for (WireBytes& message : wire_in::test::patterns(type, fixed_bytes)) {
      if (is_optional)
        recording.add(ouch_block(message, ++session));
      recording.add(ouch_block(message.be(0, 2), ++session));
    }
  compare(BulkFormat::ouch, recording, 1U << 16, TimeNs{0x1122'3344'5566'7788});
}

TEST_P(BulkParsing, PricesThatASlotCannotHold) {
  WireBytes recording;
  for (const std::uint64_t price :
       {std::uint64_t{0xFFFF'FFFE}, std::uint64_t{0xFFFF'FFFF}, std::uint64_t{0x1'0000'0000},
        std::uint64_t{0x8000'0000'0000'0000}, ~std::uint64_t{0}})
    recording.add(ouch_block(wire_in::test::ouch_enter().set(18, price, 8), 1))
        .add(ouch_block(WireBytes(40).set(0, 'U', 1).set(13, price, 8), 1));
  compare(BulkFormat::ouch, recording);
}

TEST_P(BulkParsing, AppendagesOfEveryLengthFillTheirExtensionSlots) {
  Chance chance(1);
  WireBytes recording;
  for (const auto& [type, fixed_bytes, is_optional] : ouch_lengths)
    for (std::size_t bytes = 0; bytes <= 100; ++bytes)
      recording.add(ouch_block(
          chance.noise(type, fixed_bytes).be(bytes, 2).add(chance.noise('\xFF', bytes)), 3));
  compare(BulkFormat::ouch, recording);
}

TEST_P(BulkParsing, MalformedMessagesCountAlikeAndLeaveNoTrace) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Chance chance(seed);
    WireBytes itch, ouch;
    for (std::size_t i = 0; i < 3'000; ++i) {
      itch.add(itch_block(chance.itch(2)));
      ouch.add(ouch_block(chance.ouch(2), chance.session()));
    }
    compare(BulkFormat::itch, itch, 100);
    compare(BulkFormat::ouch, ouch, 100);
  }
}

TEST_P(BulkParsing, ABatchMayHoldNothingGood) {
  Chance chance(1);
  WireBytes recording;
  for (int i = 0; i < 10; ++i)
    recording.add(itch_block(WireBytes(3, 'A')));
  recording.add(itch_block(chance.itch(1'000'000)));
  compare(BulkFormat::itch, recording, 5);
  compare(BulkFormat::itch, WireBytes());
}

/// Rings much smaller than the recording, and batches of all sizes about that of a work group.
TEST_P(BulkParsing, AroundTheRingAgainAndAgain) {
  for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1'000'003},
                                    (std::uint64_t{1} << 33) - 300}) {
    for (const std::size_t batch : {1U, 2U, 63U, 64U, 65U, 85U}) {
      SCOPED_TRACE("from " + std::to_string(first) + ", batches of " + std::to_string(batch));
      const RingStart from{.start_sequence = first, .epoch = 3};
      Chance chance(first + batch);
      WireBytes itch, ouch;
      for (std::size_t i = 0; i < 10 * batch + 300; ++i) {
        itch.add(itch_block(chance.itch(10)));
        ouch.add(ouch_block(chance.ouch(10), chance.session()));
      }
      Software software(ring_slots_min, from);
      Bulk bulk(ring_slots_min, from);
      software.parse_itch(itch);
      bulk.parse(BulkFormat::itch, itch, batch);
      software.parse_ouch(ouch);
      bulk.parse(BulkFormat::ouch, ouch, batch);
      expect_same(software, bulk);
    }
  }
}

TEST_P(BulkParsing, ByChance) {
  const std::uint64_t seed = std::random_device{}();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  Chance chance(seed);
  WireBytes itch, ouch;
  for (std::size_t i = 0; i < 50'000; ++i) {
    itch.add(itch_block(chance.itch(50)));
    ouch.add(ouch_block(chance.ouch(50), chance.session()));
  }
  SCOPED_TRACE("seed " + std::to_string(seed));
  compare(BulkFormat::itch, itch, 1 + chance.below(20'000));
  compare(BulkFormat::ouch, ouch, 1 + chance.below(20'000));
}

/// Right before a page that is not there, which a device may not read either.
class AtTheEdge {
 public:
  explicit AtTheEdge(Bytes bytes) : size_((bytes.size() + page - 1) / page * page) {
    void* const all =
        ::mmap(nullptr, size_ + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    base_ = static_cast<std::byte*>(all);
    ::mprotect(base_ + size_, page, PROT_NONE);
    bytes_ = {base_ + size_ - bytes.size(), bytes.size()};
    std::memcpy(base_ + size_ - bytes.size(), bytes.data(), bytes.size());
    ::mprotect(base_, size_, PROT_READ);
  }
  AtTheEdge(const AtTheEdge&) = delete;
  AtTheEdge& operator=(const AtTheEdge&) = delete;
  ~AtTheEdge() { ::munmap(base_, size_ + page); }

  [[nodiscard]] Bytes bytes() const { return bytes_; }

 private:
  static constexpr std::size_t page = 4096;
  std::size_t size_;
  std::byte* base_ = nullptr;
  Bytes bytes_;
};

TEST_P(BulkParsing, NothingBehindTheRecordingIsRead) {
  Chance chance(1);
  for (const auto& [type, bytes] : wire_in::test::itch_lengths)
    compare(BulkFormat::itch, AtTheEdge(itch_block(chance.noise(type, bytes))).bytes());
  for (const auto& [type, fixed_bytes, is_optional] : ouch_lengths)
    for (const std::size_t appendage : {0U, 1U, 47U, 48U, 49U, 96U}) {
      WireBytes message = chance.noise(type, fixed_bytes);
      if (!is_optional || appendage != 0)
        message.be(appendage, 2).add(chance.noise('t', appendage));
      compare(BulkFormat::ouch, AtTheEdge(ouch_block(message, 1)).bytes());
    }
}

std::string name_of(const testing::TestParamInfo<bool>& test) {
  return test.param ? "Portable" : "Processor";
}
INSTANTIATE_TEST_SUITE_P(OpenCl, BulkParsing, testing::Bool(), name_of);

}  // namespace
}  // namespace wirebook::card::test
