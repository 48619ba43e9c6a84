// A simulated card that outlives its hosts.
//
// One host at a time has the kernel. When a host dies, its kernel goes on: the card keeps the
// memory that it was given until the kernel has come to rest, by its lease, or because the next
// host stopped it. What the kernel then still accesses there is stray, and counted.
//
// Shapes: hosts connect to a socket. Threads: one a connection, besides the model's; `serve` blocks
// its caller until `stop`. Errors: throws at the start; a host that says nonsense is cut off.
// Cost: a register read is some 40 us. Specification: card_messages.hpp.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "hw-sim/xrt_driver/card_messages.hpp"
#include "hw-sim/xrt_driver/card_model.hpp"

namespace wirebook::hw_sim {

class CardServer {
 public:
  CardServer(std::string path, std::unique_ptr<FrameWire> wire, const CardOptions& options);
  ~CardServer();
  CardServer(const CardServer&) = delete;
  CardServer& operator=(const CardServer&) = delete;

  void serve();
  /// From any thread, or a signal's handler.
  void stop();

 private:
  struct Host {
    int socket = -1;
    std::uint64_t number = 0;
    std::uint32_t process = 0;
    std::atomic<bool> gone = false;
    std::thread thread;
  };

  void attend(Host& host);
  bool carry_out(Host& host, const CardRequest& request, int descriptor);
  CardAnswer acquire(const Host& host);
  CardAnswer map(const Host& host, std::uint64_t address, int descriptor);
  void release(const Host& host);
  void forget_those_gone();

  std::string path_;
  int socket_;
  CardMemory memory_;
  CardModel model_;
  std::list<Host> hosts_;
  std::atomic<bool> stop_ = false;

  std::mutex mutex_;
  const Host* holder_ = nullptr;  // of the kernel
};

}  // namespace wirebook::hw_sim
