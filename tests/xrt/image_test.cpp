// Goal: the image of the simulated card has what a card's image has, as XRT reads it.
// Method: XRT's own reader, and <xclbin.h> for what it does not show.

#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/xrt/xrt_host.hpp"

namespace wirebook::test {
namespace {

class XrtImage : public testing::TestWithParam<const char*> {
 protected:
  std::vector<char> bytes() {
    std::ifstream file(image(GetParam()), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

TEST_P(XrtImage, HasEverySectionWithinItsFile) {
  const std::vector<char> file = bytes();
  ASSERT_GE(file.size(), sizeof(axlf));
  const auto* head = reinterpret_cast<const axlf*>(file.data());
  EXPECT_STREQ(head->m_magic, "xclbin2");
  EXPECT_EQ(head->m_header.m_length, file.size());
  std::set<std::uint32_t> kinds;
  for (std::uint32_t i = 0; i < head->m_header.m_numSections; ++i) {
    const axlf_section_header& section = head->m_sections[i];
    EXPECT_EQ(section.m_sectionOffset % 8, 0U);
    EXPECT_LE(section.m_sectionOffset + section.m_sectionSize, file.size());
    EXPECT_GT(section.m_sectionSize, 0U);
    EXPECT_TRUE(kinds.insert(section.m_sectionKind).second) << section.m_sectionName;
  }
  EXPECT_EQ(kinds, (std::set<std::uint32_t>{BITSTREAM, EMBEDDED_METADATA, MEM_TOPOLOGY,
                                            CONNECTIVITY, IP_LAYOUT, CLOCK_FREQ_TOPOLOGY,
                                            BUILD_METADATA, KEYVALUE_METADATA, ASK_GROUP_TOPOLOGY,
                                            ASK_GROUP_CONNECTIVITY}));
  const auto* clocks = reinterpret_cast<const clock_freq_topology*>(
      file.data() + xclbin::get_axlf_section(head, CLOCK_FREQ_TOPOLOGY)->m_sectionOffset);
  EXPECT_EQ(clocks->m_count, 1);
  EXPECT_EQ(clocks->m_clock_freq[0].m_freq_Mhz, 300);
}

TEST_P(XrtImage, HasOneKernelWhoseRingsLieInTheHostsMemory) {
  const xrt::xclbin read(image(GetParam()));
  EXPECT_NE(read.get_xsa_name().find("simulated"), std::string::npos);
  const auto kernel = read.get_kernel("wirebook_kernel");
  ASSERT_EQ(kernel.get_cus().size(), 1U);
  const auto unit = kernel.get_cus().front();
  EXPECT_EQ(unit.get_name(), "wirebook_kernel:wirebook_kernel_1");
  EXPECT_EQ(unit.get_size(), 0x1000U);
  const bool managed_by_user = std::strcmp(GetParam(), "user_managed") == 0;
  EXPECT_EQ(unit.get_control_type(), managed_by_user ? xrt::xclbin::ip::control_type::none
                                                     : xrt::xclbin::ip::control_type::hs);
  std::set<std::string> in_memory;
  for (const auto& argument : kernel.get_args()) {
    for (const auto& memory : argument.get_mems()) {
      EXPECT_EQ(memory.get_tag(), "HOST[0]");
      EXPECT_TRUE(memory.get_used());
      in_memory.insert(argument.get_name());
    }
  }
  EXPECT_EQ(in_memory, (std::set<std::string>{"ring_base", "inject_base", "punt_base", "tx_base"}));
}

INSTANTIATE_TEST_SUITE_P(Protocols, XrtImage, testing::Values("user_managed", "ap_ctrl_hs"),
                         [](const auto& protocol) { return std::string(protocol.param); });

TEST(XrtImages, HaveDifferentIdentifiers) {
  const xrt::uuid one = xrt::xclbin(image("user_managed")).get_uuid();
  const xrt::uuid other = xrt::xclbin(image("ap_ctrl_hs")).get_uuid();
  EXPECT_NE(std::memcmp(one.get(), other.get(), sizeof(xuid_t)), 0);
}

TEST(XrtImages, OfACardAreNotForTheSimulatedOne) {
  Surroundings surroundings;
  std::ifstream file(image(), std::ios::binary);
  std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  auto* head = reinterpret_cast<axlf*>(bytes.data());
  std::strcpy(reinterpret_cast<char*>(head->m_header.m_platformVBNV), "xilinx_u50_gen3x16");
  xrt::device device(0U);
  testing::internal::CaptureStderr();
  EXPECT_ANY_THROW(device.load_xclbin(head));
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("xilinx_u50_gen3x16"), std::string::npos) << said;
}

}  // namespace
}  // namespace wirebook::test
