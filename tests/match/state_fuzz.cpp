// Bytes that say they are an engine's state: both engines refuse them for one reason, or take them
// and then say the same. The first byte chooses: the rest is a state, or changes in a good one.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <span>
#include <string>

#include "tests/match/operations.hpp"
#include "tests/match/state_rig.hpp"

namespace {

using namespace wirebook;
using namespace wirebook::match;

void require(bool holds, const char* what) {
  if (holds)
    return;
  std::fprintf(stderr, "a state: %s\n", what);
  std::abort();
}

/// Changes of three bytes each: where, and what to flip there. An odd number of bytes left over
/// cuts the state.
StateBytes changed(std::span<const std::uint8_t> data) {
  static const StateBytes good = some_state();
  StateBytes state = good;
  for (; data.size() >= 3; data = data.subspan(3)) {
    const std::size_t at = static_cast<std::size_t>(data[0]) << 8 | data[1];
    state[at % state.size()] ^= std::byte{data[2]};
  }
  if (data.size() == 1)
    state.resize(state.size() - data[0]);
  return state;
}

void go_on(Rig<Engine>& fast, Rig<NaiveEngine>& naive) {
  std::mt19937_64 random(fast.engine.digest());
  const Draw draw = [&random](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  Operations operations(draw, Swarm::draw(draw));
  for (int i = 0; i < 60; ++i)
    operations.next(
        [&](SlotKind kind, const auto& body, TimeNs time_ns, const std::string& appendage) {
          const auto told = fast.feed(kind, body, time_ns, appendage);
          require(difference(told, naive.feed(kind, body, time_ns, appendage)).empty(),
                  "the engines differ behind it");
        });
  require(fast.engine.digest() == naive.engine.digest(), "the digests differ behind it");
  require(saved(fast.engine) == saved(naive.engine), "the states differ behind it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const std::span rest(data + 1, size - 1);
  const auto raw = std::as_bytes(rest);
  const StateBytes state = data[0] % 2 == 0 ? StateBytes(raw.begin(), raw.end()) : changed(rest);
  Rig<Engine> fast(small);
  Rig<NaiveEngine> naive(small);
  StateReader fast_reader(state);
  StateReader naive_reader(state);
  std::string why;
  std::string naive_why;
  const bool taken = fast.engine.load(fast_reader, &why);
  require(taken == naive.engine.load(naive_reader, &naive_why), "one engine takes it");
  require(why == naive_why && why.empty() == taken, "no reason, or two");
  if (!taken)
    return 0;
  require(fast_reader.remaining() == naive_reader.remaining(), "its ends differ");
  StateBytes used = state;
  used.resize(state.size() - fast_reader.remaining());
  require(saved(fast.engine) == used && saved(naive.engine) == used, "it does not come back");
  require(fast.engine.digest() == naive.engine.digest(), "the digests differ");
  go_on(fast, naive);
  return 0;
}
