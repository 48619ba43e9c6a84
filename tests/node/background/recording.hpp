// Recordings for the tests: ITCH 5.0 messages by name, as a BinaryFILE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "wirebook/wire/itch50.hpp"

namespace wirebook::node {

/// Messages of three symbols; each a millisecond behind the last one.
class Recording {
 public:
  static constexpr std::uint64_t step_ns = 1'000'000;

  static Symbol symbol(std::uint16_t locate) {
    return Symbol::from(locate == 1 ? "ALC" : locate == 2 ? "BOB" : "CHAR");
  }

  Recording& directory(std::uint16_t locate, std::uint32_t lot = 100) {
    wire::itch::StockDirectory message;
    message.stock = symbol(locate);
    message.round_lot_size = lot;
    return put(message, locate);
  }
  Recording& state(std::uint16_t locate, char state) {
    wire::itch::TradingAction message;
    message.stock = symbol(locate);
    message.trading_state = state;
    message.reason = Alpha<4>::from("T1");
    return put(message, locate);
  }
  Recording& add(std::uint64_t ref, char side, std::uint32_t shares, std::uint32_t price,
                 std::uint16_t locate = 1) {
    wire::itch::AddOrder message;
    fill(message, ref, side, shares, price, locate);
    return put(message, locate);
  }
  Recording& add_of(std::string_view firm, std::uint64_t ref, char side, std::uint32_t shares,
                    std::uint32_t price, std::uint16_t locate = 1) {
    wire::itch::AddOrderMpid message;
    fill(message, ref, side, shares, price, locate);
    message.attribution = Alpha<4>::from(firm);
    return put(message, locate);
  }
  Recording& cancel(std::uint64_t ref, std::uint32_t shares) {
    wire::itch::OrderCancel message;
    message.order_ref = ref;
    message.cancelled_shares = shares;
    return put(message, 1);
  }
  Recording& remove(std::uint64_t ref) {
    wire::itch::OrderDelete message;
    message.order_ref = ref;
    return put(message, 1);
  }
  Recording& replace(std::uint64_t ref, std::uint64_t new_ref, std::uint32_t shares,
                     std::uint32_t price) {
    wire::itch::OrderReplace message;
    message.orig_order_ref = ref;
    message.new_order_ref = new_ref;
    message.shares = shares;
    message.price = price;
    return put(message, 1);
  }
  Recording& execute(std::uint64_t ref, std::uint32_t shares) {
    wire::itch::OrderExecuted message;
    message.order_ref = ref;
    message.executed_shares = shares;
    message.match_number = ++match_;
    return put(message, 1);
  }
  Recording& execute_at(std::uint64_t ref, std::uint32_t shares, std::uint32_t price) {
    wire::itch::OrderExecutedWithPrice message;
    message.order_ref = ref;
    message.executed_shares = shares;
    message.execution_price = price;
    message.printable = 'Y';
    message.match_number = ++match_;
    return put(message, 1);
  }
  /// Of a type that no engine is asked anything by.
  template <class Message>
  Recording& other(const Message& message = {}) {
    return put(message, 1);
  }

  Recording& bytes(std::string_view raw) {
    bytes_.append(raw);
    return *this;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::size_t messages() const { return messages_; }

 private:
  template <class Message>
  void fill(Message& message, std::uint64_t ref, char side, std::uint32_t shares,
            std::uint32_t price, std::uint16_t locate) {
    message.order_ref = ref;
    message.side = side;
    message.shares = shares;
    message.stock = symbol(locate);
    message.price = price;
  }
  template <class Message>
  Recording& put(Message message, std::uint16_t locate) {
    message.stock_locate = locate;
    message.timestamp = time_ns_ += step_ns;
    const wire::Big16 length = static_cast<std::uint16_t>(sizeof message);
    bytes_.append(reinterpret_cast<const char*>(&length), sizeof length);
    bytes_.append(reinterpret_cast<const char*>(&message), sizeof message);
    ++messages_;
    return *this;
  }

  std::string bytes_;
  std::uint64_t time_ns_ = 4ULL * 3600 * 1'000'000'000;
  std::uint64_t match_ = 0;
  std::size_t messages_ = 0;
};

/// Bytes in a file that goes with the test.
class ScratchFile {
 public:
  explicit ScratchFile(std::string_view bytes) {
    const int file = mkstemp(path_.data());
    std::FILE* const stream = file < 0 ? nullptr : fdopen(file, "wb");
    if (stream == nullptr || std::fwrite(bytes.data(), 1, bytes.size(), stream) != bytes.size())
      ADD_FAILURE() << "cannot write " << path_;
    if (stream != nullptr)
      std::fclose(stream);
  }
  ~ScratchFile() {
    std::error_code error;
    std::filesystem::remove(path_, error);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_ = WIREBOOK_BINARY_DIR "/recording.XXXXXX";
};

}  // namespace wirebook::node
