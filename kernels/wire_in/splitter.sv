// The splitter: where do the blocks of a MoldUDP64 packet start and end? One block a cycle.
//
//           ┌────────── beat B ──────────┐
//   … A ────┤  │ length │ message │ …    │
//           └──┴────────┴─────────┴──────┘
//
// A block is given out in the cycle in which the beat with its last byte is in B; in the same cycle
// the end of the next one is looked up.
//
// The loop is one look-up in the table that `prep` made: does the next block end in B as well? All
// else is known earlier, and so is given out beside it. If it does not, B is given back at once: a
// beat in which k blocks end takes k cycles, or one. Positions count
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
  input  logic         alone_i,   // … and its last
  input  logic         waits_i,   // B is a frame's last beat, and the next one's first waits behind
  input  logic         active_i,  // the frame has blocks, and more are wanted
  input  logic         known_i,   // where its payload ends is known, as LONG needs
  input  logic [3:0]   shape_i,       // of the first beat, be it in B or waiting
  input  logic [15:0]  edge_bytes_i,  // its last two bytes, and what they say as a length
  input  logic         edge_here_i,
  input  logic         edge_next_i,
  input  logic         edge_full_i,
  input  logic [5:0]   edge_end_i,
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

  // Done with B: at once, or if the next block does not end in it.
  output logic         pop_o,
  output logic         pop_unless_o,
  output logic         next_here_o,

  output logic         emit_o,
  output logic [6:0]   start_o,   // of the message in {B, A}
  output logic [15:0]  length_o,
  output logic         long_o,    // its end is not in B but this far from B's start
  output logic [16:0]  long_end_o,
  output logic [6:0]   end_o      // 0 to 64
);

  // What is known of the current block; nothing, if none of these.
  logic walk_q;    // where it ends, should that be in B: see place_q
  logic long_q;    // it ends far behind B, and was not given out yet
  logic skip_q;    // it was given out; it ends rest_q from B's start

  // Where that is written: in end_q, or in the table, if it starts at the edge of B: its length
  // field in the beat before, with B, or in the first block's place.
  localparam logic [1:0] HERE = 2'd0;
  localparam logic [1:0] BEFORE = 2'd1;
  localparam logic [1:0] AT_0 = 2'd2;
  localparam logic [1:0] AT_2 = 2'd3;

  (* fsm_encoding = "none" *) logic [1:0] place_q;
  logic silent_q;  // HERE, but there is nothing to give out
  logic [6:0] end_q;
  logic [6:0] start_q;
  logic [15:0] length_q;
  logic [16:0] rest_q;

  // ── The current block ──────────────────────────────────────────────────────────────────────────

  wire [5:0] low_at_0 = {end_i[320], end_i[256], end_i[192], end_i[128], end_i[64], end_i[0]};
  wire [5:0] low_at_2 = {end_i[322], end_i[258], end_i[194], end_i[130], end_i[66], end_i[2]};

  logic here, next, full;
  logic [5:0] position;
  logic [15:0] length;
  always_comb begin
    unique case (place_q)
      HERE: begin
        {here, next, full, position} = {2'b11, end_q};
        length = length_q;
      end
      BEFORE: begin
        {here, next, full, position} = {before_here_i, before_next_i, before_full_i, before_end_i};
        length = {byte_before_i, data_i[7:0]};
      end
      AT_0: begin
        {here, next, full, position} = {ends_here_i[0], ends_next_i[0], ends_full_i[0], low_at_0};
        length = {data_i[7:0], data_i[15:8]};
      end
      default: begin
        {here, next, full, position} = {ends_here_i[2], ends_next_i[2], ends_full_i[2], low_at_2};
        length = {data_i[23:16], data_i[31:24]};
      end
    endcase
  end

  // ── The one behind it ──────────────────────────────────────────────────────────────────────────

  wire next_next = ends_next_i[position];
  wire next_full = ends_full_i[position];
  logic [5:0] next_low;
  always_comb begin
    for (int plane = 0; plane < 6; plane++) begin
      next_low[plane] = end_i[{3'(plane), position}];
    end
  end
  wire [15:0] next_bytes = 16'({8'd0, data_i} >> {position, 3'd0});
  wire straddles = !full && position == 6'd63;

  // ── What to do ─────────────────────────────────────────────────────────────────────────────────

  wire is_long = long_q && known_i;
  wire reached = rest_q <= 17'd64;
  wire work = go_i && !first_i && active_i;

  assign next_here_o = ends_here_i[position];
  assign pop_unless_o = walk_q && here;
  assign pop_o = !active_i || !(walk_q || long_q || skip_q) || is_long ||
                 (walk_q && (here ? full : next)) || (skip_q && !reached);

  assign emit_o = work && ((walk_q && here && !silent_q) || is_long);
  assign start_o = start_q;
  assign length_o = length;
  assign end_o = {full, position};
  assign long_o = is_long;
  // Less 64, the length of A; and less as much again, the next beat.
  assign long_end_o = {1'b0, length_q} + {{11{!start_q[6]}}, start_q[5:0]};
  wire [16:0] long_rest = {1'b0, length_q} + {10'h3FF, start_q};

  wire start = go_i && (first_i || (waits_i && (pop_o || (pop_unless_o && !next_here_o))));

  always_ff @(posedge clk_i) begin
    if (start) begin
      // Whatever the frame before has left.
      // One option word or tag more, and the first block starts 4 bytes later, in the second beat.
      walk_q <= !alone_i && (shape_i != '0 || edge_next_i);
      long_q <= !alone_i && shape_i == '0 && !edge_next_i;
      skip_q <= 1'b0;
      place_q <= shape_i == 4'd1 ? AT_2 : HERE;
      silent_q <= shape_i > 4'd1;
      length_q <= {edge_bytes_i[7:0], edge_bytes_i[15:8]};
      start_q <= shape_i == '0 ? 7'd64 : 7'd68;
      if (shape_i != '0) end_q <= {1'b0, shape_i, 2'b00} - 7'd2;
      else if (edge_here_i) end_q <= '0;
      else end_q <= {edge_full_i, edge_end_i};
    end else if (work) begin
      silent_q <= 1'b0;
      if (walk_q && here && (full || straddles)) begin
        place_q <= full ? AT_0 : BEFORE;
        start_q <= full ? 7'd66 : 7'd65;
      end else if (walk_q && here) begin
        walk_q <= next_next;
        long_q <= !next_next;
        place_q <= HERE;
        length_q <= {next_bytes[7:0], next_bytes[15:8]};
        end_q <= {next_full, next_low};
        start_q <= {next_here_o, 6'd0} + {1'b0, position} + 7'd2;
      end else if (walk_q) begin
        walk_q <= next;
        long_q <= !next;
        place_q <= HERE;
        length_q <= length;
        end_q <= {full, position};
        if (next) start_q <= start_q - 7'd64;
      end else if (is_long) begin
        long_q <= 1'b0;
        skip_q <= 1'b1;
        rest_q <= long_rest;
      end else if (skip_q) begin
        rest_q <= rest_q - 17'd64;
        end_q <= rest_q[6:0];
        silent_q <= 1'b1;
        place_q <= HERE;
        walk_q <= reached;
        skip_q <= !reached;
      end
    end
    if (rst_i) {walk_q, long_q, skip_q} <= '0;
  end

endmodule
