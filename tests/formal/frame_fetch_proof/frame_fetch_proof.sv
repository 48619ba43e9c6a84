// frame_fetch: a cell is read only when it was announced and has a place; its bursts follow one
// another, to where its frame ends and no further; the frame is offered when every beat of it was
// answered, in order, and never if one of them was bad or anything before it.
//
// One cell, any, is picked by its number, and one beat of it; beats are numbered as they are asked
// for. Two places instead of 64. Bounded: no induction. Assumed:
// answers come to what was asked, in order; the doorbell does not go back, nor beyond the ring.
// Frames have one of the eight lengths below.
// What the frame's bytes are is the bench's matter: the memory of the places is left out.
module frame_fetch_proof (
  input logic        clk_i,
  input logic        rst_i,
  input logic        enable_i,
  input logic [2:0]  produced_i,
  input logic        ar_ready_i,
  input logic        r_valid_i,
  input logic [1:0]  r_response_i,
  input logic [2:0]  r_length_i,
  input logic        ready_i
);

  localparam int PLACES = 2;
  localparam logic [51:0] BASE = 52'h00012_3456_789A;

  (* anyconst *) logic [2:0] pick;
  (* anyconst *) logic [4:0] pick_beat;

  logic ar_valid, valid, bad_length, error, idle;
  logic [63:0] ar_address;
  logic [7:0] ar_length;
  logic [31:0] consumed;
  logic [10:0] bytes;

  frame_fetch #(.PlacesLog2(1)) dut (
    .clk_i, .rst_i, .enable_i, .tx_base_i({BASE, 12'd0}), .tx_cells_log2_i(4'd2),
    .tx_produced_i({29'd0, produced_i}), .tx_consumed_o(consumed),
    .ar_valid_o(ar_valid), .ar_ready_i, .ar_address_o(ar_address), .ar_length_o(ar_length),
    .r_valid_i, .r_data_i({496'd0, length}), .r_response_i,
    .frame_valid_o(valid), .frame_ready_i(ready_i), .frame_bytes_o(bytes),
    .frame_beat_i('0), .frame_data_o(),
    .count_bad_o(bad_length), .tx_error_o(error), .idle_o(idle)
  );

  // Lengths of frames at the edges of what is long, and of what is none.
  logic [15:0] length;
  always_comb begin
    case (r_length_i)
      3'd0: length = 16'd0;
      3'd1: length = 16'd60;
      3'd2: length = 16'd248;
      3'd3: length = 16'd249;
      3'd4: length = 16'd504;
      3'd5: length = 16'd505;
      3'd6: length = 16'd2040;
      default: length = 16'd2041;
    endcase
  end

  // ── What was seen at the ports ─────────────────────────────────────────────────────────────────

  logic started_q = 1'b0;
  logic [2:0] cells_q;               // whose first burst was asked for
  logic [2:0] produced_q, consumed_q;
  logic [5:0] total_q, answers_q;    // beats that were asked for, that were answered
  logic [5:0] asked_q;               // beats of the picked cell
  logic [5:0] header_at_q, beat_at_q;  // numbers of its header and of the picked beat
  logic beat_asked_q;
  logic header_q, beat_q;            // they were answered
  logic [15:0] length_q;             // what its header said
  logic failed_q;                    // a bad answer was seen
  logic spoilt_q;                    // … before the picked beat, or with it
  logic held_q, stalled_q;
  logic [1:0] ended_q;               // an error was told, one and two cycles ago
  logic [1:0] enabled_q;
  logic [63:0] address_q;
  logic [7:0] burst_q;
  logic [10:0] bytes_q;
  logic [1:0] ready_q;               // the picked cell was whole, one and two cycles ago

  wire asks = ar_valid && ar_ready_i;
  wire bad = r_valid_i && r_response_i != '0;
  wire [5:0] beats = 6'(ar_length) + 6'd1;
  wire [63:0] place = ar_address - {BASE, 12'd0};
  wire [1:0] slot = place[12:11];
  wire [4:0] beat = place[10:6];
  wire first = beat == '0;
  wire mine = slot == pick[1:0] && (first ? cells_q == pick : cells_q > pick);
  wire answer = r_valid_i && asked_q != '0 && !header_q && answers_q == header_at_q;
  wire beat_answer = r_valid_i && beat_asked_q && !beat_q && answers_q == beat_at_q;
  wire none = total_q == answers_q;  // nothing is under way
  wire bad_header = length_q == '0 || length_q > 16'd2040;
  wire [11:0] last_byte = bad_header ? 12'd7 : 12'(length_q) + 12'd7;
  wire [5:0] needed = last_byte < 12'd256 ? 6'd4 : 6'(last_byte[11:6]) + 6'd1;
  wire whole = header_q && asked_q == needed && none && !failed_q;
  wire at = consumed == 32'(pick);

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    {produced_q, consumed_q} <= {produced_i, consumed[2:0]};
    if (asks && first) cells_q <= cells_q + 3'd1;
    if (asks) total_q <= total_q + beats;
    if (asks && mine) asked_q <= asked_q + beats;
    if (asks && mine && first) header_at_q <= total_q;
    if (asks && mine && pick_beat >= beat && 6'(pick_beat) < 6'(beat) + beats) begin
      beat_asked_q <= 1'b1;
      beat_at_q <= total_q + 6'(pick_beat) - 6'(beat);
    end
    if (answer) header_q <= 1'b1;
    if (beat_answer) beat_q <= 1'b1;
    if (r_valid_i) answers_q <= answers_q + 6'd1;
    if (answer) length_q <= length;
    failed_q <= failed_q || bad;
    if (beat_answer) spoilt_q <= failed_q || bad;
    ended_q <= {ended_q[0], error};
    enabled_q <= {enabled_q[0], enable_i};
    {held_q, stalled_q} <= {ar_valid && !ar_ready_i, valid && !ready_i};
    {address_q, burst_q, bytes_q} <= {ar_address, ar_length, bytes};
    ready_q <= {ready_q[0], whole};
    if (rst_i) begin
      {cells_q, produced_q, consumed_q, total_q, answers_q, asked_q, header_q, beat_q,
       beat_asked_q} <= '0;
      {failed_q, spoilt_q, held_q, stalled_q, ended_q, ready_q} <= '0;
    end
  end

  always_comb begin
    if (!started_q) assume (rst_i);
    else begin
      assume (!rst_i);
      if (none) assume (!r_valid_i);
      assume (produced_i >= produced_q && {1'b0, produced_i} <= 4'(consumed[2:0]) + 4'd4);

    end
  end

  // ── What is to hold ────────────────────────────────────────────────────────────────────────────

  always_comb begin
    if (started_q && !rst_i) begin
      // Asking.
      if (ar_valid) begin
        a_aligned: assert (place < 64'd8192 && place[5:0] == '0 && 7'(ar_address[11:6]) +
                           7'(beats) <= 7'd64);
        a_burst: assert (ar_length <= 8'd3 && 6'(beat) + beats <= 6'd32);
        a_first: assert (!first || (slot == cells_q[1:0] && beats == 6'd4));
        a_announced: assert (!first || cells_q < produced_q);
        a_reserved: assert (!first || 32'(cells_q) - consumed < 32'(PLACES));
        a_rest: assert (first || !mine || (6'(beat) == asked_q && header_q &&
                                           asked_q + beats <= needed));
        a_ends: assert (held_q || !ended_q[1]);
        a_enabled: assert (held_q || !first || enabled_q[1]);
      end
      a_held: assert (!held_q || (ar_valid && ar_address == address_q && ar_length == burst_q));

      // Handing on.
      a_whole: assert (!(valid && at) || (header_q && !bad_header && bytes == length_q[10:0] &&
                                          (6'(pick_beat) >= needed || (beat_q && !spoilt_q))));
      a_to_its_end: assert (!(valid && at) || asked_q == needed);
      a_offered: assert (!(ready_q[1] && at && !bad_header) || valid);
      a_skipped: assert (!(ready_q[1] && at && bad_header) || !valid);
      a_stalled: assert (!stalled_q || (valid && bytes == bytes_q));
      a_consumed: assert (consumed[2:0] - consumed_q <= 3'd1);
      a_told: assert (!bad_length || consumed[2:0] != consumed_q);

      a_error: assert (error == failed_q);
      a_idle: assert (!idle || (none && !ar_valid));

      cover (valid && at && length_q == 16'd249 && ready_i);
      cover (valid && at && pick == 3'd1);
      cover (bad_length && consumed == 32'd1);
      cover (error && idle && asked_q == 6'd4 && needed == 6'd4 && !valid && at);
      cover (total_q - answers_q == 6'd8);
    end
  end

endmodule

// The places' memory: nothing is asked of it.
module ram #(
  parameter int Width = 8,
  parameter int DepthLog2 = 4
) (
  input  logic                 clk_i,
  input  logic                 write_i,
  input  logic [DepthLog2-1:0] write_address_i,
  input  logic [Width-1:0]     write_data_i,
  input  logic [DepthLog2-1:0] read_address_i,
  output logic [Width-1:0]     read_data_o
);

  assign read_data_o = '0;

endmodule
