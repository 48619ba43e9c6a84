#include "card/module.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <dlfcn.h>

namespace wirebook::card {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(std::string what, std::string_view advice) {
  if (!advice.empty())
    (what += "; ") += advice;
  throw CardError(what);
}

std::string loader_words() {
  const char* const words = ::dlerror();
  return words == nullptr ? "the loader gives no reason" : words;
}

/// The module's file. Where there is none, `looked_for` tells.
fs::path find_file(const std::string& file, std::string& looked_for) {
  std::error_code error;
  const auto exists = [&](const fs::path& path) {
    looked_for += (looked_for.empty() ? "" : ", ") + path.string();
    return fs::exists(path, error);
  };
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (fs::path beside = program.parent_path() / file; exists(beside))
    return beside;
  const char* const folder = std::getenv("WIREBOOK_MODULES");
  if (folder == nullptr || *folder == '\0') {
    looked_for += " (WIREBOOK_MODULES, a folder to look in next, is not set)";
    return {};
  }
  // Absolute: a name without a slash would send the loader to look elsewhere.
  const fs::path named = fs::absolute(fs::path(folder) / file, error);
  return exists(named) ? named : fs::path();
}

}  // namespace

namespace detail {

ModuleSymbol find_module_symbol(std::string_view name, const std::string& symbol,
                                std::string_view advice) {
  const std::string file = "lib" + std::string(name) + ".so";
  std::string looked_for;
  const fs::path path = find_file(file, looked_for);
  if (path.empty())
    fail(file + " is not there: looked for " + looked_for, advice);
  void* const module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (module == nullptr)
    fail(path.string() + " cannot be loaded: " + loader_words(), advice);
  void* const address = ::dlsym(module, symbol.c_str());
  if (address == nullptr)
    fail(path.string() + " is no module of this program: " + loader_words(), advice);
  return {.address = address, .file = path.string()};
}

void throw_other_version(const std::string& file, std::uint32_t version) {
  throw CardError(file + " was built for another version of wirebook, this one wants " +
                  std::to_string(version) + ": build both from the same source");
}

}  // namespace detail

}  // namespace wirebook::card
