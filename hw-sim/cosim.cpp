// cosim: the kernel and the software parser on the same frames, for as long as one likes: random
// ones, or recorded ITCH.
//
// Ends with exit 0 and a line of figures, or with the first difference and exit 1; the seed repeats
// it. Slow and quick memory, tame and spoilt frames, floods, and clock rates take turns.
#include "hw-sim/harness/cosim.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "hw-sim/harness/itch_frames.hpp"
#include "hw-sim/harness/recorder.hpp"
#include "wire_in/mapped_file.hpp"

namespace {

using namespace wirebook;

struct Totals {
  std::uint64_t messages = 0, slots = 0, frames = 0, punted = 0, dropped = 0, cycles = 0;
};

/// Every counted outcome that is one of a message.
std::uint64_t messages_of(const OutcomeCounters& counters) {
  std::uint64_t sum = 0;
  for (const Outcome outcome :
       {Outcome::ok, Outcome::mold_empty_block, Outcome::itch_unknown_type, Outcome::itch_length,
        Outcome::itch_filtered, Outcome::ouch_unknown_type, Outcome::ouch_truncated,
        Outcome::ouch_appendage_length, Outcome::ouch_appendage_too_long})
    sum += counters[outcome];
  return sum;
}

/// ns a cycle, 32 bits of it fraction: 1 ns, 322.27 MHz and 300 MHz by turns.
std::uint64_t rate_of(std::uint64_t seed) {
  constexpr std::array<std::uint64_t, 3> rates{1ULL << 32, 13'327'283'520, 14'316'557'653};
  return rates[seed % 7 % 3];
}

/// One course. `next` gives its frames; those that get no pause behind them are a flood.
template <class Next>
bool run(std::uint64_t seed, const wire_in::FrameIngressConfig& config, bool is_flood, Next next,
         Totals& totals) {
  const bool is_slow = seed % 2 == 0;
  hw_sim::AxiMemoryOptions memory{};
  if (is_slow)
    memory = {.stall_percent = 30, .latency_cycles = 200, .jitter_cycles = 200};
  hw_sim::Cosim cosim({.seed = seed,
                       .ring_slots_log2 = 12,
                       .start_sequence = seed * 977,
                       .epoch = static_cast<std::uint32_t>(seed),
                       .rate = rate_of(seed),
                       .memory = memory},
                      config);
  cosim.bench().rx_gap_percent = seed % 5 == 4 ? 30 : 0;
  while (cosim.good()) {
    const std::optional<hw_sim::MadeFrame> frame = next();
    if (!frame)
      break;
    cosim.send(*frame);
    ++totals.frames;
    const std::size_t blocks = frame->bytes.size() / 14 + 2;
    cosim.idle(is_flood ? 0 : (2U + is_slow) * blocks);
  }
  cosim.finish();
  if (!cosim.good()) {
    std::cerr << "seed " << seed << ": " << cosim.difference() << cosim.bench().error() << '\n';
    return false;
  }
  totals.messages += messages_of(cosim.counters());
  totals.slots += cosim.slots();
  totals.punted += cosim.punted();
  totals.dropped += cosim.dropped();
  totals.cycles += cosim.bench().now();
  return true;
}

/// A course of random frames.
bool run_random(std::uint64_t seed, Totals& totals) {
  hw_sim::FrameMaker maker(seed, seed % 3 == 0 ? 0 : 25);
  int frames = 50'000;
  const auto next = [&] {
    return frames-- == 0 ? std::nullopt : std::optional<hw_sim::MadeFrame>(maker.next());
  };
  return run(seed, maker.config(), seed % 4 == 3, next, totals);
}

/// A course of what was recorded.
bool run_recorded(const std::string& path, std::uint64_t seed, std::uint64_t messages,
                  Totals& totals) {
  const wire_in::MappedFile file(path);
  if (!file.error().empty()) {
    std::cerr << file.error() << '\n';
    return false;
  }
  auto config = hw_sim::FrameMaker(seed, 0).config();
  config.wanted.set();
  hw_sim::ItchFrames frames(file.bytes(), config, seed);
  bool ended = false;
  const auto next = [&] {
    auto frame = frames.messages() < messages ? frames.next() : std::nullopt;
    ended = !frame && frames.messages() < messages;
    return frame;
  };
  if (!run(seed, config, false, next, totals))
    return false;
  if (ended && frames.outcome() != Outcome::ok) {
    std::cerr << path << ": " << to_string(frames.outcome()) << '\n';
    return false;
  }
  return true;
}

/// Frames for another simulator, which is slow: short ones, back to back, and little to configure.
bool record(const std::string& path, std::uint64_t frames, std::uint64_t seed) {
  hw_sim::Recorder recorder(path);
  hw_sim::FrameMaker maker(seed, 20);
  auto config = maker.config();
  config.wanted.reset();
  for (std::size_t locate = 0; locate < 256; ++locate)
    config.wanted.set(locate);
  config.sessions.resize(32);
  hw_sim::Cosim cosim({.seed = seed, .configure_all = false}, config,
                      [&](const Vwirebook_kernel& dut) { recorder.record(dut); });
  for (std::uint64_t sent = 0; sent < frames && cosim.good();) {
    const hw_sim::MadeFrame frame = maker.next();
    if (frame.bytes.size() > 256)
      continue;
    cosim.send(frame);
    ++sent;
  }
  cosim.idle(300);
  std::cout << frames << " frames, " << cosim.slots() << " slots, " << cosim.bench().now()
            << " cycles recorded\n";
  return cosim.good();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("The kernel and the software parser on the same frames");
  std::uint64_t messages = 10'000'000;
  std::uint64_t seed = 1;
  app.add_option("--messages", messages, "stop after so many")->capture_default_str();
  app.add_option("--seed", seed, "of the first course; each that follows has the next")
      ->capture_default_str();
  std::string recording;
  std::uint64_t frames = 10'000;
  app.add_option("--record", recording, "only write what the ports see and say into this file");
  app.add_option("--frames", frames, "… of so many frames")->capture_default_str();
  std::string itch;
  app.add_option("--itch", itch, "instead of random frames, this recorded ITCH 5.0 (BinaryFILE)");
  CLI11_PARSE(app, argc, argv);
  if (!recording.empty())
    return record(recording, frames, seed) ? 0 : 1;

  std::cout << "seed " << seed << '\n';
  Totals totals;
  const auto start = std::chrono::steady_clock::now();
  if (!itch.empty() && !run_recorded(itch, seed, messages, totals))
    return 1;
  for (; itch.empty() && totals.messages < messages; ++seed)
    if (!run_random(seed, totals))
      return 1;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::cout << totals.messages << " messages in " << totals.frames << " frames: " << totals.slots
            << " slots equal, " << totals.punted << " frames punted, " << totals.dropped
            << " dropped for want of room and told; " << totals.cycles << " cycles in "
            << seconds.count() << " s, "
            << static_cast<double>(totals.cycles) / seconds.count() / 1e6
            << " M cycles/s with the software beside it\n";
  return 0;
}
