# Packs the parser for Vitis:
#
#   vivado -mode batch -source kernels/package/package.tcl \
#     -tclargs <user_managed | ap_ctrl_hs> <part> <output directory>
#
# makes <output directory>/wirebook_kernel_<protocol>.xo. No vendor tool has run it yet.

if {$argc != 3} {
  puts "usage: -tclargs <user_managed | ap_ctrl_hs> <part> <output directory>"
  exit 2
}
lassign $argv protocol part output
set here [file dirname [file normalize [info script]]]
set kernels [file dirname $here]
source [file join $here common.tcl]

package_kernel [dict create name wirebook_kernel part $part output $output protocol $protocol \
  xml [file join $here $protocol kernel.xml] \
  sources [listed_files [file join $kernels sources.txt] $kernels] \
  buses {s_axi_control m_axi s_axis_rx m_axis_tx}]
