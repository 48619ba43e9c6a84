// Goal: whatever a recording says, and whoever trades against it, what is sent to the engine is
// well formed and in order, and of the recording's orders none outlives the recording's own.
// Method: libFuzzer; bytes make a BinaryFILE of messages such as make sense and of nonsense, orders
// of somebody alive between them, and reports that come late. The naive engine answers.
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "wirebook/assert.hpp"
#include "wirebook/wire/itch50.hpp"

#include "match/naive/naive_engine.hpp"
#include "node/background/background_orders.hpp"
#include "node/background/background_report.hpp"
#include "node/background/recorded_feed.hpp"
#include "tests/fuzz_bytes.hpp"
#include "tests/match/rig.hpp"

namespace wirebook::node {
namespace {

using test::FuzzBytes;

constexpr std::uint32_t live_session = 1;
constexpr std::uint32_t played_session = 2;
constexpr std::uint16_t instruments = 3;

Symbol symbol_of(std::uint32_t locate) {
  return Symbol::from(std::string("SYM") + char('0' + locate));
}

/// A BinaryFILE, in memory.
class File {
 public:
  File() : descriptor_(memfd_create("recording", MFD_CLOEXEC)) {
    WIREBOOK_ASSERT(descriptor_ >= 0);
  }
  ~File() { close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }
  void write_all(std::string_view bytes) const {
    WIREBOOK_ASSERT(write(descriptor_, bytes.data(), bytes.size()) ==
                    static_cast<ssize_t>(bytes.size()));
  }

 private:
  int descriptor_;
};

class Recorder {
 public:
  explicit Recorder(FuzzBytes& bytes) : bytes_(&bytes) {}

  void put_any() {
    const std::uint32_t kind = bytes_->below(16);
    if (kind < 5)
      add(kind == 0);
    else if (kind < 7)
      execute(kind == 6);
    else if (kind < 9)
      replace();
    else if (kind < 11)
      remove(kind == 9);
    else if (kind == 11)
      state();
    else
      nonsense(kind);
  }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  std::uint64_t reference() { return bytes_->below(24); }
  std::uint32_t shares() {
    return bytes_->below(8) == 0 ? bytes_->next() * 60'000U : 100 * bytes_->below(6);
  }
  std::uint32_t price() {
    return bytes_->below(32) == 0 ? bytes_->next() * 16'000'000U
                                  : 100'000 + 100 * bytes_->below(12);
  }

  void add(bool attributed) {
    wire::itch::AddOrderMpid message;
    message.order_ref = reference();
    message.side = "BBBBSSSSX"[bytes_->below(9)];
    message.shares = shares();
    message.price = price();
    const std::uint32_t locate = bytes_->below(instruments + 1);
    message.stock = symbol_of(locate);
    message.attribution = Alpha<4>::from("GSCO");
    if (attributed)
      return put(message, locate);
    wire::itch::AddOrder plain;
    plain.order_ref = message.order_ref;
    plain.side = message.side;
    plain.shares = message.shares;
    plain.price = message.price;
    plain.stock = message.stock;
    put(plain, locate);
  }
  void execute(bool at_price) {
    if (at_price) {
      wire::itch::OrderExecutedWithPrice message;
      message.order_ref = reference();
      message.executed_shares = shares();
      message.execution_price = price();
      message.printable = bytes_->below(2) == 0 ? 'Y' : 'N';
      return put(message, 1);
    }
    wire::itch::OrderExecuted message;
    message.order_ref = reference();
    message.executed_shares = shares();
    put(message, 1);
  }
  void replace() {
    wire::itch::OrderReplace message;
    message.orig_order_ref = reference();
    message.new_order_ref = reference();
    message.shares = shares();
    message.price = price();
    put(message, 1);
  }
  void remove(bool whole) {
    if (whole) {
      wire::itch::OrderDelete message;
      message.order_ref = reference();
      return put(message, 1);
    }
    wire::itch::OrderCancel message;
    message.order_ref = reference();
    message.cancelled_shares = shares();
    put(message, 1);
  }
  void state() {
    wire::itch::TradingAction message;
    const std::uint32_t locate = bytes_->below(instruments + 1);
    message.stock = symbol_of(locate);
    message.trading_state = "THPQX"[bytes_->below(5)];
    put(message, locate);
  }
  void nonsense(std::uint32_t kind) {
    std::string text;
    for (std::uint32_t i = bytes_->below(48); i > 0; --i)
      text += static_cast<char>(bytes_->next());
    if (kind == 12)
      file_ += text;  // not even framed
    else
      framed(text);
  }
  template <class Message>
  void put(Message message, std::uint32_t locate) {
    message.stock_locate = static_cast<std::uint16_t>(locate);
    message.timestamp = time_ns_ += 1'000'000;
    framed({reinterpret_cast<const char*>(&message), sizeof message});
  }
  void framed(std::string_view message) {
    file_ += static_cast<char>(message.size() >> 8);
    file_ += static_cast<char>(message.size() & 0xFF);
    file_ += message;
  }

