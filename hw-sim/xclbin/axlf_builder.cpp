#include "hw-sim/xclbin/axlf_builder.hpp"

#include <algorithm>
#include <cstring>

#include <uuid/uuid.h>

namespace wirebook::hw_sim {
namespace {

constexpr std::size_t alignment = 8;

void pad(std::string& bytes) {
  bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
}

template <std::size_t size>
void put(unsigned char (&to)[size], std::string_view text) {
  std::memcpy(to, text.data(), std::min(text.size(), size - 1));
}

}  // namespace

void AxlfBuilder::add(axlf_section_kind kind, std::string_view name, std::string_view bytes) {
  sections_.push_back({kind, std::string(name), std::string(bytes)});
}

std::string AxlfBuilder::file() const {
  const std::size_t head_bytes =
      sizeof(axlf) + (sections_.size() - 1) * sizeof(axlf_section_header);
  std::vector<axlf_section_header> headers;
  std::string contents;
  for (const Section& section : sections_) {
    axlf_section_header& header = headers.emplace_back();
    header = {};
    header.m_sectionKind = static_cast<std::uint32_t>(section.kind);
    std::memcpy(header.m_sectionName, section.name.data(),
                std::min(section.name.size(), sizeof header.m_sectionName - 1));
    header.m_sectionOffset = head_bytes + contents.size();
    header.m_sectionSize = section.bytes.size();
    contents += section.bytes;
    pad(contents);
  }

  axlf head{};
  std::memcpy(head.m_magic, "xclbin2", sizeof head.m_magic);
  head.m_signature_length = -1;
  std::memset(head.reserved, 0xFF, sizeof head.reserved);
  std::memset(head.m_keyBlock, 0xFF, sizeof head.m_keyBlock);
  head.m_header.m_length = head_bytes + contents.size();
  head.m_header.m_timeStamp = std::stoull(made_at_);
  head.m_uniqueId = head.m_header.m_timeStamp;
  head.m_header.m_versionMajor = 2;
  head.m_header.m_versionMinor = 13;
  head.m_header.m_mode = XCLBIN_FLAT;
  put(head.m_header.m_platformVBNV, platform_);
  uuid_generate_sha1(head.m_header.uuid, *uuid_get_template("dns"), contents.data(),
                     contents.size());
  head.m_header.m_numSections = static_cast<std::uint32_t>(sections_.size());

  std::string result(reinterpret_cast<const char*>(&head), offsetof(axlf, m_sections));
  result.append(reinterpret_cast<const char*>(headers.data()),
                headers.size() * sizeof(axlf_section_header));
  return result + contents;
}

}  // namespace wirebook::hw_sim
