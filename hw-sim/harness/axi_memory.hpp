// Host memory behind the kernel's 512-bit AXI4 master, as unfriendly as the protocol allows.
//
// Shapes: one block of bytes at a bus address; reads and writes of 64-byte beats. Readiness is
// drawn at random, answers come late, in order within an ID. What the kernel must not do is
// checked: bursts of more than 4 or across 256 bytes, a payload that changes while it waits, a last
// beat in the wrong place, an address outside. Threads: one. Errors: `error` says the first. Cost:
// some ns a cycle. Specification: AMBA AXI4; kernels/slot_ring/ring_writer.sv.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace wirebook::hw_sim {

struct AxiMemoryOptions {
  std::uint32_t stall_percent = 0;   ///< of cycles in which a channel is not ready
  std::uint32_t latency_cycles = 1;  ///< from the last beat or address to the answer
  std::uint32_t jitter_cycles = 0;
  std::uint64_t bad_address = ~std::uint64_t{0};  ///< whatever touches it is answered with an error
};

template <class Dut>
class AxiMemory {
 public:
  static constexpr std::size_t beat_bytes = 64;

  AxiMemory(std::uint64_t base, std::size_t bytes, AxiMemoryOptions options, std::uint64_t seed)
      : base_(base), lines_(bytes / beat_bytes), options_(options), random_(seed) {}

