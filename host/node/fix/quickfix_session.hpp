// One FIX session: numbers, heartbeats, resend and what is kept for it are QuickFIX's.
//
//   connection ──bytes of one message──► Session ──► on_message            send ──► Session ──►
//   bytes
//
// QuickFIX's headers do not compile as C++17 or later, so this border is C++14 and names nothing of
// it. Its sockets are not used: they bound neither what a peer may make it keep nor, by select(),
// the numbers of the descriptors.
//
// Shapes: raw messages with their framing, whole and one at a time; application messages as
// fix::Message. Threads: one; several sessions may share it. Errors: the constructor throws
// std::runtime_error where the store cannot be; afterwards what is wrong with a peer ends as FIX
// says, or by `disconnect`. Cost: QuickFIX's; it allocates. Specification: FIX 4.4; FIXT 1.1.
#pragma once

#include <memory>
#include <string>

#include "node/fix/fix_message.hpp"

namespace wirebook {
namespace fix {

struct SessionOptions {
  Version version = Version::fix44;
  std::string sender;           ///< our CompID
  std::string target;           ///< the peer's
  std::string store;            ///< directory of numbers and messages; empty: in memory only
  int utc_offset_minutes = 0;   ///< numbers start again at this zone's midnight
  bool log_messages = false;    ///< to `on_line`; passwords are covered
  int queued_max = 5'000;       ///< messages of a connection that came too early
  int resend_at_once = 1'000;   ///< of what a peer asks for again
  int scan_back_max = 200'000;  ///< stored messages that `last_exec_id` looks at
};

/// Whom a session tells.
class SessionUser {
 public:
  SessionUser() = default;
  SessionUser(const SessionUser&) = delete;
  SessionUser& operator=(const SessionUser&) = delete;
  virtual ~SessionUser() = default;

  virtual void on_logon() = 0;
  virtual void on_logout() = 0;
  virtual void on_message(const Message& message) = 0;
  /// For the log.
  virtual void on_line(const std::string& line) = 0;
  /// To the peer.
  virtual void send_bytes(const std::string& bytes) = 0;
  virtual void disconnect() = 0;
};

class Session {
 public:
  /// `user` outlives it.
  Session(const SessionOptions& options, SessionUser& user);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// A connection stands; its first message is a Logon that somebody has looked at.
  void connected();
  /// The connection is gone.
  void lost();
  void receive(const std::string& bytes);
  /// Heartbeats and timeouts; several times a second.
  void tick();
  /// The peer has asked for something again since the last tick: enough for now.
  bool resent() const;
  /// The rest of what the peer asked for again, a part at a time; false if there is none.
  bool resend_more();
  /// False: it was not kept, so it was not sent either; or nobody is logged on.
  bool send(const Message& message);
  void log_out(const std::string& why);
  bool logged_on() const;
  /// The ExecID that was sent last and begins with `prefix`; empty if none is kept.
  std::string last_exec_id(const std::string& prefix) const;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace fix
}  // namespace wirebook
