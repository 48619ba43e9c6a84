#include "node/fix/gateway/fix_gateway.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/clock.hpp"
#include "node/fix/gateway/fix_connection.hpp"
#include "node/fix/gateway/fix_logon.hpp"
#include "node/fix/gateway/fix_member.hpp"
#include "node/sockets/endpoint.hpp"

namespace wirebook::fix {

namespace {

constexpr std::uint64_t ns_a_ms = 1'000'000;
constexpr std::uint64_t tick_every_ns = 50 * ns_a_ms;
constexpr auto stop_takes_at_most = std::chrono::milliseconds(1'000);

std::system_error refused(const char* what) { return {errno, std::generic_category(), what}; }

/// A rehearsal's time is also that of orders: "today" is the venue's.
Clocks read_clocks(const node::ClockConfig& config) {
  const node::Clock clock(config.utc_offset_minutes, config.source);
  return {.steady_ns = clock.steady_ns(),
          .now = {.ns = clock.unix_ns(), .utc_offset_minutes = config.utc_offset_minutes}};
}

}  // namespace

/// A descriptor that is closed.
class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int descriptor, const char* what) : descriptor_(descriptor) {
    if (descriptor < 0)
      throw refused(what);
  }
  ~OwnedDescriptor() { close(descriptor_); }
  OwnedDescriptor(const OwnedDescriptor&) = delete;
  OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

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
  [[nodiscard]] node::Endpoint address() const { return address_; }
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
  static constexpr std::uint64_t listener_key = 0;
  static constexpr std::uint64_t stop_key = 1;
  static constexpr std::uint64_t first_client_key = 16;
  static constexpr std::uint64_t link_bit = std::uint64_t{1} << 63;

  void listen();
  void run();
  void round(int wait_ms);
  void accept_clients();
  void heed_listener(bool heed);
  /// Whoever has not logged on makes room.
  bool make_room();
  void on_event(std::uint64_t key, std::uint32_t events);
  void serve(std::uint64_t key, Client& client);
  void first_message(Client& client, const std::string& bytes);
  Member& member_of(const std::string& comp_id);
  void watch(std::uint64_t key, int descriptor, std::uint32_t events, int operation) const;
  void watch_link(Member& member, std::uint64_t index);
  void tick();
  void close_what_is_over();

  const node::NodeConfig config_;
  const node::Endpoint order_entry_;
  std::function<void(const std::string&)> log_;
  LogonDesk desk_;
  OwnedDescriptor listener_;
  OwnedDescriptor epoll_;
  OwnedDescriptor stop_event_;
  node::Endpoint address_{};
  std::map<std::uint64_t, Client> clients_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<std::uint64_t> link_watched_;  ///< which generation, by member
  std::map<std::string, std::size_t> member_by_comp_id_;
  bool heeds_listener_ = true;
  std::uint64_t next_key_ = first_client_key;
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
      order_entry_(order_entry),
      log_(std::move(log)),
      desk_(config_),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "fix: socket"),
      epoll_(epoll_create1(EPOLL_CLOEXEC), "fix: epoll"),
      stop_event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "fix: eventfd") {
  listen();
}

void Gateway::Parts::listen() {
  const int yes = 1;
  setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(config_.fix.listen.address);
  address.sin_port = htons(config_.fix.listen.port);
  socklen_t bytes = sizeof address;
  if (bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), bytes) != 0 ||
      ::listen(listener_.get(), SOMAXCONN) != 0 ||
      getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &bytes) != 0)
    throw refused(("fix.listen " + to_string(config_.fix.listen)).c_str());
  address_ = {ntohl(address.sin_addr.s_addr), ntohs(address.sin_port)};
  watch(listener_key, listener_.get(), EPOLLIN, EPOLL_CTL_ADD);
  watch(stop_key, stop_event_.get(), EPOLLIN, EPOLL_CTL_ADD);
}

void Gateway::Parts::heed_listener(bool heed) {
  if (std::exchange(heeds_listener_, heed) != heed)
    watch(listener_key, listener_.get(), heed ? std::uint32_t{EPOLLIN} : 0U, EPOLL_CTL_MOD);
}

void Gateway::Parts::watch(std::uint64_t key, int descriptor, std::uint32_t events,
                           int operation) const {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  epoll_ctl(epoll_.get(), operation, descriptor, &event);
}

void Gateway::Parts::stop() {
  if (!thread_.joinable())
    return;
  stopping_.store(true);
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(stop_event_.get(), &one, sizeof one);
  thread_.join();
}

void Gateway::Parts::run() {
  while (!stopping_.load())
    round(static_cast<int>(tick_every_ns / ns_a_ms));
  watch(listener_key, listener_.get(), 0, EPOLL_CTL_DEL);
  watch(stop_key, stop_event_.get(), 0, EPOLL_CTL_DEL);
  for (const auto& member : members_) {
    member->poll(clocks_);  // what the node's day ended with
    member->log_out("the venue ends", clocks_);
  }
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
  const int count =
      epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_ms);
  clocks_ = read_clocks(config_.clock);
  for (int i = 0; i < count; ++i)
    on_event(events[static_cast<std::size_t>(i)].data.u64,
             events[static_cast<std::size_t>(i)].events);
  if (clocks_.steady_ns - ticked_ns_ >= tick_every_ns) {
    ticked_ns_ = clocks_.steady_ns;
    tick();
  }
  close_what_is_over();
}

