// The host's slots and the host's frames share the way from host memory.
//
// Whoever asks first goes first, slots before frames; an address once shown stays until it is
// taken. The ID says whose data they are: 0 slots, 1 frames. No added cycle.
module read_arbiter (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic         inject_ar_valid_i,
  output logic         inject_ar_ready_o,
  input  logic [63:0]  inject_ar_address_i,
  input  logic [7:0]   inject_ar_length_i,
  output logic         inject_r_valid_o,

  input  logic         tx_ar_valid_i,
  output logic         tx_ar_ready_o,
  input  logic [63:0]  tx_ar_address_i,
  input  logic [7:0]   tx_ar_length_i,
  output logic         tx_r_valid_o,

  output logic         ar_valid_o,
  input  logic         ar_ready_i,
  output logic [63:0]  ar_address_o,
  output logic [7:0]   ar_length_o,
  output logic         ar_id_o,
  input  logic         r_valid_i,
  output logic         r_ready_o,
  input  logic         r_id_i
);

  logic shown_q;  // an address was shown and not taken yet
  logic tx_q;     // … it is that of frames

  wire tx = shown_q ? tx_q : !inject_ar_valid_i;

  always_ff @(posedge clk_i) begin
    shown_q <= ar_valid_o && !ar_ready_i && !rst_i;
    tx_q <= tx;
  end

  assign ar_valid_o = (tx ? tx_ar_valid_i : inject_ar_valid_i) && !rst_i;
  assign ar_address_o = tx ? tx_ar_address_i : inject_ar_address_i;
  assign ar_length_o = tx ? tx_ar_length_i : inject_ar_length_i;
  assign ar_id_o = tx;
  assign tx_ar_ready_o = tx && ar_ready_i && !rst_i;
  assign inject_ar_ready_o = !tx && ar_ready_i && !rst_i;

  assign r_ready_o = !rst_i;
  assign inject_r_valid_o = r_valid_i && !r_id_i && !rst_i;
  assign tx_r_valid_o = r_valid_i && r_id_i && !rst_i;

endmodule
