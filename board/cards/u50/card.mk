# Alveo U50. Platform: Vitis-Tutorials (alveo_aurora_kernel), xup_vitis_network_example. Part, clock,
# quad, site: xup_vitis_network_example, open-nic-shell.
# The card's only QSFP28 cage. CMACE4_X0Y4 is also known to serve it (open-nic-shell, corundum).
PLATFORM = xilinx_u50_gen3x16_xdma_5_202210_1
PART = xcu50-fsvh2104-2-e
GT_REFCLK_MHZ = 161.1328125
GT_QUAD = X0Y28~X0Y31
CMAC_SITE = CMACE4_X0Y3
FREERUN_MHZ = 100
