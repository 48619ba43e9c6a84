# Alveo U280. Platform: Vitis-Tutorials (alveo_aurora_kernel), xup_vitis_network_example. Part, clock,
# quad, site: xup_vitis_network_example, open-nic-shell.
# Cage QSFP0. CMACE4_X0Y6 is also known to serve it (open-nic-shell, corundum). The free-running clock
# of this card's older platform had 50 MHz (xup_vitis_network_example); of this one the tutorial says
# 100: `platforminfo` tells.
PLATFORM = xilinx_u280_gen3x16_xdma_1_202211_1
PART = xcu280-fsvh2892-2L-e
GT_REFCLK_MHZ = 156.25
GT_QUAD = X0Y40~X0Y43
CMAC_SITE = CMACE4_X0Y5
FREERUN_MHZ = 100
