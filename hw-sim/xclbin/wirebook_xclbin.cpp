// wirebook_xclbin KERNEL_XML OUTPUT: the image of a card on which the kernel is simulated.
//
// It has every section of a card's image, so that a host program finds in it what it would find on
// a card: one kernel, its registers, its rings in HOST[0], a clock. The bitstream says that there
// is none.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <fmt/format.h>

#include "hw-sim/xclbin/axlf_builder.hpp"
#include "hw-sim/xclbin/simulated_platform.hpp"

namespace wirebook::hw_sim {
namespace {

namespace pt = boost::property_tree;

constexpr std::uint64_t registers_at = 0x180'0000;  // in the card's window, as on an Alveo shell
constexpr std::uint64_t host_memory_at = std::uint64_t{1} << 37;
constexpr std::uint64_t host_memory_kib = 16ULL << 20;
constexpr std::int32_t host_bank = 1;

struct Kernel {
  pt::ptree description;
  std::string name;
  std::string instance;
  IP_CONTROL control = AP_CTRL_HS;
  std::vector<std::int32_t> pointers;  ///< indices of the arguments that are memory
};

Kernel read_kernel(const std::string& path) {
  pt::ptree file;
  pt::read_xml(path, file, pt::xml_parser::trim_whitespace | pt::xml_parser::no_comments);
  Kernel result{.description = file.get_child("root.kernel")};
  result.name = result.description.get<std::string>("<xmlattr>.name");
  result.instance = result.name + "_1";
  const auto protocol = result.description.get<std::string>("<xmlattr>.hwControlProtocol");
  if (protocol == "user_managed")
    result.control = AP_CTRL_NONE;
  else if (protocol != "ap_ctrl_hs")
    throw std::runtime_error(path + ": hwControlProtocol " + protocol + " is not known");
  for (const auto& [tag, argument] : result.description.get_child("args")) {
    if (argument.get<std::string>("<xmlattr>.addressQualifier") == "1")
      result.pointers.push_back(argument.get<std::int32_t>("<xmlattr>.id"));
  }
  return result;
}

/// As v++ writes it: ports and arguments side by side within their kernel, and its instance.
std::string metadata(const Kernel& kernel) {
  pt::ptree element;
  element.put_child("<xmlattr>", kernel.description.get_child("<xmlattr>"));
  element.put("<xmlattr>.type", "pl");
  for (const char* list : {"ports", "args"}) {
    for (const auto& [tag, entry] : kernel.description.get_child(list))
      element.add_child(tag, entry);
  }
  pt::ptree& instance = element.add("instance", "");
  instance.put("<xmlattr>.name", kernel.instance);
  instance.put("addrRemap.<xmlattr>.base", fmt::format("{:#x}", registers_at));
  instance.put("addrRemap.<xmlattr>.range", "0x1000");
  instance.put("addrRemap.<xmlattr>.port", "s_axi_control");

  pt::ptree file;
  file.put("project.<xmlattr>.name", "wirebook");
  file.put("project.platform.<xmlattr>.vendor", "wirebook");
  file.put("project.platform.<xmlattr>.name", simulated_platform);
  file.put("project.platform.device.<xmlattr>.name", "fpga0");
  file.put("project.platform.device.<xmlattr>.fpgaDevice", "verilator");
  pt::ptree& core = file.put("project.platform.device.core", "");
  core.put("<xmlattr>.name", "OCL_REGION_0");
  core.put("<xmlattr>.target", "bitstream");
  core.put("<xmlattr>.type", "clc_region");
  pt::ptree& clock = core.put("kernelClocks.clock", "");
  clock.put("<xmlattr>.port", "KERNEL_CLK");
  clock.put("<xmlattr>.frequency", fmt::format("{}MHz", simulated_clock_mhz));
  core.add_child("kernel", element);
  std::ostringstream text;
  pt::write_xml(text, file);
  return text.str();
}

std::string build_metadata(const Kernel& kernel) {
  pt::ptree file;
  file.put("build_metadata.xclbin.generated_by.name", "wirebook_xclbin");
  file.put("build_metadata.xclbin.packaged_by.name", "wirebook_xclbin");
  file.put("build_metadata.dsa.name", simulated_platform);
  file.put("build_metadata.xclbin.kernel.name", kernel.name);
  file.put("build_metadata.xclbin.kernel.instance", kernel.instance);
  file.put("build_metadata.xclbin.kernel.connected",
           fmt::format("m_axi:{}", simulated_host_memory));
  std::ostringstream text;
  pt::write_json(text, file);
  return text.str();
}

/// A bank of the card's own, which this one lacks, and the host's memory.
std::vector<mem_data> memories() {
  std::vector<mem_data> result(2);
  std::ranges::fill(result, mem_data{});
  const auto set = [](mem_data& memory, MEM_TYPE type, bool used, const char* tag) {
    memory.m_type = static_cast<std::uint8_t>(type);
    memory.m_used = used ? 1 : 0;
    fmt::format_to_n(memory.m_tag, sizeof memory.m_tag - 1, "{}", tag);
  };
  set(result[0], MEM_DDR4, false, "bank0");
  set(result[host_bank], MEM_DRAM, true, simulated_host_memory);
  result[host_bank].m_size = host_memory_kib;
  result[host_bank].m_base_address = host_memory_at;
  return result;
}

std::string image(const Kernel& kernel) {
  AxlfBuilder builder(simulated_platform, "0");
  builder.add(BITSTREAM, "bitstream",
              "This is no bitstream: the kernel of this image runs in a simulator.\n");
  builder.add(EMBEDDED_METADATA, "metadata", metadata(kernel));

  ip_data ip{};
  ip.m_type = IP_KERNEL;
  ip.properties = static_cast<std::uint32_t>(kernel.control) << IP_CONTROL_SHIFT;
  ip.m_base_address = registers_at;
  fmt::format_to_n(ip.m_name, sizeof ip.m_name - 1, "{}:{}", kernel.name, kernel.instance);
  builder.add_table(IP_LAYOUT, "ip_layout", &ip_layout::m_ip_data, std::vector{ip});

  std::vector<connection> connections;
  for (const std::int32_t argument : kernel.pointers)
    connections.push_back({argument, 0, host_bank});
  builder.add_table(CONNECTIVITY, "connectivity", &connectivity::m_connection, connections);
  builder.add_table(MEM_TOPOLOGY, "mem_topology", &mem_topology::m_mem_data, memories());
  builder.add_table(ASK_GROUP_CONNECTIVITY, "group_connectiv", &connectivity::m_connection,
                    connections);
  builder.add_table(ASK_GROUP_TOPOLOGY, "group_topology", &mem_topology::m_mem_data, memories());

  clock_freq clock{};
  clock.m_freq_Mhz = simulated_clock_mhz;
  clock.m_type = CT_DATA;
  fmt::format_to_n(clock.m_name, sizeof clock.m_name - 1, "KERNEL_CLK");
  builder.add_table(CLOCK_FREQ_TOPOLOGY, "clock_freq", &clock_freq_topology::m_clock_freq,
                    std::vector{clock});
  builder.add(BUILD_METADATA, "build_metadata", build_metadata(kernel));
  builder.add(KEYVALUE_METADATA, "key_values", "wirebook.simulated:true\n");
  return builder.file();
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush())
    throw std::runtime_error("cannot write " + path);
}

}  // namespace
}  // namespace wirebook::hw_sim

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: wirebook_xclbin KERNEL_XML OUTPUT\n");
    return 2;
  }
  try {
    using namespace wirebook::hw_sim;
    write(argv[2], image(read_kernel(argv[1])));
  } catch (const std::exception& error) {
    fmt::print(stderr, "wirebook_xclbin: {}\n", error.what());
    return 1;
  }
}
