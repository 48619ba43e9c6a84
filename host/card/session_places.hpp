// The kernel's session table as the host keeps it: one session added is one place written.
//
// Shapes: 2,048 places, of which the host holds a copy. While a bucket has room nothing else
// changes. When one overflows, new rows are drawn and the table is written anew: in these some
// milliseconds orders may find no session, which the kernel counts as `ufo_unknown_source`; none is
// taken for another's, since a place holds its whole source. Threads: one. Errors: false where the
// sources do not fit under any rows that were tried, which may be from 600 on, if they have nothing
// in common. Cost: four register writes; an overflow some thousand, memory, and many tries where
// the table is nearly full. Specification: kernels/wire_in/session_table.sv.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "card/registers.hpp"
#include "card/session_placement.hpp"
#include "wire_in/frame_ingress.hpp"

namespace wirebook::card {

inline constexpr std::size_t session_places = session_ways << session_bucket_bits;

class SessionPlaces {
 public:
  explicit SessionPlaces(Registers& registers) : registers_(&registers) {}

  /// Writes the whole table, whatever was there. Of a source that is there twice the last counts.
  bool program(std::span<const wire_in::OrderSource> sources);

  bool add(const wire_in::OrderSource& source);
  /// Nothing, if the source is another session's by now.
  void remove(const wire_in::OrderSource& source) noexcept;

  /// How often the table was written anew for want of room in a bucket.
  [[nodiscard]] std::uint64_t rebuilt() const { return rebuilt_; }

 private:
  struct Place {
    wire_in::OrderSource source;
    bool used = false;
  };
  using Table = std::array<Place, session_places>;

  Place* find(const wire_in::OrderSource& source, bool free_too) noexcept;
  bool rebuild(const wire_in::OrderSource& source);
  void write(const Place& place) noexcept;
  void write_rows() noexcept;

  Registers* registers_;
  HashRows rows_{};
  Table table_{};
  std::uint64_t seed_ = 1;
  std::uint64_t rebuilt_ = 0;
};

}  // namespace wirebook::card
