// A load client by SoupBinTCP: TCP repeats, and each receive keeps alive; a connection that is lost
// is made again, and its login asks for the next message. Specification: SoupBinTCP 3.00.
#include <cstring>
#include <limits>
#include <string_view>
#include <system_error>
#include <utility>

#include "node/load/load_client.hpp"
#include "node/load/load_clock.hpp"
#include "node/sockets/endpoint.hpp"
#include "node/soup/tcp_client.hpp"

namespace wirebook::node {
namespace {

/// Within what dissectors take for a number.
constexpr std::uint64_t beyond_any_day = std::numeric_limits<std::int32_t>::max();

class SoupLoadClient final : public LoadClient {
 public:
  SoupLoadClient(const LoadOptions& options, const LoadAccount& account, LoadCounters& counters)
      : LoadClient(counters),
        to_(options.to),
        // Whatever was before is of no use: from the next message on.
        tcp_({.username = account.username,
              .password = account.password,
              .next_number = beyond_any_day}) {}

  void log_in(std::uint64_t /*now_ns*/) override {
    state_ = State::logging_in;
    if (!tcp_.connect(to_))
      throw std::system_error(tcp_.socket().error(), std::generic_category(),
                              "cannot connect to " + to_string(to_));
  }
  void log_off() override {
    if (state_ == State::up)
      tcp_.log_out(load_clock_ns());
    state_ = State::closed;
  }
  bool send(std::span<const std::byte> message, std::uint64_t now_ns) override {
    const bool sent = tcp_.send(message, now_ns);
    counters_.add(LoadCount::unsent, sent ? 0 : 1);
    return sent;
  }
  bool receive(const OnMessage& on_message) override;
  bool tick(std::uint64_t now_ns) override {
    if (state_ != State::logging_in || !was_up_ || tcp_.socket().is_open() || now_ns < back_ns_)
      return false;
    back_ns_ = now_ns + login_retry_ns;
    return tcp_.connect(to_);
  }
  void cut(std::uint64_t back_ns, bool hangs) override {
    counters_.add(LoadCount::cuts);
    if (hangs)
      hanging_ = std::move(tcp_.socket());
    tcp_.close();
    come_back(back_ns);
  }

  [[nodiscard]] int socket() const override { return tcp_.socket().descriptor(); }
  [[nodiscard]] std::string why_ended() const override {
    const int error = tcp_.socket().error();
    return error == 0 ? LoadClient::why_ended() : std::strerror(error);
  }

 private:
  void on_accepted(std::uint64_t number);
  void come_back(std::uint64_t back_ns) {
    state_ = State::logging_in;
    back_ns_ = back_ns;
  }

  const Endpoint to_;
  soup::SoupConnection tcp_;
  soup::TcpClient hanging_;
  bool was_up_ = false;
  std::uint64_t back_ns_ = 0;  ///< it is connected again then
};

bool SoupLoadClient::receive(const OnMessage& on_message) {
  if (!tcp_.socket().is_open())
    return false;
  bool any = false;
  const bool open = tcp_.poll(load_clock_ns(), [&](const soup::SoupClientInput& input) {
    any = true;
    switch (input.kind) {
      case soup::SoupClientKind::accepted:
        return on_accepted(input.number);
      case soup::SoupClientKind::rejected:
        return refuse(input.reject_code);
      case soup::SoupClientKind::message:
        counters_.add(LoadCount::messages);
        stream_.add(input.payload);
        return on_message(input.payload, load_clock_ns());
      case soup::SoupClientKind::ended:
        state_ = State::ended;
        return;
      default:
        counters_.add(LoadCount::malformed);
    }
  });
  if (open)
    return any;
  if (state_ == State::up)
    come_back(load_clock_ns() + login_retry_ns);
  else if (state_ == State::logging_in && !was_up_)
    state_ = State::ended;
  return any;
}

void SoupLoadClient::on_accepted(std::uint64_t number) {
  state_ = State::up;
  hanging_.close();
  if (!std::exchange(was_up_, true))
    stream_.first = stream_.next = number;
  else
    counters_.add(number == stream_.next ? LoadCount::resumed : LoadCount::missed);
}

}  // namespace

void LoadStream::add(std::span<const std::byte> message) {
  constexpr std::uint64_t odd = 0x9E37'79B9'7F4A'7C15;
  const std::string_view bytes(reinterpret_cast<const char*>(message.data()), message.size());
  digest = (digest ^ std::hash<std::string_view>{}(bytes)) * odd;
  ++next;
}

std::unique_ptr<LoadClient> make_soup_load_client(const LoadOptions& options,
                                                  const LoadAccount& account,
                                                  LoadCounters& counters) {
  return std::make_unique<SoupLoadClient>(options, account, counters);
}

}  // namespace wirebook::node
