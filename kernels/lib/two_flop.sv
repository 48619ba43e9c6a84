// Two flip-flops between clocks: the second gives the first a cycle to settle.
//
// Bits arrive one by one, in no promised order: more than one of them may change at a time only if
// nobody minds which of them is seen first. `data_i` comes straight from registers.
module two_flop #(
  parameter int Width = 1
) (
  input  logic             clk_i,
  input  logic [Width-1:0] data_i,
  output logic [Width-1:0] data_o
);

  (* ASYNC_REG = "TRUE" *) logic [Width-1:0] meta_q = '0;
  (* ASYNC_REG = "TRUE" *) logic [Width-1:0] settled_q = '0;

  always_ff @(posedge clk_i) begin
    meta_q <= data_i;
    settled_q <= meta_q;
  end

  assign data_o = settled_q;

endmodule
