// A host program in small: XRT's public API and nothing else, as it would run on a card.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <experimental/xrt_ip.h>
#include <experimental/xrt_xclbin.h>
#include <unistd.h>
#include <xrt/xrt_bo.h>
#include <xrt/xrt_device.h>

#include "wirebook/card_registers.hpp"
#include "wirebook/crc32c.hpp"
#include "wirebook/slot.hpp"

namespace wirebook::test {

namespace reg = card_registers;

inline constexpr std::uint32_t idle = 0;
inline constexpr std::uint32_t running = 1;
inline constexpr std::uint32_t quiesced = 3;
inline constexpr std::uint32_t lease_expired = 4;

inline std::string image(const std::string& protocol = "user_managed") {
  return WIREBOOK_BINARY_DIR "/xrt/wirebook_" + protocol + ".xclbin";
}

/// Points XRT at the simulated card, and locks and files of this process at a folder of their own.
class Surroundings {
 public:
  Surroundings() {
    std::string name = (std::filesystem::temp_directory_path() / "wirebook_xrt_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("mkdtemp");
    folder_ = name;
    set("XILINX_XRT", WIREBOOK_BINARY_DIR "/xrt");
    set("XDG_RUNTIME_DIR", folder_.string());
    for (const char* name_of :
         {"WIREBOOK_SIM_WIRE", "WIREBOOK_SIM_CARD", "WIREBOOK_SIM_REPORT", "WIREBOOK_SIM_WAVES"})
      unsetenv(name_of);
  }
  ~Surroundings() { std::filesystem::remove_all(folder_); }
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;

  static void set(const char* name, const std::string& value) { setenv(name, value.c_str(), 1); }
  [[nodiscard]] std::string file(const std::string& name) const {
    return (folder_ / name).string();
  }

 private:
  std::filesystem::path folder_;
};

/// True once `condition` is; false after a long time.
template <class Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(40);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  return true;
}

class XrtHost {
 public:
  static constexpr std::uint32_t ring_slots_log2 = 11;
  static constexpr std::uint32_t ring_slots = 1U << ring_slots_log2;
  static constexpr std::uint32_t inject_slots_log2 = 6;

  explicit XrtHost(std::uint32_t epoch = 1)
      : device_(0U),
        image_(image()),
        uuid_(device_.load_xclbin(image_)),
        ip_(std::in_place, device_, uuid_, "wirebook_kernel"),
        ring_(host_only(ring_slots * sizeof(Slot))),
        inject_(host_only((1U << inject_slots_log2) * sizeof(Slot))),
        epoch_(epoch) {}

  xrt::device& device() { return device_; }
  std::uint32_t read(std::uint32_t offset) { return ip_->read_register(offset); }
  void write(std::uint32_t offset, std::uint32_t value) { ip_->write_register(offset, value); }
  void write64(std::uint32_t offset, std::uint64_t value) {
    write(offset, static_cast<std::uint32_t>(value));
    write(offset + 4, static_cast<std::uint32_t>(value >> 32));
  }
  std::uint64_t read64(std::uint32_t offset) {
    const std::uint64_t low = read(offset);
    return low | std::uint64_t{read(offset + 4)} << 32;
  }

  /// The bank whose tag says that it is the host's.
  [[nodiscard]] std::uint32_t host_bank() const {
    for (const auto& memory : image_.get_mems()) {
      if (memory.get_used() && memory.get_tag() == "HOST[0]")
        return static_cast<std::uint32_t>(memory.get_index());
    }
    throw std::runtime_error("no HOST[0]");
  }
  xrt::bo host_only(std::size_t bytes) {
    return {device_, bytes, xrt::bo::flags::host_only, host_bank()};
  }

  bool quiesce() {
    write(reg::control, 2);
    return eventually([&] {
      const std::uint32_t state = read(reg::state);
      return state != running && state != 2;
    });
  }
  /// As a host does that finds a card in whatever state.
  void start(std::uint32_t lease_cycles = 0) {
    if (!quiesce())
      throw std::runtime_error("the kernel does not quiesce");
    write(reg::control, 0);
    write(reg::soft_reset, 1);
    const std::span<Slot> slots = ring();
    for (Slot& slot : slots)
      slot.tail.flags = 0;  // the first lap's phase is 1
    write64(reg::ring_base, ring_.address());
    write(reg::ring_slots_log2, ring_slots_log2);
    write64(reg::start_sequence, 0);
    write64(reg::consumer, 0);
    write(reg::epoch, epoch_);
    write64(reg::rate, std::uint64_t{1} << 32);
    write64(reg::inject_base, inject_.address());
    write(reg::inject_slots_log2, inject_slots_log2);
    write(reg::inject_produced, 0);
    write(reg::lease_cycles, lease_cycles);
    write(reg::heartbeat, 1);
    write(reg::control, 1);
    next_ = injected_ = 0;
  }

  std::span<Slot> ring() { return {ring_.map<Slot*>(), ring_slots}; }

  /// Waits for room; one slot at a time.
  bool inject(const Slot& slot) {
    constexpr std::uint32_t places = 1U << inject_slots_log2;
    if (injected_ - taken_ == places &&
        !eventually([&] { return (taken_ = read(reg::inject_consumed)) + places != injected_; }))
      return false;
    inject_.map<Slot*>()[injected_++ % places] = slot;
    write(reg::inject_produced, injected_);
    return true;
  }

  /// The next slot, in place, if there is one.
  const Slot* take() {
    Slot& slot = ring()[next_ % ring_slots];
    const auto flags = std::atomic_ref(*reinterpret_cast<std::uint64_t*>(&slot.tail))
                           .load(std::memory_order_acquire);
    const bool phase = (flags >> 16 & flag_phase) != 0;
    if (phase != ((next_ & ring_slots) == 0))
      return nullptr;
    if (!is_sealed(slot, next_, epoch_))
      throw std::runtime_error("slot " + std::to_string(next_) + " is not sealed");
    ++next_;
    return &slot;
  }
  const Slot* wait_for_slot() {
    const Slot* slot = nullptr;
    eventually([&] { return (slot = take()) != nullptr; });
    return slot;
  }
  void give_back() { write64(reg::consumer, next_); }
  [[nodiscard]] std::uint64_t taken() const { return next_; }
  /// While the kernel writes to it, as no host should.
  void free_ring() { ring_ = {}; }

 private:
  xrt::device device_;
  xrt::xclbin image_;
  xrt::uuid uuid_;
  std::optional<xrt::ip> ip_;
  xrt::bo ring_;
  xrt::bo inject_;
  std::uint32_t epoch_;
  std::uint64_t next_ = 0;
  std::uint32_t injected_ = 0;
  std::uint32_t taken_ = 0;
};

inline Slot numbered_clock_slot(std::uint64_t number) {
  Slot slot{};
  slot.admin = AdminBody{.match_number = number};
  slot.tail = {.kind = SlotKind::clock};
  return slot;
}

}  // namespace wirebook::test
