// A count that another clock can read: it crosses in Gray code, of which one bit changes per step,
// so that it is seen as it was or as it is.
//
// `step_i` counts up. `clear_i` changes many bits at once: only while the other side does not look.
module gray_link #(
  parameter int Bits = 5
) (
  input  logic            clk_i,
  input  logic            clear_i,
  input  logic            step_i,
  output logic [Bits-1:0] count_o,
  output logic [Bits-1:0] gray_o,

  input  logic            far_clk_i,
  output logic [Bits-1:0] far_count_o,
  output logic [Bits-1:0] far_gray_o
);

  logic [Bits-1:0] count_q = '0;
  logic [Bits-1:0] gray_q = '0;

  wire [Bits-1:0] next = clear_i ? '0 : count_q + Bits'(step_i);

  always_ff @(posedge clk_i) begin
    count_q <= next;
    gray_q <= next ^ (next >> 1);
  end

  assign count_o = count_q;
  assign gray_o = gray_q;

  two_flop #(.Width(Bits)) i_far (.clk_i(far_clk_i), .data_i(gray_q), .data_o(far_gray_o));

  always_comb begin
    for (int i = 0; i < Bits; i++) far_count_o[i] = ^(far_gray_o >> i);
  end

endmodule
