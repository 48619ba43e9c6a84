// Outcomes of frames and messages, by the numbers of wirebook/outcome.hpp; a test compares them.
// Those that only software can meet (TCP, files) are not here.
package outcome_pkg;

  localparam logic [5:0] OK = 6'd0;
  localparam logic [5:0] FRAME_FCS = 6'd1;
  localparam logic [5:0] FRAME_TOO_LONG = 6'd2;
  localparam logic [5:0] FRAME_TRUNCATED = 6'd3;
  localparam logic [5:0] VLAN_TOO_DEEP = 6'd4;
  localparam logic [5:0] FRAME_NOT_IPV4 = 6'd5;
  localparam logic [5:0] IPV4_TRUNCATED = 6'd6;
  localparam logic [5:0] IPV4_VERSION = 6'd7;
  localparam logic [5:0] IPV4_HEADER_LENGTH = 6'd8;
  localparam logic [5:0] IPV4_TOTAL_LENGTH = 6'd9;
  localparam logic [5:0] IPV4_CHECKSUM = 6'd10;
  localparam logic [5:0] IPV4_FRAGMENT = 6'd11;
  localparam logic [5:0] IPV4_PROTOCOL = 6'd12;
  localparam logic [5:0] UDP_TRUNCATED = 6'd13;
  localparam logic [5:0] UDP_LENGTH = 6'd14;
  localparam logic [5:0] UDP_CHECKSUM = 6'd15;
  localparam logic [5:0] UDP_NOT_OURS = 6'd16;
  localparam logic [5:0] MOLD_TRUNCATED = 6'd24;
  localparam logic [5:0] MOLD_SEQUENCE = 6'd25;
  localparam logic [5:0] MOLD_BLOCK_TRUNCATED = 6'd26;
  localparam logic [5:0] MOLD_TRAILING_BYTES = 6'd27;
  localparam logic [5:0] MOLD_AFTER_END = 6'd28;
  localparam logic [5:0] MOLD_OTHER_SESSION = 6'd29;
  localparam logic [5:0] MOLD_DUPLICATE = 6'd30;
  localparam logic [5:0] MOLD_GAP = 6'd31;
  localparam logic [5:0] MOLD_HEARTBEAT = 6'd32;
  localparam logic [5:0] MOLD_END_OF_SESSION = 6'd33;
  localparam logic [5:0] MOLD_EMPTY_BLOCK = 6'd34;
  localparam logic [5:0] ITCH_UNKNOWN_TYPE = 6'd36;
  localparam logic [5:0] ITCH_LENGTH = 6'd37;
  localparam logic [5:0] ITCH_FILTERED = 6'd38;
  localparam logic [5:0] UFO_EMPTY = 6'd39;
  localparam logic [5:0] UFO_UNKNOWN_TYPE = 6'd40;
  localparam logic [5:0] UFO_LENGTH = 6'd41;
  localparam logic [5:0] UFO_UNKNOWN_SOURCE = 6'd43;
  localparam logic [5:0] OUCH_UNKNOWN_TYPE = 6'd49;
  localparam logic [5:0] OUCH_TRUNCATED = 6'd50;
  localparam logic [5:0] OUCH_APPENDAGE_LENGTH = 6'd51;
  localparam logic [5:0] OUCH_APPENDAGE_TOO_LONG = 6'd52;
  localparam logic [5:0] RING_FULL = 6'd55;
  localparam logic [5:0] PUNTED = 6'd56;
  localparam logic [5:0] PUNT_DROPPED = 6'd57;

endpackage
