#include "hw-sim/xrt_driver/card_link.hpp"

namespace wirebook::hw_sim {

std::unique_ptr<CardLink> open_card(unsigned index) { return make_local_card(index); }

}  // namespace wirebook::hw_sim