  FuzzBytes* bytes_;
  std::string file_;
  std::uint64_t time_ns_ = 4ULL * 3600 * 1'000'000'000;
};

class Player {
 public:
  Player() {
    for (std::uint16_t locate = 1; locate <= instruments; ++locate)
      tell(SlotKind::instrument, InstrumentBody{.instrument = locate,
                                                .trading_state = 'T',
                                                .round_lot = 100,
                                                .symbol = symbol_of(locate)});
    tell(SlotKind::session_up, SessionBody{.session = live_session, .firm = Firm::from("LIVE")});
    tell(SlotKind::session_up, SessionBody{.session = played_session, .firm = Firm::from("ITCH")});
  }

  /// `choice` says what else happens: somebody alive takes something, or reports are held back.
  void on_message(const Slot& message, std::uint8_t choice) {
    const BackgroundGroup group = orders_.on_message(message);
    if (group.count != 0)
      tell(group);
    if (choice % 4 == 1)
      take(choice);
    late_ = choice % 8 == 2 || (late_ && choice % 8 != 3);
    if (!late_)
      hear();
  }
  void finish() {
    hear();
    std::size_t live = 0;
    for (std::uint16_t locate = 1; locate <= instruments; ++locate)
      live += rig_.engine.book(locate).live_orders;
    WIREBOOK_ASSERT(live <= orders_.live_orders());
  }
  [[nodiscard]] bool exhausted() const { return orders_.exhausted(); }

 private:
  void tell(SlotKind kind, const auto& body, std::string_view appendage = {}) {
    for (const match::Told& one : rig_.feed(kind, body, {}, appendage))
      tap_.on_event(one.event);
  }
  void tell(const BackgroundGroup& group) {
    const Slot& head = group.slots[0];
    WIREBOOK_ASSERT(group.count <= 2 && head.tail.extension_count + 1U == group.count);
    std::string appendage;
    switch (head.tail.kind) {
      case SlotKind::enter:
        WIREBOOK_ASSERT(head.enter.session == played_session);
        WIREBOOK_ASSERT(head.enter.user_ref_num == ++number_);
        if (group.count == 2)
          appendage.assign(reinterpret_cast<const char*>(group.slots[1].extension.appendage.data()),
                           head.enter.appendage_bytes);
        break;
      case SlotKind::replace:
        WIREBOOK_ASSERT(head.replace.session == played_session);
        WIREBOOK_ASSERT(head.replace.user_ref_num == ++number_);
        break;
      case SlotKind::cancel:
        WIREBOOK_ASSERT(head.reduce.session == played_session);
        WIREBOOK_ASSERT(head.reduce.user_ref_num <= number_);
        break;
      default:
        WIREBOOK_ASSERT(head.tail.kind == SlotKind::trading_state);
    }
    tell(head.tail.kind, head.enter, appendage);
  }
  /// An order of somebody alive; nothing of it rests.
  void take(std::uint8_t choice) {
    tell(SlotKind::enter, EnterBody{.session = live_session,
                                    .symbol = symbol_of(1),
                                    .user_ref_num = ++live_number_,
                                    .quantity = {100U * (1 + choice / 4 % 4)},
                                    .price = {100'000U + 100U * (choice / 16)},
                                    .cl_ord_id = ClOrdId::from("live"),
                                    .side = choice % 2 == 0 ? 'B' : 'S',
                                    .time_in_force = '3',
                                    .display = 'Y',
                                    .capacity = 'P',
                                    .iso = 'N',
                                    .cross_type = 'N'});
  }
  void hear() {
    BackgroundReport report;
    while (tap_.take(report)) {
      orders_.on_report(report);
      for (auto left = orders_.take_leftover(); left.count != 0; left = orders_.take_leftover())
        tell(left);
    }
  }

  match::Rig<match::NaiveEngine> rig_;
  BackgroundTap tap_{played_session};
  BackgroundOrders orders_{played_session};
  std::uint32_t number_ = 0;
  std::uint32_t live_number_ = 0;
  bool late_ = false;
};

}  // namespace
}  // namespace wirebook::node

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it so
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wirebook::node;
  const std::size_t choices = size / 4;  // the last quarter
  FuzzBytes bytes(data, size - choices);
  FuzzBytes others(data + (size - choices), choices);
  Recorder recorder(bytes);
  while (!bytes.empty())
    recorder.put_any();
  const File file;
  file.write_all(recorder.file());
  RecordedFeed recorded(file.path(), 0);
  Player player;
  while (const wirebook::Slot* const message = recorded.next())
    player.on_message(*message, others.next());
  player.finish();
  return 0;
}
