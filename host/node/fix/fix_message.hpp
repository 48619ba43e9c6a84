// A FIX message as a plain struct: what the translator reads and writes, and what crosses the
// border to QuickFIX, whose headers need an older C++.
//
// Shapes: the body's fields in their order; of the header only what an application may care about.
// C++14, so that both sides of the border can include it. Threads: values. Errors: none.
// Cost: a linear search; messages have some twenty fields. Specification: FIX 4.4, FIX 5.0 SP2.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace wirebook {
namespace fix {

enum class Version { fix44, fix50sp2 };

struct Field {
  int tag;
  std::string value;
};

struct Message {
  std::string type;            ///< 35
  std::uint64_t sequence = 0;  ///< 34, of a message that came in
  bool poss_resend = false;    ///< 97
  std::vector<Field> fields;   ///< of the body

  /// The first field with this tag, or null. The entries of a group are not looked through.
  const std::string* find(int tag) const {
    for (const Field& field : fields)
      if (field.tag == tag)
        return &field.value;
    return nullptr;
  }
  void add(int tag, std::string value) { fields.push_back(Field{tag, std::move(value)}); }
  void add(int tag, char value) { fields.push_back(Field{tag, std::string(1, value)}); }
};

}  // namespace fix
}  // namespace wirebook
