// Cuts an OUCH message into its head and the parts of its appendage.
//
// The head is the first 47 bytes, all that any type has before its appendage; it goes out with the
// second beat (the third, behind many options), or with the frame's last. A frame of one beat goes
// out on the suspicion that it is an order: nobody knows yet. Parts are 48 bytes each and follow
// when their bytes are here.
module order_walk (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic         go_i,
  input  logic         first_i,
  input  logic         last_i,
  input  logic [7:0]   index_i,      // of beat B in its frame
  input  logic         later_i,      // what header says later (y) is of this frame
  input  logic [3:0]   shape_i,
  input  logic         order_i,      // x
  input  logic         parts_i,      // x
  input  logic         lone_parts_i,
  input  logic         order_later_i,
  input  logic         parts_later_i,
  input  logic         two_parts_i,
  input  logic [8:0]   parts_start_i,
  input  logic [6:0]   parts_bytes_i,

  output logic         pop_o,
  output logic         head_o,
  output logic         part_o,
  output logic         last_part_o,
  output logic [6:0]   start_o       // in {B, A}
);

  localparam logic [1:0] HEAD = 2'd0;
  localparam logic [1:0] PART_1 = 2'd1;
  localparam logic [1:0] PART_2 = 2'd2;
  localparam logic [1:0] DONE = 2'd3;

  logic [1:0] mode_q;

  // Behind 10 words of tags and options the head reaches into the third beat.
  wire head_is_here = last_i || index_i > 8'd1 || shape_i < 4'd10;

  // From the start of A.
  wire [6:0] head_place = {1'b0, shape_i, 2'b00} + 7'd43;
  wire [6:0] head_start = index_i == 8'd1 ? head_place : {first_i, head_place[5:0]};

  // Where a part starts in the frame, and in which beat its last byte is.
  wire [8:0] part_start = mode_q == PART_2 ? parts_start_i + 9'd48 : parts_start_i;
  wire [8:0] end_1 = parts_start_i + (two_parts_i ? 9'd47 : {2'd0, parts_bytes_i} - 9'd1);
  wire [8:0] end_2 = parts_start_i + {2'd0, parts_bytes_i} - 9'd1;
  wire [8:0] part_end = mode_q == PART_2 ? end_2 : end_1;
  wire part_is_here = {5'd0, part_end[8:6]} <= index_i;
  wire [2:0] beats_back = index_i[2:0] - 3'd1;

  wire in_parts = mode_q == PART_1 || mode_q == PART_2;
  wire wanted = order_later_i && parts_later_i;
  wire more = mode_q == PART_1 && two_parts_i;

  assign head_o = go_i && (first_i ? last_i && mode_q == HEAD :
                           order_i && mode_q == HEAD && head_is_here);
  assign part_o = go_i && in_parts && later_i && wanted && part_is_here;
  assign last_part_o = !more;
  assign start_o = in_parts ? {part_start[6] ^ beats_back[0], part_start[5:0]} : head_start;

  always_comb begin
    unique case (mode_q)
      HEAD: begin
        if (first_i) pop_o = !last_i || !lone_parts_i;
        else pop_o = !order_i || !head_is_here || !parts_i;
      end
      DONE: pop_o = 1'b1;
      default: pop_o = later_i && (!wanted || !part_is_here || !more);
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (go_i) begin
      if (mode_q == HEAD && head_o) mode_q <= first_i ? PART_1 : parts_i ? PART_1 : DONE;
      if (in_parts && later_i) begin
        if (!wanted) mode_q <= DONE;
        else if (part_is_here) mode_q <= more ? PART_2 : DONE;
      end
      if (pop_o && last_i) mode_q <= HEAD;
    end
    if (rst_i) mode_q <= HEAD;
  end

endmodule
