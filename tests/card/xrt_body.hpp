// The simulated card under XRT as a body: its wire is a FIFO, and whoever writes the capture into
// it says when which frame comes.
#pragma once

#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "tests/card/pcap_writer.hpp"
#include "tests/card/simulated_card.hpp"
#include "tests/card/soft_body.hpp"

namespace wirebook::card::test {

class XrtBody final : public Body {
 public:
  /// In `folder`: the wire, and `report.json` once this has ended.
  XrtBody(const CardConfig& config, const Folder& folder) {
    const std::string wire = folder.file("wire.pcap");
    if (mkfifo(wire.c_str(), 0600) != 0)
      throw std::runtime_error("mkfifo " + wire);
    use_simulated_card(folder);
    setenv("WIREBOOK_SIM_WIRE", ("pcap:" + wire).c_str(), 1);
    setenv("WIREBOOK_SIM_REPORT", folder.file("report.json").c_str(), 1);
    card_ = open_simulated_card(config);
    wire_ = std::make_unique<PcapWriter>(wire);  // waits for the card's end, which is open now
  }

  [[nodiscard]] Card& card() override { return *card_; }
  /// A capture has frames without FCS only: there are no bad ones.
  void receive(Bytes frame, TimeNs time, bool) override {
    wire_->add(frame, time.raw);
    wire_->flush();
    ++received_;
  }
  /// The card's cycles are all that counts, and each register read takes some: once the last frame
  /// is in, there are enough of them to number all that it may hold, and to fetch what the host
  /// has injected.
  void settle(TimeNs now) override {
    card_->poll(now);
    if (!eventually([&] { return card_->counters().frames_admitted == received_; }))
      throw std::runtime_error("the card does not take frame " + std::to_string(received_));
    for (int read = 0; read < cycles_to_settle / cycles_per_read; ++read)
      static_cast<void>(card_->taken());
  }
  /// Nothing is seen of it.
  [[nodiscard]] std::deque<std::vector<std::byte>>& sent() override { return sent_; }

 private:
  static constexpr int cycles_to_settle = 2'000;
  static constexpr int cycles_per_read = 4;  // at least

  std::unique_ptr<Card> card_;
  std::unique_ptr<PcapWriter> wire_;
  std::uint64_t received_ = 0;
  std::deque<std::vector<std::byte>> sent_;
};

}  // namespace wirebook::card::test
