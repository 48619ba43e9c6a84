// What a load run found, as a table, as JSON and as an HdrHistogram file.
//
// Threads: any, after the run. Errors: `write_load_files` says which file could not be written.
#pragma once

#include <string>

#include "node/load/load.hpp"

namespace wirebook::node {

/// Where the figures go, besides the terminal; empty for nowhere.
struct LoadFiles {
  std::string hgrm;
  std::string json;
};

/// True if every message got its reply, and no reply is missing.
[[nodiscard]] bool all_answered(const Load& load);

/// Messages a second that went out.
[[nodiscard]] double achieved_rate(const Load& load, const LoadResult& result);

[[nodiscard]] std::string load_table(const Load& load, const LoadResult& result);
[[nodiscard]] std::string load_json(const Load& load, const LoadResult& result);

/// An empty text, or what went wrong.
[[nodiscard]] std::string write_load_files(const LoadFiles& files, const Load& load,
                                           const LoadResult& result);

}  // namespace wirebook::node
