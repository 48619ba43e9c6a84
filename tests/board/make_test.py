#!/usr/bin/env python3
"""Goal: `make hw` and `hw_emu` call the vendor's tools with what they need, in order, for every card,
and make nothing twice; board/setup gets a card ready, or says what is wrong. Method: recorders in the
PATH in the place of those tools."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import board

# Writes down how it was called, and makes what it was asked for.
RECORDER = """#!/usr/bin/env bash
name="$(basename "$0")"
printf '%s' "$name" >>"$CALLS"
printf '\\x1f%s' "$@" >>"$CALLS"
printf '\\n' >>"$CALLS"
case "$name" in
  vivado)
    words=("$@")
    for ((i = 0; i < $#; i++)); do [[ "${words[i]}" == -tclargs ]] && break; done
    kernel=wirebook_kernel
    [[ "$*" == *board/mac/package.tcl* ]] && kernel=wirebook_mac
    protocol=user_managed
    [[ "${words[i + 1]}" == ap_ctrl_hs ]] && protocol=ap_ctrl_hs
    touch "${words[i + 3]}/${kernel}_$protocol.xo"
    ;;
  v++)
    while [[ $# -gt 0 && "$1" != --output ]]; do shift; done
    touch "$2"
    ;;
  emconfigutil) touch "${!#}/emconfig.json" ;;
  xbutil) [[ " $* " != *" ${FAIL_ON:-nothing} "* ]] ;;
esac
"""


class Tools(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.calls = self.folder / "calls"
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        for tool in ("vivado", "v++", "emconfigutil", "xbutil"):
            (self.bin / tool).write_text(RECORDER)
            (self.bin / tool).chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}",
                            "CALLS": str(self.calls)}

    def run_tool(self, *command, **more):
        return subprocess.run(command, capture_output=True, text=True,
                              env={**self.environment, **more})

    def recorded(self):
        """The calls since the last time."""
        text = self.calls.read_text() if self.calls.exists() else ""
        self.calls.write_text("")
        return [line.split("\x1f") for line in text.splitlines()]

    def make(self, *words):
        done = self.run_tool("make", "--no-print-directory", "-C", str(board.BOARD),
                             f"OUTPUT={self.folder}/out", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout


def option(call, name):
    return [call[i + 1] for i, word in enumerate(call) if word == name]


class Make(Tools):
    def check_link(self, call, card, target, configurations):
        self.assertIn("--link", call)
        self.assertEqual(option(call, "--platform"), [board.card(card)["PLATFORM"]])
        self.assertEqual(option(call, "--target"), [target])
        self.assertEqual(option(call, "--config"),
                         [str(board.BOARD / name) for name in configurations])

    def test_hw_of_every_card(self):
        for card in board.CARDS:
            with self.subTest(card):
                shutil.rmtree(self.folder / "out", ignore_errors=True)
                self.make(f"CARD={card}", "hw")
                kernel, mac, link = self.recorded()
                facts, out = board.card(card), f"{self.folder}/out"
                self.assertEqual(kernel[0], "vivado")
                self.assertEqual(option(kernel, "-source"),
                                 [str(board.ROOT / "kernels/package/package.tcl")])
                self.assertEqual(kernel[-3:], ["user_managed", facts["PART"], out])
                self.assertEqual(option(mac, "-source"), [str(board.BOARD / "mac/package.tcl")])
                self.assertEqual(mac[-7:], ["card", facts["PART"], out, facts["GT_REFCLK_MHZ"],
                                            facts["GT_QUAD"], facts["CMAC_SITE"],
                                            facts["FREERUN_MHZ"]])
                self.assertEqual(link[0], "v++")
                self.check_link(link, card, "hw", ["link.cfg", f"cards/{card}/link.cfg"])
                self.assertEqual(link[-2:], [f"{out}/wirebook_kernel_user_managed.xo",
                                             f"{out}/wirebook_mac_user_managed.xo"])
                self.assertTrue((self.folder / f"out/hw/wirebook_{card}_user_managed.xclbin").exists())
                # Nothing is made twice.
                self.make(f"CARD={card}", "hw")
                self.assertEqual(self.recorded(), [])

    def test_hw_emu_of_every_card(self):
        for card in board.CARDS:
            with self.subTest(card):
                shutil.rmtree(self.folder / "out", ignore_errors=True)
                self.make(f"CARD={card}", "hw_emu")
                _, mac, link, configuration = self.recorded()
                self.assertEqual(mac[-3:], ["emulation", board.card(card)["PART"],
                                            f"{self.folder}/out/emulation"])
                self.check_link(link, card, "hw_emu", ["link.cfg"])
                self.assertEqual(link[-1],
                                 f"{self.folder}/out/emulation/wirebook_mac_user_managed.xo")
                self.assertEqual(configuration[:3],
                                 ["emconfigutil", "--platform", board.card(card)["PLATFORM"]])

    def test_both_protocols(self):
        self.make("CARD=u50", "CONTROL=ap_ctrl_hs", "hw")
        kernel, mac, link = self.recorded()
        self.assertEqual(kernel[-3], "ap_ctrl_hs")
        self.assertEqual(mac[-7], "card")
        self.assertTrue(link[-2].endswith("wirebook_kernel_ap_ctrl_hs.xo"))

    def test_what_has_changed_is_made_again(self):
        """Every file that goes into a kernel, by asking what make would do if it were new."""
        self.make("CARD=u200", "hw")
        self.recorded()
        for file, again in (
                ("kernels/wirebook_kernel.sv", ["kernels/package/package.tcl", "v++ --link"]),
                ("kernels/package/user_managed/kernel.xml",
                 ["kernels/package/package.tcl", "v++ --link"]),
                ("kernels/wire_in/mac_rx.sv", ["kernels/package/package.tcl",
                                               "board/mac/package.tcl", "v++ --link"]),
                ("kernels/mac_crossing.xdc", ["board/mac/package.tcl", "v++ --link"]),
                ("board/mac/cmac.tcl", ["board/mac/package.tcl", "v++ --link"]),
                ("board/mac/mac_link.sv", ["board/mac/package.tcl", "v++ --link"]),
                ("board/cards/u200/link.cfg", ["v++ --link"])):
            with self.subTest(file):
                path = os.path.relpath(board.ROOT / file, board.BOARD)
                said = self.make("-n", "-W", path, "CARD=u200", "hw")
                for step in ("kernels/package/package.tcl", "board/mac/package.tcl", "v++ --link"):
                    self.assertEqual(step in said, step in again, step)
        self.assertEqual(self.recorded(), [])

    def test_says_what_it_wants(self):
        for words, complaint in (([], "say what to make"), (["hw"], "say CARD=<one of: u200"),
                                 (["CARD=u99", "hw"], "say CARD=<one of: u200"),
                                 (["CARD=u50", "CONTROL=x", "hw"], "say CONTROL=<one of")):
            done = self.run_tool("make", "-C", str(board.BOARD), *words)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(complaint, done.stderr)


class Setup(Tools):
    def setUp(self):
        super().setUp()
        self.image = self.folder / "x.xclbin"
        self.image.touch()

    def setup_card(self, *words, **more):
        return self.run_tool(str(board.BOARD / "setup"), *words, **more)

    def test_enables_host_memory_and_loads_the_image(self):
        done = self.setup_card("--device", "0000:3b:00.1", "--host-mem", "512M", str(self.image))
        self.assertEqual(done.returncode, 0, done.stderr)
        device = ["--device", "0000:3b:00.1"]
        self.assertEqual(self.recorded(), [
            ["xbutil", "examine", *device],
            ["xbutil", "configure", *device, "--host-mem", "--size", "512M", "enable"],
            ["xbutil", "program", *device, "--user", str(self.image)]])

    def test_each_failure_says_what_to_do(self):
        for step, said in (("examine", "no card answers"), ("configure", "be root"),
                           ("program", "made for the platform")):
            with self.subTest(step):
                done = self.setup_card(str(self.image), FAIL_ON=step)
                self.assertEqual(done.returncode, 1)
                self.assertIn(said, done.stderr)
                self.assertEqual(self.recorded()[-1][1], step)

    def test_arguments(self):
        for words, status, said in (([], 2, "usage"), (["--device"], 2, "usage"),
                                    (["--what", "x"], 2, "usage"),
                                    (["/nowhere.xclbin"], 1, "make -C board"),
                                    (["--host-mem", "lots", str(self.image)], 1, "say 256M")):
            done = self.setup_card(*words)
            self.assertEqual(done.returncode, status)
            self.assertIn(said, done.stderr)
        self.assertEqual(self.recorded(), [])

    def test_without_xrt(self):
        (self.folder / "bare").mkdir()
        (self.folder / "bare/bash").symlink_to(shutil.which("bash"))
        done = self.setup_card(str(self.image), PATH=f"{self.folder}/bare")
        self.assertEqual(done.returncode, 1)
        self.assertIn("xbutil is not in the PATH", done.stderr)


if __name__ == "__main__":
    unittest.main()
