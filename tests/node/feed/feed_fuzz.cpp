// Goal: whatever comes by lines, answers and a snapshot's connection, in whatever order and time,
// what is handed on is gapless and in order but for holes that are said, memory is bounded, and
// nothing is asked for that makes no sense.
// Input: steps of a kind byte and what the kind takes; see `Fuzz::step`. Good datagrams and good
// snapshots are made by number, random and damaged ones come from the input's bytes.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "wirebook/assert.hpp"

#include "node/feed/feed_client.hpp"

using namespace wirebook;
using namespace wirebook::feed;

namespace {

using Bytes = std::span<const std::byte>;
using ByteVector = std::vector<std::byte>;
constexpr std::size_t window = 64;

Bytes take(Bytes& from, std::size_t count) {
  const Bytes taken = from.first(std::min(count, from.size()));
  from = from.subspan(taken.size());
  return taken;
}
std::uint64_t take_number(Bytes& from, std::size_t bytes) {
  std::uint64_t number = 0;
  for (const std::byte byte : take(from, bytes))
    number = number << 8 | std::to_integer<std::uint64_t>(byte);
  return number;
}

FeedClientOptions options_from(Bytes& input) {
  FeedClientOptions options;
  const std::uint64_t bits = take_number(input, 1);
  options.has_rerequest = (bits & 1) != 0;
  options.has_glimpse = (bits & 2) != 0;
  options.snapshot_above = (bits & 4) != 0 ? 10 : 1000;
  options.requests.attempts = (bits & 8) != 0 ? 1 : 8;
  options.lines.window_messages = window;
  if ((bits & 16) != 0)
    options.lines.session = Alpha<10>::from("SESSION1");
  return options;
}

class Fuzz final : private FeedClientSink {
 public:
  explicit Fuzz(Bytes input) : options_(options_from(input)), client_(options_, *this) {
    while (!input.empty())
      step(input);
  }
  virtual ~Fuzz() = default;

 private:
  void step(Bytes& input) {
    const std::uint64_t kind = take_number(input, 1);
    switch (kind % 8) {
      case 0:  // a random datagram
        client_.on_datagram(line(kind), take(input, take_number(input, 1)), now_);
        break;
      case 1:
      case 2:  // a good one, near what is expected; perhaps damaged in one byte
        client_.on_datagram(line(kind), datagram(input), now_);
        break;
      case 3:
        if (connecting_)
          client_.on_glimpse_connected(now_);
        break;
      case 4:  // random bytes of the snapshot's stream
        if (connecting_)
          client_.on_glimpse_bytes(take(input, take_number(input, 1)), now_);
        break;
      case 5:  // a good snapshot, cut somewhere
        if (connecting_)
          send_snapshot(input);
        break;
      case 6:
        if (connecting_) {
          connecting_ = false;
          client_.on_glimpse_closed(now_);
        }
        break;
      default:
        now_ += take_number(input, 1) * (kind / 8 % 2 == 0 ? 1'000'000 : 100'000'000);
        client_.poll(now_);
    }
    check();
  }
  static Line line(std::uint64_t kind) { return static_cast<Line>(kind / 8 % lines_max); }

  ByteVector datagram(Bytes& input) {
    const std::uint64_t shape = take_number(input, 1);
    const std::uint64_t back = take_number(input, 1);
    const std::uint64_t expected = client_.status().next_number;
    wire::mold::Header header;
    header.session = Alpha<10>::from((shape & 1) == 0 ? "SESSION1" : "SESSION2");
    header.sequence_number = expected + back < 100 ? 1 : expected + back - 100;
    const std::uint64_t count = shape / 2 % 8;
    header.message_count = static_cast<std::uint16_t>(shape / 16 == 0 ? 0xFFFF : count);
    ByteVector bytes(sizeof header);
    std::memcpy(bytes.data(), &header, sizeof header);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::size_t length = shape / 16 == 1 ? 100 : 3;
      bytes.push_back({});
      bytes.push_back(static_cast<std::byte>(length));
      bytes.resize(bytes.size() + length);
    }
    if (shape / 16 == 2 && !bytes.empty())
      bytes[take_number(input, 1) % bytes.size()] ^= static_cast<std::byte>(take_number(input, 1));
    return bytes;
  }

