#!/usr/bin/env python3
"""Goal: the packaging scripts do what they say, for every card, with commands that Vivado has.
Method: tclsh runs them with recorders in the place of the vendor's commands (vivado.tcl)."""

import fnmatch
import re
import unittest

import board

# Properties of cmac_usplus as public designs set them (open-nic-shell, xup_vitis_network_example,
# corundum); PG203.
CMAC_PROPERTIES = set("""
CMAC_CAUI4_MODE NUM_LANES USER_INTERFACE INCLUDE_RS_FEC GT_REF_CLK_FREQ GT_DRP_CLK CMAC_CORE_SELECT
GT_GROUP_SELECT INCLUDE_SHARED_LOGIC OPERATING_MODE ENABLE_AXI_INTERFACE INCLUDE_STATISTICS_COUNTERS
ENABLE_PIPELINE_REG ENABLE_TIME_STAMPING TX_FLOW_CONTROL RX_FLOW_CONTROL RX_GT_BUFFER
GT_RX_BUFFER_BYPASS RX_MIN_PACKET_LEN RX_MAX_PACKET_LEN
""".split())


def option(call, name):
    return call[call.index(name) + 1]


def calls_of(calls, command):
    return [call for call in calls if call[0] == command]


def files_of(calls):
    return [file for call in calls_of(calls, "add_files") for file in call[-1].split()]


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ports = {name: board.Design(name).ports() for name in board.DESIGNS}

    def mac(self, card):
        facts = board.card(card)
        return board.vivado(board.BOARD / "mac/package.tcl", "card", facts["PART"], "/out",
                            facts["GT_REFCLK_MHZ"], facts["GT_QUAD"], facts["CMAC_SITE"],
                            facts["FREERUN_MHZ"], ports=self.ports["mac"])

    def common(self, calls, name, protocol, part, buses):
        [project] = calls_of(calls, "create_project")
        self.assertEqual(option(project, "-part"), part)
        self.assertIn(["set_property", "top", name, "fileset"], calls)
        associated = {option(call, "-busif"): option(call, "-clock")
                      for call in calls_of(calls, "ipx::associate_bus_interfaces")}
        self.assertEqual(associated, dict.fromkeys(buses, "ap_clk"))
        [xo] = calls_of(calls, "package_xo")
        self.assertEqual(xo, calls[-1])
        self.assertEqual(option(xo, "-kernel_name"), name)
        self.assertEqual(option(xo, "-ctrl_protocol"), protocol)
        self.assertEqual(option(xo, "-xo_path"), f"/out/{name}_{protocol}.xo")
        with open(option(xo, "-kernel_xml")) as xml:
            text = xml.read()
        self.assertIn(f'name="{name}"', text)
        self.assertIn(f'hwControlProtocol="{protocol}"', text)
        [packaged] = calls_of(calls, "ipx::package_project")
        self.assertEqual(option(packaged, "-root_dir"), option(xo, "-ip_directory"))
        self.assertIn(["set_property", "sdx_kernel", "true", "core"], calls)
        self.assertIn(["ipx::check_integrity", "-kernel", "core"], calls)

    def test_parser_in_both_protocols(self):
        for protocol in ("user_managed", "ap_ctrl_hs"):
            with self.subTest(protocol):
                calls = board.vivado(board.ROOT / "kernels/package/package.tcl", protocol, "a-part",
                                     "/out", ports=self.ports["kernel"])
                self.common(calls, "wirebook_kernel", protocol, "a-part",
                            ("s_axi_control", "m_axi", "s_axis_rx", "m_axis_tx"))
                self.assertEqual(files_of(calls), board.DESIGNS["kernel"][1])
                self.assertFalse(calls_of(calls, "create_ip"))

    def test_mac_of_every_card(self):
        for card in board.CARDS:
            with self.subTest(card):
                facts = board.card(card)
                calls = self.mac(card)
                self.common(calls, "wirebook_mac", "user_managed", facts["PART"],
                            ("s_axi_control", "m_axis_rx", "s_axis_tx"))
                files = files_of(calls)
                self.assertEqual([file for file in files if file.endswith(".sv")],
                                 [*board.MAC_PARTS, str(board.BOARD / "mac/wirebook_mac.sv")])
                self.assertEqual([file for file in files if file.endswith(".xdc")],
                                 [str(board.ROOT / "kernels/mac_crossing.xdc"),
                                  str(board.BOARD / "mac/wirebook_mac.xdc")])

    def test_core_of_every_card(self):
        for card in board.CARDS:
            with self.subTest(card):
                facts = board.card(card)
                calls = self.mac(card)
                [core] = calls_of(calls, "create_ip")
                self.assertEqual(option(core, "-name"), "cmac_usplus")
                name = option(core, "-module_name")
                self.assertIn(f"  {name} i_cmac (",
                              (board.BOARD / "mac/wirebook_mac.sv").read_text())
                [words] = [call[2].split() for call in calls_of(calls, "set_property")
                           if call[1] == "-dict"]
                given = {key.removeprefix("CONFIG."): value
                         for key, value in zip(words[::2], words[1::2])}
                self.assertLessEqual(given.keys(), CMAC_PROPERTIES)
                expected = {
                    "NUM_LANES": "4x25", "USER_INTERFACE": "AXIS", "INCLUDE_RS_FEC": "1",
                    "ENABLE_AXI_INTERFACE": "0", "INCLUDE_SHARED_LOGIC": "2",
                    "GT_REF_CLK_FREQ": facts["GT_REFCLK_MHZ"], "GT_GROUP_SELECT": facts["GT_QUAD"],
                    "CMAC_CORE_SELECT": facts["CMAC_SITE"], "GT_DRP_CLK": facts["FREERUN_MHZ"],
                    "RX_MAX_PACKET_LEN": "9600",  # what mac_rx is made for
                }
                self.assertEqual({key: given[key] for key in expected}, expected)
                self.assertIn(["generate_target", "all", f"ip/{name}"], calls)

    def test_pins_of_the_mac(self):
        calls = self.mac("u55c")
        self.assertIn(["ipx::remove_bus_interface", "clk_gt_freerun", "core"], calls)
        kinds = {call[-1]: call[2] for call in calls_of(calls, "set_property")
                 if call[1] == "bus_type_vlnv"}
        self.assertEqual(kinds, {"bus/gt_port": "xilinx.com:interface:gt:1.0",
                                 "bus/gt_refclk": "xilinx.com:interface:diff_clock:1.0"})
        pins = {call[-1]: call[2] for call in calls_of(calls, "set_property")
                if call[1] == "physical_name"}
        self.assertEqual(pins, {
            "bus/gt_port/GRX_P": "gt_rxp_in", "bus/gt_port/GRX_N": "gt_rxn_in",
            "bus/gt_port/GTX_P": "gt_txp_out", "bus/gt_port/GTX_N": "gt_txn_out",
            "bus/gt_refclk/CLK_P": "gt_refclk_p", "bus/gt_refclk/CLK_N": "gt_refclk_n"})
        # Every port is on a bus, or a clock, a reset, or connected by name.
        on_pins = set(pins.values()) | {"ap_clk", "ap_rst_n", "clk_gt_freerun"}
        left = [port for port in self.ports["mac"] if port not in on_pins and
                not port.startswith(("s_axi_control_", "m_axis_rx_", "s_axis_tx_"))]
        self.assertEqual(left, [])

    def test_mac_of_emulation(self):
        calls = board.vivado(board.BOARD / "mac/package.tcl", "emulation", "a-part", "/out",
                             ports=self.ports["emulation"])
        self.common(calls, "wirebook_mac", "user_managed", "a-part",
                    ("s_axi_control", "m_axis_rx", "s_axis_tx"))
        self.assertEqual(files_of(calls), [*board.MAC_PARTS,
                                           str(board.BOARD / "emulation/wirebook_mac.sv")])
        self.assertFalse(calls_of(calls, "create_ip"))
        self.assertFalse(calls_of(calls, "ipx::add_bus_interface"))

    def test_wrong_arguments_are_refused(self):
        for script, *arguments in (("kernels/package/package.tcl", "user_managed"),
                                   ("board/mac/package.tcl", "card", "a-part", "/out"),
                                   ("board/mac/package.tcl", "moon", "a-part", "/out")):
            with self.assertRaisesRegex(RuntimeError, "exit 2: usage: "):
                board.vivado(board.ROOT / script, *arguments)
        with self.assertRaisesRegex(RuntimeError, "no such file"):
            board.vivado(board.ROOT / "kernels/package/package.tcl", "no_protocol", "a-part",
                         "/out", ports=self.ports["kernel"])


