// regs: the AXI4-Lite handshakes are kept, every read and write is answered within 16 cycles
// whatever the kernel does, and what is written is held.
//
// Of the plain words one is looked at, epoch, and of those that act one, heartbeat: the others are
// made alike. Nothing is assumed but the reset at the start: the host may offer and take back.
module regs_proof (
  input logic        clk_i,
  input logic        rst_i,
  input logic        awvalid,
  input logic [11:0] awaddr,
  input logic        wvalid,
  input logic [31:0] wdata,
  input logic [3:0]  wstrb,
  input logic        bready,
  input logic        arvalid,
  input logic [11:0] araddr,
  input logic        rready,
  input logic [63:0] counter_value_i,
  input logic [3:0]  state_i,
  input logic [7:0]  error_i,
  input logic        ap_done_i,
  input logic        ap_idle_i,
  input logic        ap_ready_i,
  input logic [63:0] produced_i,
  input logic [63:0] acknowledged_i,
  input logic [63:0] now_i,
  input logic [31:0] inject_consumed_i,
  input logic [31:0] punt_produced_i,
  input logic [31:0] tx_consumed_i
);

  localparam logic [11:0] AP_CTRL = 12'h000;
  localparam logic [11:0] HEARTBEAT = 12'h050;
  localparam logic [11:0] EPOCH = 12'h084;
  localparam logic [3:0] WRITE_CYCLES = 4'd1;  // from address and data to the answer
  localparam logic [3:0] READ_CYCLES = 4'd4;

  logic awready, wready, bvalid, arready, rvalid;
  logic [1:0] bresp, rresp;
  logic [31:0] rdata, epoch;
  logic heartbeat;

  regs dut (
    .clk_i, .rst_i,
    .s_axi_control_awvalid(awvalid), .s_axi_control_awready(awready),
    .s_axi_control_awaddr(awaddr), .s_axi_control_wvalid(wvalid), .s_axi_control_wready(wready),
    .s_axi_control_wdata(wdata), .s_axi_control_wstrb(wstrb), .s_axi_control_bvalid(bvalid),
    .s_axi_control_bready(bready), .s_axi_control_bresp(bresp),
    .s_axi_control_arvalid(arvalid), .s_axi_control_arready(arready),
    .s_axi_control_araddr(araddr), .s_axi_control_rvalid(rvalid), .s_axi_control_rready(rready),
    .s_axi_control_rdata(rdata), .s_axi_control_rresp(rresp),
    .heartbeat_o(heartbeat), .epoch_o(epoch),
    .counter_value_i, .state_i, .error_i, .ap_done_i, .ap_idle_i, .ap_ready_i, .produced_i,
    .acknowledged_i, .now_i, .inject_consumed_i, .punt_produced_i, .tx_consumed_i
  );

  logic started_q = 1'b0;
  logic aw_q, w_q, ar_q;           // taken, and not answered
  logic [11:0] write_address_q, read_address_q;
  logic [31:0] write_data_q;
  logic [3:0] strobes_q;
  logic [3:0] write_age_q, read_age_q;  // cycles without an answer
  logic b_stalled_q, r_stalled_q;
  logic [31:0] r_stalled_data_q;
  logic r_new_q;                   // the answer was not there a cycle before

  wire both = aw_q && w_q && !bvalid;
  wire whole = both && strobes_q == 4'hF;

  (* anyconst *) logic [31:0] some;  // a value of epoch
  logic [31:0] epoch_q;
  logic heartbeat_q;
  logic seen_q;                    // epoch had it since the read was taken
  logic done_q;                    // ap_done came, and was not told
  logic must_q;                    // … before the read that is under way
  wire tells = rvalid && read_address_q == AP_CTRL && rdata[1];

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (awvalid && awready) begin
      aw_q <= 1'b1;
      write_address_q <= {awaddr[11:2], 2'b00};
    end
    if (wvalid && wready) begin
      w_q <= 1'b1;
      write_data_q <= wdata;
      strobes_q <= wstrb;
    end
    if (bvalid && bready) begin
      aw_q <= 1'b0;
      w_q <= 1'b0;
    end
    if (arvalid && arready) begin
      ar_q <= 1'b1;
      read_address_q <= {araddr[11:2], 2'b00};
      seen_q <= 1'b0;
      must_q <= done_q;
    end else if (epoch == some) seen_q <= 1'b1;
    if (rvalid && rready) ar_q <= 1'b0;

    write_age_q <= both ? write_age_q + 4'd1 : 4'd0;
    read_age_q <= ar_q && !rvalid ? read_age_q + 4'd1 : 4'd0;
    b_stalled_q <= bvalid && !bready;
    r_stalled_q <= rvalid && !rready;
    r_stalled_data_q <= rdata;
    r_new_q <= !rvalid;
    if (whole && write_address_q == EPOCH) epoch_q <= write_data_q;
    heartbeat_q <= whole && write_address_q == HEARTBEAT;
    done_q <= ap_done_i || (done_q && !(tells && r_new_q));
    if (rst_i) begin
      aw_q <= 1'b0;
      w_q <= 1'b0;
      ar_q <= 1'b0;
      write_age_q <= '0;
      read_age_q <= '0;
      b_stalled_q <= 1'b0;
      r_stalled_q <= 1'b0;
      r_new_q <= 1'b1;
      epoch_q <= '0;
      heartbeat_q <= 1'b0;
      done_q <= 1'b0;
      must_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!started_q) assume (rst_i);
    if (rst_i) begin
      a_not_ready_in_reset: assert (!awready && !wready && !arready);
    end
    if (started_q && !rst_i) begin
      // Who is not waiting for an answer is taken at once, and then is answered soon: within 16.
      a_ready: assert (awready == !aw_q && wready == !w_q && arready == !ar_q);
      a_write_in_time: assert (write_age_q <= WRITE_CYCLES);
      a_read_in_time: assert (read_age_q <= READ_CYCLES);
      // An answer to each, and to nothing else; it stays until it is taken.
      a_write_answer: assert (!bvalid || (aw_q && w_q && bresp == 2'b00));
      a_read_answer: assert (!rvalid || (ar_q && rresp == 2'b00));
      a_write_stable: assert (!b_stalled_q || bvalid);
      a_read_stable: assert (!r_stalled_q || (rvalid && rdata == r_stalled_data_q));
      // What a word holds, what acts, what is told.
      a_held: assert (epoch == epoch_q);
      a_acts: assert (heartbeat == heartbeat_q);
      a_read: assert (!rvalid || read_address_q != EPOCH || rdata != some || seen_q);
      a_done: assert (!rvalid || !must_q || read_address_q != AP_CTRL || rdata[1]);
      cover (rvalid && rready && r_stalled_q && read_address_q == EPOCH && rdata == 32'h1234_5678);
      cover (bvalid && bready && b_stalled_q && rvalid);
      cover (tells && must_q && r_new_q);
      cover (heartbeat);
    end
  end

`ifdef INVARIANTS
  // Registers of the module, tied to these by proof.cfg.
  logic [3:0] reading;
  logic [31:0] config_word;
  logic [63:0] status;
  logic done, whole_here;
  logic [11:0] write_at, read_at;
  logic [31:0] write_what;

  always_ff @(posedge clk_i) begin
    if (started_q && !rst_i) begin
      a_write_regs: assert ((!aw_q || write_at == write_address_q) &&
                            (!w_q || (write_what == write_data_q &&
                                      whole_here == (strobes_q == 4'hF))));
      a_write_age: assert (write_age_q == 4'd0 || !both);
      a_read_regs: assert (!ar_q || read_at == read_address_q);
      a_reading: assert (ar_q == (reading != '0 || rvalid) && (reading == '0 || !rvalid) &&
                         (reading & (reading - 4'd1)) == '0);
      a_read_age: assert (reading[0] ? read_age_q == 4'd0 : reading[1] ? read_age_q == 4'd1 :
                          reading[2] ? read_age_q == 4'd2 : reading[3] ? read_age_q == 4'd3 :
                          !r_new_q || !rvalid || read_age_q == 4'd4);
      a_word: assert (!reading[3] || read_address_q != EPOCH || config_word != some || seen_q);
      a_pending: assert (!done_q || done || (tells && r_new_q));
      a_must: assert (!must_q || reading == '0 || read_address_q != AP_CTRL || done);
      a_status: assert (!must_q || reading[3:1] == '0 || read_address_q != AP_CTRL || status[1]);
    end
  end
`endif

endmodule
