// Goal: a snapshot is what was saved, whole, or it is passed over with a reason and an older one is
// taken; nobody ever gets a part of one. Method: every bit and every cut of a small one.
#include "journal/snapshot.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/directory_store.hpp"
#include "tests/journal/plain_store.hpp"

namespace wirebook::journal {
namespace {

using test::PlainStore;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Bytes = std::vector<std::byte>;

Bytes content_of(std::size_t bytes, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  Bytes content(bytes);
  for (std::byte& byte : content)
    byte = static_cast<std::byte>(random() % 4);
  return content;
}

SnapshotHeader header_of(std::uint64_t sequence, std::uint32_t epoch = 2) {
  return {.name = {.sequence = sequence, .epoch = epoch},
          .shard = 3,
          .trading_day = 20'260'102,
          .digest = 0x1122'3344'5566'7788,
          .created_unix_ns = 77};
}

Bytes file_of(const SnapshotHeader& header, const Bytes& content) {
  Bytes file;
  EXPECT_TRUE(encode_snapshot(header, content, {}, file));
  return file;
}

/// Empty, or why not.
std::string decode(const std::string& name, const Bytes& file) {
  SnapshotHeader header;
  Bytes content;
  return decode_snapshot(name, file, header, content);
}

void put(PlainStore& store, std::uint64_t sequence, const Bytes& content) {
  const SnapshotHeader header = header_of(sequence);
  ASSERT_EQ(write_snapshot(store, header.name, file_of(header, content)), 0);
}

/// Takes whatever is whole.
struct Taker {
  SnapshotSearch search{.shard = 3,
                        .trading_day = 20'260'102,
                        .refuse = {},
                        .take = [this](const SnapshotHeader&, std::span<const std::byte> content) {
                          taken.assign(content.begin(), content.end());
                          return std::string();
                        }};
  Bytes taken;
};

TEST(SnapshotFormat, what_went_in_comes_out) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{5000},
                                  (std::size_t{3} << 20) + 7, std::size_t{2} << 20}) {
    const SnapshotHeader header = header_of(0x123'4567'89AB, 7);
    const Bytes content = content_of(bytes);
    const Bytes file = file_of(header, content);
    EXPECT_LT(file.size(), bytes / 2 + 200);
    SnapshotHeader read;
    Bytes back;
    ASSERT_EQ(decode_snapshot("00000123456789ab-00000007.wbs", file, read, back), "");
    EXPECT_EQ(back, content);
    EXPECT_EQ(read.name, header.name);
    EXPECT_EQ(read.shard, header.shard);
    EXPECT_EQ(read.trading_day, header.trading_day);
    EXPECT_EQ(read.digest, header.digest);
    EXPECT_EQ(read.created_unix_ns, header.created_unix_ns);
  }
}

