#include "node/fix/gateway/fix_gateway.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "node/clock.hpp"
#include "node/fix/fix_raw.hpp"
#include "node/fix/gateway/fix_connection.hpp"
#include "node/fix/gateway/fix_logon.hpp"
#include "node/fix/gateway/fix_members.hpp"
#include "node/fix/gateway/fix_port.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::fix {

namespace {

constexpr std::uint64_t ns_a_ms = 1'000'000;
constexpr std::uint64_t tick_every_ns = 50 * ns_a_ms;
constexpr int accepts_at_once = 64;
constexpr auto stop_takes_at_most = std::chrono::milliseconds(1'000);

/// A rehearsal's time is also that of orders: "today" is the venue's.
Clocks read_clocks(const node::ClockConfig& config) {
  const node::Clock clock(config.utc_offset_minutes, config.source);
  return {.steady_ns = clock.steady_ns(),
          .now = {.ns = clock.unix_ns(), .utc_offset_minutes = config.utc_offset_minutes}};
}

}  // namespace

class Gateway::Parts {
 public:
  Parts(const node::NodeConfig& config, node::Endpoint order_entry,
        std::function<void(const std::string&)> log);
  ~Parts() { stop(); }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  void stop();
  [[nodiscard]] node::Endpoint address() const { return port_.address(); }
  [[nodiscard]] GatewayCounts counts() const {
    return {connections_.load(), logons_.load(), refused_.load()};
  }

 private:
  /// Before its Logon, or with the member that it belongs to.
  struct Client {
    std::unique_ptr<Connection> connection;
    Member* member = nullptr;
    std::uint64_t deadline_ns = 0;
    bool wants_to_read = true;
  };
  static constexpr std::uint64_t port_key = 0;

  void run();
  void round(int wait_ms);
  void accept_clients();
  /// Whoever has not logged on makes room.
  bool make_room();
  void on_event(std::uint64_t key, std::uint32_t events);
  void serve(std::uint64_t key, Client& client);
  void first_message(Client& client, const std::string& bytes);
  void tick();
  void close_what_is_over();

