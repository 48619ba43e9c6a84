#include "hw-sim/xrt_driver/card_server.hpp"

#include <cerrno>
#include <chrono>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wirebook::hw_sim {
namespace {

using Kind = CardRequest::Kind;

constexpr std::uint64_t window_bytes = std::uint64_t{1} << 37;  // on the bus, for each host

CardAnswer refusal(int error, const std::string& why) {
  CardAnswer answer{.error = error};
  fmt::format_to_n(answer.text.data(), answer.text.size() - 1, "{}", why);
  return answer;
}

bool hung_up(int socket) {
  pollfd state{.fd = socket, .events = 0, .revents = 0};
  return poll(&state, 1, 0) > 0 && (state.revents & POLLHUP) != 0;
}

}  // namespace

CardServer::CardServer(std::string path, std::unique_ptr<FrameWire> wire,
                       const CardOptions& options)
    : path_(std::move(path)),
      socket_(listen_at(path_)),
      model_(memory_, std::move(wire), options) {}

CardServer::~CardServer() {
  stop();
  for (Host& host : hosts_)
    shutdown(host.socket, SHUT_RDWR);
  for (Host& host : hosts_) {
    host.thread.join();
    close(host.socket);
  }
  close(socket_);
  unlink(path_.c_str());
}

void CardServer::serve() {
  for (std::uint64_t number = 1; !stop_; ++number) {
    const int socket = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0)
      continue;
    forget_those_gone();
    Host& host = hosts_.emplace_back();
    host.socket = socket;
    host.number = number;
    host.thread = std::thread([this, &host] { attend(host); });
  }
}

void CardServer::stop() {
  stop_ = true;
  shutdown(socket_, SHUT_RDWR);
}

void CardServer::forget_those_gone() {
  for (auto host = hosts_.begin(); host != hosts_.end();) {
    if (!host->gone) {
      ++host;
      continue;
    }
    host->thread.join();
    close(host->socket);
    host = hosts_.erase(host);
  }
}

void CardServer::attend(Host& host) {
  CardRequest request;
  int descriptor = -1;
  while (receive_request(host.socket, request, descriptor) &&
         carry_out(host, request, descriptor)) {
  }
  const std::uint64_t rests = model_.rests();
  release(host);
  while (!stop_ && model_.rests() == rests)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  memory_.unmap_all_of(host.number);
  host.gone = true;
}

/// False: the host is gone, or talks nonsense.
bool CardServer::carry_out(Host& host, const CardRequest& request, int descriptor) {
  const bool holds = [&] {
    const std::scoped_lock lock(mutex_);
    return holder_ == &host;
  }();
  switch (request.kind) {
    case Kind::hello:
      host.process = request.value;
      return send_answer(host.socket, {.address = host.number * window_bytes});
    case Kind::acquire:
      return send_answer(host.socket, acquire(host));
    case Kind::release:
      release(host);
      return true;
    case Kind::read:
      return send_answer(host.socket,
                         {.value = holds ? model_.read(request.offset) : ~std::uint32_t{0}});
    case Kind::write:
      if (holds)
        model_.write(request.offset, request.value);
      return true;
    case Kind::map:
      return send_answer(host.socket, map(host, request.address, descriptor));
    case Kind::unmap:
      memory_.unmap(request.address, host.number);
      return send_answer(host.socket, {});
  }
  return false;
}

CardAnswer CardServer::acquire(const Host& host) {
  std::unique_lock lock(mutex_);
  while (holder_ != nullptr && holder_ != &host && hung_up(holder_->socket)) {
    lock.unlock();  // what it has asked for is still being carried out
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    lock.lock();
  }
  if (holder_ != nullptr && holder_ != &host)
    return refusal(EBUSY,
                   fmt::format("the card at {} is in use by process {}", path_, holder_->process));
  holder_ = &host;
  return {};
}

void CardServer::release(const Host& host) {
  const std::scoped_lock lock(mutex_);
  if (holder_ == &host)
    holder_ = nullptr;
}

CardAnswer CardServer::map(const Host& host, std::uint64_t address, int descriptor) {
  if (descriptor < 0)
    return refusal(EBADF, "memory without a descriptor");
  try {
    if (memory_.map(address, SharedMemory::open(descriptor), host.number))
      return {};
    return refusal(EEXIST, "memory where there is some");
  } catch (const std::exception& error) {
    return refusal(EINVAL, error.what());
  }
}

}  // namespace wirebook::hw_sim
