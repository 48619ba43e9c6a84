// A journal's directory as recovery sees it: loaded without what was made ahead and never used,
// and cut at the tail.
//
// Empty is a segment that was made ahead and holds zeros. It is left out, and deleted by `cut`, if
// it is behind all that its epoch has, or where a newer epoch has begun; but the first segment of
// the newest epoch stays: it says which epoch was the last.
//
// Shapes: as `Journal`. Threads: one. Errors: an errno and the file that it is about. Cost: a map
// a segment, and a look at segments that may be empty. `cut`: what `Store` says.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "journal/journal.hpp"
#include "journal/store.hpp"

namespace wirebook::journal {

class SegmentSet {
 public:
  struct Error {
    int number = 0;  ///< an errno
    std::string file;
  };

  explicit SegmentSet(Store& store) : store_(&store) {}

  /// Nothing is changed, but the newest epoch's segments are claimed.
  [[nodiscard]] Error load();
  [[nodiscard]] const Journal& journal() const { return journal_; }
  /// 0 if there is none.
  [[nodiscard]] std::uint32_t highest_epoch() const { return highest_epoch_; }

  /// Makes what is before `tail` durable, and nothing of what is behind it be there. Appends the
  /// names that it deleted.
  [[nodiscard]] Error cut(std::uint64_t tail, std::vector<std::string>& removed);

 private:
  [[nodiscard]] Error open_all(std::vector<Segment>& segments);
  void leave_out_empty(std::vector<Segment>& segments);
  [[nodiscard]] Error remove(const std::string& name, std::vector<std::string>& removed);

  Store* store_;
  Journal journal_;
  std::vector<std::string> unfinished_;
  std::vector<std::string> empty_;  ///< the hindmost first
  std::uint32_t highest_epoch_ = 0;
};

}  // namespace wirebook::journal
