// `wirebook replay`: the pure part of the node, offline: source, parser, slot ring, engine, event
// ring and encoders, stepped in one loop on one thread.
//
// Shapes: files in and out, see replay/README.md. Threads: the caller's. Errors: the exit code,
// with the reasons on `err`. The same input and options give the same bytes. Cost: that of the
// stages, and buffered file I/O. Specification: replay/README.md; OUCH 5.0, ITCH 5.0.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "wirebook/exit_code.hpp"

namespace wirebook::node {

enum class ReplayFormat : std::uint8_t { automatic, itch, ouch, pcap, jsonl };

/// Who parses: the program itself, or a device through the module of bulk parsing.
enum class ReplayCard : std::uint8_t { soft, opencl };

struct ReplayOptions {
  std::string in;  ///< `-` is standard input
  ReplayFormat in_format = ReplayFormat::automatic;
  std::string config;  ///< empty: instruments and sessions are listed at first sight
  ReplayCard card = ReplayCard::soft;
  std::uint16_t itch_port = 0;  ///< 0: as in the configuration
  std::uint16_t ouch_port = 0;  ///< 0: as in the configuration

  // Files to write; an empty name is a file that nobody wants.
  std::string out_events;
  std::string out_ouch;
  std::string out_itch;
  std::string out_bbo;
  std::string dump_slots;
  std::string summary;  ///< empty: a short summary for people goes to `err`
};

ExitCode run_replay(const ReplayOptions& options, std::ostream& err);

}  // namespace wirebook::node
