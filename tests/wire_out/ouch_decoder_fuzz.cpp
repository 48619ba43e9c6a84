// Goal: no bytes break the decoder, and what it takes can be read: every field and every tag lies
// within the message. Method: libFuzzer over whole messages, both directions.
#include <cstdint>
#include <span>

#include "wirebook/assert.hpp"

#include "wire_out/ouch_decoder.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it so
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wirebook;
  namespace ouch = wire::ouch;
  const auto bytes = std::as_bytes(std::span(data, size));
  for (const auto& table : {std::span<const ouch::MessageInfo>(ouch::inbound_messages),
                            std::span<const ouch::MessageInfo>(ouch::outbound_messages)}) {
    const auto message = wire_out::decode_ouch(table, bytes);
    if (!message)
      continue;
    std::size_t read = 1;
    std::uint64_t sum = 0;
    for (const ouch::FieldInfo& field : message->info().fields) {
      sum += wire_out::load_big_endian(message->field(field));
      read += field.bytes;
    }
    message->for_each_tag([&](const ouch::TagInfo& tag, std::span<const std::byte> value) {
      WIREBOOK_ASSERT(value.size() == tag.value_bytes);
      sum += wire_out::load_big_endian(value);
      read += 2 + value.size();
    });
    asm volatile("" : : "r"(sum));
    WIREBOOK_ASSERT(read <= size);
  }
  return 0;
}
