// Goal: what WIREBOOK_SIM_WIRE says is what the card gets, or one line tells what would be right.
#include <gmock/gmock.h>

#include "tests/sim/wire_fixture.hpp"

namespace wirebook::hw_sim::test {
namespace {

TEST(WireSpec, MakesWhatItNames) {
  EXPECT_EQ(make_wire("")->name(), "none");
  EXPECT_EQ(make_wire("none")->name(), "none");
  EXPECT_EQ(make_wire("udp")->name(), "udp");
}

TEST(WireSpec, WithoutAWireNothingComes) {
  const auto wire = make_wire("none");
  wire->registers_changed({.order_address = 0x7F00'0001, .order_port = 9});
  wire->sent({});
  WireFrame frame;
  EXPECT_FALSE(wire->next(frame));
}

TEST(WireSpec, SaysWhichWiresThereAre) {
  for (const std::string spec :
       {"upd", "udp:9", "none:", "pcap", "pcap:", "packet", "packet:", ":"})
    EXPECT_EQ(refusal_of(spec), "WIREBOOK_SIM_WIRE=" + spec +
                                    ": no such wire; there are none, udp, pcap:FILE, "
                                    "pcap:FILE,out=FILE, packet:INTERFACE");
}

TEST(WireSpec, SaysWhyACaptureCannotBeRead) {
  EXPECT_EQ(
      refusal_of("pcap:/absent/day.pcap"),
      "WIREBOOK_SIM_WIRE=pcap:/absent/day.pcap: cannot read /absent/day.pcap: No such file or "
      "directory");
  EXPECT_THAT(refusal_of("pcap:/"), testing::HasSubstr("cannot read /: Is a directory"));
}

TEST(WireSpec, SaysThatAnInterfaceHasAShortName) {
  EXPECT_THAT(refusal_of("packet:a_name_of_16_char"), testing::HasSubstr("1 to 15 characters"));
}

}  // namespace
}  // namespace wirebook::hw_sim::test
