// Cuts an OUCH message into its head and the parts of its appendage.
//
// The head is the first 47 bytes, all that any type has before its appendage; it goes out with the
// second beat (the third, behind many options), or with the frame's last. A frame of one beat goes
// out on the suspicion that it is an order, and then waits until that is known. Parts are 48 bytes
// each and follow when their bytes are here.
module order_walk (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic         go_i,
  input  logic         first_i,
  input  logic         last_i,
  input  logic [7:0]   index_i,      // of beat B in its frame
  input  logic         second_i,     // … 1
  input  logic         fresh_i,      // B's first cycle
  input  logic         later_i,      // what header says later (y) is of this frame
  input  logic [3:0]   shape_i,
  input  logic         order_i,      // x
  input  logic         parts_i,      // x
  input  logic         may_wait_i,   // x: … which it may be an order with, if it is no feed's
  input  logic         parts_later_i,  // an order with parts, and where they are: y
  input  logic         two_parts_i,
  input  logic [6:0]   part_1_start_i,
  input  logic [6:0]   part_2_start_i,
  input  logic [2:0]   part_1_beat_i,
  input  logic [2:0]   part_2_beat_i,

  output logic         pop_o,
  output logic         pop_unless_o,  // … unless this
  output logic         head_o,
  output logic         part_o,
  output logic         last_part_o,
  output logic [6:0]   start_o       // in {B, A}
);

  (* fsm_encoding = "none" *) logic [1:0] mode_q;
  localparam logic [1:0] HEAD = 2'd0;
  localparam logic [1:0] DONE = 2'd1;
  localparam logic [1:0] PART_1 = 2'd2;
  localparam logic [1:0] PART_2 = 2'd3;

  wire in_parts = mode_q[1];
  wire in_second = mode_q[0];

  // Behind 10 words of tags and options the head reaches into the third beat.
  wire head_is_here = last_i || !second_i || shape_i < 4'd10;
  wire part_is_here = {5'd0, in_second ? part_2_beat_i : part_1_beat_i} <= index_i;
  wire more = two_parts_i && !in_second;

  // Positions in the frame become positions in {B, A}.
  wire [6:0] head_place = {1'b0, shape_i, 2'b00} + 7'd43;
  wire [6:0] head_start = second_i ? head_place : {first_i, head_place[5:0]};
  wire [6:0] part_start = in_second ? part_2_start_i : part_1_start_i;

  assign head_o = go_i && mode_q == HEAD && (first_i ? last_i : order_i && head_is_here);
  assign part_o = go_i && in_parts && later_i && parts_later_i && part_is_here;
  assign last_part_o = !more;
  assign start_o = in_parts ? {part_start[6] ^ !index_i[0], part_start[5:0]} : head_start;

  always_comb begin
    unique case (mode_q)
      HEAD: pop_o = !(first_i && last_i);
      DONE: pop_o = 1'b1;
      // A frame of one beat comes here as well, whatever it is.
      default: pop_o = (later_i && !(parts_later_i && part_is_here && more)) ||
                       (first_i && !fresh_i && !may_wait_i);
    endcase
    pop_unless_o = mode_q == HEAD && !first_i && may_wait_i && head_is_here;
  end

  always_ff @(posedge clk_i) begin
    if (go_i) begin
      if (head_o) mode_q <= first_i || parts_i ? PART_1 : DONE;
      if (in_parts && later_i && !parts_later_i) mode_q <= DONE;
      if (part_o) mode_q <= more ? PART_2 : DONE;
      if (pop_o && !pop_unless_o && last_i) mode_q <= HEAD;
    end
    if (rst_i) mode_q <= HEAD;
  end

endmodule
