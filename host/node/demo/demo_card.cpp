#include "node/demo/demo_card.hpp"

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include "node/sockets/udp_socket.hpp"

namespace wirebook::node {

namespace {

constexpr const char* report_variable = "WIREBOOK_SIM_REPORT";

std::uint64_t number_in(const simdjson::dom::element& element, std::string_view key) {
  std::uint64_t number = 0;
  return element[key].get(number) == simdjson::SUCCESS ? number : 0;
}

}  // namespace

Endpoint free_card_endpoint() {
  UdpSocket socket;
  socket.bind({0x7F00'0002, 0});
  return socket.local();
}

SimulationReport::SimulationReport() {
  if (const char* const named = std::getenv(report_variable); named != nullptr && *named != '\0') {
    file_ = named;
    return;
  }
  is_ours_ = true;
  file_ =
      std::filesystem::temp_directory_path() / fmt::format("wirebook_simulation_{}.json", getpid());
  setenv(report_variable, file_.c_str(), 1);
}

SimulationReport::~SimulationReport() {
  if (!is_ours_)
    return;
  unsetenv(report_variable);
  std::error_code error;
  std::filesystem::remove(file_, error);
}

std::optional<SimulatedKernel> SimulationReport::read() const {
  simdjson::dom::parser parser;
  simdjson::dom::element report;
  if (parser.load(file_).get(report) != simdjson::SUCCESS)
    return std::nullopt;
  SimulatedKernel kernel{.clock_mhz = static_cast<double>(number_in(report, "clock_mhz")),
                         .cycles = number_in(report, "cycles"),
                         .frames_in = number_in(report, "frames_in"),
                         .frames_out = number_in(report, "frames_out"),
                         .slots = number_in(report, "slots")};
  if (simdjson::dom::element latency; report["latency_cycles"].get(latency) == simdjson::SUCCESS) {
    kernel.measured = number_in(latency, "frames");
    kernel.cycles_min = number_in(latency, "min");
    kernel.cycles_median = number_in(latency, "median");
    kernel.cycles_max = number_in(latency, "max");
  }
  return kernel;
}

}  // namespace wirebook::node
