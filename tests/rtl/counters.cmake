wirebook_rtl_test(counters RTL regs/counters.sv)
