// Which columns a compressed segment should have: how small, how fast, there and back.
//
// A piece of 1 MiB of orders and cancels in memory; layouts and compressors by turns.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "bench/journal/order_flow.hpp"
#include "bench/report.hpp"
#include "journal/column_codec.hpp"

namespace {

namespace journal = wirebook::journal;
using namespace wirebook::bench;

constexpr std::size_t piece_bytes = std::size_t{1} << 20;
constexpr std::size_t pieces = 32;

struct Form {
  std::string name;
  journal::Compression compression;
  journal::Layout layout;
  std::vector<double> encode;
  std::vector<double> decode;
  double ratio = 0;
};

void run_once(Form& form, const std::vector<std::byte>& raw, bool counted) {
  journal::ColumnCodec codec(form.compression, form.layout, piece_bytes);
  std::vector<std::byte> back(piece_bytes);
  std::uint64_t stored_bytes = 0;
  std::uint64_t encode_ns = 0;
  std::uint64_t decode_ns = 0;
  for (std::size_t i = 0; i < pieces; ++i) {
    const auto piece = std::span(raw).subspan(i * piece_bytes, piece_bytes);
    const journal::PiecePlace place{.first_slot = i * piece_bytes / 64, .epoch = 1};
    const std::uint64_t begin = now_ns();
    const auto stored = codec.encode(piece, place);
    const std::uint64_t encoded = now_ns();
    const bool whole = codec.decode(stored, place, back);
    decode_ns += now_ns() - encoded;
    encode_ns += encoded - begin;
    stored_bytes += stored.size();
    if (!whole || std::memcmp(back.data(), piece.data(), piece_bytes) != 0) {
      std::fprintf(stderr, "%s: not the same bytes\n", form.name.c_str());
      std::exit(1);
    }
  }
  if (!counted)
    return;
  const auto bytes = static_cast<double>(raw.size());
  form.encode.push_back(bytes / static_cast<double>(encode_ns));
  form.decode.push_back(bytes / static_cast<double>(decode_ns));
  form.ratio = bytes / static_cast<double>(stored_bytes);
}

}  // namespace

int main(int argc, char** argv) {
  Report report("journal_columns", argc, argv);
  std::vector<std::byte> raw(pieces * piece_bytes);
  OrderFlow flow;
  for (std::uint64_t i = 0; i < raw.size() / sizeof(wirebook::Slot); ++i) {
    const wirebook::Slot slot = flow.next(i, 1);
    std::memcpy(raw.data() + i * sizeof slot, &slot, sizeof slot);
  }
  using journal::Compression;
  using journal::Layout;
  std::vector<Form> forms{
      {"lz4, slots as they are", Compression::lz4, Layout::slots, {}, {}},
      {"lz4, by field", Compression::lz4, Layout::fields, {}, {}},
      {"lz4, by byte", Compression::lz4, Layout::bytes, {}, {}},
      {"zstd, slots as they are", Compression::zstd, Layout::slots, {}, {}},
      {"zstd, by field", Compression::zstd, Layout::fields, {}, {}},
      {"zstd, by byte", Compression::zstd, Layout::bytes, {}, {}},
  };
  for (std::size_t run = 0; run <= report.runs(); ++run)
    for (std::size_t i = 0; i < forms.size(); ++i)
      run_once(forms[(run + i) % forms.size()], raw, run != 0);
  for (const Form& form : forms) {
    report.add(form.name + ": smaller by", summarize({form.ratio}), "x");
    report.add(form.name + ": there", summarize(form.encode), "GB/s");
    report.add(form.name + ": back", summarize(form.decode), "GB/s");
  }
  return report.finish();
}
