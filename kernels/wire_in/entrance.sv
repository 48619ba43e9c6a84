// The entrance: frames from the MAC, which cannot be stalled, are let in whole or dropped whole.
//
// A frame is admitted at its first beat, if the buffer then has room for the longest frame there
// is; so what was begun is never cut for want of room. A frame longer than that is cut, and marked
// as such. A frame that is under way when a reset ends was not seen from its start: it is dropped
// as well, to its end.
//
// Admitted beats go two ways: to the verdict, which never stalls, and through the buffer to the
// walk, which does. Drops are counted, and the next admitted frame says how many there were.
//
// Latency: 1 cycle on both ways, when the buffer is empty.
module entrance #(
  parameter int DataBytes = 64,
  parameter int BufferBeatsLog2 = 11,
  parameter int FrameBeatsMax = 150  // 9,600 bytes
) (
  input  logic                         clk_i,
  input  logic                         rst_i,

  input  logic                         rx_valid_i,
  output logic                         rx_ready_o,
  input  logic [8*DataBytes-1:0]       rx_data_i,
  input  logic [DataBytes-1:0]         rx_keep_i,
  input  logic                         rx_last_i,
  input  logic                         rx_bad_i,

  input  logic [63:0]                  time_i,
  input  logic                         admit_i,

  output logic                         arrival_valid_o,
  output logic [8*DataBytes-1:0]       arrival_data_o,
  output logic                         arrival_first_o,
  output logic                         arrival_last_o,
  output logic [$clog2(DataBytes)-1:0] arrival_last_index_o,
  output logic                         arrival_bad_o,
  output logic                         arrival_too_long_o,

  output logic                         beat_valid_o,
  input  logic                         beat_ready_i,
  output logic [8*DataBytes-1:0]       beat_data_o,
  output logic                         beat_first_o,
  output logic                         beat_last_o,
  output logic [$clog2(DataBytes)-1:0] beat_last_index_o,
  output logic [63:0]                  beat_time_o,
  output logic [23:0]                  beat_drops_o,

  output logic                         drop_full_o,
  output logic                         drop_disabled_o
);

  localparam int INDEX_BITS = $clog2(DataBytes);
  localparam int BEATS_BITS = $clog2(FrameBeatsMax + 1);
  // The level is a cycle old when it is looked at, and one beat may be on its way.
  localparam int LEVEL_MAX = 2 ** BufferBeatsLog2 - FrameBeatsMax - 4;

  logic inside_q;   // within a frame of the wire
  logic cut_q;      // … that was dropped, or whose rest is
  logic room_q;
  logic [BEATS_BITS-1:0] beats_q;  // of the admitted frame, so far
  logic [23:0] drops_q;
  logic [BufferBeatsLog2+1:0] level;
  logic buffer_ready;

  // The wire does not wait for a reset.
  assign rx_ready_o = 1'b1;

  wire arrives = rx_valid_i;
  wire first = arrives && !inside_q;
  wire admitted = first && admit_i && room_q;
  wire take = (admitted || (arrives && inside_q && !cut_q)) && !rst_i;
  wire too_long = take && !first && !rx_last_i && beats_q == BEATS_BITS'(FrameBeatsMax - 1);
  wire last = rx_last_i || too_long;

  // Kept bytes are contiguous: a bit of the last one's index is set where keep ends between a place
  // at which that bit rises and the next at which it falls. Bit b rises at odd multiples of 2^b.
  logic [INDEX_BITS-1:0] last_index;
  for (genvar b = 0; b < INDEX_BITS; b++) begin : g_index
    localparam logic [DataBytes-1:0] RISES =
        {(DataBytes >> (b + 1)){(2 << b)'(64'd1 << (1 << b))}};
    assign last_index[b] = |(rx_keep_i & ~(rx_keep_i >> (1 << b)) & RISES);
  end

  // As the FPGA comes up; a reset does not end the wire's frame.
  initial inside_q = 1'b0;

  always_ff @(posedge clk_i) begin
    if (arrives) begin
      inside_q <= !rx_last_i;
      cut_q <= first ? !admitted : cut_q || too_long;
    end
    if (take) beats_q <= first ? BEATS_BITS'(1) : beats_q + BEATS_BITS'(1);
    room_q <= level <= (BufferBeatsLog2 + 2)'(LEVEL_MAX);

    drop_full_o <= first && admit_i && !room_q;
    drop_disabled_o <= first && !admit_i;
    if (admitted) drops_q <= '0;
    else if (first && admit_i && drops_q != '1) drops_q <= drops_q + 24'd1;

    if (rst_i) begin
      cut_q <= 1'b1;
      room_q <= 1'b0;
      drops_q <= '0;
      drop_full_o <= 1'b0;
      drop_disabled_o <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    arrival_valid_o <= take;
    arrival_data_o <= rx_data_i;
    arrival_first_o <= first;
    arrival_last_o <= last;
    arrival_last_index_o <= last_index;
    arrival_bad_o <= rx_bad_i;
    arrival_too_long_o <= too_long;
  end

  deep_fifo #(
    .Width(8 * DataBytes + 2 + INDEX_BITS + 64 + 24),
    .DepthLog2(BufferBeatsLog2)
  ) i_buffer (
    .clk_i, .rst_i,
    .valid_i(take),
    .ready_o(buffer_ready),
    .data_i({rx_data_i, first, last, last_index, time_i, drops_q}),
    .valid_o(beat_valid_o),
    .ready_i(beat_ready_i),
    .data_o({beat_data_o, beat_first_o, beat_last_o, beat_last_index_o, beat_time_o,
             beat_drops_o}),
    .level_o(level)
  );

  // What was admitted has room.
  always_ff @(posedge clk_i) begin
    if (!rst_i) assert (!take || buffer_ready);
  end

endmodule
