// The recorded day that some tests use where it is present: ITCH 5.0 as BinaryFILE.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace wirebook::test {

/// In the folder that WIREBOOK_DATA names; without one, beside the checkout. It may not exist.
inline std::filesystem::path recorded_day() {
  const char* const folder = std::getenv("WIREBOOK_DATA");
  return std::filesystem::path(folder != nullptr ? folder : WIREBOOK_SOURCE_DIR "/../shared/data") /
         "example_day_3_symbols.itch50";
}

}  // namespace wirebook::test