TEST(SnapshotFormat, the_bytes_are_those_of_the_specification) {
  const Bytes file = file_of(header_of(0x0102'0304'0506'0708, 9), content_of(100));
  const auto text = [&file](std::size_t at, std::size_t bytes) {
    return std::string(reinterpret_cast<const char*>(file.data()) + at, bytes);
  };
  EXPECT_EQ(text(0, 16), std::string("wbsnap\0\0\1\0\0\0\x80\0\0\0", 16));
  EXPECT_EQ(text(16, 8), std::string("\x09\0\0\0\3\0\0\0", 8));
  EXPECT_EQ(text(24, 8), "\x08\7\6\5\4\3\2\1");
  EXPECT_EQ(text(32, 8), "\x88\x77\x66\x55\x44\x33\x22\x11");
  EXPECT_EQ(text(40, 8), std::string("\x64\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(text(128, 4), "\x28\xB5\x2F\xFD");  // a zstd frame
}

TEST(SnapshotFormat, names_are_strict) {
  EXPECT_EQ(snapshot_name({.sequence = 255, .epoch = 16}), "00000000000000ff-00000010.wbs");
  EXPECT_EQ(parse_snapshot_name("00000000000000ff-00000010.wbs"),
            (SnapshotName{.sequence = 255, .epoch = 16}));
  for (const char* const name :
       {"00000000000000ff-00000010.wbj", "00000000000000FF-00000010.wbs", "ff-10.wbs", ".wbs", "",
        "00000000000000ff-00000010.wbs.new", "00000000000000ff-00000010"})
    EXPECT_FALSE(parse_snapshot_name(name)) << name;
}

TEST(SnapshotFormat, every_flipped_bit_and_every_cut_is_refused) {
  const SnapshotHeader header = header_of(64);
  const std::string name = snapshot_name(header.name);
  const Bytes file = file_of(header, content_of(600));
  ASSERT_EQ(decode(name, file), "");
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    Bytes bad = file;
    bad[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    ASSERT_NE(decode(name, bad), "") << "bit " << bit;
  }
  for (std::size_t cut = 0; cut < file.size(); ++cut) {
    ASSERT_NE(decode(name, Bytes(file.begin(), file.begin() + std::ptrdiff_t(cut))), "") << cut;
    Bytes zeros = file;
    std::fill(zeros.begin() + std::ptrdiff_t(cut), zeros.end(), std::byte{0});
    if (zeros != file) {
      ASSERT_NE(decode(name, zeros), "") << "zeros from " << cut;
    }
  }
  Bytes longer = file;
  longer.push_back(std::byte{0});
  EXPECT_THAT(decode(name, longer), HasSubstr("bytes behind its header"));
  EXPECT_THAT(decode(snapshot_name({.sequence = 65, .epoch = 2}), file),
              HasSubstr("its header says"));
}

TEST(SnapshotFormat, a_stop_is_asked_for_each_piece) {
  const Bytes content = content_of(std::size_t{4} << 20);
  Bytes file;
  int asked = 0;
  EXPECT_FALSE(encode_snapshot(
      header_of(1), content, [&] { return ++asked == 3; }, file));
  EXPECT_EQ(asked, 3);
}

TEST(Snapshots, the_newest_whole_one_is_taken_and_the_others_are_named) {
  PlainStore store;
  for (const std::uint64_t sequence : {100U, 200U, 300U, 400U, 500U})
    put(store, sequence, content_of(50, static_cast<std::uint32_t>(sequence)));
  store.files["0000000000001000-00000001.wbj"] = {};
  store.files["notes.wbs"] = content_of(9);
  store.files[snapshot_name({.sequence = 500, .epoch = 2})].resize(140);           // torn
  store.files[snapshot_name({.sequence = 400, .epoch = 2})][130] ^= std::byte{4};  // rotten
  store.files[snapshot_name({.sequence = 600, .epoch = 2})] = {};                  // empty
  Taker taker;
  taker.search.refuse = [](const SnapshotName& name) {
    return std::string(name.sequence == 300 ? "it is not to be" : "");
  };
  const SnapshotFound found = take_newest_snapshot(store, taker.search);
  EXPECT_EQ(found.error, 0);
  ASSERT_TRUE(found.taken);
  EXPECT_EQ(found.taken->name.sequence, 200U);
  EXPECT_EQ(taker.taken, content_of(50, 200));
  EXPECT_THAT(found.passed_over,
              ElementsAre("0000000000000258-00000002.wbs is passed over: cut in its header",
                          HasSubstr("00000000000001f4-00000002.wbs is passed over: has 12 bytes"),
                          HasSubstr("0000000000000190-00000002.wbs is passed over: its body's"),
                          HasSubstr("000000000000012c-00000002.wbs is passed over: it is not to")));
}

TEST(Snapshots, one_that_its_taker_refuses_is_passed_over_too) {
  PlainStore store;
  put(store, 100, content_of(50, 1));
  put(store, 200, content_of(50, 2));
  Taker taker;
  taker.search.take = [](const SnapshotHeader& header, std::span<const std::byte>) {
    return std::string(header.name.sequence == 200 ? "more sessions than there are" : "");
  };
  const SnapshotFound found = take_newest_snapshot(store, taker.search);
  ASSERT_TRUE(found.taken);
  EXPECT_EQ(found.taken->name.sequence, 100U);
  EXPECT_THAT(found.passed_over, ElementsAre(HasSubstr("more sessions than there are")));
}

TEST(Snapshots, none_of_another_shard_or_day_and_none_at_all) {
  PlainStore store;
  Taker taker;
  EXPECT_FALSE(take_newest_snapshot(store, taker.search).taken);
  put(store, 100, content_of(50));
  taker.search.shard = 4;
  EXPECT_THAT(take_newest_snapshot(store, taker.search).passed_over,
              ElementsAre(HasSubstr("of shard 3 instead of 4")));
  taker.search.shard = 3;
  taker.search.trading_day = 20'260'103;
  EXPECT_THAT(take_newest_snapshot(store, taker.search).passed_over,
              ElementsAre(HasSubstr("of the day 20260102 instead of 20260103")));
  store.list_error = EIO;
  EXPECT_EQ(take_newest_snapshot(store, taker.search).error, EIO);
}

TEST(Snapshots, the_newest_are_kept) {
  PlainStore store;
  store.files["0000000000000001-00000001.wbj"] = {};
  for (const std::uint64_t sequence : {100U, 300U, 200U})
    put(store, sequence, content_of(5));
  EXPECT_EQ(keep_snapshots(store, 3), 0);
  EXPECT_EQ(store.directory_syncs, 0);
  EXPECT_EQ(keep_snapshots(store, 1), 0);
  EXPECT_EQ(store.directory_syncs, 1);
  std::vector<SnapshotName> names;
  EXPECT_EQ(list_snapshots(store, names), 0);
  EXPECT_THAT(names, ElementsAre(SnapshotName{.sequence = 300, .epoch = 2}));
  EXPECT_TRUE(store.files.contains("0000000000000001-00000001.wbj"));
}

TEST(Snapshots, those_beyond_a_tail_go) {
  PlainStore store;
  for (const std::uint64_t sequence : {100U, 200U, 201U, 300U})
    put(store, sequence, content_of(5));
  EXPECT_EQ(remove_snapshots_beyond(store, 200), 0);
  EXPECT_THAT(store.removed,
              ElementsAre("000000000000012c-00000002.wbs", "00000000000000c9-00000002.wbs"));
}

TEST(Snapshots, written_to_a_directory_and_read_back) {
  std::string path = std::string(WIREBOOK_BINARY_DIR) + "/snapshot_test.XXXXXX";
  ASSERT_NE(mkdtemp(path.data()), nullptr);
  {
    DirectoryStore store(path);
    const SnapshotHeader header = header_of(4711);
    const Bytes content = content_of(100'000);
    ASSERT_EQ(write_snapshot(store, header.name, file_of(header, content)), 0);
    std::vector<std::string> names;
    ASSERT_EQ(store.list(names), 0);
    EXPECT_THAT(names, ElementsAre("0000000000001267-00000002.wbs"));
    Taker taker;
    EXPECT_TRUE(take_newest_snapshot(store, taker.search).taken);
    EXPECT_EQ(taker.taken, content);
    EXPECT_EQ(keep_snapshots(store, 0), 0);
    ASSERT_EQ(store.list(names), 0);
    EXPECT_THAT(names, IsEmpty());
  }
  std::filesystem::remove_all(path);
}

}  // namespace
}  // namespace wirebook::journal
