// The splitter, with the table of `prep`, against a naive walker: every block of a packet is given
// out once, in order, where it is, and in the beat with its last byte; whatever the bytes are.
//
// The walker knows one number: where the next block's length field is, from the start of beat B. It
// reads the length there, by a shift over A and B. All 64 bytes of a beat, and any beats: proven by
// induction, one cycle, with the splitter's state as invariant. The table is looked at behind the
// register of the beat; in the kernel it is made before, and registered with it.
module splitter_proof (
  input logic         clk_i,
  input logic         rst_i,

  input logic         go_i,
  input logic         known_i,
  input logic         end_i,        // the rest of the packet is not wanted
  input logic         pop_first_i,
  input logic         ahead_i,      // the next frame's first beat comes early, and waits
  input logic         beat_last_i,
  input logic [511:0] beat_data_i,
  input logic [3:0]   beat_shape_i
);

  // ── The environment: frames of beats; A and B. A beat that is late is one without `go`. ────────

  logic first_q, last_q, active_q, fresh_q;
  logic [511:0] before_q, data_q;
  logic waits_q;
  logic [511:0] waiting_q;
  logic [7:0] older_q;
  logic [3:0] shape_q, waiting_shape_q;

  logic pop_now, pop_unless, next_here, emit, long_block;
  logic [6:0] start, block_end;
  logic [15:0] length;
  logic [16:0] long_end;
  wire split_pop = pop_now || (pop_unless && !next_here);
  wire pop = go_i && (first_q ? pop_first_i : split_pop);

  always_ff @(posedge clk_i) begin
    fresh_q <= pop;
    if (pop) begin
      older_q <= before_q[511:504];
      before_q <= waits_q ? waiting_q : data_q;
      data_q <= beat_data_i;
      first_q <= last_q && !waits_q;
      last_q <= beat_last_i;
      waits_q <= 1'b0;
      if (last_q && !waits_q) shape_q <= beat_shape_i;
    end else if (ahead_i && last_q && !first_q && !waits_q) begin
      waits_q <= 1'b1;
      waiting_q <= beat_data_i;
      waiting_shape_q <= beat_shape_i;
    end
    if (pop && waits_q) shape_q <= waiting_shape_q;
    active_q <= (active_q && !end_i) || (pop && last_q);
    if (rst_i) begin
      first_q <= 1'b1;
      waits_q <= 1'b0;
    end
  end

  logic [63:0] ends_here, ends_next, ends_full;
  logic [383:0] end_all;
  logic before_here, before_next, before_full;
  logic [5:0] before_end;

  prep i_prep (
    .data_i(data_q), .byte_before_i(before_q[511:504]),
    .tags_o(), .ipv4_o(), .arp_o(), .shape_o(),
    .ends_here_o(ends_here), .ends_next_o(ends_next), .ends_full_o(ends_full), .end_o(end_all),
    .before_here_o(before_here), .before_next_o(before_next), .before_full_o(before_full),
    .before_end_o(before_end)
  );

  // The same of the first beat, in B or waiting: of its last two bytes.
  wire [511:0] first_beat = waits_q ? waiting_q : data_q;
  logic [63:0] edge_here, edge_next, edge_full;
  logic [383:0] edge_end;

  prep i_edge (
    .data_i(first_beat), .byte_before_i(8'd0),
    .tags_o(), .ipv4_o(), .arp_o(), .shape_o(),
    .ends_here_o(edge_here), .ends_next_o(edge_next), .ends_full_o(edge_full), .end_o(edge_end),
    .before_here_o(), .before_next_o(), .before_full_o(), .before_end_o()
  );

  splitter dut (
    .clk_i, .rst_i,
    .go_i, .first_i(first_q), .alone_i(first_q && last_q), .waits_i(waits_q),
    .active_i(active_q), .known_i, .shape_i(waits_q ? waiting_shape_q : shape_q),
    .edge_bytes_i(first_beat[511:496]), .edge_here_i(edge_here[62]), .edge_next_i(edge_next[62]),
    .edge_full_i(edge_full[62]),
    .edge_end_i({edge_end[382], edge_end[318], edge_end[254], edge_end[190], edge_end[126],
                 edge_end[62]}),
    .data_i(data_q),
    .byte_before_i(before_q[511:504]),
    .ends_here_i(ends_here), .ends_next_i(ends_next), .ends_full_i(ends_full), .end_i(end_all),
    .before_here_i(before_here), .before_next_i(before_next), .before_full_i(before_full),
    .before_end_i(before_end),
    .pop_o(pop_now), .pop_unless_o(pop_unless), .next_here_o(next_here), .emit_o(emit), .start_o(start), .length_o(length),
    .long_o(long_block), .long_end_o(long_end), .end_o(block_end)
  );

  // ── The naive walker ───────────────────────────────────────────────────────────────────────────

  logic signed [19:0] next_q;  // the next block's length field, from B's first byte
  // A length field may start with the last byte before A
  wire [1031:0] window = {data_q, before_q, older_q};
  wire [6:0] place = next_q[6:0] + 7'd65;
  wire [15:0] bytes = 16'(window >> {place, 3'd0});
  wire [15:0] naive_length = {bytes[7:0], bytes[15:8]};
  wire signed [19:0] naive_end = next_q + 20'sd2 + $signed({4'd0, naive_length});

  wire walking = !first_q && active_q;
  wire length_is_here = next_q >= -20'sd65 && next_q <= 20'sd62;

  always_ff @(posedge clk_i) begin
    if (go_i && first_q) next_q <= $signed({14'd0, shape_q, 2'b00}) - 20'sd2;
    else if (pop && waits_q) next_q <= $signed({14'd0, waiting_shape_q, 2'b00}) - 20'sd2;
    else if (go_i) next_q <= (emit ? naive_end : next_q) - (split_pop ? 20'sd64 : 20'sd0);
  end

  // Cycles in which it could work but neither gave out a block nor gave back the beat.
  logic [1:0] idle_q;
  always_ff @(posedge clk_i) begin
    if (pop || emit || !walking) idle_q <= '0;
    else if (go_i && known_i) idle_q <= idle_q + 2'd1;
    if (rst_i) idle_q <= '0;
  end

  // One block a cycle: behind a block that left the beat unfinished, and in a fresh beat.
  logic emitted_q;  // … in the last cycle in which it could
  always_ff @(posedge clk_i) begin
    if (go_i) emitted_q <= emit && !pop;
    if (rst_i) emitted_q <= 1'b0;
  end
  wire due = emitted_q || (fresh_q && next_q <= 20'sd0 && length_is_here && naive_end <= 20'sd64);

  // ── Assumptions: reset comes first; a first beat waits only where it is also the last. ─────────

  logic started_q = 1'b0;
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
  end
  always_comb begin
    assume (started_q || rst_i);
    assume (pop_first_i || last_q);
  end

  // ── What is to hold ────────────────────────────────────────────────────────────────────────────

  always_comb begin
    if (started_q && !rst_i && walking) begin
      if (emit) begin
        emit_reads_a_length: assert (length_is_here);
        emit_length: assert (length == naive_length);
        emit_start: assert (start == place + 7'd1);
        if (long_block) begin
          long_end_right: assert ($signed({3'd0, long_end}) == naive_end);
          long_is_long: assert (naive_end > 20'sd64);
          long_starts_here: assert (next_q <= 20'sd61);
        end else begin
          emit_end: assert ($signed({13'd0, block_end}) == naive_end);
          emit_in_time: assert (naive_end >= 20'sd0 && naive_end <= 20'sd64);
        end
      end
      // What ended in the beat before was given out with it; the first block alone may be empty and
      // end with the first beat.
      if (fresh_q && length_is_here && next_q <= -20'sd2) begin
        all_given_out: assert (naive_end > 20'sd0 || (naive_end == 20'sd0 && next_q == -20'sd2));
      end
      if (go_i && due) one_a_cycle: assert (emit);
      never_left_behind: assert (next_q >= -20'sd65);
      never_hangs: assert (idle_q <= 2'd2);
    end
  end

  // ── What can happen ────────────────────────────────────────────────────────────────────────────

  logic [2:0] blocks_q;  // given out of this beat
  logic skipped_q;
  always_ff @(posedge clk_i) begin
    blocks_q <= rst_i || pop ? '0 : blocks_q + {2'd0, emit && blocks_q != 3'd7};
    skipped_q <= !rst_i && (skipped_q || (emit && long_block && naive_length > 16'd200));
  end

  always_comb begin
    if (started_q && !rst_i) begin
      cover (blocks_q == 3'd5 && pop);                           // several blocks in a beat
      cover (emit && naive_length == '0);                        // an empty one
      cover (emit && shape_q == '0 && naive_length == 16'd64 && next_q == -20'sd2);
      cover (emit && next_q == -20'sd65);                        // of the longest that is not long
      cover (emit && next_q == -20'sd1 && naive_end == 20'sd64);
      cover (emit && naive_end == 20'sd63);                      // the next one straddles
      cover (emit && long_block);
      cover (skipped_q && emit && !long_block);                  // and on behind a long one
      cover (walking && shape_q == 4'd12 && emit);
      cover (first_q && last_q && pop);                          // a frame of one beat
      cover (first_q && last_q && !pop_first_i && go_i);         // … that waits
      cover (!first_q && !active_q && pop);                      // the rest is not wanted
      cover (waits_q && emitted_q && emit && pop);               // the next frame waits until then
      cover (!go_i && emitted_q);                                // held in the middle of a beat
    end
  end

`ifdef INVARIANTS
  // ── The splitter's state, in the walker's words ────────────────────────────────────────────────

  // Registers of the instance, tied to these by proof.cfg.
  logic        walk;
  logic        long_state;
  logic        skip;
  logic [1:0]  at;
  logic        silent;
  logic [6:0]  end_reg;
  logic [6:0]  start_reg;
  logic [15:0] length_reg;
  logic [16:0] rest;

  wire signed [19:0] state_end = $signed({13'd0, end_reg});
  wire signed [19:0] state_rest = $signed({3'd0, rest});
  wire state_start = start_reg == place + 7'd1;

  always_comb begin
    if (started_q && !rst_i && waits_q) assert (last_q && !first_q);
    if (started_q && !rst_i && walking) begin
      if (emitted_q) assert (walk && at == 2'd0 && !silent && !fresh_q);
      assert ({1'b0, walk} + {1'b0, long_state} + {1'b0, skip} == 2'd1);
      if (walk && at == 2'd0) begin
        assert (state_end <= 20'sd64);
        if (silent) assert (state_end == next_q && next_q > 20'sd0 && idle_q <= 2'd1);
        else begin
          assert (state_end == naive_end && length_is_here && state_start);
          assert (length_reg == naive_length);
        end
      end else if (walk) begin
        assert (state_start && idle_q == '0 && !silent);
        assert (next_q == (at == 2'd1 ? -20'sd1 : at == 2'd2 ? 20'sd0 : 20'sd2));
      end
      if (long_state || skip) assert (at == 2'd0);
      if (long_state) begin
        assert (length_is_here && state_start && length_reg == naive_length);
        assert (naive_end > 20'sd64 && next_q <= 20'sd61 && idle_q <= 2'd1);
      end
      if (skip) assert (state_rest == next_q && next_q > 20'sd0 && idle_q == '0);
    end
  end
`endif

endmodule
