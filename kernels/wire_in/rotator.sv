// Brings the bytes of a message, wherever they start in two beats, to the front.
//
// Two stages, 2 cycles: first by groups of 8 bytes, then by bytes; a single 128:1 choice would be
// too deep.
module rotator #(
  parameter int PieceBytes = 50
) (
  input  logic                    clk_i,

  input  logic [1023:0]           window_i,
  input  logic [6:0]              start_i,

  output logic [8*PieceBytes-1:0] piece_next_o,  // a cycle early, not registered
  output logic [8*PieceBytes-1:0] piece_o
);

  localparam int COARSE_BYTES = PieceBytes + 7;

  // Each `if` is one level of two-way choices, two of which make a LUT.
  logic [1023:0] window;
  logic [8*COARSE_BYTES-1:0] coarse_q;
  logic [2:0] shift_q;

  always_comb begin
    window = window_i;
    if (start_i[6]) window = window >> 512;
    if (start_i[5]) window = window >> 256;
    if (start_i[4]) window = window >> 128;
    if (start_i[3]) window = window >> 64;
  end

  logic [8*COARSE_BYTES-1:0] fine;
  always_comb begin
    fine = coarse_q;
    if (shift_q[2]) fine = fine >> 32;
    if (shift_q[1]) fine = fine >> 16;
    if (shift_q[0]) fine = fine >> 8;
  end
  assign piece_next_o = fine[8*PieceBytes-1:0];

  always_ff @(posedge clk_i) begin
    coarse_q <= window[8*COARSE_BYTES-1:0];
    shift_q <= start_i[2:0];
    piece_o <= piece_next_o;
  end

endmodule
