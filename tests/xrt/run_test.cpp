// Goal: the same kernel, packaged as ap_ctrl_hs, runs as xrt::run: arguments, start, completion.
// Method: the host's own slots go through the inject ring into the slot ring, once a run.

#include <string>

#include <gtest/gtest.h>
#include <xrt/xrt_kernel.h>

#include "tests/xrt/xrt_host.hpp"

namespace wirebook::test {
namespace {

TEST(XrtRun, EachRunPutsItsSlotsIntoTheRing) {
  constexpr std::uint32_t slots = 64;
  Surroundings surroundings;
  xrt::device device(0U);
  const xrt::xclbin xclbin(image("ap_ctrl_hs"));
  const xrt::uuid uuid = device.load_xclbin(xclbin);
  xrt::kernel kernel(device, uuid, "wirebook_kernel");
  const xrt::xclbin::kernel described = xclbin.get_kernel("wirebook_kernel");
  const auto argument = [&](const std::string& name) {
    for (const auto& arg : described.get_args()) {
      if (arg.get_name() == name)
        return static_cast<int>(arg.get_index());
    }
    throw std::runtime_error("no argument " + name);
  };
  const auto host_only = [&](const std::string& name, std::size_t bytes) {
    return xrt::bo(device, bytes, xrt::bo::flags::host_only,
                   static_cast<std::uint32_t>(kernel.group_id(argument(name))));
  };
  xrt::bo ring = host_only("ring_base", XrtHost::ring_slots * sizeof(Slot));
  xrt::bo inject = host_only("inject_base", slots * sizeof(Slot));
  for (std::uint32_t round = 0; round < 3; ++round) {
    for (std::uint32_t i = 0; i < slots; ++i)
      inject.map<Slot*>()[i] = numbered_clock_slot(1'000 * round + i);
    xrt::run run(kernel);
    for (const auto& arg : described.get_args()) {
      const auto index = static_cast<int>(arg.get_index());
      if (arg.get_name() == "ring_base")
        run.set_arg(index, ring);
      else if (arg.get_name() == "inject_base")
        run.set_arg(index, inject);
      else if (arg.get_size() == 8 && arg.get_port() == "s_axi_control")
        run.set_arg(index, std::uint64_t{0});
    }
    const std::uint64_t start = round * slots;
    run.set_arg(argument("epoch"), 7U);
    run.set_arg(argument("ring_slots_log2"), XrtHost::ring_slots_log2);
    run.set_arg(argument("start_sequence"), start);
    run.set_arg(argument("consumer"), start);
    run.set_arg(argument("slot_limit"), std::uint64_t{slots});
    run.set_arg(argument("inject_slots_log2"), 6U);
    run.set_arg(argument("inject_produced"), slots);
    run.start();
    ASSERT_EQ(run.wait(std::chrono::seconds(40)), ERT_CMD_STATE_COMPLETED) << "round " << round;
    for (std::uint32_t i = 0; i < slots; ++i) {
      const Slot& slot = ring.map<Slot*>()[start + i];
      ASSERT_EQ(slot.admin.match_number, 1'000 * round + i);
      ASSERT_TRUE(is_sealed(slot, start + i, 7));
    }
  }
}

TEST(XrtRun, TheUserManagedImageHasNoKernelToRun) {
  Surroundings surroundings;
  xrt::device device(0U);
  const xrt::uuid uuid = device.load_xclbin(image());
  EXPECT_ANY_THROW(xrt::kernel(device, uuid, "wirebook_kernel"));
}

}  // namespace
}  // namespace wirebook::test
