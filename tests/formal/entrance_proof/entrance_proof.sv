// entrance: a frame comes out whole, in order, its last beat marked, or not at all; one that does
// not is one count, and the next that does tells how many there were.
//
// The frames of the wire are followed at the ports, a cycle behind it, when their beats arrive. One
// arrival, any, is picked, and `ahead` counts what is before it in the buffer. Resets may come at
// any time, also within a frame.
module entrance_proof (
  input logic        clk_i,
  input logic        rst_i,
  input logic        rx_valid_i,
  input logic [15:0] rx_data_i,
  input logic [1:0]  rx_keep_i,
  input logic        rx_last_i,
  input logic        rx_bad_i,
  input logic [1:0]  time_i,
  input logic        admit_i,
  input logic        beat_ready_i
);

  localparam int BEATS_MAX = 3;
  localparam int BUFFER = 8;
  localparam int LEVEL_MAX = BUFFER - BEATS_MAX - 4;

  logic rx_ready_o, arrival_valid_o, arrival_first_o, arrival_last_o, arrival_last_index_o;
  logic arrival_bad_o, arrival_too_long_o, drop_full_o, drop_disabled_o;
  logic beat_valid_o, beat_first_o, beat_last_o, beat_last_index_o;
  logic [15:0] arrival_data_o, beat_data_o;
  logic [63:0] beat_time_o;
  logic [23:0] beat_drops_o;

  entrance #(.DataBytes(2), .BufferBeatsLog2(3), .FrameBeatsMax(BEATS_MAX)) dut (
    .clk_i, .rst_i, .rx_valid_i, .rx_ready_o, .rx_data_i, .rx_keep_i, .rx_last_i, .rx_bad_i,
    .time_i({62'd0, time_i}), .admit_i,
    .arrival_valid_o, .arrival_data_o, .arrival_first_o, .arrival_last_o, .arrival_last_index_o,
    .arrival_bad_o, .arrival_too_long_o,
    .beat_valid_o, .beat_ready_i, .beat_data_o, .beat_first_o, .beat_last_o, .beat_last_index_o,
    .beat_time_o, .beat_drops_o, .drop_full_o, .drop_disabled_o
  );

  // ── The wire, and a cycle behind it ────────────────────────────────────────────────────────────

  wire taken = rx_valid_i && rx_ready_o;
  logic started_q = 1'b0;
  logic inside_q = 1'b0;  // within a frame of the wire
  logic was_q;            // a beat was taken in the cycle before
  logic first_q, last_q, bad_q, index_q, admit_q;
  logic [15:0] data_q;
  logic [1:0] time_q;

  logic cut_q;            // of its frame, nothing (more) is let in
  logic [1:0] beats_q;    // … so many were, before it
  logic [23:0] drops_q;

  wire too_long = was_q && !first_q && arrival_valid_o && !last_q && beats_q == 2'(BEATS_MAX - 1);
  wire cut = !was_q ? cut_q : first_q ? !arrival_valid_o : cut_q || too_long;
  wire [1:0] beats = !(was_q && arrival_valid_o) ? beats_q : first_q ? 2'd1 : beats_q + 2'd1;
  wire lets_in = was_q && first_q && arrival_valid_o;
  wire [23:0] drops = lets_in ? '0 : drops_q + 24'(drop_full_o && drops_q != '1);

  // ── The buffer ─────────────────────────────────────────────────────────────────────────────────

  (* anyseq *) logic pick;
  logic waits_q;
  logic [3:0] count_q, ahead_q;
  logic [44:0] picked_q;

  wire [44:0] arrival = {arrival_data_o, arrival_first_o, arrival_last_o, arrival_last_index_o,
                         time_q, drops_q};
  wire [44:0] beat = {beat_data_o, beat_first_o, beat_last_o, beat_last_index_o,
                      beat_time_o[1:0], beat_drops_o};
  wire [3:0] count = count_q + 4'(arrival_valid_o);
  wire waits = waits_q || (arrival_valid_o && pick);
  wire [3:0] ahead = waits_q ? ahead_q : count_q;
  wire [44:0] picked = waits_q ? picked_q : arrival;
  wire pop = beat_valid_o && beat_ready_i;

  logic [3:0] before_q;    // beats inside when room was looked at
  logic [3:0] before_2q;
  logic told_q, reset_in_q, came_q;

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (taken) inside_q <= !rx_last_i;
    was_q <= taken && !rst_i;
    first_q <= !inside_q;
    last_q <= rx_last_i;
    bad_q <= rx_bad_i;
    index_q <= rx_keep_i[1];
    admit_q <= admit_i;
    data_q <= rx_data_i;
    time_q <= time_i;
    cut_q <= cut || rst_i;
    beats_q <= beats;
    drops_q <= rst_i ? '0 : drops;

    count_q <= rst_i ? '0 : count - 4'(pop);
    waits_q <= waits && !(pop && ahead == '0) && !rst_i;
    ahead_q <= ahead - 4'(pop);
    picked_q <= picked;
    before_q <= rst_i ? 4'(BUFFER) : count;
    before_2q <= rst_i ? 4'(BUFFER) : before_q;

    told_q <= told_q || (lets_in && drops_q > 24'd1);
    reset_in_q <= reset_in_q || (started_q && rst_i && inside_q);
    came_q <= came_q || (arrival_valid_o && arrival_last_o && !arrival_first_o);
    if (!started_q) {told_q, reset_in_q, came_q} <= '0;
    if (rst_i) came_q <= 1'b0;
  end

  // ── What is to hold ────────────────────────────────────────────────────────────────────────────

  always_ff @(posedge clk_i) begin
    if (!started_q) assume (rst_i);
    // Kept bytes are contiguous, and all but in the last beat.
    assume (rx_keep_i[0] && (rx_keep_i[1] || rx_last_i));

    if (started_q && !rst_i) begin
      if (!was_q || (!first_q && cut_q)) begin
        a_quiet: assert (!arrival_valid_o && !drop_full_o && !drop_disabled_o);
      end else if (first_q) begin
        a_one: assert (2'(arrival_valid_o) + 2'(drop_full_o) + 2'(drop_disabled_o) == 2'd1);
        a_disabled: assert (drop_disabled_o == !admit_q);
        a_has_room: assert (!drop_full_o || before_2q > 4'(LEVEL_MAX));
      end else begin
        a_whole: assert (arrival_valid_o && !drop_full_o && !drop_disabled_o);
      end
      if (arrival_valid_o) begin
        a_data: assert (arrival_data_o == data_q && arrival_first_o == first_q);
        a_last: assert (arrival_last_o == (last_q || too_long) && arrival_too_long_o == too_long);
        a_end: assert (!last_q || (arrival_last_index_o == index_q && arrival_bad_o == bad_q));
      end
      a_valid: assert (beat_valid_o == (count != '0));
      a_order: assert (!waits || ahead != '0 || beat == picked);

      cover (told_q && count == '0);
      cover (came_q && reset_in_q && count == '0);
      cover (arrival_valid_o && arrival_too_long_o && count > 4'd3);
      cover (drop_full_o && waits_q);
      cover (drop_disabled_o && waits_q);
    end
  end

`ifdef INVARIANTS
  // Registers of the entrance, tied to these by proof.cfg, and the queue below.
  logic inside, dut_cut, room;
  logic [1:0] dut_beats;
  logic [23:0] dut_drops;
  logic [4:0] level;
  logic [8*107-1:0] entries;
  wire [106:0] entry = 107'(entries >> (32'd107 * 32'(ahead)));

  always_ff @(posedge clk_i) begin
    if (started_q) begin
      a_inside: assert (inside == inside_q);
    end
    if (started_q && !rst_i) begin
      a_level: assert (level == 5'(count) && count <= 4'(BUFFER));
      a_cut: assert (!inside || dut_cut == cut);
      a_beats: assert (!inside || cut || (dut_beats == beats && beats != '0 &&
                                          beats < 2'(BEATS_MAX)));
      a_beats_before: assert (!was_q || first_q || cut_q ||
                              (beats_q != '0 && beats_q < 2'(BEATS_MAX)));
      a_drops: assert (dut_drops == drops);
      a_room: assert (!room || count <= 4'(LEVEL_MAX + 1));
      a_fits: assert (!inside || cut ||
                      count + 4'(BEATS_MAX) - 4'(beats) <= 4'(BUFFER));
      a_ahead: assert (!waits || ahead < count);
      a_entry: assert (!waits || {entry[106:88], entry[25:0]} == picked);
    end
  end
`endif

endmodule

// What deep_fifo_proof says of the queue, and no more room than is promised.
module deep_fifo #(
  parameter int Width = 8,
  parameter int DepthLog2 = 3
) (
  input  logic                 clk_i,
  input  logic                 rst_i,
  input  logic                 valid_i,
  output logic                 ready_o,
  input  logic [Width-1:0]     data_i,
  output logic                 valid_o,
  input  logic                 ready_i,
  output logic [Width-1:0]     data_o,
  output logic [DepthLog2+1:0] level_o
);

  localparam int DEPTH = DepthLog2 > 3 ? 2 : 2 ** DepthLog2;  // Yosys tries the defaults, too

  logic [DEPTH*Width-1:0] entries_q;
  logic [DepthLog2+1:0] level_q;

  wire push = valid_i && ready_o;
  wire pop = valid_o && ready_i;
  wire [DepthLog2+1:0] left = level_q - (DepthLog2 + 2)'(pop);

  assign ready_o = level_q < (DepthLog2 + 2)'(DEPTH) && !rst_i;
  assign valid_o = level_q != '0;
  assign data_o = entries_q[Width-1:0];
  assign level_o = level_q;

  always_ff @(posedge clk_i) begin
    if (pop) entries_q[(DEPTH-1)*Width-1:0] <= entries_q[DEPTH*Width-1:Width];
    if (push) entries_q[left*Width +: Width] <= data_i;
    level_q <= rst_i ? '0 : left + (DepthLog2 + 2)'(push);
  end

endmodule
