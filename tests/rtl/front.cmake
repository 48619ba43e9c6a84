# Queues, and what stands in front of the walk.
set(queue_files lib/ram.sv lib/lutram.sv lib/fifo.sv lib/deep_fifo.sv)

wirebook_rtl_test(fifo RTL lib/lutram.sv lib/fifo.sv FLAGS -GWidth=16 -GDepthLog2=3)
wirebook_rtl_test(deep_fifo RTL ${queue_files} FLAGS -GWidth=16 -GDepthLog2=5)
wirebook_rtl_test(rotator RTL wire_in/rotator.sv)
wirebook_rtl_test(entrance
  RTL ${queue_files} wire_in/entrance.sv
  FLAGS -GDataBytes=8 -GBufferBeatsLog2=5 -GFrameBeatsMax=6)
