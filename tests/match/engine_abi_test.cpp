// The engine as a shared library, driven through its C interface as the harness drives it.
#include "bench/match/engine_abi.hpp"

#include <cstdint>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <gtest/gtest.h>

namespace wirebook::bench::abi {
namespace {

/// A report as one line: kind, sequence, order, side, price, shares, and of a trade both parties.
std::string line_of(const Report& report) {
  std::string line = std::string("ATCMcm").substr(static_cast<std::size_t>(report.kind), 1);
  line += std::to_string(report.sequence) + " #" + std::to_string(report.order_id);
  if (report.kind == ReportKind::cancel_refused || report.kind == ReportKind::modify_refused)
    return line;
  if (report.kind != ReportKind::trade)
    line += report.side == Side::buy ? " B" : " S";
  line += " " + std::to_string(report.quantity) + "@" + std::to_string(report.price_ticks);
  if (report.kind == ReportKind::trade)
    line += " " + std::to_string(report.resting_id) + "<" + std::to_string(report.incoming_id);
  return line;
}
using Lines = std::vector<std::string>;

class Library {
 public:
  Library() : handle_(dlopen(WIREBOOK_ENGINE, RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr)
      throw std::runtime_error(dlerror());
  }
  ~Library() { dlclose(handle_); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  template <class Function>
  Function* find(const char* name) const {
    void* const found = dlsym(handle_, name);
    if (found == nullptr)
      throw std::runtime_error(name);
    return reinterpret_cast<Function*>(found);
  }

 private:
  void* handle_;
};

Lines pushed;

class EngineAbi : public testing::Test {
 protected:
  /// Over the library's own queue.
  void start() {
    calls_ = library_.find<decltype(engine_get_transport)>("engine_get_transport")();
    queue_ = calls_->create(1U << 12);
    init_(1, calls_, queue_);
  }
  void TearDown() override {
    library_.find<decltype(engine_shutdown)>("engine_shutdown")();
    if (queue_ != nullptr)
      calls_->destroy(queue_);
  }

  void enter(std::uint64_t id, Side side, std::uint32_t shares, std::int64_t ticks,
             bool immediate = false) {
    const Enter message{.order_id = id,
                        .sequence = next_++,
                        .price_ticks = ticks,
                        .quantity = shares,
                        .side = side,
                        .immediate = immediate};
    enter_(&message);
  }
  void cancel(std::uint64_t id) {
    const Cancel message{.order_id = id, .sequence = next_++};
    cancel_(&message);
  }
  void modify(std::uint64_t id, std::uint32_t shares, std::int64_t ticks) {
    const Modify message{
        .order_id = id, .sequence = next_++, .price_ticks = ticks, .quantity = shares};
    modify_(&message);
  }
  Lines told() {
    library_.find<decltype(engine_flush)>("engine_flush")();
    Lines lines;
    std::vector<Report> reports(3);
    while (const std::uint32_t count = calls_->drain(queue_, reports.data(), 3))
      for (std::uint32_t i = 0; i < count; ++i)
        lines.push_back(line_of(reports[i]));
    return lines;
  }