class Constraints(unittest.TestCase):
    def test_they_name_registers_that_are_there(self):
        """Vivado says no more than a warning where a pattern finds nothing."""
        registers = board.Design("mac").registers()
        for file in ("kernels/mac_crossing.xdc", "board/mac/wirebook_mac.xdc"):
            calls = board.vivado(board.ROOT / file)
            filters = [option(call, "-filter") for call in calls_of(calls, "get_cells")]
            self.assertGreater(len(filters), 3)
            for wanted in filters:
                for pattern in re.findall(r"NAME =~ (\S+)", wanted):
                    with self.subTest(file=file, pattern=pattern):
                        literal = pattern.replace("[*]", "[[]*]")
                        self.assertTrue(fnmatch.filter(registers, literal), pattern)

    def test_every_crossing_is_constrained(self):
        """What two_flop takes comes from another clock; none may be left to chance."""
        design = board.Design("mac")
        flops = [path for path in design.registers() if "/meta_q_reg" in path]
        self.assertGreater(len(flops), 20)
        patterns = []
        for file in ("kernels/mac_crossing.xdc", "board/mac/wirebook_mac.xdc"):
            for call in board.vivado(board.ROOT / file):
                if call[0] == "get_cells":
                    patterns += re.findall(r"NAME =~ (\S*meta_q_reg\S*)", option(call, "-filter"))
        for flop in flops:
            name = flop if flop.endswith("]") else flop + "[0]"
            self.assertTrue(any(fnmatch.fnmatchcase(name, pattern.replace("[*]", "[[]*]"))
                                for pattern in patterns), flop)


class Harness(unittest.TestCase):
    def test_what_vivado_does_not_have_fails(self):
        import tempfile
        for line, complaint in (
                ("create_projekt x", "not a command"),
                ("create_project -farce a b", "no option -farce"),
                ("create_project a", "1 words"),
                ("add_files -norecurse /nowhere/x.sv", "no such file"),
                ("get_ips nobody", "no object"),
                ("ipx::associate_bus_interfaces -busif x -clock ap_clk core", "no bus x")):
            with self.subTest(line), tempfile.NamedTemporaryFile("w", suffix=".tcl") as script:
                script.write(line)
                script.flush()
                with self.assertRaisesRegex(RuntimeError, complaint):
                    board.vivado(script.name)


if __name__ == "__main__":
    unittest.main()
