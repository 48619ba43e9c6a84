#include "node/load/load_client.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string_view>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <unistd.h>

#include "wirebook/wire/session.hpp"

#include "node/load/load_clock.hpp"
#include "node/sockets/endpoint.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::node {
namespace {

namespace ufo = wire::ufo;

constexpr std::uint64_t ms = 1'000'000;
constexpr std::uint64_t heartbeat_ns = 1000 * ms;
constexpr std::uint64_t login_retry_ns = 200 * ms;
constexpr std::uint64_t request_retry_ns = 20 * ms;
constexpr std::uint32_t request_tries_max = 50;
constexpr int receive_buffer_bytes = 4 << 20;
constexpr std::size_t batch = 32;
/// Within what dissectors take for a number.
constexpr std::uint64_t beyond_any_day = std::numeric_limits<std::int32_t>::max();
constexpr std::size_t upstream_bytes_max = 256;  // a type, an order, and its longest appendage

}  // namespace

void LoadStream::add(std::span<const std::byte> message) {
  constexpr std::uint64_t odd = 0x9E37'79B9'7F4A'7C15;
  const std::string_view bytes(reinterpret_cast<const char*>(message.data()), message.size());
  digest = (digest ^ std::hash<std::string_view>{}(bytes)) * odd;
  ++next;
}

struct LoadClient::Inbox {
  std::array<mmsghdr, batch> headers{};
  std::array<iovec, batch> vectors{};
  std::array<std::array<std::byte, 2048>, batch> bytes;

  Inbox() {
    for (std::size_t i = 0; i < batch; ++i) {
      vectors[i] = {bytes[i].data(), bytes[i].size()};
      headers[i].msg_hdr.msg_iov = &vectors[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
  }
};

LoadClient::LoadClient(const LoadOptions& options, const LoadAccount& account,
                       LoadCounters& counters)
    : counters_(counters),
      account_(account),
      length_prefix_(options.length_prefix),
      to_(options.to) {
  if (options.soup) {
    // Whatever was before is of no use: from the next message on.
    tcp_ = std::make_unique<soup::SoupConnection>(soup::ClientLogin{
        .username = account.username, .password = account.password, .next_number = beyond_any_day});
    return;
  }
  inbox_ = std::make_unique<Inbox>();
  socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0)
    throw std::system_error(errno, std::generic_category(), "cannot open a UDP socket");
  // The kernel gives what its limit allows.
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  const sockaddr_in to = to_sockaddr(options.to);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    const int error = errno;
    close(socket_);
    throw std::system_error(error, std::generic_category(),
                            "cannot connect to " + to_string(options.to));
  }
}

LoadClient::~LoadClient() {
  if (socket_ >= 0)
    close(socket_);
}

void LoadClient::log_in(std::uint64_t now_ns) {
  state_ = State::logging_in;
  login_ns_ = now_ns;
  if (tcp_) {
    if (!tcp_->connect(to_))
      throw std::system_error(tcp_->socket().error(), std::generic_category(),
                              "cannot connect to " + to_string(to_));
    return;
  }
  const ufo::LoginRequest login{.username = account_.username,
                                .password = account_.password,
                                .requested_session = Alpha<10>::from("")};
  send_packet(bytes_of(login), now_ns);
}

std::string LoadClient::why_ended() const {
  const int error = tcp_ ? tcp_->socket().error() : 0;
  return error == 0 ? "the node has ended it" : std::strerror(error);
}

void LoadClient::log_off() {
  if (state_ != State::up)
    return;
  if (tcp_) {
    tcp_->log_out(load_clock_ns());
    state_ = State::closed;
    return;
  }
  const char packet = ufo::type_logoff_request;
  send_packet(bytes_of(packet), last_sent_ns_);
  state_ = State::closed;
}

bool LoadClient::send(std::span<const std::byte> message, std::uint64_t now_ns) {
  if (tcp_) {
    const bool sent = tcp_->send(message, now_ns);
    counters_.add(LoadCount::unsent, sent ? 0 : 1);
    return sent;
  }
  std::array<std::byte, upstream_bytes_max> packet;
  packet[0] = static_cast<std::byte>(ufo::type_unsequenced);
  std::copy(message.begin(), message.end(), packet.begin() + 1);
  send_packet(std::span(packet).first(1 + message.size()), now_ns);
  return true;
}

void LoadClient::send_packet(std::span<const std::byte> packet, std::uint64_t now_ns) {
  std::array<std::byte, 2 + upstream_bytes_max> framed;
  if (length_prefix_) {
    const wire::Big16 length = static_cast<std::uint16_t>(packet.size());
    std::memcpy(framed.data(), &length, sizeof length);
    std::memcpy(framed.data() + sizeof length, packet.data(), packet.size());
    packet = std::span(framed).first(sizeof length + packet.size());
  }
  if (::send(socket_, packet.data(), packet.size(), 0) < 0)
    counters_.add(LoadCount::unsent);
  last_sent_ns_ = now_ns;
}

bool LoadClient::receive_stream(const OnMessage& on_message) {
  bool any = false;
  const bool open = tcp_->poll(load_clock_ns(), [&](const soup::SoupClientInput& input) {
    any = true;
    switch (input.kind) {
      case soup::SoupClientKind::accepted:
        on_accepted(input.number);
        break;
      case soup::SoupClientKind::rejected:
        refusal_ = input.reject_code;
        state_ = State::refused;
        break;
      case soup::SoupClientKind::message:
        counters_.add(LoadCount::messages);
        stream_.add(input.payload);
        on_message(input.payload, load_clock_ns());
        break;
      case soup::SoupClientKind::ended:
        state_ = State::ended;
        break;
      default:
        counters_.add(LoadCount::malformed);
    }
  });
  const bool comes_back = state_ == State::logging_in && back_ns_ != 0;
  if (!open && (state_ == State::up || (state_ == State::logging_in && !comes_back)))
    state_ = State::ended;
  return any;
}

