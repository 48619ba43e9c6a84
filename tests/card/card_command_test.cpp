// Goal: `wirebook card` says what is missing and what to run, each time with exit 7; where a card
// is, it tells what it is, tests it, and lets only one in. Method: the program itself, with the
// environment of a machine without XRT, with XRT, and with the simulated card; images that are
// spoilt each in one place.
#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "card/xrt_bus.hpp"
#include "tests/card/program.hpp"
#if WIREBOOK_HAS_SIMULATED_CARD
#include "tests/card/image_with_mac.hpp"
#endif

namespace wirebook::card::test {
namespace {

namespace fs = std::filesystem;

constexpr int exit_card = 7;

class CardCommand : public testing::Test {
 protected:
  [[nodiscard]] std::string simulated() const {
    return "XILINX_XRT=" WIREBOOK_BINARY_DIR "/xrt XDG_RUNTIME_DIR=" + folder.path();
  }
  static Ended run(const std::string& environment, const std::string& arguments) {
    return run_shell(environment, WIREBOOK_BINARY_DIR "/wirebook card " + arguments);
  }
  static std::string image(const std::string& protocol = "user_managed") {
    return WIREBOOK_BINARY_DIR "/xrt/wirebook_" + protocol + ".xclbin";
  }
  /// Our image with one text in it changed, wherever it stands.
  std::string spoilt_image(const std::string& text, const std::string& other) {
    std::ifstream in(image(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    for (auto at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1))
      bytes.replace(at, other.size(), other);
    const std::string file = folder.file("spoilt.xclbin");
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }

  void expect_refusal(const Ended& ended, std::initializer_list<const char*> parts) {
    EXPECT_EQ(ended.exit_code, exit_card);
    for (const char* part : parts)
      EXPECT_NE(ended.output.find(part), std::string::npos)
          << "\"" << part << "\" is not in: " << ended.output;
  }

  Folder folder;
};

TEST_F(CardCommand, names_the_module_where_the_program_came_without_it) {
  fs::copy_file(WIREBOOK_BINARY_DIR "/wirebook", folder.file("wirebook"));
  for (const std::string verb : {"info", "test"})
    expect_refusal(run_shell("", folder.file("wirebook") + " card " + verb),
                   {"libwirebook_xrt.so is not there", folder.path().c_str(), "WIREBOOK_MODULES",
                    "apt install libxrt1"});
}

TEST_F(CardCommand, needs_neither_xrt_nor_the_simulator_itself) {
  const Ended ended = run_shell("", "ldd " WIREBOOK_BINARY_DIR "/wirebook");
  ASSERT_EQ(ended.exit_code, 0);
  for (const char* library : {"libxrt", "xilinx", "verilat", "libwirebook", "OpenCL"})
    EXPECT_EQ(ended.output.find(library), std::string::npos) << ended.output;
}

#if WIREBOOK_HAS_XRT

TEST_F(CardCommand, says_how_to_find_a_driver) {
  expect_refusal(run("", "info"), {"XILINX_XRT not set", "source /opt/xilinx/xrt/setup.sh"});
  expect_refusal(run("XILINX_XRT=/nonexistent", "info"),
                 {"/nonexistent/lib/libxrt_core.so.2", "source /opt/xilinx/xrt/setup.sh"});
}

#endif
#if WIREBOOK_HAS_SIMULATED_CARD

TEST_F(CardCommand, says_which_devices_there_are) {
  expect_refusal(run(simulated(), "info --device 99"),
                 {"no device 99", "xbutil examine", "--device"});
}

TEST_F(CardCommand, says_what_is_wrong_with_an_image) {
  expect_refusal(run(simulated(), "info --card /nonexistent.xclbin"),
                 {"/nonexistent.xclbin cannot be read", "make -C board"});
  expect_refusal(run(simulated(), "info --card /etc/passwd"),
                 {"/etc/passwd is no image", "xclbin2"});
  std::ofstream(folder.file("cut.xclbin")) << "xclbin2\n and no more";
  expect_refusal(run(simulated(), "info --card " + folder.file("cut.xclbin")),
                 {"cut.xclbin is no whole image"});
  expect_refusal(run(simulated(), "info --card " + image("ap_ctrl_hs")),
                 {"ap_ctrl_hs", "OpenCL", "wirebook_user_managed.xclbin"});
  expect_refusal(
      run(simulated(), "info --card " + spoilt_image("wirebook_kernel", "somebodys_kern")),
      {"does not hold the kernel wirebook_kernel", "somebodys_kern"});
  expect_refusal(run(simulated(), "info --card " + spoilt_image("HOST[0]", "DDR4[0]")),
                 {"does not connect its kernel to the host's memory", "m_axi:HOST[0]"});
  expect_refusal(run(simulated(), "info --card " + spoilt_image("wirebook_simulated_card",
                                                                "xilinx_u55c_gen3x16_xdm")),
                 {"cannot be loaded", "for the platform xilinx_u55c_gen3x16_xdm",
                  "the card is wirebook_simulated_card"});
}

TEST_F(CardCommand, takes_the_image_beside_the_program) {
  fs::create_directory(folder.file("xrt"));
  fs::create_directory_symlink(WIREBOOK_BINARY_DIR "/xrt/lib", folder.file("xrt/lib"));
  for (const std::string file : {"wirebook", "libwirebook_xrt.so"})
    fs::copy_file(WIREBOOK_BINARY_DIR "/" + file, folder.file(file));
  const std::string environment =
      "XILINX_XRT=" + folder.file("xrt") + " XDG_RUNTIME_DIR=" + folder.path();
  const std::string command = folder.file("wirebook") + " card info";
  expect_refusal(run_shell(environment, command), {"no image of a card is named", "--card"});
  fs::copy_file(image(), folder.file("wirebook.xclbin"));
  const Ended ended = run_shell(environment, command);
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_NE(ended.output.find(folder.file("wirebook.xclbin")), std::string::npos) << ended.output;
}

TEST_F(CardCommand, says_how_to_enable_host_memory) {
  // Nothing may be larger than a page: so the card's memory cannot be had.
  expect_refusal(
      run_shell(simulated(), "sh -c 'trap \"\" XFSZ; ulimit -f 8; exec " WIREBOOK_BINARY_DIR
                             "/wirebook card test'"),
      {"of host memory", "xbutil configure --host-mem --size 1G enable -d 0000:00:00.0"});
}

TEST_F(CardCommand, tells_what_the_card_is) {
  const Ended ended = run(simulated(), "info");
  EXPECT_EQ(ended.exit_code, 0);
  for (const char* part :
       {"(simulated)", "0000:00:00.0", "wirebook_user_managed.xclbin", "registers version 1",
        "300 MHz", "2048 session places", "temperature   unknown", "state         idle",
        "frames        0 admitted", "journal       "})
    EXPECT_NE(ended.output.find(part), std::string::npos)
        << "\"" << part << "\" is not in: " << ended.output;
}

TEST_F(CardCommand, goes_on_where_the_mac_of_the_image_cannot_be_opened) {
  const std::string file = folder.file("with_mac.xclbin");
  std::ofstream(file, std::ios::binary) << image_with_mac(image());
  const Ended ended = run(simulated(), "info --card " + file);  // the simulated card has none
  EXPECT_EQ(ended.exit_code, 0);
  for (const char* part : {"link          no frame was seen", "wirebook_mac cannot be opened",
                           "frames        0 admitted", "journal       "})
    EXPECT_NE(ended.output.find(part), std::string::npos)
        << "\"" << part << "\" is not in: " << ended.output;
  EXPECT_EQ(run(simulated(), "info").output.find("wirebook_mac"), std::string::npos);
}

TEST_F(CardCommand, tests_a_card_and_finds_it_good) {
  const Ended ended = run(simulated(), "test --card " + image());
  EXPECT_EQ(ended.exit_code, 0);
  for (const char* part :
       {"identity      ok", "comes to rest ok", "registers     ok", "clock         ok",
        "slots         ok", "credit        ok", "quiesce       ok", "counters      ok",
        "lease         ok", "the card is good"})
    EXPECT_NE(ended.output.find(part), std::string::npos)
        << "\"" << part << "\" is not in: " << ended.output;
}

TEST_F(CardCommand, is_refused_a_card_that_is_in_use) {
  setenv("XILINX_XRT", WIREBOOK_BINARY_DIR "/xrt", 1);
  setenv("XDG_RUNTIME_DIR", folder.path().c_str(), 1);
  setenv("WIREBOOK_MODULES", WIREBOOK_BINARY_DIR, 1);
  {
    const auto bus = open_xrt_bus({.image = image()});
    expect_refusal(run(simulated(), "info"), {"another process uses it", "--device"});
    expect_refusal(run(simulated(), "test"), {"another process uses it"});
  }
  EXPECT_EQ(run(simulated(), "info").exit_code, 0);
}

#endif

}  // namespace
}  // namespace wirebook::card::test
