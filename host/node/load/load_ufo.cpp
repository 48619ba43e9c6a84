// A load client by UFO: what is missing is asked for with `T`, and what comes too early is dropped,
// as the answer brings it again. A node that is silent for too long may have forgotten us: the
// login goes out again, which one that has not answers with nothing but `A`. A system call to send,
// one to receive up to 32 datagrams. Specification: UFO 1.0.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wirebook/limits.hpp"
#include "wirebook/wire/session.hpp"

#include "node/load/load_client.hpp"
#include "node/load/load_clock.hpp"
#include "node/sockets/endpoint.hpp"
#include "wire_in/ufo_parser.hpp"

namespace wirebook::node {
namespace {

namespace ufo = wire::ufo;
using Bytes = std::span<const std::byte>;

constexpr int receive_buffer_bytes = 4 << 20;
constexpr std::size_t batch = 32;
constexpr std::size_t upstream_bytes_max = 256;  // a type, an order, and its longest appendage

struct Inbox {
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

class UfoLoadClient final : public LoadClient {
 public:
  UfoLoadClient(const LoadOptions& options, const LoadAccount& account, LoadCounters& counters);
  ~UfoLoadClient() override { close(socket_); }
  UfoLoadClient(const UfoLoadClient&) = delete;
  UfoLoadClient& operator=(const UfoLoadClient&) = delete;

  void log_in(std::uint64_t now_ns) override;
  void log_off() override;
  bool send(Bytes message, std::uint64_t now_ns) override;
  bool receive(const OnMessage& on_message) override;
  bool tick(std::uint64_t now_ns) override;

  [[nodiscard]] int socket() const override { return socket_; }
  [[nodiscard]] bool behind() const override { return expected_ < known_; }

 private:
  static constexpr std::uint64_t heartbeat_ns = 1000 * ms;
  static constexpr std::uint64_t silence_ns = 2500 * ms;
  static constexpr std::uint64_t request_retry_ns = 20 * ms;
  /// The node is asked for longer than it may be silent.
  static constexpr std::uint32_t request_tries_max = 2 * silence_ns / request_retry_ns;

  void on_datagram(Bytes datagram, std::uint64_t now_ns, const OnMessage& on_message);
  void on_accepted(const ufo::LoginAccepted& answer);
  void on_sequenced(Bytes packet, std::uint64_t now_ns, const OnMessage& on_message);
  void ask_for_missing(std::uint64_t now_ns);
  void request_missing(std::uint64_t now_ns);
  void send_packet(Bytes packet, std::uint64_t now_ns);

