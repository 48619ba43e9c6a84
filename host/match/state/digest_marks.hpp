// The digests of the youngest marks of a stream, to compare with what the stream itself says.
//
// A mark lies where a group ends that brings the stream to, or beyond, a multiple of
// `digest_every_slots`, and behind every system event. A live engine puts a digest slot into the
// stream for a mark; it comes a while after what it covers, when the replaying engine has gone on,
// so the digests are kept. Shapes: sequences are those of slots; a mark's is that of the slot
// behind it. Threads: the owner's. Errors: a mark that is no longer kept, or never was, is
// `unknown`. Cost: a comparison a group, a search of 64 entries a check; nothing is allocated.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "wirebook/limits.hpp"
#include "wirebook/slot.hpp"

namespace wirebook::match {

class DigestMarks {
 public:
  struct Mark {
    std::uint64_t sequence = 0;  ///< the digest covers every slot before this one
    std::uint64_t digest = 0;
  };
  enum class Noted : std::uint8_t {
    nothing,
    boundary,      ///< the stream should say this one
    system_event,  ///< this one is only kept
  };
  enum class Check : std::uint8_t { agrees, differs, unknown };

  /// The state that the stream is read from: of a snapshot, or of nothing.
  void start(std::uint64_t sequence, std::uint64_t digest) { keep(sequence, digest); }

  /// After each whole group, which lay from `before` to the slot before `after`. `digest` is the
  /// digest, or a function that gives it and is called only at a mark.
  template <class Digest>
  Noted note(std::uint64_t before, std::uint64_t after, SlotKind kind, const Digest& digest) {
    const bool is_boundary = before / digest_every_slots != after / digest_every_slots;
    if (!is_boundary && kind != SlotKind::system_event)
      return Noted::nothing;
    if constexpr (std::is_invocable_v<const Digest&>)
      keep(after, digest());
    else
      keep(after, digest);
    return is_boundary ? Noted::boundary : Noted::system_event;
  }

  /// What a digest slot says against what was noted here.
  [[nodiscard]] Check check(std::uint64_t covered_sequence, std::uint64_t digest) const {
    for (std::size_t age = 1; age <= marks_.size() && age <= count_; ++age) {
      const Mark& mark = at(age);
      if (mark.sequence == covered_sequence)
        return mark.digest == digest ? Check::agrees : Check::differs;
    }
    return Check::unknown;
  }

  /// The youngest mark; zeros before the first.
  [[nodiscard]] Mark last() const { return count_ == 0 ? Mark{} : at(1); }

 private:
  static constexpr std::size_t kept = 64;

  [[nodiscard]] const Mark& at(std::size_t age) const { return marks_[(count_ - age) % kept]; }
  void keep(std::uint64_t sequence, std::uint64_t digest) {
    marks_[count_++ % kept] = {.sequence = sequence, .digest = digest};
  }

  std::array<Mark, kept> marks_{};
  std::uint64_t count_ = 0;
};

}  // namespace wirebook::match
