// wirebook_sim_card: the simulated card in a process of its own, until SIGTERM or SIGINT.

#include <csignal>
#include <exception>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "hw-sim/xrt_driver/card_server.hpp"

int main(int argc, char** argv) {
  using namespace wirebook::hw_sim;
  std::string path;
  std::string wire;
  CardOptions options = CardOptions::from_environment();
  CLI::App app("The simulated card in a process of its own; hosts find it by WIREBOOK_SIM_CARD");
  app.add_option("--socket", path, "Where hosts connect to")->required();
  app.add_option("--wire", wire, "none, udp, pcap:FILE or packet:INTERFACE")
      ->envname("WIREBOOK_SIM_WIRE");
  app.add_option("--report", options.report, "Written at the end, as JSON");
  app.add_option("--waves", options.waves, "Written as FST, by a build with WIREBOOK_WAVES");
  CLI11_PARSE(app, argc, argv);

  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  try {
    CardServer server(path, make_wire(wire), options);
    std::thread waiter([&] {
      int signal = 0;
      sigwait(&ends, &signal);
      server.stop();
    });
    fmt::print("simulated card: hosts find it by WIREBOOK_SIM_CARD={}\n", path);
    std::fflush(stdout);
    server.serve();
    waiter.join();
  } catch (const std::exception& error) {
    fmt::print(stderr, "wirebook_sim_card: {}\n", error.what());
    return 1;
  }
}
