# Packs the kernel for Vitis: an IP from the files of sources.txt, and a .xo around it.
#
#   vivado -mode batch -source kernels/package/package.tcl \
#     -tclargs <user_managed | ap_ctrl_hs> <part> <output directory>
#
# Written from UG1393, UG1118 and public examples; no vendor tool has run it yet.

if {$argc != 3} {
  puts "usage: -tclargs <user_managed | ap_ctrl_hs> <part> <output directory>"
  exit 2
}
lassign $argv protocol part output
set name wirebook_kernel
set here [file dirname [file normalize [info script]]]
set kernels [file dirname $here]
set ip [file join $output "ip_$protocol"]
set xo [file join $output "${name}_$protocol.xo"]

create_project -force -part $part package [file join $output "project_$protocol"]
set list [open [file join $kernels sources.txt]]
foreach file [split [string trim [read $list]] "\n"] {
  add_files -norecurse [file join $kernels $file]
}
close $list
set_property top $name [current_fileset]
update_compile_order -fileset sources_1

ipx::package_project -force -root_dir $ip -vendor wirebook -library kernel -taxonomy /KernelIP \
  -import_files -set_current false
ipx::unload_core [file join $ip component.xml]
ipx::edit_ip_in_project -upgrade true -name edit -directory $ip [file join $ip component.xml]
set core [ipx::current_core]
set_property name $name $core
set_property version 1.0 $core
set_property core_revision 1 $core
set_property sdx_kernel true $core
set_property sdx_kernel_type rtl $core

# Vivado finds the buses by the names of their ports; of the clock it has to be told.
foreach bus {s_axi_control m_axi s_axis_rx m_axis_tx} {
  ipx::associate_bus_interfaces -busif $bus -clock ap_clk $core
}

# v++ chooses the frequency, so the IP asks for none.
set clock [ipx::get_bus_interfaces ap_clk -of_objects $core]
foreach parameter [ipx::get_bus_parameters FREQ_HZ -of_objects $clock] {
  ipx::remove_bus_parameter [get_property name $parameter] $clock
}

ipx::create_xgui_files $core
ipx::update_checksums $core
ipx::check_integrity -kernel $core
ipx::save_core $core
close_project -delete

# What the control registers mean is said by our own kernel.xml.
package_xo -force -xo_path $xo -kernel_name $name -ip_directory $ip \
  -ctrl_protocol $protocol -kernel_xml [file join $here $protocol kernel.xml]
