// A module for the tests of loading: version 1, and one word.
#include "module_example.hpp"

namespace {

class Example final : public wirebook::card::ExampleModule {
 public:
  [[nodiscard]] int answer() const override { return 42; }
};

}  // namespace

extern "C" wirebook::card::ExampleModule* example_module(std::uint32_t version) {
  static Example example;
  return version == wirebook::card::ExampleModule::version ? &example : nullptr;
}
