# Alveo U200. Platform: Vitis-Tutorials (alveo_aurora_kernel), xup_vitis_network_example. Part, clock,
# quad, site: xup_vitis_network_example, open-nic-shell.
# Cage QSFP0. CMACE4_X0Y6 and X0Y7 are also known to serve it (xup_vitis_network_example,
# open-nic-shell); corundum has X0Y8 as well.
PLATFORM = xilinx_u200_gen3x16_xdma_2_202110_1
PART = xcu200-fsgd2104-2-e
GT_REFCLK_MHZ = 156.25
GT_QUAD = X1Y48~X1Y51
CMAC_SITE = CMACE4_X0Y8
FREERUN_MHZ = 100
