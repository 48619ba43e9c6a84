#include "journal/segment_worker.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <span>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wirebook/assert.hpp"

#include "journal/file_calls.hpp"
#include "journal/segment_format.hpp"

namespace wirebook::journal {

namespace {

constexpr std::size_t zeros_bytes = std::size_t{1} << 20;

std::uint64_t unix_time_ns() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
}

int result_of(int call) { return -error_of(call); }

}  // namespace

template <class Entry>
void SegmentWorker::Queue<Entry>::push(const Entry& entry) {
  WIREBOOK_ASSERT(count < entries.size());
  entries[(first + count++) % entries.size()] = entry;
}

template <class Entry>
Entry SegmentWorker::Queue<Entry>::pop() {
  const Entry entry = entries[first];
  first = (first + 1) % entries.size();
  --count;
  return entry;
}

SegmentWorker::SegmentWorker(SegmentPlan plan)
    : plan_(std::move(plan)), zeros_(zeros_bytes, slot_ring::HugePages::forbid) {
  directory_ = open(plan_.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory_ < 0)
    throw std::system_error(errno, std::generic_category(), "journal directory " + plan_.directory);
  // So that it can be seen that somebody writes here: journal_lock.hpp. The kernel drops it. Where
  // a node has its day's directory to itself, that is seen by its own lock.
  static_cast<void>(flock(directory_, LOCK_SH | LOCK_NB));
  direct_ = plan_.direct && probe_direct();
  thread_ = std::thread([this] { run(); });
}

SegmentWorker::~SegmentWorker() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  while (done_.count != 0)
    if (const Done done = done_.pop(); done.file >= 0)
      ::close(done.file);
  ::close(directory_);
}

bool SegmentWorker::probe_direct() const {
  const int file =
      openat(directory_, ".", O_TMPFILE | O_RDWR | O_DIRECT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) {
    ::close(file);
    return true;
  }
  if (errno != EOPNOTSUPP && errno != EISDIR)
    return false;  // O_TMPFILE is known, O_DIRECT is not
  const std::string path = plan_.directory + "/direct.probe";
  const int named = open(path.c_str(), O_CREAT | O_RDWR | O_DIRECT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (named >= 0)
    ::close(named);
  unlink(path.c_str());
  return named >= 0;
}

void SegmentWorker::prepare(const Request& request) noexcept {
  push({.kind = RequestKind::prepare,
        .segment = request.segment,
        .first_sequence = request.first_sequence,
        .window_slots = request.window_slots,
        .ring_slots = request.ring_slots});
}

void SegmentWorker::close(std::uint32_t segment, int file, bool sync, bool remove) noexcept {
  push({.kind = RequestKind::close,
        .segment = segment,
        .file = file,
        .sync = sync,
        .remove = remove});
}

void SegmentWorker::push(const Job& job) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    jobs_.push(job);
  }
  wake_.notify_one();
}

std::optional<SegmentWorker::Done> SegmentWorker::poll() noexcept {
  if (done_count_.load(std::memory_order_acquire) == 0)
    return std::nullopt;
  const std::scoped_lock lock(mutex_);
  done_count_.fetch_sub(1, std::memory_order_relaxed);
  return done_.pop();
}

void SegmentWorker::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || jobs_.count != 0; });
    if (jobs_.count == 0)
      return;
    const Job job = jobs_.pop();
    lock.unlock();
    const Done done = job.kind == RequestKind::prepare ? do_prepare(job) : do_close(job);
    lock.lock();
    done_.push(done);
    done_count_.fetch_add(1, std::memory_order_release);
  }
}

SegmentWorker::Done SegmentWorker::do_prepare(const Job& job) {
  Done done{.segment = job.segment};
  std::string& path = paths_[job.segment];
  path = plan_.directory + "/" + segment_name(job.first_sequence, plan_.epoch);
  // Under another name until it is whole; one that was left so by a crash is made anew.
  const std::string unfinished = path + std::string(unfinished_suffix);
  const int file = make_file(unfinished, job);
  done.result = file < 0 ? file : 0;
  if (file >= 0)
    done.result = result_of(
        renameat2(AT_FDCWD, unfinished.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE));
  const bool named = done.result == 0;
  if (named)
    done.result = result_of(fsync(directory_));
  if (done.result == 0) {
    done.file = file;
    return done;
  }
  if (file >= 0) {
    unlink(named ? path.c_str() : unfinished.c_str());
    ::close(file);
  }
  pause_when_full(-done.result);
  return done;
}

int SegmentWorker::make_file(const std::string& path, const Job& job) {
  const int flags = O_CREAT | O_RDWR | O_CLOEXEC | (direct_ ? O_DIRECT : 0);
  const int file = open(path.c_str(), flags, S_IRUSR | S_IWUSR | S_IRGRP);
  if (file < 0)
    return -errno;
  // Held as long as the file or a write to it is: who recovers waits for both.
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    ::close(file);
    return error == EWOULDBLOCK ? -EBUSY : -error;
  }
  const int result = write_zeros(file, job);
  if (result == 0)
    return file;
  unlink(path.c_str());
  ::close(file);
  return result;
}

/// From whatever was left there to a segment without slots, synced.
int SegmentWorker::write_zeros(int file, const Job& job) {
  const std::uint64_t end = slots_offset + plan_.capacity_slots * slot_bytes;
  int result = result_of(ftruncate(file, 0));
  if (result == 0)
    result = -reserve(file, end);
  for (std::uint64_t offset = 0; result == 0 && offset < end; offset += zeros_bytes)
    result = -write_all(file, {zeros_.data(), std::min<std::uint64_t>(zeros_bytes, end - offset)},
                        offset);
  if (result == 0)
    result = result_of(fdatasync(file));
  if (result == 0) {
    const slot_ring::Memory header(block_bytes, slot_ring::HugePages::forbid);
    encode_header({.epoch = plan_.epoch,
                   .shard = plan_.shard,
                   .first_sequence = job.first_sequence,
                   .capacity_slots = plan_.capacity_slots,
                   .created_unix_ns = unix_time_ns(),
                   .trading_day = plan_.trading_day,
                   .window_slots = job.window_slots,
                   .ring_slots = job.ring_slots},
                  std::span<std::byte, block_bytes>(header.data(), block_bytes));
    result = -write_all(file, {header.data(), block_bytes}, 0);
  }
  return result == 0 ? result_of(fsync(file)) : result;
}

void SegmentWorker::pause_when_full(int error) {
  if (error != ENOSPC && error != EDQUOT)
    return;
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, plan_.full_pause, [this] { return stopping_; });
}

SegmentWorker::Done SegmentWorker::do_close(const Job& job) {
  Done done{.kind = RequestKind::close, .segment = job.segment};
  if (job.remove)
    done.result = result_of(unlink(paths_[job.segment].c_str()));
  else if (job.sync)
    done.result = result_of(fdatasync(job.file));
  ::close(job.file);
  if (job.remove && done.result == 0)
    done.result = result_of(fsync(directory_));
  return done;
}

}  // namespace wirebook::journal
