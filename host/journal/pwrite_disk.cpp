#include <array>
#include <cerrno>
#include <utility>

#include <sys/uio.h>

#include "journal/file_disk.hpp"

namespace wirebook::journal {

namespace {

class PwriteDisk final : public FileDisk {
 public:
  PwriteDisk(SegmentPlan plan, const DiskOptions& options) : FileDisk(std::move(plan), options) {}

  [[nodiscard]] std::string describe() const override {
    return "pwritev2, one write at a time, " + describe_bytes() + ", RWF_DSYNC";
  }

 private:
  void attach(std::uint32_t, int) noexcept override {}
  void detach(std::uint32_t) noexcept override {}

  void write(const Request& request) noexcept override {
    const std::byte* const data = must_bounce(request) ? copy(request) : request.data;
    const iovec bytes{const_cast<std::byte*>(data), request.bytes};
    const ssize_t written =
        pwritev2(file(request.segment), &bytes, 1, static_cast<off_t>(request.offset),
                 request.sync ? RWF_DSYNC : 0);
    done_[done_count_++] = {RequestKind::write, request.id,
                            static_cast<std::int32_t>(written < 0 ? -errno : written)};
  }
  void flush() noexcept override {}

  std::size_t poll_writes(std::span<Completion> out) noexcept override {
    std::size_t count = 0;
    while (count < out.size() && done_count_ != 0)
      out[count++] = done_[--done_count_];
    return count;
  }

  std::array<Completion, depth_max> done_{};  // a write has one completion: it cannot overflow
  std::size_t done_count_ = 0;
};

}  // namespace

std::unique_ptr<FileDisk> open_pwrite_disk(SegmentPlan plan, const DiskOptions& options) {
  return std::make_unique<PwriteDisk>(std::move(plan), options);
}

}  // namespace wirebook::journal
