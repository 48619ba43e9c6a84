// Why a node does not start.
//
// Errors: the exit code, and a text that names the key or the file.
#pragma once

#include <stdexcept>
#include <string>

#include "wirebook/exit_code.hpp"

namespace wirebook::node {

class StartRefused : public std::runtime_error {
 public:
  StartRefused(ExitCode code, const std::string& text) : std::runtime_error(text), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

}  // namespace wirebook::node