  void send_snapshot(Bytes& input) {
    const auto packet = [](std::string& to, char type, const std::string& payload) {
      to += static_cast<char>((1 + payload.size()) >> 8);
      to += static_cast<char>(1 + payload.size());
      to += type;
      to += payload;
    };
    const std::uint64_t shape = take_number(input, 1);
    std::string digits = std::to_string(1 + take_number(input, 1 + shape % 8));
    digits.insert(0, 20 - digits.size(), ' ');
    std::string stream;
    packet(stream, 'A', std::string(29, ' ') + '1');
    packet(stream, 'S', "Dsomething");
    packet(stream, 'S', 'G' + digits);
    const Bytes bytes = std::as_bytes(std::span(stream));
    const std::size_t cut = shape / 8 * 2;
    client_.on_glimpse_bytes(bytes.first(std::min(cut, bytes.size())), now_);
    if (cut < bytes.size())
      client_.on_glimpse_bytes(bytes.subspan(cut), now_);
  }

  void check() {
    const FeedStatus status = client_.status();
    WIREBOOK_ASSERT(status.held <= window);
    if (!client_.lines().holding() && status.session)
      WIREBOOK_ASSERT(status.next_number == next_);
    WIREBOOK_ASSERT(status.known_end >= 1);
    WIREBOOK_ASSERT(options_.has_glimpse || status.snapshots == 0);
    // What asks for a snapshot waits for one, and nothing is handed on meanwhile.
    WIREBOOK_ASSERT(!client_.lines().holding() || options_.has_glimpse);
  }

  void on_session(const Alpha<10>& /*session*/) noexcept override { next_ = 1; }
  void on_snapshot_begin() noexcept override { in_snapshot_ = true; }
  void on_snapshot_message(Bytes /*message*/) noexcept override { WIREBOOK_ASSERT(in_snapshot_); }
  void on_snapshot_end(std::uint64_t next_number) noexcept override {
    WIREBOOK_ASSERT(in_snapshot_ && next_number != 0);
    in_snapshot_ = false;
    next_ = next_number;
  }
  void on_message(std::uint64_t number, Bytes /*message*/) noexcept override {
    WIREBOOK_ASSERT(number == next_);
    ++next_;
  }
  void on_hole(std::uint64_t first, std::uint64_t count) noexcept override {
    WIREBOOK_ASSERT(first == next_ && count != 0);
    next_ += count;
  }
  void on_state(FeedState state) noexcept override { WIREBOOK_ASSERT(state != FeedState::waiting); }
  void send_request(const wire::mold::Header& request) noexcept override {
    WIREBOOK_ASSERT(options_.has_rerequest && request.message_count != 0);
    const std::uint64_t first = request.sequence_number;
    WIREBOOK_ASSERT(first >= next_ && first - next_ < window);
    WIREBOOK_ASSERT(request.message_count <= options_.requests.messages);
  }
  void connect_glimpse() noexcept override {
    WIREBOOK_ASSERT(options_.has_glimpse && !connecting_);
    connecting_ = true;
  }
  void send_to_glimpse(Bytes bytes) noexcept override {
    WIREBOOK_ASSERT(connecting_ && (bytes.size() == 49 || bytes.size() == 3));
  }
  void close_glimpse() noexcept override { connecting_ = false; }

  FeedClientOptions options_;
  std::uint64_t now_ = 1'000'000'000;
  std::uint64_t next_ = 1;
  bool connecting_ = false;  ///< or connected
  bool in_snapshot_ = false;
  FeedClient client_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Fuzz fuzz(std::as_bytes(std::span(data, size)));
  return 0;
}
