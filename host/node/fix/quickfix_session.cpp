#include "node/fix/quickfix_session.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <vector>

#include <quickfix/FileStore.h>
#include <quickfix/MessageStore.h>
#include <quickfix/Session.h>

#include "node/fix/fix_raw.hpp"
#include "node/fix/fix_tags.hpp"
#include "node/fix/quickfix_dictionaries.hpp"

namespace wirebook {
namespace fix {

namespace {

const char separator = '\001';

const char* begin_string_of(Version version) {
  return version == Version::fix44 ? "FIX.4.4" : "FIXT.1.1";
}

/// A day from midnight to midnight of a zone.
FIX::TimeRange day_range(int utc_offset_minutes) {
  const int minutes = ((-utc_offset_minutes) % 1440 + 1440) % 1440;
  const FIX::UtcTimeOnly midnight(minutes / 60, minutes % 60, 0);
  return FIX::TimeRange(midnight, midnight);
}

Message plain(const FIX::Message& message) {
  Message result;
  const FIX::Header& header = message.getHeader();
  result.type = header.getField(FIX::FIELD::MsgType);
  result.sequence = std::strtoull(header.getField(FIX::FIELD::MsgSeqNum).c_str(), nullptr, 10);
  result.poss_resend =
      header.isSetField(FIX::FIELD::PossResend) && header.getField(FIX::FIELD::PossResend) == "Y";
  for (FIX::FieldMap::const_iterator i = message.begin(); i != message.end(); ++i)
    result.fields.push_back(Field{i->getTag(), i->getString()});
  return result;
}

}  // namespace

class Session::Parts : public FIX::Application,
                       public FIX::Responder,
                       public FIX::Log,
                       public FIX::LogFactory {
 public:
  Parts(const SessionOptions& options, SessionUser& user)
      : options_(options), user_(user), file_store_(options.store) {
    FIX::MessageStoreFactory* store = &memory_store_;
    if (!options.store.empty())
      store = &file_store_;
    const FIX::SessionID id(begin_string_of(options.version), options.sender, options.target);
    session_ = std::make_unique<FIX::Session>(*this, *store, id, order_dictionaries(),
                                              day_range(options.utc_offset_minutes), 0, this);
    if (options.version == Version::fix50sp2)
      session_->setSenderDefaultApplVerID(FIX::ApplVerID_FIX50SP2);
  }

  void receive(const std::string& bytes) {
    const std::string type = raw_field(bytes, tag::msg_type);
    if (type == "2" && session_->isLoggedOn() && !bound_resend(bytes))
      return;
    if (too_many_early(bytes))
      return session_->logout("MsgSeqNum (34) was too high too often");
    guarded([&] { session_->next(bytes, FIX::UtcTimeStamp()); });
  }

  /// The range is dealt with in parts, so that one peer's wish for everything holds up nobody.
  bool resend_more() {
    if (resend_begin_ == 0)
      return false;
    guarded([&] {
      FIX::Message request(resend_request_, false);
      const int end = std::min(resend_end_, resend_begin_ + options_.resend_at_once - 1);
      request.setField(FIX::BeginSeqNo(resend_begin_));
      request.setField(FIX::EndSeqNo(end));
      resend_begin_ = end < resend_end_ ? end + 1 : 0;
      session_->next(request, FIX::UtcTimeStamp());
    });
    return resend_begin_ != 0;
  }

  bool send(const Message& message) {
    FIX::Message out;
    out.getHeader().setField(FIX::MsgType(message.type));
    if (message.poss_resend)
      out.getHeader().setField(FIX::PossResend(true));
    for (const Field& field : message.fields)
      out.setField(field.tag, field.value);
    bool sent = false;
    guarded([&] { sent = session_->send(out); });
    return sent;
  }

  std::string last_exec_id(const std::string& prefix) {
    std::string found;
    guarded([&] {
      const FIX::MessageStore& store = *session_->getStore();
      const int next = store.getNextSenderMsgSeqNum();
      const std::string key = separator + std::string("17=") + prefix;
      std::vector<std::string> messages;
      for (int i = next - 1; i > 0 && i > next - options_.scan_back_max; --i) {
        store.get(i, i, messages);
        if (!messages.empty() && messages.front().find(key) != std::string::npos) {
          found = raw_field(messages.front(), tag::exec_id);
          return;
        }
      }
    });
    return found;
  }

  /// QuickFIX tells of trouble by exceptions; whatever comes of a peer's bytes ends here.
  template <class Action>
  void guarded(Action&& action) {
    try {
      action();
    } catch (const FIX::InvalidMessage& error) {
      user_.on_line(std::string("ignored: ") + error.what());  // garbled, as FIX calls it
    } catch (const std::exception& error) {
      user_.on_line(std::string("ended: ") + error.what());
      session_->disconnect();
    }
  }

  FIX::Session& session() { return *session_; }
  bool resent() const { return resent_; }
  void begin_tick() { resent_ = false; }
  void begin_connection() {
    resend_begin_ = 0;
    early_ = 0;
  }

 private:
  /// False: it is dealt with.
  bool bound_resend(const std::string& bytes) {
    const int begin = raw_number(bytes, tag::begin_seq_no);
    int end = raw_number(bytes, tag::end_seq_no);
    const int last = session_->getExpectedSenderNum() - 1;
    if (begin < 1 || begin > last || end < 0 || (end != 0 && end < begin)) {
      session_->logout("ResendRequest of numbers that are not there");
      return false;
    }
    if (end == 0 || end > last)
      end = last;
    resent_ = true;
    if (end - begin < options_.resend_at_once)
      return true;
    resend_request_ = bytes;
    resend_begin_ = begin;
    resend_end_ = end;
    resend_more();
    return false;
  }

  /// QuickFIX keeps what came too early, without a bound, and some of it until the connection ends:
  /// whatever comes in its place.
  bool too_many_early(const std::string& bytes) {
    if (raw_number(bytes, tag::msg_seq_num) > session_->getExpectedTargetNum())
      ++early_;
    return early_ > options_.queued_max;
  }

  // FIX::Application
  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID&) override { user_.on_logon(); }
  void onLogout(const FIX::SessionID&) override { user_.on_logout(); }
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) throw(FIX::DoNotSend) override {}
  void fromAdmin(const FIX::Message&,
                 const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                              FIX::IncorrectTagValue, FIX::RejectLogon) override {}
  void fromApp(const FIX::Message& message,
               const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                            FIX::IncorrectTagValue,
                                            FIX::UnsupportedMessageType) override {
    // Any other exception from here would end the program.
    try {
      user_.on_message(plain(message));
    } catch (const std::exception& error) {
      user_.on_line(std::string("a message was dropped: ") + error.what());
    }
  }

