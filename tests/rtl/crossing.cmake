set(async_fifo_files lib/lutram.sv lib/two_flop.sv lib/gray_link.sv lib/reset_side.sv
  lib/async_fifo.sv)

wirebook_rtl_test(async_fifo RTL ${async_fifo_files} FLAGS -GWidth=32 -GDepthLog2=4)
wirebook_rtl_test(mac_crossing
  RTL ${async_fifo_files} wire_in/mac_rx.sv wire_out/mac_tx.sv wire_in/mac_crossing.sv)
