#include "node/sockets/ingress_stage.hpp"

#include "node/host_slots.hpp"

namespace wirebook::node {

namespace {

constexpr std::size_t injected_per_poll = 64;
constexpr std::size_t pieces_per_poll = 64;
constexpr std::uint32_t polls_of_first_max = 4;
constexpr std::uint64_t keep_time_every_ns = ns_per_ms;
/// At the end: what clients sent before is still taken, but a flood does not keep the node alive.
constexpr std::uint32_t last_polls_max = 256;

}  // namespace

IngressStage::IngressStage(const Parts& parts)
    : clock_(&parts.clock),
      receiver_(&parts.receiver),
      inject_(&parts.inject),
      ring_(&parts.ring),
      ending_(&parts.ending),
      writer_(parts.ring),
      order_entry_(parts.config, writer_, parts.controls),
      soup_port_(parts.soup),
      batch_(parts.config.order_entry.batch),
      idle_ns_(parts.config.clock.idle_ms * ns_per_ms) {
  if (soup_port_ != nullptr)
    soup_.emplace(parts.config, soup_port_->server(), soup_port_->connections(), order_entry_);
}

bool IngressStage::poll() noexcept {
  if (finished())
    return false;
  steady_ns_ = clock_->steady_ns();
  if (ending_->ingress.load(std::memory_order_relaxed))
    return poll_behind_the_end();
  const std::size_t injected = inject_->used() == 0 ? 0 : drain_inject(clock_->day());
  const bool ends = ending_->wanted.load(std::memory_order_acquire);
  order_entry_.refuse_orders(ending_->orders_refused.load(std::memory_order_relaxed));
  // What was injected before the start comes first, and can be more than one poll moves.
  opened_ = opened_ || inject_->used() == 0;
  const bool listens = opened_ && !closing_pushed_;
  const std::size_t received = listens ? receive() : 0;
  if (received + injected != 0)
    note_use();
  if (steady_ns_ >= keep_time_at_ns_)
    keep_time(steady_ns_);
  if (ends)
    wind_up(received != 0);
  const bool worked = ends || received + injected != 0;
  if (!worked)
    heed_soup(listens);
  return worked;
}

/// Before a thread may sleep.
void IngressStage::heed_soup(bool listens) noexcept {
  if (soup_)
    soup_port_->heed(listens && soup_->listens());
}

/// What clients ask for is handed on as long as wire_out answers; then the port is given back.
bool IngressStage::poll_behind_the_end() noexcept {
  if (ending_->wire_out.load(std::memory_order_acquire)) {
    receiver_->finish();
    over_ = true;
    return false;
  }
  heed_soup(false);
  return !receiver_->can_wait() && receiver_->poll(*this, batch_) != 0;
}

/// First by the way that the last ones came, as the next ones mostly do. What has come goes on its
/// way before the other is asked too, but not for long.
std::size_t IngressStage::receive() noexcept {
  if (!soup_)
    return receive_datagrams();
  const std::size_t first = soup_first_ ? receive_streams() : receive_datagrams();
  if (first != 0 && ++polls_of_first_ < polls_of_first_max)
    return first;
  polls_of_first_ = 0;
  const std::size_t second = soup_first_ ? receive_datagrams() : receive_streams();
  soup_first_ = soup_first_ != (second != 0);
  return first + second;
}

std::size_t IngressStage::receive_streams() noexcept {
  return soup_->poll(pieces_per_poll, {clock_->day(), steady_ns_});
}

/// What can wait is taken only while there is room for whatever it may be.
std::size_t IngressStage::receive_datagrams() noexcept {
  std::size_t most = batch_;
  if (receiver_->can_wait()) {
    while (most != 0 &&
           !(writer_.has_credit(most * node_ring_slots_min) && order_entry_.takes_all(most)))
      most /= 2;
    if (most == 0)
      return 0;
  }
  return receiver_->poll(*this, most);
}

void IngressStage::on_datagram(std::span<const std::byte> bytes, Endpoint source) noexcept {
  order_entry_.on_datagram(bytes, source, {clock_->day(), steady_ns_});
}

bool IngressStage::on_known_client(const Alpha<6>& username, Endpoint source) noexcept {
  return order_entry_.on_known_client(username, source, {clock_->day(), steady_ns_});
}

std::size_t IngressStage::drain_inject(TimeNs now) noexcept {
  order_entry_.flush_gap(now);
  return inject_->drain(writer_, now, injected_per_poll);
}

void IngressStage::keep_time(std::uint64_t steady_ns) noexcept {
  keep_time_at_ns_ = steady_ns + keep_time_every_ns;
  const TimeNs day = clock_->day();
  order_entry_.flush_gap(day);
  order_entry_.expire({day, steady_ns});
  if (soup_)
    soup_->expire({day, steady_ns});
  order_entry_.attend_desk({day, steady_ns});
  if (const std::uint64_t drops = receiver_->dropped(); drops > kernel_drops_) {
    order_entry_.on_kernel_drops(drops - kernel_drops_);
    kernel_drops_ = drops;
  }
  if (writer_.sequence() != quiet_sequence_) {
    quiet_sequence_ = writer_.sequence();
    quiet_since_ns_ = steady_ns;
  } else if (steady_ns - quiet_since_ns_ >= idle_ns_ && !closing_pushed_) {
    quiet_since_ns_ = steady_ns;
    inject_->push(clock_slot());  // no room: then there is traffic, and no need
  }
}

void IngressStage::wind_up(bool received) noexcept {
  if (ending_->cut.load(std::memory_order_acquire))
    return end();
  if (!closing_pushed_) {
    if (received && ++last_polls_ < last_polls_max)
      return;
    // The end of the day, so that clients hear the last of it before their sessions end.
    closing_pushed_ = push_closing_events(*inject_, *ending_);
    return;
  }
  if (inject_->used() != 0)
    return;
  order_entry_.flush_gap(clock_->day());
  end();
}

void IngressStage::end() noexcept {
  order_entry_.close();
  ending_->ingress.store(true, std::memory_order_release);
}

void IngressStage::note_use() noexcept {
  if (const std::uint64_t used = ring_->used(); used > used_max_.load(std::memory_order_relaxed))
    used_max_.store(used, std::memory_order_relaxed);
}

}  // namespace wirebook::node
