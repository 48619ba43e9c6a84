# Packs the MAC for Vitis:
#
#   vivado -mode batch -source board/mac/package.tcl -tclargs card <part> <output directory> \
#     <reference clock, MHz> <GT quad> <CMAC site> <free-running clock, MHz>
#   vivado -mode batch -source board/mac/package.tcl -tclargs emulation <part> <output directory>
#
# makes <output directory>/wirebook_mac_user_managed.xo: for a card, or for hardware emulation with
# a loop in the place of the core. No vendor tool has run it yet.

if {!($argc == 7 && [lindex $argv 0] eq "card") &&
    !($argc == 3 && [lindex $argv 0] eq "emulation")} {
  puts "usage: -tclargs card <part> <output directory> <reference clock> <quad> <site> <free clock>"
  puts "       -tclargs emulation <part> <output directory>"
  exit 2
}
lassign $argv target part output refclk quad site freerun
set here [file dirname [file normalize [info script]]]
set root [file dirname [file dirname $here]]
source [file join $root kernels package common.tcl]
source [file join $here cmac.tcl]

set sources [listed_files [file join $here sources.txt] $root]
set kernel [dict create name wirebook_mac part $part output $output protocol user_managed \
  xml [file join $here kernel.xml] buses {s_axi_control m_axis_rx s_axis_tx}]

if {$target eq "emulation"} {
  dict set kernel sources [concat $sources [file join $root board emulation wirebook_mac.sv]]
} else {
  dict set kernel sources [concat $sources [file join $here wirebook_mac.sv]]
  dict set kernel constraints [list [file join $root kernels mac_crossing.xdc] \
    [file join $here wirebook_mac.xdc]]
  dict set kernel prepare [list make_cmac $refclk $quad $site $freerun]
  # The link configuration connects these two to the card's pins by their names. The free-running
  # clock is a plain port, or v++ would take it for one of the kernel's clocks and choose it itself.
  dict set kernel finish {
    add_bus $core gt_port gt master \
      {GRX_P gt_rxp_in GRX_N gt_rxn_in GTX_P gt_txp_out GTX_N gt_txn_out}
    add_bus $core gt_refclk diff_clock slave {CLK_P gt_refclk_p CLK_N gt_refclk_n}
    if {[llength [ipx::get_bus_interfaces clk_gt_freerun -of_objects $core]] > 0} {
      ipx::remove_bus_interface clk_gt_freerun $core
    }
  }
}
package_kernel $kernel
