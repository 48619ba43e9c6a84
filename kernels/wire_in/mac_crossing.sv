// Between a MAC with a clock of its own and the kernel: both directions of a 512-bit AXI-Stream.
//
//   MAC ─► s_axis_mac_rx ─► mac_rx ─► m_axis_rx ─► s_axis_rx of wirebook_kernel
//   MAC ◄─ m_axis_mac_tx ◄─ mac_tx ◄─ s_axis_tx ◄─ m_axis_tx of wirebook_kernel
//
// The clocks may have any ratio; from equal clocks it takes the phase. Each reset is synchronous to
// its clock, and either alone is safe at any time. `rx_drop_o` is high for a cycle of ap_clk for
// each received frame that was lost here.
//
// A beat takes three edges of the clock that reads it, and where the clocks are not the same, up to
// one period more until the first: 10.0 to 13.3 ns from the MAC into 300 MHz.
//
// Constraints: mac_crossing.xdc. No vendor tool has read either yet.
module mac_crossing #(
  parameter int DataBytes = 64,
  parameter int DepthLog2 = 6,
  parameter int StartRoom = 26
) (
  input  logic                   mac_clk,
  input  logic                   mac_rst_n,
  input  logic                   s_axis_mac_rx_tvalid,
  input  logic [8*DataBytes-1:0] s_axis_mac_rx_tdata,
  input  logic [DataBytes-1:0]   s_axis_mac_rx_tkeep,
  input  logic                   s_axis_mac_rx_tlast,
  input  logic [0:0]             s_axis_mac_rx_tuser,
  output logic                   m_axis_mac_tx_tvalid,
  input  logic                   m_axis_mac_tx_tready,
  output logic [8*DataBytes-1:0] m_axis_mac_tx_tdata,
  output logic [DataBytes-1:0]   m_axis_mac_tx_tkeep,
  output logic                   m_axis_mac_tx_tlast,

  input  logic                   ap_clk,
  input  logic                   ap_rst_n,
  output logic                   m_axis_rx_tvalid,
  input  logic                   m_axis_rx_tready,
  output logic [8*DataBytes-1:0] m_axis_rx_tdata,
  output logic [DataBytes-1:0]   m_axis_rx_tkeep,
  output logic                   m_axis_rx_tlast,
  output logic [0:0]             m_axis_rx_tuser,
  input  logic                   s_axis_tx_tvalid,
  output logic                   s_axis_tx_tready,
  input  logic [8*DataBytes-1:0] s_axis_tx_tdata,
  input  logic [DataBytes-1:0]   s_axis_tx_tkeep,
  input  logic                   s_axis_tx_tlast,

  output logic                   rx_drop_o
);

  logic mac_reset_q = 1'b1;
  logic reset_q = 1'b1;
  always_ff @(posedge mac_clk) mac_reset_q <= !mac_rst_n;
  always_ff @(posedge ap_clk) reset_q <= !ap_rst_n;

  mac_rx #(.DataBytes(DataBytes), .DepthLog2(DepthLog2), .StartRoom(StartRoom)) i_rx (
    .mac_clk_i(mac_clk), .mac_rst_i(mac_reset_q),
    .mac_valid_i(s_axis_mac_rx_tvalid), .mac_data_i(s_axis_mac_rx_tdata),
    .mac_keep_i(s_axis_mac_rx_tkeep), .mac_last_i(s_axis_mac_rx_tlast),
    .mac_bad_i(s_axis_mac_rx_tuser[0]),
    .clk_i(ap_clk), .rst_i(reset_q),
    .rx_valid_o(m_axis_rx_tvalid), .rx_ready_i(m_axis_rx_tready), .rx_data_o(m_axis_rx_tdata),
    .rx_keep_o(m_axis_rx_tkeep), .rx_last_o(m_axis_rx_tlast), .rx_bad_o(m_axis_rx_tuser[0]),
    .drop_o(rx_drop_o)
  );

  mac_tx #(.DataBytes(DataBytes), .DepthLog2(DepthLog2)) i_tx (
    .clk_i(ap_clk), .rst_i(reset_q),
    .tx_valid_i(s_axis_tx_tvalid), .tx_ready_o(s_axis_tx_tready), .tx_data_i(s_axis_tx_tdata),
    .tx_keep_i(s_axis_tx_tkeep), .tx_last_i(s_axis_tx_tlast),
    .mac_clk_i(mac_clk), .mac_rst_i(mac_reset_q),
    .mac_valid_o(m_axis_mac_tx_tvalid), .mac_ready_i(m_axis_mac_tx_tready),
    .mac_data_o(m_axis_mac_tx_tdata), .mac_keep_o(m_axis_mac_tx_tkeep),
    .mac_last_o(m_axis_mac_tx_tlast)
  );

endmodule
