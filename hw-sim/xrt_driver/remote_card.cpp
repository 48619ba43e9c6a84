#include <cerrno>
#include <mutex>
#include <string>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "hw-sim/xrt_driver/card_link.hpp"
#include "hw-sim/xrt_driver/card_messages.hpp"

namespace wirebook::hw_sim {
namespace {

using Kind = CardRequest::Kind;

class RemoteCard : public CardLink {
 public:
  explicit RemoteCard(const std::string& path) {
    try {
      socket_ = connect_to(path);
    } catch (const std::system_error& error) {
      throw std::system_error(
          error.code(),
          fmt::format("WIREBOOK_SIM_CARD={}: no card is there; start one by wirebook_sim_card "
                      "--socket {}",
                      path, path));
    }
    window_ = ask({.kind = Kind::hello, .value = static_cast<std::uint32_t>(getpid())}).address;
  }
  ~RemoteCard() override { close(socket_); }

  void acquire() override {
    const CardAnswer answer = ask({.kind = Kind::acquire});
    if (answer.error != 0)
      throw std::system_error(answer.error, std::generic_category(), answer.text.data());
  }
  void release() override { send_request(socket_, {.kind = Kind::release}); }

  std::uint32_t read(std::uint32_t offset) override {
    return ask({.kind = Kind::read, .offset = offset}).value;
  }
  void write(std::uint32_t offset, std::uint32_t value) override {
    send_request(socket_, {.kind = Kind::write, .offset = offset, .value = value});
  }

  [[nodiscard]] std::uint64_t window() const override { return window_; }
  void map(std::uint64_t address, const std::shared_ptr<SharedMemory>& memory) override {
    const CardAnswer answer = ask({.kind = Kind::map, .address = address}, memory->descriptor());
    if (answer.error != 0)
      throw std::system_error(answer.error, std::generic_category(), answer.text.data());
  }
  void unmap(std::uint64_t address) override { ask({.kind = Kind::unmap, .address = address}); }

 private:
  /// Of a card that is gone: all ones.
  CardAnswer ask(const CardRequest& request, int descriptor = -1) {
    const std::scoped_lock lock(mutex_);
    CardAnswer answer;
    if (!send_request(socket_, request, descriptor) || !receive_answer(socket_, answer))
      answer = {
          .error = ENODEV, .value = ~std::uint32_t{0}, .text = {"the simulated card is gone"}};
    return answer;
  }

  int socket_ = -1;
  std::uint64_t window_ = 0;
  std::mutex mutex_;
};

}  // namespace

std::unique_ptr<CardLink> make_remote_card(const std::string& path) {
  return std::make_unique<RemoteCard>(path);
}

}  // namespace wirebook::hw_sim
