// Parts of the program that are loaded when they are asked for: what needs a vendor's library is a
// module, so that the program itself starts without it, and can say what is missing.
//
// A module `lib<name>.so` exports one `extern "C"` function, which gives its only object, or null
// if it was built for another version of the interface:
//
//   extern "C" Interface* <symbol>(std::uint32_t version);      // against Interface::version
//
// Shapes: `Interface` is an abstract class. Threads: any. Errors: throws `CardError` with each file
// that was looked for and the loader's own words. A module is never unloaded: the libraries behind
// it leave threads running. Cost: start-up only. Specification: dlopen(3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "card/bus.hpp"

namespace wirebook::card {

namespace detail {

struct ModuleSymbol {
  void* address = nullptr;
  std::string file;
};
[[nodiscard]] ModuleSymbol find_module_symbol(std::string_view name, const std::string& symbol,
                                              std::string_view advice);
[[noreturn]] void throw_other_version(const std::string& file, std::uint32_t version);

}  // namespace detail

/// The object of `lib<name>.so`, looked for beside the executable, then in the folder that the
/// environment variable WIREBOOK_MODULES names; the first file that exists is taken. `advice` ends
/// the text of an error: what to install or to run.
template <class Interface>
[[nodiscard]] Interface& load(std::string_view name, const std::string& symbol,
                              std::string_view advice = {}) {
  const detail::ModuleSymbol found = detail::find_module_symbol(name, symbol, advice);
  auto* const open = reinterpret_cast<Interface* (*)(std::uint32_t)>(found.address);
  Interface* const module = open(Interface::version);
  if (module == nullptr)
    detail::throw_other_version(found.file, Interface::version);
  return *module;
}

}  // namespace wirebook::card
