// Waves of the kernel, on demand: only a model that was built for them can write them.
//
// Shapes: an FST file. Threads: the model's. Errors: a model without waves says so once on standard
// error, and how to get one that has them. Cost: none without a file.
#pragma once

#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "Vwirebook_kernel.h"
#if VM_TRACE
#include <verilated_fst_c.h>
#endif

namespace wirebook::hw_sim {

class Waves {
 public:
#if VM_TRACE
  Waves(VerilatedContext& context, Vwirebook_kernel& dut, const std::string& path)
      : open_(!path.empty()) {
    if (!open_)
      return;
    context.traceEverOn(true);
    dut.trace(&file_, 99);
    file_.open(path.c_str());
  }
  void dump(std::uint64_t time) {
    if (open_)
      file_.dump(time);
  }

 private:
  bool open_;
  VerilatedFstC file_;
#else
  Waves(VerilatedContext&, Vwirebook_kernel&, const std::string& path) {
    if (!path.empty())
      fmt::print(stderr,
                 "simulated card: WIREBOOK_SIM_WAVES={}: this kernel was built without waves; "
                 "configure with -DWIREBOOK_WAVES=ON\n",
                 path);
  }
  void dump(std::uint64_t) {}
#endif
};

}  // namespace wirebook::hw_sim
