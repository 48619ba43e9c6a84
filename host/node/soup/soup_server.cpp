#include "node/soup/soup_server.hpp"

#include <algorithm>
#include <cstring>

#include "wirebook/assert.hpp"

namespace wirebook::node::soup {

namespace {

namespace wires = wire::soup;
using Bytes = std::span<const std::byte>;

constexpr std::size_t length_bytes = sizeof(wire::Big16);

/// The message of the first block.
Bytes first_message(Bytes blocks) {
  const std::size_t bytes = wire::view<wire::Big16>(blocks.data());
  WIREBOOK_ASSERT(bytes <= message_bytes_max && length_bytes + bytes <= blocks.size());
  return blocks.subspan(length_bytes, bytes);
}

/// writev only reads; its type does not say so.
iovec vector_of(Bytes bytes) {
  return {.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
}

/// Vectors filled one after the other, as long as there are any.
class Vectors {
 public:
  explicit Vectors(std::span<iovec> vectors) : vectors_(vectors) {}

  [[nodiscard]] std::size_t used() const { return used_; }
  [[nodiscard]] bool has(std::size_t count) const { return used_ + count <= vectors_.size(); }
  void add(Bytes bytes) {
    if (!bytes.empty())
      vectors_[used_++] = vector_of(bytes);
  }
  /// The packet of a message, but for the bytes of it that are gone.
  void add_packet(Bytes message, std::size_t gone) {
    const Bytes header = std::as_bytes(std::span(&sequenced_headers[message.size()], 1));
    if (gone < header.size()) {
      add(header.subspan(gone));
      gone = header.size();
    }
    add(message.subspan(gone - header.size()));
  }

 private:
  std::span<iovec> vectors_;
  std::size_t used_ = 0;
};

}  // namespace

void SoupServerIn::open(std::uint64_t now_ns) noexcept {
  framer_.reset();
  opened_ns_ = now_ns;
  heard_ns_ = now_ns;
  state_ = State::stranger;
}

void SoupServerIn::feed(Bytes bytes, std::uint64_t now_ns) noexcept {
  heard_ns_ = now_ns;
  framer_.feed(bytes);
}

std::optional<SoupInput> SoupServerIn::next() noexcept {
  if (state_ == State::over) {
    framer_.take_back();
    return std::nullopt;
  }
  while (const auto packet = framer_.next()) {
    if (packet->outcome != Outcome::ok) {
      if (state_ == State::stranger)
        return violation();
      return SoupInput{.kind = SoupInputKind::malformed, .outcome = packet->outcome};
    }
    switch (packet->type) {
      case wires::type_debug:
        continue;
      case wires::LoginRequest::type_code:
        return on_login(packet->payload);
      case wires::type_client_heartbeat:
        if (state_ == State::stranger)
          return violation();
        continue;
      case wires::type_unsequenced:
        if (state_ == State::stranger)
          return violation();
        return SoupInput{.kind = SoupInputKind::message, .payload = packet->payload};
      default:  // a logout; the framer lets nothing else through
        state_ = State::over;
        return SoupInput{.kind = SoupInputKind::logout};
    }
  }
  return std::nullopt;
}

SoupInput SoupServerIn::on_login(Bytes payload) noexcept {
  if (state_ != State::stranger)
    return violation();
  const auto& request = wire::view<wires::LoginRequest>(payload.data());
  const auto sequence = parse_number(request.requested_sequence_number);
  if (!sequence)
    return violation();
  return {.kind = SoupInputKind::login,
          .login = {.username = request.username,
                    .password = request.password,
                    .requested_session = request.requested_session,
                    .requested_sequence = *sequence}};
}

SoupInput SoupServerIn::violation() noexcept {
  state_ = State::over;
  return {.kind = SoupInputKind::violation};
}

bool SoupServerIn::overdue(std::uint64_t now_ns, const ServerTimes& times,
                           std::uint64_t since_ns) const noexcept {
  if (state_ == State::logged_in)
    return now_ns >= std::max(heard_ns_, since_ns) + times.timeout_ns;
  // Whatever it says: a stranger that keeps talking has no longer than one that is silent.
  return now_ns >= std::max(opened_ns_, since_ns) + times.login_timeout_ns;
}

void SoupServerOut::open(std::uint64_t now_ns) noexcept {
  *this = {};
  wrote_ns_ = now_ns;
}

template <wire::WireMessage Message>
void SoupServerOut::queue(const Message& message) noexcept {
  if (own_begin_ == own_end_)
    own_begin_ = own_end_ = 0;
  WIREBOOK_ASSERT(own_end_ + sizeof message <= own_.size());
  std::memcpy(own_.data() + own_end_, &message, sizeof message);
  own_end_ = static_cast<std::uint8_t>(own_end_ + sizeof message);
}

void SoupServerOut::accept(const Alpha<10>& session, std::uint64_t next,
                           std::uint64_t now_ns) noexcept {
  WIREBOOK_ASSERT(state_ == State::stranger);
  struct {
    wires::Header header;
    wires::LoginAccepted accepted;
  } answer{};
  answer.header.length = 1 + sizeof answer.accepted;
  answer.header.type = wires::LoginAccepted::type_code;
  answer.accepted = {.session = padded_left(session), .sequence_number = format_number(next)};
  queue(answer);
  position_ = next;
  wrote_ns_ = now_ns;
  state_ = State::live;
}

void SoupServerOut::reject(char code) noexcept {
  WIREBOOK_ASSERT(state_ == State::stranger);
  struct {
    wires::Header header;
    char code;
  } answer{};
  answer.header.length = 2;
  answer.header.type = wires::type_login_rejected;
  answer.code = code;
  queue(answer);
  state_ = State::ending;
}

void SoupServerOut::end() noexcept {
  if (state_ == State::live)
    queue(bare(wires::type_end_of_session));
  state_ = State::ending;
}

bool SoupServerOut::keep_alive(std::uint64_t now_ns, const ServerTimes& times) noexcept {
  if (state_ != State::live || pending() || now_ns < wrote_ns_ + times.heartbeat_ns)
    return false;
  queue(bare(wires::type_server_heartbeat));
  return true;
}

// First what is left of a packet, then our own bytes, then whole packets.
std::size_t SoupServerOut::gather(Bytes blocks, std::span<iovec> vectors) const noexcept {
  Vectors out(vectors);
  if (partial_ != 0 && out.has(2)) {
    const Bytes message = first_message(blocks);
    out.add_packet(message, partial_);
    blocks = blocks.subspan(length_bytes + message.size());
  }
  if (own_begin_ != own_end_ && out.has(1))
    out.add(Bytes(own_).subspan(own_begin_, own_end_ - own_begin_));
  if (state_ != State::live)
    return out.used();
  while (!blocks.empty() && out.has(2)) {
    const Bytes message = first_message(blocks);
    out.add_packet(message, 0);
    blocks = blocks.subspan(length_bytes + message.size());
  }
  return out.used();
}

SoupWritten SoupServerOut::wrote(std::size_t bytes, Bytes blocks, std::uint64_t now_ns) noexcept {
  SoupWritten written;
  if (bytes != 0)
    wrote_ns_ = now_ns;
  const auto take_packet = [&] {
    const std::size_t message = first_message(blocks.subspan(written.block_bytes)).size();
    const std::size_t left = sizeof(wires::Header) + message - partial_;
    if (bytes < left) {
      partial_ += static_cast<std::uint32_t>(bytes);
      bytes = 0;
      return;
    }
    bytes -= left;
    partial_ = 0;
    ++position_;
    ++written.messages;
    written.block_bytes += length_bytes + message;
  };
  if (partial_ != 0 && bytes != 0)
    take_packet();
  const std::size_t own = std::min<std::size_t>(bytes, own_end_ - own_begin_);
  own_begin_ = static_cast<std::uint8_t>(own_begin_ + own);
  bytes -= own;
  while (bytes != 0)
    take_packet();
  return written;
}

}  // namespace wirebook::node::soup
