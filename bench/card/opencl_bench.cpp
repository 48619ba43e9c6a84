// Bulk parsing by OpenCL beside the software parser, by batch size: ITCH bytes to sealed slots.
// Then who should find where messages start: the host, or one work item of a kernel, which walks
// from length to length as the host does.
//
// The threads are not pinned: OpenCL's would all share one core.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <CL/opencl.hpp>

#include "bench/report.hpp"
#include "bench/wire_in/busy_day.hpp"
#include "card/bulk_list.hpp"
#include "slot_ring/ring.hpp"
#include "wire_in/binary_file_source.hpp"

namespace {

using namespace wirebook;
using bench::now_ns;
using Bytes = std::span<const std::byte>;

constexpr std::size_t messages = 1'000'000;  // about 30 MB
constexpr std::size_t ring_slots = std::size_t{1} << 17;

double ns_per_message(std::uint64_t start_ns) {
  return static_cast<double>(now_ns() - start_ns) / static_cast<double>(messages);
}

double run_software(Bytes bytes, std::size_t batch, slot_ring::Writer<Slot>& writer,
                    slot_ring::Reader<Slot>& reader) {
  const std::uint64_t start = now_ns();
  wire_in::BinaryFileSource source(bytes);
  std::size_t written = 0;
  while (const auto message = source.next()) {
    WIREBOOK_ASSERT(writer.has_credit(1));
    const Outcome outcome = wire_in::parse_itch(*message, wire_in::itch_time(*message), writer);
    WIREBOOK_ASSERT(outcome == Outcome::ok);
    if (++written % batch == 0)
      reader.release(batch);
  }
  reader.release(written % batch);
  return ns_per_message(start);
}

/// As a replay does it: the host finds the next batch while the device has this one.
double run_bulk(Bytes bytes, card::BulkList* list, card::BulkList* next, card::BulkParser& parser) {
  const std::uint64_t start = now_ns();
  wire_in::BinaryFileSource source(bytes);
  OutcomeCounters counters;
  std::uint64_t sequence = 0;
  for (bool more = list->fill(source, counters); more; std::swap(list, next)) {
    parser.start(list->batch(card::BulkFormat::itch, sequence));
    more = next->fill(source, counters);
    parser.finish();
    sequence += list->slots();
  }
  WIREBOOK_ASSERT(counters[Outcome::ok] == messages);
  return ns_per_message(start);
}

// ── Where messages start ────────────────────────────────────────────────────────────────────────

double run_host_walk(Bytes bytes, card::BulkList& list) {
  const std::uint64_t start = now_ns();
  wire_in::BinaryFileSource source(bytes);
  OutcomeCounters counters;
  while (list.fill(source, counters))
    bench::keep(list.messages().data());
  return ns_per_message(start);
}

constexpr const char* walk_source = R"opencl(
kernel void walk(global const uchar* bytes, uint end, uint count, global const uchar* lengths,
                 global uint4* messages, global uint* result) {
  uint at = 0, found = 0, seen = 0;
  for (; seen < count && at + 2 <= end; ++seen) {
    const uint length = (uint)bytes[at] << 8 | bytes[at + 1];
    if (length == 0 || length > end - at - 2)
      break;
    if (lengths[bytes[at + 2]] == length) {
      messages[found] = (uint4)(at + 2, found, 0, length);
      ++found;
    }
    at += 2 + length;
  }
  result[0] = at;
  result[1] = found;
}
)opencl";

class DeviceWalk {
 public:
  explicit DeviceWalk(std::size_t batch) : batch_(batch), list_(batch * 4) {
    for (int type = 0; type < 256; ++type)
      lengths_.push_back(
          static_cast<cl_uchar>(wire_in::itch_message_bytes(static_cast<char>(type))));
    cl::Program program(context_, walk_source);
    program.build("-cl-std=CL1.2");
    kernel_ = cl::Kernel(program, "walk");
  }

