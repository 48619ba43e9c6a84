# From the host and to it: slots, punted frames, frames to be sent.
wirebook_rtl_test(inject RTL slot_pkg.sv lib/lutram.sv lib/fifo.sv slot_ring/inject.sv)
wirebook_rtl_test(transmit
  RTL lib/lutram.sv lib/ram.sv lib/fifo.sv wire_out/frame_fetch.sv wire_out/frame_out.sv
    "${CMAKE_CURRENT_SOURCE_DIR}/transmit.sv")
wirebook_rtl_test(punt RTL lib/lutram.sv lib/ram.sv lib/fifo.sv wire_in/punt.sv)
