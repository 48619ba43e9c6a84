#include "node/control/act_record.hpp"

#include <chrono>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "node/control/control_answers.hpp"
#include "node/json/json_text.hpp"
#include "node/start_refused.hpp"

namespace wirebook::node {

namespace {

std::string time_now() {
  return utc_text(std::chrono::system_clock::now().time_since_epoch() /
                  std::chrono::nanoseconds(1));
}

std::string outcome_of(const ActResult& result) {
  std::string text = result.error;
  if (result.ok() && result.first == result.last)
    text = fmt::format("sequence {}", result.first);
  else if (result.ok())
    text = fmt::format("{} slots, sequences {} to {}", result.slots, result.first, result.last);
  return result.note.empty() ? text : text + "; " + result.note;
}

}  // namespace

ActRecord::ActRecord(const std::string& audit, Log log) : audit_(audit), log_(std::move(log)) {
  const int error =
      audit_.append(fmt::format(R"({{"time":"{}","start":{}}})", time_now(), getpid()));
  if (error == AuditFile::not_regular)
    throw StartRefused(ExitCode::configuration,
                       fmt::format("control.audit: {}: {}", audit, AuditFile::text_of(error)));
  if (error != 0)
    throw std::system_error(error, std::generic_category(), "control.audit: " + audit);
}

std::string ActRecord::append(const std::string& line) const {
  const int error =
      audit_.append(fmt::format(R"({{"time":"{}","act":{},{}}})", time_now(), act_, line));
  return error == 0 ? "" : fmt::format("{}: {}", audit_.path(), AuditFile::text_of(error));
}

std::string ActRecord::begin(const ControlRequest& request, const ControlPeer* peer) {
  ++act_;
  what_ = to_line(request);
  who_ = "schedule";
  std::string by = R"("by":"schedule")";
  if (peer != nullptr) {
    who_ = fmt::format("pid {} uid {}", peer->pid, peer->uid);
    by = fmt::format(R"("pid":{},"uid":{},"gid":{})", peer->pid, peer->uid, peer->gid);
  }
  return append(fmt::format(R"({},"request":{})", by, json_quoted(what_)));
}

void ActRecord::end(const ActResult& result, std::uint32_t trading_day) {
  log_(fmt::format("control: {}: {}: {}", who_, what_, outcome_of(result)));
  if (const std::string error = append(act_fields(result, trading_day)); !error.empty())
    log_("control.audit: " + error);
}

}  // namespace wirebook::node
