#include "node/on_card/card_command.hpp"

#include <cstdio>
#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "card/self_test.hpp"
#include "card/xrt_bus.hpp"
#include "node/on_card/card_report.hpp"

namespace wirebook::node {

namespace {

/// Where no image is named, and there is none to be found, XRT itself is looked for first: what is
/// missing first is said first.
std::unique_ptr<card::Bus> open(card::XrtOptions options) {
  if (options.image.empty())
    options.image = card::find_card_image().value_or("");
  return card::open_xrt_bus(options);
}

ExitCode refuse(const card::CardError& error) {
  fmt::print(stderr, "wirebook card: {}\n", error.what());
  return ExitCode::card;
}

ExitCode run_info(const card::XrtOptions& options) {
  try {
    fmt::print("{}", card_report(*open(options)));
    return ExitCode::ok;
  } catch (const card::CardError& error) {
    return refuse(error);
  }
}

ExitCode run_test(const card::XrtOptions& options) {
  const auto report = [](const card::SelfTestLine& line) {
    fmt::print("{:<14}{:<8}{}\n", line.what, line.ok ? "ok" : "FAILED", line.text);
    std::fflush(stdout);
  };
  if (card::run_self_test([&] { return open(options); }, report)) {
    fmt::print("the card is good\n");
    return ExitCode::ok;
  }
  fmt::print("the card is not good\n");
  return ExitCode::card;
}

CLI::App* add_one(CLI::App& command, const char* name, const char* text,
                  card::XrtOptions& options) {
  CLI::App* const one = command.add_subcommand(name, text);
  one->add_option("--card", options.image,
                  "The card's image [the simulated card's, or wirebook.xclbin beside the program]")
      ->type_name("FILE.xclbin");
  one->add_option("--device", options.device, "Which card, as `xbutil examine` counts them [0]")
      ->type_name("N");
  return one;
}

}  // namespace

void add_card_command(CLI::App& app, ExitCode& result) {
  CLI::App* const command = app.add_subcommand("card", "Look at a card, or test it");
  command->require_subcommand(1);
  auto options = std::make_shared<card::XrtOptions>();
  add_one(*command, "info", "What the card is and what it does now; leaves it as it is", *options)
      ->callback([options, &result] { result = run_info(*options); });
  add_one(*command, "test", "Self-test, to be run first on a new card; nothing is sent", *options)
      ->callback([options, &result] { result = run_test(*options); });
}

}  // namespace wirebook::node
