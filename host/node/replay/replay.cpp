#include "node/replay/replay.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string_view>
#include <vector>

#include "wirebook/wire/itch50.hpp"

#include "card/bulk_parser.hpp"
#include "node/config/config_parser.hpp"
#include "node/json/json_orders.hpp"
#include "node/replay/replay_bulk.hpp"
#include "node/replay/replay_capture.hpp"
#include "node/replay/replay_engine.hpp"
#include "node/replay/replay_feed.hpp"
#include "node/replay/replay_format.hpp"
#include "node/replay/replay_output.hpp"
#include "wire_in/binary_file_source.hpp"
#include "wire_in/block_file_source.hpp"
#include "wire_in/mapped_file.hpp"

namespace wirebook::node {

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::string_view prefix = "wirebook replay: ";

// ── Sources ─────────────────────────────────────────────────────────────────────────────────────

void replay_blocks(Bytes bytes, EngineReplay& replay) {
  wire_in::BlockFileSource source(bytes);
  while (const auto block = source.next())
    replay.on_message(block->message, block->session, {});
  if (source.outcome() != Outcome::ok)
    replay.counts().outcomes.add(source.outcome());
}

void replay_binary_file(Bytes bytes, FeedReplay& replay) {
  wire_in::BinaryFileSource source(bytes);
  while (const auto message = source.next())
    replay.on_message(*message);
  if (source.outcome() != Outcome::ok)
    replay.counts().outcomes.add(source.outcome());
}

/// Takes text apart into lines that are safe to hand to the parser, which reads a little beyond.
class Lines {
 public:
  explicit Lines(Bytes bytes) : rest_(reinterpret_cast<const char*>(bytes.data()), bytes.size()) {}

  std::optional<std::string_view> next() {
    if (rest_.empty())
      return std::nullopt;
    ++number_;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (rest_.size() < json_padding_bytes) {
      copy_.assign(line);
      copy_.append(json_padding_bytes, ' ');
      line = std::string_view(copy_).substr(0, line.size());
    }
    return line;
  }
  /// Of the line last returned, from 1.
  [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::string copy_;
  std::uint64_t number_ = 0;
};

void replay_lines(Bytes bytes, const std::string& name, EngineReplay& replay, std::ostream& err) {
  Lines lines(bytes);
  JsonOrderReader reader;
  JsonOrder order;
  while (const auto line = lines.next()) {
    if (line->find_first_not_of(" \t\r") == std::string_view::npos)
      continue;
    const auto complain = [&](std::string_view fault) {
      err << prefix << name << ':' << lines.number() << ": " << fault << '\n';
    };
    if (!reader.read(*line, order)) {
      ++replay.counts().bad_lines;
      complain(reader.error());
    } else if (!is_order_entry(order.kind)) {
      replay.on_venue(order.slot, order.kind, order.symbol);
    } else if (const Outcome outcome =
                   replay.on_message(order.message, order.session, order.time_ns);
               outcome != Outcome::ok) {
      complain(to_string(outcome));
    }
  }
}

// ── The whole ───────────────────────────────────────────────────────────────────────────────────

/// Without a configuration the input itself bounds how many orders a feed can have live.
std::uint32_t feed_orders_max(const std::optional<NodeConfig>& config, std::size_t input_bytes) {
  if (config)
    return config->engine.orders;
  constexpr std::size_t bytes_per_order_min = sizeof(wire::itch::AddOrder) + 2;
  return static_cast<std::uint32_t>(
      std::clamp(input_bytes / bytes_per_order_min, std::size_t{1} << 10, std::size_t{1} << 23));
}

/// One call of `wirebook replay`.
class Replay {
 public:
  Replay(const ReplayOptions& options, std::ostream& err) : options_(options), err_(err) {}

  ExitCode run() {
    try {
      return run_format();
    } catch (const card::CardError& error) {
      return fail(ExitCode::card, error.what());
    }
  }

 private:
  ExitCode run_format() {
    if (const std::string fault = file_clash(); !fault.empty())
      return fail(ExitCode::usage, fault);
    if (!options_.config.empty()) {
      ConfigResult loaded = load_config(options_.config);
      for (const std::string& error : loaded.errors)
        err_ << error << '\n';
      if (!loaded.ok())
        return ExitCode::configuration;
      config_ = std::move(loaded.config);
    }
    const wire_in::MappedFile file(options_.in);
    if (!file.error().empty())
      return fail(ExitCode::io, file.error());

    const ReplayFormat format = options_.in_format == ReplayFormat::automatic
                                    ? detect_format(file.bytes())
                                    : options_.in_format;
    if (format == ReplayFormat::automatic)
      return fail(ExitCode::malformed, options_.in + ": of no known format; see --in-format");
    if (options_.card == ReplayCard::opencl) {
      if (format != ReplayFormat::itch && format != ReplayFormat::ouch)
        return fail(ExitCode::usage, options_.in +
                                         ": --card opencl parses files of --in-format itch and "
                                         "ouch only; this one needs --card soft");
      bulk_parser_ = card::opencl_module().open();
    }
    switch (format) {
      case ReplayFormat::automatic:
      case ReplayFormat::pcap:
        return run_capture(file.bytes());
      case ReplayFormat::itch:
        return run_feed(file.bytes().size(), [&](FeedReplay& replay) {
          if (bulk_parser_)
            replay_binary_file(file.bytes(), replay, *bulk_parser_);
          else
            replay_binary_file(file.bytes(), replay);
          return std::string();
        });
      case ReplayFormat::ouch:
      case ReplayFormat::jsonl:
        break;
    }
    const bool json = format == ReplayFormat::jsonl;
    return run_orders(json ? TypeNames::json : TypeNames::letter, file.bytes().size(),
                      [&](EngineReplay& replay) {
                        if (json)
                          replay_lines(file.bytes(), options_.in, replay, err_);
                        else if (bulk_parser_)
                          replay_blocks(file.bytes(), replay, *bulk_parser_);
                        else
                          replay_blocks(file.bytes(), replay);
                        return std::string();
                      });
  }

