// Goal: who follows a journal gets every group once, in place, up to the watermark's block and
// nothing beyond it, over segments and epochs that come while it reads; and says so when something
// that should be there is not. Method: journal images written to files piece by piece, with noise
// where nothing is durable yet.
#include "journal/follower.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/journal/journal_image.hpp"

namespace wirebook::journal {
namespace {

using test::ImageFile;
using test::ImageGroup;
using test::JournalImage;
using testing::HasSubstr;
namespace fs = std::filesystem;

class Following : public testing::Test {
 protected:
  Following() {
    if (mkdtemp(path.data()) == nullptr)
      throw std::system_error(errno, std::generic_category(), path);
  }
  ~Following() override { fs::remove_all(path); }

  /// The files as they are when `durable` slots are: noise behind that.
  void write(const JournalImage& image, std::uint64_t durable) {
    for (ImageFile file : image.files) {
      if (file.header.first_sequence > durable)
        continue;
      for (std::uint64_t s = std::max(file.header.first_sequence, durable); s < file.capacity_end();
           ++s)
        std::memset(static_cast<void*>(&file.slot(s)), 0xA5, slot_bytes);
      // Over what is there, not instead of it: the file is mapped.
      std::fstream out(path + "/" + file.name,
                       std::ios::binary | std::ios::out |
                           (fs::exists(path + "/" + file.name) ? std::ios::in : std::ios::trunc));
      out.write(reinterpret_cast<const char*>(file.bytes().data()),
                static_cast<std::streamsize>(file.size));
    }
  }
  [[nodiscard]] std::set<std::string> maps() const {
    std::ifstream in("/proc/self/maps");
    std::set<std::string> names;
    for (std::string line; std::getline(in, line);)
      if (line.find(path) != std::string::npos)
        names.insert(line.substr(line.find(path)));
    return names;
  }
  /// Reads until it has to wait; each group is the image's next.
  void follow(Follower& follower, const JournalImage& image, std::uint64_t durable) {
    for (;;) {
      const std::uint64_t before = follower.sequence();
      const Follower::Step step = follower.next(durable);
      ASSERT_NE(step, Follower::Step::fault) << follower.fault();
      if (step == Follower::Step::wait)
        break;
      ASSERT_EQ(before, image.groups[next].first);
      ASSERT_EQ(follower.group().sequence, before);
      ASSERT_EQ(follower.sequence(), image.groups[next].end);
      ASSERT_LE(follower.sequence(), block_start(durable));
      expect_slots(image, follower);
      ASSERT_LE(maps().size(), 2U);
      ++next;
    }
    EXPECT_GT(follower.sequence() + group_slots_max, block_start(durable));
  }
  static void expect_slots(const JournalImage& image, const Follower& follower) {
    const SlotGroup& group = follower.group();
    for (std::uint64_t i = 0; i < group.slot_count(); ++i) {
      const Slot* const slot = i == 0 ? group.head : group.extensions[i - 1];
      const std::uint64_t sequence = group.sequence + i;
      const auto file = std::find_if(
          image.files.rbegin(), image.files.rend(),
          [sequence](const ImageFile& one) { return one.header.first_sequence <= sequence; });
      ASSERT_EQ(std::memcmp(slot, &file->slot(sequence), slot_bytes), 0) << sequence;
      if (i == 0) {
        ASSERT_EQ(follower.epoch(), file->header.epoch);
      }
    }
  }

  std::string path = std::string(WIREBOOK_BINARY_DIR) + "/follower_test.XXXXXX";
  std::size_t next = 0;  ///< in the image's groups
};

TEST_F(Following, every_group_once_and_nothing_that_is_not_durable) {
  JournalImage image(128, 70, 11);
  image.write_groups(500);
  image.restart();
  image.write_groups(300);
  image.restart();
  image.write_groups(9);
  image.restart();
  image.write_groups(700);
  Follower follower(path, 70);
  EXPECT_EQ(follower.next(70), Follower::Step::wait);  // with no segment there
  for (const ImageGroup& group : image.groups) {
    if (group.end % 7 != 0 && group.end != image.tail())
      continue;
    write(image, group.end);
    ASSERT_NO_FATAL_FAILURE(follow(follower, image, group.end));
  }
  EXPECT_GT(follower.sequence(), image.tail() - block_slots - group_slots_max);
}

TEST_F(Following, from_the_middle_and_in_one_go) {
  JournalImage image(128, 0, 12);
  image.write_groups(1000);
  image.restart();
  image.write_groups(1000);
  image.prepare_next();
  write(image, image.tail());
  for (std::size_t group = 0; group < image.groups.size(); group += 97) {
    Follower follower(path, image.groups[group].first);
    next = group;
    ASSERT_NO_FATAL_FAILURE(follow(follower, image, image.tail()));
  }
}

TEST_F(Following, what_should_be_there_and_is_not_is_waited_for_and_then_a_fault) {
  JournalImage image(128, 0, 13);
  image.write_groups(600);
  write(image, 200);  // whatever the watermark says
  Follower follower(path, 0);
  Follower::Step step{};
  while ((step = follower.next(256)) == Follower::Step::group)
    ++next;
  const std::uint64_t stuck = follower.sequence();
  EXPECT_GT(stuck, 190U);
  EXPECT_EQ(step, Follower::Step::wait);
  for (int i = 0; i < 100; ++i)
    ASSERT_EQ(follower.next(256), Follower::Step::wait);
  write(image, 320);  // late, but there
  ASSERT_NO_FATAL_FAILURE(follow(follower, image, 320));

  for (std::size_t i = 3; i < image.files.size(); ++i)
    fs::remove(path + "/" + image.files[i].name);
  int waits = 0;
  for (int i = 0; i < 10'000 && step != Follower::Step::fault; ++i) {
    step = follower.next(600);
    waits += step == Follower::Step::wait ? 1 : 0;
  }
  EXPECT_GT(waits, 50);
  EXPECT_THAT(follower.fault(), HasSubstr("should be durable, but is not there"));
  EXPECT_EQ(follower.next(600), Follower::Step::fault);
}

TEST_F(Following, a_directory_that_is_not_there_is_a_fault) {
  Follower follower(path + "/nowhere", 0);
  Follower::Step step = Follower::Step::wait;
  for (int i = 0; i < 100'000 && step == Follower::Step::wait; ++i)
    step = follower.next(1000);
  EXPECT_EQ(step, Follower::Step::fault);
  EXPECT_THAT(follower.fault(), HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace wirebook::journal
