// Goal: the simulator runs many seeds without a finding, each the same to the byte, and finds what
// is put in on purpose.
// Method: whole runs, in this process; the drive by itself.
#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "node/simulation/drive.hpp"
#include "node/simulation/world.hpp"

namespace wirebook::simulation {
namespace {

constexpr std::uint64_t seeds_each = 50;

class SimulationSeeds : public testing::TestWithParam<std::uint64_t> {};

TEST_P(SimulationSeeds, HaveNoFinding) {
  Tally sum;
  for (std::uint64_t seed = GetParam(); seed < GetParam() + seeds_each; ++seed) {
    const Outcome outcome = run_seed(seed, Plant::none);
    ASSERT_TRUE(outcome.finding.empty()) << outcome.finding << "\n"
                                         << outcome.last << "again: wirebook sim --seed " << seed;
    sum += outcome.tally;
  }
  // They are worth something: there was life, and death.
  EXPECT_GT(sum.answered, 50 * seeds_each);
  EXPECT_GT(sum.crashes, seeds_each);
  EXPECT_GT(sum.recovery_crashes, 0U);
  EXPECT_GT(sum.disk_failures, 0U);
  EXPECT_GT(sum.stops, 0U);
  EXPECT_GT(sum.from_snapshots, 0U);
  EXPECT_GT(sum.damaged, 0U);
}

INSTANTIATE_TEST_SUITE_P(From, SimulationSeeds, testing::Values(1, 1'001, 2'001, 3'001, 4'001),
                         testing::PrintToStringParamName());

TEST(Simulation, ASeedIsTheSameRunToTheByte) {
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 9'000; seed < 9'010; ++seed) {
    const Outcome once = run_seed(seed, Plant::none);
    const Outcome again = run_seed(seed, Plant::none);
    EXPECT_EQ(once.hash, again.hash) << "seed " << seed;
    EXPECT_EQ(once.step, again.step);
    hashes.insert(once.hash);
  }
  EXPECT_EQ(hashes.size(), 10U) << "and no other's";
}

class SimulationPlants : public testing::TestWithParam<PlantName> {};

TEST_P(SimulationPlants, AreFound) {
  constexpr std::uint64_t seeds_max = 40;
  std::uint64_t seed = 1;
  while (seed <= seeds_max && run_seed(seed, GetParam().plant).finding.empty())
    ++seed;
  EXPECT_LE(seed, seeds_max) << GetParam().name << ": " << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(All, SimulationPlants, testing::ValuesIn(plants), [](const auto& plant) {
  std::string name(plant.param.name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

class SimulationDrive : public testing::Test {
 protected:
  void fill(Drive::File file, std::byte with, std::size_t sectors) {
    const std::vector<std::byte> bytes(sectors * sector_bytes, with);
    drive_.write(file, 0, bytes);
  }

  Random random_{1};
  Record record_;
  Drive drive_{random_, record_};
};

TEST_F(SimulationDrive, WhatIsSyncedSurvivesAndTheRestIsWholeSectorsOldOrNew) {
  constexpr std::size_t sectors = 200;
  const Drive::File file = drive_.create("a");
  fill(file, std::byte{1}, sectors);
  drive_.sync(file);
  drive_.sync_names();
  fill(file, std::byte{2}, sectors);
  drive_.sync(file, 0, sector_bytes);
  drive_.power_loss();
  const auto view = drive_.view(drive_.find("a"));
  ASSERT_EQ(view.size(), sectors * sector_bytes);
  EXPECT_EQ(view[0], std::byte{2});
  std::array<int, 3> count{};
  for (std::size_t sector = 0; sector < sectors; ++sector) {
    const auto bytes = view.subspan(sector * sector_bytes, sector_bytes);
    EXPECT_EQ(std::count(bytes.begin(), bytes.end(), bytes[0]), sector_bytes) << "torn inside";
    ++count[std::to_integer<std::size_t>(bytes[0])];
  }
  EXPECT_GT(count[1], 0);
  EXPECT_GT(count[2], 1);
}

TEST_F(SimulationDrive, NamesSurviveInTheirOrder) {
  std::set<std::size_t> counts;
  for (int i = 0; i < 100; ++i) {
    Drive drive(random_, record_);
    drive.create("kept");
    drive.sync_names();
    drive.create("1");
    drive.create("2");
    drive.rename("2", "3");
    drive.power_loss();
    EXPECT_NE(drive.find("kept"), 0U);
    if (drive.find("2") != 0 || drive.find("3") != 0) {
      EXPECT_NE(drive.find("1"), 0U);
    }
    EXPECT_TRUE(drive.find("2") == 0 || drive.find("3") == 0);
    counts.insert(drive.names().size());
  }
  EXPECT_EQ(counts, (std::set<std::size_t>{1, 2, 3}));
}

TEST_F(SimulationDrive, WithoutPowerLossAProcessThatComesBackSeesAll) {
  const Drive::File file = drive_.create("a");
  fill(file, std::byte{7}, 1);
  EXPECT_EQ(drive_.view(drive_.find("a"))[0], std::byte{7});
  EXPECT_EQ(drive_.durable(file)[0], std::byte{0});
}

}  // namespace
}  // namespace wirebook::simulation
