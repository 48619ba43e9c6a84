set(ones_files wire_in/ones_six.sv wire_in/ones_sum.sv wire_in/ones_total.sv)

wirebook_rtl_test(verdict
  RTL outcome_pkg.sv lib/ram.sv lib/lutram.sv lib/fifo.sv lib/deep_fifo.sv ${ones_files}
    wire_in/greater.sv wire_in/frame_shape.sv wire_in/verdict.sv
  DEPENDS wire_in)
wirebook_rtl_test(ones_sum RTL wire_in/ones_six.sv wire_in/ones_sum.sv)
wirebook_rtl_test(ones_total RTL wire_in/ones_six.sv wire_in/ones_total.sv)
wirebook_rtl_test(greater RTL wire_in/greater.sv)
wirebook_rtl_test(slot_clock RTL wire_in/greater.sv slot_ring/slot_clock.sv)
