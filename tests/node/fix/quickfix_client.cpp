#include "tests/node/fix/quickfix_client.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <sstream>

#include <quickfix/FileStore.h>
#include <quickfix/Session.h>
#include <quickfix/SocketInitiator.h>

namespace wirebook {
namespace fix {

struct QuickFixClient::Parts : FIX::Application {
  explicit Parts(const Options& options)
      : version(options.version),
        password(options.password),
        settings(settings_of(options)),
        stores(options.store),
        id(options.version == Version::fix44 ? "FIX.4.4" : "FIXT.1.1", options.comp_id, "WIREBOOK"),
        initiator(*this, stores, settings) {}

  static FIX::SessionSettings settings_of(const Options& options) {
    std::stringstream text;
    text << "[DEFAULT]\nConnectionType=initiator\nReconnectInterval=1\nHeartBtInt=30\n"
         << "StartTime=00:00:00\nEndTime=00:00:00\nUseDataDictionary=N\n"
         << "SocketConnectHost=127.0.0.1\nSocketConnectPort=" << options.port << "\n[SESSION]\n"
         << "BeginString=" << (options.version == Version::fix44 ? "FIX.4.4" : "FIXT.1.1")
         << "\nDefaultApplVerID=9\nSenderCompID=" << options.comp_id << "\nTargetCompID=WIREBOOK\n";
    return FIX::SessionSettings(text);
  }

  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID&) override {
    const std::lock_guard<std::mutex> lock(mutex);
    logged_on = true;
    changed.notify_all();
  }
  void onLogout(const FIX::SessionID&) override {
    const std::lock_guard<std::mutex> lock(mutex);
    logged_on = false;
    changed.notify_all();
  }
  void toAdmin(FIX::Message& message, const FIX::SessionID&) override {
    if (message.getHeader().getField(35) == "A")
      message.setField(554, password);
  }
  void toApp(FIX::Message&, const FIX::SessionID&) throw(FIX::DoNotSend) override {}
  void fromAdmin(const FIX::Message&,
                 const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                              FIX::IncorrectTagValue, FIX::RejectLogon) override {}
  void fromApp(const FIX::Message& message,
               const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                            FIX::IncorrectTagValue,
                                            FIX::UnsupportedMessageType) override {
    Message plain;
    plain.type = message.getHeader().getField(35);
    plain.poss_resend = message.getHeader().isSetField(43);  // here: PossDupFlag
    for (FIX::FieldMap::const_iterator i = message.begin(); i != message.end(); ++i)
      plain.fields.push_back(Field{i->getTag(), i->getString()});
    const std::lock_guard<std::mutex> lock(mutex);
    messages.push_back(plain);
    changed.notify_all();
  }

  Version version;
  std::string password;
  FIX::SessionSettings settings;
  FIX::FileStoreFactory stores;
  FIX::SessionID id;
  std::mutex mutex;
  std::condition_variable changed;
  bool logged_on = false;
  std::vector<Message> messages;
  FIX::SocketInitiator initiator;
};

QuickFixClient::QuickFixClient(const Options& options) : parts_(new Parts(options)) {
  parts_->initiator.start();
}

QuickFixClient::~QuickFixClient() { drop(); }

bool QuickFixClient::wait_for_logon(int patience_ms) {
  std::unique_lock<std::mutex> lock(parts_->mutex);
  return parts_->changed.wait_for(lock, std::chrono::milliseconds(patience_ms),
                                  [this] { return parts_->logged_on; });
}

bool QuickFixClient::send(const Message& message) {
  FIX::Message out;
  out.getHeader().setField(35, message.type);
  if (message.poss_resend)
    out.getHeader().setField(97, "Y");
  for (const Field& field : message.fields)
    out.setField(field.tag, field.value);
  return FIX::Session::sendToTarget(out, parts_->id);
}

std::vector<Message> QuickFixClient::heard(std::size_t count, int patience_ms) {
  std::unique_lock<std::mutex> lock(parts_->mutex);
  parts_->changed.wait_for(lock, std::chrono::milliseconds(patience_ms),
                           [&] { return parts_->messages.size() >= count; });
  return parts_->messages;
}

void QuickFixClient::stop() { parts_->initiator.stop(); }

void QuickFixClient::drop() { parts_->initiator.stop(true); }

}  // namespace fix
}  // namespace wirebook
