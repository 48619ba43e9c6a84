// Cards under XRT: what the program knows of them without linking XRT, which is in a module.
//
// Shapes: an image (xclbin) and a device's number. Threads: see bus.hpp. Errors: `open_xrt_bus`
// throws `CardError` with what is wrong and what to run: module or XRT missing, no such device or
// in use, not an image or not for this card, no kernel of ours in it, host memory not enabled.
// Cost: start-up only; a card's image is loaded if another one is there, which takes seconds.
// Specification: XRT native API, docs of Xilinx XRT 2.13.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "card/bus.hpp"

namespace wirebook::card {

struct XrtOptions {
  std::string image;
  unsigned device = 0;
};

/// What `libwirebook_xrt.so` exports.
class XrtModule {
 public:
  static constexpr std::uint32_t version = 2;

  virtual ~XrtModule() = default;
  [[nodiscard]] virtual std::unique_ptr<Bus> open(const XrtOptions& options) = 0;
};

[[nodiscard]] std::unique_ptr<Bus> open_xrt_bus(const XrtOptions& options);

/// The image that is taken where none is named: the simulated card's in the folder that XILINX_XRT
/// names, or `wirebook.xclbin` beside the program.
[[nodiscard]] std::optional<std::string> find_card_image();

}  // namespace wirebook::card
