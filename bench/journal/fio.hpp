// fio with the journal's shape: sequential writes, O_DIRECT, io_uring with registered buffers and
// files, each write durable (O_DSYNC), over a file that was written before.
//
// Shapes: what one run says, of its JSON-free terse format. Threads: a process of its own, on one
// core. Errors: the bench ends with a line if fio says something else.
// Specification: fio 3.33, "terse version 3": field 48 is the write bandwidth in KiB/s; field 65
// the median of the times from submission to completion in µs, with the percentiles of the manual.
#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/journal/live_journal.hpp"

namespace wirebook::bench {

inline bool has_fio() { return std::system("fio --version > /dev/null 2>&1") == 0; }

class Fio {
 public:
  struct Shape {
    std::uint64_t block_bytes = 0;
    int depth = 1;
    std::uint64_t total_bytes = 0;
  };

  /// Its file lies in `directory`, and is laid out by the first run.
  explicit Fio(std::string directory) : file_(std::move(directory) + "/fio.dat") {}

  /// Million bytes a second.
  [[nodiscard]] double throughput(const Shape& shape) const {
    constexpr std::size_t write_bandwidth = 47;
    return field(run(shape), write_bandwidth) * 1024 / 1e6;
  }
  /// µs.
  [[nodiscard]] double p50(const Shape& shape) const {
    constexpr std::size_t write_p50 = 64;
    return field(run(shape), write_p50);
  }

 private:
  [[nodiscard]] std::vector<std::string> run(const Shape& shape) const {
    const std::string command =
        "fio --name=journal --filename=" + file_ +
        " --size=256m --overwrite=1 --rw=write --direct=1 --sync=dsync --ioengine=io_uring"
        " --fixedbufs=1 --registerfiles=1 --bs=" +
        std::to_string(shape.block_bytes) + " --iodepth=" + std::to_string(shape.depth) +
        " --io_size=" + std::to_string(shape.total_bytes) +
        " --cpus_allowed=" + std::to_string(journal_core) +
        " --lat_percentiles=1 --clat_percentiles=0 --output-format=terse --terse-version=3"
        " 2>/dev/null";
    std::string text;
    if (FILE* const pipe = popen(command.c_str(), "r"); pipe != nullptr) {
      std::array<char, 4096> part;
      while (std::fgets(part.data(), part.size(), pipe) != nullptr)
        text += part.data();
      pclose(pipe);
    }
    std::vector<std::string> fields(1);
    for (const char c : text) {
      if (c == ';')
        fields.emplace_back();
      else
        fields.back() += c;
    }
    return fields;
  }

  static double field(const std::vector<std::string>& fields, std::size_t index) {
    if (fields.size() <= index)
      give_up("fio said something else", EINVAL);
    const std::string& text = fields[index];
    const std::size_t equals = text.find('=');  // percentiles: "50.000000%=52"
    return std::atof(text.c_str() + (equals == std::string::npos ? 0 : equals + 1));
  }

  std::string file_;
};

}  // namespace wirebook::bench
