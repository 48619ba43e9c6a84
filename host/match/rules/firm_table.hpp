// What the engine knows of firms: finds the record of a firm by its four letters.
//
// Shapes: records lie where they are from when they are added until they are erased. Threads: the
// owner's. Errors: `add` gives none when `firms_max` are there. Cost: about two cache lines; one
// block of 450 KiB, made with the table. Specification: ../RULES.md, "Limits".
#pragma once

#include <bit>
#include <cstdint>

#include "wirebook/units.hpp"

#include "match/memory/index_pool.hpp"
#include "match/memory/key_table.hpp"
#include "match/memory/table.hpp"
#include "match/rules/limits.hpp"
#include "match/state/limits_digest.hpp"

namespace wirebook::match {

struct FirmRecord {
  std::uint64_t open;         ///< whole currency units of its open orders, if it counts exposure
  std::uint64_t traded_step;  ///< of the digest
  FirmFacts facts;
  Firm firm;
};

class FirmTable {
 public:
  FirmTable()
      : index_(firms_max, 0x9E37'79B9'7F4A'7C15), pool_(firms_max), records_(firms_max + 1) {}

  /// None if nothing was said of the firm.
  [[nodiscard]] FirmRecord* find(Firm firm) {
    const std::uint32_t at = index_.find(key_of(firm));
    return at == 0 ? nullptr : &records_[at];
  }
  [[nodiscard]] const FirmRecord* find(Firm firm) const {
    const std::uint32_t at = index_.find(key_of(firm));
    return at == 0 ? nullptr : &records_[at];
  }
  /// The firm is not there; none if there is no room.
  FirmRecord* add(Firm firm) {
    const std::uint32_t at = pool_.take();
    if (at == 0)
      return nullptr;
    index_.insert(key_of(firm), at);
    records_[at] = {.traded_step = digest::traded_step(firm), .firm = firm};
    return &records_[at];
  }
  void erase(Firm firm) {
    const std::uint32_t at = index_.find(key_of(firm));
    index_.erase(key_of(firm));
    records_[at] = {};
    pool_.give_back(at);
  }
  /// Calls `see` with each record.
  void for_each(auto&& see) const {
    for (std::uint32_t at = 1; at <= firms_max; ++at)
      if (records_[at].traded_step != 0)
        see(records_[at]);
  }

 private:
  static std::uint64_t key_of(Firm firm) { return std::bit_cast<std::uint32_t>(firm); }

  KeyTable index_;
  IndexPool pool_;
  Table<FirmRecord> records_;
};

}  // namespace wirebook::match
