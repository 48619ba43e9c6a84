// Both bodies of a card behind one face. Without a kernel in this build there is one.
#pragma once

#include <memory>
#include <string_view>

#include "tests/card/soft_body.hpp"
#if WIREBOOK_HAS_KERNEL
#include "tests/card/kernel_body.hpp"
#endif

namespace wirebook::card::test {

inline std::unique_ptr<Body> make_body(std::string_view name, const CardConfig& config) {
#if WIREBOOK_HAS_KERNEL
  if (name == "kernel")
    return std::make_unique<KernelBody>(config);
#endif
  return name == "soft" ? std::make_unique<SoftBody>(config) : nullptr;
}

}  // namespace wirebook::card::test