  AxiMemoryOptions& options() { return options_; }
  [[nodiscard]] std::uint64_t base() const { return base_; }
  /// The bytes at a bus address.
  std::byte* at(std::uint64_t address) {
    return reinterpret_cast<std::byte*>(lines_.data()) + (address - base_);
  }
  /// The first thing that was not as it must be.
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] std::uint64_t beats_written() const { return beats_written_; }

  /// Before the clock's edge: what the kernel sees in this cycle.
  void drive(Dut& dut) {
    ++cycle_;
    dut.m_axi_awready = ready();
    dut.m_axi_wready = ready();
    dut.m_axi_arready = ready();
    drive_responses(dut);
    drive_reads(dut);
  }

  /// After evaluation, before the edge: what was transferred.
  void sample(Dut& dut) {
    check_stable(aw_, dut.m_axi_awvalid, dut.m_axi_awready, "AW", [&] {
      Address shown{dut.m_axi_awaddr, dut.m_axi_awlen, dut.m_axi_awid};
      if constexpr (requires { dut.m_axi_awsize; })
        shown.shape = shape(dut.m_axi_awsize, dut.m_axi_awburst);
      return shown;
    });
    check_stable(ar_, dut.m_axi_arvalid, dut.m_axi_arready, "AR", [&] {
      Address shown{dut.m_axi_araddr, dut.m_axi_arlen, dut.m_axi_arid};
      if constexpr (requires { dut.m_axi_arsize; })
        shown.shape = shape(dut.m_axi_arsize, dut.m_axi_arburst);
      return shown;
    });
    check_stable(w_, dut.m_axi_wvalid, dut.m_axi_wready, "W", [&] {
      Data shown{.last = dut.m_axi_wlast != 0};
      std::memcpy(shown.words.data(), dut.m_axi_wdata.m_storage, beat_bytes);
      if constexpr (requires { dut.m_axi_wstrb; })
        shown.strobes = dut.m_axi_wstrb;
      return shown;
    });
    if (dut.m_axi_awvalid && dut.m_axi_awready)
      bursts_.push_back(burst(dut.m_axi_awaddr, dut.m_axi_awlen, dut.m_axi_awid));
    if (dut.m_axi_wvalid && dut.m_axi_wready) {
      Beat& beat = beats_.emplace_back();
      std::memcpy(beat.bytes.data(), dut.m_axi_wdata.m_storage, beat_bytes);
      beat.last = dut.m_axi_wlast;
    }
    write_what_is_here();
    if (dut.m_axi_bvalid)
      take_response(dut.m_axi_bready);
    if (dut.m_axi_rvalid && dut.m_axi_rready)
      take_read();
    if (dut.m_axi_arvalid && dut.m_axi_arready) {
      const Burst read = burst(dut.m_axi_araddr, dut.m_axi_arlen, dut.m_axi_arid);
      reads_.push_back({read, due(last_read_due_), 0});
    }
  }

 private:
  struct alignas(beat_bytes) Line {
    std::array<std::byte, beat_bytes> bytes;
  };
  struct Burst {
    std::uint64_t address = 0;
    std::uint32_t beats = 0;
    std::uint8_t id = 0;
    bool bad = false;
  };
  struct Beat {
    std::array<std::byte, beat_bytes> bytes;
    bool last = false;
  };
  struct Response {
    std::uint8_t id;
    bool bad;
    std::uint64_t due;
  };
  struct Read {
    Burst burst;
    std::uint64_t due;
    std::uint32_t beat;
  };
  // All that a channel shows; what a bench's module lacks stays as it must be.
  struct Address {
    std::uint64_t address = 0;
    std::uint8_t length = 0;
    std::uint8_t id = 0;
    std::uint8_t shape = full_beats;
    bool operator==(const Address&) const = default;
  };
  struct Data {
    std::array<std::uint64_t, beat_bytes / 8> words{};
    std::uint64_t strobes = ~std::uint64_t{0};
    bool last = false;
    bool operator==(const Data&) const = default;
  };
  template <class Payload>
  struct Held {
    bool waiting = false;
    Payload payload{};
  };

  static constexpr std::uint8_t shape(std::uint8_t size, std::uint8_t burst) {
    return static_cast<std::uint8_t>(size << 2 | burst);
  }
  static constexpr std::uint8_t full_beats = 6 << 2 | 1;  // 64 bytes, addresses rise

  void fail(const std::string& text) {
    if (error_.empty())
      error_ = text + " in cycle " + std::to_string(cycle_);
  }
  bool ready() { return options_.stall_percent == 0 || random_() % 100 >= options_.stall_percent; }
  /// Answers keep their order, so none is due before the one in front of it.
  std::uint64_t due(std::uint64_t& last) {
    const std::uint64_t jitter =
        options_.jitter_cycles == 0 ? 0 : random_() % (options_.jitter_cycles + 1);
    return last = std::max(last, cycle_ + options_.latency_cycles + jitter);
  }

  /// What waits must stay; `look` is asked only of what does, or did.
  template <class Payload, class Look>
  void check_stable(Held<Payload>& held, bool valid, bool ready, const char* channel, Look look) {
    if (held.waiting) {
      if (!valid || look() != held.payload)
        fail(std::string(channel) + " changed while it waited");
      held.waiting = valid && !ready;
    } else if (valid && !ready) {
      held = {true, look()};
    }
  }

  Burst burst(std::uint64_t address, std::uint32_t length, std::uint8_t id) {
    Burst result{address, length + 1, id, false};
    const std::uint64_t end = address + beat_bytes * result.beats;
    if (address % beat_bytes != 0 || result.beats > 4 || (address ^ (end - 1)) >= 256)
      fail("a burst of " + std::to_string(result.beats) + " beats at " + std::to_string(address));
    if (address < base_ || end > base_ + beat_bytes * lines_.size()) {
      fail("a burst outside of memory, at " + std::to_string(address));
      result.address = base_;
    }
    result.bad = address <= options_.bad_address && options_.bad_address < end;
    return result;
  }

  void write_what_is_here() {
    while (!bursts_.empty() && beats_.size() >= bursts_.front().beats) {
      const Burst now = bursts_.front();
      bursts_.pop_front();
      for (std::uint32_t i = 0; i < now.beats; ++i) {
        if (beats_.front().last != (i + 1 == now.beats))
          fail("a last beat in the wrong place");
        if (!now.bad)
          std::memcpy(at(now.address + i * beat_bytes), beats_.front().bytes.data(), beat_bytes);
        beats_.pop_front();
        ++beats_written_;
      }
      responses_.push_back({now.id, now.bad, due(last_response_due_)});
    }
  }

  void drive_responses(Dut& dut) {
    const bool here = !responses_.empty() && responses_.front().due <= cycle_;
    dut.m_axi_bvalid = here;
    if (!here)
      return;
    dut.m_axi_bid = responses_.front().id;
    dut.m_axi_bresp = responses_.front().bad ? 2 : 0;
  }
  void take_response(bool ready) {
    if (!ready)
      fail("bready was low");
    else
      responses_.pop_front();
  }

  void drive_reads(Dut& dut) {
    const bool here = !reads_.empty() && reads_.front().due <= cycle_;
    dut.m_axi_rvalid = here;
    if (!here)
      return;
    const Read& read = reads_.front();
    dut.m_axi_rid = read.burst.id;
    dut.m_axi_rresp = read.burst.bad ? 2 : 0;
    dut.m_axi_rlast = read.beat + 1 == read.burst.beats;
    std::memcpy(dut.m_axi_rdata.m_storage, at(read.burst.address + read.beat * beat_bytes),
                beat_bytes);
  }
  void take_read() {
    if (++reads_.front().beat == reads_.front().burst.beats)
      reads_.pop_front();
  }

  std::uint64_t base_;
  std::vector<Line> lines_;
  AxiMemoryOptions options_;
  std::mt19937_64 random_;
  std::uint64_t cycle_ = 0;
  std::uint64_t last_response_due_ = 0;
  std::uint64_t last_read_due_ = 0;
  std::uint64_t beats_written_ = 0;
  std::deque<Burst> bursts_;
  std::deque<Beat> beats_;
  std::deque<Response> responses_;
  std::deque<Read> reads_;
  Held<Address> aw_, ar_;
  Held<Data> w_;
  std::string error_;
};

}  // namespace wirebook::hw_sim
