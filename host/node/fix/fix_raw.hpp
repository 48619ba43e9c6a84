// Fields in the bytes of a message, before QuickFIX has seen it.
//
// Shapes: "tag=value" between separators, header and trailer too; C++14, as quickfix_session.hpp.
// Threads: any. Errors: none. Cost: a search. Specification: FIX 4.4, "Message format".
#pragma once

#include <string>

namespace wirebook {
namespace fix {

/// The first field with this tag; "" if there is none.
std::string raw_field(const std::string& bytes, int tag);
/// The same as a number of at most nine digits; -1 if it is none.
int raw_number(const std::string& bytes, int tag);
/// With the password's letters covered and the checksum right again.
std::string without_password(const std::string& bytes);

}  // namespace fix
}  // namespace wirebook
