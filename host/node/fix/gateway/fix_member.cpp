#include "node/fix/gateway/fix_member.hpp"

#include <random>
#include <utility>

#include <fmt/format.h>

namespace wirebook::fix {

namespace {

constexpr std::uint64_t ms = 1'000'000;
constexpr std::uint64_t retry_every_ns = 200 * ms;
/// A client that is asked to log out has so long.
constexpr std::uint64_t ending_ns = 2'000 * ms;
/// While so much is unsent, nothing is sent again, and news wait.
constexpr std::size_t unsent_enough_bytes = std::size_t{256} << 10;
/// A client that is so many reports behind those that waited for its Logon is gone for us.
constexpr std::size_t news_max = 16'384;

}  // namespace

Member::Member(MemberOptions options)
    : options_(std::move(options)), translator_(options_.translator) {}

Member::~Member() = default;

void Member::begin(Connection& connection, const Logon& logon, const Clocks& clocks) {
  clocks_ = clocks;
  connection_ = &connection;
  logon_ = logon;
  auto& session = sessions_[logon.version == Version::fix44 ? 0 : 1];
  if (!session) {
    SessionOptions options;
    options.version = logon.version;
    options.sender = options_.sender;
    options.target = options_.target;
    options.store = options_.store;
    options.log_messages = options_.log_messages;
    options.utc_offset_minutes = options_.utc_offset_minutes;
    session = std::make_unique<Session>(options, *this);
  }
  session_ = session.get();
  translator_.speak(logon.version);
  state_ = State::linking;
  deadline_ns_ = clocks.steady_ns + options_.logon_timeout_ms * ms;
  login_.username = logon.username;
  login_.password = logon.password;
  login_.next_number = next_number_;
  connect_link(clocks);
}

void Member::connect_link(const Clocks& clocks) {
  to_node_.clear();
  link_.emplace(login_);
  ++link_generation_;
  link_->connect(options_.order_entry);
  retry_ns_ = clocks.steady_ns + retry_every_ns;
}

void Member::receive(std::string_view bytes, const Clocks& clocks) {
  clocks_ = clocks;
  if (state_ == State::up || state_ == State::ending)
    session_->receive(std::string(bytes));
  else
    finish("it said more before its Logon was answered");
  send_to_node();
}

void Member::lost(const Clocks& clocks) {
  clocks_ = clocks;
  if (state_ == State::up || state_ == State::ending)
    session_->lost();
  if (link_ && link_->socket().is_open())
    link_->log_out(clocks.steady_ns);
  link_.reset();
  to_node_.clear();
  translator_.on_link_lost();
  connection_ = nullptr;
  session_ = nullptr;
  logon_ = {};
  login_.password = Alpha<10>::from({});
  state_ = State::idle;
}

void Member::poll(const Clocks& clocks) {
  clocks_ = clocks;
  if (state_ == State::idle)
    return;
  // It answers: what it has to tell may be a whole day, and what came at once has taken its time.
  if (std::exchange(node_speaks_, false) && state_ == State::linking)
    deadline_ns_ = clocks.steady_ns + options_.logon_timeout_ms * ms;
  if (link_ && link_->socket().is_open()) {
    const bool open = link_->poll(clocks.steady_ns, [this](const auto& input) { on_link(input); });
    send_to_node();
    if (!open)
      link_over();
  } else if (state_ == State::up) {
    link_over();
  } else if (state_ == State::linking && clocks.steady_ns >= retry_ns_) {
    connect_link(clocks);
  }
  if (state_ != State::up && clocks.steady_ns >= deadline_ns_)
    finish(state_ == State::linking ? "the node did not answer in time" : "it was logged out");
}

void Member::tick(const Clocks& clocks) {
  clocks_ = clocks;
  if (state_ != State::up && state_ != State::ending)
    return;
  session_->tick();
  if (connection_->unsent() < unsent_enough_bytes)
    session_->resend_more();
  tell_news();
  send_to_node();
}

void Member::log_out(const std::string& why, const Clocks& clocks) {
  clocks_ = clocks;
  if (state_ == State::linking)
    return finish(why.c_str());
  if (state_ != State::up)
    return;
  state_ = State::ending;
  deadline_ns_ = clocks.steady_ns + ending_ns;
  session_->log_out(why);
}

void Member::on_link(const node::soup::SoupClientInput& input) {
  using Kind = node::soup::SoupClientKind;
  switch (input.kind) {
    case Kind::accepted:
      return on_accepted(input);
    case Kind::rejected:
      return on_rejected(input.reject_code);
    case Kind::message:
      return on_sequenced(input);
    case Kind::ended:  // the next login is for the next session, from its start
      login_.session = Alpha<10>::from({});
      next_number_ = 1;
      return;
    case Kind::malformed:
    case Kind::violation:
      return on_line("the node broke the protocol of its OUCH port");
  }
}

void Member::on_accepted(const node::soup::SoupClientInput& input) {
  std::string name(link_->client().session().view());
  name.erase(0, name.find_first_not_of(' '));  // SoupBinTCP pads on the left
  if (login_.session != link_->client().session() || !follows_stream_) {
    login_.session = link_->client().session();
    const std::string last = session_->last_exec_id(name + "-");
    told_ = Translator::sequence_of(last, name);
    told_is_known_ = told_ != 0;
    next_number_ = 1;
    follows_stream_ = true;
  }
  if (input.number > next_number_)
    on_line(
        fmt::format("the node does not have messages {} to {} any more: orders that they tell "
                    "of are not known",
                    next_number_, input.number - 1));
  next_number_ = input.number;
  Actions actions;
  translator_.on_login(name, std::random_device{}(), clocks_.now, actions);
  act(std::move(actions));
}

void Member::on_rejected(char code) {
  if (code == 'S' && !login_.session.view().empty()) {  // the day is another
    login_.session = Alpha<10>::from({});
    login_.next_number = next_number_ = 1;
    follows_stream_ = false;
    retry_ns_ = clocks_.steady_ns;
    return;
  }
  finish("the node refused its login");
}

Tell Member::tell_of(std::uint64_t sequence) const {
  if (sequence <= told_)
    return Tell::nothing;
  // Nothing is stored of it, and it happened before this process began to listen.
  return told_is_known_ || translator_.ready() ? Tell::news : Tell::perhaps_told;
}

void Member::on_sequenced(const node::soup::SoupClientInput& input) {
  next_number_ = input.number + 1;
  login_.next_number = next_number_;
  node_speaks_ = true;
  Actions actions;
  translator_.on_ouch(input.number, input.payload, clocks_.now, tell_of(input.number), actions);
  act(std::move(actions));
  if (translator_.ready()) {
    told_is_known_ = true;
    if (state_ == State::linking)
      answer_logon();
  }
}

void Member::answer_logon() {
  state_ = State::up;
  const std::uint64_t before = sends_;
  session_->connected();
  session_->receive(logon_.bytes);
  logon_.bytes.clear();
  if (sends_ == before)
    finish("its Logon could not be answered");
}

void Member::link_over() {
  link_->socket().close();
  translator_.on_link_lost();
  if (state_ == State::up)
    log_out("order entry has ended; log on again", clocks_);
}

void Member::act(Actions actions) {
  for (std::vector<std::byte>& message : actions.ouch)
    to_node_.push_back(std::move(message));
  for (Message& message : actions.fix)
    tell(std::move(message));
}

void Member::tell(Message message) {
  news_.push_back(std::move(message));
  tell_news();
  if (hears() && news_.size() > news_at_logon_ + news_max)
    finish("the client takes too little");
}

bool Member::hears() const {
  return session_ && session_->logged_on() && connection_ && !connection_->over();
}

/// As much as the client takes now; the rest with the next tick, or after its next Logon.
void Member::tell_news() {
  while (!news_.empty() && hears() && connection_->unsent() < unsent_enough_bytes) {
    if (!session_->send(news_.front()))
      return finish("what it is told cannot be stored");
    news_.pop_front();
  }
}

void Member::send_to_node() {
  while (link_ && !to_node_.empty() && link_->send(to_node_.front(), clocks_.steady_ns))
    to_node_.pop_front();
}

void Member::finish(const char* why) {
  if (connection_)
    connection_->finish(why);
}

void Member::on_logon() {
  on_line("logged on");
  news_at_logon_ = news_.size();
  tell_news();
}

void Member::on_message(const Message& message) {
  Actions actions;
  translator_.on_fix(message, clocks_.now, actions);
  act(std::move(actions));
}

void Member::on_line(const std::string& line) {
  std::string text = fmt::format("{}: {}", options_.target, line);
  for (char& c : text)  // some of it is the client's
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7F')
      c = '.';
  if (options_.on_line)
    options_.on_line(text);
}

void Member::send_bytes(const std::string& bytes) {
  ++sends_;
  if (connection_)
    connection_->send(bytes);
}

void Member::disconnect() { finish("the session ended it"); }

}  // namespace wirebook::fix
