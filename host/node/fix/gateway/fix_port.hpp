// The gateway's descriptors: the port that clients come to, and all that one thread waits for.
//
// Shapes: a key for whatever is waited for. Threads: one; `wake` from any. Errors: constructors
// throw std::system_error; a host without descriptors lets clients wait. Cost: a system call each.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <sys/epoll.h>

#include "node/config/config.hpp"

namespace wirebook::fix {

/// A descriptor that is closed.
class OwnedDescriptor {
 public:
  /// Throws, with errno, if it is none.
  OwnedDescriptor(int descriptor, const char* what);
  ~OwnedDescriptor();
  OwnedDescriptor(const OwnedDescriptor&) = delete;
  OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

class Poller {
 public:
  /// What `wake` brings.
  static constexpr std::uint64_t wake_key = ~std::uint64_t{0};

  Poller();

  void add(std::uint64_t key, int descriptor, std::uint32_t events) const {
    control(EPOLL_CTL_ADD, key, descriptor, events);
  }
  void change(std::uint64_t key, int descriptor, std::uint32_t events) const {
    control(EPOLL_CTL_MOD, key, descriptor, events);
  }
  void remove(int descriptor) const { control(EPOLL_CTL_DEL, 0, descriptor, 0); }
  /// Those of `events` that came.
  [[nodiscard]] std::span<const epoll_event> wait(std::span<epoll_event> events, int wait_ms) const;
  void wake() const;
  /// From here on nothing does.
  void forget_wake() const { remove(wake_.get()); }

 private:
  void control(int operation, std::uint64_t key, int descriptor, std::uint32_t events) const;

  OwnedDescriptor epoll_;
  OwnedDescriptor wake_;
};

class Port {
 public:
  struct Client {
    int descriptor;
    node::Endpoint peer;
  };

  Port(node::Endpoint listen, const Poller& poller, std::uint64_t key);

  [[nodiscard]] node::Endpoint address() const { return address_; }
  /// Who waits; nobody does, or none can be had: then nobody is looked for until `heed`.
  [[nodiscard]] std::optional<Client> accept();
  void heed(bool heed);
  void close() const { poller_->remove(listener_.get()); }

 private:
  const Poller* poller_;
  const std::uint64_t key_;
  OwnedDescriptor listener_;
  node::Endpoint address_{};
  bool heeds_ = true;
};

}  // namespace wirebook::fix
