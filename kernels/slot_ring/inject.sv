// Fetches the slots that the host itself makes, for the sequencer to merge between frames.
//
// The host writes whole groups into a ring in its memory and rings a doorbell with how many slots
// it has written since the start. Bursts of up to four are read ahead, as far as the buffer has
// room; a group is offered only when all of it is here, so that it never holds up a frame.
// A doorbell beyond the ring, or a bad answer, stops this for good: what was asked for by then is
// awaited, and thrown away from the bad answer on.
module inject #(
  parameter int BufferLog2 = 4
) (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic         enable_i,
  input  logic [63:0]  inject_base_i,        // 4 KiB aligned
  input  logic [4:0]   inject_slots_log2_i,  // 6 to 20
  input  logic [31:0]  inject_produced_i,
  output logic [31:0]  inject_consumed_o,

  output logic         ar_valid_o,
  input  logic         ar_ready_i,
  output logic [63:0]  ar_address_o,
  output logic [7:0]   ar_length_o,
  input  logic         r_valid_i,
  input  logic [511:0] r_data_i,
  input  logic [1:0]   r_response_i,

  output logic         inject_valid_o,
  input  logic         inject_ready_i,
  output logic [511:0] inject_bytes_o,
  output logic         inject_last_o,

  output logic         idle_o,
  output logic         inject_error_o
);

  localparam logic [1:0] LOOK = 2'd0;   // is there anything to read?
  localparam logic [1:0] PLACE = 2'd1;  // where?
  localparam logic [1:0] ASK = 2'd2;

  logic [1:0] mode_q;
  logic [31:0] asked_q;      // slots that were asked for
  logic [2:0] waiting_q;     // … that were announced and not, of the four that a burst may hold
  logic stale_q;             // … but as of before the burst that was just asked for
  logic [2:0] beats_q;
  logic [19:0] mask_q;
  logic took_q;              // a slot left the buffer a cycle before
  logic [BufferLog2+1:0] reserved_q;  // places in the buffer
  logic [BufferLog2+1:0] awaited_q;   // beats that were asked for and not answered
  logic [16:0] ahead_low_q;  // slots announced and not handed on, in two steps
  logic [15:0] produced_high_q, consumed_high_q;
  logic [31:0] ahead_q;
  logic [20:0] slots_q;

  // ── Reading ahead ──────────────────────────────────────────────────────────────────────────────

  wire [2:0] announced = inject_produced_i[31:2] == asked_q[31:2] ?
                         {1'b0, inject_produced_i[1:0]} : 3'd4;
  wire take = inject_valid_o && inject_ready_i;
  wire asks = ar_valid_o && ar_ready_i;
  wire bad_answer = r_valid_i && r_response_i != 2'b00;
  // Only while enabled: a doorbell outlives a soft reset, until the host writes it anew.
  wire too_far = enable_i && (ahead_q & ~{12'd0, mask_q}) != '0 && ahead_q != {11'd0, slots_q};
  wire room = reserved_q <= (BufferLog2+2)'(2 ** BufferLog2 - 4);

  always_ff @(posedge clk_i) begin
    mask_q <= ~(20'hF_FFFF << inject_slots_log2_i);
    slots_q <= 21'd1 << inject_slots_log2_i;
    waiting_q <= announced - {1'b0, asked_q[1:0]};
    ahead_low_q <= {1'b0, inject_produced_i[15:0]} - {1'b0, inject_consumed_o[15:0]};
    produced_high_q <= inject_produced_i[31:16];
    consumed_high_q <= inject_consumed_o[31:16];
    ahead_q <= {produced_high_q - consumed_high_q - {15'd0, ahead_low_q[16]}, ahead_low_q[15:0]};
    stale_q <= asks;
    case (mode_q)
      LOOK: if (enable_i && room && waiting_q != '0 && !stale_q && !inject_error_o) begin
        beats_q <= waiting_q;
        mode_q <= PLACE;
      end
      PLACE: begin
        ar_address_o <= inject_base_i + {38'd0, asked_q[19:0] & mask_q, 6'd0};
        ar_length_o <= {5'd0, beats_q - 3'd1};
        ar_valid_o <= 1'b1;
        mode_q <= ASK;
      end
      default: if (asks) begin
        ar_valid_o <= 1'b0;
        asked_q <= asked_q + {29'd0, beats_q};
        mode_q <= LOOK;
      end
    endcase
    took_q <= take;
    reserved_q <= reserved_q + (asks ? (BufferLog2+2)'(beats_q) : '0) -
                  {{(BufferLog2 + 1){1'b0}}, took_q};
    awaited_q <= awaited_q + (asks ? (BufferLog2+2)'(beats_q) : '0) -
                 {{(BufferLog2 + 1){1'b0}}, r_valid_i};
    if (too_far || bad_answer) inject_error_o <= 1'b1;
    if (rst_i) begin
      mode_q <= LOOK;
      ar_valid_o <= 1'b0;
      asked_q <= '0;
      waiting_q <= '0;
      stale_q <= 1'b0;
      ahead_low_q <= '0;
      produced_high_q <= '0;
      consumed_high_q <= '0;
      ahead_q <= '0;
      took_q <= 1'b0;
      reserved_q <= '0;
      awaited_q <= '0;
      inject_error_o <= 1'b0;
    end
  end

  // ── Groups ─────────────────────────────────────────────────────────────────────────────────────

  wire keep = r_valid_i && !bad_answer && !inject_error_o;
  logic queue_valid, queue_ready;
  logic [BufferLog2+1:0] level;
  logic [BufferLog2+1:0] here_q;  // the level, without the sum that makes it

  fifo #(.Width(512), .DepthLog2(BufferLog2)) i_queue (
    .clk_i, .rst_i,
    .valid_i(keep), .ready_o(queue_ready), .data_i(r_data_i),
    .valid_o(queue_valid), .ready_i(take), .data_o(inject_bytes_o),
    .level_o(level)
  );

  logic [1:0] left_q;  // extension slots of the group at hand
  wire [1:0] extensions = inject_bytes_o[8*slot_pkg::TAIL_EXTENSION_COUNT +: 2];
  wire whole = here_q > {{BufferLog2{1'b0}}, extensions};

  assign inject_valid_o = queue_valid && (left_q != '0 || whole);
  assign inject_last_o = left_q == '0 ? extensions == '0 : left_q == 2'd1;

  always_ff @(posedge clk_i) begin
    here_q <= here_q + {{(BufferLog2 + 1){1'b0}}, keep} - {{(BufferLog2 + 1){1'b0}}, take};
    if (take) begin
      left_q <= left_q == '0 ? extensions : left_q - 2'd1;
      inject_consumed_o <= inject_consumed_o + 32'd1;
    end
    if (rst_i) begin
      here_q <= '0;
      left_q <= '0;
      inject_consumed_o <= '0;
    end
    if (!rst_i) assert (!r_valid_i || (queue_ready && awaited_q != '0));
    if (!rst_i) assert (here_q == level);
  end

  // Nothing asked for is missing.
  assign idle_o = awaited_q == '0 && mode_q == LOOK;

endmodule
