#include "journal/file_disk.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>

#include <sys/vfs.h>
#include <unistd.h>

#include "wirebook/assert.hpp"

namespace wirebook::journal {

namespace {

// Of file systems that keep checksums of what they are given.
constexpr long btrfs_magic = 0x9123'683E;
constexpr long zfs_magic = 0x2FC1'2FC1;
constexpr long bcachefs_magic = 0xCA45'1A4E;

bool has_checksums(const std::string& directory) {
  struct statfs info {};
  if (statfs(directory.c_str(), &info) != 0)
    return false;
  return info.f_type == btrfs_magic || info.f_type == zfs_magic || info.f_type == bcachefs_magic;
}

}  // namespace

FileDisk::FileDisk(SegmentPlan plan, const DiskOptions& options)
    : options_(options), worker_(std::move(plan)) {
  files_.fill(-1);
  if (options.bounce != Bounce::automatic)
    bounce(options.bounce);
  else if (has_checksums(worker_.plan().directory))
    bounce(Bounce::filling);
}

FileDisk::~FileDisk() {
  for (const int file : files_)
    if (file >= 0)
      ::close(file);
}

void FileDisk::bounce(Bounce bounce) {
  bounce_ = bounce;
  bounce_bytes_each_ = bounce == Bounce::all ? options_.write_slots * slot_bytes : block_bytes;
  bounce_memory_ = std::make_unique<slot_ring::Memory>(options_.depth * bounce_bytes_each_,
                                                       slot_ring::HugePages::forbid);
}

const std::byte* FileDisk::copy(const Request& request) noexcept {
  WIREBOOK_ASSERT(request.id < options_.depth && request.bytes <= bounce_bytes_each_);
  std::byte* const to = bounce_memory_->data() + request.id * bounce_bytes_each_;
  std::memcpy(to, request.data, request.used_bytes);
  std::memset(to + request.used_bytes, 0, request.bytes - request.used_bytes);
  copied_bytes_ += request.used_bytes;
  return to;
}

void FileDisk::submit(std::span<const Request> batch) noexcept {
  bool wrote = false;
  for (const Request& request : batch) {
    switch (request.kind) {
      case RequestKind::prepare:
        worker_.prepare(request);
        break;
      case RequestKind::close:
        detach(request.segment);
        worker_.close(request.segment, std::exchange(files_[request.segment], -1), request.sync,
                      request.remove);
        break;
      case RequestKind::write:
        write(request);
        wrote = true;
        break;
    }
  }
  if (wrote)
    flush();
}

std::size_t FileDisk::poll(std::span<Completion> out) noexcept {
  std::size_t count = 0;
  while (count < out.size()) {
    const auto done = worker_.poll();
    if (!done)
      break;
    if (done->file >= 0) {
      files_[done->segment] = done->file;
      attach(done->segment, done->file);
    }
    out[count++] = {done->kind, done->segment, done->result};
  }
  return count + poll_writes(out.subspan(count));
}

std::string FileDisk::describe_bytes() const {
  std::string text = direct()                ? "O_DIRECT"
                     : worker_.plan().direct ? "through the page cache (O_DIRECT is refused here)"
                                             : "through the page cache";
  if (bounce_ == Bounce::all)
    text += ", all bytes copied once";
  if (bounce_ == Bounce::filling)
    text += ", blocks that still fill copied once";
  return text;
}

OpenedDisk open_disk(const SegmentPlan& plan, const DiskOptions& options,
                     std::span<const std::byte> ring) {
  std::string refusal;
  try {
    auto disk = open_uring_disk(plan, options, ring);
    std::string line = "journal in " + plan.directory + ": " + disk->describe();
    return {std::move(disk), std::move(line)};
  } catch (const UringRefused& error) {
    refusal = error.what();
  }
  auto disk = open_pwrite_disk(plan, options);
  std::string line =
      "journal in " + plan.directory + ": " + disk->describe() + ", because " + refusal;
  return {std::move(disk), std::move(line)};
}

}  // namespace wirebook::journal
