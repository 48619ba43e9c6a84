// Goal: a module is found where it is promised to be, and whatever is missing is named.
// Method: an example module in a folder of its own, and files that are none.
#include "card/module.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "module_example.hpp"

namespace wirebook::card {
namespace {

namespace fs = std::filesystem;

constexpr auto symbol = "example_module";

class ExampleOfTomorrow : public ExampleModule {
 public:
  static constexpr std::uint32_t version = 2;

 protected:
  ~ExampleOfTomorrow() = default;
};

class Modules : public testing::Test {
 protected:
  Modules() {
    std::string pattern = (fs::temp_directory_path() / "modules_XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    ::setenv("WIREBOOK_MODULES", folder.c_str(), 1);
  }
  ~Modules() override {
    ::unsetenv("WIREBOOK_MODULES");
    fs::remove_all(folder);
  }

  static std::string fault_of(const std::string& name, const std::string& with = symbol,
                              std::string_view advice = {}) {
    try {
      static_cast<void>(load<ExampleModule>(name, with, advice));
    } catch (const CardError& error) {
      return error.what();
    }
    return "no fault";
  }
  static void expect_has(const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text << "\n  lacks: " << part;
  }

  fs::path folder;
};

TEST_F(Modules, AModuleIsLoadedFromTheFolderThatIsNamed) {
  ::setenv("WIREBOOK_MODULES", WIREBOOK_BINARY_DIR "/tests/modules", 1);
  EXPECT_EQ(load<ExampleModule>("wirebook_example", symbol).answer(), 42);
}

TEST_F(Modules, WhatLiesBesideTheProgramGoesFirst) {
  const fs::path beside =
      fs::read_symlink("/proc/self/exe").parent_path() / "libwirebook_beside.so";
  std::ofstream(beside) << "none";
  fs::copy_file(WIREBOOK_BINARY_DIR "/tests/modules/libwirebook_example.so",
                folder / "libwirebook_beside.so");
  const std::string fault = fault_of("wirebook_beside");
  fs::remove(beside);
  expect_has(fault, beside.string() + " cannot be loaded: ");
  EXPECT_EQ(load<ExampleModule>("wirebook_beside", symbol).answer(), 42);
}

TEST_F(Modules, AMissingFileIsNamedWithEveryPlace) {
  const std::string fault = fault_of("wirebook_none", symbol, "install none");
  expect_has(fault, "libwirebook_none.so is not there: looked for ");
  expect_has(fault, (fs::read_symlink("/proc/self/exe").parent_path() / "libwirebook_none.so"));
  expect_has(fault, (folder / "libwirebook_none.so").string());
  expect_has(fault, "; install none");
  ::unsetenv("WIREBOOK_MODULES");
  expect_has(fault_of("wirebook_none"), "WIREBOOK_MODULES, a folder to look in next, is not set");
}

TEST_F(Modules, TheLoadersWordsAreKept) {
  std::ofstream(folder / "libwirebook_bad.so") << "this is no library";
  const std::string fault = fault_of("wirebook_bad");
  expect_has(fault, (folder / "libwirebook_bad.so").string() + " cannot be loaded: ");
  expect_has(fault, "file too short");
}

TEST_F(Modules, ALibraryWithoutTheFunctionIsNoModule) {
  ::setenv("WIREBOOK_MODULES", WIREBOOK_BINARY_DIR "/tests/modules", 1);
  expect_has(fault_of("wirebook_example", "no_such_function"), "is no module of this program: ");
  expect_has(fault_of("wirebook_example", "no_such_function"), "no_such_function");
}

TEST_F(Modules, AModuleOfAnotherVersionIsRefused) {
  ::setenv("WIREBOOK_MODULES", WIREBOOK_BINARY_DIR "/tests/modules", 1);
  try {
    static_cast<void>(load<ExampleOfTomorrow>("wirebook_example", symbol));
    FAIL() << "it was taken";
  } catch (const CardError& error) {
    expect_has(error.what(), "another version of wirebook, this one wants 2");
  }
}

}  // namespace
}  // namespace wirebook::card
