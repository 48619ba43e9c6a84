// The buffers that pieces of files lie in: one memory for all, or one each, made anew each time.
//
// Shapes: aligned to pages. Threads: one. Errors: std::bad_alloc. Cost: a pool's pages are faulted
// in once; without a pool, once a piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "journal/piece_io.hpp"
#include "slot_ring/memory.hpp"

namespace wirebook::journal {

class PieceBuffers {
 public:
  explicit PieceBuffers(const PieceIoOptions& options) : options_(options) {
    if (options.pooled)
      pool_ = std::make_unique<slot_ring::Memory>(options.buffers * options.buffer_bytes);
    else
      single_.resize(options.buffers);
  }

  [[nodiscard]] std::uint32_t count() const { return options_.buffers; }
  [[nodiscard]] std::span<std::byte> get(std::uint32_t buffer) {
    if (pool_ != nullptr)
      return {pool_->data() + buffer * options_.buffer_bytes, options_.buffer_bytes};
    if (single_[buffer] == nullptr)
      renew(buffer);
    return {single_[buffer]->data(), options_.buffer_bytes};
  }
  void renew(std::uint32_t buffer) {
    if (pool_ != nullptr)
      return;
    single_[buffer].reset();
    single_[buffer] =
        std::make_unique<slot_ring::Memory>(options_.buffer_bytes, slot_ring::HugePages::forbid);
  }
  /// Of a pool; else null.
  [[nodiscard]] const slot_ring::Memory* pool() const { return pool_.get(); }

 private:
  PieceIoOptions options_;
  std::unique_ptr<slot_ring::Memory> pool_;
  std::vector<std::unique_ptr<slot_ring::Memory>> single_;
};

}  // namespace wirebook::journal
