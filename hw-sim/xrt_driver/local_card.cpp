#include <cstdlib>
#include <optional>

#include "hw-sim/xrt_driver/card_link.hpp"
#include "hw-sim/xrt_driver/card_model.hpp"
#include "hw-sim/xrt_driver/device_lock.hpp"

namespace wirebook::hw_sim {
namespace {

/// The model is made when a host first wants the kernel, and stays until the device is closed.
class LocalCard : public CardLink {
 public:
  explicit LocalCard(unsigned index) : index_(index) {}

  void acquire() override {
    lock_.emplace(index_);
    if (model_)
      return;
    try {
      const char* wire = std::getenv("WIREBOOK_SIM_WIRE");
      model_.emplace(memory_, make_wire(wire == nullptr ? "" : wire),
                     CardOptions::from_environment());
    } catch (...) {
      lock_.reset();
      throw;
    }
  }
  void release() override { lock_.reset(); }

  std::uint32_t read(std::uint32_t offset) override {
    return model_ ? model_->read(offset) : ~std::uint32_t{0};
  }
  void write(std::uint32_t offset, std::uint32_t value) override {
    if (model_)
      model_->write(offset, value);
  }

  [[nodiscard]] std::uint64_t window() const override { return std::uint64_t{1} << 37; }
  void map(std::uint64_t address, const std::shared_ptr<SharedMemory>& memory) override {
    memory_.map(address, memory, 0);
  }
  void unmap(std::uint64_t address) override { memory_.unmap(address, 0); }

 private:
  unsigned index_;
  CardMemory memory_;
  std::optional<DeviceLock> lock_;
  std::optional<CardModel> model_;
};

}  // namespace

std::unique_ptr<CardLink> make_local_card(unsigned index) {
  return std::make_unique<LocalCard>(index);
}

}  // namespace wirebook::hw_sim
