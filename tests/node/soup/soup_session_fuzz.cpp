// Goal: the state machines of both sides of SoupBinTCP say the same of a stream however it is cut,
// and what the server's side writes is the same however the socket takes it.
// Input: pieces of a length byte and that many bytes of the stream.
#include <span>
#include <string>
#include <vector>

#include "wirebook/assert.hpp"

#include "node/soup/soup_client.hpp"
#include "node/soup/soup_server.hpp"

using namespace wirebook;
using namespace wirebook::node::soup;

namespace {

using Bytes = std::span<const std::byte>;

void note(std::string& said, Bytes bytes) {
  said.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  said += '|';
}

struct Server {
  SoupServerIn in;
  std::string said;

  void open() {
    in.open(0);
    said.clear();
  }
  void feed(Bytes bytes) {
    in.feed(bytes, 0);
    while (const auto input = in.next()) {
      said += static_cast<char>('a' + static_cast<int>(input->kind));
      said += std::to_string(static_cast<int>(input->outcome));
      note(said, input->payload);
      if (input->kind == SoupInputKind::login) {
        said += std::to_string(input->login.requested_sequence);
        in.accept();
      }
      if (input->kind == SoupInputKind::logout || input->kind == SoupInputKind::violation)
        WIREBOOK_ASSERT(!in.next());
    }
  }
};

struct Client {
  SoupClient client{ClientLogin{}};
  std::string said;

  void open() {
    client.set_login({});
    client.connect(0);
    said.clear();
  }
  void feed(Bytes bytes) {
    client.feed(bytes, 0);
    while (const auto input = client.next()) {
      said += static_cast<char>('a' + static_cast<int>(input->kind));
      said += std::to_string(input->number);
      note(said, input->payload);
    }
  }
};

/// The stream's bytes as blocks of a store, taken by a socket in sizes that the bytes choose.
void write_out(Bytes data) {
  std::vector<std::byte> blocks;
  std::string expected;
  for (std::size_t begin = 0; begin < data.size();) {
    const std::size_t wanted = static_cast<std::size_t>(data[begin]) % 64;
    const Bytes message = data.subspan(begin, std::min(wanted, data.size() - begin));
    blocks.push_back(std::byte{0});
    blocks.push_back(static_cast<std::byte>(message.size()));
    blocks.insert(blocks.end(), message.begin(), message.end());
    expected += {'\0', static_cast<char>(1 + message.size()), 'S'};
    expected.append(reinterpret_cast<const char*>(message.data()), message.size());
    begin += wanted + 1;
  }
  SoupServerOut out;
  out.open(0);
  out.accept(Alpha<10>::from("FUZZ"), 1, 0);
  std::vector<iovec> vectors(data.empty() ? 2 : 2 + static_cast<std::size_t>(data[0]) % 9);
  std::string sent;
  Bytes rest(blocks);
  for (std::size_t step = 0;; ++step) {
    std::string ready;
    for (const iovec& vector : std::span(vectors).first(out.gather(rest, vectors)))
      ready.append(static_cast<const char*>(vector.iov_base), vector.iov_len);
    if (ready.empty())
      break;
    const std::size_t size = data.empty() ? 1 : static_cast<std::size_t>(data[step % data.size()]);
    ready.resize(std::min(ready.size(), 1 + size));
    sent += ready;
    rest = rest.subspan(out.wrote(ready.size(), rest, 0).block_bytes);
  }
  WIREBOOK_ASSERT(rest.empty() && !out.pending());
  WIREBOOK_ASSERT(sent.substr(33) == expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Server server_in_pieces, server_at_once;
  static Client client_in_pieces, client_at_once;
  const Bytes all = std::as_bytes(std::span(data, size));
  std::vector<std::byte> stream;
  server_in_pieces.open();
  client_in_pieces.open();
  for (Bytes rest = all; !rest.empty();) {
    const std::size_t bytes = std::min(static_cast<std::size_t>(rest[0]), rest.size() - 1);
    const std::vector<std::byte> own(rest.begin() + 1,
                                     rest.begin() + 1 + static_cast<std::ptrdiff_t>(bytes));
    server_in_pieces.feed(own);
    client_in_pieces.feed(own);
    stream.insert(stream.end(), own.begin(), own.end());
    rest = rest.subspan(1 + bytes);
  }
  server_at_once.open();
  server_at_once.feed(stream);
  WIREBOOK_ASSERT(server_in_pieces.said == server_at_once.said);
  client_at_once.open();
  client_at_once.feed(stream);
  WIREBOOK_ASSERT(client_in_pieces.said == client_at_once.said);
  write_out(all);
  return 0;
}
