#include "node/simulation/sim_disk.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>

#include <fmt/format.h>

#include "wirebook/assert.hpp"

#include "journal/segment_format.hpp"

namespace wirebook::simulation {

using journal::Request;
using journal::RequestKind;

namespace {

constexpr std::size_t sectors_per_block = journal::block_bytes / sector_bytes;
constexpr std::uint32_t stall_steps = 400;

std::uint64_t mask_of(std::uint64_t sectors) {
  return sectors >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << sectors) - 1;
}

}  // namespace

SimDisk::SimDisk(const Scenario& scenario, const journal::SegmentPlan& plan, Drive& drive,
                 Random& random, Record& record)
    : scenario_(&scenario), plan_(plan), drive_(&drive), random_(&random), record_(&record) {}

void SimDisk::submit(std::span<const Request> batch) noexcept {
  for (const Request& request : batch) {
    record_->note(Act::submitted, static_cast<std::uint64_t>(request.kind),
                  request.kind == RequestKind::write ? request.offset : request.first_sequence,
                  request.bytes);
    if (request.kind == RequestKind::write)
      check_write(request);
    jobs_.push_back(start(request));
  }
}

std::size_t SimDisk::poll(std::span<journal::Completion> out) noexcept {
  const std::size_t count = std::min(out.size(), done_.size());
  std::copy_n(done_.begin(), count, out.begin());
  done_.erase(done_.begin(), done_.begin() + static_cast<std::ptrdiff_t>(count));
  return count;
}

void SimDisk::check_write(const Request& request) {
  if (request.bytes % journal::block_bytes != 0 || request.offset % journal::block_bytes != 0 ||
      request.offset < journal::slots_offset)
    record_->found(
        fmt::format("the writer asked for {} bytes at {}", request.bytes, request.offset));
  for (const Job& other : jobs_)
    if (other.request.kind == RequestKind::write && other.request.segment == request.segment &&
        request.offset < other.request.offset + other.request.bytes &&
        other.request.offset < request.offset + request.bytes)
      record_->found(fmt::format("the writer has a block twice in flight, at {} of segment {}",
                                 request.offset, request.segment));
}

// --- what becomes of a request ---

SimDisk::Job SimDisk::start(const Request& request) {
  Job job{.request = request};
  if (random_->chance(scenario_->disk.stall))
    job.wait = stall_steps;
  if (request.kind == RequestKind::write) {
    WIREBOOK_ASSERT(request.bytes / sector_bytes <= 64);
    job.sectors = mask_of(request.bytes / sector_bytes);
    job.result = static_cast<std::int32_t>(request.bytes);
    draw_fate(job);
  }
  return job;
}

void SimDisk::draw_fate(Job& job) {
  const DiskFaults& faults = scenario_->disk;
  const std::uint64_t sectors = job.request.bytes / sector_bytes;
  if (random_->chance(faults.write_error)) {
    job.result = -EIO;
    job.sectors &= random_->next();
  } else if (random_->chance(faults.again)) {
    job.result = random_->coin() ? -EINTR : -EAGAIN;
    job.sectors = 0;
  } else if (random_->chance(faults.short_write)) {
    const std::uint64_t written = random_->below(sectors);
    job.result = static_cast<std::int32_t>(written * sector_bytes);
    job.sectors = mask_of(written);
  } else if (random_->chance(faults.misdirected)) {
    draw_displaced(job);
  }
}

void SimDisk::draw_displaced(Job& job) {
  const auto open = static_cast<std::size_t>(random_->below(segments_.size()));
  const Segment& segment =
      segments_[open].file != 0 ? segments_[open] : segments_[job.request.segment];
  job.displaced =
      static_cast<std::uint32_t>(random_->below(job.request.bytes / journal::block_bytes));
  job.displaced_to = segment.file;
  job.displaced_offset = random_->below(drive_->view(segment.file).size() / journal::block_bytes) *
                         journal::block_bytes;
  drive_->note_damage(segments_[job.request.segment].file,
                      job.request.offset + job.displaced * journal::block_bytes,
                      journal::block_bytes);
}

// --- its progress ---

bool SimDisk::step() {
  if (!stale_.empty() && step_stale())
    return true;
  if (jobs_.empty())
    return false;
  const auto which = static_cast<std::size_t>(random_->below(jobs_.size()));
  Job& job = jobs_[which];
  if (job.wait != 0) {
    --job.wait;
    return true;
  }
  if (advance(job)) {
    finish(job);
    jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(which));
  }
  return true;
}

bool SimDisk::advance(Job& job) {
  switch (job.request.kind) {
    case RequestKind::write:
      return advance_write(job);
    case RequestKind::prepare:
      return advance_prepare(job);
    case RequestKind::close:
      return advance_close(job);
  }
  return true;
}

