// Generated from board/mac/registers.toml by kernels/regs/generate.
package mac_regs_pkg;

  localparam int MAP_VERSION = 1;
  localparam logic [11:0] IDENTITY = 12'h010;
  localparam logic [11:0] VERSION = 12'h014;
  localparam logic [11:0] CONTROL = 12'h018;
  localparam logic [11:0] RESTART = 12'h01C;
  localparam logic [11:0] STATUS = 12'h020;
  localparam logic [11:0] LANES = 12'h024;
  localparam logic [11:0] MAC_CYCLES = 12'h040;
  localparam logic [11:0] RX_FRAMES = 12'h048;
  localparam logic [11:0] RX_BAD = 12'h050;
  localparam logic [11:0] RX_DROPPED = 12'h058;
  localparam logic [11:0] TX_FRAMES = 12'h060;
  localparam logic [11:0] TX_UNDERFLOWS = 12'h068;
  localparam logic [11:0] TX_OVERFLOWS = 12'h070;
  localparam logic [11:0] LINK_LOSSES = 12'h078;
  localparam logic [11:0] FEC_CODEWORDS = 12'h080;
  localparam logic [11:0] FEC_CORRECTED = 12'h088;
  localparam logic [11:0] FEC_UNCORRECTED = 12'h090;
  localparam logic [11:0] TX_DROPPED = 12'h098;

endpackage
