#include "node/sockets/soup_port.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "node/order_entry/soup_entry.hpp"
#include "node/sockets/descriptors.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

namespace {

/// A line if not so many connections may be had.
std::string descriptors_line(rlim_t connections) {
  const rlim_t allowed = ask_for_descriptors(connections);
  return allowed >= connections
             ? std::string()
             : fmt::format(
                   "TCP: descriptors are allowed for {} of {} connections: the last of "
                   "them will have to wait",
                   allowed, connections);
}

soup::TcpServerOptions options_for(const NodeConfig& config, bool sleeps) {
  return {.listen = config.soup.listen,
          .connections = soup_connections_max(config),
          .buffers = config.soup.receive_buffers,
          .send_buffer_bytes = config.soup.send_buffer_kib * 1024,
          .wakes = sleeps};
}

}  // namespace

SoupPort::SoupPort(const NodeConfig& config, bool sleeps)
    : server_(soup::choose_tcp_server(options_for(config, sleeps), config.order_entry.receive)),
      connections_(soup_connections_max(config)),
      port_(soup::choose_stream_port(config.order_entry.receive)),
      road_{.connections = connections_, .port = *port_, .notices = notices_} {
  lines_.push_back(fmt::format("order entry: OUCH over SoupBinTCP on {}, by {}, sends by {}",
                               to_string(server().local()), server().name(), port_->name()));
  for (std::string line : {server_.line, descriptors_line(soup_connections_max(config))})
    if (!line.empty())
      lines_.push_back(std::move(line));
}

void SoupPort::take_notices(const NodeConfig& config, std::vector<std::string>& lines) {
  notices_.consume_all([&](const Notice& notice) {
    lines.push_back(to_string(notice, config.sessions[notice.session - 1].username.view()));
  });
}

EitherReadable::EitherReadable(int one, int other)
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), other_(other) {
  bool added = epoll_ >= 0;
  epoll_event event{};
  event.events = EPOLLIN;
  for (const int descriptor : {one, other}) {
    added = added && epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0;
  }
  if (!added) {
    const int error = errno;
    if (epoll_ >= 0)
      close(epoll_);
    throw std::system_error(error, std::generic_category(), "epoll");
  }
}

EitherReadable::~EitherReadable() { close(epoll_); }

void EitherReadable::heed_other(bool heed) noexcept {
  if (std::exchange(heeds_other_, heed) == heed)
    return;
  epoll_event event{};
  event.events = heed ? static_cast<std::uint32_t>(EPOLLIN) : 0;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, other_, &event);
}

}  // namespace wirebook::node
