// Starts and stops the kernel, at frame boundaries, and never leaves it writing for a dead host.
//
// Running needs the host's word (enable, or ap_start) and, where a lease is set, a heartbeat within
// it. A stop, whoever wants it, first lets the frame at hand finish, then every burst that was
// announced, then tells. What has stopped for an error or an expired lease stays so until the host
// has taken enable back (or reset the kernel) and set it again.
module control (
  input  logic        clk_i,
  input  logic        rst_i,

  input  logic        enable_i,
  input  logic        quiesce_i,
  input  logic        ap_start_i,        // strobe
  input  logic        soft_reset_i,      // strobe; obeyed only while nothing runs
  input  logic        heartbeat_i,       // strobe
  input  logic [31:0] lease_cycles_i,    // 0: none
  input  logic [63:0] slot_limit_i,      // 0: none
  input  logic [63:0] sequence_i,        // of the next slot
  input  logic [63:0] start_sequence_i,
  input  logic        frame_boundary_i,
  input  logic        drained_i,
  input  logic [2:0]  error_i,           // of the ring writer

  output logic        admit_o,           // frames may come in
  output logic        run_o,             // frames may become slots
  output logic        careful_o,         // … one by one: the slot limit may be next
  output logic        start_o,           // pulse: the ring starts anew
  output logic        soft_reset_o,
  output logic [3:0]  state_o,
  output logic        ap_done_o,         // pulse
  output logic        ap_idle_o,
  output logic        ap_ready_o         // pulse
);

  localparam logic [3:0] IDLE = 4'd0;
  localparam logic [3:0] RUNNING = 4'd1;
  localparam logic [3:0] QUIESCING = 4'd2;
  localparam logic [3:0] QUIESCED = 4'd3;
  localparam logic [3:0] LEASE_EXPIRED = 4'd4;
  localparam logic [3:0] LIMIT_REACHED = 4'd5;
  localparam logic [3:0] BAD_RESPONSE = 4'd6;
  localparam logic [3:0] BAD_CONSUMER = 4'd7;

  logic [3:0] state_q;
  logic [3:0] why_q;      // what a stop will end in
  logic [31:0] lease_q;
  logic [31:0] lease_cycles_q;
  logic [63:0] limit_q;   // the sequence at which to stop
  logic [63:0] left_q;    // slots until then
  logic left_valid_q;
  logic far_q;            // more than a frame can have
  logic once_q;           // started by ap_start
  logic [2:0] reset_q;

  wire lease_over = lease_cycles_q != '0 && lease_cycles_i == lease_cycles_q && lease_q == '0;
  wire limit_over = slot_limit_i != '0 && left_valid_q && (left_q == '0 || left_q[63]);
  wire stopped = frame_boundary_i && drained_i;
  wire at_rest = state_q != RUNNING && state_q != QUIESCING;
  wire may_start = state_q == IDLE && !quiesce_i && !lease_over && !soft_reset_o;
  wire resets = soft_reset_i && at_rest && (stopped || (error_i != '0 && drained_i));
  wire begins = may_start && (enable_i || ap_start_i);

  always_ff @(posedge clk_i) begin
    start_o <= begins;
    ap_done_o <= 1'b0;
    case (state_q)
      IDLE: if (begins) begin
        state_q <= RUNNING;
        once_q <= ap_start_i;
        limit_q <= start_sequence_i + slot_limit_i;
      end
      RUNNING: begin
        why_q <= error_i == 3'd1 ? BAD_RESPONSE : error_i == 3'd2 ? BAD_CONSUMER :
                 lease_over ? LEASE_EXPIRED : limit_over ? LIMIT_REACHED :
                 QUIESCED;
        if (error_i != '0 || lease_over || limit_over || quiesce_i ||
            (!enable_i && !once_q))
          state_q <= QUIESCING;
      end
      // A ring in error never comes to a frame boundary: what matters is that nothing is under way.
      QUIESCING: if (drained_i && (frame_boundary_i || error_i != '0)) begin
        state_q <= error_i == 3'd1 ? BAD_RESPONSE : error_i == 3'd2 ? BAD_CONSUMER : why_q;
        ap_done_o <= 1'b1;
        once_q <= 1'b0;
      end
      QUIESCED: begin
        if (lease_over) state_q <= LEASE_EXPIRED;
        else if (!quiesce_i) state_q <= enable_i ? RUNNING : IDLE;
      end
      LIMIT_REACHED: if (!enable_i) state_q <= IDLE;
      LEASE_EXPIRED: if (!enable_i && !lease_over) state_q <= IDLE;
      default: state_q <= state_q;  // errors: only a reset helps
    endcase

    // A sum of 64 bits is too slow to be asked in its own cycle; the sequencer waits where it
    // counts.
    left_q <= limit_q - sequence_i;
    left_valid_q <= state_q == RUNNING && !start_o;
    far_q <= left_valid_q && left_q[62:11] != '0 && !left_q[63];

    // A lease begins when it is set, and anew with each heartbeat.
    lease_cycles_q <= lease_cycles_i;
    if (heartbeat_i || lease_cycles_i != lease_cycles_q) lease_q <= lease_cycles_i;
    else if (lease_q != '0) lease_q <= lease_q - 32'd1;

    reset_q <= {reset_q[1:0], resets};
    if (resets || soft_reset_o) begin  // … wins over a start in the same cycle
      state_q <= IDLE;
      start_o <= 1'b0;
    end

    if (rst_i) begin
      state_q <= IDLE;
      once_q <= 1'b0;
      reset_q <= '0;
      start_o <= 1'b0;
      left_valid_q <= 1'b0;
      far_q <= 1'b0;
      ap_done_o <= 1'b0;
      lease_q <= '0;
      lease_cycles_q <= '0;
    end
  end

  assign soft_reset_o = |reset_q;
  assign admit_o = state_q == RUNNING;
  assign careful_o = slot_limit_i != '0 && !far_q;
  assign run_o = state_q == RUNNING && !start_o;
  assign state_o = state_q;
  assign ap_idle_o = at_rest;
  assign ap_ready_o = ap_done_o;

endmodule