  ExitCode fail(ExitCode code, const std::string& why) {
    err_ << prefix << why << '\n';
    return code;
  }

  /// No file is written over the input or over another output.
  [[nodiscard]] std::string file_clash() const {
    std::vector<std::string> files;
    for (const std::string* const file :
         {&options_.in, &options_.config, &options_.out_events, &options_.out_ouch,
          &options_.out_itch, &options_.out_bbo, &options_.dump_slots, &options_.summary}) {
      std::error_code ignored;
      if (file->empty() || std::filesystem::is_character_file(*file, ignored))
        continue;
      for (const std::string& other : files)
        if (*file == other || std::filesystem::equivalent(*file, other, ignored))
          return *file + " is named twice";
      files.push_back(*file);
    }
    return {};
  }

  ExitCode run_capture(Bytes bytes) {
    const NodeConfig defaults;
    const NodeConfig& config = config_ ? *config_ : defaults;
    const auto port = [](std::uint16_t asked, std::uint16_t configured, std::uint16_t fallback) {
      return asked != 0 ? asked : configured != 0 ? configured : fallback;
    };
    const CaptureOptions capture{
        .itch_port = port(options_.itch_port, config.market_data.send_to.port,
                          defaults.market_data.send_to.port),
        .ouch_port = port(options_.ouch_port, config.order_entry.listen.port,
                          defaults.order_entry.listen.port),
        .ufo_framing = config.order_entry.upstream_length_prefix
                           ? wire_in::UfoFraming::length_prefixed
                           : wire_in::UfoFraming::bare,
        .utc_offset_minutes = config.clock.utc_offset_minutes};
    // It is read twice, which a pipe does not allow.
    std::optional<CaptureFile> copy;
    if (!std::filesystem::is_regular_file(options_.in))
      copy.emplace(bytes);
    if (copy && !copy->error().empty())
      return fail(ExitCode::io, copy->error());
    const std::string& path = copy ? copy->path() : options_.in;
    if (holds_feed_only(path, capture))
      return run_feed(bytes.size(),
                      [&](FeedReplay& replay) { return replay_capture(path, capture, replay); });
    return run_orders(TypeNames::letter, bytes.size(),
                      [&](EngineReplay& replay) { return replay_capture(path, capture, replay); });
  }

  template <class Drive>
  ExitCode run_orders(TypeNames names, std::size_t input_bytes, Drive drive) {
    EngineReplay replay(config_, input_bytes, options_);
    return finish(replay, drive, [&] { return replay.summary(names); });
  }

  template <class Drive>
  ExitCode run_feed(std::size_t input_bytes, Drive drive) {
    for (const std::string* const file :
         {&options_.out_events, &options_.out_ouch, &options_.out_itch, &options_.dump_slots})
      if (!file->empty())
        return fail(ExitCode::usage, "with ITCH input only --out-bbo and --summary are written");
    FeedReplay replay(feed_orders_max(config_, input_bytes), options_);
    return finish(replay, drive, [&] { return replay.summary(); });
  }

  /// Drives the replay to its end; then the summary, and how it went.
  template <class Kind, class Drive, class Summarize>
  ExitCode finish(Kind& replay, Drive drive, Summarize summarize) {
    OutputFile summary_file(options_.summary);
    for (const std::string& error : {std::string(replay.error()), summary_file.error()})
      if (!error.empty())
        return fail(ExitCode::io, error);

    const std::string input_error = drive(replay);
    const std::string output_error = replay.close();
    const ReplaySummary summary = summarize();
    if (summary_file.wanted())
      summary_file.buffer() += to_json(summary);
    else
      print(err_, summary);
    summary_file.close();

    for (const std::string& error : {input_error, output_error, summary_file.error()})
      if (!error.empty())
        return fail(ExitCode::io, error);
    const std::uint64_t malformed = replay.counts().malformed();
    if (malformed == 0)
      return ExitCode::ok;
    return fail(ExitCode::malformed, options_.in + ": " + std::to_string(malformed) +
                                         (malformed == 1 ? " part was" : " parts were") +
                                         " malformed");
  }

  const ReplayOptions& options_;
  std::ostream& err_;
  std::optional<NodeConfig> config_;
  std::unique_ptr<card::BulkParser> bulk_parser_;  ///< where a device parses
};

}  // namespace

ExitCode run_replay(const ReplayOptions& options, std::ostream& err) {
  return Replay(options, err).run();
}

}  // namespace wirebook::node
