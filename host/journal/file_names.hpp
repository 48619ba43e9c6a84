// How files of a journal's directory are called: `<sequence, 16 hex digits>-<epoch, 8 hex digits>`
// and what they are, `.wbj` a segment, `.wbs` a snapshot; with `.new` behind it until it is whole.
//
// Shapes: lower case, so that names sort as the files follow. Threads: pure. Errors: by value; a
// name is parsed strictly, exactly as it is made. Cost: a string.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wirebook::journal {

inline constexpr std::string_view segment_suffix = ".wbj";
inline constexpr std::string_view snapshot_suffix = ".wbs";
inline constexpr std::string_view unfinished_suffix = ".new";

struct PlaceName {
  std::uint64_t sequence = 0;
  std::uint32_t epoch = 0;
};
[[nodiscard]] std::string place_name(const PlaceName& place, std::string_view suffix);
[[nodiscard]] std::optional<PlaceName> parse_place_name(std::string_view name,
                                                        std::string_view suffix);

struct SegmentName {
  std::uint64_t first_sequence = 0;
  std::uint32_t epoch = 0;
};
[[nodiscard]] std::string segment_name(std::uint64_t first_sequence, std::uint32_t epoch);
[[nodiscard]] std::optional<SegmentName> parse_segment_name(std::string_view name);

/// A segment or a snapshot that was being made.
[[nodiscard]] bool is_unfinished_name(std::string_view name);

}  // namespace wirebook::journal
