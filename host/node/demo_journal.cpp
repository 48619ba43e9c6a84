#include "node/demo_journal.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace wirebook::node {

DemoJournal::DemoJournal(JournalMode mode, const std::string& parent) : mode_(mode) {
  if (mode == JournalMode::off)
    return;
  path_ = parent + "/wirebook-demo-XXXXXX";
  if (mkdtemp(path_.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(),
                            "no journal can be made in " + parent + " (--journal-dir)");
}

DemoJournal::~DemoJournal() {
  std::error_code left_behind;
  if (!path_.empty())
    std::filesystem::remove_all(path_, left_behind);
}

void DemoJournal::configure(JournalTable& config) const {
  constexpr std::uint32_t segment_mib = 64;  // of a demo's disk, not all of it
  config.mode = mode_;
  config.directory = path_;
  config.segment_mib = segment_mib;
  config.snapshot_slots = 0;  // nobody comes back
}

}  // namespace wirebook::node
