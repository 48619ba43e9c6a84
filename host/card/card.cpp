#include "card/card.hpp"

namespace wirebook::card {

std::string_view to_string(CardState state) {
  switch (state) {
    case CardState::idle:
      return "idle";
    case CardState::running:
      return "running";
    case CardState::quiescing:
      return "quiescing";
    case CardState::quiesced:
      return "quiesced";
    case CardState::lease_expired:
      return "lease expired";
    case CardState::slot_limit:
      return "slot limit reached";
    case CardState::bad_response:
      return "bad write response";
    case CardState::consumer_beyond:
      return "consumer beyond produced";
    case CardState::lost:
      return "lost";
  }
  return "unknown";
}

}  // namespace wirebook::card
