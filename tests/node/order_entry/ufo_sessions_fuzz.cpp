// Goal: whatever comes from whomever and whenever, the rules of UFO sessions hold: see
// ufo_sessions_course.hpp.
#include "ufo_sessions_course.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wirebook::node::course::run(data, size);
  return 0;
}
