// Goal: no bytes break the re-request server, an answer is a whole MoldUDP64 packet of messages
// that were asked for, and no address gets more than its rate. Method: libFuzzer; the input is a
// series of requests with their sources and the time between them.
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>

#include "wirebook/assert.hpp"
#include "wirebook/wire/session.hpp"

#include "node/market/rerequest_server.hpp"
#include "wire_in/message_blocks.hpp"

namespace {

using namespace wirebook;

constexpr std::uint32_t rate = 50;
constexpr std::uint64_t messages = 200;

struct Server {
  Server() {
    config.session_name = Alpha<10>::from("DAY1");
    config.rerequest_rate = rate;
    for (std::uint64_t i = 1; i <= messages; ++i)
      history.append(std::array<std::byte, 30>{std::byte(i)});
  }
  node::MarketDataConfig config;
  wire_out::MarketHistory history{1 << 17};
};

void check_blocks(std::span<const std::byte> answer) {
  WIREBOOK_ASSERT(answer.size() <= datagram_payload_bytes_max);
  const auto& header = wire::view<wire::mold::Header>(answer.data());
  WIREBOOK_ASSERT(header.message_count != 0);
  wire_in::MessageBlocks blocks(answer.subspan(sizeof header));
  std::uint64_t number = header.sequence_number;
  while (const auto message = blocks.next())
    WIREBOOK_ASSERT(message->size() == 30 && (*message)[0] == std::byte(number++));
  WIREBOOK_ASSERT(!blocks.truncated() && number <= messages + 1);
  WIREBOOK_ASSERT(number == std::uint64_t{header.sequence_number} + header.message_count);
}

void check(std::span<const std::byte> request, std::span<const std::byte> answer) {
  const auto& asked = wire::view<wire::mold::Header>(request.data());
  const auto& header = wire::view<wire::mold::Header>(answer.data());
  WIREBOOK_ASSERT(header.sequence_number == asked.sequence_number);
  WIREBOOK_ASSERT(header.message_count <= asked.message_count);
  check_blocks(answer);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it so
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Server shared;
  node::MarketCounters counters;
  node::RerequestServer server(shared.config, 1, counters);
  std::array<std::byte, datagram_payload_bytes_max> room;
  std::map<std::uint32_t, std::uint64_t> answered;
  std::uint64_t now_ns = 0;
  auto rest = std::as_bytes(std::span(data, size));
  while (rest.size() >= 4) {
    const auto source = std::to_integer<std::uint32_t>(rest[0]);
    now_ns += std::to_integer<std::uint64_t>(rest[1]) * 100'000;
    const std::size_t bytes = std::min(std::to_integer<std::size_t>(rest[2]) % 24, rest.size() - 4);
    std::array<std::byte, 24> request{};
    std::memcpy(request.data(), rest.data() + 4, bytes);
    if (rest[3] < std::byte{200} && bytes >= 10)  // most are of the right session
      std::memcpy(request.data(), shared.config.session_name.text.data(), 10);
    rest = rest.subspan(4 + bytes);
    const std::span<const std::byte> asked(request.data(), bytes);
    const std::uint64_t most = now_ns * rate / 1'000'000'000 + rate / 10 + 4;
    std::size_t at = 0;
    node::Endpoint to{};
    while (const std::size_t given = server.answer_waiting(at, to, now_ns, shared.history, room)) {
      check_blocks(std::span(room).first(given));
      WIREBOOK_ASSERT(++answered[to.address] <= most);
    }
    const std::size_t given = server.answer(asked, {source, 1}, now_ns, shared.history, room);
    if (given == 0)
      continue;
    WIREBOOK_ASSERT(bytes == sizeof(wire::mold::Header));
    check(asked, std::span(room).first(given));
    WIREBOOK_ASSERT(++answered[source] <= most);
  }
  return 0;
}