  Library library_;
  decltype(engine_init)* init_ = library_.find<decltype(engine_init)>("engine_init");
  decltype(engine_on_new_order)* enter_ =
      library_.find<decltype(engine_on_new_order)>("engine_on_new_order");
  decltype(engine_on_cancel)* cancel_ =
      library_.find<decltype(engine_on_cancel)>("engine_on_cancel");
  decltype(engine_on_modify)* modify_ =
      library_.find<decltype(engine_on_modify)>("engine_on_modify");
  decltype(engine_query_best_bid)* best_bid_ =
      library_.find<decltype(engine_query_best_bid)>("engine_query_best_bid");
  decltype(engine_query_best_ask)* best_ask_ =
      library_.find<decltype(engine_query_best_ask)>("engine_query_best_ask");
  decltype(engine_query_depth_at)* depth_at_ =
      library_.find<decltype(engine_query_depth_at)>("engine_query_depth_at");
  const ReportQueueCalls* calls_ = nullptr;
  void* queue_ = nullptr;
  std::uint64_t next_ = 0;
};

TEST_F(EngineAbi, ATradeIsAtTheRestingOrdersPriceAndNamesBoth) {
  start();
  enter(9, Side::sell, 10, 33'500);
  enter(4, Side::buy, 4, 33'502);
  EXPECT_EQ(told(), (Lines{"A0 #9 S 10@33500", "A1 #4 B 4@33502", "T1 #9 4@33500 9<4"}));
}

TEST_F(EngineAbi, WhatIsLeftOfAnImmediateOrderIsCanceled) {
  start();
  enter(1, Side::sell, 3, 100);
  enter(2, Side::buy, 5, 101, true);
  cancel(2);
  EXPECT_EQ(told(),
            (Lines{"A0 #1 S 3@100", "A1 #2 B 5@101", "T1 #1 3@100 1<2", "C1 #2 B 2@101", "c2 #2"}));
}

TEST_F(EngineAbi, AnOrderThatIsNotLiveCannotBeCanceledOrModified) {
  start();
  cancel(7);
  modify(UINT64_MAX, 5, 100);
  enter(7, Side::buy, 5, 100);
  cancel(7);
  cancel(7);
  modify(7, 6, 101);
  EXPECT_EQ(told(), (Lines{"c0 #7", "m1 #18446744073709551615", "A2 #7 B 5@100", "C3 #7 B 5@100",
                           "c4 #7", "m5 #7"}));
}

TEST_F(EngineAbi, AModifiedOrderHasTheSharesAskedForWhateverItHasTraded) {
  start();
  modify(1, 9, 9);  // uses up no number that the next order would inherit shares from
  enter(1, Side::sell, 10, 100);
  enter(2, Side::buy, 4, 100);
  modify(1, 7, 101);
  enter(3, Side::buy, 2, 101);
  modify(1, 6, 99);
  EXPECT_EQ(depth_at_(99, 1), 6U);
  EXPECT_EQ(told(), (Lines{"m0 #1", "A1 #1 S 10@100", "A2 #2 B 4@100", "T2 #1 4@100 1<2",
                           "M3 #1 S 7@101", "A4 #3 B 2@101", "T4 #1 2@101 1<3", "M5 #1 S 6@99"}));
}

TEST_F(EngineAbi, AModifyThatCrossesTradesAndLosesItsPlace) {
  start();
  enter(1, Side::buy, 5, 100);
  enter(2, Side::buy, 5, 100);
  modify(1, 6, 100);
  enter(3, Side::sell, 7, 200);
  modify(3, 8, 100);
  EXPECT_EQ(told(), (Lines{"A0 #1 B 5@100", "A1 #2 B 5@100", "M2 #1 B 6@100", "A3 #3 S 7@200",
                           "M4 #3 S 8@100", "T4 #2 5@100 2<3", "T4 #1 3@100 1<3"}));
}

TEST_F(EngineAbi, AnIdIsFreeAgainWhenItsOrderIsGone) {
  start();
  enter(1, Side::buy, 5, 100);
  enter(2, Side::sell, 5, 100);
  enter(1, Side::sell, 6, 200);
  cancel(1);
  EXPECT_EQ(told(), (Lines{"A0 #1 B 5@100", "A1 #2 S 5@100", "T1 #1 5@100 1<2", "A2 #1 S 6@200",
                           "C3 #1 S 6@200"}));
}

TEST_F(EngineAbi, ASweepThatTakesManyStepsIsToldWhole) {
  start();
  constexpr std::uint64_t orders = 300;
  for (std::uint64_t id = 1; id <= orders; ++id)
    enter(id, Side::sell, 1, 100);
  static_cast<void>(told());
  enter(1000, Side::buy, orders + 1, 100);
  const Lines lines = told();
  ASSERT_EQ(lines.size(), orders + 1);
  for (std::uint64_t id = 1; id <= orders; ++id)
    ASSERT_EQ(lines[id], "T300 #" + std::to_string(id) + " 1@100 " + std::to_string(id) + "<1000");
  modify(1000, 2, 99);
  EXPECT_EQ(told(), Lines{"M301 #1000 B 2@99"});
}

TEST_F(EngineAbi, QueriesSeeTheBook) {
  start();
  EXPECT_EQ(best_bid_(), no_bid);
  EXPECT_EQ(best_ask_(), no_ask);
  enter(1, Side::buy, 5, -3);
  enter(2, Side::buy, 6, -3);
  enter(3, Side::sell, 7, 200'000);
  EXPECT_EQ(best_bid_(), -3);
  EXPECT_EQ(best_ask_(), 200'000);
  EXPECT_EQ(depth_at_(-3, 0), 11U);
  EXPECT_EQ(depth_at_(-3, 1), 0U);
  EXPECT_EQ(depth_at_(200'000, 1), 7U);
  EXPECT_EQ(depth_at_(199'999, 1), 0U);
}

TEST_F(EngineAbi, RunsOfMessagesAndSingleOnesAreToldAlike) {
  start();
  const std::vector<Message> messages{
      {.kind = MessageKind::enter,
       .enter = {.order_id = 1, .sequence = 0, .price_ticks = 100, .quantity = 5}},
      {.kind = MessageKind::modify,
       .modify = {.order_id = 1, .sequence = 1, .price_ticks = 101, .quantity = 6}},
      {.kind = MessageKind::cancel, .cancel = {.order_id = 1, .sequence = 2}}};
  library_.find<decltype(engine_on_batch)>("engine_on_batch")(messages.data(), 3);
  EXPECT_EQ(told(), (Lines{"A0 #1 B 5@100", "M1 #1 B 6@101", "C2 #1 B 6@101"}));
}

TEST_F(EngineAbi, AnothersQueueGetsTheReportsBehindEachMessage) {
  const ReportQueueCalls others{.push = [](void*, const Report* report) {
    pushed.push_back(line_of(*report));
    return 1;
  }};
  pushed.clear();
  init_(1, &others, nullptr);
  enter(1, Side::buy, 5, 100);
  EXPECT_EQ(pushed, Lines{"A0 #1 B 5@100"});
  cancel(1);
  EXPECT_EQ(pushed.back(), "C1 #1 B 5@100");
}

}  // namespace
}  // namespace wirebook::bench::abi
