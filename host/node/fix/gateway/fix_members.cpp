#include "node/fix/gateway/fix_members.hpp"

#include <utility>

namespace wirebook::fix {

namespace {

MemberOptions options_of(const node::NodeConfig& config, node::Endpoint order_entry,
                         std::function<void(const std::string&)> on_line) {
  MemberOptions options;
  options.order_entry = order_entry;
  options.sender = config.fix.comp_id;
  options.store = config.fix.store;
  options.log_messages = config.fix.log_messages;
  options.logon_timeout_ms = config.fix.logon_timeout_ms;
  options.utc_offset_minutes = config.clock.utc_offset_minutes;
  options.translator = {.names_max = config.fix.orders, .trades_max = config.engine.trades};
  options.on_line = std::move(on_line);
  return options;
}

}  // namespace

Members::Members(const node::NodeConfig& config, node::Endpoint order_entry, const Poller& poller,
                 std::function<void(const std::string&)> on_line)
    : options_(options_of(config, order_entry, std::move(on_line))), poller_(&poller) {}

Member& Members::of(const std::string& comp_id) {
  const auto [found, fresh] = by_comp_id_.emplace(comp_id, known_.size());
  if (fresh) {
    MemberOptions options = options_;
    options.target = comp_id;
    known_.push_back({std::make_unique<Member>(std::move(options))});
  }
  return *known_[found->second].member;
}

void Members::on_link(std::uint64_t key, const Clocks& clocks) {
  const auto index = static_cast<std::size_t>(key & ~link_bit);
  known_[index].member->poll(clocks);
  watch(index);
}

void Members::watch(Member& member) { watch(by_comp_id_.at(member.name())); }

void Members::watch(std::size_t index) {
  Known& known = known_[index];
  const int descriptor = known.member->link_descriptor();
  if (descriptor < 0 || known.member->link_generation() == known.watched)
    return;
  // Where it was closed, epoll has forgotten it by itself.
  poller_->add(link_bit | index, descriptor, EPOLLIN | EPOLLOUT | EPOLLET);
  known.watched = known.member->link_generation();
}

void Members::tick(const Clocks& clocks) {
  for (std::size_t i = 0; i < known_.size(); ++i) {
    known_[i].member->poll(clocks);
    known_[i].member->tick(clocks);
    watch(i);
  }
}

void Members::log_out(const std::string& why, const Clocks& clocks) {
  for (const Known& known : known_) {
    known.member->poll(clocks);  // what the node's day ended with
    known.member->log_out(why, clocks);
  }
}

}  // namespace wirebook::fix
