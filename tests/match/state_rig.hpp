// Two engines of any kind on one stream, one of them loaded in the middle of it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "match/engine.hpp"
#include "match/naive_engine.hpp"
#include "match/state_io.hpp"
#include "tests/match/rig.hpp"

namespace wirebook::match {

using StateBytes = std::vector<std::byte>;

StateBytes saved(const auto& engine) {
  StateBytes bytes;
  StateWriter writer(bytes);
  engine.save(writer);
  return bytes;
}

/// Why the state could not be loaded; empty if it could.
std::string load(auto& engine, std::span<const std::byte> bytes) {
  StateReader reader(bytes);
  std::string why;
  if (!engine.load(reader, &why))
    return why.empty() ? "no reason given" : why;
  return reader.remaining() == 0 ? std::string() : "bytes are left over";
}

/// Empty, or in what two lists of events differ.
inline std::string difference(const std::vector<Told>& told, const std::vector<Told>& expected) {
  if (told.size() != expected.size())
    return "events: " + std::to_string(told.size()) + " instead of " +
           std::to_string(expected.size());
  for (std::size_t i = 0; i < told.size(); ++i)
    if (bytes_of(told[i]) != bytes_of(expected[i]))
      return "event " + std::to_string(i);
  return {};
}

}  // namespace wirebook::match
