#include "node/demo/demo_journal.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "journal/journal_files.hpp"
#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "node/recovery/replica.hpp"

namespace wirebook::node {

namespace {

constexpr std::uint32_t demo_segment_mib = 32;

bool same_level(std::uint64_t quantity, Price price,
                const std::optional<match::LevelSummary>& level) {
  return level ? level->quantity == quantity && level->price == price : quantity == 0;
}

bool same_top(const BookTop& top, const match::BookSummary& book) {
  return top.live_orders == book.live_orders && same_level(top.bid_quantity, top.bid, book.bid) &&
         same_level(top.ask_quantity, top.ask, book.ask);
}

/// All of the journal, through a replica.
void feed(const journal::Journal& journal, Replica& replica, std::vector<std::string>& different) {
  journal::Reader reader(journal);
  for (auto step = reader.next(); step != journal::Reader::Step::end; step = reader.next())
    if (step == journal::Reader::Step::group)
      replica.on_group(reader.group());
    else
      different.push_back(journal::describe(journal, reader.fault()));
}

void compare(const Replica& replica, const NodeStatus& status,
             std::vector<std::string>& different) {
  const auto expect = [&](std::string_view what, std::uint64_t journal, std::uint64_t node) {
    if (journal != node)
      different.push_back(
          fmt::format("{}: {} in the journal, {} in the node", what, journal, node));
  };
  expect("slots", replica.sequence(), status.slot_ring.published);
  expect("ITCH messages", replica.outbound().next_market_number() - 1, status.itch_messages);
  expect("trades", replica.engine().counters().trades, status.fills);
  expect("shares", replica.engine().counters().volume, status.volume);
  for (std::size_t i = 0; i < status.books.size(); ++i)
    if (!same_top(status.books[i], replica.engine().book(static_cast<std::uint16_t>(i + 1))))
      different.push_back(fmt::format("{}: the books differ", status.books[i].symbol.view()));
  if (const auto& mismatch = replica.digest_mismatch())
    different.push_back(
        fmt::format("the digest before sequence {} differs", mismatch->covered_sequence));
}

}  // namespace

DemoJournal::DemoJournal(JournalMode mode, const std::string& parent) : mode_(mode) {
  if (mode == JournalMode::off)
    return;
  const std::filesystem::path place =
      parent.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path(parent);
  directory_ = place / "wirebook_demo_XXXXXX";
  if (mkdtemp(directory_.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), directory_);
}

DemoJournal::~DemoJournal() {
  std::error_code error;
  if (mode_ != JournalMode::off)
    std::filesystem::remove_all(directory_, error);
}

JournalTable DemoJournal::table() const {
  JournalTable table;
  table.mode = mode_;
  table.directory = directory_;
  table.segment_mib = demo_segment_mib;
  return table;
}

JournalFindings DemoJournal::check(const NodeConfig& config, const NodeStatus& status) const {
  JournalFindings findings{.mode = mode_};
  if (mode_ == JournalMode::off)
    return findings;
  const auto began = std::chrono::steady_clock::now();
  Replica replica(replica_size(config));
  for (const auto& day : std::filesystem::directory_iterator(directory_)) {
    const journal::JournalFiles files(day.path());
    feed(files.journal(), replica, findings.different);
  }
  findings.replay_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  findings.slots = replica.sequence();
  findings.digests_agreed = replica.digests_agreed();
  compare(replica, status, findings.different);
  return findings;
}

}  // namespace wirebook::node
