// control: a stop begins at once, ends only when nothing is under way, and is told exactly once; an
// expired lease always stops it, and a slot limit that is reached; before that it is careful. A soft
// reset happens only while it is at rest.
//
// Nothing is assumed of the environment but the reset at the start and the ring writer's codes;
// sequences and limits are of 62 bits, so that no sum of them has more than 64.
module control_proof (
  input logic        clk_i,
  input logic        rst_i,
  input logic        enable_i,
  input logic        quiesce_i,
  input logic        ap_start_i,
  input logic        soft_reset_i,
  input logic        heartbeat_i,
  input logic [2:0]  lease_i,
  input logic [61:0] limit_i,
  input logic [61:0] sequence_i,
  input logic [61:0] start_sequence_i,
  input logic        frame_boundary_i,
  input logic        drained_i,
  input logic [1:0]  error_i
);

  localparam logic [3:0] IDLE = 4'd0;
  localparam logic [3:0] RUNNING = 4'd1;
  localparam logic [3:0] QUIESCING = 4'd2;
  localparam logic [3:0] QUIESCED = 4'd3;
  localparam logic [3:0] LEASE_EXPIRED = 4'd4;
  localparam logic [3:0] LIMIT_REACHED = 4'd5;
  localparam logic [3:0] BAD_RESPONSE = 4'd6;
  localparam logic [3:0] BAD_CONSUMER = 4'd7;

  logic admit, run, careful, start, soft_reset, ap_done, ap_idle, ap_ready;
  logic [3:0] state;

  control dut (
    .clk_i, .rst_i, .enable_i, .quiesce_i, .ap_start_i, .soft_reset_i, .heartbeat_i,
    .lease_cycles_i({29'd0, lease_i}), .slot_limit_i({2'd0, limit_i}),
    .sequence_i({2'd0, sequence_i}), .start_sequence_i({2'd0, start_sequence_i}),
    .frame_boundary_i, .drained_i, .error_i({1'b0, error_i}),
    .admit_o(admit), .run_o(run), .careful_o(careful), .start_o(start),
    .soft_reset_o(soft_reset), .state_o(state), .ap_done_o(ap_done), .ap_idle_o(ap_idle),
    .ap_ready_o(ap_ready)
  );

  // ── What was seen at the ports, a cycle ago ────────────────────────────────────────────────────

  logic started_q = 1'b0;
  logic reset_q;                // the reset, or a soft one
  logic [3:0] state_q;
  logic idle_q, error_q, clear_q, quiesce_q, enable_q, once_q, over_q, limit_over_q;
  logic [2:0] accepted_q;       // a soft reset was accepted one, two, three cycles ago
  logic [2:0] lease_q, age_q;   // cycles since the last heartbeat, or since the lease was set
  logic [63:0] end_q;           // the sequence at which this run is to stop
  logic reached_q;              // it was, a cycle ago
  logic [1:0] near_q, far_q;    // it was close, or far off while it ran, one and two cycles ago
  logic lease_ended_q;          // the lease was over when this run was stopped
  logic limit_ended_q;          // … or else the slot limit was reached

  wire over = lease_i != '0 && lease_i == lease_q && age_q >= lease_q;
  wire clear = drained_i && (frame_boundary_i || error_i != '0);
  wire signed [63:0] left = end_q - 64'(sequence_i);
  wire going = state == RUNNING && !start;
  wire limit_over = limit_i != '0 && reached_q;  // … and may be stopped for it

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    reset_q <= rst_i;
    state_q <= state;
    idle_q <= ap_idle;
    error_q <= error_i != '0;
    clear_q <= clear;
    {quiesce_q, enable_q, over_q, limit_over_q} <= {quiesce_i, enable_i, over, limit_over};
    reached_q <= going && left <= 64'sd0;
    near_q <= {near_q[0], left < 64'sd1024};
    far_q <= {far_q[0], going && left >= 64'sd2048};
    accepted_q <= {accepted_q[1:0], soft_reset_i && ap_idle && clear};
    lease_q <= lease_i;
    age_q <= heartbeat_i || lease_i != lease_q ? '0 : age_q + 3'(age_q != '1);
    if (state == IDLE) end_q <= 64'(start_sequence_i) + 64'(limit_i);
    if (state == RUNNING) {lease_ended_q, limit_ended_q} <= {over, limit_over && !over};
    if (ap_idle) once_q <= state == IDLE && ap_start_i;
    if (rst_i) begin
      {accepted_q, lease_q, age_q, over_q, once_q, reached_q, far_q} <= '0;
      state_q <= IDLE;
      idle_q <= 1'b1;
    end
  end

  always_comb begin
    if (!started_q) assume (rst_i);
    assume (error_i != 2'd3);
  end

  // ── What is to hold ────────────────────────────────────────────────────────────────────────────

  wire calm = started_q && !rst_i && !reset_q;
  wire completes = calm && state_q == QUIESCING && ap_idle;
  wire was_soft = accepted_q != '0;  // a soft reset is going on, or has been accepted

  always_comb begin
    if (started_q && !rst_i) begin
      a_state: assert (state <= BAD_CONSUMER);
      a_outputs: assert (admit == (state == RUNNING) && run == (admit && !start) &&
                         ap_idle == (state != RUNNING && state != QUIESCING) &&
                         ap_ready == ap_done);
      a_start: assert (!start || (state == RUNNING && state_q == IDLE));

      // A stop begins in the next cycle, whatever the cause, and lasts until nothing is under way.
      a_stops: assert (!(calm && state_q == RUNNING &&
                         (quiesce_q || error_q || over_q || limit_over_q ||
                          (!enable_q && !once_q))) || state == QUIESCING);
      a_runs_on: assert (!(calm && state_q == RUNNING) || state == QUIESCING || state == RUNNING);
      a_drains: assert (!(calm && state_q == QUIESCING && !clear_q) || state == QUIESCING);
      a_completes: assert (!(calm && state_q == QUIESCING && clear_q) || ap_idle);
      a_done_once: assert (!calm || ap_done == (!idle_q && ap_idle));
      a_no_done: assert (!reset_q || !ap_done);

      // The lease.
      a_lease: assert (!over_q || !admit);
      a_lease_told: assert (!(completes && !error_q) || state ==
        LEASE_EXPIRED || !lease_ended_q || state == BAD_RESPONSE || state == BAD_CONSUMER);
      a_lease_quiesced: assert (!(calm && state_q == QUIESCED && over_q && !was_soft) ||
                                state == LEASE_EXPIRED);
      a_lease_stays: assert (!(calm && state_q == LEASE_EXPIRED && (enable_q || over_q) &&
                               !was_soft) || state == LEASE_EXPIRED);

      // The slot limit: what stopped for it says so; a thousand slots before it, care is taken; and
      // none without one, or as long as it is far.
      a_limit_told: assert (!completes || state == LIMIT_REACHED || !limit_ended_q ||
                            state >= BAD_RESPONSE);
      a_limit_only: assert (!completes || state != LIMIT_REACHED || limit_ended_q);
      a_careful: assert (!(calm && near_q[1] && limit_i != '0) || careful);
      a_carefree: assert (!calm || !careful || (limit_i != '0 && !far_q[1]));

      // An error stays until a reset.
      a_error_stays: assert (!(calm && state_q >= BAD_RESPONSE && !was_soft) || state == state_q);
      a_limit_stays: assert (!(calm && state_q == LIMIT_REACHED && enable_q && !was_soft) ||
                             state == LIMIT_REACHED);

      // A soft reset: asked for, while at rest, for three cycles; and nothing runs meanwhile.
      a_reset: assert (soft_reset == was_soft);
      a_reset_at_rest: assert (!soft_reset || (ap_idle && !run && !admit && !start));

      cover (ap_done && state == LEASE_EXPIRED && lease_q == 3'd4);
      cover (ap_done && state == LIMIT_REACHED && limit_i == 62'd3 &&
             start_sequence_i == '0 && sequence_i == 62'd3);
      cover (run && careful && left == 64'sd1000);
      cover (run && !careful && limit_i != '0);
      cover (ap_done && state == BAD_CONSUMER && !frame_boundary_i);
      cover (run && state_q == QUIESCED);
      cover (soft_reset && state_q == BAD_RESPONSE);
      cover (state == IDLE && state_q == LEASE_EXPIRED && !soft_reset);
      cover (run && !enable_i && !enable_q);
    end
  end

`ifdef INVARIANTS
  // Registers of control, tied to these by proof.cfg.
  logic [31:0] lease_left, lease_set;
  logic [63:0] limit_reg, left_reg;
  logic left_valid, far_reg;
  logic once_reg;
  logic [2:0] reset_reg;
  logic [3:0] why;

  always_comb begin
    if (started_q && !rst_i) begin
      i_lease_set: assert (lease_set == 32'(lease_q));
      i_lease: assert (lease_left == (age_q >= lease_q ? '0 : 32'(lease_q - age_q)));
      i_end: assert (state == IDLE || limit_reg == end_q);
      i_reached: assert (reached_q == (left_valid && $signed(left_reg) <= 64'sd0));
      i_near: assert (!left_valid || near_q[0] == ($signed(left_reg) < 64'sd1024));
      i_far: assert (far_q[0] == (left_valid && $signed(left_reg) >= 64'sd2048) &&
                     far_reg == far_q[1] && !(far_q[1] && near_q[1]));
      i_once: assert (ap_idle ? state == IDLE || !once_reg : once_reg == once_q);
      i_reset_idle: assert (!soft_reset || state == IDLE);
      i_reset: assert (reset_reg == accepted_q);
      i_why: assert (state != QUIESCING || (why >= QUIESCED && why <= BAD_CONSUMER && (
                     !lease_ended_q || why == LEASE_EXPIRED || why >= BAD_RESPONSE)));
      i_limit_ended: assert (state != QUIESCING || why >= BAD_RESPONSE ||
                             limit_ended_q == (why == LIMIT_REACHED));
      i_state: assert (reset_q || state_q <= BAD_CONSUMER);
    end
  end
`endif

endmodule
