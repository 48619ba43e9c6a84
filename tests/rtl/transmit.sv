// frame_fetch and frame_out as the kernel joins them, for their bench.
module transmit (
  input  logic         clk_i,
  input  logic         rst_i,
  input  logic         enable_i,
  input  logic [63:0]  tx_base_i,
  input  logic [3:0]   tx_cells_log2_i,
  input  logic [31:0]  tx_produced_i,
  output logic [31:0]  tx_consumed_o,
  output logic         ar_valid_o,
  input  logic         ar_ready_i,
  output logic [63:0]  ar_address_o,
  output logic [7:0]   ar_length_o,
  input  logic         r_valid_i,
  input  logic [511:0] r_data_i,
  input  logic [1:0]   r_response_i,
  output logic         tx_valid_o,
  input  logic         tx_ready_i,
  output logic [511:0] tx_data_o,
  output logic [63:0]  tx_keep_o,
  output logic         tx_last_o,
  output logic         count_sent_o,
  output logic         count_bad_o,
  output logic         tx_error_o,
  output logic         idle_o
);

  logic frame_valid, frame_ready, fetch_idle, out_idle;
  logic [10:0] frame_bytes;
  logic [4:0] frame_beat;
  logic [511:0] frame_data;

  frame_fetch i_fetch (
    .clk_i, .rst_i, .enable_i, .tx_base_i, .tx_cells_log2_i, .tx_produced_i, .tx_consumed_o,
    .ar_valid_o, .ar_ready_i, .ar_address_o, .ar_length_o, .r_valid_i, .r_data_i, .r_response_i,
    .frame_valid_o(frame_valid), .frame_ready_i(frame_ready), .frame_bytes_o(frame_bytes),
    .frame_beat_i(frame_beat), .frame_data_o(frame_data),
    .count_bad_o, .tx_error_o, .idle_o(fetch_idle)
  );
  frame_out i_out (
    .clk_i, .rst_i,
    .frame_valid_i(frame_valid), .frame_ready_o(frame_ready), .frame_bytes_i(frame_bytes),
    .frame_beat_o(frame_beat), .frame_data_i(frame_data),
    .tx_valid_o, .tx_ready_i, .tx_data_o, .tx_keep_o, .tx_last_o, .idle_o(out_idle), .count_sent_o
  );

  assign idle_o = fetch_idle && out_idle;

endmodule
