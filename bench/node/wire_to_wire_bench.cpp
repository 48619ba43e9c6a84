// Wire to wire over loopback at a set rate: from the scheduled time of an order's datagram to the
// first reply at the client, beside a bare UDP echo asked in the same way, by turns.
//
//   --rate N     messages a second, 20000 unless told
//   --seconds S  a run, 2 unless told
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "bench/node/udp_echo.hpp"
#include "bench/report.hpp"
#include "node/load/load.hpp"
#include "node/load/load_report.hpp"
#include "node/node.hpp"

namespace {

using namespace wirebook;
using bench::Samples;

constexpr std::size_t sessions = 4;

struct Settings {
  double rate = 20'000;
  double seconds = 2;
};

Settings settings_of(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string_view(argv[i]) == "--rate")
      settings.rate = std::atof(argv[i + 1]);
    if (std::string_view(argv[i]) == "--seconds")
      settings.seconds = std::atof(argv[i + 1]);
  }
  return settings;
}

node::NodeConfig node_config() {
  node::NodeConfig config;
  for (const char* const symbol : {"AAPL", "AMZN", "MSFT", "NVDA"})
    config.instruments.push_back({.symbol = Symbol::from(symbol)});
  for (std::size_t i = 0; i < sessions; ++i)
    config.sessions.push_back({.username = Alpha<6>::from("user" + std::to_string(i)),
                               .password = Alpha<10>::from("secret"),
                               .firm = Firm::from("FIRM")});
  config.order_entry.listen = {0x7F00'0001, 0};
  config.market_data.send_to = {0x7F00'0001, 9};  // nobody listens: it is sent all the same
  return config;
}

/// Percentiles of the runs of one thing, in microseconds.
struct Percentiles {
  std::vector<double> p50, p99, p999;

  void add(const metrics::Histogram& latency) {
    p50.push_back(static_cast<double>(latency.percentile(50)) / 1000);
    p99.push_back(static_cast<double>(latency.percentile(99)) / 1000);
    p999.push_back(static_cast<double>(latency.percentile(99.9)) / 1000);
  }
  void report(bench::Report& report, const std::string& name) const {
    report.add(name + " p50", bench::summarize(p50), "us");
    report.add(name + " p99", bench::summarize(p99), "us");
    report.add(name + " p99.9", bench::summarize(p999), "us");
  }
};

bool ask_node(const node::NodeConfig& config, node::Endpoint to, const Settings& settings,
              std::uint64_t seed, Percentiles& into) {
  node::LoadOptions options;
  options.to = to;
  for (const auto& session : config.sessions)
    options.accounts.push_back({session.username, session.password});
  for (const auto& instrument : config.instruments)
    options.symbols.push_back(instrument.symbol);
  options.rate = settings.rate;
  options.seconds = settings.seconds;
  options.gaps = node::LoadGaps::uniform;
  options.wait = node::LoadWait::spin;  // as the client of the echo does
  options.seed = seed;
  node::Load load(options);
  if (const std::string problem = load.log_in(); !problem.empty()) {
    std::fprintf(stderr, "bench_wire_to_wire: %s\n", problem.c_str());
    return false;
  }
  const std::atomic<bool> stop{false};
  static_cast<void>(load.run(stop));
  load.log_off();
  into.add(load.records().latency);
  return node::all_answered(load);
}

void ask(const bench::UdpEcho& echo, const Settings& settings, Percentiles& into) {
  metrics::Histogram latency;
  bench::ask_echo(echo, settings.rate, settings.seconds, latency);
  into.add(latency);
}

Samples ratio(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> values;
  for (std::size_t i = 0; i < a.size(); ++i)
    values.push_back(a[i] / b[i]);
  return bench::summarize(values);
}

}  // namespace

int main(int argc, char** argv) {
  bench::Report report("wire_to_wire", argc, argv);
  const Settings settings = settings_of(argc, argv);
  Percentiles of_node, polling, blocking;
  bool answered = true;
  for (std::size_t run = 0; run <= report.runs(); ++run) {
    // The first round warms up and does not count. Only one server runs at a time: on few cores
    // they would take each other's.
    if (run == 1)
      of_node = polling = blocking = {};
    {
      const node::NodeConfig config = node_config();
      node::Node node(config);
      node.start();
      answered =
          ask_node(config, node.status().order_entry, settings, run + 1, of_node) && answered;
      node.stop();
    }
    ask(bench::UdpEcho(bench::EchoWait::polling), settings, polling);
    ask(bench::UdpEcho(bench::EchoWait::blocking), settings, blocking);
  }
  of_node.report(report, "wirebook");
  polling.report(report, "UDP echo, polling");
  blocking.report(report, "UDP echo, blocking");
  report.add_ratio("wirebook / polling echo, p50", ratio(of_node.p50, polling.p50));
  report.add_ratio("wirebook / blocking echo, p50", ratio(of_node.p50, blocking.p50));
  char line[160];
  std::snprintf(line, sizeof line,
                "%.0f messages/s for %.1f s a run, %zu sessions, 4 symbols; the client spins",
                settings.rate, settings.seconds, sessions);
  report.note(line);
  report.note("latency from the scheduled time to the first reply, as seen by the client");
  if (!answered)
    report.note("NOT every message was answered");
  return report.finish();
}
