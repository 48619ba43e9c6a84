// The slot, as the kernel writes it: byte offsets of fields, kinds, causes of gaps. The definition
// is wirebook/slot.hpp; a test compares every constant here with it by name.
package slot_pkg;

  // Offsets of the tail.
  localparam int TAIL_KIND = 56;
  localparam int TAIL_EXTENSION_COUNT = 57;
  localparam int TAIL_FLAGS = 58;

  // Offsets within the slot; order entry bodies share them.
  localparam int ENTER_APPENDAGE_BYTES = 10;
  localparam int ENTER_SESSION = 12;
  localparam int ENTER_SYMBOL = 16;
  localparam int ENTER_USER_REF_NUM = 24;
  localparam int ENTER_QUANTITY = 28;
  localparam int ENTER_PRICE = 32;
  localparam int ENTER_CL_ORD_ID = 36;
  localparam int ENTER_SIDE = 50;
  localparam int ENTER_TIME_IN_FORCE = 51;
  localparam int ENTER_DISPLAY = 52;
  localparam int ENTER_CAPACITY = 53;
  localparam int ENTER_ISO = 54;
  localparam int ENTER_CROSS_TYPE = 55;
  localparam int REPLACE_ORIG_USER_REF_NUM = 16;
  localparam int ACCOUNT_FIRM = 28;
  localparam int GAP_CAUSE = 10;
  localparam int GAP_STREAM = 11;
  localparam int GAP_FIRST_SEQUENCE = 16;
  localparam int GAP_COUNT = 24;
  localparam int DIGEST_COVERED_SEQUENCE = 16;
  localparam int DIGEST_DIGEST = 24;
  localparam int FEED_INSTRUMENT = 8;
  localparam int FEED_TIME_NS_HIGH = 10;
  localparam int FEED_TIME_NS_LOW = 12;
  localparam int FEED_ADD_ORDER_REF = 16;
  localparam int FEED_ADD_SYMBOL = 24;
  localparam int FEED_ADD_QUANTITY = 32;
  localparam int FEED_ADD_PRICE = 36;
  localparam int FEED_ADD_ATTRIBUTION = 40;
  localparam int FEED_ADD_SIDE = 44;
  localparam int FEED_EXECUTE_ORDER_REF = 16;
  localparam int FEED_EXECUTE_MATCH_NUMBER = 24;
  localparam int FEED_EXECUTE_QUANTITY = 32;
  localparam int FEED_EXECUTE_PRICE = 36;
  localparam int FEED_EXECUTE_PRINTABLE = 40;
  localparam int FEED_CHANGE_ORDER_REF = 16;
  localparam int FEED_CHANGE_NEW_ORDER_REF = 24;
  localparam int FEED_CHANGE_QUANTITY = 32;
  localparam int FEED_CHANGE_PRICE = 36;
  localparam int FEED_VERBATIM_BYTES = 16;

  localparam logic [7:0] KIND_EXTENSION = 8'h01;
  localparam logic [7:0] KIND_CLOCK = 8'h05;
  localparam logic [7:0] KIND_GAP = 8'h0A;
  localparam logic [7:0] KIND_FEED_END = 8'h0B;
  localparam logic [7:0] KIND_DIGEST = 8'h0C;
  localparam logic [7:0] KIND_FEED = 8'h80;

  localparam logic [7:0] GAP_NONE = 8'd0;
  localparam logic [7:0] GAP_FEED_SEQUENCE = 8'd1;
  localparam logic [7:0] GAP_RING_FULL = 8'd2;

  // What 32 bits cannot hold of a 64-bit price.
  localparam logic [31:0] PRICE_UNREPRESENTABLE = 32'hFFFF_FFFF;

endpackage
