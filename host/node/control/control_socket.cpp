#include "node/control/control_socket.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace wirebook::node {

namespace {

[[noreturn]] void refuse(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  if (path.size() >= sizeof address.sun_path)
    refuse(ENAMETOOLONG,
           fmt::format("control.socket: {}: at most {} bytes", path, sizeof address.sun_path - 1));
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

/// A socket's file stays when its node is killed.
void take_away(const std::string& path, const sockaddr_un& address) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0)
    return;
  if (!S_ISSOCK(found.st_mode))
    refuse(EEXIST, fmt::format("control.socket: {} is there, and is no socket", path));
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const bool taken =
      connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
      errno == EAGAIN;
  const int error = taken ? 0 : errno;
  close(probe);
  if (taken)
    refuse(EADDRINUSE, fmt::format("control.socket: another node listens on {}", path));
  if (error != ECONNREFUSED)
    refuse(error, fmt::format("control.socket: {}", path));
  unlink(path.c_str());
}

/// -1 leaves it as it is.
uid_t user_id(const std::string& name) {
  if (name.empty())
    return static_cast<uid_t>(-1);
  const passwd* const found = getpwnam(name.c_str());
  if (found == nullptr)
    refuse(ENOENT, fmt::format("control.user: there is no user {}", name));
  return found->pw_uid;
}

gid_t group_id(const std::string& name) {
  if (name.empty())
    return static_cast<gid_t>(-1);
  const group* const found = getgrnam(name.c_str());
  if (found == nullptr)
    refuse(ENOENT, fmt::format("control.group: there is no group {}", name));
  return found->gr_gid;
}

}  // namespace

ControlSocket::ControlSocket(const ControlTable& table) : path_(table.socket) {
  const sockaddr_un address = address_of(path_);
  const uid_t user = user_id(table.user);
  const gid_t group = group_id(table.group);
  take_away(path_, address);
  file_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (file_ < 0)
    refuse(errno, "control.socket");
  const auto fail = [this](const std::string& what, bool made) {
    const int error = errno;
    close(file_);
    if (made)
      unlink(path_.c_str());
    refuse(error, what);
  };
  if (bind(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fail(fmt::format("control.socket: {}", path_), false);
  // Nobody can connect before `listen`: so nobody meets it with another mode or owner.
  if (chown(path_.c_str(), user, group) != 0)
    fail(fmt::format("control.user, control.group: {}", path_), true);
  if (chmod(path_.c_str(), table.mode) != 0)
    fail(fmt::format("control.mode: {}", path_), true);
  struct stat made {};
  if (lstat(path_.c_str(), &made) != 0 || listen(file_, 16) != 0)
    fail(fmt::format("control.socket: {}", path_), true);
  device_ = made.st_dev;
  inode_ = made.st_ino;
}

ControlSocket::~ControlSocket() {
  close(file_);
  struct stat found {};
  if (lstat(path_.c_str(), &found) == 0 && found.st_dev == device_ && found.st_ino == inode_)
    unlink(path_.c_str());
}

int ControlSocket::accept(ControlPeer& peer) const {
  const int file = accept4(file_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (file < 0)
    return -1;
  ucred who{};
  socklen_t bytes = sizeof who;
  if (getsockopt(file, SOL_SOCKET, SO_PEERCRED, &who, &bytes) != 0) {
    close(file);
    return -1;
  }
  peer = {.pid = who.pid, .uid = who.uid, .gid = who.gid};
  return file;
}

}  // namespace wirebook::node
