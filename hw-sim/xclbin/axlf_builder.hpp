// An image file for XRT: a header, sections, their contents.
//
// Shapes: sections in the order in which they were added, each at a multiple of 8 bytes; the same
// contents give the same file, with the same identifier. Threads: one. Errors: none. Cost: copies.
// Specification: <xclbin.h>.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <xclbin.h>

namespace wirebook::hw_sim {

class AxlfBuilder {
 public:
  AxlfBuilder(std::string platform, std::string seconds_since_1970)
      : platform_(std::move(platform)), made_at_(std::move(seconds_since_1970)) {}

  void add(axlf_section_kind kind, std::string_view name, std::string_view bytes);
  /// `Header` ends in an array of one of `Entry`, behind a count.
  template <class Header, class Entry>
  void add_table(axlf_section_kind kind, std::string_view name, Entry (Header::*first)[1],
                 const std::vector<Entry>& entries);

  [[nodiscard]] std::string file() const;

 private:
  struct Section {
    axlf_section_kind kind;
    std::string name;
    std::string bytes;
  };
  std::string platform_;
  std::string made_at_;
  std::vector<Section> sections_;
};

template <class Header, class Entry>
void AxlfBuilder::add_table(axlf_section_kind kind, std::string_view name,
                            Entry (Header::*first)[1], const std::vector<Entry>& entries) {
  Header header{};
  header.m_count = static_cast<decltype(header.m_count)>(entries.size());
  const auto* start = reinterpret_cast<const char*>(&header);
  const auto* array = reinterpret_cast<const char*>(&(header.*first));
  std::string bytes(start, array);
  bytes.append(reinterpret_cast<const char*>(entries.data()), sizeof(Entry) * entries.size());
  bytes.resize(std::max(bytes.size(), sizeof header));
  add(kind, name, bytes);
}

}  // namespace wirebook::hw_sim
