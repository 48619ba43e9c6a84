// For proofs: bursts whose address was shown and whose data have not all gone, oldest first.
module bursts #(
  parameter int Width = 2
) (
  input  logic             clk_i,
  input  logic             rst_i,
  input  logic             shown_i,   // an address, for the first time
  input  logic [Width-1:0] entry_i,
  input  logic             last_i,    // the last beat is taken
  output logic             due_o,     // there is one
  output logic [Width-1:0] head_o,
  output logic [1:0]       count_o
);

  logic [3*Width-1:0] queue_q;
  logic [1:0] count_q;
  logic [4*Width-1:0] queue;

  always_comb begin
    queue = {{Width{1'b0}}, queue_q};
    if (shown_i) queue[count_q*Width +: Width] = entry_i;
  end

  always_ff @(posedge clk_i) begin
    queue_q <= (3*Width)'(last_i ? queue >> Width : queue);
    count_q <= count_q + {1'b0, shown_i} - {1'b0, last_i};
    if (rst_i) count_q <= '0;
  end

  assign due_o = shown_i || count_q != '0;
  assign head_o = queue[Width-1:0];
  assign count_o = count_q;

endmodule
