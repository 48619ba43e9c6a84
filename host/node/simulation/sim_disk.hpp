// The journal's disk over the simulated drive: in any order, torn, short, failing, misdirected.
//
// A request moves a little each `step`: a write sector by sector, as the ring's memory then is; a
// segment that is made, through the very steps of `SegmentWorker`. It is also the witness of the
// writer's rules: no block twice in flight, bytes from the ring alone.
//
// Shapes, threads, errors: as `journal::Disk`. Cost: a copy of what is written.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "journal/disk.hpp"
#include "journal/segment_format.hpp"
#include "journal/segment_worker.hpp"
#include "node/simulation/drive.hpp"
#include "node/simulation/scenario.hpp"

namespace wirebook::simulation {

class SimDisk final : public journal::Disk {
 public:
  SimDisk(const Scenario& scenario, const journal::SegmentPlan& plan, Drive& drive, Random& random,
          Record& record);

  void submit(std::span<const journal::Request> batch) noexcept override;
  std::size_t poll(std::span<journal::Completion> out) noexcept override;

  /// Something that is under way moves on; false if nothing is.
  bool step();
  /// The process is gone: of what was under way some arrives, the rest does not. Without power
  /// nothing more does.
  void kill(bool power);

 private:
  struct Job {
    journal::Request request;
    std::uint64_t sectors = 0;           ///< still to be moved: a bit each
    std::int32_t result = 0;             ///< what it will say
    std::uint32_t stage = 0;             ///< of a segment that is made
    std::uint32_t wait = 0;              ///< steps that bring nothing
    std::uint32_t displaced = no_block;  ///< a block of it that lands elsewhere:
    Drive::File displaced_to = 0;
    std::uint64_t displaced_offset = 0;
  };
  struct Segment {
    Drive::File file = 0;
    std::string name;
  };
  static constexpr std::uint32_t no_block = 0xFFFF'FFFF;

  Job start(const journal::Request& request);
  void draw_fate(Job& job);
  void check_write(const journal::Request& request);
  bool advance(Job& job);
  bool advance_write(Job& job);
  bool advance_prepare(Job& job);
  bool advance_close(Job& job);
  [[nodiscard]] journal::SegmentHeader header_of(const journal::Request& request) const;
  void move_sector(const Job& job, std::uint32_t sector);
  void draw_displaced(Job& job);
  void keep_stale(const Job& job);
  bool step_stale();
  void finish(const Job& job);

  const Scenario* scenario_;
  journal::SegmentPlan plan_;
  Drive* drive_;
  Random* random_;
  Record* record_;
  std::array<Segment, journal::open_segments_max> segments_{};
  std::vector<Job> jobs_;
  std::vector<journal::Completion> done_;
  struct Stale {
    Drive::File file = 0;
    std::uint64_t offset = 0;
    std::array<std::byte, journal::block_bytes> bytes{};
    std::uint32_t wait = 0;
  };
  std::vector<Stale> stale_;  ///< of the plant of that name
};

}  // namespace wirebook::simulation
