// The MAC kernel for hardware emulation, which has no transceivers: what the kernel sends comes
// back to it. Registers, streams and everything between are those of the card.
module wirebook_mac (
  input  logic         ap_clk,
  input  logic         ap_rst_n,

  input  logic         s_axi_control_awvalid,
  output logic         s_axi_control_awready,
  input  logic [11:0]  s_axi_control_awaddr,
  input  logic         s_axi_control_wvalid,
  output logic         s_axi_control_wready,
  input  logic [31:0]  s_axi_control_wdata,
  input  logic [3:0]   s_axi_control_wstrb,
  output logic         s_axi_control_bvalid,
  input  logic         s_axi_control_bready,
  output logic [1:0]   s_axi_control_bresp,
  input  logic         s_axi_control_arvalid,
  output logic         s_axi_control_arready,
  input  logic [11:0]  s_axi_control_araddr,
  output logic         s_axi_control_rvalid,
  input  logic         s_axi_control_rready,
  output logic [31:0]  s_axi_control_rdata,
  output logic [1:0]   s_axi_control_rresp,

  output logic         m_axis_rx_tvalid,
  input  logic         m_axis_rx_tready,
  output logic [511:0] m_axis_rx_tdata,
  output logic [63:0]  m_axis_rx_tkeep,
  output logic         m_axis_rx_tlast,
  output logic [0:0]   m_axis_rx_tuser,
  input  logic         s_axis_tx_tvalid,
  output logic         s_axis_tx_tready,
  input  logic [511:0] s_axis_tx_tdata,
  input  logic [63:0]  s_axis_tx_tkeep,
  input  logic         s_axis_tx_tlast
);

  logic core_reset, halves_reset, rx_enable, tx_enable, fec_enable;
  logic valid, last;
  logic [511:0] data;
  logic [63:0] keep;
  logic aligned_q = 1'b0;
  logic unused_loopback, unused_rfi;

  wire reset = core_reset || halves_reset;
  always_ff @(posedge ap_clk) aligned_q <= rx_enable && !reset;

  mac_side i_side (
    .ap_clk, .ap_rst_n,
    .s_axi_control_awvalid, .s_axi_control_awready, .s_axi_control_awaddr,
    .s_axi_control_wvalid, .s_axi_control_wready, .s_axi_control_wdata, .s_axi_control_wstrb,
    .s_axi_control_bvalid, .s_axi_control_bready, .s_axi_control_bresp,
    .s_axi_control_arvalid, .s_axi_control_arready, .s_axi_control_araddr,
    .s_axi_control_rvalid, .s_axi_control_rready, .s_axi_control_rdata, .s_axi_control_rresp,
    .m_axis_rx_tvalid, .m_axis_rx_tready, .m_axis_rx_tdata, .m_axis_rx_tkeep, .m_axis_rx_tlast,
    .m_axis_rx_tuser,
    .s_axis_tx_tvalid, .s_axis_tx_tready, .s_axis_tx_tdata, .s_axis_tx_tkeep, .s_axis_tx_tlast,
    .core_reset_o(core_reset), .loopback_o(unused_loopback), .powered_i(4'b1111),
    .mac_clk_i(ap_clk), .rx_reset_i(reset), .tx_reset_i(reset),
    .halves_reset_o(halves_reset), .rx_enable_o(rx_enable), .tx_enable_o(tx_enable),
    .tx_send_rfi_o(unused_rfi), .fec_enable_o(fec_enable),
    .rx_valid_i(valid && tx_enable), .rx_data_i(data), .rx_keep_i(keep), .rx_last_i(last),
    .rx_bad_i(1'b0),
    .tx_valid_o(valid), .tx_ready_i(tx_enable), .tx_data_o(data), .tx_keep_o(keep),
    .tx_last_o(last),
    .aligned_i(aligned_q), .faults_i({fec_enable && aligned_q, 3'b000, aligned_q}),
    .fec_errors_i(1'b0), .lanes_i({24{aligned_q}}),
    .tx_underflow_i(1'b0), .tx_overflow_i(1'b0), .fec_words_i(3'b000)
  );

endmodule
