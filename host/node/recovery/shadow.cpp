#include "node/recovery/shadow.hpp"

#include <chrono>
#include <cstring>
#include <utility>

#include <sys/resource.h>
#include <unistd.h>

#include "wirebook/assert.hpp"

#include "journal/snapshot.hpp"
#include "match/state/state_io.hpp"

namespace wirebook::node {

namespace {

/// Between two looks at the clock, the watermark and whether to stop.
constexpr int groups_per_turn = 1024;
constexpr auto pause = std::chrono::milliseconds(5);
constexpr int nice_level = 19;

std::uint64_t unix_ns() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
}

/// The first multiple behind the sequence.
std::uint64_t next_multiple(std::uint64_t sequence, std::uint64_t of) {
  return (sequence / of + 1) * of;
}

}  // namespace

Shadow::Shadow(ShadowOptions options, std::unique_ptr<Replica> replica, Durable durable)
    : options_(std::move(options)),
      replica_(std::move(replica)),
      durable_(std::move(durable)),
      store_(options_.directory),
      follower_(options_.directory, replica_->sequence()),
      save_at_(next_multiple(replica_->sequence(), options_.snapshot_slots)) {
  WIREBOOK_ASSERT(options_.snapshot_slots != 0 && options_.snapshots_kept != 0);
  tell_sequence();
}

Shadow::~Shadow() { stop(); }

void Shadow::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Shadow::stop() {
  if (!thread_.joinable())
    return;
  thread_.request_stop();
  thread_.join();
}

ShadowStatus Shadow::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void Shadow::run(const std::stop_token& stop) {
  // Of this thread alone, as Linux has it. Without it the shadow is in the way, but right.
  static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), nice_level));
  while (!stop.stop_requested() && !failed_) {
    const std::uint64_t durable = durable_();
    const bool moved = follow(stop, durable);
    tell_sequence();
    if (failed_ || stop.stop_requested())
      return;
    if (replica_->sequence() >= save_at_) {
      save_at_ = next_multiple(replica_->sequence(), options_.snapshot_slots);
      // While it catches up there is soon a newer one.
      if (durable < save_at_)
        save(stop);
    }
    if (moved)
      continue;
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, pause, [] { return false; });
  }
}

/// Some groups; false if there was none.
bool Shadow::follow(const std::stop_token& stop, std::uint64_t durable) {
  for (int i = 0; i < groups_per_turn && replica_->sequence() < save_at_; ++i) {
    switch (follower_.next(durable)) {
      case journal::Follower::Step::wait:
        return i != 0;
      case journal::Follower::Step::fault:
        fail(follower_.fault());
        return false;
      case journal::Follower::Step::group:
        replica_->on_group(follower_.group());
    }
    if (const auto& differs = replica_->digest_mismatch()) {
      fail("the digest in slot " + std::to_string(differs->slot_sequence) +
           " is not that of the state before slot " + std::to_string(differs->covered_sequence));
      return false;
    }
    if (stop.stop_requested())
      return false;
  }
  return true;
}

void Shadow::save(const std::stop_token& stop) {
  std::string why = write(stop);
  if (stop.stop_requested())
    return;
  if (why.empty())
    if (const int error = journal::keep_snapshots(store_, options_.snapshots_kept); error != 0)
      why = std::string("an old snapshot cannot be removed: ") + std::strerror(error);
  const std::lock_guard lock(mutex_);
  status_.warning = std::move(why);
}

/// Empty, or why there is no new snapshot.
std::string Shadow::write(const std::stop_token& stop) {
  content_.clear();
  match::StateWriter writer(content_);
  replica_->save(writer);
  const journal::SnapshotHeader header{
      .name = {.sequence = replica_->sequence(), .epoch = follower_.epoch()},
      .shard = options_.shard,
      .trading_day = options_.trading_day,
      .digest = replica_->digest(),
      .created_unix_ns = unix_ns()};
  const auto asked_to_stop = [&stop] { return stop.stop_requested(); };
  if (!journal::encode_snapshot(header, content_, asked_to_stop, file_))
    return "stopped";
  if (const int error = journal::write_snapshot(store_, header.name, file_); error != 0)
    return "the snapshot " + journal::snapshot_name(header.name) +
           " cannot be written: " + std::strerror(error);
  const std::lock_guard lock(mutex_);
  ++status_.snapshots;
  status_.snapshot_sequence = header.name.sequence;
  status_.snapshot_bytes = file_.size();
  return {};
}

void Shadow::fail(std::string why) {
  failed_ = true;
  const std::lock_guard lock(mutex_);
  status_.failure = std::move(why);
}

void Shadow::tell_sequence() {
  const std::lock_guard lock(mutex_);
  status_.sequence = replica_->sequence();
}

}  // namespace wirebook::node
