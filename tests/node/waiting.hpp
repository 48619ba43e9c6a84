// Waiting, in the tests, for what others do on threads of their own.
#pragma once

#include <chrono>
#include <thread>

#include "tests/patience.hpp"

namespace wirebook::node {

/// True as soon as it holds.
template <class Condition>
bool eventually(Condition holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace wirebook::node
