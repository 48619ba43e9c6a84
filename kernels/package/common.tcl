# How a kernel becomes an IP and the IP a .xo; what all kernels have in common.
#
# package_kernel takes a dict:
#   name         of the kernel: its top module, and what the files are called
#   part         of the card
#   output       directory for all that is made
#   protocol     user_managed | ap_ctrl_hs: how the host runs it
#   xml          the kernel.xml that says so, and what the registers mean
#   sources      SystemVerilog files, in order
#   constraints  .xdc files (may be missing)
#   prepare      a script that adds to the project, such as vendor's cores (may be missing)
#   buses        AXI buses, all in ap_clk
#   finish       a script that adds to the packaged IP, `core` (may be missing)
#
# Written from UG1393, UG1118 and public examples; no vendor tool has run it yet.

# The files that a list names, a line each, relative to a folder.
proc listed_files {list root} {
  set channel [open $list]
  set lines [split [string trim [read $channel]] "\n"]
  close $channel
  set files {}
  foreach line $lines {
    lappend files [file normalize [file join $root $line]]
  }
  return $files
}

# A bus that Vivado does not find by itself: {kind mode {logical physical ...}}, such as {gt master
# {GRX_P gt_rxp_in}} for a bus of the type xilinx.com:interface:gt.
proc add_bus {core name kind mode map} {
  ipx::add_bus_interface $name $core
  set bus [ipx::get_bus_interfaces $name -of_objects $core]
  set_property abstraction_type_vlnv xilinx.com:interface:${kind}_rtl:1.0 $bus
  set_property bus_type_vlnv xilinx.com:interface:$kind:1.0 $bus
  set_property interface_mode $mode $bus
  foreach {logical physical} $map {
    ipx::add_port_map $logical $bus
    set_property physical_name $physical [ipx::get_port_maps $logical -of_objects $bus]
  }
}

proc make_project {kernel folder} {
  create_project -force -part [dict get $kernel part] package $folder
  add_files -norecurse [dict get $kernel sources]
  if {[dict exists $kernel constraints]} {
    add_files -fileset constrs_1 -norecurse [dict get $kernel constraints]
    # After the clocks of the cores are known, and only for what is placed.
    set files [get_files [dict get $kernel constraints]]
    set_property processing_order LATE $files
    set_property used_in_synthesis false $files
  }
  if {[dict exists $kernel prepare]} {
    eval [dict get $kernel prepare]
  }
  set_property top [dict get $kernel name] [current_fileset]
  update_compile_order -fileset sources_1
}

proc make_ip {kernel folder} {
  ipx::package_project -force -root_dir $folder -vendor wirebook -library kernel \
    -taxonomy /KernelIP -import_files -set_current false
  ipx::unload_core [file join $folder component.xml]
  ipx::edit_ip_in_project -upgrade true -name edit -directory $folder \
    [file join $folder component.xml]
  set core [ipx::current_core]
  set_property name [dict get $kernel name] $core
  set_property version 1.0 $core
  set_property core_revision 1 $core
  set_property sdx_kernel true $core
  set_property sdx_kernel_type rtl $core

  # Vivado finds AXI buses by the names of their ports; of the clock it has to be told.
  foreach bus [dict get $kernel buses] {
    ipx::associate_bus_interfaces -busif $bus -clock ap_clk $core
  }

  # v++ chooses the frequency, so the IP asks for none.
  set clock [ipx::get_bus_interfaces ap_clk -of_objects $core]
  foreach parameter [ipx::get_bus_parameters FREQ_HZ -of_objects $clock] {
    ipx::remove_bus_parameter [get_property name $parameter] $clock
  }

  if {[dict exists $kernel finish]} {
    eval [dict get $kernel finish]
  }
  ipx::create_xgui_files $core
  ipx::update_checksums $core
  ipx::check_integrity -kernel $core
  ipx::save_core $core
  close_project -delete
}

proc package_kernel {kernel} {
  set what [dict get $kernel name]_[dict get $kernel protocol]
  set output [dict get $kernel output]
  set ip [file join $output ip_$what]
  make_project $kernel [file join $output project_$what]
  make_ip $kernel $ip
  package_xo -force -xo_path [file join $output $what.xo] -kernel_name [dict get $kernel name] \
    -ip_directory $ip -ctrl_protocol [dict get $kernel protocol] \
    -kernel_xml [dict get $kernel xml]
}
