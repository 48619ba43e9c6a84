// A feed on real sockets: lines, re-request server, GLIMPSE server; the books it tells of; and the
// same feed published again, if that is wanted.
//
//   FeedReceiver receiver({.line_a = …, .line_b = …, .rerequest = …, .glimpse = …});
//   for (;;) { if (!receiver.poll()) receiver.wait(20); }          // one thread
//   receiver.readers().top(locate)                                 // any thread
//
// Shapes: see feed_client.hpp for what it does about loss, match/feed_follower.hpp for what it
// builds. Threads: one polls; `readers()` are for any. Errors: the constructor throws
// std::system_error where the host gives no socket; afterwards nothing throws. Cost: two system
// calls for up to 64 datagrams; memory is taken by the constructor. Specification: README.md of
// this folder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "wirebook/outcome.hpp"

#include "match/feed_follower.hpp"
#include "match/readers/book_readers.hpp"
#include "node/feed/feed_client.hpp"
#include "node/feed/feed_socket.hpp"
#include "node/feed/republisher.hpp"
#include "node/soup/tcp_client.hpp"
#include "wire_in/itch_slot.hpp"

namespace wirebook::feed {

struct FeedReceiverOptions {
  Endpoint line_a;  ///< a group, or an address of this host; port 0: any free one
  std::optional<Endpoint> line_b;
  std::uint32_t interface = 0;  ///< of the groups, by its address; 0: the system's choice
  std::optional<Endpoint> rerequest;
  std::optional<Endpoint> glimpse;
  std::optional<Endpoint> republish_to;
  FeedClientOptions client;  ///< which servers there are is taken from above
  /// Orders beyond its own are counted and left out, as are messages of locates beyond.
  match::Capacity books;
};

/// Who wants to see more than the books; called between the polls' system calls.
class FeedObserver {
 public:
  virtual ~FeedObserver() = default;
  virtual void on_session(const Alpha<10>& /*session*/) noexcept {}
  virtual void on_state(const FeedStatus& /*status*/) noexcept {}
  virtual void on_hole(std::uint64_t /*first*/, std::uint64_t /*count*/) noexcept {}
  /// A good message; of a snapshot with number 0. After the books took it.
  virtual void on_message(std::uint64_t /*number*/, const Slot& /*slot*/) noexcept {}
};

class FeedReceiver final : private FeedClientSink {
 public:
  /// `observer` outlives the receiver, or is null.
  explicit FeedReceiver(const FeedReceiverOptions& options, FeedObserver* observer = nullptr);
  virtual ~FeedReceiver() = default;
  FeedReceiver(const FeedReceiver&) = delete;
  FeedReceiver& operator=(const FeedReceiver&) = delete;

  /// Takes what is there, and does what is due; false if nothing was there.
  bool poll() noexcept;
  /// Until something comes, or for so long at most; less while anything is missing.
  void wait(int most_ms) noexcept;

  [[nodiscard]] const match::FeedFollower& books() const { return books_; }
  /// The same, for any thread.
  [[nodiscard]] match::BookReaders& readers() { return readers_; }
  [[nodiscard]] FeedStatus status() const { return client_.status(); }
  [[nodiscard]] const LineCounters& line(Line line) const { return client_.lines().counters(line); }
  /// What became of the messages.
  [[nodiscard]] const OutcomeCounters& outcomes() const { return outcomes_; }
  /// As bound; with port 0 the host chose.
  [[nodiscard]] Endpoint endpoint(Line line) const;
  /// Datagrams for which the kernel had no room.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  static constexpr std::size_t batches_max = 4;  ///< of a socket, in one poll

  void on_session(const Alpha<10>& session) noexcept override;
  void on_snapshot_begin() noexcept override;
  void on_snapshot_message(std::span<const std::byte> message) noexcept override;
  void on_snapshot_end(std::uint64_t next_number) noexcept override;
  void on_message(std::uint64_t number, std::span<const std::byte> message) noexcept override;
  void on_hole(std::uint64_t first, std::uint64_t count) noexcept override;
  void on_state(FeedState state) noexcept override;
  void send_request(const wire::mold::Header& request) noexcept override;
  void connect_glimpse() noexcept override;
  void send_to_glimpse(std::span<const std::byte> bytes) noexcept override;
  void close_glimpse() noexcept override;

  void apply(std::uint64_t number, std::span<const std::byte> message) noexcept;
  bool receive(Line line) noexcept;
  void show(bool busy) noexcept;
  bool drive_glimpse() noexcept;

  FeedReceiverOptions options_;
  FeedObserver* observer_;
  wire_in::ItchSlot parser_;
  match::FeedFollower books_;
  match::BookReaders readers_;
  std::uint64_t messages_ = 0;                                ///< that the books were shown
  std::array<std::optional<FeedSocket>, lines_max> sockets_;  ///< by `Line`
  std::optional<FeedSocket> republish_socket_;
  std::optional<Republisher> republisher_;
  FeedClient client_;
  OutcomeCounters outcomes_{};
  std::uint64_t now_ns_ = 0;

  node::soup::TcpClient glimpse_;
  enum class Glimpse : std::uint8_t { idle, connecting, connected } glimpse_state_ = Glimpse::idle;
  std::array<std::byte, 16'384> glimpse_bytes_{};
};

}  // namespace wirebook::feed
