#include "card/xrt_bus.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "card/module.hpp"

namespace wirebook::card {

std::unique_ptr<Bus> open_xrt_bus(const XrtOptions& options) {
  return load<XrtModule>("wirebook_xrt", "wirebook_xrt_module",
                         "cards need XRT: apt install libxrt1, and libxrt-dev and uuid-dev to "
                         "build this module")
      .open(options);
}

std::optional<std::string> find_card_image() {
  namespace fs = std::filesystem;
  std::error_code error;
  if (const char* const xrt = std::getenv("XILINX_XRT"); xrt != nullptr)
    if (const fs::path image = fs::path(xrt) / "wirebook_user_managed.xclbin";
        fs::exists(image, error))
      return image.string();
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (const fs::path image = program.parent_path() / "wirebook.xclbin"; fs::exists(image, error))
    return image.string();
  return std::nullopt;
}

}  // namespace wirebook::card
