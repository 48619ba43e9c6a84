// Counters of one thread that any thread may read, with a name each.
//
// Shapes: `Id` is an enum class whose last enumerator is `count_`, and `to_string(Id)` names its
// values. Threads: one adds; any reads, and sees a value of some moments ago. Errors: none.
// Cost: a load, an addition, a store; no locked instruction.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wirebook::metrics {

struct NamedCount {
  std::string_view name;
  std::uint64_t value;
};

template <class Id>
class Counters {
 public:
  static constexpr std::size_t size = static_cast<std::size_t>(Id::count_);

  void add(Id id, std::uint64_t amount = 1) noexcept {
    auto& cell = cells_[static_cast<std::size_t>(id)];
    cell.store(cell.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t operator[](Id id) const noexcept {
    return cells_[static_cast<std::size_t>(id)].load(std::memory_order_relaxed);
  }
  /// All of them with their names, in the order of the enum.
  [[nodiscard]] std::array<NamedCount, size> table() const noexcept {
    std::array<NamedCount, size> rows;
    for (std::size_t i = 0; i < size; ++i)
      rows[i] = {to_string(static_cast<Id>(i)), (*this)[static_cast<Id>(i)]};
    return rows;
  }

 private:
  std::array<std::atomic<std::uint64_t>, size> cells_{};
};

}  // namespace wirebook::metrics
