# The walk through a frame, and its parts.
set(walk_files wire_in/prep.sv wire_in/filter.sv wire_in/header.sv wire_in/splitter.sv
  wire_in/order_walk.sv wire_in/rotator.sv wire_in/walk_end.sv wire_in/frame_walk.sv)

wirebook_rtl_test(frame_walk
  RTL outcome_pkg.sv wire_in/greater.sv ${walk_files}
  DEPENDS wire_in)
