// Fetches the slots that the host itself makes, for the sequencer to merge between frames.
//
// The host writes whole groups into a ring in its memory and rings a doorbell with how many slots
// it has written since the start. Bursts of up to four are read ahead, as far as the buffer has
// room; a group is offered only when all of it is here, so that it never holds up a frame.
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
  logic [31:0] waiting_q;    // … that were announced and not
  logic [2:0] beats_q;
  logic [19:0] mask_q;
  logic [BufferLog2+1:0] reserved_q;

  // ── Reading ahead ──────────────────────────────────────────────────────────────────────────────

  wire [2:0] to_boundary = 3'd4 - {1'b0, asked_q[1:0]};
  wire take = inject_valid_o && inject_ready_i;
  wire asks = ar_valid_o && ar_ready_i;
  wire room = reserved_q <= (BufferLog2+2)'(2 ** BufferLog2 - 4);

  always_ff @(posedge clk_i) begin
    mask_q <= ~(20'hF_FFFF << inject_slots_log2_i);
    waiting_q <= inject_produced_i - asked_q;
    case (mode_q)
      LOOK: if (enable_i && room && waiting_q != '0 && !inject_error_o) begin
        beats_q <= waiting_q < {29'd0, to_boundary} ? waiting_q[2:0] : to_boundary;
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
        waiting_q <= '0;  // as of the next cycle but one
        mode_q <= LOOK;
      end
    endcase
    reserved_q <= reserved_q + (asks ? (BufferLog2+2)'(beats_q) : '0) -
                  {{(BufferLog2 + 1){1'b0}}, take};
    if ((waiting_q >> inject_slots_log2_i) > 32'd1 || (r_valid_i && r_response_i != 2'b00))
      inject_error_o <= 1'b1;
    if (rst_i) begin
      mode_q <= LOOK;
      ar_valid_o <= 1'b0;
      asked_q <= '0;
      waiting_q <= '0;
      reserved_q <= '0;
      inject_error_o <= 1'b0;
    end
  end

  // ── Groups ─────────────────────────────────────────────────────────────────────────────────────

  logic queue_valid, queue_ready;
  logic [BufferLog2+1:0] level;

  fifo #(.Width(512), .DepthLog2(BufferLog2)) i_queue (
    .clk_i, .rst_i,
    .valid_i(r_valid_i), .ready_o(queue_ready), .data_i(r_data_i),
    .valid_o(queue_valid), .ready_i(take), .data_o(inject_bytes_o),
    .level_o(level)
  );

  logic [1:0] left_q;  // extension slots of the group at hand
  wire [1:0] extensions = inject_bytes_o[8*slot_pkg::TAIL_EXTENSION_COUNT +: 2];
  wire whole = level > {{BufferLog2{1'b0}}, extensions};

  assign inject_valid_o = queue_valid && (left_q != '0 || whole);
  assign inject_last_o = left_q == '0 ? extensions == '0 : left_q == 2'd1;

  always_ff @(posedge clk_i) begin
    if (take) begin
      left_q <= left_q == '0 ? extensions : left_q - 2'd1;
      inject_consumed_o <= inject_consumed_o + 32'd1;
    end
    if (rst_i) begin
      left_q <= '0;
      inject_consumed_o <= '0;
    end
    if (!rst_i) assert (!r_valid_i || queue_ready);
  end

  // Nothing asked for is missing.
  assign idle_o = reserved_q == level && !ar_valid_o && mode_q == LOOK;

endmodule
