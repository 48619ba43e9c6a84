// ring_writer: every slot goes once, in order, to its place in the ring; on the bus by the rules of
// AXI. That the place is free is ring_credit_proof's.
//
// Each slot carries the low bits of its sequence, as does the seal that stands in here; so a beat
// shows which slot it is. The proof counts slots in, announced and out. Base and size of the ring
// are any, the queues are short. The reset may come at any time, a new start while all is quiet.
//
// Mutants are looked for in less (`NARROW`): one ring of two pages, started at once at any of
// its slots, just before 2**32.
module ring_writer_proof (
  input logic        clk_i,
  input logic        rst_i,
  input logic        start_i,
  input logic [63:0] start_sequence_i,
  input logic [63:0] consumer_i,
  input logic        running_i,
  input logic        slot_valid_i,
  input logic        aw_ready_i,
  input logic        w_ready_i,
  input logic        b_valid_i,
  input logic [1:0]  b_response_i
);

  localparam logic [2:0] ERROR_NONE = 3'd0;
  localparam logic [2:0] ERROR_RESPONSE = 3'd1;

  logic [1:0] cycle_q = '0;  // up to 3
`ifdef NARROW
  wire [51:0] base_page = 52'h12345_6789A_BC;
  wire [4:0] slots_log2 = 5'd7;
  wire start = cycle_q == 2'd1 || (cycle_q == 2'd3 && start_i);
  wire [63:0] start_sequence = {56'h00_0000_00FF_FFFF, start_sequence_i[7:0]};
  wire [63:0] consumer = {56'h00_0000_00FF_FFFF, consumer_i[7:0]};
`else
  (* anyconst *) logic [51:0] base_page;
  (* anyconst *) logic [4:0] slots_log2;
  wire start = start_i;
  wire [63:0] start_sequence = start_sequence_i;
  wire [63:0] consumer = consumer_i;
