// Sends whole frames: takes the cell's header away, 8 bytes, and puts the beats together anew.
//
// Beat k of the frame is the end of the cell's beat k and the start of the next. Beats are asked of
// the place a cycle ahead, as long as the queue before the wire has room; so a frame that has begun
// goes out without a pause, unless the wire makes one. One beat a cycle.
module frame_out (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic         frame_valid_i,
  output logic         frame_ready_o,
  input  logic [10:0]  frame_bytes_i,
  output logic [4:0]   frame_beat_o,
  input  logic [511:0] frame_data_i,

  output logic         tx_valid_o,
  input  logic         tx_ready_i,
  output logic [511:0] tx_data_o,
  output logic [63:0]  tx_keep_o,
  output logic         tx_last_o,

  output logic         idle_o,        // nothing has begun that has not ended
  output logic         count_sent_o
);

  logic [5:0] asked_q;      // beats of the cell
  logic [5:0] beats_q;      // of the frame
  logic [5:0] tail_q;       // bytes in its last beat, 0: all
  logic busy_q;
  logic answer_q, answer_first_q, answer_last_q;
  logic [447:0] before_q;   // of the cell's beat before, what is not header
  logic queue_ready;
  logic [5:0] level;

  wire room = level < 6'd12;
  wire ask = busy_q && asked_q <= beats_q && room;
  wire last_ask = asked_q == beats_q;

  assign frame_beat_o = asked_q[4:0];
  assign frame_ready_o = busy_q && ask && last_ask;

  wire [63:0] last_keep = {64{tail_q == '0}} | ~(64'hFFFF_FFFF_FFFF_FFFF << tail_q);

  always_ff @(posedge clk_i) begin
    if (!busy_q && frame_valid_i && !answer_q) begin
      busy_q <= 1'b1;
      asked_q <= '0;
      beats_q <= 6'(({1'b0, frame_bytes_i} + 12'd63) >> 6);
      tail_q <= frame_bytes_i[5:0];
    end
    if (ask) begin
      asked_q <= asked_q + 6'd1;
      if (last_ask) busy_q <= 1'b0;
    end
    answer_q <= ask;
    answer_first_q <= asked_q == '0;
    answer_last_q <= last_ask;
    if (answer_q) before_q <= frame_data_i[511:64];
    count_sent_o <= tx_valid_o && tx_ready_i && tx_last_o;
    if (rst_i) begin
      busy_q <= 1'b0;
      answer_q <= 1'b0;
      count_sent_o <= 1'b0;
    end
    if (!rst_i) assert (!answer_q || queue_ready);
  end

  fifo #(.Width(577), .DepthLog2(4)) i_queue (
    .clk_i, .rst_i,
    .valid_i(answer_q && !answer_first_q), .ready_o(queue_ready),
    .data_i({answer_last_q, answer_last_q ? last_keep : 64'hFFFF_FFFF_FFFF_FFFF,
             frame_data_i[63:0], before_q}),
    .valid_o(tx_valid_o), .ready_i(tx_ready_i), .data_o({tx_last_o, tx_keep_o, tx_data_o}),
    .level_o(level)
  );

  assign idle_o = !busy_q && !answer_q && level == '0;

endmodule