  const LoadAccount account_;
  const bool length_prefix_;
  int socket_ = -1;
  Alpha<10> session_ = Alpha<10>::from("");
  std::uint32_t expected_ = 0;   ///< the next number; 0 before the first login
  std::uint32_t known_ = 0;      ///< the server has sent everything below
  std::uint32_t requested_ = 0;  ///< the number that the open request starts with, 0 for none
  std::uint32_t unanswered_requests_ = 0;
  std::uint64_t request_ns_ = 0;
  std::uint64_t login_ns_ = 0;
  std::uint64_t heard_ns_ = 0;
  std::uint64_t last_sent_ns_ = 0;
  Inbox inbox_;
};

UfoLoadClient::UfoLoadClient(const LoadOptions& options, const LoadAccount& account,
                             LoadCounters& counters)
    : LoadClient(counters), account_(account), length_prefix_(options.length_prefix) {
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

void UfoLoadClient::log_in(std::uint64_t now_ns) {
  state_ = State::logging_in;
  login_ns_ = now_ns;
  const ufo::LoginRequest login{
      .username = account_.username, .password = account_.password, .requested_session = session_};
  send_packet(bytes_of(login), now_ns);
}

void UfoLoadClient::log_off() {
  if (state_ == State::up) {
    const char packet = ufo::type_logoff_request;
    send_packet(bytes_of(packet), last_sent_ns_);
  }
  state_ = State::closed;
}

bool UfoLoadClient::send(Bytes message, std::uint64_t now_ns) {
  std::array<std::byte, upstream_bytes_max> packet;
  packet[0] = static_cast<std::byte>(ufo::type_unsequenced);
  std::copy(message.begin(), message.end(), packet.begin() + 1);
  send_packet(std::span(packet).first(1 + message.size()), now_ns);
  return true;
}

void UfoLoadClient::send_packet(Bytes packet, std::uint64_t now_ns) {
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

bool UfoLoadClient::receive(const OnMessage& on_message) {
  bool any = false;
  for (;;) {
    const int got = recvmmsg(socket_, inbox_.headers.data(), batch, MSG_DONTWAIT, nullptr);
    // After the system call that brought them: the time at which the client has them.
    const std::uint64_t now_ns = got > 0 ? load_clock_ns() : 0;
    for (int i = 0; i < got; ++i) {
      const auto place = static_cast<std::size_t>(i);
      counters_.add(LoadCount::datagrams);
      heard_ns_ = now_ns;
      on_datagram(std::span(inbox_.bytes[place]).first(inbox_.headers[place].msg_len), now_ns,
                  on_message);
    }
    any = any || got > 0;
    if (got < static_cast<int>(batch))
      return any;
  }
}

void UfoLoadClient::on_datagram(Bytes datagram, std::uint64_t now_ns, const OnMessage& on_message) {
  wire_in::UfoPacket packet;
  if (wire_in::parse_ufo_downstream(datagram, packet) != Outcome::ok)
    return counters_.add(LoadCount::malformed);
  switch (packet.type) {
    case ufo::LoginAccepted::type_code:
      return on_accepted(wire::view<ufo::LoginAccepted>(packet.bytes.data()));
    case ufo::LoginRejected::type_code:
      if (state_ == State::logging_in)
        refuse(wire::view<ufo::LoginRejected>(packet.bytes.data()).code);
      return;
    case ufo::EndOfSession::type_code:
      known_ = std::max<std::uint32_t>(
          known_, wire::view<ufo::EndOfSession>(packet.bytes.data()).message_count + 1U);
      if (!behind())
        state_ = State::ended;
      return;
    default:
      if (expected_ != 0)
        on_sequenced(packet.bytes, now_ns, on_message);
  }
}

/// A second answer, to a login that was sent again, says nothing new.
void UfoLoadClient::on_accepted(const ufo::LoginAccepted& answer) {
  if (state_ != State::logging_in)
    return;
  state_ = State::up;
  session_ = answer.session;
  known_ = std::max<std::uint32_t>(known_, answer.sequence_number);
  if (expected_ == 0)
    expected_ = known_;
  else
    counters_.add(LoadCount::resumed);
}

void UfoLoadClient::on_sequenced(Bytes packet, std::uint64_t now_ns, const OnMessage& on_message) {
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

void UfoLoadClient::request_missing(std::uint64_t now_ns) {
  const auto count = static_cast<std::uint16_t>(std::min<std::uint32_t>(known_ - expected_, 65535));
  const ufo::RetransmissionRequest request{.sequence_number = expected_, .message_count = count};
  requested_ = expected_;
  request_ns_ = now_ns;
  counters_.add(LoadCount::requests);
  send_packet(bytes_of(request), now_ns);
}

/// Again, or not any more: then the server no longer has them.
void UfoLoadClient::ask_for_missing(std::uint64_t now_ns) {
  if (++unanswered_requests_ <= request_tries_max)
    return request_missing(now_ns);
  counters_.add(LoadCount::missed, known_ - expected_);
  expected_ = known_;
  requested_ = 0;
  unanswered_requests_ = 0;
}

bool UfoLoadClient::tick(std::uint64_t now_ns) {
  const bool is_silent = state_ == State::up && now_ns > heard_ns_ + silence_ns;
  if (is_silent || (state_ == State::logging_in && now_ns - login_ns_ > login_retry_ns))
    log_in(now_ns);
  if (state_ != State::up)
    return false;
  if (behind() && (requested_ == 0 || now_ns - request_ns_ > request_retry_ns))
    ask_for_missing(now_ns);
  if (now_ns - last_sent_ns_ > heartbeat_ns) {
    const char packet = ufo::type_client_heartbeat;
    send_packet(bytes_of(packet), now_ns);
  }
  return false;
}

}  // namespace

std::unique_ptr<LoadClient> make_ufo_load_client(const LoadOptions& options,
                                                 const LoadAccount& account,
                                                 LoadCounters& counters) {
  return std::make_unique<UfoLoadClient>(options, account, counters);
}

}  // namespace wirebook::node
