// reset_side: two of them, facing each other between two clocks, stop both sides for either's
// reset, clear each side only while the other has stopped, and go on when both see zeros.
//
// Nothing is assumed: clocks and resets do what they like. two_flop is a model in which a bit that
// changes near an edge is seen as it was or as it is.
//
// `count_q` stands for what side a clears. What b sees of it, `seen`, comes as late as a two_flop
// may make it, and `seen_q` a cycle later, as the level of async_fifo. The sides are alike, so what
// is said of one holds of the other.
module reset_side_proof (
  input logic a_clk_i,
  input logic a_rst_i,
  input logic a_keep_i,
  input logic a_step_i,
  input logic b_clk_i,
  input logic b_rst_i,
  input logic b_keep_i
);

  logic a_request, a_acknowledge, a_stop, a_clear;
  logic b_request, b_acknowledge, b_stop, b_clear;
  logic seen;
  logic count_q = 1'b0;
  logic seen_q = 1'b0;
  logic owes_q = 1'b0;    // was reset, and not cleared since
  logic a_done_q = 1'b0;  // a count was cleared for a's reset
  logic b_done_q = 1'b0;  // … for b's

  reset_side a (
    .clk_i(a_clk_i), .rst_i(a_rst_i), .keep_i(a_keep_i),
    .request_o(a_request), .acknowledge_o(a_acknowledge),
    .far_request_i(b_request), .far_acknowledge_i(b_acknowledge),
    .stop_o(a_stop), .clear_o(a_clear)
  );
  reset_side b (
    .clk_i(b_clk_i), .rst_i(b_rst_i), .keep_i(b_keep_i),
    .request_o(b_request), .acknowledge_o(b_acknowledge),
    .far_request_i(a_request), .far_acknowledge_i(a_acknowledge),
    .stop_o(b_stop), .clear_o(b_clear)
  );

  two_flop i_seen (.clk_i(b_clk_i), .data_i(count_q), .data_o(seen));

  always_ff @(posedge a_clk_i) begin
    if (a_clear) count_q <= 1'b0;
    else if (!a_stop && a_step_i) count_q <= 1'b1;
    owes_q <= a_rst_i || (owes_q && !a_clear);
    a_done_q <= a_done_q || (count_q && a_clear && !a_acknowledge);
    b_done_q <= b_done_q || (count_q && a_clear && !a_request);
  end
  always_ff @(posedge b_clk_i) seen_q <= seen;

  always @($global_clock) begin
    // No side is cleared under the other's eyes, or its own.
    a_both_stopped: assert ((!a_clear && !b_clear) || (a_stop && b_stop));
    a_at_once: assert (!a_rst_i || a_stop);
    a_not_before: assert (!owes_q || a_stop);
    // Who goes on does not see what was there before.
    a_fresh: assert (b_stop || count_q || !seen);
    a_level: assert (b_stop || count_q || !seen_q);
    cover (a_done_q && !a_stop && !b_stop);
    cover (b_done_q && !a_stop && !b_stop);
  end

`ifdef INVARIANTS
  // Registers, tied to these by proof.cfg. Bit 1 of what was seen is the request, 0 the
  // acknowledge.
  logic a_pending, a_acknowledged, b_acknowledged;
  logic [1:0] a_before, a_meta, a_settled, b_before, b_meta, b_settled;
  logic count_before, count_meta;

  // A request's way to the other side and back: it changes in one place at most.
  wire [7:0] a_way = {a_request, b_before[1], b_meta[1], b_settled[1], b_acknowledge, a_before[0],
                      a_meta[0], a_settled[0]};
  wire [7:0] b_way = {b_request, a_before[1], a_meta[1], a_settled[1], a_acknowledge, b_before[0],
                      b_meta[0], b_settled[0]};
  wire [6:0] a_turns = a_way[7:1] ^ a_way[6:0];
  wire [6:0] b_turns = b_way[7:1] ^ b_way[6:0];

  // While b may still see an old count, it also sees that a has not done yet.
  wire meets = a_acknowledge && b_request;

  always @($global_clock) begin
    a_ways: assert ((a_turns & (a_turns - 7'd1)) == '0 && (b_turns & (b_turns - 7'd1)) == '0);
    a_owed: assert (!owes_q || a_pending || a_request);
    a_lag: assert ((!(a_acknowledged && a_request) || a_settled[0]) &&
                   (!(b_acknowledged && b_request) || b_settled[0]));
    a_told: assert ((!a_settled[0] || a_request || a_acknowledged) &&
                    (!b_settled[0] || b_request || b_acknowledged));
    a_zero: assert (!count_q || !((a_acknowledged && a_request) || (a_acknowledge && !a_meta[1])));
    if (!count_q) begin
      a_before_b: assert (!count_before || (a_request && b_before[1] && b_acknowledge) ||
                          (a_acknowledge && b_before[0]));
      a_meta_b: assert (!count_meta || (b_meta[1] && b_acknowledge) || b_meta[0] || meets);
      a_settled_b: assert (!seen || (b_settled[1] && b_acknowledge) || b_settled[0] || meets);
      a_late_b: assert (!seen_q || b_acknowledge || b_acknowledged || meets);
    end
  end
`endif

endmodule
