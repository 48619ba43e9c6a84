// The image of a simulated card, changed to name a MAC beside the kernel, as a card's does.
#pragma once

#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <xclbin.h>

namespace wirebook::card::test {

/// `file` with a second kernel in its IP_LAYOUT, of which nothing else is there.
inline std::string image_with_mac(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  axlf head{};
  std::memcpy(&head, bytes.data(), sizeof head);
  const std::size_t sections = sizeof head - sizeof(axlf_section_header);
  for (std::uint32_t i = 0; i < head.m_header.m_numSections; ++i) {
    const std::size_t at = sections + i * sizeof(axlf_section_header);
    axlf_section_header section{};
    std::memcpy(&section, bytes.data() + at, sizeof section);
    if (section.m_sectionKind != IP_LAYOUT)
      continue;
    ip_layout layout{};
    std::memcpy(&layout, bytes.data() + section.m_sectionOffset, sizeof layout);
    layout.m_count = 2;
    ip_data mac = layout.m_ip_data[0];
    mac.m_base_address += 0x1'0000;
    std::strcpy(reinterpret_cast<char*>(mac.m_name), "wirebook_mac:wirebook_mac_1");
    bytes.resize((bytes.size() + 7) / 8 * 8);
    section.m_sectionOffset = bytes.size();
    section.m_sectionSize = sizeof layout + sizeof mac;
    bytes.append(reinterpret_cast<const char*>(&layout), sizeof layout);
    bytes.append(reinterpret_cast<const char*>(&mac), sizeof mac);
    head.m_header.m_length = bytes.size();
    std::memcpy(bytes.data(), &head, sections);
    std::memcpy(bytes.data() + at, &section, sizeof section);
    return bytes;
  }
  throw std::runtime_error(file + " has no IP_LAYOUT");
}

}  // namespace wirebook::card::test
