// Writes sealed slots into the ring in host memory, and knows how much room is there.
//
// A slot that finds the queue empty is on AW and W in the next cycle, alone; what is queued behind
// others goes in bursts of up to four, within an aligned 256 bytes, which a ring's end never cuts.
// A burst is announced only when all of its slots are queued, so W never starves, and its
// announcement does not wait for the data of the one before: while one burst is being sent the next
// is planned.
//
// Latency: slot in cycle 6, W in cycle 7. One slot a cycle. An error stops the ring for good.
module ring_writer #(
  parameter int QueueLog2 = 4,
  parameter int FrameSlotsMax = 704,  // room that a frame may need, and what is on its way
  parameter int BurstsLog2 = 6        // bursts that may be without a response
) (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic         start_i,            // take the start sequence
  input  logic [63:0]  start_sequence_i,
  input  logic [63:0]  ring_base_i,        // 4 KiB aligned
  input  logic [4:0]   ring_slots_log2_i,  // at least 10
  input  logic [31:0]  epoch_i,
  input  logic [63:0]  consumer_i,         // all before this sequence are the writer's again
  input  logic         running_i,          // … which a host may set anew while nothing runs

  input  logic         slot_valid_i,
  output logic         slot_ready_o,
  input  logic [479:0] slot_bytes_i,
  input  logic [63:0]  slot_sequence_i,

  output logic         aw_valid_o,
  input  logic         aw_ready_i,
  output logic [63:0]  aw_address_o,
  output logic [7:0]   aw_length_o,
  output logic         w_valid_o,
  input  logic         w_ready_i,
  output logic [511:0] w_data_o,
  output logic         w_last_o,
  input  logic         b_valid_i,
  input  logic [1:0]   b_response_i,

  output logic         credit_ok_o,
  output logic [63:0]  produced_o,         // the next slot to be announced on AW
  output logic [63:0]  acknowledged_o,     // all before it are in memory
  output logic         idle_o,
  output logic [2:0]   error_o
);

  localparam logic [2:0] ERROR_NONE = 3'd0;
  localparam logic [2:0] ERROR_RESPONSE = 3'd1;
  localparam logic [2:0] ERROR_CONSUMER = 3'd2;

  // ── The queue ──────────────────────────────────────────────────────────────────────────────────

  logic [511:0] sealed;
  logic queue_ready, queue_valid;
  logic [QueueLog2+1:0] level;

  seal i_seal (
    .slot_i(slot_bytes_i), .sequence_i(slot_sequence_i), .epoch_i,
    .slots_log2_i(ring_slots_log2_i), .sealed_o(sealed)
  );

  fifo #(.Width(512), .DepthLog2(QueueLog2)) i_queue (
    .clk_i, .rst_i,
    .valid_i(slot_valid_i), .ready_o(queue_ready), .data_i(sealed),
    .valid_o(queue_valid), .ready_i(w_valid_o && w_ready_i), .data_o(w_data_o),
    .level_o(level)
  );

  assign slot_ready_o = queue_ready;

  // ── Bursts ─────────────────────────────────────────────────────────────────────────────────────

  logic [63:0] next_q;        // sequence of the next slot to be announced
  logic [2:0] left_q;         // beats of the burst on W that are still to go
  logic [2:0] later_q;        // beats of the burst behind it, announced already
  logic held_q;               // an announcement that was not taken yet
  logic [1:0] held_length_q;
  logic [63:0] held_address_q;
  logic lengths_ready, lengths_valid;
  logic [BurstsLog2+1:0] unanswered;
  logic [2:0] length_done;

  logic [QueueLog2+1:0] unplanned_q;  // of the queue's slots
  wire [2:0] to_boundary = 3'd4 - {1'b0, next_q[1:0]};
  wire few = unplanned_q < (QueueLog2+2)'(to_boundary);
  wire [2:0] plan_beats = few ? unplanned_q[2:0] : to_boundary;
  wire plan = !held_q && later_q == '0 && unplanned_q != '0 && lengths_ready &&
              error_o == ERROR_NONE && !rst_i;
  wire push = slot_valid_i && slot_ready_o;

  // Addresses by pages of 64 slots: a sum of 52 bits is too slow for every burst, but a page lasts
  // many cycles, so the next one is always known in time.
  logic [25:0] mask_q;            // of a page's place in the ring
  logic [25:0] place_here_q, place_ahead_q;
  logic [51:0] page_here_q, page_ahead_q;
  logic [51:0] page_q;
  logic [2:0] starting_q;
  wire new_page = plan && ({3'd0, plan_beats} + {1'b0, next_q[4:0]}) == 6'd32 && next_q[5];

  always_ff @(posedge clk_i) begin
    mask_q <= ~(26'h3FF_FFFF << (ring_slots_log2_i - 5'd6));
    place_here_q <= next_q[31:6] & mask_q;
    place_ahead_q <= (next_q[31:6] + 26'd1) & mask_q;
    page_here_q <= ring_base_i[63:12] + {26'd0, place_here_q};
    page_ahead_q <= ring_base_i[63:12] + {26'd0, place_ahead_q};
    starting_q <= {starting_q[1:0], start_i};
    if (start_i || starting_q != '0) page_q <= page_here_q;
    else if (new_page) page_q <= page_ahead_q;
    unplanned_q <= unplanned_q + {{(QueueLog2 + 1){1'b0}}, push} -
                   (plan ? (QueueLog2+2)'(plan_beats) : '0);
    if (rst_i) unplanned_q <= '0;
  end

  assign aw_valid_o = held_q || plan;
  assign aw_address_o = held_q ? held_address_q : {page_q, next_q[5:0], 6'd0};
  assign aw_length_o = held_q ? {6'd0, held_length_q} : {6'd0, plan_beats[1:0] - 2'd1};

  // A burst that finds W free starts on it at once.
  wire [2:0] left = left_q != '0 ? left_q : plan ? plan_beats : '0;
  assign w_valid_o = left != '0;
  assign w_last_o = left == 3'd1;
  wire [2:0] left_next = left - {2'd0, w_valid_o && w_ready_i};
  wire [2:0] later = left_q != '0 && plan ? plan_beats : later_q;

  always_ff @(posedge clk_i) begin
    left_q <= left_next != '0 ? left_next : later;
    later_q <= left_next != '0 ? later : '0;
    if (plan) begin
      next_q <= next_q + {61'd0, plan_beats};
      held_length_q <= plan_beats[1:0] - 2'd1;
      held_address_q <= aw_address_o;
    end
    held_q <= aw_valid_o && !aw_ready_i;
    if (start_i) next_q <= start_sequence_i;
    if (rst_i) begin
      left_q <= '0;
      later_q <= '0;
      held_q <= 1'b0;
    end
  end

  // ── Responses ──────────────────────────────────────────────────────────────────────────────────

  fifo #(.Width(3), .DepthLog2(BurstsLog2)) i_lengths (
    .clk_i, .rst_i,
    .valid_i(plan), .ready_o(lengths_ready), .data_i(plan_beats),
    .valid_o(lengths_valid), .ready_i(b_valid_i), .data_o(length_done),
    .level_o(unanswered)
  );

  logic [63:0] acknowledged_q;
  always_ff @(posedge clk_i) begin
    if (b_valid_i && b_response_i == 2'b00 && error_o != ERROR_RESPONSE)
      acknowledged_q <= acknowledged_q + {61'd0, length_done};
    if (start_i) acknowledged_q <= start_sequence_i;
  end

  // ── Credit ─────────────────────────────────────────────────────────────────────────────────────

  logic [63:0] taken_q;     // slots that were handed in
  logic [63:0] consumer_q;
  logic [63:0] used_q;
  logic [31:0] used_max_q;
  logic [32:0] room_q;
  logic overrun_q;
  logic beyond_q;           // the consumer claims what was not announced
  logic started_q;

  always_ff @(posedge clk_i) begin
    if (slot_valid_i && slot_ready_o) taken_q <= taken_q + 64'd1;
    if (start_i) taken_q <= start_sequence_i;
    consumer_q <= consumer_i;
    used_q <= taken_q - consumer_q;
    started_q <= started_q || start_i;
    beyond_q <= started_q && consumer_q > next_q;
    used_max_q <= (32'd1 << ring_slots_log2_i) - 32'(FrameSlotsMax);
    room_q <= {1'b0, used_max_q} - {1'b0, used_q[31:0]};
    overrun_q <= used_q[63:32] != '0;
    credit_ok_o <= !room_q[32] && !overrun_q;
    if (b_valid_i && b_response_i != 2'b00) error_o <= ERROR_RESPONSE;
    else if (beyond_q && running_i && !start_i && error_o == ERROR_NONE) error_o <= ERROR_CONSUMER;
    if (rst_i || start_i) begin
      used_q <= '0;
      beyond_q <= 1'b0;
      overrun_q <= 1'b1;
      consumer_q <= start_sequence_i;
      taken_q <= start_sequence_i;
      credit_ok_o <= 1'b0;
    end
    if (rst_i) begin
      error_o <= ERROR_NONE;
      started_q <= 1'b0;
    end
  end

  assign produced_o = next_q;
  assign acknowledged_o = acknowledged_q;
  assign idle_o = unanswered == '0 && left_q == '0 && !held_q &&
                  (level == '0 || error_o != ERROR_NONE);

  // A response without a burst is the memory's fault; data that is not there would be ours.
  always_ff @(posedge clk_i) begin
    if (!rst_i) begin
      assert (!b_valid_i || lengths_valid);
      assert (!w_valid_o || queue_valid);
    end
  end

endmodule
