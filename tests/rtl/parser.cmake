wirebook_rtl_test(sequencer
  RTL outcome_pkg.sv slot_pkg.sv lib/lutram.sv wire_in/sequencer.sv)
