#include "node/feed/republisher.hpp"

#include <algorithm>

#include "wirebook/wire/session.hpp"

namespace wirebook::feed {
namespace {

namespace mold = wire::mold;

}  // namespace

void Republisher::on_session(const Alpha<10>& session) {
  send_packed();
  session_ = session;
  first_ = 0;
  ended_ = false;
}

void Republisher::on_message(std::uint64_t number, Bytes message) {
  if (number != first_ + count_)
    on_next(number);
  const std::size_t bytes = sizeof(wire::Big16) + message.size();
  if (sizeof(mold::Header) + bytes > datagram_.size()) {
    ++left_out_;
    return on_next(number + 1);
  }
  if (end_ + bytes > datagram_.size())
    send_packed();
  wire::view<wire::Big16>(datagram_.data() + end_) = static_cast<std::uint16_t>(message.size());
  std::copy(message.begin(), message.end(),
            datagram_.begin() + static_cast<std::ptrdiff_t>(end_ + sizeof(wire::Big16)));
  end_ += bytes;
  ++count_;
}

void Republisher::on_next(std::uint64_t number) {
  send_packed();
  first_ = number;
  end_ = sizeof(mold::Header);
}

void Republisher::on_end() {
  send_packed();
  ended_ = true;
  sent_ = false;  // behind what was sent with it, too
  sent_at_ns_ = 0;
}

void Republisher::flush(std::uint64_t now_ns) {
  send_packed();
  if (!sent_ && (first_ == 0 || now_ns - sent_at_ns_ < heartbeat_ns_))
    return;
  if (!sent_)
    send_bare(ended_ ? mold::count_end_of_session : mold::count_heartbeat);
  sent_at_ns_ = now_ns;
  sent_ = false;
}

void Republisher::send_packed() {
  if (count_ == 0)
    return;
  write_header(first_, count_);
  send_(std::span(datagram_).first(end_));
  sent_ = true;
  first_ += count_;
  count_ = 0;
  end_ = sizeof(mold::Header);
}

void Republisher::send_bare(std::uint16_t count) {
  write_header(first_, count);
  send_(std::span(datagram_).first(sizeof(mold::Header)));
}

void Republisher::write_header(std::uint64_t number, std::uint16_t count) {
  auto& header = wire::view<mold::Header>(datagram_.data());
  header.session = session_;
  header.sequence_number = number;
  header.message_count = count;
}

}  // namespace wirebook::feed
