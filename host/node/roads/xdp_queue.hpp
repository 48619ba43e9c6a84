// One receive queue of an interface, as an AF_XDP socket with memory of its own.
//
//   the kernel, or the device ──► frames in our memory ──► parsed there ──► given back
//
// Shapes: frames of 2 KiB. Threads: made by any, polled by one and the same. Errors:
// std::system_error with what to do. Cost: no system call where frames are there; a frame's first
// line is fetched ahead of its turn. Specification: Documentation/networking/af_xdp.rst.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <xdp/xsk.h>

#include "node/config/config.hpp"
#include "node/roads/frame_reader.hpp"
#include "slot_ring/memory.hpp"

namespace wirebook::node {

class XdpQueue {
 public:
  static constexpr std::size_t frame_bytes = 2048;

  XdpQueue(const AfXdpTable& config, std::uint32_t queue);
  XdpQueue(const XdpQueue&) = delete;
  XdpQueue& operator=(const XdpQueue&) = delete;

  /// From now on the thread that polls drives the device's queue, where the kernel lets us.
  /// Empty, or why not.
  [[nodiscard]] std::string drive(std::uint32_t busy_poll_us, std::uint32_t batch);
  /// Lets the redirect program find it.
  void enter_in(int sockets);

  std::size_t poll(const FrameReader& reader, DatagramSink& sink, std::size_t max) noexcept;

  [[nodiscard]] int descriptor() const { return xsk_socket__fd(socket_.get()); }
  [[nodiscard]] bool is_zero_copy() const;
  [[nodiscard]] std::uint64_t dropped() const noexcept;

 private:
  struct FreeUmem {
    void operator()(xsk_umem* umem) const { xsk_umem__delete(umem); }
  };
  struct FreeSocket {
    void operator()(xsk_socket* socket) const { xsk_socket__delete(socket); }
  };

  /// 0, or the negated errno.
  int open(const AfXdpTable& config);
  void fill();
  void wake() noexcept;

  const std::uint32_t queue_;
  const std::uint32_t frames_;
  slot_ring::Memory memory_;
  xsk_ring_prod fill_{};
  xsk_ring_cons completed_{};  // of sending, which we do not
  xsk_ring_cons received_{};
  std::unique_ptr<xsk_umem, FreeUmem> umem_;
  std::unique_ptr<xsk_socket, FreeSocket> socket_;
  bool drives_ = false;
};

}  // namespace wirebook::node
