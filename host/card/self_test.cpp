#include "card/self_test.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include "card/card.hpp"
#include "card/kernel_open.hpp"
#include "card/registers.hpp"
#include "card/self_test_session.hpp"

namespace wirebook::card {

namespace {

namespace reg = card_registers;
using Clock = SelfTestSession::Clock;

constexpr const char* memory_advice =
    "host memory may be mapped wrongly: disable and enable it (`xbutil configure --host-mem`), and "
    "see that the image links m_axi to HOST[0]";
constexpr const char* image_advice = "the image may not meet its timing: build it anew";

CardConfig test_config(std::uint32_t lease_ms) {
  return {.ring_slots = card_ring_slots_min,
          .inject_slots = 64,
          .punt_cells = 8,
          .transmit_cells = 8,
          .start_sequence = 5 * card_ring_slots_min - 100,  // so that the ring wraps soon
          .epoch = 0x5E1F'7E57,
          .lease_ms = lease_ms,
          .filters = {}};
}

class SelfTest {
 public:
  SelfTest(const OpenBus& open, const std::function<void(const SelfTestLine&)>& report,
           std::chrono::milliseconds patience)
      : open_(&open), report_(&report), patience_(patience) {}

  bool run() {
    try {
      open_raw();
      run_session();
      run_lease();
    } catch (const CardError& error) {
      line("opens", false, error.what());
    }
    return good_;
  }

 private:
  void line(std::string what, bool ok, std::string text) {
    good_ = good_ && ok;
    (*report_)({std::move(what), ok, std::move(text)});
  }

  void open_raw();
  void run_session();
  void run_lease();
  void check_clock(SelfTestSession& session);
  void check_laps(SelfTestSession& session);
  void check_credit(SelfTestSession& session);
  void check_quiesce(SelfTestSession& session);
  void check_counters(SelfTestSession& session);

