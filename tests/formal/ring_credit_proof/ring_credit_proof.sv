// ring_writer: no slot is announced before the host has given back its place in the ring; and what
// the credit promises is there.
//
// A frame starts where credit was seen, and then has at most as many slots as the credit is for,
// but for those that it cannot have seen yet (LATE). The host never takes back what it gave, but
// while the kernel is at rest; then nothing is promised until the next start. Sequences are short,
// the ring is of 64 to 256 slots: wide sums would only be slow. The rest is ring_writer_proof's.
//
// Mutants are looked for in one ring, started at once and at one sequence (`NARROW`).
module ring_credit_proof (
  input logic        clk_i,
  input logic        rst_i,
  input logic        start_i,
  input logic [11:0] start_sequence_i,
  input logic [63:0] consumer_i,
  input logic        running_i,
  input logic        slot_valid_i,
  input logic        aw_ready_i,
  input logic        w_ready_i,
  input logic        b_valid_i,
  input logic [1:0]  b_response_i
);

  localparam int FRAME_SLOTS_MAX = 60;
  localparam int LATE = 4;

  logic [1:0] cycle_q = '0;  // up to 3
`ifdef NARROW
  wire [4:0] slots_log2 = 5'd6;
  wire start = cycle_q == 2'd1;
  wire [63:0] start_sequence = 64'h3C;
  wire [63:0] consumer = {56'd0, consumer_i[7:0]};
`else
  (* anyconst *) logic [4:0] slots_log2;
  wire start = start_i;
  wire [63:0] start_sequence = {52'd0, start_sequence_i};
  wire [63:0] consumer = consumer_i;
`endif
  wire [63:0] ring_slots = 64'd1 << slots_log2;

  logic slot_ready, aw_valid, w_valid, credit_ok, idle;
  logic [7:0] length;
  logic [2:0] error;

  ring_writer #(.QueueLog2(2), .FrameSlotsMax(FRAME_SLOTS_MAX), .BurstsLog2(1)) dut (
    .clk_i, .rst_i, .start_i(start), .start_sequence_i(start_sequence),
    .ring_base_i('0), .ring_slots_log2_i(slots_log2), .epoch_i('0),
    .consumer_i(consumer), .running_i,
    .slot_valid_i, .slot_ready_o(slot_ready), .slot_bytes_i('0), .slot_sequence_i('0),
    .aw_valid_o(aw_valid), .aw_ready_i, .aw_address_o(), .aw_length_o(length),
    .w_valid_o(w_valid), .w_ready_i, .w_data_o(), .w_last_o(),
    .b_valid_i, .b_response_i,
    .credit_ok_o(credit_ok), .produced_o(), .acknowledged_o(), .idle_o(idle), .error_o(error)
  );

  logic started_q = 1'b0;     // the proof
  logic running_q;            // the ring
  logic [63:0] in_q;          // sequence of the next slot to be handed in
  logic [63:0] announced_q;   // … to be announced
  logic wild_q;               // the consumer claimed what was not announced, or may be set anew
  logic [63:0] consumer_1_q;  // a cycle ago
  logic [1:0] age_q;          // cycles since the start
  logic [6:0] allowed_q;      // slots that the frame at hand may still have
  logic aw_waits_q;
  logic [63:0] out_q;         // … to leave
  logic [2:0] open_q;         // bursts without a response

  wire shows = aw_valid && !aw_waits_q;
  wire taken = slot_valid_i && slot_ready;
  wire wild = wild_q || !running_i || consumer > announced_q;
  wire [63:0] end_shown = announced_q + 64'(length) + 64'd1;

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (cycle_q != 2'd3) cycle_q <= cycle_q + 2'd1;
    in_q <= in_q + 64'(taken);
    if (shows) announced_q <= end_shown;
    consumer_1_q <= consumer;
    out_q <= out_q + 64'(w_valid && w_ready_i);
    open_q <= open_q + 3'(shows) - 3'(b_valid_i);
    wild_q <= wild_q || (running_q && (!running_i || consumer > announced_q));
    if (age_q != 2'd3) age_q <= age_q + 2'd1;
    if (running_q && credit_ok) allowed_q <= 7'(FRAME_SLOTS_MAX - LATE);
    else allowed_q <= allowed_q - 7'(taken);
    aw_waits_q <= aw_valid && !aw_ready_i;
    if (start) begin
      in_q <= start_sequence;
      announced_q <= start_sequence;
      out_q <= start_sequence;
      running_q <= 1'b1;
      age_q <= '0;
      allowed_q <= '0;
      wild_q <= 1'b0;
    end
    if (rst_i) {open_q, running_q, wild_q, aw_waits_q, age_q, allowed_q} <= '0;
  end

  always_comb begin
    assume (slots_log2 >= 5'd6 && slots_log2 <= 5'd8);
    if (!started_q) assume (rst_i);
`ifdef NARROW
    if (started_q) assume (!rst_i);
`endif
    if (started_q && !rst_i) begin
      assume (!slot_valid_i || allowed_q != '0);
      assume (!b_valid_i || open_q != '0);
      assume (!running_q || !running_i || wild_q || consumer >= consumer_1_q);
      assume (!start || (idle && !slot_valid_i && !b_valid_i && error == '0 &&
                         consumer >= start_sequence));
      assume (!running_q || in_q[63:12] == '0);
    end
  end

  always_comb begin
    if (started_q && !rst_i) begin
      // ring_writer_proof counts on it.
      a_credit_late: assert (!running_q || !credit_ok || age_q >= 2'd2);
    end
    if (started_q && !rst_i && running_q && !wild) begin
      a_given_back: assert (!shows || end_shown <= consumer + ring_slots);
      // Slots of the last cycles are not in it yet.
      a_credit: assert (!credit_ok ||
                        in_q + 64'(FRAME_SLOTS_MAX - LATE + 1) <= consumer + ring_slots);

      cover (shows && age_q == 2'd3 && end_shown == 64'd4 + consumer);
      cover (!credit_ok && age_q == 2'd3 && in_q != consumer);
      cover (credit_ok && in_q[5:0] == 6'd2 && slots_log2 == 5'd7);
    end
  end

`ifdef INVARIANTS
  // Registers of the writer, tied to these by proof.cfg.
  logic held;
  logic [63:0] next, taken_reg, consumer_reg, used;
  logic [3:0] unplanned;
  logic [31:0] used_max;
  logic [32:0] room;
  logic overrun, started_reg;
  logic [2:0] left, later, write, read;
  logic [1:0] lengths_write, lengths_read;
  logic stored, full, valid, lengths_stored, lengths_full, lengths_valid;

  wire [2:0] inside = write - read;
  wire [1:0] lengths_inside = lengths_write - lengths_read;

  wire [63:0] slots_used = in_q - consumer_reg;
  wire [31:0] room_used = used_max - room[31:0];

  always_comb begin
    if (started_q && !rst_i) begin
      i_held: assert (held == aw_waits_q);
      i_running: assert (started_reg == running_q);
      i_none: assert (running_q || (unplanned == '0 && allowed_q == '0));
      i_inside: assert (inside <= 3'd4 && stored == (inside != '0) && full == inside[2] &&
                        (valid || !stored) && (running_q || !valid));
      i_bursts: assert (left <= 3'd4 && later <= 3'd4 && (later == '0 || left != '0) &&
                        (running_q || left == '0));
      i_lengths: assert (lengths_inside <= 2'd2 && lengths_stored == (lengths_inside != '0) &&
                         lengths_full == lengths_inside[1] && (lengths_valid || !lengths_stored));
      i_open: assert (open_q == 3'(lengths_inside) + 3'(lengths_valid));
      i_used_max: assert (used_max == 32'(ring_slots) - 32'(FRAME_SLOTS_MAX));
      if (running_q) begin
        i_next: assert (next == announced_q && taken_reg == in_q);
        i_planned: assert (in_q - announced_q == 64'(unplanned));
        i_below: assert (announced_q <= in_q && out_q <= announced_q);
        i_waiting: assert (in_q - out_q == 64'(inside) + 64'(valid));
        i_order: assert (announced_q - out_q == 64'(left) + 64'(later));
        i_start: assert (age_q == 2'd3 || (in_q == announced_q && allowed_q == '0));
        i_start_used: assert (age_q != '0 || (overrun && used == '0));
        i_room_sign: assert (room[32] == (room_used > used_max));
        i_consumer_1: assert (consumer_reg == (age_q == '0 ? announced_q : consumer_1_q));
        if (!wild_q) begin
          i_consumer: assert (consumer_reg <= consumer_1_q && consumer_reg <= announced_q);
          i_used_real: assert (used[63:12] == '0);
          i_used: assert (slots_used <= used + 64'd1);
          i_room: assert (overrun || slots_used <= 64'(room_used) + 64'd2);
          i_credit: assert (!credit_ok || slots_used + 64'(FRAME_SLOTS_MAX) <= ring_slots + 64'd3);
          i_allowed: assert (allowed_q == '0 || slots_used + 64'(allowed_q) <= ring_slots);
          i_fits: assert (slots_used <= ring_slots);
        end
      end
    end
  end
`endif

endmodule
