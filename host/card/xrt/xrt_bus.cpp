// The module `libwirebook_xrt.so`: the one part of the host that links XRT.
#include "card/xrt_bus.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <experimental/xrt_ip.h>
#include <experimental/xrt_xclbin.h>
#include <xclbin.h>
#include <xrt/xrt_bo.h>
#include <xrt/xrt_device.h>

#include "card/xrt/device_facts.hpp"
#include "card/xrt/image_file.hpp"

namespace wirebook::card {

namespace {

template <xrt::info::device what>
auto ask(const xrt::device& device)
    -> std::optional<std::decay_t<decltype(std::declval<const xrt::device&>().get_info<what>())>> {
  try {
    return device.get_info<what>();
  } catch (const std::exception&) {
    return std::nullopt;  // this card, or this XRT, does not know
  }
}

xrt::device open_device(unsigned index) {
  try {
    return xrt::device(index);
  } catch (const std::exception& error) {
    const std::string why = error.what();
    if (std::getenv("XILINX_XRT") == nullptr || why.find("library") != std::string::npos)
      throw CardError(
          "XRT does not find a card's driver (" + why +
          "): for a card, `source /opt/xilinx/xrt/setup.sh`; for the simulated one, set "
          "XILINX_XRT to the folder xrt/ beside this program");
    throw CardError("there is no device " + std::to_string(index) + " (" + why +
                    "): `xbutil examine` lists the cards, --device chooses one");
  }
}

xrt::uuid load_image(xrt::device& device, const xrt::xclbin& image, const std::string& file) {
  try {
    return device.load_xclbin(image);
  } catch (const std::system_error& error) {
    if (error.code().value() == EBUSY)
      throw CardError("the card has another image and is in use by another process: " +
                      std::string(error.what()));
    throw CardError(file + " cannot be loaded (" + error.what() + "): it is for the platform " +
                    image.get_xsa_name() + ", the card is " +
                    ask<xrt::info::device::name>(device).value_or("unknown") +
                    "; build it for this card's platform, see board/README.md");
  } catch (const std::exception& error) {
    throw CardError(file + " cannot be loaded: " + error.what());
  }
}

xrt::ip open_kernel(const xrt::device& device, const xrt::uuid& image, unsigned index) {
  try {
    return {device, image, kernel_name};
  } catch (const std::exception& error) {
    throw CardError("the kernel of device " + std::to_string(index) + " cannot be opened (" +
                    error.what() +
                    "): another process uses it; end that one, or choose another "
                    "card by --device");
  }
}

double clock_of(const xrt::device& device, const xrt::uuid& image) {
  try {
    const auto* const clocks =
        device.get_xclbin_section<const clock_freq_topology*>(CLOCK_FREQ_TOPOLOGY, image);
    for (std::int16_t i = 0; clocks != nullptr && i < clocks->m_count; ++i)
      if (clocks->m_clock_freq[i].m_type == CT_DATA)
        return clocks->m_clock_freq[i].m_freq_Mhz;
  } catch (const std::exception&) {
    // The section may be missing: then all clocks run as the platform has them.
  }
  const auto most = ask<xrt::info::device::max_clock_frequency_mhz>(device);
  return most && *most != 0 ? static_cast<double>(*most) : BusInfo().clock_mhz;
}

class MacRegisters final : public RegisterReader {
 public:
  explicit MacRegisters(xrt::ip mac) : mac_(std::move(mac)) {}

  std::uint32_t read(std::uint32_t offset) noexcept override {
    try {
      return mac_.read_register(offset);
    } catch (const std::exception&) {
      return 0xFFFF'FFFF;
    }
  }

 private:
  xrt::ip mac_;
};

class XrtBus final : public Bus {
 public:
  explicit XrtBus(const XrtOptions& options)
      : options_(options),
        device_(open_device(options.device)),
        image_(read_image(options.image)),
        uuid_(load_image(device_, image_, options.image)),
        kernel_(open_kernel(device_, uuid_, options.device)),
        bank_(host_bank(image_)) {}

  std::uint32_t read(std::uint32_t offset) noexcept override {
    try {
      return kernel_.read_register(offset);
    } catch (const std::exception&) {
      return 0xFFFF'FFFF;  // what cannot be read is lost
    }
  }
  void write(std::uint32_t offset, std::uint32_t value) noexcept override {
    try {
      kernel_.write_register(offset, value);
    } catch (const std::exception&) {
      return;  // the next read tells
    }
  }
  DmaMemory allocate(std::size_t bytes) override;
  [[nodiscard]] BusInfo info() override;
  [[nodiscard]] std::unique_ptr<RegisterReader> open_mac() override;

 private:
  XrtOptions options_;
  xrt::device device_;
  xrt::xclbin image_;
  xrt::uuid uuid_;
  xrt::ip kernel_;
  std::uint32_t bank_;
  std::vector<xrt::bo> memory_;
};

DmaMemory XrtBus::allocate(std::size_t bytes) {
  try {
    xrt::bo& memory = memory_.emplace_back(device_, bytes, xrt::bo::flags::host_only, bank_);
    auto* const data = memory.map<std::byte*>();
    std::fill_n(data, bytes, std::byte{0});
    return {.bytes = {data, bytes}, .bus_address = memory.address()};
  } catch (const std::exception& error) {
    throw CardError("the card gets no " + std::to_string(bytes / 1024) + " KiB of host memory (" +
                    error.what() + "): `xbutil configure --host-mem --size 1G enable -d " +
                    ask<xrt::info::device::bdf>(device_).value_or("<its address>") +
                    "`, as root, once after each boot");
  }
}

BusInfo XrtBus::info() {
  BusInfo info;
  info.device = ask<xrt::info::device::name>(device_).value_or("unknown");
  info.address = ask<xrt::info::device::bdf>(device_).value_or("unknown");
  info.image = options_.image + ", " + uuid_.to_string();
  info.simulated = info.device.find("simulated") != std::string::npos;
  info.clock_mhz = clock_of(device_, uuid_);
  info.temperature_celsius = temperature_in(ask<xrt::info::device::thermal>(device_).value_or(""));
  info.power_watts = power_in(ask<xrt::info::device::electrical>(device_).value_or(""));
  info.host_memory_bytes = host_memory_in(ask<xrt::info::device::pcie_info>(device_).value_or(""));
  return info;
}

std::unique_ptr<RegisterReader> XrtBus::open_mac() {
  if (!holds_mac(image_))
    return nullptr;
  try {
    return std::make_unique<MacRegisters>(xrt::ip(device_, uuid_, mac_name));
  } catch (const std::exception& error) {
    throw CardError("the image's " + std::string(mac_name) + " cannot be opened (" + error.what() +
                    "): another process may read it; end that one");
  }
}

class Module final : public XrtModule {
 public:
  [[nodiscard]] std::unique_ptr<Bus> open(const XrtOptions& options) override {
    return std::make_unique<XrtBus>(options);
  }
};

}  // namespace

}  // namespace wirebook::card

extern "C" [[gnu::visibility("default")]] wirebook::card::XrtModule* wirebook_xrt_module(
    std::uint32_t version) {
  static wirebook::card::Module module;
  return version == wirebook::card::XrtModule::version ? &module : nullptr;
}