  const OpenBus* open_;
  const std::function<void(const SelfTestLine&)>* report_;
  std::chrono::milliseconds patience_;
  bool good_ = true;
};

/// Before anything is configured.
void SelfTest::open_raw() {
  const std::unique_ptr<Bus> bus = (*open_)();
  Registers registers(*bus);
  const CardIdentity identity = identify(registers, bus->info());
  line("identity", true,
       identity.bus.device + ", registers version " + std::to_string(identity.map_version));
  make_new(registers);
  line("comes to rest", true, "quiesced and reset");

  std::string wrong;
  for (const std::uint32_t pattern : {0xFFFF'FFFEU, 0xAAAA'AAAAU, 0x5555'5555U, 1U, 0U})
    for (int pass = 0; pass < 2; ++pass)
      for (std::uint32_t i = 0; i < reg::filter_address_count; ++i) {
        const std::uint32_t offset = reg::filter_address + i * reg::filter_address_stride;
        if (pass == 0)
          registers.write(offset, pattern ^ i);
        else if (registers.read(offset) != (pattern ^ i) && wrong.empty())
          wrong = "filter_address " + std::to_string(i) + " lost what was written; " + image_advice;
      }
  line("registers", wrong.empty(), wrong.empty() ? "keep what is written" : wrong);
}

void SelfTest::run_session() {
  SelfTestSession session((*open_)(), test_config(1'000), patience_);
  line("opens", true, "rings in host memory, started");
  check_clock(session);
  check_laps(session);
  if (!good_)
    return;
  check_credit(session);
  check_quiesce(session);
  check_counters(session);
}

void SelfTest::check_clock(SelfTestSession& session) {
  const bool simulated = session.card().identity().bus.simulated;
  Registers registers(session.bus());
  const auto first_at = Clock::now();
  const std::uint64_t first = registers.read64(reg::now);
  const auto wait = std::chrono::milliseconds(100);
  while (Clock::now() - first_at < wait)
    registers.read(reg::state);
  const std::uint64_t last = registers.read64(reg::now);
  const auto passed = std::chrono::duration<double, std::nano>(Clock::now() - first_at).count();
  const double ratio = static_cast<double>(last - first) / passed;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.4f s a second at %.2f MHz", ratio,
                session.card().identity().bus.clock_mhz);
  const bool runs = last > first;
  const bool on_time = ratio > 0.99 && ratio < 1.01;
  line("clock", runs && (simulated || on_time),
       std::string(text.data()) + (simulated ? ", as a simulated card's" : "") +
           (runs && (simulated || on_time)
                ? ""
                : "; the image's kernel clock is not what it says: `xbutil examine -r all`"));
}

/// Three laps of the ring and many of the inject ring.
void SelfTest::check_laps(SelfTestSession& session) {
  constexpr std::uint64_t slots = 3 * card_ring_slots_min;
  constexpr std::uint64_t ahead = 32;
  while (session.injected() < slots) {
    for (std::uint64_t i = 0; i < ahead; ++i)
      session.inject_one();
    if (!session.eventually([&] { return session.received() == session.injected(); }))
      break;
    session.give_back();
  }
  std::string wrong = session.fault();
  if (wrong.empty() && session.received() != slots)
    wrong = "slot " + std::to_string(session.received()) + " does not come (" +
            std::string(to_string(session.card().state())) + ")";
  line("slots", wrong.empty(),
       wrong.empty() ? std::to_string(slots) + " injected, whole and in order over the ring's end"
                     : wrong + "; " + memory_advice);
}

/// Without credit it must stop before it overwrites what was not taken.
void SelfTest::check_credit(SelfTestSession& session) {
  session.take();
  session.give_back();
  const std::uint64_t before = session.injected();
  constexpr std::uint64_t room = card_ring_slots_min - card_frame_slots_max;
  for (std::uint64_t batch = 0; batch < 2 * room / 32; ++batch) {
    for (int i = 0; i < 32 && session.injected() - session.tell() < 32; ++i)
      session.inject_one();
    session.tell();
  }
  for (int i = 0; i < 200; ++i)
    session.tell();
  const std::uint64_t written = session.tell() - before;
  session.take();
  const bool stopped = session.received() - before <= card_ring_slots_min && written >= 1 &&
                       session.injected() > session.tell();
  session.give_back();
  const bool went_on = session.eventually([&] { return session.received() == session.injected(); });
  session.give_back();
  line("credit", stopped && went_on && session.fault().empty(),
       stopped && went_on && session.fault().empty()
           ? "waits when the ring is full, goes on when it has room"
           : (stopped ? "does not go on when it has room" : "does not wait when the ring is full") +
                 std::string("; ") + image_advice);
}

void SelfTest::check_quiesce(SelfTestSession& session) {
  const bool rests = session.card().quiesce();
  const std::uint64_t before = session.received();
  session.inject_one();
  for (int i = 0; i < 200; ++i)
    session.tell();
  session.take();
  const bool quiet = session.received() == before;
  session.card().start(session.now());
  const bool went_on = session.eventually([&] { return session.received() == session.injected(); });
  session.give_back();
  const bool ok = rests && quiet && went_on;
  line("quiesce", ok,
       ok ? "stops, and goes on where it was"
          : std::string(!rests   ? "does not come to rest"
                        : !quiet ? "writes slots while it is quiesced"
                                 : "does not go on") +
                "; " + image_advice);
}

void SelfTest::check_counters(SelfTestSession& session) {
  const CardCounters counters = session.card().counters();
  const bool ok = counters.slots == session.received() && counters.frames_sent == 0;
  line("counters", ok,
       std::to_string(counters.slots) + " slots, " + std::to_string(counters.frames_admitted) +
           " frames seen on the wire, " + std::to_string(counters.frames_sent) + " sent" +
           (ok ? ""
               : "; " + std::to_string(session.received()) +
                     " slots came, and none was to be sent; " + image_advice));
}

/// A card that nobody cares for stops by itself.
void SelfTest::run_lease() {
  if (!good_)
    return;
  SelfTestSession session((*open_)(), test_config(1), patience_);
  Registers registers(session.bus());
  const auto deadline = Clock::now() + patience_;
  while (read_state(registers) == CardState::running && Clock::now() < deadline) {
  }
  const CardState state = read_state(registers);
  const bool stopped = state == CardState::lease_expired;
  if (stopped)
    session.card().start(session.now());
  const bool ok = stopped && session.card().state() == CardState::running;
  line("lease", ok,
       ok ? "stops by itself when its host is silent, and starts again"
          : "is \"" + std::string(to_string(state)) + "\" without a sign from its host; " +
                image_advice);
}

}  // namespace

bool run_self_test(const OpenBus& open, const std::function<void(const SelfTestLine&)>& report,
                   std::chrono::milliseconds patience) {
  return SelfTest(open, report, patience).run();
}

}  // namespace wirebook::card
