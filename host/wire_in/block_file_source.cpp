#include "wire_in/block_file_source.hpp"

#include "wirebook/wire/big_endian.hpp"

namespace wirebook::wire_in {
namespace {

struct BlockHeader {
  wire::Big16 length;  ///< of the message alone
  wire::Big32 session;
};
static_assert(sizeof(BlockHeader) == 6);

}  // namespace

std::optional<OuchBlock> BlockFileSource::next() noexcept {
  if (rest_.size() < sizeof(BlockHeader))
    return std::nullopt;
  const auto& header = wire::view<BlockHeader>(rest_.data());
  const std::size_t length = header.length;
  if (length > rest_.size() - sizeof(BlockHeader))
    return std::nullopt;
  const OuchBlock block{header.session, rest_.subspan(sizeof(BlockHeader), length)};
  rest_ = rest_.subspan(sizeof(BlockHeader) + length);
  return block;
}

}  // namespace wirebook::wire_in