`endif
  wire [63:0] ring_slots = 64'd1 << slots_log2;
  wire [63:0] base = {base_page, 12'd0};

  logic slot_ready, aw_valid, w_valid, w_last, idle;
  logic [63:0] address, produced, acknowledged;
  logic [7:0] length;
  logic [511:0] data;
  logic [2:0] error;
  logic [63:0] in_q;  // sequence of the next slot to be handed in

  ring_writer #(.QueueLog2(2), .BurstsLog2(1)) dut (
    .clk_i, .rst_i, .start_i(start), .start_sequence_i(start_sequence),
    .ring_base_i(base), .ring_slots_log2_i(slots_log2), .epoch_i('0),
    .consumer_i(consumer), .running_i,
    .slot_valid_i, .slot_ready_o(slot_ready),
    .slot_bytes_i({476'd0, in_q[3:0]}), .slot_sequence_i(in_q),
    .aw_valid_o(aw_valid), .aw_ready_i, .aw_address_o(address), .aw_length_o(length),
    .w_valid_o(w_valid), .w_ready_i, .w_data_o(data), .w_last_o(w_last),
    .b_valid_i, .b_response_i,
    .credit_ok_o(), .produced_o(produced), .acknowledged_o(acknowledged),
    .idle_o(idle), .error_o(error)
  );

  // ── What was seen at the ports ─────────────────────────────────────────────────────────────────

  logic started_q = 1'b0;     // the proof
  logic running_q;            // the ring
  logic [63:0] announced_q;   // sequence of the next slot to be announced
  logic [63:0] out_q;         // … to leave
  logic [63:0] answered_q;    // … to be in memory
  logic bad_q;                // a response was bad
  logic [63:0] consumer_1_q;  // a cycle ago
  logic wild_q;               // the consumer claimed what was not announced, two cycles ago
  logic wild_1_q;             // … three cycles ago, and the kernel ran a cycle ago
  logic claimed_q;            // … ever since the reset
  logic [1:0] age_q;          // cycles since the start
  logic aw_waits_q, w_waits_q;
  logic [63:0] address_q;
  logic [7:0] length_q;
  logic [511:0] data_q;
  logic last_q, response_bad_q, error_waits_q;
  logic [2:0] error_q;
  logic [1:0] beat_q;
  logic [2:0] aw_done_q, w_done_q;  // bursts without a response whose address, data are taken

  wire shows = aw_valid && !aw_waits_q;
  wire aw_taken = aw_valid && aw_ready_i;
  wire w_taken = w_valid && w_ready_i;
  wire taken = slot_valid_i && slot_ready;
  wire bad = b_valid_i && b_response_i != 2'b00;

  logic due, unanswered;
  logic [1:0] head, unanswered_head, due_count, unanswered_count;
  bursts i_bus (
    .clk_i, .rst_i, .shown_i(shows), .entry_i(length[1:0]), .last_i(w_taken && w_last),
    .due_o(due), .head_o(head), .count_o(due_count)
  );
  bursts i_answers (
    .clk_i, .rst_i, .shown_i(shows), .entry_i(length[1:0]), .last_i(b_valid_i),
    .due_o(unanswered), .head_o(unanswered_head), .count_o(unanswered_count)
  );

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    in_q <= in_q + 64'(taken);
    if (shows) announced_q <= announced_q + 64'(length) + 64'd1;
    out_q <= out_q + 64'(w_taken);
    if (b_valid_i && !bad && !bad_q) answered_q <= answered_q + 64'(unanswered_head) + 64'd1;
    bad_q <= bad_q || bad;
    response_bad_q <= bad;
    error_q <= error;
    consumer_1_q <= consumer;
    wild_q <= running_q && age_q != '0 && consumer_1_q > announced_q;
    wild_1_q <= wild_q && running_i;
    claimed_q <= claimed_q || (wild_q && running_i && !start);
    if (cycle_q != 2'd3) cycle_q <= cycle_q + 2'd1;
    if (age_q != 2'd3) age_q <= age_q + 2'd1;
    aw_waits_q <= aw_valid && !aw_ready_i;
    w_waits_q <= w_valid && !w_ready_i;
    {address_q, length_q, data_q, last_q} <= {address, length, data, w_last};
    if (w_taken) beat_q <= w_last ? '0 : beat_q + 2'd1;
    aw_done_q <= aw_done_q + 3'(aw_taken) - 3'(b_valid_i);
    w_done_q <= w_done_q + 3'(w_taken && w_last) - 3'(b_valid_i);
    if (start) begin
      in_q <= start_sequence;
      announced_q <= start_sequence;
      out_q <= start_sequence;
      answered_q <= start_sequence;
      running_q <= 1'b1;
      age_q <= '0;
      wild_q <= 1'b0;
      wild_1_q <= 1'b0;
    end
    if (rst_i) begin
      {running_q, bad_q, wild_q, wild_1_q, claimed_q, response_bad_q} <= '0;
      {aw_waits_q, w_waits_q} <= '0;
      {beat_q, aw_done_q, w_done_q, age_q} <= '0;
      error_q <= ERROR_NONE;
    end
  end

  // ── The environment ────────────────────────────────────────────────────────────────────────────

  always_comb begin
    assume (slots_log2 >= 5'd6);
    if (!started_q) assume (rst_i);
    if (started_q && !rst_i) begin
      // No slot without credit, of which there is none sooner: see ring_credit_proof.
      assume (!slot_valid_i || (running_q && age_q == 2'd3));
      assume (!b_valid_i || (aw_done_q != '0 && w_done_q != '0));
      assume (!start || (idle && !slot_valid_i && !b_valid_i && error == ERROR_NONE));
      assume (!start || start_sequence[63:62] == '0);
      // Beyond the 32 bits of the counts of slots, and few enough for the solver.
      assume (!running_q || in_q[63:62] == '0);
    end
  end

  // ── What is to hold ────────────────────────────────────────────────────────────────────────────

  wire [63:0] end_shown = announced_q + 64'(length) + 64'd1;

  always_comb begin
    if (started_q && !rst_i) begin
      // The bus.
      a_aw_stable: assert (!aw_waits_q || (aw_valid && {address, length} == {address_q, length_q}));
      a_w_stable: assert (!w_waits_q || (w_valid && {data, w_last} == {data_q, last_q}));
      a_length: assert (!aw_valid || length <= 8'd3);
      a_aligned: assert (!aw_valid || 4'(address[7:6]) + 4'(length[1:0]) <= 4'd3);
      a_w_due: assert (w_valid == due);  // no earlier than the address, and without gaps
      a_w_last: assert (!w_valid || w_last == (beat_q == head));
      a_none_before_start: assert (running_q || (!aw_valid && !w_valid));

      if (running_q && shows) begin
        a_place: assert (address == base + ((announced_q & (ring_slots - 64'd1)) << 6));
        a_ring_end: assert ((announced_q & (ring_slots - 64'd1)) + 64'(length) < ring_slots);
        a_data_ready: assert (end_shown <= in_q);
        a_stops: assert (error == ERROR_NONE);
      end
      if (running_q) begin
        a_slot: assert (!w_valid || data[7:0] == {out_q[3:0], out_q[3:0]});
        a_produced: assert (produced == announced_q);
        a_acknowledged: assert (acknowledged == answered_q);
        a_at_once: assert (in_q == announced_q || aw_waits_q || due_count == 2'd2 ||
                           unanswered_count == 2'd3 || error != ERROR_NONE || shows);
      end

      // Errors.
      a_bad_response: assert (!response_bad_q || error == ERROR_RESPONSE);
      a_bad_stays: assert (bad_q == (error == ERROR_RESPONSE));
      a_bad_consumer: assert (!wild_1_q || error != ERROR_NONE);
      a_error_stays: assert (error_q == ERROR_NONE || error != ERROR_NONE);
      a_error_true: assert (error == ERROR_NONE || bad_q || claimed_q);

      // Idle: nothing under way, nothing waiting but behind an error; and then it does become idle.
      a_idle: assert (!idle || (!aw_valid && !w_valid && unanswered_count == '0));
      a_idle_empty: assert (!idle || error != ERROR_NONE || !running_q || in_q == out_q);
      a_becomes_idle: assert (idle || unanswered_count != '0 ||
                                (running_q && in_q != out_q && error == ERROR_NONE));

      cover (running_q && out_q[5:0] == 6'd3 && due_count == 2'd2);
      cover (shows && length == 8'd3 && w_taken);
      cover (shows && length == '0 && announced_q[5:0] == 6'h3F && age_q == 2'd3);
      cover (bad_q && idle && in_q != out_q);
      cover (error == 3'd2 && idle && in_q != out_q);
      cover (unanswered_count == 2'd3 && due_count == '0);
    end
  end

`ifdef INVARIANTS
  // Registers of the writer and of its queues, tied to these by proof.cfg.
  logic [2:0] left, later;
  logic held;
  logic [63:0] held_address;
  logic [1:0] held_length;
  logic [63:0] next, consumer_reg;
  logic [3:0] unplanned;
  logic [25:0] mask, place_here, place_ahead;
  logic [51:0] page_here, page_ahead, page;
  logic [2:0] starting;
  logic beyond, started_reg;

  logic [2:0] write, read;
  logic stored, full, valid;
  logic [7:0] memory_0, memory_1, memory_2, memory_3;
  logic [1:0] lengths_write, lengths_read;
  logic lengths_stored, lengths_full, lengths_valid;
  logic [2:0] lengths_data, lengths_0, lengths_1;
  logic [5:0] due_queue, unanswered_queue;

  // The queue of slots: sequence of entry `i` behind the output.
  wire [2:0] inside = write - read;
  wire [63:0] waiting = in_q - out_q;
  function automatic logic holds(input logic [7:0] word, input logic [1:0] place);
    logic [1:0] behind;
    logic [3:0] sequence_low;
    behind = place - read[1:0];
    sequence_low = out_q[3:0] + 4'd1 + {2'd0, behind};
    holds = {1'b0, behind} >= inside || word == {sequence_low, sequence_low};
  endfunction

  // The queue of lengths.
  wire [1:0] lengths_inside = lengths_write - lengths_read;
  wire [2:0] lengths_next = lengths_read[0] ? lengths_1 : lengths_0;
  wire [2:0] lengths_after = lengths_read[0] ? lengths_0 : lengths_1;

  wire [25:0] page_place = announced_q[31:6] & mask;
  wire [25:0] page_place_ahead = (announced_q[31:6] + 26'd1) & mask;

  // Cycles since the page last changed.
  logic [57:0] page_1_q;
  logic [1:0] page_age_q;
  always_ff @(posedge clk_i) begin
    page_1_q <= announced_q[63:6];
    if (page_age_q != 2'd3) page_age_q <= page_age_q + 2'd1;
    if (shows && (announced_q[63:6] != 58'(end_shown >> 6))) page_age_q <= '0;
    if (rst_i || start) page_age_q <= '0;
  end

  always_comb begin
    if (started_q && !rst_i) begin
      // Slots, announced and not.
      i_running: assert (started_reg == running_q);
      i_inside: assert (inside <= 3'd4 && stored == (inside != '0) && full == inside[2]);
      i_output: assert (valid || !stored);
      i_unplanned: assert (running_q || (unplanned == '0 && !valid));
      if (running_q) begin
        i_next: assert (next == announced_q);
        i_waiting: assert (waiting == 64'(inside) + 64'(valid));
        i_planned: assert (in_q - announced_q == 64'(unplanned));
        i_below: assert (announced_q <= in_q && out_q <= announced_q);
        i_order: assert (announced_q - out_q == 64'(left) + 64'(later));
        i_first: assert (!valid || data[7:0] == {out_q[3:0], out_q[3:0]});
        i_memory: assert (holds(memory_0, 2'd0) && holds(memory_1, 2'd1) &&
                          holds(memory_2, 2'd2) && holds(memory_3, 2'd3));
      end
      i_none: assert (running_q || (left == '0 && later == '0 && unanswered_count == '0));

      // Bursts on the bus, and without an answer.
      i_left: assert (left == (due_count == '0 ? '0 : 3'(due_queue[1:0]) + 3'd1 - 3'(beat_q)));
      i_later: assert (later == (due_count != 2'd2 ? '0 : 3'(due_queue[3:2]) + 3'd1));
      i_beat: assert (due_count == '0 ? beat_q == '0 : beat_q <= due_queue[1:0]);
      i_due: assert (due_count != 2'd3);
      i_held: assert (held == aw_waits_q);
      i_held_burst: assert (!held || (length_q <= 8'd3 &&
                                      4'(address_q[7:6]) + 4'(length_q[1:0]) <= 4'd3));
      i_held_same: assert (!held || {address_q, length_q} == {held_address, 6'd0, held_length});
      i_w_waits: assert (!w_waits_q || due_count != '0);
      i_w_same: assert (!w_waits_q || (valid && last_q == (left == 3'd1)));
      i_aw_done: assert (3'(unanswered_count) == aw_done_q + 3'(aw_waits_q));
      i_w_done: assert (3'(unanswered_count) == w_done_q + 3'(due_count));
      i_done_inside: assert (w_done_q <= 3'(unanswered_count));
      i_held_inside: assert (!aw_waits_q || unanswered_count != '0);
      i_lengths: assert (lengths_inside <= 2'd2 && lengths_stored == (lengths_inside != '0) &&
                         lengths_full == lengths_inside[1] && (lengths_valid || !lengths_stored));
      i_lengths_count: assert (unanswered_count == lengths_inside + 2'(lengths_valid));
      i_lengths_0: assert (unanswered_count == '0 ||
                           lengths_data == 3'(unanswered_queue[1:0]) + 3'd1);
      i_lengths_1: assert (unanswered_count < 2'd2 ||
                           lengths_next == 3'(unanswered_queue[3:2]) + 3'd1);
      i_lengths_2: assert (unanswered_count < 2'd3 ||
                           lengths_after == 3'(unanswered_queue[5:4]) + 3'd1);

      // Addresses.
      i_mask: assert (mask == ~(26'h3FF_FFFF << (slots_log2 - 5'd6)));
      if (running_q) begin
        i_start: assert (age_q == 2'd3 || (in_q == announced_q && in_q == out_q &&
                         unanswered_count == '0 && page_age_q == age_q));
        i_starting: assert (age_q == 2'd3 ? starting == '0 :
                            3'(starting << (2'd2 - age_q)) == 3'd4);
        i_age: assert (page_age_q <= age_q);
        i_young: assert (age_q != 2'd3 || page_age_q >= 2'd2 ||
                         announced_q[5:0] <= (page_age_q[0] ? 6'd4 : 6'd0));
        i_place: assert (page_age_q == '0 || (place_here == page_place &&
                                             place_ahead == page_place_ahead));
        i_page_ahead: assert (page_age_q < 2'd2 || (page_ahead == base_page + 52'(page_place_ahead)
                                               && page_here == base_page + 52'(page_place)));
        i_page: assert (age_q != 2'd3 || page == base_page + 52'(page_place));
      end

      i_beyond: assert (beyond == wild_q && (!wild_1_q || claimed_q));
      i_consumer_1: assert (!running_q ||
                            consumer_reg == (age_q == '0 ? announced_q : consumer_1_q));
    end
  end
`endif

endmodule
