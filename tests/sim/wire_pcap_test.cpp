// Goal: a capture's frames come with its times; a FIFO's come when they are written, and nobody
// waits for them. Method: captures byte by byte, from files and through FIFOs by a script.
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/sim/wire_fixture.hpp"
#include "tests/wire_in/capture_bytes.hpp"

namespace wirebook::hw_sim::test {
namespace {

using wire_in::test::pcap_file;
using wire_in::test::PcapForm;
using wire_in::test::pcapng_file;
using wire_in::test::TestCapture;

constexpr std::uint64_t ns_per_s = 1'000'000'000;
constexpr std::uint64_t midnight = 19'675 * 86'400 * ns_per_s;  // UTC

class PcapWire : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("wire_pcap_" + std::to_string(getpid()) + "_" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }
  [[nodiscard]] std::string write(Bytes bytes) const {
    std::ofstream(path("in"), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path("in");
  }
  [[nodiscard]] std::string make_fifo() const {
    EXPECT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
    return path("fifo");
  }

 private:
  std::filesystem::path folder_;
};

/// Writes into a FIFO as a script would.
class Writer {
 public:
  explicit Writer(const std::string& path) : descriptor_(open(path.c_str(), O_WRONLY)) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { close(descriptor_); }
  void write(Bytes bytes) const {
    EXPECT_EQ(::write(descriptor_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }

  /// Somebody reads on. Generous: or it would seem that nobody does.
  [[nodiscard]] bool has_room() const {
    pollfd wait{descriptor_, POLLOUT, 0};
    return poll(&wait, 1, 3'000) == 1;
  }

 private:
  int descriptor_;
};

/// What this program writes to stderr goes into a file, to be waited for.
class StderrFile {
 public:
  explicit StderrFile(std::string path) : path_(std::move(path)) {
    const int file = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(file, STDERR_FILENO);
    close(file);
  }
  StderrFile(const StderrFile&) = delete;
  StderrFile& operator=(const StderrFile&) = delete;
  ~StderrFile() {
    dup2(before_, STDERR_FILENO);
    close(before_);
  }

  [[nodiscard]] std::string line() const {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
      std::ifstream file(path_);
      if (std::string text; std::getline(file, text) && !file.eof())
        return text;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return "nothing came";
  }

 private:
  std::string path_;
  int before_ = dup(STDERR_FILENO);
};

TEST_F(PcapWire, GivesFramesWithTheirTimesOfTheDay) {
  const std::vector<TestCapture> captures{
      {midnight + 34'200 * ns_per_s + 123'456'000, WireBytes(60, 1)},
      {midnight + 86'399 * ns_per_s + 999'999'000, WireBytes(1'514, 2)},
      {midnight + 86'400 * ns_per_s, WireBytes(9, 3)}};
  for (const WireBytes& file :
       {pcap_file(captures, PcapForm::micro), pcap_file(captures, PcapForm::nano),
        pcap_file(captures, PcapForm::micro_big_endian), pcapng_file(captures)}) {
    const auto wire = make_wire("pcap:" + write(file));
    EXPECT_EQ(wire->name(), "pcap:" + path("in"));
    EXPECT_TRUE(wire->keeps_time());
    for (const TestCapture& capture : captures) {
      const auto frame = frame_of(*wire);
      ASSERT_TRUE(frame);
      EXPECT_EQ(hex(frame->bytes), hex(capture.frame));
      EXPECT_EQ(frame->time_ns, capture.epoch_ns % (86'400 * ns_per_s));
      EXPECT_FALSE(frame->bad_fcs);
    }
    WireFrame frame;
    EXPECT_FALSE(wire->next(frame));
  }
}

TEST_F(PcapWire, KeepsNanoseconds) {
  const std::vector<TestCapture> captures{{midnight + 123'456'789, WireBytes(60)}};
  const auto wire = make_wire("pcap:" + write(pcap_file(captures, PcapForm::nano)));
  EXPECT_EQ(frame_of(*wire)->time_ns, 123'456'789U);
}

TEST_F(PcapWire, GivesMoreFramesThanItsQueueHoldsInOrder) {
  std::vector<TestCapture> captures;
  for (std::size_t i = 0; i < 3'000; ++i)
    captures.push_back({midnight + i, WireBytes(60 + i % 7)});
  const auto wire = make_wire("pcap:" + write(pcap_file(captures, PcapForm::nano)));
  for (std::size_t i = 0; i < captures.size(); ++i) {
    const auto frame = frame_of(*wire);
    ASSERT_TRUE(frame) << i;
    ASSERT_EQ(frame->time_ns, i);
    ASSERT_EQ(frame->bytes.size(), captures[i].frame.size());
  }
}

TEST_F(PcapWire, RefusesWhatIsNoCaptureOfEthernet) {
  EXPECT_THAT(refusal_of("pcap:" + write(WireBytes().text("no capture at all, this"))),
              testing::HasSubstr("no capture: unknown file format; pcap and pcapng are read"));
  EXPECT_THAT(refusal_of("pcap:" + write(pcap_file({}, PcapForm::nano, 101))),
              testing::HasSubstr("link type is RAW, only Ethernet (EN10MB)"));
  EXPECT_THAT(refusal_of("pcap:" + write(pcap_file({}, PcapForm::nano)) + ",loop"),
              testing::HasSubstr("unknown option \"loop\"; there is out=FILE"));
  EXPECT_THAT(refusal_of("pcap:" + write(pcap_file({}, PcapForm::nano)) + ",out=/absent/f"),
              testing::HasSubstr("cannot write /absent/f: No such file"));
}

TEST_F(PcapWire, ACutCaptureGivesItsWholeFramesAndSaysSo) {
  const std::vector<TestCapture> captures{{midnight, WireBytes(60, 1)}, {midnight, WireBytes(60)}};
  const WireBytes file = pcap_file(captures, PcapForm::nano);
  const StderrFile told(path("stderr"));
  const auto wire = make_wire("pcap:" + write(file.first(file.size() - 1)));
  EXPECT_EQ(next_hex(*wire), hex(captures[0].frame));
  EXPECT_THAT(told.line(), testing::AllOf(testing::StartsWith("wire pcap:" + path("in") + ": "),
                                          testing::HasSubstr("truncated")));
}

TEST_F(PcapWire, AFifoGivesWhatWasWrittenAndNeverWaits) {
  const std::vector<TestCapture> captures{{midnight + 1, WireBytes(60, 1)},
                                          {midnight + 2, WireBytes(61, 2)}};
  const WireBytes file = pcap_file(captures, PcapForm::nano);
  const Bytes bytes = file;
  constexpr std::size_t file_header = 24;
  constexpr std::size_t first_frame = file_header + 16 + 60;

  const auto wire = make_wire("pcap:" + make_fifo());
  WireFrame none;
  EXPECT_FALSE(wire->next(none));  // nobody writes yet
  const Writer script(path("fifo"));
  EXPECT_FALSE(wire->next(none));
  script.write(bytes.first(file_header - 1));
  EXPECT_FALSE(wire->next(none));
  script.write(bytes.subspan(file_header - 1, first_frame - file_header));
  EXPECT_FALSE(wire->next(none));  // one byte is missing
  script.write(bytes.subspan(first_frame - 1, 1));
  EXPECT_EQ(next_hex(*wire), hex(captures[0].frame));
  EXPECT_FALSE(wire->next(none));
  script.write(bytes.subspan(first_frame));
  const auto frame = frame_of(*wire);
  ASSERT_TRUE(frame);
  EXPECT_EQ(hex(frame->bytes), hex(captures[1].frame));
  EXPECT_EQ(frame->time_ns, 2U);
}

TEST_F(PcapWire, EndsWhileItWaitsForAFifo) {
  testing::internal::CaptureStderr();
  make_wire("pcap:" + make_fifo()).reset();  // for a writer
  {
    auto wire = make_wire("pcap:" + path("fifo"));
    const Writer script(path("fifo"));
    script.write(pcap_file({{midnight, WireBytes(60, 1)}}, PcapForm::nano));
    EXPECT_EQ(next_hex(*wire), hex(WireBytes(60, 1)));
    script.write(WireBytes(5));  // then for the rest of a frame
    wire.reset();
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(PcapWire, ReadsSoFarAheadAndEndsWhileItsQueueIsFull) {
  auto wire = make_wire("pcap:" + make_fifo());
  const Writer script(path("fifo"));
  script.write(pcap_file({}, PcapForm::nano));
  const WireBytes frame = WireBytes().zeros(8).le(1'000, 4).le(1'000, 4).zeros(1'000);
  // Into a pipe of 64 KiB and a queue of 256 frames; until then the reader may only be slow.
  std::size_t written = 0;
  while (written < 2'000 && script.has_room()) {
    script.write(frame);
    ++written;
  }
  EXPECT_LT(written, 1'000U);
  EXPECT_GT(written, 256U);
  wire.reset();
}

TEST_F(PcapWire, WritesWhatTheKernelSendsWhenAsked) {
  const std::vector<TestCapture> captures{{midnight + 123'456'789, WireBytes(60, 1)},
                                          {midnight + 5 * ns_per_s, WireBytes(60, 2)}};
  const auto wire =
      make_wire("pcap:" + write(pcap_file(captures, PcapForm::nano)) + ",out=" + path("out"));
  std::vector<TestCapture> sent{{0, WireBytes(60, 3)}};
  wire->sent(sent[0].frame);
  for (const TestCapture& capture : captures) {
    ASSERT_TRUE(frame_of(*wire));
    sent.push_back({capture.epoch_ns, WireBytes(61, 4)});
    wire->sent(sent.back().frame);
  }
  std::ifstream file(path("out"), std::ios::binary);  // the wire still lives
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(hex(std::as_bytes(std::span(text))), hex(pcap_file(sent, PcapForm::nano)));
}

TEST_F(PcapWire, DropsWhatTheKernelSendsOtherwise) {
  const auto wire = make_wire("pcap:" + write(pcap_file({}, PcapForm::nano)));
  wire->sent(WireBytes(60));
  wire->registers_changed({});
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(std::filesystem::path(path(""))), {}),
            1);
}

}  // namespace
}  // namespace wirebook::hw_sim::test
