#include "node/replay/replay_command.hpp"

#include <iostream>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "node/replay/replay.hpp"

namespace wirebook::node {

namespace {

const std::map<std::string, ReplayFormat> format_names{
    {"auto", ReplayFormat::automatic}, {"itch", ReplayFormat::itch},   {"ouch", ReplayFormat::ouch},
    {"pcap", ReplayFormat::pcap},      {"jsonl", ReplayFormat::jsonl},
};

const std::map<std::string, ReplayCard> card_names{
    {"soft", ReplayCard::soft},
    {"opencl", ReplayCard::opencl},
};

constexpr auto footer = R"(Formats (replay/README.md has every key):
  jsonl  one object a line, {"session":1,"type":"enter","user_ref_num":1,"side":"B",...}
  ouch   blocks of u16 length of the message, u32 session, OUCH 5.0 message, big-endian
  itch   blocks of u16 length, ITCH 5.0 message (BinaryFILE)
  pcap   pcap or pcapng; OUCH over UFO or SoupBinTCP, or ITCH over MoldUDP64
With itch, or a pcap without order entry, only --out-bbo and --summary are written.
In the summary `by_type` counts by message letter, for jsonl by type name.
Exit codes: 0 ok, 2 usage, 3 configuration, 4 parts of the input were malformed, 5 I/O,
7 no OpenCL.)";

}  // namespace

void add_replay_command(CLI::App& app, ExitCode& result) {
  auto options = std::make_shared<ReplayOptions>();
  auto format = std::make_shared<std::string>("auto");
  auto card = std::make_shared<std::string>("soft");
  CLI::App* const command =
      app.add_subcommand("replay", "Run a recording through the node, offline and repeatably");
  command->footer(footer);

  command->add_option("--in", options->in, "What to replay; - is standard input")
      ->required()
      ->type_name("FILE");
  command->add_option("--in-format", *format, "auto, itch, ouch, pcap or jsonl [auto]")
      ->check(CLI::IsMember(format_names).description(""))
      ->type_name("FORMAT");
  command
      ->add_option("--card", *card,
                   "Who parses: soft, or opencl for itch and ouch files, by the batch [soft]")
      ->check(CLI::IsMember(card_names).description(""))
      ->type_name("CARD");
  command->add_option("--config", options->config, "The node's TOML: instruments, sessions, limits")
      ->type_name("FILE");
  command
      ->add_option("--itch-port", options->itch_port,
                   "pcap: UDP port of MoldUDP64 [the configuration's, 26500 without one]")
      ->check(CLI::Range(1, 65'535).description(""))
      ->type_name("PORT");
  command
      ->add_option("--ouch-port", options->ouch_port,
                   "pcap: UDP or TCP port of order entry [the configuration's, 26400 without one]")
      ->check(CLI::Range(1, 65'535).description(""))
      ->type_name("PORT");
  const auto add_output = [&](const char* name, std::string& file, const char* what) {
    command->add_option(name, file, what)->type_name("FILE");
  };
  add_output("--out-events", options->out_events, "What clients are told, as JSON lines");
  add_output("--out-ouch", options->out_ouch, "The same as OUCH 5.0 blocks");
  add_output("--out-itch", options->out_itch, "What the market is told, as ITCH 5.0 blocks");
  add_output("--out-bbo", options->out_bbo, "Best bid and offer, as CSV");
  add_output("--dump-slots", options->dump_slots, "The slots, 64 bytes each, sealed");
  add_output("--summary", options->summary, "Counts and final books, as JSON");

  command->callback([options, format, card, &result] {
    options->in_format = format_names.at(*format);
    options->card = card_names.at(*card);
    result = run_replay(*options, std::cerr);
  });
}

}  // namespace wirebook::node
