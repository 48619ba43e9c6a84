// Goal: OpenCL runs the kernel, packaged as ap_ctrl_hs, beside another platform's: the slots in the
// host's memory are those of the software parser, to the byte, and as many as the limit says.
// Method: XRT's platform and PoCL's behind the one loader. After each run all of the ring's memory
// is compared: the run's slots, and what must be as it was before. Skipped where there is no PoCL.

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "card/bulk_list.hpp"
#include "card/bulk_parser.hpp"
#include "card/session_placement.hpp"
#include "slot_ring/ring.hpp"
#include "tests/card/recordings.hpp"
#include "tests/xrt/opencl_course.hpp"
#include "tests/xrt/opencl_host.hpp"
#include "tests/xrt/report.hpp"

namespace wirebook::test {
namespace {

using Arguments = std::map<std::string, std::uint64_t>;

constexpr std::uint64_t seed = 1;
constexpr std::uint32_t ring_slots_log2 = 11;
constexpr std::uint32_t ring_slots = 1U << ring_slots_log2;

std::string numbered(const std::string& name, std::size_t number) {
  return name + "_" + std::to_string(number);
}

Arguments arguments_of(const OpenClCourse& course, std::uint32_t run) {
  const wire_in::FrameIngressConfig config = course.config(run);
  const auto valid = [](std::uint16_t port) { return port == 0 ? 0 : 1U << 16 | port; };
  Arguments result{{"local_address", config.local_address},
                   {"order_address", config.order_entry.address},
                   {"order_port", valid(config.order_entry.port)},
                   {"locate_word", run},
                   {"locate_bits", ~0U}};
  for (std::size_t i = 0; i < config.feeds.size(); ++i) {
    result[numbered("filter_address", i)] = config.feeds[i].address;
    result[numbered("filter_port", i)] = valid(config.feeds[i].port);
  }
  // All sessions have their places from the beginning, so that a run does not move them.
  const auto placement = card::place_sessions(course.config(course.runs() - 1).sessions).value();
  for (std::size_t i = 0; i < placement.rows.size(); ++i)
    result[numbered("hash_row", i)] = placement.rows[i];
  const wire_in::OrderSource& session = course.session(run);
  for (const card::PlacedSession& placed : placement.sessions) {
    if (placed.source.session == session.session)
      result["session_index"] = placed.index;
  }
  result["session_address"] = session.address;
  result["session_port"] = valid(session.port);
  result["session_number"] = session.session;
  return result;
}

class XrtOpenCl : public testing::Test {
 protected:
  void SetUp() override {
    list_platforms();
    Surroundings::set("WIREBOOK_SIM_REPORT", surroundings.file("report.json"));
    if (!device_of("Portable Computing Language"))
      GTEST_SKIP() << "no PoCL: apt-get install pocl-opencl-icd, then configure anew";
  }
  /// XRT lets go of a device in threads of its own, and does not bear to be asked for another then.
  void TearDown() override {
    if (card == nullptr)
      return;
    ring = inject = {};
    card.reset();
    const std::string report = surroundings.file("report.json");
    ASSERT_TRUE(eventually([&] { return read_text(report).ends_with("}\n"); })) << "still open";
    EXPECT_EQ(number(read_text(report), "stray_accesses"), 0U);
    EXPECT_EQ(number(read_text(report), "slots"), slots);
  }
  /// Nothing is there yet: whatever lies in memory.
  void open() {
    card = std::make_unique<OpenClCard>(device_of("Xilinx").value());
    ring = card->host_only(ring_slots * sizeof(Slot));
    inject = card->host_only(inject_slots * sizeof(Slot));
    std::memset(static_cast<void*>(expected.data()), 0xA5, ring_slots * sizeof(Slot));
    const std::span<Slot> memory = card->map(ring);
    std::ranges::copy(expected, memory.begin());
    card->unmap(ring, memory);
  }
  void start(Arguments arguments) {
    arguments.insert({{"epoch", epoch},
                      {"ring_slots_log2", ring_slots_log2},
                      {"start_sequence", sequence},
                      {"consumer", sequence}});
    card->set(arguments, {{"ring_base", ring}, {"inject_base", inject}});
    card->start();
  }
  void start_run(const OpenClCourse& course, std::uint32_t run) {
    slot_ring::Ring<Slot> software(ring_slots, {.start_sequence = sequence, .epoch = epoch});
    const std::uint64_t count = course.parse(run, software);
    ASSERT_GT(count, 150U);
    ASSERT_LT(count, ring_slots - 704) << "the wire would wait for room";
    Arguments arguments = arguments_of(course, run);
    arguments["slot_limit"] = count - 2;  // within a frame, which is whole nevertheless
    start(arguments);
    expect(software, count);
  }
  /// A full inject ring, of which the limit lets so many slots through.
  void start_injected(std::uint64_t run, std::uint64_t limit) {
    const TimeNs time_ns{1'000'000 + run};
    slot_ring::Ring<Slot> software(ring_slots, {.start_sequence = sequence, .epoch = epoch});
    slot_ring::Writer<Slot> writer(software);
    const std::span<Slot> memory = card->map(inject);
    for (std::uint64_t i = 0; i < inject_slots; ++i) {
      memory[i] = numbered_clock_slot(1'000 * run + i);
      ASSERT_TRUE(writer.has_credit(1));
      writer.at() = memory[i];
      writer.at().time_ns = time_ns;
      writer.publish({.kind = SlotKind::clock});
    }
    card->unmap(inject, memory);
    start({{"slot_limit", limit},
           {"time", time_ns.raw},
           {"inject_slots_log2", 6},
           {"inject_produced", inject_slots}});
    expect(software, limit);
  }
  /// These slots come next.
  void expect(const slot_ring::Ring<Slot>& software, std::uint64_t count) {
    const auto* const from = reinterpret_cast<const Slot*>(software.memory().data());
    for (const std::uint64_t end = sequence + count; sequence != end; ++sequence, ++slots)
      expected[sequence % ring_slots] = from[sequence % ring_slots];
  }
  void compare() {
    const std::span<Slot> memory = card->map(ring);
    const auto bytes = std::as_bytes(memory);
    const auto differs = std::ranges::mismatch(bytes, std::as_bytes(std::span(expected))).in1;
    const auto at = static_cast<std::size_t>(differs - bytes.begin());
    const auto kind = at == bytes.size() ? 0 : static_cast<int>(memory[at / slot_bytes].tail.kind);
    card->unmap(ring, memory);
    ASSERT_EQ(at, bytes.size()) << "place " << at / slot_bytes << ", byte " << at % slot_bytes
                                << ", kind " << kind << "; the run's slots end at place "
                                << sequence % ring_slots;
  }

  static constexpr std::uint32_t inject_slots = 64;
  Surroundings surroundings;
  std::unique_ptr<OpenClCard> card;
  cl::Buffer ring;
  cl::Buffer inject;
  std::vector<Slot> expected = std::vector<Slot>(ring_slots);
  std::uint64_t sequence = ring_slots - 100;  // the first run goes around the end
  std::uint64_t slots = 0;                    ///< in all runs
  std::uint32_t epoch = 7;
};

TEST_F(XrtOpenCl, FramesBecomeTheSlotsOfTheSoftwareParser) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  const OpenClCourse course(seed, 3, surroundings.file("day.pcap"));
  Surroundings::set("WIREBOOK_SIM_WIRE", "pcap:" + surroundings.file("day.pcap"));
  open();
  for (std::uint32_t run = 0; run < course.runs(); ++run, ++epoch) {
    SCOPED_TRACE("run " + std::to_string(run));
    start_run(course, run);
    ASSERT_TRUE(card->finish()) << "the run does not end";
    ASSERT_NO_FATAL_FAILURE(compare());
  }
}

TEST_F(XrtOpenCl, InjectedSlotsStopAtTheLimit) {
  open();
  for (std::uint64_t run = 0; run < 5; ++run, ++epoch) {
    SCOPED_TRACE("run " + std::to_string(run));
    start_injected(run, 40 + run);
    ASSERT_TRUE(card->finish()) << "the run does not end";
    ASSERT_NO_FATAL_FAILURE(compare());
  }
}

/// What the program's own bulk parser makes of a recording, on the platform that compiles OpenCL C.
void expect_the_processor_to_parse() {
  constexpr std::size_t messages = 2'000;
  card::test::Chance chance(seed);
  wire_in::test::WireBytes recording;
  for (std::size_t i = 0; i < messages; ++i)
    recording.add(card::test::itch_block(chance.itch(10)));
  const slot_ring::RingStart at_start{.start_sequence = 0, .epoch = 3};
  card::test::Software software(ring_slots, at_start);
  software.parse_itch(recording);

  slot_ring::Ring<Slot> ring(ring_slots, at_start);
  const auto memory = std::span(ring.memory().data(), ring_slots * sizeof(Slot));
  const std::unique_ptr<card::BulkParser> parser = card::opencl_module().open();
  parser->use({.memory = memory, .epoch = at_start.epoch});
  wire_in::BinaryFileSource source(recording);
  card::BulkList list(recording, messages);
  OutcomeCounters counters{};
  ASSERT_TRUE(list.fill(source, counters));
  parser->start(list.batch(card::BulkFormat::itch, 0));
  parser->finish();
  EXPECT_GT(list.slots(), messages / 2);
  EXPECT_EQ(counters.count, software.counters.count);
  EXPECT_EQ(std::memcmp(memory.data(), software.ring.memory().data(), memory.size()), 0);
}

TEST_F(XrtOpenCl, TheProcessorParsesWhileTheCardRuns) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  if (!std::filesystem::exists(WIREBOOK_BINARY_DIR "/libwirebook_opencl.so"))
    GTEST_SKIP() << "libwirebook_opencl.so was not built";
  Surroundings::set("WIREBOOK_MODULES", WIREBOOK_BINARY_DIR);
  const OpenClCourse course(seed, 1, surroundings.file("day.pcap"));
  const std::string wire = surroundings.file("wire");
  ASSERT_EQ(mkfifo(wire.c_str(), 0600), 0);
  Surroundings::set("WIREBOOK_SIM_WIRE", "pcap:" + wire);
  open();
  start_run(course, 0);
  ASSERT_TRUE(eventually([this] { return card->status() == CL_RUNNING; }));
  expect_the_processor_to_parse();
  EXPECT_EQ(card->status(), CL_RUNNING) << "no frame has come yet";
  std::ofstream(wire, std::ios::binary) << std::ifstream(surroundings.file("day.pcap")).rdbuf();
  ASSERT_TRUE(card->finish()) << "the run does not end";
  compare();
}

}  // namespace
}  // namespace wirebook::test
