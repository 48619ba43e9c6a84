// Goal: what Vitis is told of the kernel is so. Method: both kernel.xml are read as text and held
// against the ports of wirebook_kernel.sv and the register map.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <ostream>
#include <regex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace {

std::string text_of(const std::string& file) {
  std::ifstream in(std::string(WIREBOOK_SOURCE_DIR) + "/kernels/" + file);
  EXPECT_TRUE(in) << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::smatch> all_of(const std::string& text, const std::regex& form) {
  return {std::sregex_iterator(text.begin(), text.end(), form), {}};
}

using Element = std::map<std::string, std::string>;

/// The elements of one tag, each as its attributes.
std::vector<Element> elements_of(const std::string& xml, const std::string& tag) {
  std::vector<Element> elements;
  for (const auto& found : all_of(xml, std::regex("<" + tag + " ([^>]*)>"))) {
    const std::string words = found[1];
    Element& element = elements.emplace_back();
    for (const auto& word : all_of(words, std::regex("(\\w+)=\"([^\"]*)\"")))
      element[word[1]] = word[2];
  }
  return elements;
}

struct Register {
  unsigned long offset = 0;
  unsigned long bytes = 4;
  bool settable = false;

  friend bool operator==(const Register&, const Register&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Register& r) {
    return out << std::hex << r.offset << '+' << r.bytes;
  }
};

/// By name, arrays one by one, as the table in kernels/regs/README.md has them.
std::map<std::string, Register> registers() {
  std::map<std::string, Register> registers;
  const std::string table = text_of("regs/README.md");
  const std::regex row(
      R"(\| 0x(\w+) \| `(\w+)`(?: × (\d+), (\d+) bytes apart)? \| (\d+) \| ([^|]*) \|)");
  for (const auto& found : all_of(table, row)) {
    const unsigned long count = found[3].matched ? std::stoul(found[3]) : 1;
    for (unsigned long i = 0; i < count; ++i) {
      const unsigned long stride = found[4].matched ? std::stoul(found[4]) : 0;
      const std::string suffix = found[3].matched ? "_" + std::to_string(i) : "";
      registers[found[2].str() + suffix] = {std::stoul(found[1], nullptr, 16) + i * stride,
                                            std::stoul(found[5]) / 8,
                                            found[6].str().starts_with("read, write")};
    }
  }
  EXPECT_GT(registers.size(), 100U);
  return registers;
}

class VitisPackage : public testing::TestWithParam<std::string> {
 protected:
  const std::string xml_ = text_of("package/" + GetParam() + "/kernel.xml");
};

TEST_P(VitisPackage, ports_are_those_of_the_kernel) {
  // {bus: {what drives it, bits of data}}, of the data that comes in or goes out.
  std::map<std::string, std::pair<std::string, std::string>> expected;
  const std::string rtl = text_of("wirebook_kernel.sv");
  const std::regex form(R"((input|output) +logic +\[(\d+):0\] +(\w+)_([wt]data)\b)");
  for (const auto& found : all_of(rtl, form)) {
    const bool stream = found[4] == "tdata";
    const bool input = found[1] == "input";
    expected[found[3]] = {
        stream ? (input ? "read_only" : "write_only") : (input ? "slave" : "master"),
        std::to_string(std::stoi(found[2]) + 1)};
  }
  ASSERT_EQ(expected.size(), 4U);

  std::map<std::string, std::pair<std::string, std::string>> told;
  for (const auto& port : elements_of(xml_, "port")) {
    told[port.at("name")] = {port.at("mode"), port.at("dataWidth")};
    EXPECT_EQ(port.at("portType"),
              port.at("name").find("axis") == std::string::npos ? "addressable" : "stream");
  }
  EXPECT_EQ(told, expected);

  // The window of the registers is all that the address can say.
  EXPECT_NE(rtl.find("input  logic [11:0]  s_axi_control_awaddr"), std::string::npos);
  EXPECT_EQ(elements_of(xml_, "port").at(0).at("range"), "0x1000");
  EXPECT_NE(rtl.find("output logic [63:0]  m_axi_awaddr"), std::string::npos);
}

TEST_P(VitisPackage, arguments_are_registers_or_streams) {
  const auto known = registers();
  int id = 0;
  int buffers = 0;
  for (const auto& argument : elements_of(xml_, "arg")) {
    const std::string& name = argument.at("name");
    SCOPED_TRACE(name);
    EXPECT_EQ(argument.at("id"), std::to_string(id++));
    EXPECT_EQ(argument.at("size"), argument.at("hostSize"));
    if (argument.at("addressQualifier") == "4") {
      EXPECT_EQ(argument.at("port"), name);
      continue;
    }
    ASSERT_TRUE(known.contains(name));
    const Register told{std::stoul(argument.at("offset"), nullptr, 16),
                        std::stoul(argument.at("size"), nullptr, 16), true};
    EXPECT_EQ(told, known.at(name));
    const bool buffer = name.ends_with("_base");
    EXPECT_EQ(argument.at("addressQualifier"), buffer ? "1" : "0");
    EXPECT_EQ(argument.at("port"), buffer ? "m_axi" : "s_axi_control");
    buffers += buffer ? 1 : 0;
  }
  EXPECT_EQ(buffers, 4);
}

TEST_P(VitisPackage, names_the_kernel_and_how_it_is_run) {
  const Element kernel = elements_of(xml_, "kernel").at(0);
  EXPECT_EQ(kernel.at("name"), "wirebook_kernel");
  EXPECT_EQ(kernel.at("hwControlProtocol"), GetParam());
  EXPECT_EQ(kernel.at("language"), GetParam() == "user_managed" ? "ip" : "ip_c");
}

INSTANTIATE_TEST_SUITE_P(Packagings, VitisPackage, testing::Values("user_managed", "ap_ctrl_hs"),
                         [](const auto& packaging) { return packaging.param; });

/// XRT writes zeros where it knows of no argument, so none may be missing.
TEST(VitisPackageOfOpenCl, every_register_up_to_the_last_argument_is_one) {
  const auto arguments = elements_of(text_of("package/ap_ctrl_hs/kernel.xml"), "arg");
  const auto is_argument = [&](const std::string& name) {
    return std::ranges::any_of(arguments, [&](const auto& a) { return a.at("name") == name; });
  };
  unsigned long last = 0;
  for (const auto& argument : arguments)
    last = std::max(last, std::stoul(argument.at("offset"), nullptr, 16));
  EXPECT_GT(last, 0x100U);
  for (const auto& [name, place] : registers()) {
    if (!place.settable || place.offset < 0x010 || place.offset > last)
      continue;
    EXPECT_TRUE(is_argument(name)) << name;
  }
}

}  // namespace