void LoadClient::on_accepted(std::uint64_t number) {
  state_ = State::up;
  hanging_.close();
  if (stream_.first == 0)
    stream_.first = stream_.next = number;
  else
    counters_.add(number == stream_.next ? LoadCount::resumed : LoadCount::missed);
}

void LoadClient::cut(std::uint64_t back_ns, bool hangs) {
  counters_.add(LoadCount::cuts);
  if (hangs)
    hanging_ = std::move(tcp_->socket());
  tcp_->close();
  state_ = State::logging_in;
  back_ns_ = back_ns;
}

bool LoadClient::come_back(std::uint64_t now_ns) {
  const bool is_cut = state_ == State::logging_in && back_ns_ != 0;
  if (!is_cut || tcp_->socket().is_open() || now_ns < back_ns_)
    return false;
  back_ns_ = now_ns + login_retry_ns;
  return tcp_->connect(to_);
}

bool LoadClient::receive(const OnMessage& on_message) {
  if (tcp_)
    return tcp_->socket().is_open() && receive_stream(on_message);
  bool any = false;
  for (;;) {
    const int got = recvmmsg(socket_, inbox_->headers.data(), batch, MSG_DONTWAIT, nullptr);
    // After the system call that brought them: the time at which the client has them.
    const std::uint64_t now_ns = got > 0 ? load_clock_ns() : 0;
    for (int i = 0; i < got; ++i) {
      const auto place = static_cast<std::size_t>(i);
      counters_.add(LoadCount::datagrams);
      on_datagram(std::span(inbox_->bytes[place]).first(inbox_->headers[place].msg_len), now_ns,
                  on_message);
    }
    any = any || got > 0;
    if (got < static_cast<int>(batch))
      return any;
  }
}

void LoadClient::on_datagram(std::span<const std::byte> datagram, std::uint64_t now_ns,
                             const OnMessage& on_message) {
  wire_in::UfoPacket packet;
  if (wire_in::parse_ufo_downstream(datagram, packet) != Outcome::ok) {
    counters_.add(LoadCount::malformed);
    return;
  }
  switch (packet.type) {
    case ufo::LoginAccepted::type_code:
      // A second answer, to a login that was sent again, says nothing new.
      if (state_ == State::logging_in) {
        expected_ = wire::view<ufo::LoginAccepted>(packet.bytes.data()).sequence_number;
        known_ = expected_;
        state_ = State::up;
      }
      break;
    case ufo::LoginRejected::type_code:
      if (state_ == State::logging_in) {
        refusal_ = wire::view<ufo::LoginRejected>(packet.bytes.data()).code;
        state_ = State::refused;
      }
      break;
    case ufo::EndOfSession::type_code:
      known_ = std::max<std::uint32_t>(
          known_, wire::view<ufo::EndOfSession>(packet.bytes.data()).message_count + 1U);
      if (!behind())
        state_ = State::ended;
      break;
    default:
      if (expected_ != 0)
        on_sequenced(packet.bytes, now_ns, on_message);
  }
}

void LoadClient::on_sequenced(std::span<const std::byte> packet, std::uint64_t now_ns,
                              const OnMessage& on_message) {
  const auto& header = wire::view<ufo::SequencedHeader>(packet.data());
  const std::uint32_t first = header.sequence_number;
  const std::uint32_t count = header.message_count;
  known_ = std::max(known_, first + count);
  if (first > expected_) {
    if (requested_ == 0)
      counters_.add(LoadCount::gaps);
  } else {
    wire_in::MessageBlocks blocks(packet.subspan(sizeof header));
    for (std::uint32_t number = first; number < first + count; ++number) {
      const auto message = blocks.next();
      if (!message)
        break;
      if (number != expected_)
        continue;  // seen before
      ++expected_;
      counters_.add(LoadCount::messages);
      on_message(*message, now_ns);
    }
  }
  if (requested_ != 0 && expected_ > requested_) {
    requested_ = 0;
    unanswered_requests_ = 0;
  }
  if (behind() && requested_ == 0)
    request_missing(now_ns);
}

void LoadClient::request_missing(std::uint64_t now_ns) {
  const auto count = static_cast<std::uint16_t>(std::min<std::uint32_t>(known_ - expected_, 65535));
  const ufo::RetransmissionRequest request{.sequence_number = expected_, .message_count = count};
  requested_ = expected_;
  request_ns_ = now_ns;
  counters_.add(LoadCount::requests);
  send_packet(bytes_of(request), now_ns);
}

bool LoadClient::tick(std::uint64_t now_ns) {
  if (tcp_)
    return come_back(now_ns);  // TCP repeats, and each receive keeps alive
  if (state_ == State::logging_in && now_ns - login_ns_ > login_retry_ns)
    log_in(now_ns);
  if (state_ != State::up)
    return false;
  if (behind() && (requested_ == 0 || now_ns - request_ns_ > request_retry_ns)) {
    if (++unanswered_requests_ > request_tries_max) {
      // The server no longer has them.
      counters_.add(LoadCount::missed, known_ - expected_);
      expected_ = known_;
      requested_ = 0;
      unanswered_requests_ = 0;
    } else {
      request_missing(now_ns);
    }
  }
  if (now_ns - last_sent_ns_ > heartbeat_ns) {
    const char packet = ufo::type_client_heartbeat;
    send_packet(bytes_of(packet), now_ns);
  }
  return false;
}

}  // namespace wirebook::node
