// The differential test, driven by a fuzzer's bytes.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/match/differential.hpp"

namespace {

using namespace wirebook;
using namespace wirebook::match;

/// Numbers from bytes; zeros when they run out.
struct Bytes {
  const std::uint8_t* next;
  const std::uint8_t* end;

  std::uint32_t take(std::uint32_t below) {
    std::uint32_t value = 0;
    for (std::uint32_t width = below; width > 1 && next != end; width >>= 8)
      value = value << 8 | *next++;
    return value % below;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes{data, data + size};
  const Draw draw = [&bytes](std::uint32_t below) { return bytes.take(below); };
  Differential engines({.orders = 20, .trades = 8, .sessions = 8, .instruments = 8});
  Operations operations(draw, Swarm::draw(draw));
  while (bytes.next != bytes.end) {
    std::string difference;
    operations.next(
        [&](SlotKind kind, const auto& body, TimeNs time_ns, const std::string& appendage) {
          difference = engines.both(kind, body, time_ns, appendage);
        });
    if (difference.empty())
      continue;
    std::fprintf(stderr, "the engines differ: %s\n", difference.c_str());
    std::abort();
  }
  return 0;
}
