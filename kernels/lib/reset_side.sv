// One side's half of a reset that both sides of a crossing take part in.
//
// Two of these face each other. Either side's reset, in its own clock, at any time and as short as
// one cycle, stops both sides; only when both have stopped are they cleared; then both go on. A
// four-phase handshake: request up, acknowledge up, request down, acknowledge down. A side whose
// clock stands still keeps the other waiting. Nothing is asynchronous but what goes through
// two_flop.
//
// A request falls a cycle after what it cleared, and a side goes on a cycle after it saw the last
// of the other's: so it sees zeros, also in registers that are a cycle late.
//
// `keep_i`: this side has begun what it must end; the other's request stops it afterwards.
module reset_side (
  input  logic clk_i,
  input  logic rst_i,
  input  logic keep_i,

  output logic request_o,
  output logic acknowledge_o,
  input  logic far_request_i,
  input  logic far_acknowledge_i,

  output logic stop_o,    // nothing may go in or out
  output logic clear_o    // both sides have stopped
);

  logic pending_q = 1'b0;
  logic request_q = 1'b0;
  logic acknowledge_q = 1'b0;
  logic acknowledged_q = 1'b0;
  logic far_request, far_acknowledge;

  two_flop #(.Width(2)) i_far (
    .clk_i, .data_i({far_request_i, far_acknowledge_i}), .data_o({far_request, far_acknowledge})
  );

  wire wanted = rst_i || pending_q;
  wire request_next = request_q ? rst_i || !acknowledged_q : wanted && !far_acknowledge;

  always_ff @(posedge clk_i) begin
    request_q <= request_next;
    pending_q <= wanted && !request_q && !request_next;
    acknowledged_q <= far_acknowledge;
    acknowledge_q <= far_request && (!keep_i || wanted || request_q || acknowledge_q);
  end

  assign request_o = request_q;
  assign acknowledge_o = acknowledge_q;
  assign stop_o = wanted || request_q || far_acknowledge || acknowledged_q || acknowledge_q ||
                  (far_request && !keep_i);
  assign clear_o = acknowledge_q || (request_q && far_acknowledge);

endmodule
