// Replays a recording of the kernel's ports (hw-sim/harness/recorder.hpp) and compares every output
// in every cycle. A second simulator, and one that knows X: what Verilator has as 0 because nobody
// set it is unknown here, and an unknown that reaches an output is an error. Payload counts only
// where its valid is high.
module replay;

  integer file, cycle, errors, got;
  logic clk;
  logic [1169:0] in;
  logic [1279:0] want;

  logic ap_rst_n;
  logic c_awvalid, c_wvalid, c_bready, c_arvalid, c_rready;
  logic [11:0] c_awaddr, c_araddr;
  logic [31:0] c_wdata;
  logic [3:0] c_wstrb;
  logic awready, wready, bvalid, bid, arready, rvalid, rlast, rid;
  logic [1:0] bresp, rresp;
  logic [511:0] rdata, rx_tdata;
  logic rx_tvalid, rx_tlast, rx_tuser, tx_tready;
  logic [63:0] rx_tkeep;

  assign {ap_rst_n, c_awvalid, c_awaddr, c_wvalid, c_wdata, c_wstrb, c_bready, c_arvalid, c_araddr,
          c_rready, awready, wready, bvalid, bresp, bid, arready, rvalid, rdata, rresp, rlast, rid,
          rx_tvalid, rx_tdata, rx_tkeep, rx_tlast, rx_tuser, tx_tready} = in;

  logic c_awready, c_wready, c_bvalid, c_arready, c_rvalid;
  logic [31:0] c_rdata;
  logic awvalid, awid, wvalid, wlast, bready, arvalid, arid, rready, rx_tready, tx_tvalid, tx_tlast;
  logic [63:0] awaddr, araddr, tx_tkeep;
  logic [7:0] awlen, arlen;
  logic [511:0] wdata, tx_tdata;

  wirebook_kernel dut (
    .ap_clk(clk), .ap_rst_n,
    .s_axi_control_awvalid(c_awvalid), .s_axi_control_awready(c_awready),
    .s_axi_control_awaddr(c_awaddr),
    .s_axi_control_wvalid(c_wvalid), .s_axi_control_wready(c_wready),
    .s_axi_control_wdata(c_wdata), .s_axi_control_wstrb(c_wstrb),
    .s_axi_control_bvalid(c_bvalid), .s_axi_control_bready(c_bready),
    .s_axi_control_arvalid(c_arvalid), .s_axi_control_arready(c_arready),
    .s_axi_control_araddr(c_araddr),
    .s_axi_control_rvalid(c_rvalid), .s_axi_control_rready(c_rready),
    .s_axi_control_rdata(c_rdata),
    .m_axi_awvalid(awvalid), .m_axi_awready(awready), .m_axi_awaddr(awaddr), .m_axi_awlen(awlen),
    .m_axi_awid(awid),
    .m_axi_wvalid(wvalid), .m_axi_wready(wready), .m_axi_wdata(wdata), .m_axi_wlast(wlast),
    .m_axi_bvalid(bvalid), .m_axi_bready(bready), .m_axi_bresp(bresp), .m_axi_bid(bid),
    .m_axi_arvalid(arvalid), .m_axi_arready(arready), .m_axi_araddr(araddr), .m_axi_arlen(arlen),
    .m_axi_arid(arid),
    .m_axi_rvalid(rvalid), .m_axi_rready(rready), .m_axi_rdata(rdata), .m_axi_rresp(rresp),
    .m_axi_rlast(rlast), .m_axi_rid(rid),
    .s_axis_rx_tvalid(rx_tvalid), .s_axis_rx_tready(rx_tready), .s_axis_rx_tdata(rx_tdata),
    .s_axis_rx_tkeep(rx_tkeep), .s_axis_rx_tlast(rx_tlast), .s_axis_rx_tuser(rx_tuser),
    .m_axis_tx_tvalid(tx_tvalid), .m_axis_tx_tready(tx_tready), .m_axis_tx_tdata(tx_tdata),
    .m_axis_tx_tkeep(tx_tkeep), .m_axis_tx_tlast(tx_tlast)
  );

  // What is not valid is not compared: both sides get what was recorded.
  wire [1279:0] said = {
    c_awready, c_wready, c_bvalid, c_arready, c_rvalid, c_rvalid ? c_rdata : want[1274:1243],
    awvalid, awvalid ? {awaddr, awlen, awid} : want[1241:1169],
    wvalid, wvalid ? {wdata, wlast} : want[1167:655],
    bready, arvalid, arvalid ? {araddr, arlen, arid} : want[652:580],
    rready, rx_tready, tx_tvalid, tx_tvalid ? {tx_tdata, tx_tkeep, tx_tlast} : want[576:0]};

  initial begin
    file = $fopen("kernel.recording", "r");
    if (file == 0) begin
      $display("kernel.recording is not here");
      $finish;
    end
    clk = 0;
    errors = 0;
    cycle = 0;
    got = $fscanf(file, "%h %h\n", in, want);
    while (got == 2 && errors < 5) begin
      #1;
      // The first cycles of reset come before the first clock.
      if (cycle > 8 && said !== want) begin
        $display("cycle %0d: kernel %h, recorded %h", cycle, said, want);
        errors = errors + 1;
      end
      clk = 1;
      #1 clk = 0;
      cycle = cycle + 1;
      got = $fscanf(file, "%h %h\n", in, want);
    end
    if (errors == 0) $display("%0d cycles replayed, all outputs equal", cycle);
    $finish;
  end

endmodule
