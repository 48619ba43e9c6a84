// Brings the link up and takes it down whole, in the MAC's clock.
//
//   restart ─► align ─► up ─► restart …
//
// align: the receiver looks for alignment, the transmitter sends remote fault, which is the order
//        that PG203 asks for; frames neither come nor go.
// up:    frames flow. From the first sign that the receiver has lost its way, or that somebody has
//        reset it: restart.
// restart: receiver, transmitter and the crossing are reset together, so that the rest of a frame
//        that was cut, in any of them, is never taken for the end of the next one.
//
// Received frames are let in from the first whole one on, and once the crossing is out of its
// reset: of a frame whose first beat was not seen, the rest is none.
module mac_link #(
  parameter int RestartCycles = 64,
  parameter int AlignedCycles = 64
) (
  input  logic clk_i,

  input  logic rx_reset_i,       // the core's own word on its halves
  input  logic tx_reset_i,
  input  logic aligned_i,
  input  logic rx_valid_i,
  input  logic rx_last_i,

  output logic core_reset_o,
  output logic rx_enable_o,
  output logic tx_enable_o,
  output logic tx_send_rfi_o,
  output logic crossing_rst_n_o,
  output logic rx_open_o,        // frames flow
  output logic lost_o            // one cycle
);

  localparam int BITS = $clog2(RestartCycles > AlignedCycles ? RestartCycles : AlignedCycles) + 1;
  localparam int CROSSING_CYCLES = 4;  // its reset has gone through

  localparam logic [1:0] RESTART = 2'd0, ALIGN = 2'd1, UP = 2'd2;

  logic [1:0] state_q = RESTART;
  logic [BITS-1:0] count_q = '0;
  logic inside_q = 1'b0;  // a received frame has begun and not ended

  wire good = aligned_i && !rx_reset_i && !tx_reset_i;
  wire restarted = count_q == BITS'(RestartCycles - 1);
  wire settled = count_q == BITS'(AlignedCycles - 1);
  wire crossing_ready = count_q == BITS'(CROSSING_CYCLES);

  always_ff @(posedge clk_i) begin
    if (rx_valid_i) inside_q <= !rx_last_i;
    lost_o <= 1'b0;
    case (state_q)
      RESTART: begin
        count_q <= restarted ? '0 : count_q + BITS'(1);
        if (restarted) state_q <= ALIGN;
        inside_q <= 1'b0;
        rx_open_o <= 1'b0;
      end
      ALIGN: begin
        if (!good) count_q <= '0;
        else if (!settled) count_q <= count_q + BITS'(1);
        else begin
          state_q <= UP;
          count_q <= '0;
        end
      end
      default: begin
        if (!crossing_ready) count_q <= count_q + BITS'(1);
        else if (!inside_q && !rx_valid_i) rx_open_o <= 1'b1;
        if (!good) begin
          state_q <= RESTART;
          count_q <= '0;
          lost_o <= 1'b1;
        end
      end
    endcase

    core_reset_o <= state_q == RESTART;
    rx_enable_o <= state_q != RESTART;
    tx_enable_o <= state_q == UP;
    tx_send_rfi_o <= state_q != UP;
    crossing_rst_n_o <= state_q == UP;
  end

endmodule
