// A Verilated model that keeps its coverage: its counters die with it, so they are added up here.
//
// Shapes: `Counted<Model>` stands in for the model where WIREBOOK_COVERAGE is on (hw-sim's CMake
// does that; benches say nothing). As the program ends, $WIREBOOK_COVERAGE_DIRECTORY gets one file
// of all its models, as Verilator writes them; without that variable, nothing. Threads: one.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <unistd.h>
#include <verilated.h>
#include <verilated_cov.h>

namespace wirebook::hw_sim {

class CoverageSum {
 public:
  static CoverageSum& instance() {
    static CoverageSum sum;
    return sum;
  }
  CoverageSum(const CoverageSum&) = delete;
  CoverageSum& operator=(const CoverageSum&) = delete;
  ~CoverageSum() {
    if (counts_.empty())
      return;
    std::ofstream out(path_ + ".dat");
    out << "# SystemC::Coverage-3\n";
    for (const auto& [point, count] : counts_)
      out << point << ' ' << count << '\n';
  }

  void add(VerilatedContext& context) {
    if (path_.empty())
      return;
    const std::string part = path_ + ".part";  // the only way that Verilator tells
    context.coveragep()->write(part.c_str());
    std::ifstream in(part);
    for (std::string line; std::getline(in, line);) {
      const auto blank = line.rfind(' ');
      if (line.starts_with("C "))
        counts_[line.substr(0, blank)] += std::stoull(line.substr(blank + 1));
    }
    std::filesystem::remove(part);
  }

 private:
  CoverageSum() {
    if (const char* directory = std::getenv("WIREBOOK_COVERAGE_DIRECTORY"))
      path_ = std::string(directory) + "/" + program_invocation_short_name + "." +
              std::to_string(getpid());
  }

  std::string path_;
  std::map<std::string, std::uint64_t> counts_;
};

/// Of each model its own, so that what another has counted, alive or gone, is not asked for.
struct CountedContext {
  CountedContext() {
    CoverageSum::instance();  // so that it outlives the model, wherever that lives
    counted_context.threads(1);
  }
  VerilatedContext counted_context;
};

template <typename Model>
class Counted : private CountedContext, public Model {
 public:
  Counted() : Model(&counted_context) {}
  ~Counted() override { CoverageSum::instance().add(counted_context); }
};

}  // namespace wirebook::hw_sim
