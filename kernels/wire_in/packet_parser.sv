// Ethernet frames in, numbered slots out: the way from the MAC to the slot ring.
//
//   rx ─► entrance ─► frame_walk ─► decode ─► candidates ─┐
//            │             └────► contexts ───────────────┼─► sequencer ─► slots
//            └─► verdict ─► verdicts ─────────────────────┘
//
// Latency: the frame's last beat in cycle 0, its first slot in cycle 6. The three queues before the
// sequencer are elastic registers: empty, they cost no cycle. The walk stops while one of them is
// nearly full; the verdict never stops, so a frame larger than the queues cannot lock them up.
module packet_parser #(
  parameter int BufferBeatsLog2 = 11
) (
  input  logic          clk_i,
  input  logic          rst_i,

  input  logic          rx_valid_i,
  output logic          rx_ready_o,
  input  logic [511:0]  rx_data_i,
  input  logic [63:0]   rx_keep_i,
  input  logic          rx_last_i,
  input  logic          rx_bad_i,

  input  logic          admit_i,
  input  logic          run_i,
  input  logic          careful_i,
  input  logic          credit_ok_i,
  input  logic          start_i,
  input  logic [63:0]   start_sequence_i,
  output logic          boundary_o,
  input  logic [63:0]   time_i,
  input  logic          tick_i,

  input  logic [31:0]   local_address_i,
  input  logic          order_valid_i,
  input  logic [31:0]   order_address_i,
  input  logic [15:0]   order_port_i,
  input  logic [15:0]   filter_valid_i,
  input  logic [511:0]  filter_address_i,
  input  logic [255:0]  filter_port_i,
  input  logic          session_write_i,
  input  logic [10:0]   session_index_i,
  input  logic          session_valid_i,
  input  logic [31:0]   session_address_i,
  input  logic [15:0]   session_port_i,
  input  logic [31:0]   session_number_i,
  input  logic [431:0]  hash_rows_i,
  input  logic          locate_write_i,
  input  logic [10:0]   locate_word_i,
  input  logic [31:0]   locate_data_i,

  input  logic          inject_valid_i,
  output logic          inject_ready_o,
  input  logic [511:0]  inject_bytes_i,
  input  logic          inject_last_i,

  output logic          slot_valid_o,
  input  logic          slot_ready_i,
  output logic [479:0]  slot_bytes_o,
  output logic [63:0]   slot_sequence_o,

  output logic          tap_valid_o,
  output logic [511:0]  tap_data_o,
  output logic          tap_first_o,
  output logic          tap_last_o,
  output logic [5:0]    tap_last_index_o,
  output logic          tap_punt_o,
  output logic          punt_decide_o,
  output logic          punt_keep_o,

  output logic          admitted_o,
  output logic          drop_full_o,
  output logic          drop_disabled_o,
  output logic          count_a_valid_o,
  output logic [5:0]    count_a_code_o,
  output logic          count_b_valid_o,
  output logic [5:0]    count_b_code_o
);

  // ── The entrance, and the verdict on what it lets in ───────────────────────────────────────────

  logic arrival_valid, arrival_first, arrival_last, arrival_bad, arrival_too_long;
  logic [511:0] arrival_data;
  logic [5:0] arrival_last_index;
  logic beat_valid, beat_ready, beat_first, beat_last;
  logic [511:0] beat_data;
  logic [5:0] beat_last_index;
  logic [63:0] beat_time;
  logic [23:0] beat_drops;

  entrance #(.BufferBeatsLog2(BufferBeatsLog2)) i_entrance (
    .clk_i, .rst_i,
    .rx_valid_i, .rx_ready_o, .rx_data_i, .rx_keep_i, .rx_last_i, .rx_bad_i,
    .time_i, .admit_i,
    .arrival_valid_o(arrival_valid), .arrival_data_o(arrival_data),
    .arrival_first_o(arrival_first), .arrival_last_o(arrival_last),
    .arrival_last_index_o(arrival_last_index), .arrival_bad_o(arrival_bad),
    .arrival_too_long_o(arrival_too_long),
    .beat_valid_o(beat_valid), .beat_ready_i(beat_ready), .beat_data_o(beat_data),
    .beat_first_o(beat_first), .beat_last_o(beat_last), .beat_last_index_o(beat_last_index),
    .beat_time_o(beat_time), .beat_drops_o(beat_drops),
    .drop_full_o, .drop_disabled_o
  );

  logic verdict_valid, verdict_ready;
  logic [5:0] verdict_outcome;

  verdict #(.FramesLog2(BufferBeatsLog2 + 1)) i_verdict (
    .clk_i, .rst_i,
    .arrival_valid_i(arrival_valid), .arrival_data_i(arrival_data),
    .arrival_first_i(arrival_first), .arrival_last_i(arrival_last),
    .arrival_last_index_i(arrival_last_index), .arrival_bad_i(arrival_bad),
    .arrival_too_long_i(arrival_too_long),
    .verdict_valid_o(verdict_valid), .verdict_ready_i(verdict_ready),
    .verdict_outcome_o(verdict_outcome)
  );

  // ── The walk through a frame ───────────────────────────────────────────────────────────────────

  logic hold;
  logic context_push, context_at_end, context_trailing, context_punt, context_known;
  logic [63:0] context_time, context_sequence;
  logic [23:0] context_drops;
  logic [1:0] context_protocol;
  logic [5:0] context_outcome;
  logic [2:0] context_stream;
  logic [79:0] context_mold_session;
  logic [15:0] context_messages;
  logic [31:0] context_session;
  logic [31:0] lookup_address;
  logic [15:0] lookup_port;
  logic piece_valid, piece_end;
  logic [1:0] piece_kind;
  logic [399:0] piece_bytes;
  logic [15:0] piece_length;
  logic [5:0] piece_end_outcome;
  logic [7:0] piece_type_next;
  logic [15:0] piece_locate_next;
  logic [5:0] piece_message_outcome;
  logic piece_message_bare, piece_message_too_long;
  logic [31:0] piece_replace_price_next, piece_enter_price_next;
  logic [15:0] piece_appendage_bytes;

  frame_walk i_walk (
    .clk_i, .rst_i,
    .beat_valid_i(beat_valid), .beat_ready_o(beat_ready), .beat_data_i(beat_data),
    .beat_first_i(beat_first), .beat_last_i(beat_last), .beat_last_index_i(beat_last_index),
    .beat_time_i(beat_time), .beat_drops_i(beat_drops),
    .hold_i(hold),
    .filter_valid_i, .filter_address_i, .filter_port_i,
    .order_valid_i, .order_address_i, .order_port_i, .local_address_i,
    .context_valid_o(context_push), .context_time_o(context_time),
    .context_drops_o(context_drops), .context_protocol_o(context_protocol),
    .context_outcome_o(context_outcome), .context_stream_o(context_stream),
    .context_mold_session_o(context_mold_session), .context_sequence_o(context_sequence),
    .context_messages_o(context_messages), .context_at_end_o(context_at_end),
    .context_trailing_o(context_trailing), .context_punt_o(context_punt),
    .lookup_address_o(lookup_address), .lookup_port_o(lookup_port),
    .piece_valid_o(piece_valid), .piece_kind_o(piece_kind), .piece_bytes_o(piece_bytes),
    .piece_length_o(piece_length), .piece_message_outcome_o(piece_message_outcome),
    .piece_message_bare_o(piece_message_bare), .piece_message_too_long_o(piece_message_too_long),
    .piece_appendage_bytes_o(piece_appendage_bytes),
    .piece_replace_price_next_o(piece_replace_price_next),
    .piece_enter_price_next_o(piece_enter_price_next),
    .piece_end_o(piece_end),
    .piece_end_outcome_o(piece_end_outcome), .piece_type_next_o(piece_type_next),
    .piece_locate_next_o(piece_locate_next),
    .tap_valid_o, .tap_data_o, .tap_first_o, .tap_last_o, .tap_last_index_o, .tap_punt_o
  );

  session_table i_sessions (
    .clk_i,
    .hash_rows_i,
    .write_i(session_write_i), .write_index_i(session_index_i), .write_valid_i(session_valid_i),
    .write_address_i(session_address_i), .write_port_i(session_port_i),
    .write_session_i(session_number_i),
    .lookup_address_i(lookup_address), .lookup_port_i(lookup_port),
    .hit_o(context_known), .session_o(context_session)
  );

  logic wanted;

  locate_table i_locates (
    .clk_i,
    .write_i(locate_write_i), .write_word_i(locate_word_i), .write_data_i(locate_data_i),
    .locate_next_i(piece_locate_next), .wanted_o(wanted)
  );

  // ── From pieces to candidates ──────────────────────────────────────────────────────────────────

  logic candidate_push, candidate_slot, candidate_counts, candidate_part, candidate_end;
  logic [5:0] candidate_outcome, candidate_end_outcome;
  logic [383:0] candidate_body;
  logic [7:0] candidate_kind;
  logic [1:0] candidate_extensions;

  decode i_decode (
    .clk_i, .rst_i,
    .piece_valid_i(piece_valid), .piece_kind_i(piece_kind), .piece_bytes_i(piece_bytes),
    .piece_length_i(piece_length), .piece_message_outcome_i(piece_message_outcome),
    .piece_message_bare_i(piece_message_bare), .piece_message_too_long_i(piece_message_too_long),
    .piece_appendage_bytes_i(piece_appendage_bytes),
    .piece_replace_price_next_i(piece_replace_price_next),
    .piece_enter_price_next_i(piece_enter_price_next),
    .piece_end_i(piece_end),
    .piece_end_outcome_i(piece_end_outcome), .piece_type_next_i(piece_type_next),
    .wanted_i(wanted),
    .candidate_valid_o(candidate_push), .candidate_slot_o(candidate_slot),
    .candidate_counts_o(candidate_counts), .candidate_part_o(candidate_part),
    .candidate_outcome_o(candidate_outcome), .candidate_body_o(candidate_body),
    .candidate_kind_o(candidate_kind), .candidate_extensions_o(candidate_extensions),
    .candidate_end_o(candidate_end), .candidate_end_outcome_o(candidate_end_outcome)
  );

  // ── The queues ─────────────────────────────────────────────────────────────────────────────────

  localparam int QUEUE_LOG2 = 5;
  localparam int QUEUE_NEARLY_FULL = 2 ** QUEUE_LOG2 - 8;
  localparam int CONTEXT_WIDTH = 64 + 24 + 2 + 6 + 3 + 80 + 64 + 16 + 3 + 1 + 32;
  localparam int CANDIDATE_WIDTH = 3 + 6 + 384 + 8 + 2 + 1 + 6;

  logic context_valid, context_ready, candidate_valid, candidate_ready;
  logic context_has_room, candidate_has_room;
  logic [CONTEXT_WIDTH-1:0] context_out;
  logic [CANDIDATE_WIDTH-1:0] candidate;
  logic [QUEUE_LOG2+1:0] context_level, candidate_level;

  fifo #(.Width(CONTEXT_WIDTH), .DepthLog2(QUEUE_LOG2)) i_contexts (
    .clk_i, .rst_i,
    .valid_i(context_push), .ready_o(context_has_room),
    .data_i({context_time, context_drops, context_protocol, context_outcome, context_stream,
             context_mold_session, context_sequence, context_messages, context_at_end,
             context_trailing, context_punt, context_known, context_session}),
    .valid_o(context_valid), .ready_i(context_ready), .data_o(context_out),
    .level_o(context_level)
  );

  fifo #(.Width(CANDIDATE_WIDTH), .DepthLog2(QUEUE_LOG2)) i_candidates (
    .clk_i, .rst_i,
    .valid_i(candidate_push), .ready_o(candidate_has_room),
    .data_i({candidate_slot, candidate_counts, candidate_part, candidate_outcome, candidate_body,
             candidate_kind, candidate_extensions, candidate_end, candidate_end_outcome}),
    .valid_o(candidate_valid), .ready_i(candidate_ready), .data_o(candidate),
    .level_o(candidate_level)
  );

  always_ff @(posedge clk_i) begin
    hold <= context_level > (QUEUE_LOG2+2)'(QUEUE_NEARLY_FULL) ||
            candidate_level > (QUEUE_LOG2+2)'(QUEUE_NEARLY_FULL) || rst_i;
    // What was held back in time always fits.
    if (!rst_i) begin
      assert (!context_push || context_has_room);
      assert (!candidate_push || candidate_has_room);
    end
  end

  logic [63:0] q_context_time, q_context_sequence;
  logic [23:0] q_context_drops;
  logic [1:0] q_context_protocol;
  logic [5:0] q_context_outcome;
  logic [2:0] q_context_stream;
  logic [79:0] q_context_mold_session;
  logic [15:0] q_context_messages;
  logic q_context_at_end, q_context_trailing, q_context_punt, q_context_known;
  logic [31:0] q_context_session;
  assign {q_context_time, q_context_drops, q_context_protocol, q_context_outcome, q_context_stream,
          q_context_mold_session, q_context_sequence, q_context_messages, q_context_at_end,
          q_context_trailing, q_context_punt, q_context_known, q_context_session} = context_out;

  logic q_candidate_slot, q_candidate_counts, q_candidate_part, q_candidate_end;
  logic [5:0] q_candidate_outcome, q_candidate_end_outcome;
  logic [383:0] q_candidate_body;
  logic [7:0] q_candidate_kind;
  logic [1:0] q_candidate_extensions;
  assign {q_candidate_slot, q_candidate_counts, q_candidate_part, q_candidate_outcome,
          q_candidate_body, q_candidate_kind, q_candidate_extensions, q_candidate_end,
          q_candidate_end_outcome} = candidate;

  // ── In order ───────────────────────────────────────────────────────────────────────────────────

  // Frames between the entrance and the sequencer. Their times are older than the clock; slots that
  // the host makes take the time of three cycles ago, which none of them can be older than.
  logic frame_done;
  logic [BufferBeatsLog2+1:0] frames_q;
  logic [191:0] times_q;

  assign admitted_o = arrival_valid && arrival_first;

  always_ff @(posedge clk_i) begin
    frames_q <= frames_q + {{(BufferBeatsLog2 + 1){1'b0}}, admitted_o} -
                {{(BufferBeatsLog2 + 1){1'b0}}, frame_done};
    times_q <= {times_q[127:0], time_i};
    if (rst_i) frames_q <= '0;
  end

  sequencer i_sequencer (
    .clk_i, .rst_i,
    .run_i, .careful_i, .credit_ok_i, .start_i, .start_sequence_i, .boundary_o,
    .time_i(times_q[191:128]), .quiet_i(frames_q == '0), .tick_i,
    .context_valid_i(context_valid), .context_ready_o(context_ready),
    .context_time_i(q_context_time), .context_drops_i(q_context_drops),
    .context_protocol_i(q_context_protocol), .context_outcome_i(q_context_outcome),
    .context_stream_i(q_context_stream), .context_mold_session_i(q_context_mold_session),
    .context_sequence_i(q_context_sequence), .context_messages_i(q_context_messages),
    .context_at_end_i(q_context_at_end), .context_trailing_i(q_context_trailing),
    .context_punt_i(q_context_punt), .context_known_i(q_context_known),
    .context_session_i(q_context_session),
    .candidate_valid_i(candidate_valid), .candidate_ready_o(candidate_ready),
    .candidate_slot_i(q_candidate_slot), .candidate_counts_i(q_candidate_counts),
    .candidate_part_i(q_candidate_part), .candidate_outcome_i(q_candidate_outcome),
    .candidate_body_i(q_candidate_body), .candidate_kind_i(q_candidate_kind),
    .candidate_extensions_i(q_candidate_extensions), .candidate_end_i(q_candidate_end),
    .candidate_end_outcome_i(q_candidate_end_outcome),
    .verdict_valid_i(verdict_valid), .verdict_ready_o(verdict_ready),
    .verdict_outcome_i(verdict_outcome),
    .inject_valid_i, .inject_ready_o, .inject_bytes_i, .inject_last_i,
    .slot_valid_o, .slot_ready_i, .slot_bytes_o, .slot_sequence_o,
    .frame_done_o(frame_done), .punt_decide_o, .punt_keep_o,
    .count_a_valid_o, .count_a_code_o, .count_b_valid_o, .count_b_code_o
  );

endmodule
