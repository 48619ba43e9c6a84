#include <cstdlib>

#include "hw-sim/xrt_driver/card_link.hpp"

namespace wirebook::hw_sim {

std::unique_ptr<CardLink> open_card(unsigned index) {
  const char* path = std::getenv("WIREBOOK_SIM_CARD");
  return path == nullptr || *path == '\0' ? make_local_card(index) : make_remote_card(path);
}

}  // namespace wirebook::hw_sim