  const node::NodeConfig config_;
  std::function<void(const std::string&)> log_;
  LogonDesk desk_;
  const Poller poller_;
  Port port_;
  Members members_;
  std::map<std::uint64_t, Client> clients_;
  std::uint64_t next_key_ = port_key + 1;
  Clocks clocks_;
  std::uint64_t ticked_ns_ = 0;
  std::atomic<std::uint64_t> connections_{0};
  std::atomic<std::uint64_t> logons_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

Gateway::Parts::Parts(const node::NodeConfig& config, node::Endpoint order_entry,
                      std::function<void(const std::string&)> log)
    : config_(config),
      log_(std::move(log)),
      desk_(config_),
      port_(config_.fix.listen, poller_, port_key),
      members_(config_, order_entry, poller_,
               [this](const std::string& line) { log_("FIX: " + line); }) {}

void Gateway::Parts::stop() {
  if (!thread_.joinable())
    return;
  stopping_.store(true);
  poller_.wake();
  thread_.join();
}

void Gateway::Parts::run() {
  while (!stopping_.load())
    round(static_cast<int>(tick_every_ns / ns_a_ms));
  port_.close();
  poller_.forget_wake();
  members_.log_out("the venue ends", clocks_);
  const auto end = std::chrono::steady_clock::now() + stop_takes_at_most;
  while (!clients_.empty() && std::chrono::steady_clock::now() < end) {
    for (auto& [key, client] : clients_)
      if (!client.member)
        client.connection->finish("the venue ends");
    round(10);
  }
  for (auto& [key, client] : clients_) {
    if (client.member)
      client.member->lost(clocks_);
  }
  clients_.clear();
}

void Gateway::Parts::round(int wait_ms) {
  std::array<epoll_event, 64> events;
  const std::span<const epoll_event> came = poller_.wait(events, wait_ms);
  clocks_ = read_clocks(config_.clock);
  for (const epoll_event& event : came)
    on_event(event.data.u64, event.events);
  if (clocks_.steady_ns - ticked_ns_ >= tick_every_ns) {
    ticked_ns_ = clocks_.steady_ns;
    tick();
  }
  close_what_is_over();
}

void Gateway::Parts::on_event(std::uint64_t key, std::uint32_t events) {
  if (key == port_key)
    return accept_clients();
  if (key == Poller::wake_key)
    return;
  if (Members::is_link(key))
    return members_.on_link(key, clocks_);
  const auto found = clients_.find(key);
  if (found == clients_.end())
    return;
  Client& client = found->second;
  if ((events & EPOLLOUT) != 0)
    client.connection->flush();
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
    serve(key, client);
}

void Gateway::Parts::accept_clients() {
  for (int i = 0; i < accepts_at_once; ++i) {
    const std::optional<Port::Client> came = port_.accept();
    if (!came)
      return;
    ++connections_;
    auto connection =
        std::make_unique<Connection>(came->descriptor, came->peer, config_.fix.message_bytes_max);
    if (clients_.size() >= config_.fix.connections && !make_room()) {
      ++refused_;
      log_(fmt::format("FIX: {}: refused, there are {} connections", to_string(came->peer),
                       clients_.size()));
      continue;
    }
    const std::uint64_t key = next_key_++;
    clients_.emplace(
        key, Client{.connection = std::move(connection),
                    .deadline_ns = clocks_.steady_ns + config_.fix.logon_timeout_ms * ns_a_ms});
    // The output's edge is enough: `send` tries first.
    poller_.add(key, came->descriptor, EPOLLIN);
  }
}

bool Gateway::Parts::make_room() {
  for (auto& [key, client] : clients_)  // the oldest first
    if (!client.member && !client.connection->over()) {
      client.connection->finish("others wait, and it had sent no Logon yet");
      return true;
    }
  return false;
}

/// Who has to wait keeps what it has said; the tick comes back to it.
void Gateway::Parts::serve(std::uint64_t key, Client& client) {
  const auto has_to_wait = [&client] { return client.member && client.member->congested(); };
  for (bool received = false; !has_to_wait();) {
    if (const auto message = client.connection->next()) {
      if (client.member)
        client.member->receive(*message, clocks_);
      else
        first_message(client, std::string(*message));
    } else if (!std::exchange(received, true)) {
      client.connection->receive();
    } else {
      return;
    }
  }
  // Asked for once: each time would tell again of a connection that has broken meanwhile.
  if (std::exchange(client.wants_to_read, false))
    poller_.change(key, client.connection->descriptor(), EPOLLOUT | EPOLLET);
}

void Gateway::Parts::first_message(Client& client, const std::string& bytes) {
  const LogonDesk::Answer answer =
      desk_.look(bytes, client.connection->peer().address, clocks_.steady_ns);
  if (!answer.why_not.empty())
    return client.connection->finish(answer.why_not);
  Member& member = members_.of(answer.comp_id);
  if (!member.is_free())
    return client.connection->finish(answer.comp_id + " is logged on from elsewhere");
  const Member::Logon logon{.version = answer.version,
                            .username = answer.username,
                            .password = answer.password,
                            .bytes = without_password(bytes)};
  try {
    member.begin(*client.connection, logon, clocks_);
  } catch (const std::exception& error) {  // its store cannot be
    return client.connection->finish(error.what());
  }
  client.member = &member;
  ++logons_;
  members_.watch(member);
}

void Gateway::Parts::tick() {
  port_.heed(true);
  members_.tick(clocks_);
  for (auto& [key, client] : clients_) {
    if (!client.member && clocks_.steady_ns >= client.deadline_ns)
      client.connection->finish("it sent no Logon in time");
    if (!client.wants_to_read && !client.member->congested()) {
      client.wants_to_read = true;
      poller_.change(key, client.connection->descriptor(), EPOLLIN);
      serve(key, client);
    }
    client.connection->flush();
  }
}

void Gateway::Parts::close_what_is_over() {
  for (auto client = clients_.begin(); client != clients_.end();) {
    if (!client->second.connection->over()) {
      ++client;
      continue;
    }
    const Connection& connection = *client->second.connection;
    log_(fmt::format("FIX: {}{}{} closed: {}",
                     client->second.member ? client->second.member->name() + ", " : "",
                     to_string(connection.peer()), client->second.member ? "" : ", no logon,",
                     connection.why()));
    if (client->second.member)
      client->second.member->lost(clocks_);
    else
      ++refused_;
    client = clients_.erase(client);
  }
}

Gateway::Gateway(const node::NodeConfig& config, node::Endpoint order_entry,
                 std::function<void(const std::string&)> log)
    : parts_(std::make_unique<Parts>(config, order_entry, std::move(log))) {}
Gateway::~Gateway() = default;
void Gateway::start() { parts_->start(); }
void Gateway::stop() { parts_->stop(); }
node::Endpoint Gateway::address() const { return parts_->address(); }
GatewayCounts Gateway::counts() const { return parts_->counts(); }

}  // namespace wirebook::fix