bool SimDisk::advance_write(Job& job) {
  for (std::uint64_t i = random_->between(1, 16); i != 0 && job.sectors != 0; --i) {
    // Not in their order: some other sector than the next in one of four cases.
    auto sector = static_cast<std::uint32_t>(std::countr_zero(job.sectors));
    if (random_->below(4) == 0)
      sector = static_cast<std::uint32_t>(63 - std::countl_zero(job.sectors));
    move_sector(job, sector);
    job.sectors &= ~(std::uint64_t{1} << sector);
  }
  return job.sectors == 0;
}

void SimDisk::move_sector(const Job& job, std::uint32_t sector) {
  const std::uint64_t at = std::uint64_t{sector} * sector_bytes;
  const std::span<const std::byte> bytes(job.request.data + at, sector_bytes);
  if (sector / sectors_per_block == job.displaced)
    return drive_->misplace(job.displaced_to, job.displaced_offset + at % journal::block_bytes,
                            bytes);
  drive_->write(segments_[job.request.segment].file, job.request.offset + at, bytes);
}

bool SimDisk::advance_prepare(Job& job) {
  Segment& segment = segments_[job.request.segment];
  const std::string unfinished =
      journal::segment_name(job.request.first_sequence, plan_.epoch) + ".new";
  if (random_->chance(scenario_->disk.make_error)) {
    job.result = -EIO;
    // What has its name already may keep it: a disk that fails here may fail there too.
    if (drive_->remove(unfinished) != 0 && random_->coin())
      drive_->remove(segment.name);
    segment = {};
    return true;
  }
  switch (job.stage++) {
    case 0:
      segment = {drive_->create(unfinished),
                 journal::segment_name(job.request.first_sequence, plan_.epoch)};
      job.result =
          drive_->grow(segment.file, journal::slots_offset + plan_.capacity_slots * slot_bytes);
      if (job.result != 0) {
        drive_->remove(unfinished);
        segment = {};
        return true;
      }
      return false;
    case 1:
    case 3:
      drive_->sync(segment.file);
      return false;
    case 2: {
      std::array<std::byte, journal::block_bytes> header;
      journal::encode_header(header_of(job.request), header);
      drive_->write(segment.file, 0, header);
      return false;
    }
    case 4:
      if (drive_->find(segment.name) != 0) {
        job.result = -EEXIST;
        drive_->remove(unfinished);
        segment = {};
        return true;
      }
      job.result = drive_->rename(unfinished, segment.name);
      return false;
    default:
      if (scenario_->plant != Plant::names_not_synced)
        drive_->sync_names();
      return true;
  }
}

journal::SegmentHeader SimDisk::header_of(const Request& request) const {
  return {.epoch = plan_.epoch,
          .shard = plan_.shard,
          .first_sequence = request.first_sequence,
          .capacity_slots = plan_.capacity_slots,
          .created_unix_ns = 0,
          .trading_day = plan_.trading_day,
          .window_slots = request.window_slots,
          .ring_slots = request.ring_slots};
}

bool SimDisk::advance_close(Job& job) {
  Segment& segment = segments_[job.request.segment];
  if (job.stage++ == 0) {
    if (job.request.remove)
      job.result = drive_->remove(segment.name);
    else if (job.request.sync)
      drive_->sync(segment.file);
    return !job.request.remove;
  }
  drive_->sync_names();
  return true;
}

void SimDisk::finish(const Job& job) {
  const Request& request = job.request;
  const Segment& segment = segments_[request.segment];
  std::int32_t result = job.result;
  if (request.kind == RequestKind::write) {
    if (result > 0 && request.sync && scenario_->plant != Plant::sync_skipped)
      drive_->sync(segment.file, request.offset, static_cast<std::uint64_t>(result));
    if (scenario_->plant == Plant::short_write_is_whole && result >= 0)
      result = static_cast<std::int32_t>(request.bytes);
    if (scenario_->plant == Plant::error_is_success && result == -EIO)
      result = static_cast<std::int32_t>(request.bytes);
    if (scenario_->plant == Plant::stale_rewrite)
      keep_stale(job);
  } else if (request.kind == RequestKind::close) {
    segments_[request.segment] = {};
  }
  record_->note(Act::completed, static_cast<std::uint64_t>(request.kind), request.id,
                static_cast<std::uint64_t>(std::int64_t{result}));
  done_.push_back({request.kind, request.id, result});
}

// --- the end ---

void SimDisk::kill(bool power) {
  for (Job& job : jobs_) {
    if (job.request.kind != RequestKind::write)
      continue;
    // Handed to the drive already, or not: without power the drive writes nothing more, but what
    // it did before is drawn here too.
    const std::uint64_t arrives = random_->coin()   ? job.sectors & random_->next()
                                  : random_->coin() ? job.sectors
                                                    : 0;
    for (std::uint64_t left = arrives; left != 0; left &= left - 1)
      move_sector(job, static_cast<std::uint32_t>(std::countr_zero(left)));
  }
  jobs_.clear();
  done_.clear();
  stale_.clear();
  if (power)
    drive_->power_loss();
}

}  // namespace wirebook::simulation
