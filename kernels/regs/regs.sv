// The registers: AXI4-Lite on one side, wires on the other.
//
// Configuration is one block of plain words, from CONTROL on, that is written and read by index,
// and whose wires are picked out by the generated offsets. Whatever else an address does is a line
// below. A write is answered 2 cycles after address and data are here, a read 4 cycles after its
// address; neither waits for anything else in the kernel.
module regs #(
  parameter logic [31:0] Build = 32'd0,
  parameter int BufferBeatsLog2 = 11
) (
  input  logic         clk_i,
  input  logic         rst_i,

  input  logic         s_axi_control_awvalid,
  output logic         s_axi_control_awready,
  input  logic [11:0]  s_axi_control_awaddr,
  input  logic         s_axi_control_wvalid,
  output logic         s_axi_control_wready,
  input  logic [31:0]  s_axi_control_wdata,
  input  logic [3:0]   s_axi_control_wstrb,
  output logic         s_axi_control_bvalid,
  input  logic         s_axi_control_bready,
  output logic [1:0]   s_axi_control_bresp,
  input  logic         s_axi_control_arvalid,
  output logic         s_axi_control_arready,
  input  logic [11:0]  s_axi_control_araddr,
  output logic         s_axi_control_rvalid,
  input  logic         s_axi_control_rready,
  output logic [31:0]  s_axi_control_rdata,
  output logic [1:0]   s_axi_control_rresp,

  output logic         cfg_enable_o,
  output logic         cfg_quiesce_o,
  output logic         soft_reset_o,      // strobe
  output logic         ap_start_o,        // strobe
  output logic         heartbeat_o,       // strobe
  output logic [63:0]  ring_base_o,
  output logic [4:0]   ring_slots_log2_o,
  output logic [63:0]  start_sequence_o,
  output logic [31:0]  epoch_o,
  output logic [63:0]  slot_limit_o,
  output logic [63:0]  consumer_o,
  output logic [31:0]  lease_cycles_o,
  output logic         set_time_o,        // strobe
  output logic [63:0]  time_o,
  output logic [39:0]  rate_o,
  output logic [31:0]  tick_period_o,
  output logic [63:0]  inject_base_o,
  output logic [4:0]   inject_slots_log2_o,
  output logic [31:0]  inject_produced_o,
  output logic [63:0]  punt_base_o,
  output logic [3:0]   punt_cells_log2_o,
  output logic [31:0]  punt_consumer_o,
  output logic [63:0]  tx_base_o,
  output logic [3:0]   tx_cells_log2_o,
  output logic [31:0]  tx_produced_o,
  output logic [31:0]  local_address_o,
  output logic         order_valid_o,
  output logic [31:0]  order_address_o,
  output logic [15:0]  order_port_o,
  output logic [15:0]  filter_valid_o,
  output logic [511:0] filter_address_o,
  output logic [255:0] filter_port_o,
  output logic         session_write_o,   // strobe
  output logic [10:0]  session_index_o,
  output logic         session_valid_o,
  output logic [31:0]  session_address_o,
  output logic [15:0]  session_port_o,
  output logic [31:0]  session_number_o,
  output logic [431:0] hash_rows_o,
  output logic         locate_write_o,    // strobe
  output logic [10:0]  locate_word_o,
  output logic [31:0]  locate_data_o,
  output logic         snapshot_o,        // strobe

  output logic [6:0]   counter_index_o,
  input  logic [63:0]  counter_value_i,   // 2 cycles later

  input  logic [3:0]   state_i,
  input  logic [7:0]   error_i,
  input  logic         ap_done_i,
  input  logic         ap_idle_i,
  input  logic         ap_ready_i,
  input  logic [63:0]  produced_i,
  input  logic [63:0]  acknowledged_i,
  input  logic [63:0]  now_i,
  input  logic [31:0]  inject_consumed_i,
  input  logic [31:0]  punt_produced_i,
  input  logic [31:0]  tx_consumed_i
);

  localparam logic [31:0] IDENTITY = 32'h57425054;
  localparam logic [31:0] CAPABILITIES = {8'd0, 8'(2 ** BufferBeatsLog2 / 64), 8'd11, 8'd8};

  // ── Writes ─────────────────────────────────────────────────────────────────────────────────────

  logic address_here_q, data_here_q;
  logic whole_q;          // all bytes of the word are strobed: others change nothing
  logic [11:0] write_address_q;
  logic [31:0] write_data_q;

  // Not ready in reset: a transfer then would be lost.
  assign s_axi_control_awready = !rst_i && !address_here_q;
  assign s_axi_control_wready = !rst_i && !data_here_q;
  assign s_axi_control_bresp = 2'b00;

  wire answered = s_axi_control_bvalid && s_axi_control_bready;
  wire complete = address_here_q && data_here_q && !s_axi_control_bvalid;
  wire write = complete && whole_q;

  always_ff @(posedge clk_i) begin
    if (s_axi_control_awvalid && s_axi_control_awready) begin
      address_here_q <= 1'b1;
      write_address_q <= {s_axi_control_awaddr[11:2], 2'b00};
    end
    if (s_axi_control_wvalid && s_axi_control_wready) begin
      data_here_q <= 1'b1;
      write_data_q <= s_axi_control_wdata;
      whole_q <= s_axi_control_wstrb == 4'hF;
    end
    if (complete) s_axi_control_bvalid <= 1'b1;
    if (answered) begin
      s_axi_control_bvalid <= 1'b0;
      address_here_q <= 1'b0;
      data_here_q <= 1'b0;
    end
    if (rst_i) begin
      address_here_q <= 1'b0;
      data_here_q <= 1'b0;
      s_axi_control_bvalid <= 1'b0;
    end
  end

  // ── Configuration ──────────────────────────────────────────────────────────────────────────────

  logic [32*regs_pkg::CONFIG_WORDS-1:0] config_q;
  logic [95:0] interrupt_q;

  always_ff @(posedge clk_i) begin
    if (write) begin
      for (int i = 0; i < regs_pkg::CONFIG_WORDS; i++) begin
        if (regs_pkg::CONFIG_MAPPED[i] && write_address_q == 12'(regs_pkg::CONFIG + 4*i))
          config_q[32*i +: 32] <= write_data_q;
      end
      for (int i = 0; i < 3; i++) begin
        if (write_address_q == 12'(4 + 4*i)) interrupt_q[32*i +: 32] <= write_data_q;
      end
    end
    // What counts with the write of its high half.
    if (write && write_address_q == regs_pkg::CONSUMER + 12'd4)
      consumer_o <= {write_data_q, config_q[regs_pkg::CONSUMER_BIT +: 32]};
    if (write && write_address_q == regs_pkg::TIME + 12'd4)
      time_o <= {write_data_q, config_q[regs_pkg::TIME_BIT +: 32]};
    set_time_o <= write && write_address_q == regs_pkg::TIME + 12'd4;
    heartbeat_o <= write && write_address_q == regs_pkg::HEARTBEAT;
    soft_reset_o <= write && write_address_q == regs_pkg::SOFT_RESET;
    snapshot_o <= write && write_address_q == regs_pkg::SNAPSHOT;
    ap_start_o <= write && write_address_q == regs_pkg::AP_CTRL && write_data_q[0];
    session_write_o <= write && write_address_q == regs_pkg::SESSION_INDEX;
    locate_write_o <= write && write_address_q == regs_pkg::LOCATE_BITS;
    if (rst_i) begin
      config_q <= '0;
      interrupt_q <= '0;
      consumer_o <= '0;
      time_o <= '0;
      set_time_o <= 1'b0;
      heartbeat_o <= 1'b0;
      soft_reset_o <= 1'b0;
      snapshot_o <= 1'b0;
      ap_start_o <= 1'b0;
      session_write_o <= 1'b0;
      locate_write_o <= 1'b0;
    end
  end

  assign cfg_enable_o = config_q[regs_pkg::CONTROL_BIT];
  assign cfg_quiesce_o = config_q[regs_pkg::CONTROL_BIT + 1];
  assign epoch_o = config_q[regs_pkg::EPOCH_BIT +: 32];
  assign ring_base_o = config_q[regs_pkg::RING_BASE_BIT +: 64];
  assign ring_slots_log2_o = config_q[regs_pkg::RING_SLOTS_LOG2_BIT +: 5];
  assign lease_cycles_o = config_q[regs_pkg::LEASE_CYCLES_BIT +: 32];
  assign start_sequence_o = config_q[regs_pkg::START_SEQUENCE_BIT +: 64];
  assign slot_limit_o = config_q[regs_pkg::SLOT_LIMIT_BIT +: 64];
  assign rate_o = config_q[regs_pkg::RATE_BIT +: 40];
  assign tick_period_o = config_q[regs_pkg::TICK_PERIOD_NS_BIT +: 32];
  assign local_address_o = config_q[regs_pkg::LOCAL_ADDRESS_BIT +: 32];
  assign order_address_o = config_q[regs_pkg::ORDER_ADDRESS_BIT +: 32];
  assign order_port_o = config_q[regs_pkg::ORDER_PORT_BIT +: 16];
  assign order_valid_o = config_q[regs_pkg::ORDER_PORT_BIT + 16];
  assign inject_base_o = config_q[regs_pkg::INJECT_BASE_BIT +: 64];
  assign inject_slots_log2_o = config_q[regs_pkg::INJECT_SLOTS_LOG2_BIT +: 5];
  assign inject_produced_o = config_q[regs_pkg::INJECT_PRODUCED_BIT +: 32];
  assign punt_base_o = config_q[regs_pkg::PUNT_BASE_BIT +: 64];
  assign punt_cells_log2_o = config_q[regs_pkg::PUNT_CELLS_LOG2_BIT +: 4];
  assign punt_consumer_o = config_q[regs_pkg::PUNT_CONSUMER_BIT +: 32];
  assign tx_base_o = config_q[regs_pkg::TX_BASE_BIT +: 64];
  assign tx_cells_log2_o = config_q[regs_pkg::TX_CELLS_LOG2_BIT +: 4];
  assign tx_produced_o = config_q[regs_pkg::TX_PRODUCED_BIT +: 32];
  assign session_address_o = config_q[regs_pkg::SESSION_ADDRESS_BIT +: 32];
  assign session_port_o = config_q[regs_pkg::SESSION_PORT_BIT +: 16];
  assign session_valid_o = config_q[regs_pkg::SESSION_PORT_BIT + 16];
  assign session_number_o = config_q[regs_pkg::SESSION_NUMBER_BIT +: 32];
  assign session_index_o = config_q[regs_pkg::SESSION_INDEX_BIT +: 11];
  assign locate_word_o = config_q[regs_pkg::LOCATE_WORD_BIT +: 11];
  assign locate_data_o = config_q[regs_pkg::LOCATE_BITS_BIT +: 32];

  for (genvar i = 0; i < 16; i++) begin : g_filter
    assign filter_address_o[32*i +: 32] =
        config_q[regs_pkg::FILTER_ADDRESS_BIT + 64*i +: 32];
    assign filter_port_o[16*i +: 16] =
        config_q[regs_pkg::FILTER_PORT_BIT + 64*i +: 16];
    assign filter_valid_o[i] = config_q[regs_pkg::FILTER_PORT_BIT + 64*i + 16];
  end
  for (genvar i = 0; i < 9; i++) begin : g_row
    assign hash_rows_o[48*i +: 48] =
        config_q[regs_pkg::HASH_ROW_BIT + 64*i +: 48];
  end

  // ── Reads ──────────────────────────────────────────────────────────────────────────────────────

  logic [3:0] reading_q;  // one-hot: cycles since the address came
  logic [11:0] read_address_q;
  logic [31:0] high_q;    // of the 64-bit value whose low half was read
  logic [31:0] config_word_q;
  logic [63:0] status_q;
  logic done_q;           // ap_done, until it is read

  assign s_axi_control_arready = !rst_i && reading_q == '0 && !s_axi_control_rvalid;
  assign s_axi_control_rresp = 2'b00;
  assign counter_index_o = read_address_q[9:3];

  wire is_counter = read_address_q[11:9] == 3'b010 || read_address_q[11:7] == 5'b01100;
  wire is_high = read_address_q[2];
  wire is_wide = read_address_q == regs_pkg::PRODUCED || read_address_q == regs_pkg::ACKNOWLEDGED ||
                 read_address_q == regs_pkg::NOW;
  wire is_config = read_address_q >= 12'(regs_pkg::CONFIG) &&
                   read_address_q < 12'(regs_pkg::CONFIG + 4*regs_pkg::CONFIG_WORDS);
  wire [31:0] read_offset = {20'd0, read_address_q} - regs_pkg::CONFIG;

  always_ff @(posedge clk_i) begin
    reading_q <= {reading_q[2:0], s_axi_control_arvalid && s_axi_control_arready};
    if (s_axi_control_arvalid && s_axi_control_arready)
      read_address_q <= {s_axi_control_araddr[11:2], 2'b00};

    config_word_q <= config_q[32*read_offset[8:2] +: 32];
    case (read_address_q)
      regs_pkg::AP_CTRL: status_q <= {60'd0, ap_ready_i, ap_idle_i, done_q, !ap_idle_i};
      regs_pkg::GLOBAL_INTERRUPT: status_q <= {32'd0, interrupt_q[31:0]};
      regs_pkg::INTERRUPT_ENABLE: status_q <= {32'd0, interrupt_q[63:32]};
      regs_pkg::INTERRUPT_STATUS: status_q <= {32'd0, interrupt_q[95:64]};
      regs_pkg::IDENTITY: status_q <= {32'd0, IDENTITY};
      regs_pkg::VERSION: status_q <= 64'(regs_pkg::MAP_VERSION);
      regs_pkg::BUILD: status_q <= {32'd0, Build};
      regs_pkg::CAPABILITIES: status_q <= {32'd0, CAPABILITIES};
      regs_pkg::STATE: status_q <= {60'd0, state_i};
      regs_pkg::ERROR: status_q <= {56'd0, error_i};
      regs_pkg::PRODUCED: status_q <= produced_i;
      regs_pkg::ACKNOWLEDGED: status_q <= acknowledged_i;
      regs_pkg::NOW: status_q <= now_i;
      regs_pkg::INJECT_CONSUMED: status_q <= {32'd0, inject_consumed_i};
      regs_pkg::PUNT_PRODUCED: status_q <= {32'd0, punt_produced_i};
      regs_pkg::TX_CONSUMED: status_q <= {32'd0, tx_consumed_i};
      regs_pkg::PRODUCED + 12'd4, regs_pkg::ACKNOWLEDGED + 12'd4,
      regs_pkg::NOW + 12'd4: status_q <= {32'd0, high_q};
      default: status_q <= '0;
    endcase

    if (reading_q[3]) begin
      s_axi_control_rvalid <= 1'b1;
      if (is_config) s_axi_control_rdata <= config_word_q;
      else if (is_counter) s_axi_control_rdata <= is_high ? counter_value_i[63:32] :
                                                            counter_value_i[31:0];
      else begin
        s_axi_control_rdata <= status_q[31:0];
        // Reads of others may come between the two of a value.
        if (is_wide) high_q <= status_q[63:32];
      end
    end
    if (s_axi_control_rvalid && s_axi_control_rready) s_axi_control_rvalid <= 1'b0;

    // Cleared only by a read that tells it: status_q is a cycle older than done_q.
    done_q <= ap_done_i || (done_q && !(reading_q[3] && read_address_q == regs_pkg::AP_CTRL &&
                                        status_q[1]));
    if (rst_i) begin
      reading_q <= '0;
      s_axi_control_rvalid <= 1'b0;
      done_q <= 1'b0;
    end
  end

endmodule
