// The control's Unix socket: who may connect is a matter of its file.
//
// Shapes: a path, mode, owner. Threads: one. Errors: std::system_error with a text that names the
// key: a path that is too long or no socket, one that another node listens on, an owner that cannot
// be set. What a node that ended left there is taken away. Cost: start-up only.
#pragma once

#include <cstdint>
#include <string>

#include "node/config/config.hpp"

namespace wirebook::node {

/// Who is at the other end, as the kernel says.
struct ControlPeer {
  std::int64_t pid = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

class ControlSocket {
 public:
  explicit ControlSocket(const ControlTable& table);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  [[nodiscard]] int descriptor() const { return file_; }
  /// A descriptor that does not block, or -1.
  [[nodiscard]] int accept(ControlPeer& peer) const;

 private:
  std::string path_;
  int file_ = -1;
  std::uint64_t device_ = 0;  ///< of the file, as it was made
  std::uint64_t inode_ = 0;
};

}  // namespace wirebook::node
