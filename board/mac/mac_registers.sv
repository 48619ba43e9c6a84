// The registers of the MAC kernel: AXI4-Lite on one side, wires on the other. Nothing here waits
// for the MAC's clock, which stands still where there is no reference clock.
//
// A write is answered 2 cycles after address and data are here, a read 3 cycles after its address.
module mac_registers #(
  parameter int Counters = 12
) (
  input  logic                   clk_i,
  input  logic                   rst_i,

  input  logic                   s_axi_control_awvalid,
  output logic                   s_axi_control_awready,
  input  logic [11:0]            s_axi_control_awaddr,
  input  logic                   s_axi_control_wvalid,
  output logic                   s_axi_control_wready,
  input  logic [31:0]            s_axi_control_wdata,
  input  logic [3:0]             s_axi_control_wstrb,
  output logic                   s_axi_control_bvalid,
  input  logic                   s_axi_control_bready,
  output logic [1:0]             s_axi_control_bresp,
  input  logic                   s_axi_control_arvalid,
  output logic                   s_axi_control_arready,
  input  logic [11:0]            s_axi_control_araddr,
  output logic                   s_axi_control_rvalid,
  input  logic                   s_axi_control_rready,
  output logic [31:0]            s_axi_control_rdata,
  output logic [1:0]             s_axi_control_rresp,

  output logic                   loopback_o,
  output logic                   fec_off_o,
  output logic                   restart_o,   // strobe
  input  logic [31:0]            status_i,
  input  logic [31:0]            lanes_i,
  input  logic [64*Counters-1:0] counters_i   // from MAC_CYCLES on
);

  localparam logic [31:0] IDENTITY = 32'h57424D43;

  // ── Writes ─────────────────────────────────────────────────────────────────────────────────────

  logic address_here_q, data_here_q;
  logic whole_q;  // all bytes of the word are strobed: others change nothing
  logic [9:0] write_word_q;
  logic [1:0] write_data_q;

  // Not ready in reset: a transfer then would be lost.
  assign s_axi_control_awready = !rst_i && !address_here_q;
  assign s_axi_control_wready = !rst_i && !data_here_q;
  assign s_axi_control_bresp = 2'b00;

  wire answered = s_axi_control_bvalid && s_axi_control_bready;
  wire complete = address_here_q && data_here_q && !s_axi_control_bvalid;
  wire [11:0] write_address = {write_word_q, 2'b00};
  wire to_control = complete && whole_q && write_address == mac_regs_pkg::CONTROL;
  wire to_restart = complete && whole_q && write_address == mac_regs_pkg::RESTART;

  always_ff @(posedge clk_i) begin
    if (s_axi_control_awvalid && s_axi_control_awready) begin
      address_here_q <= 1'b1;
      write_word_q <= s_axi_control_awaddr[11:2];
    end
    if (s_axi_control_wvalid && s_axi_control_wready) begin
      data_here_q <= 1'b1;
      write_data_q <= s_axi_control_wdata[1:0];
      whole_q <= s_axi_control_wstrb == 4'hF;
    end
    if (complete) s_axi_control_bvalid <= 1'b1;
    if (answered) begin
      s_axi_control_bvalid <= 1'b0;
      address_here_q <= 1'b0;
      data_here_q <= 1'b0;
    end
    if (to_control) {fec_off_o, loopback_o} <= write_data_q;
    restart_o <= to_control || to_restart;
    if (rst_i) begin
      address_here_q <= 1'b0;
      data_here_q <= 1'b0;
      s_axi_control_bvalid <= 1'b0;
      {fec_off_o, loopback_o} <= '0;
      restart_o <= 1'b0;
    end
  end

  // ── Reads ──────────────────────────────────────────────────────────────────────────────────────

  logic [1:0] reading_q;  // one-hot: cycles since the address came
  logic [9:0] read_word_q;
  logic [31:0] plain_q, high_q;
  logic [63:0] counter_q;
  logic is_counter_q;

  assign s_axi_control_arready = !rst_i && reading_q == '0 && !s_axi_control_rvalid;
  assign s_axi_control_rresp = 2'b00;

  wire [11:0] read_address = {read_word_q, 2'b00};
  wire is_high = read_word_q[0];

  always_ff @(posedge clk_i) begin
    reading_q <= {reading_q[0], s_axi_control_arvalid && s_axi_control_arready};
    if (s_axi_control_arvalid && s_axi_control_arready)
      read_word_q <= s_axi_control_araddr[11:2];

    case (read_address)
      mac_regs_pkg::IDENTITY: plain_q <= IDENTITY;
      mac_regs_pkg::VERSION: plain_q <= 32'(mac_regs_pkg::MAP_VERSION);
      mac_regs_pkg::CONTROL: plain_q <= {30'd0, fec_off_o, loopback_o};
      mac_regs_pkg::STATUS: plain_q <= status_i;
      mac_regs_pkg::LANES: plain_q <= lanes_i;
      default: plain_q <= '0;
    endcase
    is_counter_q <= 1'b0;
    counter_q <= '0;
    for (int i = 0; i < Counters; i++) begin
      if (read_word_q[9:1] == mac_regs_pkg::MAC_CYCLES[11:3] + 9'(i)) begin
        is_counter_q <= 1'b1;
        counter_q <= counters_i[64*i +: 64];
      end
    end

    if (reading_q[1]) begin
      s_axi_control_rvalid <= 1'b1;
      s_axi_control_rdata <= !is_counter_q ? plain_q : is_high ? high_q : counter_q[31:0];
      // Reads of others may come between the two of a value.
      if (is_counter_q && !is_high) high_q <= counter_q[63:32];
    end
    if (s_axi_control_rvalid && s_axi_control_rready) s_axi_control_rvalid <= 1'b0;
    if (rst_i) begin
      reading_q <= '0;
      s_axi_control_rvalid <= 1'b0;
    end
  end

endmodule
