#include "node/market/market_stage.hpp"

#include <utility>

#include <fmt/format.h>

#include "node/sockets/endpoint.hpp"
#include "wire_in/message_blocks.hpp"

namespace wirebook::node {

namespace {

constexpr int socket_buffer_bytes = 4 << 20;
/// Of datagrams from wire_out, between two looks at everything else.
constexpr std::size_t datagrams_per_poll = 256;
constexpr std::uint64_t last_words_ns = 1'000 * ns_per_ms;

}  // namespace

MarketStage::MarketStage(Parts parts)
    : config_(&parts.config),
      clock_(&parts.clock),
      tap_(&parts.tap),
      log_(std::move(parts.log)),
      ending_(&parts.ending),
      rerequests_(parts.config.market_data, parts.seed, counters_) {
  if (config_->market_data.rerequest)
    open_rerequest();
  open_servers();
}

void MarketStage::open_servers() {
  if (const FeedServerConfig& config = config_->market_data_tcp; config.listen) {
    stream_ = std::make_unique<FeedStream>(log_->history(), config.connections);
    stream_server_ = std::make_unique<FeedServer>(config, *config_, *stream_, counters_, notices_);
    addresses_.market_data_tcp = stream_server_->local();
  }
  if (const FeedServerConfig& config = config_->glimpse; config.listen) {
    glimpse_ = std::make_unique<Glimpse>(*log_, config.connections, counters_);
    glimpse_server_ =
        std::make_unique<FeedServer>(config, *config_, *glimpse_, counters_, notices_);
    addresses_.glimpse = glimpse_server_->local();
  }
}

void MarketStage::open_rerequest() {
  rerequest_socket_.ask_for_buffers(socket_buffer_bytes);
  rerequest_socket_.bind(*config_->market_data.rerequest);
  addresses_.rerequest = rerequest_socket_.local();
  rerequest_receiver_ = make_recvmmsg_receiver(rerequest_socket_.descriptor());
  answer_.resize(batch);
  headers_.resize(batch);
  for (std::size_t i = 0; i != batch; ++i) {
    answer_[i].vector.iov_base = answer_[i].bytes.data();
    headers_[i].msg_hdr = {.msg_name = &answer_[i].to,
                           .msg_namelen = sizeof(sockaddr_in),
                           .msg_iov = &answer_[i].vector,
                           .msg_iovlen = 1};
  }
}

bool MarketStage::poll() noexcept {
  if (finished_)
    return false;
  // Before the tap is looked at, so that nothing from before it is missed.
  const bool ends = ending_->wire_out.load(std::memory_order_acquire);
  now_ns_ = clock_->steady_ns();
  const bool has_more = take_messages();
  bool worked = has_more;
  worked |= take_requests();
  worked |= poll_servers();
  if (ends && !has_more)  // whatever anybody still asks
    finished_ = look_at_end(ending_->cut.load(std::memory_order_acquire) || tap_->is_behind());
  return worked;
}

template <class Function>
void MarketStage::for_each_server(Function&& function) const {
  for (const auto& server : {stream_server_.get(), glimpse_server_.get()})
    if (server != nullptr)
      function(*server);
}

bool MarketStage::poll_servers() noexcept {
  bool worked = false;
  for_each_server([&](FeedServer& server) { worked |= server.poll(now_ns_); });
  if (glimpse_)
    glimpse_->look_at_time(now_ns_);
  if (stream_server_)
    tap_->want_bell(stream_server_->has_clients());
  return worked;
}

/// Everything has come that will come. Who has it hears that it is over; who takes too long does
/// not. Where the day was cut short, or its end never came here, nobody hears that it is over.
bool MarketStage::look_at_end(bool is_cut) noexcept {
  if (give_up_at_ns_ == 0) {
    give_up_at_ns_ = now_ns_ + last_words_ns;
    for_each_server([&](FeedServer& server) { server.end(!is_cut); });
  }
  if (now_ns_ >= give_up_at_ns_)
    for_each_server([](FeedServer& server) { server.close_all(); });
  bool is_empty = true;
  for_each_server([&](const FeedServer& server) { is_empty &= server.is_empty(); });
  return is_empty || now_ns_ >= give_up_at_ns_ + last_words_ns;
}

bool MarketStage::take_messages() noexcept {
  std::size_t taken = 0;
  for (; taken != datagrams_per_poll; ++taken) {
    const std::optional<MarketTap::Messages> messages = tap_->front();
    if (!messages)
      break;
    std::uint64_t number = messages->first;
    if (number != log_->history().next())
      counters_.add(MarketCount::gaps);
    log_->expect(number);
    wire_in::MessageBlocks blocks(messages->blocks);
    std::span<const std::byte> message;
    for (; blocks.next(message); ++number)
      log_->on_message(number, message);
    counters_.add(MarketCount::messages, number - messages->first);
    tap_->pop();
  }
  kept_.store(log_->history().next() - log_->history().first(), std::memory_order_relaxed);
  return taken != 0;
}

bool MarketStage::take_requests() noexcept {
  if (rerequest_receiver_ == nullptr)
    return false;
  const std::size_t taken = rerequest_receiver_->poll(*this, batch);
  answer_waiting();
  send_answers();
  return taken != 0;
}

void MarketStage::on_datagram(std::span<const std::byte> bytes, Endpoint source) noexcept {
  add_answer(rerequests_.answer(bytes, source, now_ns_, log_->history(), next_answer().bytes),
             source);
}

void MarketStage::answer_waiting() noexcept {
  std::size_t at = 0;
  Endpoint source{};
  while (const std::size_t size =
             rerequests_.answer_waiting(at, source, now_ns_, log_->history(), next_answer().bytes))
    add_answer(size, source);
}

MarketStage::Answer& MarketStage::next_answer() noexcept {
  if (answers_ == batch)
    send_answers();
  return answer_[answers_];
}

void MarketStage::add_answer(std::size_t size, Endpoint source) noexcept {
  if (size == 0)
    return;
  Answer& answer = answer_[answers_];
  answer.to = to_sockaddr(source);
  answer.vector.iov_len = size;
  ++answers_;
}

void MarketStage::send_answers() noexcept {
  if (answers_ == 0)
    return;
  const std::size_t sent = rerequest_socket_.send(std::span(headers_).first(answers_));
  counters_.add(MarketCount::rerequests_unsent, answers_ - sent);
  answers_ = 0;
}

std::vector<int> MarketStage::descriptors() const {
  std::vector<int> descriptors;
  if (rerequest_receiver_)
    descriptors.push_back(rerequest_receiver_->descriptor());
  for_each_server([&](const FeedServer& server) { descriptors.push_back(server.descriptor()); });
  return descriptors;
}

std::vector<std::string> MarketStage::lines() const {
  std::vector<std::string> lines;
  if (addresses_.rerequest)
    lines.push_back(
        fmt::format("market data: re-requests on {}", to_string(*addresses_.rerequest)));
  if (addresses_.market_data_tcp)
    lines.push_back(fmt::format("market data: ITCH over SoupBinTCP on {}",
                                to_string(*addresses_.market_data_tcp)));
  if (addresses_.glimpse)
    lines.push_back(fmt::format("market data: GLIMPSE on {}", to_string(*addresses_.glimpse)));
  return lines;
}

}  // namespace wirebook::node
