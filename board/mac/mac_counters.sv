// Events of one clock, counted in another: none is lost, whatever the two clocks do.
//
// Each event is a cycle's pulse of `clk_i`. It crosses as a count in Gray code, so the counting
// side adds what it has not seen yet; it must look at least once in 2**(Bits - 1) cycles of
// `clk_i`, and looks in every cycle of its own. Counts are cleared by `far_rst_i`.
module mac_counters #(
  parameter int Events = 1,
  parameter int Bits = 8
) (
  input  logic                 clk_i,
  input  logic [Events-1:0]    event_i,

  input  logic                 far_clk_i,
  input  logic                 far_rst_i,
  output logic [64*Events-1:0] count_o
);

  for (genvar i = 0; i < Events; i++) begin : g_event
    logic event_q = 1'b0;
    logic [Bits-1:0] seen, told_q, step_q;
    logic [63:0] count_q;
    logic [Bits-1:0] unused_count, unused_gray, unused_far_gray;

    always_ff @(posedge clk_i) event_q <= event_i[i];

    // Never cleared: the counting side follows wherever it stands.
    gray_link #(.Bits(Bits)) i_link (
      .clk_i, .clear_i(1'b0), .step_i(event_q),
      .count_o(unused_count), .gray_o(unused_gray),
      .far_clk_i, .far_count_o(seen), .far_gray_o(unused_far_gray)
    );

    always_ff @(posedge far_clk_i) begin
      told_q <= seen;
      step_q <= seen - told_q;
      count_q <= count_q + 64'(step_q);
      if (far_rst_i) begin
        step_q <= '0;
        count_q <= '0;
      end
    end

    assign count_o[64*i +: 64] = count_q;
  end

endmodule
