# Alveo U55C. Platform: Vitis-Tutorials (alveo_aurora_kernel), xup_vitis_network_example. Part, clock,
# quad, site: xup_vitis_network_example, open-nic-shell.
# Cage QSFP0. CMACE4_X0Y3 is also known to serve it (open-nic-shell).
PLATFORM = xilinx_u55c_gen3x16_xdma_3_202210_1
PART = xcu55c-fsvh2892-2L-e
GT_REFCLK_MHZ = 161.1328125
GT_QUAD = X0Y24~X0Y27
CMAC_SITE = CMACE4_X0Y2
FREERUN_MHZ = 100
