// The splitter: where do the blocks of a MoldUDP64 packet start and end? One block a cycle.
//
//           ┌────────── beat B ──────────┐
//   … A ────┤  │ length │ message │ …    │
//           └──┴────────┴─────────┴──────┘
//
// A block is given out in the cycle in which the beat with its last byte is in B; in the same cycle
// the end of the next one is looked up.
//
// The loop is one look-up in the table that `prep` made. If the next block does not end in B either
// B is given back at once, so a beat in which k blocks end takes k cycles, or one. Positions count
// from the start of B; a message's start counts from the start of the beat before, so that it is
// where the rotator finds it in {B, A}.
//
// A block of more than two beats cannot be a message: it is given out early, as soon as its first
// byte is here (for its type and its length), and then stepped over.
module splitter (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic         go_i,      // B is there and may be worked on
  input  logic         first_i,   // B is a frame's first beat
  input  logic         pop_first_i,
  input  logic         last_i,
  input  logic         active_i,  // the frame has blocks, and more are wanted
  input  logic         known_i,   // where its payload ends is known, as LONG needs
  input  logic [3:0]   shape_i,
  input  logic [511:0] data_i,
  input  logic [7:0]   byte_before_i,
  input  logic [63:0]  ends_here_i,
  input  logic [63:0]  ends_next_i,
  input  logic [63:0]  ends_full_i,
  input  logic [383:0] end_i,
  input  logic         before_here_i,
  input  logic         before_next_i,
  input  logic         before_full_i,
  input  logic [5:0]   before_end_i,

  output logic         pop_o,     // done with B
  output logic         emit_o,
  output logic [6:0]   start_o,   // of the message in {B, A}
  output logic [15:0]  length_o,
  output logic         long_o,    // its end is not in B but this far from B's start
  output logic [16:0]  long_end_o,
  output logic [6:0]   end_o      // 0 to 64
);

  // What is known of the current block.
  localparam logic [2:0] IDLE = 3'd0;  // nothing
  localparam logic [2:0] HERE = 3'd1;  // it ends in B, at end_q
  localparam logic [2:0] EDGE = 3'd2;  // it starts at the edge of B: its end stands in the table
  localparam logic [2:0] LONG = 3'd3;  // it ends far behind B, and was not given out yet
  localparam logic [2:0] SKIP = 3'd4;  // it was given out; it ends rest_q from B's start

  // Edges: the length field starts in the beat before, with B, or in the first block's place.
  localparam logic [1:0] BEFORE = 2'd0;
  localparam logic [1:0] AT_0 = 2'd1;
  localparam logic [1:0] AT_2 = 2'd2;

  logic [2:0] mode_q;
  logic [1:0] edge_q;
  logic silent_q;  // HERE, but there is nothing to give out
  logic [6:0] end_q;
  logic [6:0] start_q;
  logic [15:0] length_q;
  logic [16:0] rest_q;

  // The block at the edge.
  wire [5:0] low_at_0 = {end_i[320], end_i[256], end_i[192], end_i[128], end_i[64], end_i[0]};
  wire [5:0] low_at_2 = {end_i[322], end_i[258], end_i[194], end_i[130], end_i[66], end_i[2]};
  wire edge_before = edge_q == BEFORE;
  wire edge_at_0 = edge_q == AT_0;
  wire edge_here = edge_before ? before_here_i : edge_at_0 ? ends_here_i[0] : ends_here_i[2];
  wire edge_next = edge_before ? before_next_i : edge_at_0 ? ends_next_i[0] : ends_next_i[2];
  wire edge_full = edge_before ? before_full_i : edge_at_0 ? ends_full_i[0] : ends_full_i[2];
  wire [5:0] edge_low = edge_before ? before_end_i : edge_at_0 ? low_at_0 : low_at_2;
  wire [6:0] edge_end = {edge_full, edge_low};
  wire [15:0] edge_length = edge_before ? {byte_before_i, data_i[7:0]} :
                            edge_at_0 ? {data_i[7:0], data_i[15:8]} :
                            {data_i[23:16], data_i[31:24]};

  // The current block, if it ends in B.
  wire at_edge = mode_q == EDGE;
  wire here = mode_q == HERE || (at_edge && edge_here);
  wire [6:0] current_end = at_edge ? edge_end : end_q;

  // Looking up the one behind it. On a first beat it is the first block, at byte 62.
  wire [5:0] position = first_i ? 6'd62 : current_end[5:0];
  wire next_here = ends_here_i[position];
  wire next_next = ends_next_i[position];
  wire next_full = ends_full_i[position];
  logic [5:0] next_low;
  always_comb begin
    for (int plane = 0; plane < 6; plane++) begin
      next_low[plane] = end_i[{3'(plane), position}];
    end
  end
  wire [15:0] next_bytes = 16'({8'd0, data_i} >> {position, 3'd0});
  wire [15:0] next_length = {next_bytes[7:0], next_bytes[15:8]};

  wire ends_with_beat = current_end[6];
  wire straddles = current_end == 7'd63;
  wire stays = here && !ends_with_beat && !straddles && next_here;
  wire reached = rest_q <= 17'd64;

  wire is_long = mode_q == LONG && known_i;

  wire work = go_i && !first_i && active_i;
  assign emit_o = work && ((here && !(mode_q == HERE && silent_q)) || is_long);
  assign start_o = start_q;
  assign length_o = at_edge ? edge_length : length_q;
  assign end_o = current_end;
  assign long_o = is_long;
  assign long_end_o = {10'd0, start_q} + {1'b0, length_q} - 17'd64;
  assign pop_o = !active_i || mode_q == IDLE || is_long || (here && !stays) ||
                 (at_edge && !edge_here && edge_next) || (mode_q == SKIP && !reached);

  always_ff @(posedge clk_i) begin
    if (go_i && first_i) begin
      // One option word or tag more, and the first block starts 4 bytes later, in the second beat.
      edge_q <= AT_2;
      silent_q <= shape_i != '0;
      length_q <= next_length;
      start_q <= shape_i == '0 ? 7'd64 : 7'd68;
      end_q <= {1'b0, shape_i, 2'b00} - 7'd2;
      mode_q <= shape_i == 4'd1 ? EDGE : HERE;
      if (shape_i == '0) begin
        mode_q <= next_next ? HERE : LONG;
        end_q <= next_here ? '0 : {next_full, next_low};
      end
      if (!pop_first_i || last_i) mode_q <= IDLE;
    end else if (work) begin
      if (here) begin
        length_q <= next_length;
        silent_q <= 1'b0;
        if (ends_with_beat || straddles) begin
          mode_q <= EDGE;
          edge_q <= ends_with_beat ? AT_0 : BEFORE;
          start_q <= ends_with_beat ? 7'd66 : 7'd65;
        end else begin
          mode_q <= next_next ? HERE : LONG;
          end_q <= {next_full, next_low};
          start_q <= {next_here, 6'd0} + current_end + 7'd2;
        end
      end else if (at_edge) begin
        length_q <= edge_length;
        end_q <= edge_end;
        silent_q <= 1'b0;
        if (edge_next) begin
          mode_q <= HERE;
          start_q <= start_q - 7'd64;
        end else mode_q <= LONG;
      end else if (is_long) begin
        mode_q <= SKIP;
        rest_q <= long_end_o - 17'd64;
      end else if (mode_q == SKIP) begin
        rest_q <= rest_q - 17'd64;
        end_q <= rest_q[6:0];
        silent_q <= 1'b1;
        if (reached) mode_q <= HERE;
      end
      if (last_i && pop_o) mode_q <= IDLE;
    end
    if (rst_i) mode_q <= IDLE;
  end

endmodule
