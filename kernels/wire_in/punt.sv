// Frames that the host itself answers go to it whole: ARP, ICMP, UFO logins and the like.
//
// Every frame is stored as it goes by, and forgotten at its last beat unless it is one of those.
// Then it waits for the sequencer's word, and is written into a cell of 2 KiB in host memory: a
// header of 8 bytes {length u16, 0 u16, number of the cell u32, from 1} and the frame behind it.
// The beat with the header goes last, when the others are known to be in memory: it is what the
// host looks for. One beat at a time: this is the slow road. After a bad answer there are no more
// headers: frames are dropped, that of the bad answer first.
module punt #(
  parameter int BufferBeatsLog2 = 8
) (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic [63:0]  punt_base_i,        // 4 KiB aligned
  input  logic [3:0]   punt_cells_log2_i,  // 0: there is no ring
  input  logic [31:0]  punt_consumer_i,
  output logic [31:0]  punt_produced_o,

  input  logic         tap_valid_i,
  input  logic [511:0] tap_data_i,
  input  logic         tap_first_i,
  input  logic         tap_last_i,
  input  logic [5:0]   tap_last_index_i,
  input  logic         tap_punt_i,
  input  logic         punt_decide_i,
  input  logic         punt_keep_i,

  output logic         aw_valid_o,
  input  logic         aw_ready_i,
  output logic [63:0]  aw_address_o,
  output logic [7:0]   aw_length_o,
  output logic         w_valid_o,
  input  logic         w_ready_i,
  output logic [511:0] w_data_o,
  output logic         w_last_o,
  input  logic         b_valid_i,
  input  logic [1:0]   b_response_i,

  output logic         count_punted_o,
  output logic         count_dropped_o,
  output logic         punt_error_o,
  output logic         idle_o
);

  localparam int FRAME_BYTES_MAX = 2040;
  localparam int LAST_BEAT = (FRAME_BYTES_MAX - 1) / 64;  // of the longest frame
  localparam int LAST_INDEX = (FRAME_BYTES_MAX - 1) % 64;

  // ── Storing ────────────────────────────────────────────────────────────────────────────────────

  logic [BufferBeatsLog2:0] begin_q;  // of the frame that goes by
  logic [BufferBeatsLog2:0] write_q;
  logic [BufferBeatsLog2:0] read_q;   // of the frame that is written out
  logic [5:0] beats_q;                // stored of the one that goes by, at most 33
  logic lost_q;                       // … which does not fit
  logic described;

  wire [BufferBeatsLog2:0] at = tap_first_i ? begin_q : write_q;
  wire [5:0] beats = tap_first_i ? '0 : beats_q;
  wire [BufferBeatsLog2:0] at_next = at + 1'b1;
  // Of each, rather than of the one that it is: that would be deeper.
  wire [BufferBeatsLog2:0] end_of_room = {~read_q[BufferBeatsLog2], read_q[BufferBeatsLog2-1:0]};
  wire full = tap_first_i ? begin_q == end_of_room : write_q == end_of_room;
  wire [11:0] bytes = {beats, 6'd0} + {6'd0, tap_last_index_i} + 12'd1;
  wire too_long = beats[5] ||
                  (beats == 6'(LAST_BEAT) && tap_last_i && tap_last_index_i > 6'(LAST_INDEX));
  wire lost = (!tap_first_i && lost_q) || full || too_long || (tap_last_i && !described);
  wire store = tap_valid_i && !lost;
  wire describe = tap_valid_i && tap_last_i && tap_punt_i;

  always_ff @(posedge clk_i) begin
    if (tap_valid_i) begin
      lost_q <= lost;
      write_q <= lost ? at : at_next;
      beats_q <= beats + {5'd0, store};
      if (tap_last_i && tap_punt_i && !lost) begin_q <= at_next;
    end
    if (rst_i) begin
      begin_q <= '0;
      write_q <= '0;
      beats_q <= '0;
      lost_q <= 1'b0;
    end
  end

  logic [BufferBeatsLog2-1:0] fetch_address;
  logic [511:0] fetched;
  ram #(.Width(512), .DepthLog2(BufferBeatsLog2)) i_frames (
    .clk_i,
    .write_i(store), .write_address_i(at[BufferBeatsLog2-1:0]), .write_data_i(tap_data_i),
    .read_address_i(fetch_address), .read_data_o(fetched)
  );

  // The sequencer's words come in the order of the frames, so first: was that frame stored? It is
  // never far behind, so this queue cannot overflow. What could not be stored is dropped here; what
  // was waits for the slow road, and cannot be more than its queues hold.
  logic order_room, order_valid, order_stored;
  logic frame_valid, word_valid, word_keep, word_room, finished;
  logic [11:0] frame_bytes;
  logic [7:0] order_level, described_level, word_level;

  fifo #(.Width(1), .DepthLog2(6)) i_order (
    .clk_i, .rst_i,
    .valid_i(describe), .ready_o(order_room), .data_i(!lost),
    .valid_o(order_valid), .ready_i(punt_decide_i), .data_o(order_stored),
    .level_o(order_level)
  );
  fifo #(.Width(12), .DepthLog2(6)) i_described (
    .clk_i, .rst_i,
    .valid_i(describe && !lost), .ready_o(described), .data_i(bytes),
    .valid_o(frame_valid), .ready_i(finished), .data_o(frame_bytes),
    .level_o(described_level)
  );
  fifo #(.Width(1), .DepthLog2(6)) i_words (
    .clk_i, .rst_i,
    .valid_i(punt_decide_i && order_stored), .ready_o(word_room), .data_i(punt_keep_i),
    .valid_o(word_valid), .ready_i(finished), .data_o(word_keep),
    .level_o(word_level)
  );

  // ── Writing ────────────────────────────────────────────────────────────────────────────────────

  localparam logic [2:0] WAIT = 3'd0;
  localparam logic [2:0] FETCH = 3'd1;   // the beat before, and this one
  localparam logic [2:0] FETCH_2 = 3'd2;
  localparam logic [2:0] SEND = 3'd3;
  localparam logic [2:0] ANSWER = 3'd4;
  localparam logic [2:0] FINISH = 3'd5;
  localparam logic [2:0] FETCH_3 = 3'd6;

  logic [2:0] mode_q;
  logic [5:0] beat_q;       // of the cell
  logic [5:0] last_beat_q;
  logic [63:0] tail_q;      // last 8 bytes of the frame's beat before
  logic aw_done_q, w_done_q;
  logic header_sent_q;
  logic [5:0] unanswered_q;
  logic [6:0] drops_q;      // that were not counted; fewer than frames wait
  logic [31:0] free_q;
  logic [31:0] number_q;    // of the cell at hand
  logic [14:0] beyond_q;    // bits of a number that a cell's place does not have
  logic [14:0] place_q;

  wire both = frame_valid && word_valid;
  wire no_cell = punt_cells_log2_i == '0 || (free_q & {17'h1FFFF, beyond_q}) != '0;
  wire drop = no_cell || punt_error_o;
  wire refuse = punt_decide_i && punt_keep_i && !order_stored;
  wire drop_here = (mode_q == WAIT && both && word_keep && drop) ||
                   (mode_q == ANSWER && unanswered_q == '0 && punt_error_o);
  wire [5:0] last_beat = 6'((frame_bytes + 12'd7) >> 6);  // of the cell
  wire sent = (aw_done_q || (aw_valid_o && aw_ready_i)) && (w_done_q || (w_valid_o && w_ready_i));
  wire [5:0] frame_beats = 6'((frame_bytes + 12'd63) >> 6);

  // The frame lies 8 bytes further on in the cell than in its own beats.
  wire [63:0] cell_header = {number_q, 16'd0, 4'd0, frame_bytes};

  assign fetch_address = read_q[BufferBeatsLog2-1:0] +
                         (mode_q == FETCH ? (BufferBeatsLog2)'(beat_q) - 1'b1 :
                                            (BufferBeatsLog2)'(beat_q));
  assign finished = mode_q == FINISH;
  assign aw_valid_o = mode_q == SEND && !aw_done_q;
  assign w_valid_o = mode_q == SEND && !w_done_q;
  assign aw_length_o = '0;
  assign w_last_o = 1'b1;

  always_ff @(posedge clk_i) begin
    count_punted_o <= 1'b0;
    // Two may be dropped in one cycle; they are counted one by one.
    drops_q <= drops_q + {6'd0, refuse} + {6'd0, drop_here} - {6'd0, drops_q != '0};
    count_dropped_o <= drops_q != '0;
    number_q <= punt_produced_o + 32'd1;
    free_q <= punt_produced_o - punt_consumer_i;
    beyond_q <= 15'h7FFF << punt_cells_log2_i;
    place_q <= punt_produced_o[14:0] & ~beyond_q;
    case (mode_q)
      WAIT: if (both) begin
        last_beat_q <= last_beat;
        beat_q <= last_beat == '0 ? '0 : 6'd1;
        mode_q <= word_keep && !drop ? FETCH : FINISH;
      end
      FETCH: mode_q <= FETCH_2;
      FETCH_2: begin  // the beat before is here; this one comes in the next cycle
        tail_q <= fetched[511:448];
        aw_address_o <= punt_base_i + {38'd0, place_q, beat_q[4:0], 6'd0};
        aw_done_q <= 1'b0;
        w_done_q <= 1'b0;
        mode_q <= FETCH_3;
      end
      FETCH_3: begin  // what lies behind the frame may change: not on the bus
        w_data_o <= {fetched[447:0], beat_q == '0 ? cell_header : tail_q};
        mode_q <= SEND;
      end
      SEND: begin
        if (aw_valid_o && aw_ready_i) aw_done_q <= 1'b1;
        if (w_valid_o && w_ready_i) w_done_q <= 1'b1;
        if (sent && beat_q != '0) beat_q <= beat_q == last_beat_q ? '0 : beat_q + 6'd1;
        if (sent) mode_q <= beat_q == '0 || beat_q == last_beat_q ? ANSWER : FETCH;
      end
      ANSWER: if (unanswered_q == '0) begin  // before the header, and behind it
        mode_q <= header_sent_q || punt_error_o ? FINISH : FETCH;
        if (header_sent_q && !punt_error_o) begin
          punt_produced_o <= punt_produced_o + 32'd1;
          count_punted_o <= 1'b1;
        end
      end
      default: begin  // FINISH
        read_q <= read_q + (BufferBeatsLog2+1)'(frame_beats);
        mode_q <= WAIT;
      end
    endcase
    header_sent_q <= mode_q == SEND ? beat_q == '0 : header_sent_q;
    unanswered_q <= unanswered_q + {5'd0, mode_q == SEND && sent} - {5'd0, b_valid_i};
    if (b_valid_i && b_response_i != 2'b00) punt_error_o <= 1'b1;
    if (rst_i) begin
      mode_q <= WAIT;
      unanswered_q <= '0;
      read_q <= '0;
      punt_produced_o <= '0;
      punt_error_o <= 1'b0;
      count_punted_o <= 1'b0;
      count_dropped_o <= 1'b0;
      drops_q <= '0;
    end
  end

  // Frames that wait for the sequencer's word are none of a stopped kernel's business.
  assign idle_o = mode_q == WAIT && !both;

  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      assert (!describe || order_room);
      assert (!punt_decide_i || order_valid);
      assert (!punt_decide_i || !order_stored || word_room);
    end
  end

endmodule
