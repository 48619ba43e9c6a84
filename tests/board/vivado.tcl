# Stands for Vivado: runs one of our scripts with the vendor's commands as recorders.
#
#   tclsh vivado.tcl <ports> <script> [argument...]
#
# <ports> is a file with the ports of the top module, one a line. Each command of Vivado's that our
# scripts may use is here with its options; whatever else they call is an error, and so are options
# that it does not have, files that are not there, objects that nobody made, and ports that the
# module lacks. What was called goes to stdout: a line a call, its words separated by \x1f.

# {name {option takes-a-value ...} fewest most}: the words that are no options.
set commands {
  create_project {-force 0 -part 1} 2 2
  add_files {-norecurse 0 -fileset 1} 1 1
  get_files {} 1 1
  set_property {-dict 1} 1 3
  get_property {} 2 2
  current_fileset {} 0 0
  update_compile_order {-fileset 1} 0 0
  create_ip {-name 1 -vendor 1 -library 1 -module_name 1} 0 0
  get_ips {} 1 1
  generate_target {} 2 2
  close_project {-delete 0} 0 0
  ipx::package_project {-force 0 -root_dir 1 -vendor 1 -library 1 -taxonomy 1 -import_files 0
                        -set_current 1} 0 0
  ipx::unload_core {} 1 1
  ipx::edit_ip_in_project {-upgrade 1 -name 1 -directory 1} 1 1
  ipx::current_core {} 0 0
  ipx::get_bus_interfaces {-of_objects 1} 1 1
  ipx::add_bus_interface {} 2 2
  ipx::remove_bus_interface {} 2 2
  ipx::associate_bus_interfaces {-busif 1 -clock 1} 1 1
  ipx::get_bus_parameters {-of_objects 1} 1 1
  ipx::remove_bus_parameter {} 2 2
  ipx::add_port_map {} 2 2
  ipx::get_port_maps {-of_objects 1} 1 1
  ipx::create_xgui_files {} 1 1
  ipx::update_checksums {} 1 1
  ipx::check_integrity {-kernel 0} 1 1
  ipx::save_core {} 1 1
  package_xo {-force 0 -xo_path 1 -kernel_name 1 -ip_directory 1 -ctrl_protocol 1 -kernel_xml 1} 0 0
  get_cells {-hierarchical 0 -filter 1} 0 0
  set_max_delay {-datapath_only 0 -from 1 -to 1} 1 1
  set_bus_skew {-from 1 -to 1} 1 1
  set_false_path {-from 1 -to 1} 0 0
}

set objects {core fileset}  ;# what commands gave out
set buses {}                ;# of the packaged IP
set added {}                ;# files

proc offer {object} {
  global objects
  lappend objects $object
  return $object
}
proc must {condition text} {
  if {!$condition} { error $text }
}
proc must_be {object} {
  global objects
  must [expr {$object in $objects}] "there is no object `$object`"
}

# What a command does beside being recorded; `given` are its options, `words` the rest.
proc act {name given words} {
  global added buses ports
  switch $name {
    add_files {
      foreach file [lindex $words 0] {
        must [file isfile $file] "$file: no such file"
        lappend added $file
      }
    }
    get_files {
      foreach file [lindex $words 0] { must [expr {$file in $added}] "$file was not added" }
      return [offer $words]
    }
    create_ip { offer ip/[dict get $given -module_name] }
    get_ips {
      must_be ip/[lindex $words 0]
      return ip/[lindex $words 0]
    }
    generate_target { must_be [lindex $words 1] }
    current_fileset { return fileset }
    ipx::current_core { return core }
    ipx::edit_ip_in_project {
      # What Vivado finds in the names of ports.
      foreach port $ports {
        if {[regexp {^(.+)_(awvalid|arvalid|tvalid)$} $port all bus] ||
            [regexp {^(ap_clk|clk_.+)$} $port bus]} {
          if {$bus ni $buses} { lappend buses $bus }
        }
      }
    }
    ipx::get_bus_interfaces {
      must_be [dict get $given -of_objects]
      if {[lindex $words 0] in $buses} { return [offer bus/[lindex $words 0]] }
    }
    ipx::add_bus_interface {
      must [expr {[lindex $words 0] ni $buses}] "bus [lindex $words 0] is there already"
      lappend buses [lindex $words 0]
    }
    ipx::remove_bus_interface {
      set at [lsearch -exact $buses [lindex $words 0]]
      must [expr {$at >= 0}] "no bus [lindex $words 0]"
      set buses [lreplace $buses $at $at]
    }
    ipx::associate_bus_interfaces {
      foreach option {-busif -clock} {
        must [expr {[dict get $given $option] in $buses}] "no bus [dict get $given $option]"
      }
    }
    ipx::get_bus_parameters {
      must_be [dict get $given -of_objects]
      return [offer parameter/[lindex $words 0]]
    }
    ipx::remove_bus_parameter {
      must_be parameter/[lindex $words 0]
      must_be [lindex $words 1]
    }
    ipx::add_port_map {
      must_be [lindex $words 1]
      offer [lindex $words 1]/[lindex $words 0]
    }
    ipx::get_port_maps {
      set map [dict get $given -of_objects]/[lindex $words 0]
      must_be $map
      return $map
    }
    get_property {
      must_be [lindex $words 1]
      return [file tail [lindex $words 1]]
    }
    set_property {
      must_be [lindex $words end]
      if {[lindex $words 0] eq "physical_name"} {
        must [expr {[lindex $words 1] in $ports}] "the module has no port [lindex $words 1]"
      }
    }
    package_xo {
      set xml [dict get $given -kernel_xml]
      must [file isfile $xml] "$xml: no such file"
    }
    get_cells { return cells }
  }
  return
}

proc record {name options fewest most args} {
  puts [join [concat [list $name] [string map {\n { }} $args]] \x1f]
  set given {}
  set words {}
  for {set i 0} {$i < [llength $args]} {incr i} {
    set word [lindex $args $i]
    if {![string match {-[a-z]*} $word]} {
      lappend words $word
    } elseif {![dict exists $options $word]} {
      error "$name has no option $word"
    } elseif {[dict get $options $word]} {
      dict set given $word [lindex $args [incr i]]
    } else {
      dict set given $word 1
    }
  }
  set count [llength $words]
  if {$count < $fewest || $count > $most} { error "$name: $count words: $words" }
  return [act $name $given $words]
}

set argv [lassign $argv port_file script]
set channel [open $port_file]
set ports [read $channel]
close $channel

interp create vivado
foreach {name options fewest most} $commands {
  if {[string match ipx::* $name]} { vivado eval {namespace eval ipx {}} }
  interp alias vivado $name {} record $name $options $fewest $most
}
interp alias vivado exit {} exit
vivado eval {proc unknown {args} { error "not a command that is known here: $args" }}
vivado eval [list set argv $argv]
vivado eval [list set argc [llength $argv]]
if {[catch {vivado eval [list source $script]} message options]} {
  puts stderr "$script: $message\n[dict get $options -errorinfo]"
  exit 1
}
