// A QuickFIX initiator, as a member firm would run it, behind an interface without QuickFIX.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "node/fix/fix_message.hpp"

namespace wirebook {
namespace fix {

class QuickFixClient {
 public:
  struct Options {
    Version version;
    std::string comp_id;
    std::string password;
    int port;
    std::string store;  ///< directory
  };
  explicit QuickFixClient(const Options& options);
  ~QuickFixClient();
  QuickFixClient(const QuickFixClient&) = delete;
  QuickFixClient& operator=(const QuickFixClient&) = delete;

  bool wait_for_logon(int patience_ms = 50000);
  bool send(const Message& message);
  /// All that came so far, when it is `count` or more; fewer if no more come.
  std::vector<Message> heard(std::size_t count, int patience_ms = 50000);
  /// Logs out and stops.
  void stop();
  /// Stops without a word.
  void drop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace fix
}  // namespace wirebook
