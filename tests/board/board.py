"""What board/ is made of, read as text or asked of tools: cards, link configurations, RTL, Tcl."""

import collections
import pathlib
import re
import subprocess
import tempfile
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BOARD = ROOT / "board"
HERE = pathlib.Path(__file__).resolve().parent
CARDS = ("u200", "u250", "u280", "u50", "u55c")

Port = collections.namedtuple("Port", "direction width")


def listed(path, root):
    return [str(root / line) for line in path.read_text().split()]


MAC_PARTS = listed(BOARD / "mac/sources.txt", ROOT)
DESIGNS = {
    "kernel": ("wirebook_kernel", listed(ROOT / "kernels/sources.txt", ROOT / "kernels")),
    "mac": ("wirebook_mac", [*MAC_PARTS, str(ROOT / "tests/rtl/wirebook_cmac.sv"),
                             str(BOARD / "mac/wirebook_mac.sv")]),
    "emulation": ("wirebook_mac", [*MAC_PARTS, str(BOARD / "emulation/wirebook_mac.sv")]),
}


class Design:
    """A top module as Verilator reads it."""

    def __init__(self, name):
        self.top, self.sources = DESIGNS[name]
        with tempfile.TemporaryDirectory() as folder:
            output = f"{folder}/design.xml"
            subprocess.run(["verilator", "--xml-only", "--xml-output", output, "-Wno-fatal",
                            "--default-language", "1800-2012", "--top-module", self.top,
                            *self.sources], check=True, capture_output=True, cwd=folder)
            self.tree = xml.etree.ElementTree.parse(output)
        self.modules = {module.get("name"): module for module in self.tree.iter("module")}

    def ports(self):
        """{name: Port} of the top module."""
        widths = {kind.get("id"): abs(int(kind.get("left", 0)) - int(kind.get("right", 0))) + 1
                  for kind in self.tree.iter("basicdtype")}
        return {port.get("name"): Port(port.get("dir"), widths[port.get("dtype_id")])
                for port in self.modules[self.top].iter("var") if port.get("dir")}

    def buses(self):
        """The ports, by what stands before the last underscore: {bus: {signal: Port}}."""
        found = collections.defaultdict(dict)
        for name, port in self.ports().items():
            bus, _, signal = name.rpartition("_")
            found[bus][signal] = port
        return found

    def registers(self):
        """Every signal's path, as the flip-flop would be called: i_a/i_b/x_q_reg, …[0] of several."""
        widths = {kind.get("id"): kind.get("left") is not None
                  for kind in self.tree.iter("basicdtype")}
        paths = []
        for cell in self.tree.iter("cell"):
            module = self.modules[cell.get("submodname")]
            path = cell.get("hier").replace(".", "/")
            for signal in module.iter("var"):
                name = f"{path}/{signal.get('name')}_reg"
                paths.append(name + "[0]" if widths.get(signal.get("dtype_id")) else name)
        return paths


def settings(path):
    """Lines of `name = value`, or of `name=value` under [sections], as [(section, name, value)]."""
    section, found = "", []
    for line in path.read_text().splitlines():
        line = line.strip()
        if match := re.fullmatch(r"\[(\w+)\]", line):
            section = match.group(1)
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.append((section, name.strip(), value.strip()))
    return found


def card(name):
    return {key: value for _, key, value in settings(BOARD / "cards" / name / "card.mk")}


def link(*files):
    """{name: [value, …]} of v++ configurations; every line of [connectivity] and [clock]."""
    found = collections.defaultdict(list)
    for file in files:
        for _, name, value in settings(BOARD / file):
            found[name].append(value)
    return found


def vivado(script, *arguments, ports=()):
    """Runs a script as Vivado would: its calls as [[command, word, …], …]; raises what it said."""
    with tempfile.NamedTemporaryFile("w", suffix=".ports") as file:
        file.write("\n".join(ports))
        file.flush()
        done = subprocess.run(["tclsh", str(HERE / "vivado.tcl"), file.name, str(script),
                               *arguments], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"exit {done.returncode}: {done.stdout}{done.stderr}")
    return [line.split("\x1f") for line in done.stdout.splitlines()]
