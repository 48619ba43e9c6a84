#include "match/memory/growth.hpp"

#include <algorithm>
#include <new>
#include <span>

#include "wirebook/assert.hpp"

#include "slot_ring/memory.hpp"

namespace wirebook::match {

Growth::Growth(std::size_t units, std::size_t start, std::size_t block)
    : units_(units), block_(block), start_(block_end(std::min(start, units))), ready_(start_) {}

std::size_t Growth::block_end(std::size_t unit) const {
  return unit >= units_ ? units_ : std::min(units_, (unit + block_ - 1) / block_ * block_);
}

std::size_t Growth::Part::bytes_up_to(std::size_t unit) const {
  return std::min(bytes, (unit + 1) * unit_bytes);
}

std::size_t Growth::bytes_up_to(std::size_t unit) const {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < part_count_; ++i)
    sum += parts_[i].bytes_up_to(unit);
  return sum;
}

bool Growth::touch(const Part& part, std::size_t from, std::size_t to) noexcept {
  return from == to || slot_ring::Memory::touch(std::span(part.data + from, to - from));
}

void Growth::add_part(std::byte* data, std::size_t bytes, std::size_t unit_bytes) {
  WIREBOOK_ASSERT(part_count_ < parts_max);
  const Part part{.data = data, .bytes = bytes, .unit_bytes = unit_bytes};
  if (!touch(part, 0, part.bytes_up_to(start_)))
    throw std::bad_alloc();
  parts_[part_count_++] = part;
}

void Growth::want(std::size_t unit) noexcept {
  const std::size_t end = block_end(unit);
  if (end > wanted_.load(std::memory_order_relaxed))
    wanted_.store(end, std::memory_order_release);
}

std::size_t Growth::reach(std::size_t unit) noexcept {
  const std::size_t end = block_end(unit);
  if (end > reached_) {
    const std::size_t known = std::max(reached_, ready());
    reached_ = end;
    if (end > known && has_grower_.load(std::memory_order_relaxed))
      unready_blocks_.store(unready_blocks() + (end - known + block_ - 1) / block_,
                            std::memory_order_relaxed);
    want(end + blocks_ahead * block_);
  }
  return end == units_ ? ~std::size_t{0} : end + 1;
}

bool Growth::grow() noexcept {
  const std::size_t from = ready_.load(std::memory_order_relaxed);
  if (wanted_.load(std::memory_order_acquire) <= from)
    return false;
  const std::size_t to = block_end(from + 1);
  for (std::size_t i = 0; i < part_count_; ++i)
    if (!touch(parts_[i], parts_[i].bytes_up_to(from), parts_[i].bytes_up_to(to)))
      return false;
  ready_.store(to, std::memory_order_release);
  return true;
}

}  // namespace wirebook::match
