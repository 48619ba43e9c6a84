// A synchroniser as metal is: of a bit that changes, its first register may see the old value or
// the new one. In the place of lib/two_flop in the proofs with two clocks.
module two_flop #(
  parameter int Width = 1
) (
  input  logic             clk_i,
  input  logic [Width-1:0] data_i,
  output logic [Width-1:0] data_o
);

  (* anyseq *) logic [Width-1:0] late;
  logic [Width-1:0] before_q = '0;
  logic [Width-1:0] meta_q = '0;
  logic [Width-1:0] settled_q = '0;

  always @($global_clock) before_q <= data_i;

  always_ff @(posedge clk_i) begin
    meta_q <= (late & before_q) | (~late & data_i);
    settled_q <= meta_q;
  end

  assign data_o = settled_q;

endmodule