  // FIX::Responder
  bool send(const std::string& bytes) override {
    user_.send_bytes(bytes);
    return true;
  }
  void disconnect() override { user_.disconnect(); }

  // FIX::LogFactory and FIX::Log
  FIX::Log* create() override { return this; }
  FIX::Log* create(const FIX::SessionID&) override { return this; }
  void destroy(FIX::Log*) override {}
  void clear() override {}
  void backup() override {}
  void onIncoming(const std::string& text) override { log_message("<- ", text); }
  void onOutgoing(const std::string& text) override { log_message("-> ", text); }
  void onEvent(const std::string& text) override {
    const std::string each = "Resending Message";  // as many as a peer likes: the request is a line
    if (text.compare(0, each.size(), each) != 0)
      user_.on_line(text);
  }

  void log_message(const char* direction, const std::string& text) {
    if (!options_.log_messages)
      return;
    std::string line = direction + text;
    std::replace(line.begin(), line.end(), separator, '|');
    user_.on_line(line);
  }

  SessionOptions options_;
  SessionUser& user_;
  FIX::MemoryStoreFactory memory_store_;
  FIX::FileStoreFactory file_store_;
  std::string resend_request_;
  int resend_begin_ = 0;  ///< 0: nothing to be sent again
  int resend_end_ = 0;
  bool resent_ = false;                    ///< in this tick
  int early_ = 0;                          ///< of this connection
  std::unique_ptr<FIX::Session> session_;  // last: it speaks to the others as it comes and goes
};

Session::Session(const SessionOptions& options, SessionUser& user) {
  try {
    parts_ = std::make_unique<Parts>(options, user);
  } catch (const std::exception& error) {
    throw std::runtime_error("FIX session " + options.target + ": " + error.what());
  }
}

Session::~Session() = default;

void Session::connected() {
  parts_->begin_connection();
  parts_->session().logon();
  parts_->session().setResponder(parts_.get());
}

void Session::lost() {
  parts_->begin_connection();
  parts_->guarded([this] { parts_->session().disconnect(); });
}

void Session::receive(const std::string& bytes) { parts_->receive(bytes); }

void Session::tick() {
  parts_->begin_tick();
  parts_->guarded([this] { parts_->session().next(); });
}

bool Session::resent() const { return parts_->resent(); }

bool Session::resend_more() { return parts_->resend_more(); }

bool Session::send(const Message& message) { return parts_->send(message); }

void Session::log_out(const std::string& why) {
  parts_->session().logout(why);
  tick();
}

bool Session::logged_on() const { return parts_->session().isLoggedOn(); }

std::string Session::last_exec_id(const std::string& prefix) const {
  return parts_->last_exec_id(prefix);
}

}  // namespace fix
}  // namespace wirebook
