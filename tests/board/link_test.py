#!/usr/bin/env python3
"""Goal: what v++ is told to link fits: kernels, ports, widths, directions, the card's pins. Method:
link configurations and kernel.xml are held against the ports of the RTL as Verilator reads them."""

import re
import unittest
import xml.etree.ElementTree

import board


def stream_type(text):
    """The widths of data and user bits of stream<ap_axiu<512,1,0,0>>&."""
    return tuple(int(word) for word in re.fullmatch(r"stream<ap_axiu<(\d+),(\d+),0,0>>&",
                                                    text).groups())


class Link(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.buses = {name: board.Design(name).buses() for name in board.DESIGNS}
        cls.common = board.link("link.cfg")

    def instances(self):
        """{instance: kernel}, as the configuration makes them."""
        made = {}
        for value in self.common["nk"]:
            kernel, count, names = value.split(":")
            self.assertEqual(int(count), len(names.split(".")))
            made.update({name: kernel for name in names.split(".")})
        return made

    def of(self, mac):
        """{instance: its buses}, with one of the two MACs."""
        return {name: self.buses["kernel" if kernel == "wirebook_kernel" else mac]
                for name, kernel in self.instances().items()}

    def test_instances_and_clocks(self):
        instances = self.instances()
        self.assertEqual(sorted(instances.values()), ["wirebook_kernel", "wirebook_mac"])
        clocks = dict(reversed(value.split(":")) for value in self.common["freqHz"])
        self.assertEqual(clocks, dict.fromkeys(instances, "300000000"))

    def test_streams_fit(self):
        for mac in ("mac", "emulation"):
            buses = self.of(mac)
            left = {(instance, bus) for instance, its in buses.items() for bus, signals in
                    its.items() if "tvalid" in signals}
            for value in self.common["stream_connect"]:
                with self.subTest(mac=mac, stream=value):
                    source, sink = (end.split(".") for end in value.split(":"))
                    out, into = buses[source[0]][source[1]], buses[sink[0]][sink[1]]
                    self.assertEqual(out.keys(), into.keys())
                    for signal, port in out.items():
                        self.assertEqual(port.width, into[signal].width, signal)
                        ways = {port.direction, into[signal].direction}
                        self.assertEqual(ways, {"input", "output"}, signal)
                    self.assertEqual(out["tvalid"].direction, "output")
                    self.assertEqual(out["tdata"].width, 512)
                    if "tuser" in out:
                        self.assertEqual(out["tuser"].width, 1)
                    left -= {tuple(source), tuple(sink)}
            self.assertEqual(left, set(), "streams that lead nowhere")

    def test_every_master_has_memory_of_the_host(self):
        memories = dict(value.split(":") for value in self.common["sp"])
        masters = {f"{instance}.{bus}" for instance, its in self.of("mac").items()
                   for bus, signals in its.items()
                   if "awvalid" in signals and signals["awvalid"].direction == "output"}
        self.assertEqual(memories, dict.fromkeys(masters, "HOST[0]"))

    def test_pins_of_every_card(self):
        ports = board.Design("mac").ports()
        for card in board.CARDS:
            with self.subTest(card):
                pins = {}
                for value in board.link(f"cards/{card}/link.cfg")["connect"]:
                    ends = value.split(":")
                    [ours] = [end for end in ends if end.startswith("wirebook_mac_1/")]
                    [theirs] = [end for end in ends if end != ours]
                    pins[ours.removeprefix("wirebook_mac_1/")] = theirs
                # The first two are buses that package.tcl makes; the third is a port.
                self.assertEqual(pins.keys(), {"gt_refclk", "gt_port", "clk_gt_freerun"})
                self.assertEqual(ports["clk_gt_freerun"], ("input", 1))
                cage = re.fullmatch(r"io_clk_(qsfp0?)_refclka_00", pins["gt_refclk"])[1]
                self.assertEqual(pins["gt_port"], f"io_gt_{cage}_00")
                self.assertRegex(pins["clk_gt_freerun"],
                                 r"^ii_level[01]_wire/ulp_m_aclk_freerun_ref_00$")

    def test_both_kernels_lie_beside_the_transceivers(self):
        for card in board.CARDS:
            regions = dict(value.split(":") for value in board.link(f"cards/{card}/link.cfg")["slr"])
            self.assertEqual(regions.keys(), self.instances().keys())
            self.assertEqual(set(regions.values()),
                             {"SLR1" if card.startswith("u5") else "SLR2"}, card)

    def test_cards_are_what_they_are_called(self):
        self.assertEqual(tuple(sorted(path.name for path in (board.BOARD / "cards").iterdir())),
                         board.CARDS)
        for card in board.CARDS:
            with self.subTest(card):
                facts = board.card(card)
                self.assertRegex(facts["PLATFORM"], rf"^xilinx_{card}_gen3x16_xdma_[0-9_]+$")
                self.assertRegex(facts["PART"], rf"^xc{card}-f[sihvgd]+\d+-2L?-e$")
                self.assertIn(facts["GT_REFCLK_MHZ"], ("156.25", "161.1328125"))
                self.assertRegex(facts["CMAC_SITE"], r"^CMACE4_X0Y\d$")
                first, last = re.fullmatch(r"X[01]Y(\d+)~X[01]Y(\d+)", facts["GT_QUAD"]).groups()
                self.assertEqual((int(first) % 4, int(last) - int(first)), (0, 3))
                self.assertIn(facts["PLATFORM"],
                              (board.BOARD / "cards" / card / "link.cfg").read_text())


    def test_the_page_says_the_same(self):
        page = (board.BOARD / "README.md").read_text()
        for card in board.CARDS:
            facts = board.card(card)
            [row] = re.findall(rf"^\| {card.upper()} \| .*$", page, re.MULTILINE)
            cells = [cell.strip() for cell in row.strip("|").split("|")]
            first, last = re.fullmatch(r"(.*)~X\dY(\d+)", facts["GT_QUAD"]).groups()
            [region] = {value.split(":")[1]
                        for value in board.link(f"cards/{card}/link.cfg")["slr"]}
            self.assertEqual(cells[1], facts["PLATFORM"])
            self.assertEqual(cells[3:], [facts["GT_REFCLK_MHZ"] + " MHz", f"{first}–{last}",
                                         facts["CMAC_SITE"].removeprefix("CMACE4_"),
                                         region.removeprefix("SLR")])


class KernelXml(unittest.TestCase):
    def test_ports_of_the_mac_are_those_of_the_rtl(self):
        kernel = xml.etree.ElementTree.parse(board.BOARD / "mac/kernel.xml").getroot()[0]
        for name in ("mac", "emulation"):
            buses = board.Design(name).buses()
            streams = {bus: signals for bus, signals in buses.items() if "tvalid" in signals}
            told = {port.get("name"): port for port in kernel.iter("port")}
            self.assertEqual(told.keys(), {"s_axi_control", *streams})
            self.assertEqual(told["s_axi_control"].get("range"),
                             hex(2 ** buses["s_axi_control"]["awaddr"].width))
            kinds = {arg.get("port"): stream_type(arg.get("type")) for arg in kernel.iter("arg")}
            for bus, signals in streams.items():
                way = "write_only" if signals["tvalid"].direction == "output" else "read_only"
                self.assertEqual(told[bus].get("mode"), way)
                user = signals["tuser"].width if "tuser" in signals else 0
                self.assertEqual(kinds[bus], (signals["tdata"].width, user))

    def test_streams_of_the_parser_have_the_same_user_bits(self):
        buses = board.Design("kernel").buses()
        for protocol in ("user_managed", "ap_ctrl_hs"):
            path = board.ROOT / f"kernels/package/{protocol}/kernel.xml"
            for arg in xml.etree.ElementTree.parse(path).iter("arg"):
                if arg.get("addressQualifier") != "4":
                    continue
                signals = buses[arg.get("port")]
                user = signals["tuser"].width if "tuser" in signals else 0
                self.assertEqual(stream_type(arg.get("type")), (signals["tdata"].width, user))


if __name__ == "__main__":
    unittest.main()