void Gateway::Parts::on_event(std::uint64_t key, std::uint32_t events) {
  if (key == listener_key)
    return accept_clients();
  if (key == stop_key)
    return;
  if ((key & link_bit) != 0) {
    const std::size_t index = static_cast<std::size_t>(key & ~link_bit);
    members_[index]->poll(clocks_);
    return watch_link(*members_[index], index);
  }
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
  for (;;) {
    sockaddr_in address{};
    socklen_t bytes = sizeof address;
    const int descriptor = accept4(listener_.get(), reinterpret_cast<sockaddr*>(&address), &bytes,
                                   SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
      // A host without descriptors: whoever waits would wake us until the next tick.
      if (errno != EAGAIN)
        heed_listener(false);
      return;
    }
    ++connections_;
    const node::Endpoint peer{ntohl(address.sin_addr.s_addr), ntohs(address.sin_port)};
    auto connection = std::make_unique<Connection>(descriptor, peer, config_.fix.message_bytes_max);
    if (clients_.size() >= config_.fix.connections && !make_room()) {
      ++refused_;
      log_(fmt::format("FIX: {}: refused, there are {} connections", to_string(peer),
                       clients_.size()));
      continue;
    }
    const int yes = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const std::uint64_t key = next_key_++;
    clients_.emplace(
        key, Client{.connection = std::move(connection),
                    .deadline_ns = clocks_.steady_ns + config_.fix.logon_timeout_ms * ns_a_ms});
    // The output's edge is enough: `send` tries first.
    watch(key, descriptor, EPOLLIN, EPOLL_CTL_ADD);
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

void Gateway::Parts::serve(std::uint64_t key, Client& client) {
  if (client.member && client.member->congested()) {
    // The tick comes back to it. Asked for once: each time would tell again of a connection that
    // has broken meanwhile.
    if (std::exchange(client.wants_to_read, false))
      watch(key, client.connection->descriptor(), EPOLLOUT | EPOLLET, EPOLL_CTL_MOD);
    return;
  }
  client.connection->receive();
  while (const auto message = client.connection->next()) {
    if (client.member)
      client.member->receive(*message, clocks_);
    else
      first_message(client, std::string(*message));
  }
}

Member& Gateway::Parts::member_of(const std::string& comp_id) {
  const auto [found, fresh] = member_by_comp_id_.emplace(comp_id, members_.size());
  if (fresh) {
    MemberOptions options;
    options.order_entry = order_entry_;
    options.sender = config_.fix.comp_id;
    options.target = comp_id;
    options.store = config_.fix.store;
    options.log_messages = config_.fix.log_messages;
    options.logon_timeout_ms = config_.fix.logon_timeout_ms;
    options.utc_offset_minutes = config_.clock.utc_offset_minutes;
    options.translator = {.names_max = config_.fix.orders, .trades_max = config_.engine.trades};
    options.on_line = [this](const std::string& line) { log_("FIX: " + line); };
    members_.push_back(std::make_unique<Member>(std::move(options)));
    link_watched_.push_back(0);
  }
  return *members_[found->second];
}

void Gateway::Parts::first_message(Client& client, const std::string& bytes) {
  const LogonDesk::Answer answer =
      desk_.look(bytes, client.connection->peer().address, clocks_.steady_ns);
  if (!answer.why_not.empty())
    return client.connection->finish(answer.why_not);
  Member& member = member_of(answer.comp_id);
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
  watch_link(member, member_by_comp_id_[answer.comp_id]);
}

void Gateway::Parts::watch_link(Member& member, std::uint64_t index) {
  const int descriptor = member.link_descriptor();
  if (descriptor < 0 || member.link_generation() == link_watched_[index])
    return;
  // Where it was closed, epoll has forgotten it by itself.
  watch(link_bit | index, descriptor, EPOLLIN | EPOLLOUT | EPOLLET, EPOLL_CTL_ADD);
  link_watched_[index] = member.link_generation();
}

void Gateway::Parts::tick() {
  heed_listener(true);
  for (std::size_t i = 0; i < members_.size(); ++i) {
    members_[i]->poll(clocks_);
    members_[i]->tick(clocks_);
    watch_link(*members_[i], i);
  }
  for (auto& [key, client] : clients_) {
    if (!client.member && clocks_.steady_ns >= client.deadline_ns)
      client.connection->finish("it sent no Logon in time");
    const bool congested = client.member && client.member->congested();
    if (!client.wants_to_read && !congested) {
      client.wants_to_read = true;
      watch(key, client.connection->descriptor(), EPOLLIN, EPOLL_CTL_MOD);
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
