// What goes out on many TCP connections at once: each write is gathered from where its bytes lie,
// and none of them waits.
//
// Two ways: io_uring (one system call for all connections), and sendmsg for each where that is
// refused, or where there is only one.
//
// Shapes: iovecs, which may be reused when `send` returns. Threads: made by any, used by one.
// Errors: `result` of each; `make_io_uring_stream_port` throws std::system_error where the host
// refuses. Cost: one system call a batch; the kernel's copy is the only one.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <sys/uio.h>

#include "node/config/config.hpp"

namespace wirebook::node::soup {

struct StreamWrite {
  int socket = -1;
  std::span<iovec> vectors;
  std::ptrdiff_t result = 0;  ///< how many bytes were taken; -EAGAIN: none now; other errors: over
};

class StreamPort {
 public:
  /// So many iovecs at most for one write.
  static constexpr std::size_t vectors_max = 256;

  virtual ~StreamPort() = default;
  virtual void send(std::span<StreamWrite> writes) noexcept = 0;
  [[nodiscard]] virtual std::string_view name() const = 0;
};

[[nodiscard]] std::unique_ptr<StreamPort> make_io_uring_stream_port();
[[nodiscard]] std::unique_ptr<StreamPort> make_plain_stream_port();

/// io_uring where the host lets us, unless `path` says otherwise; it never throws for that.
[[nodiscard]] std::unique_ptr<StreamPort> choose_stream_port(
    ReceivePath path = ReceivePath::automatic);

}  // namespace wirebook::node::soup
