#include "node/roads/redirect_program.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <bpf/bpf.h>
#include <fmt/format.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include "node/sockets/endpoint.hpp"

namespace wirebook::node {

namespace {

// Registers: r6 the context, r2 the frame, r3 its end, r4 the header that is looked at, r5 and r7
// are scratch.
constexpr std::uint8_t r0 = 0, r1 = 1, r2 = 2, r3 = 3, r4 = 4, r5 = 5, r6 = 6, r7 = 7;
constexpr std::uint8_t load_u8 = BPF_LDX | BPF_MEM | BPF_B;
constexpr std::uint8_t load_u16 = BPF_LDX | BPF_MEM | BPF_H;
constexpr std::uint8_t load_u32 = BPF_LDX | BPF_MEM | BPF_W;

/// Instructions in order; jumps to labels that are set later.
class Assembler {
 public:
  enum Label : std::uint8_t { pass, tag_one, tag_two, ipv4, label_count };

  void load(std::uint8_t size, std::uint8_t to, std::uint8_t from, std::int16_t offset) {
    emit(size, to, from, offset, 0);
  }
  void move(std::uint8_t to, std::uint8_t from) {
    emit(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
  }
  void set(std::uint8_t to, std::int32_t value) {
    emit(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value);
  }
  void add(std::uint8_t to, std::int32_t value) {
    emit(BPF_ALU64 | BPF_ADD | BPF_K, to, 0, 0, value);
  }
  void add_register(std::uint8_t to, std::uint8_t from) {
    emit(BPF_ALU64 | BPF_ADD | BPF_X, to, from, 0, 0);
  }
  void mask(std::uint8_t to, std::int32_t bits) {
    emit(BPF_ALU64 | BPF_AND | BPF_K, to, 0, 0, bits);
  }
  void shift_left(std::uint8_t to, std::int32_t bits) {
    emit(BPF_ALU64 | BPF_LSH | BPF_K, to, 0, 0, bits);
  }
  /// Jumps where `left` is above `right`.
  void if_above(std::uint8_t left, std::uint8_t right, Label to) {
    jump(BPF_JMP | BPF_JGT | BPF_X, left, right, 0, to);
  }
  void if_below(std::uint8_t left, std::int32_t value, Label to) {
    jump(BPF_JMP | BPF_JLT | BPF_K, left, 0, value, to);
  }
  void if_equal(std::uint8_t left, std::int32_t value, Label to) {
    jump(BPF_JMP32 | BPF_JEQ | BPF_K, left, 0, value, to);
  }
  void if_other(std::uint8_t left, std::int32_t value, Label to) {
    jump(BPF_JMP32 | BPF_JNE | BPF_K, left, 0, value, to);
  }
  void load_map(std::uint8_t to, int map) {
    emit(BPF_LD | BPF_DW | BPF_IMM, to, BPF_PSEUDO_MAP_FD, 0, map);
    emit(0, 0, 0, 0, 0);
  }
  void call(std::int32_t function) { emit(BPF_JMP | BPF_CALL, 0, 0, 0, function); }
  void exit() { emit(BPF_JMP | BPF_EXIT, 0, 0, 0, 0); }
  void here(Label label) { labels_[label] = instructions_.size(); }

  [[nodiscard]] std::vector<bpf_insn> finish() {
    for (const auto& [at, label] : jumps_)
      instructions_[at].off = static_cast<std::int16_t>(labels_[label] - at - 1);
    return std::move(instructions_);
  }

 private:
  void emit(int code, std::uint8_t to, std::uint8_t from, std::int16_t offset, std::int32_t value) {
    bpf_insn instruction{};
    instruction.code = static_cast<std::uint8_t>(code);
    instruction.dst_reg = to & 0xF;
    instruction.src_reg = from & 0xF;
    instruction.off = offset;
    instruction.imm = value;
    instructions_.push_back(instruction);
  }
  void jump(int code, std::uint8_t left, std::uint8_t right, std::int32_t value, Label to) {
    jumps_.push_back({instructions_.size(), to});
    emit(code, left, right, 0, value);
  }

  struct Jump {
    std::size_t at;
    Label to;
  };
  std::vector<bpf_insn> instructions_;
  std::vector<Jump> jumps_;
  std::array<std::size_t, label_count> labels_{};
};

/// As a load of two bytes from the wire sees it.
std::int32_t wire16(std::uint16_t value) { return htons(value); }

/// Behind a tag: r4 goes to what follows it, r5 to the type there.
void step_over_tag(Assembler& code) {
  code.add(r4, 4);
  code.if_above(r4, r3, Assembler::pass);
  code.load(load_u16, r5, r4, -2);
}

/// r4 is the IPv4 header; goes on behind it if the packet is a whole UDP datagram for `address`.
void look_at_ipv4(Assembler& code, std::uint32_t address) {
  constexpr std::uint16_t fragment_bits = 0x3FFF;  // more fragments, and the offset
  code.move(r7, r4);
  code.add(r7, 20);
  code.if_above(r7, r3, Assembler::pass);
  code.load(load_u8, r5, r4, 9);
  code.if_other(r5, IPPROTO_UDP, Assembler::pass);
  code.load(load_u16, r5, r4, 6);
  code.mask(r5, wire16(fragment_bits));
  code.if_other(r5, 0, Assembler::pass);
  if (address != 0) {
    code.load(load_u32, r5, r4, 16);
    code.if_other(r5, static_cast<std::int32_t>(htonl(address)), Assembler::pass);
  }
  code.load(load_u8, r5, r4, 0);
  code.mask(r5, 0x0F);
  code.shift_left(r5, 2);
  code.if_below(r5, 20, Assembler::pass);
  code.add_register(r4, r5);
}

}  // namespace

std::vector<bpf_insn> redirect_instructions(Endpoint ours, int sockets) {
  Assembler code;
  code.move(r6, r1);
  code.load(load_u32, r2, r6, offsetof(xdp_md, data));
  code.load(load_u32, r3, r6, offsetof(xdp_md, data_end));
  code.move(r4, r2);
  code.add(r4, 14);
  code.if_above(r4, r3, Assembler::pass);
  code.load(load_u16, r5, r4, -2);
  code.if_equal(r5, wire16(0x8100), Assembler::tag_one);
  code.if_other(r5, wire16(0x88A8), Assembler::ipv4);
  code.here(Assembler::tag_one);
  step_over_tag(code);
  code.if_equal(r5, wire16(0x8100), Assembler::tag_two);
  code.if_other(r5, wire16(0x88A8), Assembler::ipv4);
  code.here(Assembler::tag_two);
  step_over_tag(code);
  code.here(Assembler::ipv4);
  code.if_other(r5, wire16(0x0800), Assembler::pass);
  look_at_ipv4(code, ours.address);
  code.move(r7, r4);
  code.add(r7, 4);
  code.if_above(r7, r3, Assembler::pass);
  code.load(load_u16, r5, r4, 2);
  code.if_other(r5, wire16(ours.port), Assembler::pass);
  code.load_map(r1, sockets);
  code.load(load_u32, r2, r6, offsetof(xdp_md, rx_queue_index));
  code.set(r3, XDP_PASS);  // where the queue has no socket
  code.call(BPF_FUNC_redirect_map);
  code.exit();
  code.here(Assembler::pass);
  code.set(r0, XDP_PASS);
  code.exit();
  return code.finish();
}

namespace {

[[noreturn]] void refuse(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

/// As LIBBPF_OPTS, whose C is not C++: libbpf refuses options with padding that is not zero.
template <typename Options>
void clear(Options& options) {
  std::memset(&options, 0, sizeof options);
  options.sz = sizeof options;
}

}  // namespace

RedirectProgram::RedirectProgram(Endpoint ours, std::uint32_t queues) {
  sockets_ =
      bpf_map_create(BPF_MAP_TYPE_XSKMAP, "wirebook", sizeof(int), sizeof(int), queues, nullptr);
  if (sockets_ < 0)
    refuse(errno,
           "road af_xdp: the kernel takes no map for it; needs root, or CAP_BPF, CAP_NET_ADMIN and "
           "CAP_NET_RAW");
  const std::vector<bpf_insn> code = redirect_instructions(ours, sockets_);
  std::array<char, 4096> log{};
  bpf_prog_load_opts options;
  clear(options);
  options.log_size = sizeof log;
  options.log_buf = log.data();
  program_ = bpf_prog_load(BPF_PROG_TYPE_XDP, "wirebook", "Apache-2.0", code.data(), code.size(),
                           &options);
  if (program_ < 0) {
    const int error = errno;
    close(sockets_);
    refuse(error, fmt::format("road af_xdp: the kernel takes no program for it; needs root, or "
                              "CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW{}{}",
                              log[0] == 0 ? "" : "; ", log.data()));
  }
}

RedirectProgram::~RedirectProgram() {
  for (const int descriptor : {link_, program_, sockets_})
    if (descriptor >= 0)
      close(descriptor);
}

std::string RedirectProgram::attach(const std::string& interface, XdpAttach how) {
  const auto index = static_cast<int>(if_nametoindex(interface.c_str()));
  if (index == 0)
    refuse(errno, fmt::format("road af_xdp: interface {}", interface));
  // 0, or the errno.
  const auto link = [&](std::uint32_t mode) {
    bpf_link_create_opts options;
    clear(options);
    options.flags = mode;
    link_ = bpf_link_create(program_, index, BPF_XDP, &options);
    return link_ >= 0 ? 0 : errno;
  };
  const auto is_taken = [](int error) { return error == EBUSY || error == EEXIST; };
  int error = how == XdpAttach::generic ? EOPNOTSUPP : link(XDP_FLAGS_DRV_MODE);
  if (error == 0)
    return "native";
  if (how != XdpAttach::native && !is_taken(error)) {
    error = link(XDP_FLAGS_SKB_MODE);
    if (error == 0)
      return "generic";
  }
  refuse(error,
         fmt::format("road af_xdp: no program can be put on {}{}", interface,
                     is_taken(error)
                         ? fmt::format(": another is there; ip link set dev {} xdp off", interface)
                         : ""));
}

}  // namespace wirebook::node
