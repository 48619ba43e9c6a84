// While the link is down, frames to be sent go nowhere, whole, and are counted. A kernel that waits
// for a cable would never come to rest, and what it sent when the cable is back would be old.
//
// Decides at a frame's first beat. A frame that has begun goes on into the crossing, which takes
// away the rest of what the MAC's reset has cut. Takes no cycle.
module tx_gate (
  input  logic         clk_i,
  input  logic         rst_i,
  input  logic         up_i,

  input  logic         valid_i,
  output logic         ready_o,
  input  logic         last_i,

  output logic         valid_o,
  input  logic         ready_i,

  output logic         drop_o    // one cycle a frame
);

  logic inside_q = 1'b0;
  logic dropping_q = 1'b0;

  wire dropping = inside_q ? dropping_q : !up_i;

  assign valid_o = valid_i && !dropping;
  assign ready_o = (ready_i || dropping) && !rst_i;

  always_ff @(posedge clk_i) begin
    if (valid_i && ready_o) begin
      inside_q <= !last_i;
      dropping_q <= dropping;
    end
    drop_o <= valid_i && ready_o && last_i && dropping;
    if (rst_i) begin
      inside_q <= 1'b0;
      drop_o <= 1'b0;
    end
  end

endmodule
