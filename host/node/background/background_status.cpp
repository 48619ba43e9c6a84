#include "node/background/background_status.hpp"

#include <fmt/format.h>

namespace wirebook::node {

namespace {

std::string_view state_name(BackgroundState state) {
  constexpr std::array<std::string_view, 5> names{"opening", "playing", "played to its end",
                                                  "out of order numbers", "failed"};
  return names[static_cast<std::size_t>(state)];
}

}  // namespace

std::string background_text(const BackgroundStatus& status) {
  using enum BackgroundCount;
  std::string text = fmt::format(
      "  background   {}: {} messages, {} skipped, {} malformed; {} adds, {} cancels, {} replaces, "
      "{} executions\n",
      state_name(status.state), status[messages], status[skipped], status.malformed, status[adds],
      status[cancels], status[replaces], status[executions]);
  if (!status.error.empty())
    text += fmt::format("               {}\n", status.error);
  text += fmt::format("               {} shares traded as recorded, {} orders live there\n",
                      status[recorded_shares], status.live_orders);
  if (status.divergence() == 0 && status.reports_lost == 0)
    return text + "               as recorded\n";
  text += "  diverged from the recording\n";
  for (auto i = static_cast<std::size_t>(background_divergence_first); i < status.counts.size();
       ++i)
    if (status.counts[i] != 0)
      text += fmt::format("    {:<26} {}\n", to_string(static_cast<BackgroundCount>(i)),
                          status.counts[i]);
  if (status.reports_lost != 0)
    text += fmt::format("    {:<26} {}\n", "reports_lost", status.reports_lost);
  return text;
}

}  // namespace wirebook::node
