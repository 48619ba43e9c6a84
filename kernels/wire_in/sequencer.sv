// The sequencer: candidates, contexts and verdicts of frames become slots, in order.
//
// All state that outlives a frame is here: which session a stream follows, which number it expects.
// So what the parser does before is speculation, and a bad frame leaves nothing but a count: its
// candidates are taken off the queue and thrown away. Between frames, and only there, slots of the
// host (inject) and clock ticks are merged.
//
// Latency: context visible in cycle 4, candidate and verdict in cycle 5, slot in cycle 6. One slot
// a cycle: the next frame is loaded in the last cycle of the one at hand. If that one writes the
// state of the same stream, the next is taken to follow it without a gap; where it does not, it is
// loaded again a cycle later, when the state is written. A context is given back the cycle after it
// was loaded, so no frame takes less than two cycles; one that is behind its stream takes one more.
//
// A frame runs: [gap of dropped frames] [end of the session before] [gap in the feed] [end of this
// session] its candidates. The first four are flags that are known when the frame is loaded.
module sequencer (
  input  logic         clk_i,
  input  logic         rst_i,

  // Control: may a frame or group start; is nothing half done.
  input  logic         run_i,
  input  logic         careful_i,  // no frame before the last one's slots are counted
  input  logic         credit_ok_i,
  input  logic         start_i,
  input  logic [63:0]  start_sequence_i,
  output logic         boundary_o,

  // Time, for what does not come in a frame.
  input  logic [63:0]  time_i,
  input  logic         quiet_i,  // no frame is on its way to here
  input  logic         tick_i,

  // Contexts of frames.
  input  logic         context_valid_i,
  output logic         context_ready_o,
  input  logic [63:0]  context_time_i,
  input  logic [23:0]  context_drops_i,
  input  logic [1:0]   context_protocol_i,
  input  logic [5:0]   context_outcome_i,
  input  logic [2:0]   context_stream_i,
  input  logic [79:0]  context_mold_session_i,
  input  logic [63:0]  context_sequence_i,
  input  logic [15:0]  context_messages_i,
  input  logic         context_at_end_i,
  input  logic         context_trailing_i,
  input  logic         context_punt_i,
  input  logic         context_known_i,  // the source is a session
  input  logic [31:0]  context_session_i,

  // Candidates.
  input  logic         candidate_valid_i,
  output logic         candidate_ready_o,
  input  logic         candidate_slot_i,
  input  logic         candidate_counts_i,
  input  logic         candidate_part_i,
  input  logic [5:0]   candidate_outcome_i,
  input  logic [383:0] candidate_body_i,
  input  logic [7:0]   candidate_kind_i,
  input  logic [1:0]   candidate_extensions_i,
  input  logic         candidate_end_i,
  input  logic [5:0]   candidate_end_outcome_i,

  // Verdicts.
  input  logic         verdict_valid_i,
  output logic         verdict_ready_o,
  input  logic [5:0]   verdict_outcome_i,

  // Slots of the host.
  input  logic         inject_valid_i,
  output logic         inject_ready_o,
  input  logic [511:0] inject_bytes_i,
  input  logic         inject_last_i,

  // Slots, numbered.
  output logic         slot_valid_o,
  input  logic         slot_ready_i,
  output logic [479:0] slot_bytes_o,
  output logic [63:0]  slot_sequence_o,

  // What became of frames and messages.
  output logic         frame_done_o,
  output logic         punt_decide_o,
  output logic         punt_keep_o,
  output logic         count_a_valid_o,
  output logic [5:0]   count_a_code_o,
  output logic         count_b_valid_o,
  output logic [5:0]   count_b_code_o
);

  localparam logic [1:0] FEED = 2'd1;
  localparam logic [1:0] ORDER = 2'd2;
  localparam logic [1:0] HOST = 2'd3;

  // ── The state of the eight streams ─────────────────────────────────────────────────────────────

  logic [7:0]  opened_q;    // a session is followed
  logic [7:0]  followed_q;  // one was followed before it
  logic        frame_valid_q;
  logic        again_q;     // what was loaded was a guess, and wrong
  logic [2:0]  stream_q;
  logic [79:0] replaced_q;  // the session that the stream of the frame at hand followed until now

  logic        state_write;
  logic        session_write;
  logic [63:0] expected_next;
  logic        ended_next;
  logic [63:0] expected;
  logic        ended;
  logic [79:0] session;
  logic [79:0] session_before;
  logic [79:0] name_q;

  lutram #(.Width(65), .DepthLog2(3)) i_expected (
    .clk_i,
    .write_i(state_write),
    .write_address_i(stream_q),
    .write_data_i({ended_next, expected_next}),
    .read_address_i(context_stream_i),
    .read_data_o({ended, expected})
  );
  lutram #(.Width(80), .DepthLog2(3)) i_session (
    .clk_i,
    .write_i(session_write),
    .write_address_i(stream_q),
    .write_data_i(name_q),
    .read_address_i(context_stream_i),
    .read_data_o(session)
  );
  lutram #(.Width(80), .DepthLog2(3)) i_session_before (
    .clk_i,
    .write_i(session_write),
    .write_address_i(stream_q),
    .write_data_i(replaced_q),
    .read_address_i(context_stream_i),
    .read_data_o(session_before)
  );

  // ── The frame at hand ──────────────────────────────────────────────────────────────────────────

  logic        feed_q;      // its candidates are numbered messages of a feed
  logic        order_q;     // its candidates are an order of a known session
  logic        host_q;
  logic        punt_q;
  logic        enters_q;    // the first good frame of a new session
  logic        replaces_q;  // … which follows another
  logic        ended_q;
  logic        at_end_q;
  logic [5:0]  final_q;
  logic [63:0] time_q;
  logic [63:0] sequence_q;
  logic [63:0] ahead_q;     // of a frame that is behind: runs with its messages up to 0
  logic [63:0] late_q;      // how many messages a new session was joined too late
  logic [63:0] expected_q;  // runs with the messages
  logic [63:0] expected_before_q;
  logic [15:0] last_message_q;
  logic        skipping_q;
  logic        resolve_q;   // it is behind: was all of it seen already?
  logic [31:0] session_number_q;

  // Slots that come before the candidates.
  logic        drop_gap_q;
  logic        end_before_q;
  logic        feed_gap_q;
  logic        end_q;
  wire         ahead_of_items = drop_gap_q || end_before_q || feed_gap_q || end_q;

  logic [31:0] drops_q;     // frames lost for want of room that no slot tells of yet
  logic        any_drops_q;

  // ── Loading a frame (T4) ───────────────────────────────────────────────────────────────────────

  // The frame at hand is about to change the state that is read here. `follows`: it leaves its
  // stream as the next frame wants it. That a sum is right is seen without its making: a bit
  // differs where the bit below carries.
  logic numbered, good;
  wire [63:0] carries = context_sequence_i ^ expected_q;
  wire is_feed = context_protocol_i == FEED && context_outcome_i == outcome_pkg::OK;
  wire stale = frame_valid_q && !again_q && feed_q && stream_q == context_stream_i;
  wire follows = good && carries == {expected_q[62:0] & carries[62:0], numbered} &&
                 name_q == context_mold_session_i && !ended_q && !at_end_q;

  wire opened = opened_q[context_stream_i];
  wire same_session = opened && session == context_mold_session_i;
  wire straggler = !same_session && followed_q[context_stream_i] &&
                   session_before == context_mold_session_i;
  wire has_ended = same_session && ended;

  // How far the frame is ahead of what its stream expects; negative if it is behind.
  logic [63:0] ahead;
  logic not_behind;
  add #(.Width(64)) i_ahead (
    .a_i(context_sequence_i), .b_i(~expected), .carry_i(1'b1), .sum_o(ahead), .carry_o(not_behind)
  );
  logic [63:0] late;
  logic unused_late;
  add #(.Width(64)) i_late (
    .a_i(context_sequence_i), .b_i({64{1'b1}}), .carry_i(1'b0), .sum_o(late), .carry_o(unused_late)
  );
  wire is_next = context_sequence_i == expected;
  wire is_ahead = same_session ? not_behind && !is_next : context_sequence_i != 64'd1;
  wire after_end = has_ended && not_behind && !(is_next && context_messages_i == '0);

  // A feed's frame, by its stream's state: is it out of place, is it its session's first? To a
  // frame that follows the first happens by a stale state no more than it did to the one at hand.
  wire refused = straggler || after_end;
  wire enters = is_feed && !stale && !same_session && !straggler;
  wire is_order = context_protocol_i == ORDER && context_outcome_i == outcome_pkg::OK &&
                  !context_punt_i;

  // What a good frame counts at its end; OK: what its walk through the blocks came to.
  logic [5:0] final_outcome;
  always_comb begin
    final_outcome = context_outcome_i;
    if (is_feed) begin
      if (straggler) final_outcome = outcome_pkg::MOLD_OTHER_SESSION;
      else if (after_end) final_outcome = outcome_pkg::MOLD_AFTER_END;
      else if (context_messages_i == '0) begin
        if (context_trailing_i) final_outcome = outcome_pkg::MOLD_TRAILING_BYTES;
        else if (context_at_end_i) final_outcome = outcome_pkg::MOLD_END_OF_SESSION;
        else final_outcome = outcome_pkg::MOLD_HEARTBEAT;
      end
    end else if (is_order && !context_known_i) final_outcome = outcome_pkg::UFO_UNKNOWN_SOURCE;
  end

  // ── Who goes next ──────────────────────────────────────────────────────────────────────────────

  logic inject_open_q;  // within a group of the host
  logic tick_q;
  logic [1:0] settled_q;  // cycles in which nothing was under way, at most 3

  wire advance = slot_ready_i || !slot_valid_o;
  wire may_start = run_i && credit_ok_i && (!careful_i || settled_q == 2'd3) && !rst_i;
  wire at_boundary = !frame_valid_q;
  logic done;
  wire inject_now = at_boundary && inject_valid_i && (inject_open_q || may_start) && advance;
  wire tick_now = at_boundary && tick_q && !inject_valid_i && !inject_open_q && may_start &&
                  advance;
  wire group_stays_open = inject_now ? !inject_last_i : inject_open_q;

  assign inject_ready_o = inject_now;
  // A slot of the host that is waiting goes before the next frame, and so does a clock tick.
  wire load_next = done && !inject_valid_i && !tick_q;
  wire load_first = at_boundary && !inject_open_q &&
                    (!inject_valid_i || (inject_last_i && advance));
  wire load = context_valid_i && !context_ready_o && may_start && (load_first || load_next);

  always_ff @(posedge clk_i) begin
    context_ready_o <= load;
    again_q <= load && is_feed && stale && !follows;
    if (rst_i) begin
      context_ready_o <= 1'b0;
      again_q <= 1'b0;
    end
  end
  // A slot that the ring writer has not taken yet is still to be written.
  assign boundary_o = at_boundary && !inject_open_q && !slot_valid_o && !punt_decide_o;

  wire judged = frame_valid_q && verdict_valid_i && !resolve_q && !again_q;
  assign good = verdict_outcome_i == outcome_pkg::OK;
  wire step = judged && ahead_of_items && advance;
  wire take = judged && !ahead_of_items && candidate_valid_i && advance;
  assign done = take && candidate_end_i;

  assign candidate_ready_o = take;
  assign verdict_ready_o = done;

  wire is_new = (feed_q && !skipping_q) || order_q;
  wire emit_step = step && good;
  wire emit_candidate = take && good && candidate_slot_i && is_new;

  // ── Slots ──────────────────────────────────────────────────────────────────────────────────────

  // A gap body: cause and stream, first number missing, how many.
  wire [7:0] gap_stream = drop_gap_q ? 8'hFF : {5'd0, stream_q};
  wire [7:0] gap_cause = drop_gap_q ? slot_pkg::GAP_RING_FULL :
                         (!end_before_q && feed_gap_q) ? slot_pkg::GAP_FEED_SEQUENCE :
                         slot_pkg::GAP_NONE;
  wire [63:0] gap_first = drop_gap_q ? '0 : end_before_q ? expected_before_q : expected_q;
  wire [63:0] gap_count = drop_gap_q ? {32'd0, drops_q} :
                          (end_before_q || !feed_gap_q) ? '0 :
                          enters_q ? late_q : ahead_q;
  wire is_gap = drop_gap_q || (!end_before_q && feed_gap_q);

  logic [479:0] gap_slot;
  always_comb begin
    gap_slot = '0;
    gap_slot[63:0] = time_q;
    gap_slot[8*slot_pkg::GAP_CAUSE +: 8] = gap_cause;
    gap_slot[8*slot_pkg::GAP_STREAM +: 8] = gap_stream;
    gap_slot[8*slot_pkg::GAP_FIRST_SEQUENCE +: 64] = gap_first;
    gap_slot[8*slot_pkg::GAP_COUNT +: 64] = gap_count;
    gap_slot[8*slot_pkg::TAIL_KIND +: 8] = is_gap ? slot_pkg::KIND_GAP : slot_pkg::KIND_FEED_END;
  end

  logic [479:0] candidate_slot;
  always_comb begin
    candidate_slot = '0;
    candidate_slot[63:0] = time_q;
    candidate_slot[64 +: 384] = candidate_body_i;
    if (order_q && !candidate_part_i)
      candidate_slot[8*slot_pkg::ENTER_SESSION +: 32] = session_number_q;
    candidate_slot[8*slot_pkg::TAIL_KIND +: 8] = candidate_kind_i;
    candidate_slot[8*slot_pkg::TAIL_EXTENSION_COUNT +: 8] = {6'd0, candidate_extensions_i};
  end

  // While a frame is on its way its time is already taken, and no slot may be younger before it.
  logic [63:0] last_time_q;
  wire [63:0] host_time = quiet_i ? time_i : last_time_q;
  logic [479:0] host_slot;
  always_comb begin
    host_slot = '0;
    host_slot[63:0] = host_time;
    if (inject_valid_i) begin
      host_slot[64 +: 384] = inject_bytes_i[64 +: 384];
      host_slot[8*slot_pkg::TAIL_KIND +: 16] = inject_bytes_i[8*slot_pkg::TAIL_KIND +: 16];
    end else host_slot[8*slot_pkg::TAIL_KIND +: 8] = slot_pkg::KIND_CLOCK;
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      slot_valid_o <= emit_step || emit_candidate || inject_now || tick_now;
      slot_bytes_o <= at_boundary ? host_slot : ahead_of_items ? gap_slot : candidate_slot;
    end
    if (rst_i) slot_valid_o <= 1'b0;
  end

  // The number belongs to the slot that is waiting at the output.
  logic [63:0] slot_sequence_next;
  logic unused_sequence;
  add #(.Width(64)) i_sequence (
    .a_i(slot_sequence_o), .b_i(64'd0), .carry_i(1'b1),
    .sum_o(slot_sequence_next), .carry_o(unused_sequence)
  );

  always_ff @(posedge clk_i) begin
    if (slot_valid_o && slot_ready_i) slot_sequence_o <= slot_sequence_next;
    if (start_i) slot_sequence_o <= start_sequence_i;
  end

  // ── The frame's course ─────────────────────────────────────────────────────────────────────────

  wire counted = take && good && feed_q && candidate_counts_i;
  assign numbered = counted && !skipping_q;

  logic [63:0] expected_more;
  logic unused_expected;
  add #(.Width(64)) i_expected_more (
    .a_i(expected_q), .b_i(64'd0), .carry_i(1'b1),
    .sum_o(expected_more), .carry_o(unused_expected)
  );

  // Of a frame that is behind its stream by no more than 65,536.
  logic some_new, unused_equal;
  greater #(.Width(16)) i_some_new (
    .a_i(last_message_q), .b_i(~ahead_q[15:0]), .greater_o(some_new), .equal_o(unused_equal)
  );

  always_ff @(posedge clk_i) begin
    // A frame that is behind its stream, perhaps with something new at its end.
    if (resolve_q) begin
      resolve_q <= 1'b0;
      skipping_q <= 1'b1;
      if (ahead_q[63:16] != '1 || !some_new) begin
        final_q <= outcome_pkg::MOLD_DUPLICATE;
        feed_q <= 1'b0;
      end else if (ended_q) begin
        final_q <= outcome_pkg::MOLD_AFTER_END;
        feed_q <= 1'b0;
      end
    end

    if (step) begin
      // A bad frame has nothing to say: all its steps fall at once.
      if (drop_gap_q || !good) drop_gap_q <= 1'b0;
      if (!drop_gap_q || !good) end_before_q <= 1'b0;
      if ((!drop_gap_q && !end_before_q) || !good) begin
        feed_gap_q <= 1'b0;
        if (feed_gap_q) expected_q <= sequence_q;
      end
      if ((!drop_gap_q && !end_before_q && !feed_gap_q) || !good) end_q <= 1'b0;
    end

    if (counted && skipping_q) begin
      ahead_q[15:0] <= ahead_q[15:0] + 16'd1;
      skipping_q <= ahead_q[15:0] != '1;
    end
    if (numbered) expected_q <= expected_more;
    if (done) frame_valid_q <= 1'b0;

    // In the last cycle of a frame the next one goes before all that.
    if (load || again_q) begin
      frame_valid_q <= 1'b1;
      stream_q <= context_stream_i;
      name_q <= context_mold_session_i;
      time_q <= context_time_i;
      session_number_q <= context_session_i;
      punt_q <= context_punt_i;
      host_q <= context_protocol_i == HOST;
      feed_q <= is_feed && !refused;
      order_q <= is_order && context_known_i;
      final_q <= final_outcome;
      enters_q <= enters;
      replaces_q <= opened;
      replaced_q <= session;
      ended_q <= has_ended;
      at_end_q <= context_at_end_i;
      sequence_q <= context_sequence_i;
      last_message_q <= context_messages_i - 16'd1;
      ahead_q <= ahead;
      late_q <= late;
      expected_q <= stale ? context_sequence_i : same_session ? expected : 64'd1;
      expected_before_q <= expected;
      resolve_q <= is_feed && same_session && !not_behind && context_messages_i != '0;
      skipping_q <= 1'b0;
      drop_gap_q <= (any_drops_q || context_drops_i != '0) &&
                    (context_protocol_i == FEED || context_protocol_i == ORDER);
      end_before_q <= enters && opened && !ended;
      feed_gap_q <= is_feed && !stale && !refused && is_ahead;
      end_q <= is_feed && !refused && context_at_end_i && !has_ended;
    end

    if (rst_i) begin
      frame_valid_q <= 1'b0;
      resolve_q <= 1'b0;
    end
  end

  logic [31:0] drops;
  logic unused_drops;
  add #(.Width(32)) i_drops (
    .a_i(drops_q), .b_i({8'd0, context_drops_i}), .carry_i(1'b0),
    .sum_o(drops), .carry_o(unused_drops)
  );

  // What the frame leaves behind in its stream.
  assign state_write = done && good && feed_q;
  assign session_write = state_write && enters_q;
  assign expected_next = numbered ? expected_more : expected_q;
  assign ended_next = ended_q || at_end_q;

  always_ff @(posedge clk_i) begin
    if (session_write) begin
      opened_q[stream_q] <= 1'b1;
      followed_q[stream_q] <= replaces_q;
    end
    if (rst_i) begin
      opened_q <= '0;
      followed_q <= '0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (load) begin
      drops_q <= drops;
      any_drops_q <= any_drops_q || context_drops_i != '0;
    end
    if (emit_step && drop_gap_q) begin
      drops_q <= '0;
      any_drops_q <= 1'b0;
    end
    if (inject_now || tick_now) last_time_q <= host_time;
    if (load) last_time_q <= context_time_i;
    inject_open_q <= group_stays_open;
    tick_q <= tick_i || (tick_q && !tick_now);
    if (frame_valid_q || slot_valid_o || load || inject_now || tick_now) settled_q <= '0;
    else if (settled_q != 2'd3) settled_q <= settled_q + 2'd1;
    if (rst_i) begin
      drops_q <= '0;
      any_drops_q <= 1'b0;
      last_time_q <= '0;
      inject_open_q <= 1'b0;
      tick_q <= 1'b0;
      settled_q <= '0;
    end
  end

  // ── Counts ─────────────────────────────────────────────────────────────────────────────────────

  // The host gets ARP and ICMP although the verdict does not find UDP in them.
  wire keep = punt_q && (good || (host_q && (verdict_outcome_i == outcome_pkg::FRAME_NOT_IPV4 ||
                                             verdict_outcome_i == outcome_pkg::IPV4_PROTOCOL)));
  wire [5:0] end_outcome = !good ? verdict_outcome_i :
                           final_q != outcome_pkg::OK ? final_q :
                           feed_q ? candidate_end_outcome_i : outcome_pkg::OK;

  always_ff @(posedge clk_i) begin
    count_a_valid_o <= (emit_step && !drop_gap_q && !end_before_q && feed_gap_q) ||
                       (take && good && is_new && candidate_counts_i);
    count_a_code_o <= ahead_of_items ? outcome_pkg::MOLD_GAP : candidate_outcome_i;
    count_b_valid_o <= done && !keep && end_outcome != outcome_pkg::OK;
    count_b_code_o <= end_outcome;
    frame_done_o <= done;
    punt_decide_o <= done && punt_q;
    punt_keep_o <= keep;
    if (rst_i) begin
      count_a_valid_o <= 1'b0;
      count_b_valid_o <= 1'b0;
      frame_done_o <= 1'b0;
      punt_decide_o <= 1'b0;
    end
  end

endmodule
