// What QuickFIX has to know of messages that come. C++14, as quickfix_session.hpp; it alone
// includes this, which names QuickFIX.
//
// Threads: any. Errors: none. Cost: start of a session.
#pragma once

#include <quickfix/DataDictionaryProvider.h>

namespace wirebook {
namespace fix {

FIX::DataDictionaryProvider order_dictionaries();

}  // namespace fix
}  // namespace wirebook
