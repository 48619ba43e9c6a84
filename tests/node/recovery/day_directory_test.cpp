// Goal: one node at a time in a day's directory; who only looks at it keeps no node from starting.
#include "node/recovery/day_directory.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/journal_lock.hpp"

namespace wirebook::node {
namespace {

class DayDirectoryTest : public testing::Test {
 protected:
  DayDirectoryTest() {
    std::string name = std::string(WIREBOOK_BINARY_DIR) + "/day.XXXXXX";
    if (mkdtemp(name.data()) == nullptr)
      throw std::system_error(errno, std::generic_category(), name);
    parent_ = name;
  }
  ~DayDirectoryTest() override { std::filesystem::remove_all(parent_); }

  std::string parent_;
};

TEST_F(DayDirectoryTest, IsOneNodesAtATime) {
  const DayDirectory first(parent_, 20'261'121, 3);
  EXPECT_EQ(first.path(), parent_ + "/20261121-0003");
  EXPECT_TRUE(journal::is_written(first.path()));
  try {
    const DayDirectory second(parent_, 20'261'121, 3);
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), EWOULDBLOCK);
    EXPECT_THAT(error.what(), testing::HasSubstr("journal.directory: "));
  }
}

// `wirebook journal archive` takes the lock for a moment, to see whether somebody has it.
TEST_F(DayDirectoryTest, WaitsForWhoOnlyLooks) {
  const std::string path = parent_ + "/20261121-0003";
  std::filesystem::create_directory(path);
  // Again where the looker got no processor for so long that it was given up.
  bool waited = false;
  for (int tries = 0; tries < 10 && !waited; ++tries) {
    std::optional<journal::JournalLock> look(path);
    ASSERT_TRUE(look->held());
    const std::jthread looker([&look] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      look.reset();
    });
    try {
      const DayDirectory directory(parent_, 20'261'121, 3);
      EXPECT_EQ(directory.path(), path);
      waited = true;
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code().value(), EWOULDBLOCK);
    }
  }
  EXPECT_TRUE(waited);
}

}  // namespace
}  // namespace wirebook::node
