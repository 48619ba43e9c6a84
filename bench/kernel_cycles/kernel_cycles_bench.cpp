// Clock cycles of the Verilated kernel per second of one thread, its bench included: host memory,
// registers, slots taken and their seals checked. The software parser is not asked.
//
// `flood`: frames of the cosim's mix back to back. `paced`: the same with the cosim's pauses, so
// that none is dropped. `idle`: a started kernel that nobody sends to. Frames are made while the
// clock is stopped.
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "hw-sim/harness/frame_maker.hpp"
#include "hw-sim/harness/kernel_bench.hpp"

namespace {

using namespace wirebook;

constexpr std::uint64_t seed = 20'250'119;
constexpr int frames_a_batch = 200;

void report(benchmark::State& state, const hw_sim::KernelBench& bench, std::uint64_t cycles) {
  if (!bench.error().empty())
    state.SkipWithError(bench.error().c_str());
  state.counters["cycles/s"] =
      benchmark::Counter(static_cast<double>(cycles), benchmark::Counter::kIsRate);
}

void run_traffic(benchmark::State& state, std::size_t pause_cycles) {
  hw_sim::FrameMaker maker(seed, 25);
  hw_sim::KernelBench bench({.seed = seed});
  bench.configure(maker.config());
  bench.start();
  std::vector<hw_sim::MadeFrame> frames;
  const std::uint64_t first_slot = bench.next_sequence();
  std::uint64_t cycles = 0;
  for (auto _ : state) {
    state.PauseTiming();
    frames.clear();
    for (int i = 0; i < frames_a_batch; ++i)
      frames.push_back(maker.next());
    const std::uint64_t start = bench.now();
    state.ResumeTiming();
    for (const hw_sim::MadeFrame& frame : frames) {
      bench.send(frame.bytes, frame.bad_fcs);
      for (std::size_t i = pause_cycles * (frame.bytes.size() / 14 + 2); i != 0; --i)
        bench.cycle();
    }
    cycles += bench.now() - start;
  }
  report(state, bench, cycles);
  state.counters["slots/cycle"] =
      static_cast<double>(bench.next_sequence() - first_slot) / static_cast<double>(cycles);
}

void flood(benchmark::State& state) { run_traffic(state, 0); }
void paced(benchmark::State& state) { run_traffic(state, 2); }

void idle(benchmark::State& state) {
  hw_sim::KernelBench bench({.seed = seed});
  bench.configure(hw_sim::FrameMaker(seed, 0).config());
  bench.start();
  constexpr std::uint64_t batch = 10'000;
  std::uint64_t cycles = 0;
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < batch; ++i)
      bench.cycle();
    cycles += batch;
  }
  report(state, bench, cycles);
}

BENCHMARK(flood)->Unit(benchmark::kMillisecond);
BENCHMARK(paced)->Unit(benchmark::kMillisecond);
BENCHMARK(idle)->Unit(benchmark::kMillisecond);

}  // namespace
