// For the tests of replay: a folder of its own, files in and out, and one call of replay.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "node/replay/replay.hpp"

namespace wirebook::node {

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "replay_XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~ReplayTest() override { std::filesystem::remove_all(folder); }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder / name).string(); }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    EXPECT_TRUE(file) << name << " is missing";
    return {std::istreambuf_iterator<char>(file), {}};
  }

  ExitCode run(const ReplayOptions& options) {
    std::ostringstream lines;
    const ExitCode code = run_replay(options, lines);
    err = lines.str();
    return code;
  }
  /// The events, as JSON lines, that these JSON lines make.
  std::string events_of(const std::string& lines) {
    EXPECT_EQ(run({.in = write("in.jsonl", lines), .out_events = path("events")}), ExitCode::ok)
        << err;
    return read("events");
  }
  /// The rows of best prices behind the header line.
  std::string bbo_of(const std::string& lines) {
    EXPECT_EQ(run({.in = write("in.jsonl", lines), .out_bbo = path("bbo")}), ExitCode::ok) << err;
    const std::string text = read("bbo");
    const std::string header = "time_ns,symbol,bid_price,bid_quantity,ask_price,ask_quantity\n";
    EXPECT_TRUE(text.starts_with(header)) << text;
    return text.substr(header.size());
  }
  std::string summary_of(ReplayOptions options) {
    options.summary = path("summary");
    run(options);
    return read("summary");
  }

  std::filesystem::path folder;
  std::string err;
};

/// Big-endian bytes.
inline std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes; i-- != 0;)
    out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

/// A BinaryFILE block.
inline std::string itch_block(const std::string& message) {
  return big_endian(message.size(), 2) + message;
}
/// An OUCH block.
inline std::string ouch_block(std::uint32_t session, const std::string& message) {
  return big_endian(message.size(), 2) + big_endian(session, 4) + message;
}

}  // namespace wirebook::node