  double run(Bytes bytes) {
    const std::uint64_t start = now_ns();
    std::size_t found = 0;
    for (std::size_t at = 0; at < bytes.size();) {
      step(bytes.subspan(at));
      at += result_[0];
      found += result_[1];
    }
    WIREBOOK_ASSERT(found == messages);
    return ns_per_message(start);
  }

 private:
  cl::Buffer buffer(const void* at, std::size_t size) const {
    return {context_, CL_MEM_USE_HOST_PTR, size, const_cast<void*>(at)};
  }
  void step(Bytes bytes) {
    const cl::Buffer all = buffer(bytes.data(), bytes.size());
    const cl::Buffer lengths = buffer(lengths_.data(), lengths_.size());
    const cl::Buffer list = buffer(list_.data(), list_.size() * sizeof(cl_uint));
    const cl::Buffer result = buffer(result_, sizeof result_);
    kernel_.setArg(0, all);
    kernel_.setArg(1, static_cast<cl_uint>(bytes.size()));
    kernel_.setArg(2, static_cast<cl_uint>(batch_));
    kernel_.setArg(3, lengths);
    kernel_.setArg(4, list);
    kernel_.setArg(5, result);
    queue_.enqueueNDRangeKernel(kernel_, cl::NullRange, cl::NDRange(1), cl::NDRange(1));
    queue_.finish();
  }

  std::size_t batch_;
  std::vector<cl_uint> list_;
  std::vector<cl_uchar> lengths_;
  cl_uint result_[2]{};
  cl::Context context_{cl::Device::getDefault()};
  cl::CommandQueue queue_{context_};
  cl::Kernel kernel_;
};

void measure(bench::Report& report, Bytes bytes) {
  slot_ring::Ring<Slot> ring(ring_slots);
  slot_ring::Writer<Slot> writer(ring);
  slot_ring::Reader<Slot> reader(ring);
  slot_ring::Ring<Slot> bulk_ring(ring_slots);
  const auto parser = card::opencl_module().open();
  parser->use({.memory = {bulk_ring.memory().data(), ring_slots * sizeof(Slot)}});
  for (const std::size_t batch : {64U, 256U, 1'024U, 4'096U, 16'384U, 65'536U, 131'072U}) {
    card::BulkList list(bytes, batch), next(bytes, batch);
    const auto pair = bench::paired_runs(
        report.runs(), [&] { return run_bulk(bytes, &list, &next, *parser); },
        [&] { return run_software(bytes, batch, writer, reader); });
    const std::string name = std::to_string(batch) + " a batch: ";
    report.add(name + "OpenCL", pair.a, "ns/message");
    report.add(name + "software", pair.b, "ns/message");
    report.add_ratio(name + "OpenCL / software", pair.ratio);
  }
  constexpr std::size_t walked = 16'384;
  DeviceWalk walk(walked);
  card::BulkList list(bytes, walked);
  const auto pair = bench::paired_runs(
      report.runs(), [&] { return walk.run(bytes); }, [&] { return run_host_walk(bytes, list); });
  report.add("finding 16384 messages: one work item", pair.a, "ns/message");
  report.add("finding 16384 messages: the host", pair.b, "ns/message");
  report.note(parser->device());
  report.note(std::to_string(messages) + " messages, " + std::to_string(bytes.size()) +
              " bytes, seed " + std::to_string(bench::busy_day_seed) + ", " +
              std::to_string(ring_slots) + " slots");
}

}  // namespace

int main(int argc, char** argv) {
  const auto program = std::filesystem::read_symlink("/proc/self/exe");
  ::setenv("WIREBOOK_MODULES", program.parent_path().parent_path().c_str(), 0);
  bench::Report report("opencl", argc, argv);
  try {
    measure(report, bench::busy_day(messages));
  } catch (const card::CardError& error) {
    report.note(std::string("not measured: ") + error.what());
  }
  return report.finish();
}
