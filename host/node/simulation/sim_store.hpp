// Whole files over the simulated drive, for recovery and snapshots: the process may end, or the
// power go, before any step of any call.
//
// Behind that point nothing has an effect any more and every call fails: what runs over this store
// then comes to an end by itself, as if it had never been.
//
// Shapes, threads, errors: as `journal::Store`. Cost: copies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "journal/store.hpp"
#include "node/simulation/drive.hpp"
#include "node/simulation/scenario.hpp"

namespace wirebook::simulation {

class SimStore final : public journal::Store {
 public:
  SimStore(const Scenario& scenario, Drive& drive, Random& random, bool may_crash)
      : scenario_(&scenario), drive_(&drive), random_(&random), may_crash_(may_crash) {}

  int list(std::vector<std::string>& names) override;
  int map(const std::string& name, std::span<const std::byte>& bytes) override;
  int claim(const std::string& name) override;
  int zero_rest(const std::string& name, std::uint64_t from) override;
  int sync(const std::string& name) override;
  int write_file(const std::string& name,
                 std::span<const std::span<const std::byte>> pieces) override;
  int remove(const std::string& name) override;
  int sync_directory() override;

  [[nodiscard]] bool crashed() const { return crashed_; }

 private:
  /// Whether the next step happens.
  bool alive();
  int zero_sectors(Drive::File file, std::uint64_t from);
  int fill(Drive::File file, std::span<const std::span<const std::byte>> pieces);

  const Scenario* scenario_;
  Drive* drive_;
  Random* random_;
  bool may_crash_;
  bool crashed_ = false;
};

}  // namespace wirebook::simulation
