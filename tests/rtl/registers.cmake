# The host's window: the registers, and what they count.
wirebook_rtl_test(regs RTL regs/regs_pkg.sv regs/regs.sv)
wirebook_rtl_test(counters RTL regs/counters.sv)
