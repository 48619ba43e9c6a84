// The interface of the module that the tests load.
#pragma once

#include <cstdint>

namespace wirebook::card {

class ExampleModule {
 public:
  static constexpr std::uint32_t version = 1;
  [[nodiscard]] virtual int answer() const = 0;

 protected:
  ~ExampleModule() = default;
};

}  // namespace wirebook::card
