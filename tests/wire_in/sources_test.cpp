// Goal: files give what they hold, and say why where they do not.
// Method: files written byte by byte, whole, cut at every length, and of the wrong kind.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "capture_bytes.hpp"
#include "wire_in/binary_file_source.hpp"
#include "wire_in/block_file_source.hpp"
#include "wire_in/mapped_file.hpp"
#include "wire_in/pcap_source.hpp"

namespace wirebook::wire_in::test {
namespace {

TEST(BinaryFile, GivesMessagesUpToTheZeroLength) {
  const WireBytes file = WireBytes().block(itch_delete(1)).block(itch_delete(2)).be(0, 2);
  BinaryFileSource source(file);
  EXPECT_EQ(source.next()->size(), 19U);
  EXPECT_EQ(source.next()->size(), 19U);
  EXPECT_FALSE(source.next());
  EXPECT_FALSE(source.next());
  EXPECT_EQ(source.outcome(), Outcome::ok);
}

TEST(BinaryFile, MayEndWithoutTheZeroLength) {
  const WireBytes file = WireBytes().block(itch_delete(1));
  BinaryFileSource source(file);
  EXPECT_TRUE(source.next());
  EXPECT_FALSE(source.next());
  EXPECT_EQ(source.outcome(), Outcome::ok);
}

TEST(BinaryFile, GivesWhatIsWholeOfACutFile) {
  const WireBytes file = WireBytes().block(itch_delete(1)).block(itch_delete(2)).be(0, 2).zeros(1);
  for (std::size_t length = 0; length <= file.size(); ++length) {
    BinaryFileSource source(file.first(length));
    std::size_t messages = 0;
    while (source.next())
      ++messages;
    EXPECT_EQ(messages, std::min<std::size_t>(length / 21, 2));
    EXPECT_EQ(source.outcome(), length == 45                       ? Outcome::file_bytes_after_end
                                : length % 21 == 0 || length == 44 ? Outcome::ok
                                                                   : Outcome::file_truncated)
        << length;
  }
}

TEST(BlockFile, GivesSessionsAndMessages) {
  const WireBytes file = WireBytes()
                             .be(9, 2)
                             .be(0xA1B2'C3D4, 4)
                             .zeros(9)
                             .be(0, 2)
                             .be(7, 4)
                             .be(1, 2)
                             .be(8, 4)
                             .text("Q");
  BlockFileSource source(file);
  const auto first = source.next();
  EXPECT_EQ(first->session, 0xA1B2'C3D4U);
  EXPECT_EQ(first->message.size(), 9U);
  const auto second = source.next();
  EXPECT_EQ(second->session, 7U);
  EXPECT_TRUE(second->message.empty());
  EXPECT_EQ(source.next()->message[0], std::byte{'Q'});
  EXPECT_FALSE(source.next());
  EXPECT_EQ(source.outcome(), Outcome::ok);
}

TEST(BlockFile, GivesWhatIsWholeOfACutFile) {
  const WireBytes file = WireBytes().be(9, 2).be(1, 4).zeros(9).be(9, 2).be(1, 4).zeros(9);
  for (std::size_t length = 0; length <= file.size(); ++length) {
    BlockFileSource source(file.first(length));
    std::size_t blocks = 0;
    while (source.next())
      ++blocks;
    EXPECT_EQ(blocks, length / 15);
    EXPECT_EQ(source.outcome(), length % 15 == 0 ? Outcome::ok : Outcome::file_truncated);
  }
}

class Files : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("wire_in_" + std::to_string(getpid()) + "_" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(Bytes bytes) {
    const std::string path = folder_ / "input";
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path;
  }

  std::filesystem::path folder_;
};

TEST_F(Files, AreMapped) {
  const WireBytes bytes = WireBytes().text("some bytes");
  const MappedFile file(write(bytes));
  EXPECT_EQ(file.error(), "");
  EXPECT_TRUE(std::ranges::equal(file.bytes(), Bytes(bytes)));
  EXPECT_TRUE(MappedFile(write({})).bytes().empty());
  EXPECT_EQ(MappedFile(write({})).error(), "");
}

TEST_F(Files, ThatCannotBeReadSayWhy) {
  const std::string absent = folder_ / "absent";
  EXPECT_EQ(MappedFile(absent).error(), absent + ": No such file or directory");
  EXPECT_EQ(MappedFile(folder_).error(), folder_.string() + ": Is a directory");
  EXPECT_NE(PcapSource(absent).error().find("No such file"), std::string::npos);
  PcapSource source(write(WireBytes().text("this is no capture at all")));
  EXPECT_NE(source.error().find("input: "), std::string::npos) << source.error();
  EXPECT_FALSE(source.next());
}

TEST_F(Files, OfEveryCaptureFormGiveTheirFrames) {
  const std::vector<TestCapture> captures{{1'700'000'000'123'456'000, WireBytes(60, 1)},
                                          {1'700'000'001'000'001'000, WireBytes(61, 2)}};
  for (const WireBytes& file :
       {pcap_file(captures, PcapForm::micro), pcap_file(captures, PcapForm::nano),
        pcap_file(captures, PcapForm::micro_big_endian), pcapng_file(captures)}) {
    PcapSource source(write(file));
    for (const TestCapture& capture : captures) {
      const auto frame = source.next();
      ASSERT_TRUE(frame) << source.error();
      EXPECT_EQ(frame->epoch_ns, capture.epoch_ns);
      EXPECT_TRUE(std::ranges::equal(frame->bytes, Bytes(capture.frame)));
    }
    EXPECT_FALSE(source.next());
    EXPECT_FALSE(source.next());
    EXPECT_EQ(source.error(), "");
    EXPECT_EQ(source.outcome(), Outcome::ok);
  }
}

TEST_F(Files, KeepNanoseconds) {
  const std::vector<TestCapture> captures{{1'700'000'000'123'456'789, WireBytes(60)}};
  for (const WireBytes& file : {pcap_file(captures, PcapForm::nano), pcapng_file(captures)})
    EXPECT_EQ(PcapSource(write(file)).next()->epoch_ns, 1'700'000'000'123'456'789U);
}

TEST_F(Files, CutCapturesGiveTheirWholeFrames) {
  const std::vector<TestCapture> captures{{1'000, WireBytes(60, 1)}, {2'000, WireBytes(60, 2)}};
  const WireBytes file = pcap_file(captures, PcapForm::nano);
  for (std::size_t length = 24; length <= file.size(); ++length) {
    PcapSource source(write(file.first(length)));
    std::size_t frames = 0;
    while (source.next())
      ++frames;
    EXPECT_EQ(frames, (length - 24) / 76);
    EXPECT_EQ(source.outcome(), (length - 24) % 76 == 0 ? Outcome::ok : Outcome::file_truncated);
    EXPECT_EQ(source.error(), "");
  }
  const WireBytes ng = pcapng_file(captures);
  PcapSource source(write(ng.first(ng.size() - 5)));
  EXPECT_TRUE(source.next());
  EXPECT_FALSE(source.next());
  EXPECT_EQ(source.outcome(), Outcome::file_truncated);
}

TEST_F(Files, OfOtherLinksAreRefused) {
  PcapSource source(write(pcap_file({{1'000, WireBytes(60)}}, PcapForm::nano, 113)));
  EXPECT_NE(source.error().find("link type is LINUX_SLL, only Ethernet (EN10MB) is read"),
            std::string::npos)
      << source.error();
  EXPECT_FALSE(source.next());
}

}  // namespace
}  // namespace wirebook::wire_in::test
