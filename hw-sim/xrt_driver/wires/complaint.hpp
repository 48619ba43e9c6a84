// What goes wrong on a wire: told once, counted always.
//
// Shapes: one `Complaint` per kind of trouble. Threads: one. Errors: none. Cost: a line on stderr
// the first time, an increment after that, and a line with the sum when the wire goes.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace wirebook::hw_sim {

inline void tell(std::string_view wire, std::string_view text) {
  (void)std::fputs(fmt::format("wire {}: {}\n", wire, text).c_str(), stderr);
}

class Complaint {
 public:
  /// `kind` names what is counted, in the plural.
  Complaint(std::string wire, std::string kind) : wire_(std::move(wire)), kind_(std::move(kind)) {}
  Complaint(const Complaint&) = delete;
  Complaint& operator=(const Complaint&) = delete;
  ~Complaint() {
    if (count_ > 1)
      tell(wire_, fmt::format("{} {} in all", count_, kind_));
  }

  void add(std::string_view text) {
    if (++count_ == 1)
      tell(wire_, text);
  }

 private:
  std::string wire_;
  std::string kind_;
  std::uint64_t count_ = 0;
};

}  // namespace wirebook::hw_sim
