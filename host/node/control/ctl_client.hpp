// The other end of the control socket: a line there, a line back.
//
// Shapes: text without line breaks. Threads: one. Errors: std::system_error: no socket, no
// permission, nobody listens, no answer in time. Cost: waits for the answer.
#pragma once

#include <chrono>
#include <string>

namespace wirebook::node {

class CtlClient {
 public:
  CtlClient(const std::string& path, std::chrono::milliseconds patience);
  ~CtlClient();
  CtlClient(const CtlClient&) = delete;
  CtlClient& operator=(const CtlClient&) = delete;

  /// The answer to `line`.
  [[nodiscard]] std::string ask(const std::string& line);

 private:
  std::string path_;
  int file_ = -1;
  std::string received_;
};

}  // namespace wirebook::node
