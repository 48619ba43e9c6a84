// Whether OpenCL can be tested here.
//
// Shapes: a reason to skip, empty where there is none; anything else that goes wrong is thrown, and
// fails the test. Kernels that were compiled are kept in the build folder.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "card/bulk_parser.hpp"

/// What PoCL and its compiler keep to the end is not ours to free.
extern "C" [[gnu::used]] inline const char* __lsan_default_suppressions() {
  return "leak:libpocl\nleak:libLLVM\nleak:libclang\nleak:libOpenCL\n";
}

namespace wirebook::card::test {

inline std::string why_no_opencl() {
  const std::string module = WIREBOOK_BINARY_DIR "/libwirebook_opencl.so";
  if (!std::filesystem::exists(module))
    return module + " was not built: OpenCL's headers are absent";
  ::setenv("WIREBOOK_MODULES", WIREBOOK_BINARY_DIR, 1);
  std::filesystem::create_directories(WIREBOOK_BINARY_DIR "/pocl");
  ::setenv("POCL_CACHE_DIR", WIREBOOK_BINARY_DIR "/pocl", 1);
  try {
    static_cast<void>(opencl_module().open());
  } catch (const CardError& error) {
    const std::string text = error.what();
    if (text.starts_with("OpenCL has no platform") || text.starts_with("no OpenCL device"))
      return text;
    throw;
  }
  return {};
}

}  // namespace wirebook::card::test
