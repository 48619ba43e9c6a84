// What `wirebook feed` prints: the state as it changes, tops or depth of the books that changed, or
// every message.
//
// Shapes: lines of text, or of JSON; messages are JSON always, in the words of `wirebook journal
// cat`. Threads: one. Errors: none; who reads may have gone. Cost: a string a line.
// Specification: README.md of this folder, "What it prints".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "node/feed/feed_receiver.hpp"

namespace wirebook::node {

enum class FeedPrint : std::uint8_t { nothing, tops, depth, messages };

struct FeedPrintOptions {
  FeedPrint what = FeedPrint::tops;
  bool json = false;
  std::size_t levels = 5;
  std::vector<Symbol> symbols;  ///< none: all
};

class FeedPrinter final : public feed::FeedObserver {
 public:
  FeedPrinter(FeedPrintOptions options, std::FILE* to);

  void on_state(const feed::FeedStatus& status) noexcept override;
  void on_hole(std::uint64_t first, std::uint64_t count) noexcept override;
  void on_session(const Alpha<10>& session) noexcept override;
  void on_message(std::uint64_t number, const Slot& slot) noexcept override;

  /// Where it listens.
  void print_start(const feed::FeedReceiver& receiver);
  /// A line that has gone silent, or come back; why no snapshot came.
  void print_troubles(const feed::FeedReceiver& receiver, std::uint64_t now_ns);
  /// The books that changed since the last time, of the wanted symbols.
  void print_books(const match::FeedFollower& books);
  /// What came of it all.
  void print_summary(const feed::FeedReceiver& receiver);
  void flush() { (void)std::fflush(to_); }

 private:
  [[nodiscard]] bool is_wanted(Symbol symbol) const;
  void print_lines(const feed::FeedReceiver& receiver, std::uint64_t now_ns);
  void print_top(const match::FeedFollower& books, std::uint16_t locate, Symbol symbol);
  void print_depth(const match::FeedFollower& books, std::uint16_t locate, Symbol symbol);
  void write();

  FeedPrintOptions options_;
  std::FILE* to_;
  bool json_;
  std::array<bool, 2> silent_{};  ///< line A, line B
  std::uint64_t snapshot_failures_ = 0;
  std::vector<bool> changed_;  ///< by locate
  std::vector<Symbol> names_;  ///< by locate, for messages
  std::string line_;
};

}  // namespace wirebook::node
