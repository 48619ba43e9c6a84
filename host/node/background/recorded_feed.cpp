#include "node/background/recorded_feed.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include <zlib.h>

#include "wirebook/assert.hpp"
#include "wirebook/wire/big_endian.hpp"

#include "node/replay/replay_capture.hpp"
#include "node/replay/replay_format.hpp"
#include "wire_in/frame_parser.hpp"
#include "wire_in/itch_parser.hpp"
#include "wire_in/mold_parser.hpp"
#include "wire_in/pcap_source.hpp"

namespace wirebook::node {

namespace {

/// A UDP payload is shorter than 64 KiB, and each block in it takes two bytes at least.
constexpr std::size_t feed_ring_slots = std::size_t{1} << 16;
constexpr unsigned gzip_buffer_bytes = 1U << 18;

}  // namespace

class RecordedFeed::Source {
 public:
  virtual ~Source() = default;
  /// Writes the slots of what comes next, if it makes any; false at the end.
  virtual bool read(slot_ring::Writer<Slot>& writer, OutcomeCounters& outcomes) = 0;
  [[nodiscard]] virtual std::string error() const = 0;
};

namespace {

class BlockSource final : public RecordedFeed::Source {
 public:
  explicit BlockSource(const std::string& path) : path_(path), file_(gzopen(path.c_str(), "rb")) {
    if (file_ == nullptr)
      error_ = path + ": " + std::strerror(errno == 0 ? ENOMEM : errno);
    else
      gzbuffer(file_, gzip_buffer_bytes);
  }
  ~BlockSource() override {
    if (file_ != nullptr)
      gzclose(file_);
  }
  BlockSource(const BlockSource&) = delete;
  BlockSource& operator=(const BlockSource&) = delete;

  bool read(slot_ring::Writer<Slot>& writer, OutcomeCounters& outcomes) override {
    wire::Big16 length;
    const std::span<std::byte> head = std::as_writable_bytes(std::span(&length, 1));
    const std::size_t got = take(head);
    if (got == 0)
      return false;
    const std::span<std::byte> message =
        std::span(bytes_).first(got == head.size() ? std::size_t{length} : 0);
    if (got != head.size() || take(message) != message.size()) {
      outcomes.add(Outcome::file_truncated);
      return false;
    }
    if (message.empty())  // ends the file
      return false;
    outcomes.add(wire_in::parse_itch(message, wire_in::itch_time(message), writer));
    return true;
  }
  [[nodiscard]] std::string error() const override { return error_; }

 private:
  std::size_t take(std::span<std::byte> to) {
    if (file_ == nullptr || to.empty())
      return 0;
    const int got = gzread(file_, to.data(), static_cast<unsigned>(to.size()));
    int code = Z_OK;
    const char* const text = gzerror(file_, &code);
    // A gzip file that breaks off gives what there is first.
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
      error_ = path_ + ": " + (code == Z_ERRNO ? std::strerror(errno) : text);
    return got < 0 ? 0 : static_cast<std::size_t>(got);
  }

  std::string path_;
  gzFile file_;
  std::array<std::byte, 1U << 16> bytes_{};
  std::string error_;
};

class CaptureSource final : public RecordedFeed::Source {
 public:
  CaptureSource(const std::string& path, std::uint16_t port) : source_(path), port_(port) {}

  bool read(slot_ring::Writer<Slot>& writer, OutcomeCounters& outcomes) override {
    const auto frame = source_.next();
    if (!frame) {
      if (source_.outcome() != Outcome::ok)
        outcomes.add(source_.outcome());
      return false;
    }
    wire_in::Ipv4Packet packet;
    wire_in::UdpDatagram datagram;
    Outcome outcome = wire_in::parse_ipv4(frame->bytes, packet);
    if (outcome == Outcome::ok)
      outcome = parse_captured_udp(packet, datagram);
    if (outcome != Outcome::ok)
      outcomes.add(outcome);
    else if (datagram.destination_port == port_)
      mold_.on_packet(datagram.payload, {}, writer, outcomes);
    return true;
  }
  [[nodiscard]] std::string error() const override { return source_.error(); }

 private:
  wire_in::PcapSource source_;
  wire_in::MoldParser mold_{0};
  const std::uint16_t port_;
};

std::vector<std::byte> first_bytes(const std::string& path) {
  std::vector<std::byte> bytes(4);
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  bytes.resize(file == nullptr ? 0 : std::fread(bytes.data(), 1, bytes.size(), file));
  if (file != nullptr)
    std::fclose(file);
  return bytes;
}

}  // namespace

RecordedFeed::RecordedFeed(const std::string& path, std::uint16_t port) : ring_(feed_ring_slots) {
  if (detect_format(first_bytes(path)) == ReplayFormat::pcap)
    source_ = std::make_unique<CaptureSource>(path, port);
  else
    source_ = std::make_unique<BlockSource>(path);
  error_ = source_->error();
}

RecordedFeed::~RecordedFeed() = default;

const Slot* RecordedFeed::next() {
  if (std::exchange(given_, false))
    reader_.release(1);
  for (;;) {
    while (reader_.sequence() != writer_.sequence()) {
      const Slot* const slot = reader_.peek();
      if (is_feed(slot->tail.kind)) {
        given_ = true;
        return slot;
      }
      reader_.release(1);  // a gap, an end: counted
    }
    WIREBOOK_ASSERT(writer_.has_credit(feed_ring_slots));
    if (!error_.empty() || !source_->read(writer_, outcomes_)) {
      error_ = error_.empty() ? source_->error() : error_;
      return nullptr;
    }
  }
}

}  // namespace wirebook::node
