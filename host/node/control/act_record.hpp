// Who asked for what, and what came of it: in the audit, and in the program's log.
//
// Shapes: see audit_file.hpp; an act has two lines there, and one in the log. Threads: one. Errors:
// texts. Cost: two writes and two syncs an act.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "node/control/audit_file.hpp"
#include "node/control/control_request.hpp"
#include "node/control/control_socket.hpp"
#include "node/control/venue_acts.hpp"

namespace wirebook::node {

class ActRecord {
 public:
  using Log = std::function<void(const std::string& line)>;

  /// Throws where the audit is refused: whoever cannot keep one finds out before the first act.
  ActRecord(const std::string& audit, Log log);

  /// The next act. `peer` null: the schedule asks for it. Empty, or why the audit does not have it.
  [[nodiscard]] std::string begin(const ControlRequest& request, const ControlPeer* peer);
  void end(const ActResult& result, std::uint32_t trading_day);

 private:
  [[nodiscard]] std::string append(const std::string& line) const;

  const AuditFile audit_;
  const Log log_;
  std::uint64_t act_ = 0;
  std::string who_;  ///< asked for the act that is under way …
  std::string what_;
};

}  // namespace wirebook::node
