// Segments as one stream: in their order, each with the sequences that it answers for.
//
// Shapes: segments by (first sequence, epoch). A part is a segment and where it ends: at its
// capacity, or earlier where recovery began the next one. Faults of headers, files and borders are
// found here; those of slots by `Reader`.
// Threads: immutable. Errors: `faults()`. Cost: headers only, no slot is touched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "journal/fault.hpp"
#include "journal/segment.hpp"

namespace wirebook::journal {

struct Part {
  std::size_t segment = 0;
  std::uint64_t first = 0;
  std::uint64_t end = 0;
  std::uint32_t epoch = 0;
  bool superseded = false;  ///< a newer epoch follows: nothing before `end` may be missing
};

struct Place {
  std::size_t part = 0;  ///< in `Journal::parts()`
  std::uint64_t sequence = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

class Journal {
 public:
  Journal() = default;
  explicit Journal(std::vector<Segment> segments);

  [[nodiscard]] std::span<const Segment> segments() const { return segments_; }
  [[nodiscard]] std::span<const Part> parts() const { return parts_; }
  /// By segment.
  [[nodiscard]] std::span<const Fault> faults() const { return faults_; }
  [[nodiscard]] const Segment& segment_of(const Part& part) const {
    return segments_[part.segment];
  }

 private:
  void check_file(std::size_t index);
  void append_part(std::size_t index);
  void check_border(Part& before, const Segment& next, std::size_t index);

  std::vector<Segment> segments_;
  std::vector<Part> parts_;
  std::vector<Fault> faults_;
};

}  // namespace wirebook::journal
