# Alveo U250. Platform: Vitis-Tutorials (alveo_aurora_kernel), xup_vitis_network_example. Part, clock,
# quad, site: xup_vitis_network_example, open-nic-shell.
# Cage QSFP0. CMACE4_X0Y8 is also known to serve it (open-nic-shell, corundum). The platform has two
# stages (board/README.md); Vitis 2022.2 is reported not to build for it.
PLATFORM = xilinx_u250_gen3x16_xdma_4_1_202210_1
PART = xcu250-figd2104-2L-e
GT_REFCLK_MHZ = 156.25
GT_QUAD = X1Y44~X1Y47
CMAC_SITE = CMACE4_X0Y7
FREERUN_MHZ = 100
