// inject: nothing is read that was not announced, nor more than there is room for; what was read is
// handed on once, in order, and by whole groups; a bad answer or doorbell ends it for good.
//
// One slot, any, is picked when it comes, and a few bits of it are looked at.
// Assumed: answers come to what was asked, in order; the doorbell does not go back, and is not
// 2^31 slots ahead; a reset comes only while nothing is under way. The ring has 4 slots, to be gone
// round soon, or 65536.
//
// The queue is the model below instead of lib/fifo.sv: what fifo_proof says of it, for the bits
// that are looked at here.
module inject_proof (
  input logic        clk_i,
  input logic        rst_i,
  input logic        enable_i,
  input logic [31:0] produced_i,
  input logic        ar_ready_i,
  input logic        r_valid_i,
  input logic [1:0]  r_response_i,
  input logic [3:0]  r_entry_i,      // {tag, extensions}
  input logic        ready_i
);

  localparam int DEPTH_LOG2 = 3;
  localparam int DEPTH = 2 ** DEPTH_LOG2;
  localparam int BITS = DEPTH_LOG2 + 2;  // of a count of what is inside

  (* anyconst *) logic [51:0] base;
  (* anyconst *) logic large;
  (* anyseq *) logic pick;

  logic ar_valid, valid, last, idle, error;
  logic [63:0] ar_address;
  logic [7:0] ar_length;
  logic [31:0] consumed;
  logic [511:0] bytes, r_data;

  always_comb begin
    r_data = '0;
    r_data[8*slot_pkg::TAIL_EXTENSION_COUNT +: 2] = r_entry_i[1:0];
    r_data[511:510] = r_entry_i[3:2];
  end
  wire [1:0] extensions = bytes[8*slot_pkg::TAIL_EXTENSION_COUNT +: 2];
  wire [3:0] entry = {bytes[511:510], extensions};

  inject #(.BufferLog2(DEPTH_LOG2)) dut (
    .clk_i, .rst_i, .enable_i, .inject_base_i({base, 12'd0}),
    .inject_slots_log2_i(large ? 5'd16 : 5'd2), .inject_produced_i(produced_i),
    .inject_consumed_o(consumed),
    .ar_valid_o(ar_valid), .ar_ready_i, .ar_address_o(ar_address), .ar_length_o(ar_length),
    .r_valid_i, .r_data_i(r_data), .r_response_i,
    .inject_valid_o(valid), .inject_ready_i(ready_i), .inject_bytes_o(bytes),
    .inject_last_o(last), .idle_o(idle), .inject_error_o(error)
  );

  // ── What was seen at the ports ─────────────────────────────────────────────────────────────────

  logic started_q = 1'b0;
  logic reset_q;
  logic [31:0] asked_q, taken_q;     // slots
  logic [BITS-1:0] reserved_q;       // … that were asked for and not taken
  logic [BITS-1:0] awaited_q;        // … and not answered
  logic [BITS-1:0] inside_q;         // answered well and not taken
  logic waits_q;                     // the picked one is inside
  logic [BITS-1:0] before_q;         // … behind so many
  logic [31:0] produced_q;
  logic [1:0] left_q;                // slots of the group at hand
  logic [3:0] picked_q;
  logic [1:0] enabled_q, failed_q;   // one and two cycles ago
  logic held_q, stalled_q, last_q, bad_q, error_q;
  logic [2:0] far_q;                 // the doorbell was beyond the ring, one to three cycles ago
  logic [63:0] address_q;
  logic [7:0] length_q;
  logic [3:0] entry_q;
  logic [2:0] lazy_q;                // cycles in which a burst might be asked for and was not

  wire asks = ar_valid && ar_ready_i;
  wire take = valid && ready_i;
  wire bad = r_valid_i && r_response_i != '0;
  wire keep = r_valid_i && !bad && !error;
  wire [BITS-1:0] beats = BITS'(ar_length) + BITS'(1);  // a_burst: it is as small as that
  wire [31:0] ahead = produced_i - taken_q;
  wire [31:0] growth = produced_i - produced_q;
  wire [31:0] slots = large ? 32'd65536 : 32'd4;
  wire [31:0] unasked = produced_q - asked_q;  // announced a cycle ago
  wire [31:0] offset = asked_q & (slots - 32'd1);
  wire [63:0] place = {base, 12'd0} + {26'd0, offset, 6'd0};
  wire fresh = ar_valid && !held_q;
  wire might = enable_i && !error && !ar_valid && asked_q != produced_i &&
               reserved_q <= BITS'(DEPTH - 4);

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    reset_q <= rst_i;
    if (asks) asked_q <= asked_q + 32'(beats);
    if (take) begin
      taken_q <= taken_q + 32'd1;
      left_q <= left_q == '0 ? extensions : left_q - 2'd1;
    end
    reserved_q <= reserved_q + (asks ? beats : '0) - BITS'(take);
    awaited_q <= awaited_q + (asks ? beats : '0) - BITS'(r_valid_i);
    inside_q <= inside_q + BITS'(keep) - BITS'(take);
    if (waits_q) begin
      if (take && before_q == '0) waits_q <= 1'b0;
      before_q <= before_q - BITS'(take);
    end else if (keep && pick) begin
      waits_q <= 1'b1;
      picked_q <= r_entry_i;
      before_q <= inside_q - BITS'(take);
    end
    produced_q <= produced_i;
    enabled_q <= {enabled_q[0], enable_i};
    failed_q <= {failed_q[0], error};
    far_q <= {far_q[1:0], ahead > slots};
    {held_q, stalled_q, bad_q, error_q} <= {ar_valid && !ar_ready_i, valid && !ready_i, bad, error};
    {address_q, length_q, entry_q, last_q} <= {ar_address, ar_length, entry, last};
    lazy_q <= might ? lazy_q + 3'(lazy_q != '1) : '0;
    if (rst_i) begin
      {asked_q, taken_q, produced_q, reserved_q, awaited_q, inside_q, waits_q} <= '0;
      {left_q, failed_q, far_q, held_q, stalled_q, bad_q, error_q, lazy_q} <= '0;
    end
  end

  always_comb begin
    if (!started_q) assume (rst_i);
    else begin
      if (rst_i) assume (awaited_q == '0 && !ar_valid && !r_valid_i);
      if (awaited_q == '0) assume (!r_valid_i);
      assume (!ahead[31]);
      assume (!growth[31]);
    end
  end

  // ── What is to hold ────────────────────────────────────────────────────────────────────────────

  wire calm = started_q && !rst_i && !reset_q;

  always_comb begin
    if (started_q && !rst_i) begin
      // Reading.
      a_announced: assert (!ar_valid || 32'(beats) <= unasked);
      a_room: assert (reserved_q + (ar_valid ? beats : '0) <= BITS'(DEPTH));
      a_place: assert (!ar_valid || ar_address == place);
      a_burst: assert (!ar_valid || (ar_length <= 8'd3 && BITS'(asked_q[1:0]) + beats <= BITS'(4)));
      a_page: assert (!ar_valid || (ar_address[5:0] == '0 &&
                                    7'(ar_address[11:6]) + 7'(beats) <= 7'd64));
      a_held: assert (!held_q || (ar_valid && ar_address == address_q && ar_length == length_q));
      a_reads_on: assert (lazy_q <= 3'd3);

      // Handing on.
      a_order: assert (!waits_q || before_q != '0 || entry == picked_q);
      a_groups: assert (valid == (inside_q != '0 &&
                                  (left_q != '0 || inside_q > BITS'(extensions))));
      a_whole: assert (left_q == '0 || valid);
      a_last: assert (!valid || last == (left_q == '0 ? extensions == '0 : left_q == 2'd1));
      a_stalled: assert (!stalled_q || (valid && entry == entry_q && last == last_q));
      a_consumed: assert (consumed == taken_q);

      // Errors.
      a_bad: assert (!bad_q || error);
      a_far: assert (!(calm && far_q[2] && enabled_q[0]) || error);
      a_stays: assert (!error_q || error);
      a_why: assert (!error || error_q || bad_q || (far_q[2] && enabled_q[0]));
      a_ends: assert (!(calm && fresh) || (!failed_q[1] && enabled_q[1]));

      a_idle: assert (!idle || (awaited_q == '0 && !ar_valid));
      a_to_rest: assert (idle || awaited_q != '0 || ar_valid || !failed_q[1]);

      cover (take && last && left_q == 2'd1 && taken_q == 32'd7);
      cover (ar_valid && !large && asked_q == 32'd4);
      cover (reserved_q == BITS'(DEPTH) && awaited_q == '0);
      cover (error && idle && inside_q != '0 && !valid);
      cover (error && reserved_q == BITS'(3) && inside_q == '0 && idle);
      cover (take && waits_q && before_q == '0 && taken_q == 32'd3);
    end
  end

`ifdef INVARIANTS
  // Registers, tied to these by proof.cfg.
  logic [1:0] mode, left_reg;
  logic [31:0] asked_reg, ahead_reg;
  logic [2:0] waiting, burst;
  logic stale, took;
  logic [BITS-1:0] reserved_reg, awaited_reg, here;
  logic [16:0] ahead_low;
  logic [15:0] produced_high, consumed_high;
  logic [19:0] mask;
  logic [20:0] slots_reg;
  logic [DEPTH_LOG2+1:0] count;
  logic [4*DEPTH-1:0] entries;

  wire [31:0] known = produced_q - taken_q;
  logic [31:0] ahead_q, ahead_2_q;  // one and two cycles ago
  always_ff @(posedge clk_i) begin
    ahead_q <= rst_i ? '0 : ahead;
    ahead_2_q <= rst_i ? '0 : ahead_q;
  end

  always_comb begin
    if (started_q && !rst_i) begin
      i_counts: assert (reserved_q <= BITS'(DEPTH) && awaited_q <= reserved_q &&
                        inside_q <= reserved_q && awaited_q + inside_q <= reserved_q);
      i_good: assert (error || awaited_q + inside_q == reserved_q);
      i_numbers: assert (asked_q == taken_q + 32'(reserved_q) && !unasked[31] && !known[31]);
      i_asked: assert (asked_reg == asked_q && consumed == taken_q);
      i_reserved: assert (reserved_reg == reserved_q + BITS'(took));
      i_awaited: assert (awaited_reg == awaited_q);
      i_ring: assert (mask == 20'(slots - 32'd1) && slots_reg == 21'(slots));
      i_left: assert (left_reg == left_q && BITS'(left_q) <= inside_q);

      i_mode: assert (mode != 2'd3 && ar_valid == (mode == 2'd2) && (!held_q || ar_valid));
      i_placed: assert (mode != 2'd1 || (!failed_q[0] && enabled_q[0]));
      i_failed: assert ((!failed_q[1] || failed_q[0]) && failed_q[0] == error_q);
      i_waiting: assert (stale || (32'(waiting) <= unasked && waiting <= 3'd4 - 3'(asked_q[1:0]) &&
                                   (waiting != '0 || unasked == '0)));
      i_stale: assert (!stale || mode == 2'd0);
      i_lazy: assert (mode == 2'd2 || lazy_q == '0 || (lazy_q == 3'd2 && mode == 2'd1) ||
                      (lazy_q == 3'd1 && (mode == 2'd1 || (!stale && unasked != '0 &&
                                                           reserved_reg <= BITS'(DEPTH - 4)))));
      i_burst: assert (mode == 2'd0 || (burst != '0 && burst <= 3'd4 - 3'(asked_q[1:0]) &&
                       32'(burst) <= unasked && reserved_q <= BITS'(DEPTH - 4)));
      i_ask: assert (mode != 2'd2 || ar_length == 8'(burst) - 8'd1);

      i_ahead: assert (ahead_reg == ahead_2_q && !ahead_q[31]);
      i_ahead_low: assert ({16'(produced_high - consumed_high - 16'(ahead_low[16])),
                            ahead_low[15:0]} == ahead_q);
      i_far: assert (far_q[1:0] == {ahead_2_q > slots, ahead_q > slots});

      i_here: assert (here == inside_q && count == inside_q);
      i_entries: assert (!waits_q || (before_q < inside_q &&
                         entries[4*DEPTH_LOG2'(before_q) +: 4] == picked_q));
    end
  end
`endif

endmodule

module fifo #(
  parameter int Width = 512,
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

  localparam int DEPTH = 2 ** DepthLog2;

  (* anyseq *) logic [3:0] nothing;
  logic [4*DEPTH-1:0] entries_q;  // oldest first
  logic [DepthLog2+1:0] count_q;

  wire push = valid_i && ready_o;
  wire pop = valid_o && ready_i;
  wire [3:0] head = valid_o ? entries_q[3:0] : nothing;
  logic [4*DEPTH-1:0] entries;

  always_comb begin
    entries = entries_q;
    if (push) begin
      entries[4*DepthLog2'(count_q) +: 4] = {
        data_i[511:510], data_i[8*slot_pkg::TAIL_EXTENSION_COUNT +: 2]};
    end
    data_o = '0;
    data_o[511:510] = head[3:2];
    data_o[8*slot_pkg::TAIL_EXTENSION_COUNT +: 2] = head[1:0];
  end

  always_ff @(posedge clk_i) begin
    entries_q <= pop ? entries >> 4 : entries;
    count_q <= count_q + (DepthLog2 + 2)'(push) - (DepthLog2 + 2)'(pop);
    if (rst_i) count_q <= '0;
  end

  assign ready_o = count_q < (DepthLog2 + 2)'(DEPTH) && !rst_i;
  assign valid_o = count_q != '0;
  assign level_o = count_q;

endmodule
