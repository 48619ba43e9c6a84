// An answer of the control, as people read it.
//
// Shapes: a line of JSON in; lines of text out. Threads: pure. Errors: what is no such answer is
// given as it is. Cost: none to speak of.
#pragma once

#include <string>

namespace wirebook::node {

struct CtlText {
  bool ok = false;
  std::string text;  ///< with line breaks
};

[[nodiscard]] CtlText ctl_text(const std::string& answer);

}  // namespace wirebook::node
