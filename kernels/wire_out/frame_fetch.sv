// Reads the host's frames from their cells, many at a time, into places where they become whole.
//
// A cell of 2 KiB holds a header of 8 bytes {length u16, 0} and the frame. The first read of a cell
// takes the header and 248 bytes of the frame; what is behind is asked for when the header has told
// how much that is. Up to 64 cells are under way, each with its place of 2 KiB reserved before the
// first read goes out; answers come in the order of asking, so a queue says where each belongs.
// Frames are handed to frame_out in the order of their announcement, when they are whole.
// A bad answer stops this for good: no frame becomes whole any more, nothing else is asked for.
module frame_fetch #(
  parameter int PlacesLog2 = 6
) (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic         enable_i,
  input  logic [63:0]  tx_base_i,        // 4 KiB aligned
  input  logic [3:0]   tx_cells_log2_i,
  input  logic [31:0]  tx_produced_i,
  output logic [31:0]  tx_consumed_o,

  output logic         ar_valid_o,
  input  logic         ar_ready_i,
  output logic [63:0]  ar_address_o,
  output logic [7:0]   ar_length_o,
  input  logic         r_valid_i,
  input  logic [511:0] r_data_i,
  input  logic [1:0]   r_response_i,

  output logic         frame_valid_o,    // a frame is whole
  input  logic         frame_ready_i,    // … and its place is free again
  output logic [10:0]  frame_bytes_o,
  input  logic [4:0]   frame_beat_i,     // which beat of its cell is wanted
  output logic [511:0] frame_data_o,     // … a cycle later

  output logic         count_bad_o,
  output logic         tx_error_o,
  output logic         idle_o
);

  localparam int PLACES = 2 ** PlacesLog2;
  localparam int FRAME_BYTES_MAX = 2040;

  // ── Asking ─────────────────────────────────────────────────────────────────────────────────────

  localparam logic [1:0] LOOK = 2'd0;
  localparam logic [1:0] PLACE = 2'd1;
  localparam logic [1:0] ASK = 2'd2;

  logic [1:0] mode_q;
  logic [31:0] asked_q;      // cells whose first read was planned
  logic [31:0] sent_q;       // cells that were handed on
  logic new_q;               // there are cells that were not
  logic [PlacesLog2:0] held_q;  // places that are taken, at most all
  logic rest_valid, rest_ready, rest_room;
  logic [31:0] rest_cell;
  logic [5:0] rest_beats;    // beats of the cell
  logic [5:0] rest_at_q;     // the next one
  logic resting_q;           // the plan at hand is a rest
  logic [31:0] cell_q;
  logic [4:0] first_beat_q;
  logic [2:0] beats_q;
  logic final_q;
  logic [14:0] mask_q;
  logic order_room;

  wire [5:0] rest_left = rest_beats - rest_at_q;
  wire asks = ar_valid_o && ar_ready_i;

  always_ff @(posedge clk_i) begin
    mask_q <= ~(15'h7FFF << tx_cells_log2_i);
    new_q <= tx_produced_i != asked_q;
    held_q <= asked_q[PlacesLog2:0] - sent_q[PlacesLog2:0];
    rest_ready <= 1'b0;
    case (mode_q)
      LOOK: if (order_room && !tx_error_o && !rest_ready) begin
        if (rest_valid) begin
          resting_q <= 1'b1;
          cell_q <= rest_cell;
          first_beat_q <= rest_at_q[4:0];
          beats_q <= rest_left > 6'd4 ? 3'd4 : rest_left[2:0];
          final_q <= rest_left <= 6'd4;
          mode_q <= PLACE;
        end else if (enable_i && new_q && !held_q[PlacesLog2]) begin
          resting_q <= 1'b0;
          cell_q <= asked_q;
          first_beat_q <= '0;
          beats_q <= 3'd4;
          final_q <= 1'b0;
          asked_q <= asked_q + 32'd1;
          mode_q <= PLACE;
        end
      end
      PLACE: begin
        ar_address_o <= tx_base_i + {38'd0, cell_q[14:0] & mask_q, first_beat_q, 6'd0};
        ar_length_o <= {5'd0, beats_q - 3'd1};
        ar_valid_o <= 1'b1;
        mode_q <= ASK;
      end
      default: if (asks) begin
        ar_valid_o <= 1'b0;
        if (resting_q) begin
          rest_at_q <= final_q ? 6'd4 : rest_at_q + 6'd4;
          rest_ready <= final_q;
        end
        mode_q <= LOOK;
      end
    endcase
    if (rst_i) begin
      mode_q <= LOOK;
      ar_valid_o <= 1'b0;
      asked_q <= '0;
      new_q <= 1'b0;
      held_q <= '0;
      rest_at_q <= 6'd4;
      rest_ready <= 1'b0;
    end
  end

  // ── Answers ────────────────────────────────────────────────────────────────────────────────────

  logic order_valid, order_final, order_first;
  logic [31:0] order_cell;
  logic [4:0] order_beat;
  logic [2:0] order_beats;
  logic [2:0] answered_q;    // beats of the burst at hand

  wire last_answer = answered_q + 3'd1 == order_beats;

  fifo #(.Width(42), .DepthLog2(PlacesLog2 + 1)) i_order (
    .clk_i, .rst_i,
    .valid_i(asks), .ready_o(order_room),
    .data_i({cell_q, first_beat_q, beats_q, !resting_q, final_q}),
    .valid_o(order_valid), .ready_i(r_valid_i && last_answer),
    .data_o({order_cell, order_beat, order_beats, order_first, order_final}),
    .level_o(order_level)
  );
  logic [PlacesLog2+2:0] order_level;

  // The header is the first beat of a first read.
  wire is_header = r_valid_i && order_first && answered_q == '0;
  wire [15:0] length = r_data_i[15:0];
  wire bad_length = length == '0 || length > 16'(FRAME_BYTES_MAX);
  wire [10:0] bytes = bad_length ? '0 : length[10:0];
  wire [11:0] last_place = {1'b0, bytes} + 12'd7;
  wire short_frame = last_place < 12'd256;
  logic short_q;             // the cell of the burst at hand has no rest
  logic long_q;              // the answer a cycle before was a header of a cell with a rest
  logic [31:0] long_cell_q;
  logic [5:0] long_beats_q;
  logic [PlacesLog2+1:0] rest_level;

  fifo #(.Width(38), .DepthLog2(PlacesLog2)) i_rests (
    .clk_i, .rst_i,
    .valid_i(long_q), .ready_o(rest_room), .data_i({long_cell_q, long_beats_q}),
    .valid_o(rest_valid), .ready_i(rest_ready), .data_o({rest_cell, rest_beats}),
    .level_o(rest_level)
  );

  logic [PLACES-1:0] whole_q;
  logic became_whole_q;                 // of the answer a cycle before
  logic [PlacesLog2-1:0] became_place_q;
  wire bad_answer = r_valid_i && r_response_i != 2'b00;
  wire became_whole = r_valid_i && last_answer && !bad_answer && !tx_error_o &&
                      (order_final || (order_first && (is_header ? short_frame : short_q)));

  lutram #(.Width(11), .DepthLog2(PlacesLog2)) i_lengths (
    .clk_i,
    .write_i(is_header), .write_address_i(order_cell[PlacesLog2-1:0]), .write_data_i(bytes),
    .read_address_i(sent_q[PlacesLog2-1:0]), .read_data_o(frame_bytes_o)
  );
  ram #(.Width(512), .DepthLog2(PlacesLog2 + 5)) i_places (
    .clk_i,
    .write_i(r_valid_i),
    .write_address_i({order_cell[PlacesLog2-1:0], order_beat + {2'd0, answered_q}}),
    .write_data_i(r_data_i),
    .read_address_i({sent_q[PlacesLog2-1:0], frame_beat_i}),
    .read_data_o(frame_data_o)
  );

  // ── Whole frames, in order ─────────────────────────────────────────────────────────────────────

  wire whole = whole_q[sent_q[PlacesLog2-1:0]];
  wire skip = whole && frame_bytes_o == '0;  // a cell whose length is no length
  wire hand_on = skip || (frame_valid_o && frame_ready_i);
  assign frame_valid_o = whole && !skip;
  assign tx_consumed_o = sent_q;

  always_ff @(posedge clk_i) begin
    if (r_valid_i) answered_q <= last_answer ? '0 : answered_q + 3'd1;
    if (is_header) short_q <= short_frame;
    long_q <= is_header && !short_frame;
    long_cell_q <= order_cell;
    long_beats_q <= last_place[11:6] + 6'd1;
    became_whole_q <= became_whole;
    became_place_q <= order_cell[PlacesLog2-1:0];
    if (became_whole_q) whole_q[became_place_q] <= 1'b1;
    if (hand_on) begin
      whole_q[sent_q[PlacesLog2-1:0]] <= 1'b0;
      sent_q <= sent_q + 32'd1;
    end
    count_bad_o <= skip;
    if (bad_answer) tx_error_o <= 1'b1;
    if (rst_i) begin
      answered_q <= '0;
      long_q <= 1'b0;
      became_whole_q <= 1'b0;
      whole_q <= '0;
      sent_q <= '0;
      count_bad_o <= 1'b0;
      tx_error_o <= 1'b0;
    end
    if (!rst_i) begin
      assert (!r_valid_i || order_valid);
      assert (!long_q || rest_room);
    end
  end

  // A first read is longer than its header, so long_q need not be asked. After an error nobody
  // asks for the rests. Frames that are whole have still to go.
  assign idle_o = order_level == '0 && mode_q == LOOK && (rest_level == '0 || tx_error_o) &&
                  !became_whole_q && whole_q == '0;

endmodule
