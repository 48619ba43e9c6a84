#include "card/xrt/image_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include <xclbin.h>

#include "card/bus.hpp"

namespace wirebook::card {

namespace {

constexpr const char* how_to_get_one =
    "; `make -C board` builds a card's, `./dev build` that of the simulated card";

void check_is_image(const std::string& file) {
  if (file.empty())
    throw CardError(std::string("no image of a card is named, and there is none to be found: give "
                                "one by --card FILE.xclbin") +
                    how_to_get_one);
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw CardError(file + " cannot be read: there is no such image" + how_to_get_one);
  axlf image{};
  in.read(reinterpret_cast<char*>(&image), sizeof image);
  if (std::string_view(image.m_magic, sizeof image.m_magic).substr(0, 7) != "xclbin2")
    throw CardError(file + " is no image of a card: an xclbin begins with \"xclbin2\"" +
                    how_to_get_one);
  // XRT believes the lengths that it reads.
  if (const auto size = std::filesystem::file_size(file); !in || image.m_header.m_length != size)
    throw CardError(file + " is no whole image: it has " + std::to_string(size) +
                    " bytes and says otherwise" + how_to_get_one);
}

/// An instance is called kernel:instance.
bool is_of(const xrt::xclbin::ip& ip, std::string_view kernel) {
  const std::string name = ip.get_name();
  return std::string_view(name).substr(0, name.find(':')) == kernel;
}

std::optional<std::uint32_t> find_host_bank(const xrt::xclbin& image) {
  for (const xrt::xclbin::mem& memory : image.get_mems())
    if (memory.get_used() && memory.get_tag() == "HOST[0]")
      return static_cast<std::uint32_t>(memory.get_index());
  return std::nullopt;
}

void check_kernel(const std::string& file, const xrt::xclbin& image) {
  std::string others;
  for (const xrt::xclbin::ip& ip : image.get_ips()) {
    if (!is_of(ip, kernel_name)) {
      others += (others.empty() ? "" : ", ") + ip.get_name();
      continue;
    }
    if (ip.get_control_type() != xrt::xclbin::ip::control_type::none)
      throw CardError(file + " holds " + kernel_name +
                      " as XRT's scheduler runs it (ap_ctrl_hs), for OpenCL; the node wants the "
                      "user-managed one, wirebook_user_managed.xclbin of the same build");
    return;
  }
  throw CardError(file + " does not hold the kernel " + kernel_name +
                  ", only: " + (others.empty() ? "nothing" : others) + how_to_get_one);
}

}  // namespace

xrt::xclbin read_image(const std::string& file) {
  check_is_image(file);
  xrt::xclbin image;
  try {
    image = xrt::xclbin(file);
    check_kernel(file, image);
  } catch (const CardError&) {
    throw;
  } catch (const std::exception& error) {
    throw CardError(file + " is no image that XRT can read: " + error.what() + how_to_get_one);
  }
  static_cast<void>(host_bank(image));
  return image;
}

std::uint32_t host_bank(const xrt::xclbin& image) {
  const auto bank = find_host_bank(image);
  if (!bank)
    throw CardError(
        "the image does not connect its kernel to the host's memory: it is linked "
        "without \"sp=wirebook_kernel_1.m_axi:HOST[0]\"");
  return *bank;
}

bool holds_mac(const xrt::xclbin& image) {
  const auto ips = image.get_ips();
  return std::ranges::any_of(ips, [](const auto& ip) { return is_of(ip, mac_name); });
}

}  // namespace wirebook::card
