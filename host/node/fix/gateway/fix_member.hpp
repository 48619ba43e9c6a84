// One account that comes by FIX: its session, its translator, and its way to the node's OUCH port.
//
//   Connection ──► Session ──► Translator ──► SoupConnection ──► node
//
// The way to the node stands while the FIX session does: so the account's cancel on disconnect
// means the FIX connection. A Logon waits until the node has taken the account's login and has told
// all that happened meanwhile; then it is answered, and what is new is told.
//
// Shapes: see the parts. Threads: the gateway's. Errors: whatever goes wrong ends the connection,
// with a line; the next Logon begins anew. Cost: see the parts.
// Specification: README.md of the folder above, "Connections".
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/fix/fix_translator.hpp"
#include "node/fix/gateway/fix_connection.hpp"
#include "node/fix/quickfix_session.hpp"
#include "node/soup/tcp_client.hpp"

namespace wirebook::fix {

/// The gateway's clocks, read once a round.
struct Clocks {
  std::uint64_t steady_ns = 0;
  Now now;
};

struct MemberOptions {
  node::Endpoint order_entry;  ///< the node's SoupBinTCP
  std::string sender;          ///< our CompID
  std::string target;          ///< the peer's
  std::string store;
  bool log_messages = false;
  std::uint32_t logon_timeout_ms = 10'000;
  std::int32_t utc_offset_minutes = 0;
  TranslatorOptions translator;
  std::function<void(const std::string&)> on_line;
};

class Member final : public SessionUser {
 public:
  explicit Member(MemberOptions options);
  ~Member() override;

  struct Logon {
    Version version;
    Alpha<6> username;
    Alpha<10> password;  ///< has been checked
    std::string bytes;   ///< without it
  };
  [[nodiscard]] const std::string& name() const { return options_.target; }
  [[nodiscard]] bool is_free() const { return state_ == State::idle; }
  /// Only while it is free; `connection` lives until `lost`.
  void begin(Connection& connection, const Logon& logon, const Clocks& clocks);
  void receive(std::string_view bytes, const Clocks& clocks);
  /// The connection is gone.
  void lost(const Clocks& clocks);
  /// Whatever the node has sent, and whatever time asks for. Often.
  void poll(const Clocks& clocks);
  /// Heartbeats, and the rest of what is sent again. Several times a second.
  void tick(const Clocks& clocks);
  void log_out(const std::string& why, const Clocks& clocks);

  /// More would pile up, or take the thread's time from others: take nothing from the client now.
  [[nodiscard]] bool congested() const {
    return to_node_.size() > congestion || (session_ != nullptr && session_->resent());
  }
  [[nodiscard]] Connection* connection() const { return connection_; }
  /// Of the way to the node; negative if there is none.
  [[nodiscard]] int link_descriptor() { return link_ ? link_->socket().descriptor() : -1; }
  /// Another number, another descriptor.
  [[nodiscard]] std::uint64_t link_generation() const { return link_generation_; }

 private:
  enum class State : std::uint8_t { idle, linking, up, ending };
  static constexpr std::size_t congestion = 256;

  // SessionUser
  void on_logon() override;
  void on_logout() override {}
  void on_message(const Message& message) override;
  void on_line(const std::string& line) override;
  void send_bytes(const std::string& bytes) override;
  void disconnect() override;

  void connect_link(const Clocks& clocks);
  void on_link(const node::soup::SoupClientInput& input);
  void on_accepted(const node::soup::SoupClientInput& input);
  void on_sequenced(const node::soup::SoupClientInput& input);
  void on_rejected(char code);
  void link_over();
  void answer_logon();
  void act(Actions actions);
  void tell(Message message);
  [[nodiscard]] bool hears() const;
  void tell_news();
  void send_to_node();
  [[nodiscard]] Tell tell_of(std::uint64_t sequence) const;
  void finish(const char* why);

  MemberOptions options_;
  Translator translator_;
  std::unique_ptr<Session> sessions_[2];  ///< by version; made when first wanted
  Session* session_ = nullptr;            ///< of this connection
  Connection* connection_ = nullptr;
  std::optional<node::soup::SoupConnection> link_;
  node::soup::ClientLogin login_;
  Logon logon_{};
  std::deque<std::vector<std::byte>> to_node_;
  std::deque<Message> news_;       ///< the client is to hear, now or after its next Logon
  std::size_t news_at_logon_ = 0;  ///< so many waited for it
  std::uint64_t told_ = 0;         ///< the client has heard of the stream so far, by what is stored
  bool told_is_known_ = false;     ///< else nothing says so
  bool follows_stream_ = false;    ///< the translator has seen it from its start
  std::uint64_t next_number_ = 1;  ///< of the stream
  std::uint64_t deadline_ns_ = 0;
  bool node_speaks_ = false;  ///< since the poll before
  std::uint64_t retry_ns_ = 0;
  std::uint64_t link_generation_ = 0;
  std::uint64_t sends_ = 0;  ///< to the client
  Clocks clocks_;
  State state_ = State::idle;
};

}  // namespace wirebook::fix
