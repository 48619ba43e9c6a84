# From the host and to it: slots, punted frames, frames to be sent.
wirebook_rtl_test(inject RTL slot_pkg.sv lib/lutram.sv lib/fifo.sv slot_ring/inject.sv)
