// The FIX tags that order entry knows, by name.
//
// Shapes: constants. C++14, as fix_message.hpp. Threads: constants. Errors: none.
// Specification: FIX 4.4, FIX 5.0 SP2.
#pragma once

namespace wirebook {
namespace fix {
namespace tag {

constexpr int avg_px = 6;
constexpr int begin_seq_no = 7;
constexpr int begin_string = 8;
constexpr int cl_ord_id = 11;
constexpr int cum_qty = 14;
constexpr int end_seq_no = 16;
constexpr int exec_id = 17;
constexpr int exec_inst = 18;
constexpr int exec_ref_id = 19;
constexpr int last_px = 31;
constexpr int last_qty = 32;
constexpr int msg_seq_num = 34;
constexpr int msg_type = 35;
constexpr int order_id = 37;
constexpr int order_qty = 38;
constexpr int ord_status = 39;
constexpr int ord_type = 40;
constexpr int orig_cl_ord_id = 41;
constexpr int price = 44;
constexpr int ref_seq_num = 45;
constexpr int sender_comp_id = 49;
constexpr int side = 54;
constexpr int symbol = 55;
constexpr int target_comp_id = 56;
constexpr int text = 58;
constexpr int time_in_force = 59;
constexpr int transact_time = 60;
constexpr int stop_px = 99;
constexpr int cxl_rej_reason = 102;
constexpr int ord_rej_reason = 103;
constexpr int min_qty = 110;
constexpr int max_floor = 111;
constexpr int expire_time = 126;
constexpr int exec_type = 150;
constexpr int leaves_qty = 151;
constexpr int peg_offset_value = 211;
constexpr int ref_msg_type = 372;
constexpr int exec_restatement_reason = 378;
constexpr int business_reject_ref_id = 379;
constexpr int business_reject_reason = 380;
constexpr int discretion_inst = 388;
constexpr int expire_date = 432;
constexpr int cxl_rej_response_to = 434;
constexpr int order_capacity = 528;
constexpr int mass_cancel_request_type = 530;
constexpr int mass_cancel_response = 531;
constexpr int mass_cancel_reject_reason = 532;
constexpr int username = 553;
constexpr int password = 554;
constexpr int ord_status_req_id = 790;
constexpr int peg_offset_type = 836;
constexpr int last_liquidity_ind = 851;
constexpr int trd_match_id = 880;
constexpr int peg_price_type = 1094;
constexpr int display_qty = 1138;
constexpr int mass_action_report_id = 1369;

}  // namespace tag
}  // namespace fix
}  // namespace wirebook
