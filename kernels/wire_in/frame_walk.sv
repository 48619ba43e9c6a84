// The walk through a frame: its headers become a context, its messages become pieces.
//
//   cycle 1      2                        3                  4
//   beat ─► prep ─► A, B ─► splitter ────► rotator (coarse) ─► rotator (fine) ─► pieces
//                     │     order_walk                              walk_end ──┘
//                     └───► header (x) ──► context, (y) ────────────────┘
//
// Beat B is worked on, A is the one before: a message may start in A. A piece is given out in the
// cycle in which the beat with its last byte is in B, one piece a cycle; then, or when nothing ends
// in it, B is given back. Frames with more than one tag or option word in front take a cycle more
// in their second beat, and so do frames whose ports lie there (shape 6 and up).
//
// While B takes longer than a cycle the next beat is taken already, and waits: ahead of B if it is
// of the same frame; beside B if it is a frame's first, and B has the last of a feed's. There it is
// worked on in B's last cycle, since no piece ends in a first beat. One that waits ahead makes way
// for a first beat when it goes into B. So a feed's frame behind another takes as many cycles as
// it has messages, or beats: where it has as many messages as beats, two end in one of the beats.
// Behind an order, and in a frame of one beat, a first beat takes a cycle in B.
module frame_walk (
  input  logic          clk_i,
  input  logic          rst_i,

  input  logic          beat_valid_i,
  output logic          beat_ready_o,
  input  logic [511:0]  beat_data_i,
  input  logic          beat_first_i,
  input  logic          beat_last_i,
  input  logic [5:0]    beat_last_index_i,
  input  logic [63:0]   beat_time_i,
  input  logic [23:0]   beat_drops_i,

  input  logic          hold_i,

  input  logic [15:0]   filter_valid_i,
  input  logic [511:0]  filter_address_i,
  input  logic [255:0]  filter_port_i,
  input  logic          order_valid_i,
  input  logic [31:0]   order_address_i,
  input  logic [15:0]   order_port_i,
  input  logic [31:0]   local_address_i,

  output logic          context_valid_o,
  output logic [63:0]   context_time_o,
  output logic [23:0]   context_drops_o,
  output logic [1:0]    context_protocol_o,
  output logic [5:0]    context_outcome_o,
  output logic [2:0]    context_stream_o,
  output logic [79:0]   context_mold_session_o,
  output logic [63:0]   context_sequence_o,
  output logic [15:0]   context_messages_o,
  output logic          context_at_end_o,
  output logic          context_trailing_o,
  output logic          context_punt_o,
  output logic [31:0]   lookup_address_o,
  output logic [15:0]   lookup_port_o,

  output logic          piece_valid_o,
  output logic [1:0]    piece_kind_o,
  output logic [399:0]  piece_bytes_o,
  output logic [15:0]   piece_length_o,
  output logic [5:0]    piece_message_outcome_o,  // of a head: by its type and length
  output logic          piece_message_bare_o,     // … which has no appendage length
  output logic          piece_message_too_long_o,
  output logic [15:0]   piece_appendage_bytes_o,  // … what its appendage length should be
  output logic          piece_end_o,
  output logic [5:0]    piece_end_outcome_o,
  output logic [7:0]    piece_type_next_o,
  output logic [31:0]   piece_replace_price_next_o,
  output logic [31:0]   piece_enter_price_next_o,
  output logic [15:0]   piece_locate_next_o,

  output logic          tap_valid_o,
  output logic [511:0]  tap_data_o,
  output logic          tap_first_o,
  output logic          tap_last_o,
  output logic [5:0]    tap_last_index_o,
  output logic          tap_punt_o
);

  // ── The newest beat, A and B ───────────────────────────────────────────────────────────────────

  // The beat that came last, and what prep says of it. It is in B as well, unless it waits. It is
  // the next one's A.
  logic newest_valid_q;  // it came in the cycle before
  logic newest_first_q, newest_last_q;
  logic [511:0] newest_q;
  logic [5:0] newest_last_index_q;
  logic [63:0] newest_here_q, newest_next_q, newest_full_q;
  logic [383:0] newest_end_q;
  logic newest_before_here_q, newest_before_next_q, newest_before_full_q;
  logic [5:0] newest_before_end_q;
  logic ahead_q;         // it waits behind B, which has one of the same frame, but not the first
  logic waits_q;         // it is a frame's first, and B has the last of the frame before

  // Of the first beat that came last.
  logic [63:0] time_q;
  logic [23:0] drops_q;
  logic [2:0] tags_q, ipv4_q, arp_q;
  logic [3:0] first_shape_q;

  logic valid_q, first_q, last_q;
  logic [511:0] before_q, data_q;
  logic [7:0] index_q;
  logic second_q;
  logic [1:0] age_q;  // cycles in B, at most 2
  logic [2:0] frame_q;
  logic [3:0] shape_q;
  logic [63:0] ends_here_q, ends_next_q, ends_full_q;
  logic [383:0] end_q;
  logic before_here_q, before_next_q, before_full_q;
  logic [5:0] before_end_q;

  logic [2:0] tags, ipv4, arp;
  logic [3:0] shape;
  logic [63:0] ends_here, ends_next, ends_full;
  logic [383:0] end_all;
  logic before_here, before_next, before_full;
  logic [5:0] before_end;

  prep i_prep (
    .data_i(beat_data_i), .byte_before_i(newest_q[511:504]),
    .tags_o(tags), .ipv4_o(ipv4), .arp_o(arp), .shape_o(shape),
    .ends_here_o(ends_here), .ends_next_o(ends_next), .ends_full_o(ends_full), .end_o(end_all),
    .before_here_o(before_here), .before_next_o(before_next), .before_full_o(before_full),
    .before_end_o(before_end)
  );

  // Zeros behind the frame's end are no empty blocks: they would cost cycles.
  logic [63:0] in_frame;
  always_comb begin
    for (int p = 0; p < 64; p++) in_frame[p] = !beat_last_i || beat_last_index_i >= 6'(p);
  end

  // The look-up comes last: what else B is given back for is known earlier.
  logic pop, next_here, waits_next;
  wire load = (ahead_q || beat_valid_i) && (!valid_q || pop);
  wire take = beat_valid_i && beat_ready_o;
  wire first_loads = beat_first_i && !ahead_q;
  wire may_go_ahead = valid_q && !first_q && !ahead_q && !waits_q && !beat_first_i;

  always_ff @(posedge clk_i) begin
    newest_valid_q <= take && !rst_i;
    if (take) begin
      newest_q <= beat_data_i;
      newest_first_q <= beat_first_i;
      newest_last_q <= beat_last_i;
      newest_last_index_q <= beat_last_index_i;
      newest_here_q <= ends_here & in_frame;
      newest_next_q <= ends_next;
      newest_full_q <= ends_full;
      newest_end_q <= end_all;
      newest_before_here_q <= before_here;
      newest_before_next_q <= before_next;
      newest_before_full_q <= before_full;
      newest_before_end_q <= before_end;
    end
    if (take && beat_first_i) begin
      time_q <= beat_time_i;
      drops_q <= beat_drops_i;
      tags_q <= tags;
      ipv4_q <= ipv4;
      arp_q <= arp;
      first_shape_q <= shape;
    end
    ahead_q <= pop ? ahead_q && beat_valid_i && !beat_first_i :
                     ahead_q || (beat_valid_i && may_go_ahead);
    waits_q <= waits_next;
    if (rst_i) {ahead_q, waits_q} <= '0;
  end

  always_ff @(posedge clk_i) begin
    if (load) begin
      before_q <= ahead_q ? data_q : newest_q;
      data_q <= ahead_q ? newest_q : beat_data_i;
      first_q <= first_loads;
      last_q <= ahead_q ? newest_last_q : beat_last_i;
      index_q <= first_loads ? '0 : newest_first_q ? 8'd1 : index_q + 8'd1;
      second_q <= newest_first_q && !beat_first_i;
      ends_here_q <= ahead_q ? newest_here_q : ends_here & in_frame;
      ends_next_q <= ahead_q ? newest_next_q : ends_next;
      ends_full_q <= ahead_q ? newest_full_q : ends_full;
      end_q <= ahead_q ? newest_end_q : end_all;
      before_here_q <= ahead_q ? newest_before_here_q : before_here;
      before_next_q <= ahead_q ? newest_before_next_q : before_next;
      before_full_q <= ahead_q ? newest_before_full_q : before_full;
      before_end_q <= ahead_q ? newest_before_end_q : before_end;
      age_q <= '0;
      shape_q <= first_loads ? shape : first_shape_q;
    end else if (age_q != 2'd2) age_q <= age_q + 2'd1;
    if (pop || load) valid_q <= load;
    if (pop && last_q) frame_q <= frame_q + 3'd1;
    if (rst_i) begin
      valid_q <= 1'b0;
      frame_q <= '0;
    end
  end

  // ── Headers ────────────────────────────────────────────────────────────────────────────────────

  wire fresh = valid_q && age_q == '0;
  wire starts = fresh && first_q;   // a frame does, in B
  logic passes;                     // … beside B
  wire alone = first_q && last_q;

  logic feed, order, parts, order_may_wait, blocks, empty_fits, empty_is_all;
  logic parts_later, two_parts;
  logic [15:0] messages, payload_end, message_bytes;
  logic [6:0] part_1_start, part_2_start;
  logic [2:0] part_1_beat, part_2_beat;
  logic [15:0] parts_bytes;

  header i_header (
    .clk_i, .rst_i,
    .looks_i(starts || waits_q), .first_i(starts || passes), .alone_i(alone),
    .last_index_i(newest_last_index_q), .second_i(fresh && second_q),
    .newest_i(newest_q), .before_i(before_q), .data_i(data_q),
    .tags_i(tags_q), .ipv4_i(ipv4_q), .arp_i(arp_q), .shape_i(first_shape_q),
    .time_i(time_q), .drops_i(drops_q),
    .filter_valid_i, .filter_address_i, .filter_port_i,
    .order_valid_i, .order_address_i, .order_port_i, .local_address_i,
    .feed_o(feed), .order_o(order), .parts_o(parts), .may_wait_o(order_may_wait),
    .blocks_o(blocks), .messages_o(messages),
    .empty_fits_o(empty_fits), .empty_is_all_o(empty_is_all),
    .payload_end_o(payload_end), .message_bytes_o(message_bytes),
    .parts_later_o(parts_later), .two_parts_o(two_parts), .part_1_start_o(part_1_start),
    .part_2_start_o(part_2_start), .part_1_beat_o(part_1_beat), .part_2_beat_o(part_2_beat),
    .parts_bytes_o(parts_bytes), .message_outcome_o(piece_message_outcome_o),
    .message_bare_o(piece_message_bare_o), .message_too_long_o(piece_message_too_long_o),
    .context_valid_o, .context_time_o, .context_drops_o, .context_protocol_o, .context_outcome_o,
    .context_stream_o, .context_mold_session_o, .context_sequence_o, .context_messages_o,
    .context_at_end_o, .context_trailing_o, .context_punt_o,
    .lookup_address_o, .lookup_port_o
  );

  // ── Pieces (T2) ────────────────────────────────────────────────────────────────────────────────

  // Where the ports come with the second beat, it must wait until they are known.
  wire late_ports = shape_q >= 4'd6;
  wire settle = second_q && late_ports && age_q == '0;
  wire go = valid_q && !hold_i && !settle;
  wire later = first_q ? age_q == 2'd2 :
               second_q ? (late_ports ? age_q == 2'd2 : age_q != '0) : 1'b1;

  logic ended;
  logic [2:0] ended_frame;
  wire wanted = !(ended && ended_frame == frame_q);

  logic order_pop, order_waits, head, part, last_part;
  logic [6:0] order_start;
  logic split_pop, split_pop_unless, block, long_block;
  logic [6:0] block_start, block_end;
  logic [15:0] block_length;
  logic [16:0] long_end;

  // A first beat is the newest until it has left B, or its place beside it.
  wire [5:0] edge_end = {newest_end_q[382], newest_end_q[318], newest_end_q[254],
                         newest_end_q[190], newest_end_q[126], newest_end_q[62]};

  splitter i_splitter (
    .clk_i, .rst_i,
    .go_i(go && (first_q || feed)), .first_i(first_q), .alone_i(alone), .waits_i(waits_q),
    .active_i(wanted), .known_i(later), .shape_i(first_shape_q),
    .edge_bytes_i(newest_q[511:496]), .edge_here_i(newest_here_q[62]),
    .edge_next_i(newest_next_q[62]), .edge_full_i(newest_full_q[62]), .edge_end_i(edge_end),
    .data_i(data_q),
    .byte_before_i(before_q[511:504]),
    .ends_here_i(ends_here_q), .ends_next_i(ends_next_q), .ends_full_i(ends_full_q),
    .end_i(end_q), .before_here_i(before_here_q), .before_next_i(before_next_q),
    .before_full_i(before_full_q), .before_end_i(before_end_q),
    .pop_o(split_pop), .pop_unless_o(split_pop_unless), .next_here_o(next_here),
    .emit_o(block), .start_o(block_start), .length_o(block_length),
    .long_o(long_block), .long_end_o(long_end), .end_o(block_end)
  );

  order_walk i_order (
    .clk_i, .rst_i,
    .go_i(go && (first_q || !feed)), .first_i(first_q), .last_i(last_q),
    .index_i(index_q), .second_i(second_q),
    .fresh_i(fresh), .later_i(later), .shape_i(shape_q), .order_i(order), .parts_i(parts),
    .may_wait_i(order_may_wait), .parts_later_i(parts_later), .two_parts_i(two_parts),
    .part_1_start_i(part_1_start), .part_2_start_i(part_2_start),
    .part_1_beat_i(part_1_beat), .part_2_beat_i(part_2_beat),
    .pop_o(order_pop), .pop_unless_o(order_waits),
    .head_o(head), .part_o(part), .last_part_o(last_part), .start_o(order_start)
  );

  // What B is given back for: the look-up comes last, and whose the frame is. All else is known
  // earlier.
  wire feed_beat = feed && !first_q;
  wire feed_pop = go && split_pop;
  wire feed_pop_unless = go && split_pop_unless;
  wire feed_popped = feed_pop || (feed_pop_unless && !next_here);
  wire order_may_pop = go && !order_waits;
  assign pop = feed_beat ? feed_popped : order_pop && order_may_pop;

  // A first beat waits only behind a feed's frame: of its header, the last piece needs little in T3
  // and no more in T4. It comes behind a last beat: that is in B, or ahead and about to be.
  wire may_wait = beat_first_i && !beat_last_i;
  wire may_follow = !(ahead_q && beat_first_i && beat_last_i);
  wire ready_always = !valid_q || may_go_ahead;
  wire ready_feed = ready_always || (feed_pop && may_follow) || (may_wait && !ahead_q && !settle);
  wire ready_unless = feed_pop_unless && may_follow;
  wire order_may_follow = order_may_pop && !(ahead_q && beat_first_i);
  assign beat_ready_o = ready_always || feed_beat ? ready_feed || (ready_unless && !next_here) :
                                                    order_pop && order_may_follow;

  wire comes_to_wait = beat_valid_i && may_wait;
  assign waits_next = valid_q && feed_beat &&
                      (feed_popped ? ahead_q && comes_to_wait :
                                     waits_q || (comes_to_wait && !ahead_q && !settle));
  assign passes = waits_q && feed_popped;

  logic [399:0] piece_next;
  rotator i_rotator (
    .clk_i,
    .window_i({data_q, before_q}),
    .start_i(feed_beat ? block_start : order_start),
    .piece_next_o(piece_next),
    .piece_o(piece_bytes_o)
  );

  assign piece_appendage_bytes_o = parts_bytes;
  assign piece_type_next_o = piece_next[7:0];
  assign piece_replace_price_next_o = piece_next[8*13 +: 32];
  assign piece_enter_price_next_o = piece_next[8*18 +: 32];
  assign piece_locate_next_o = {piece_next[15:8], piece_next[23:16]};

  // ── What is said of the piece by its frame (T3) ────────────────────────────────────────────────

  logic block_3q, head_3q, part_3q, lone_3q, empty_3q, last_part_3q, frame_end_3q, long_3q;
  logic [15:0] length_3q;
  logic [15:0] count_q, count_3q;  // blocks of the frame until now
  logic [16:0] room_3q;  // from B's start to the payload's end, which may lie before
  logic [16:0] long_end_3q;
  logic [6:0] end_3q;
  logic [9:0] index_3q, index_next_3q;

  // A block that ends in B, or with it, against the payload's end: which beat, which byte.
  logic beat_over, beat_equal, next_over, next_equal, byte_over, byte_equal, long_over, long_equal;
  greater #(.Width(10)) i_beat (
    .a_i(index_3q), .b_i(payload_end[15:6]), .greater_o(beat_over), .equal_o(beat_equal)
  );
  greater #(.Width(10)) i_next (
    .a_i(index_next_3q), .b_i(payload_end[15:6]), .greater_o(next_over), .equal_o(next_equal)
  );
  greater #(.Width(6)) i_byte (
    .a_i(end_3q[5:0]), .b_i(payload_end[5:0]), .greater_o(byte_over), .equal_o(byte_equal)
  );
  greater #(.Width(17)) i_long (
    .a_i(long_end_3q), .b_i(room_3q), .greater_o(long_over), .equal_o(long_equal)
  );
  wire end_over = end_3q[6] ? next_over || (next_equal && byte_over) :
                  beat_over || (beat_equal && byte_over);
  wire end_equal = (end_3q[6] ? next_equal : beat_equal) && byte_equal;

  logic passed_q, blocks_before_q;
  logic [15:0] messages_before_q;
  wire has_blocks = passed_q ? blocks_before_q : feed && blocks;

  logic block_4q, head_4q, part_4q, lone_4q, last_head_4q, last_part_4q, frame_end_4q, blocks_4q;
  logic over_4q, exact_4q, last_block_4q;
  logic [15:0] length_4q;

  always_ff @(posedge clk_i) begin
    block_3q <= block;
    head_3q <= head;
    part_3q <= part;
    lone_3q <= first_q;
    empty_3q <= shape_q == '0 && data_q[511:496] == '0;
    last_part_3q <= last_part;
    frame_end_3q <= pop && last_q;
    long_3q <= long_block;
    length_3q <= block_length;
    long_end_3q <= long_end;
    room_3q <= {1'b0, payload_end} - {3'd0, index_q, 6'd0};
    end_3q <= block_end;
    index_3q <= {2'd0, index_q};
    index_next_3q <= {2'd0, index_q} + 10'd1;
    if (first_q || passes) count_q <= 16'd1;
    else if (block) count_q <= count_q + 16'd1;
    count_3q <= count_q;

    // The frame's fields (x) are those of the beat that was in B a cycle ago; if a frame has passed
    // by that waited, they were until then.
    passed_q <= passes;
    blocks_before_q <= blocks;
    messages_before_q <= messages;
    block_4q <= (block_3q || (head_3q && lone_3q && empty_3q)) && has_blocks;
    head_4q <= head_3q && order;
    last_head_4q <= !parts;
    last_block_4q <= lone_3q ? messages == 16'd1 :
                     (passed_q ? messages_before_q : messages) == count_3q;
    blocks_4q <= has_blocks;
    if (lone_3q) begin
      over_4q <= !empty_fits;
      exact_4q <= empty_is_all;
    end else begin
      over_4q <= long_3q ? room_3q[16] || long_over : end_over;
      exact_4q <= long_3q ? long_equal : end_equal;
    end
    part_4q <= part_3q && order;
    lone_4q <= lone_3q;
    last_part_4q <= last_part_3q;
    frame_end_4q <= frame_end_3q;
    length_4q <= length_3q;
    if (rst_i) begin
      {block_3q, head_3q, part_3q, frame_end_3q} <= '0;
      {block_4q, head_4q, part_4q, frame_end_4q} <= '0;
    end
  end

  walk_end i_end (
    .clk_i, .rst_i,
    .block_i(block_4q), .head_i(head_4q), .part_i(part_4q), .lone_i(lone_4q), .over_i(over_4q),
    .exact_i(exact_4q), .last_block_i(last_block_4q), .last_head_i(last_head_4q),
    .last_part_i(last_part_4q), .length_i(length_4q),
    .frame_end_i(frame_end_4q), .blocks_i(blocks_4q), .message_bytes_i(message_bytes),
    .two_parts_i(two_parts), .parts_bytes_i(parts_bytes[6:0]),
    .frame_o(ended_frame), .ended_o(ended),
    .valid_o(piece_valid_o), .kind_o(piece_kind_o), .length_o(piece_length_o),
    .end_o(piece_end_o), .end_outcome_o(piece_end_outcome_o)
  );

  // ── The beats again, for frames that go to the host whole ──────────────────────────────────────

  logic tap_3q, tap_first_3q, tap_last_3q, punt_q;
  logic [511:0] tap_data_3q;
  logic [5:0] tap_last_index_3q;

  always_ff @(posedge clk_i) begin
    tap_3q <= newest_valid_q;
    tap_data_3q <= newest_q;
    tap_first_3q <= newest_first_q;
    tap_last_3q <= newest_last_q;
    tap_last_index_3q <= newest_last_index_q;
    tap_valid_o <= tap_3q;
    tap_data_o <= tap_data_3q;
    tap_first_o <= tap_first_3q;
    tap_last_o <= tap_last_3q;
    tap_last_index_o <= tap_last_index_3q;
    if (context_valid_o) punt_q <= context_punt_o;
    if (rst_i) begin
      tap_3q <= 1'b0;
      tap_valid_o <= 1'b0;
    end
  end
  assign tap_punt_o = punt_q;

endmodule
