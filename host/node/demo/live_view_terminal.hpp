// A screen of text on a terminal, drawn over itself, which leaves the terminal as it found it.
//
// Shapes: whole screens. Threads: one. Errors: none; what cannot be written is not drawn.
// Cost: one write a picture. Specification: ECMA-48 control sequences, and the alternate screen of
// xterm.
#pragma once

#include <cstddef>
#include <string>

namespace wirebook::node {

class LiveTerminal {
 public:
  /// Takes the alternate screen and hides the cursor.
  LiveTerminal();
  ~LiveTerminal();
  LiveTerminal(const LiveTerminal&) = delete;
  LiveTerminal& operator=(const LiveTerminal&) = delete;

  /// True if standard output can show a moving picture.
  [[nodiscard]] static bool available();

  void draw(const std::string& text) const;
  [[nodiscard]] std::size_t columns() const;
};

}  // namespace wirebook::node
