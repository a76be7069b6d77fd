// SPDX-License-Identifier: MIT
//
// The only file that includes Boost.Beast, which takes half a minute to compile.
#include "cli/server/server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <csignal>
#include <optional>
#include <vector>

#include "cli/gzip.h"
#include "cli/server/request_rules.h"
#include "core/text/json.h"

namespace reactortrack::cli::server {

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using net::ip::tcp;
using namespace std::chrono_literals;

constexpr std::size_t kMaxHeaderBytes = 16 << 10;
constexpr std::size_t kMaxConnections = 64;
// A copy of what is sent next: the recording's own bytes move while it grows.
constexpr std::size_t kPieceBytes = 256 << 10;
// Of one request's head, and of an answer that is not the recording.
constexpr auto kTimeout = 30s;
constexpr auto kLookForMore = 50ms;
// A page that is loaded anew is away for less than this.
constexpr auto kPageIsGone = 3s;

// 'unsafe-inline': the page is one file whose scripts and styles are its own; no text of a
// recording becomes HTML. Its worker is made of a blob, which may only talk to this server.
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; worker-src blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

using Empty = http::response<http::empty_body>;
using Text = http::response<http::string_body>;
using Parser = http::request_parser<http::empty_body>;

template <class Response>
void set_common_fields(Response* response) {
  response->set(http::field::server, "reactortrack");
  response->set("X-Content-Type-Options", "nosniff");
  response->set("Referrer-Policy", "no-referrer");
  response->set(http::field::cache_control, "no-store");
  response->set("Cross-Origin-Resource-Policy", "same-origin");
  response->set("Cross-Origin-Opener-Policy", "same-origin");
  response->set("Cross-Origin-Embedder-Policy", "require-corp");
  response->set("Content-Security-Policy", kContentSecurityPolicy);
  response->set("X-Frame-Options", "DENY");
}

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

template <class Name>
Header header(const http::fields& fields, Name name) {
  const auto [begin, end] = fields.equal_range(name);
  if (begin == end) return {};
  return {view(begin->value()), std::next(begin) != end};
}

Request request_of(const http::request<http::empty_body>& message) {
  return {.method = view(message.method_string()),
          .target = view(message.target()),
          .host = header(message, http::field::host),
          .origin = header(message, http::field::origin),
          .fetch_site = header(message, "Sec-Fetch-Site"),
          .fetch_mode = header(message, "Sec-Fetch-Mode"),
          .fetch_dest = header(message, "Sec-Fetch-Dest"),
          .authorization = header(message, http::field::authorization)};
}

// Whether a list like "gzip, deflate;q=0.5" has gzip in it, and does not refuse it.
bool accepts_gzip(const http::fields& fields) {
  for (const auto& each : http::ext_list{fields[http::field::accept_encoding]}) {
    if (!beast::iequals(each.first, "gzip")) continue;
    for (const auto& [name, value] : each.second)
      if (beast::iequals(name, "q") && value.find_first_not_of("0.") == value.npos) return false;
    return true;
  }
  return false;
}

// What a request that cannot be read is answered; 0: nothing, the connection is gone or idle.
unsigned status_of(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
  if (error == http::error::body_limit) return 413;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return 0;
  return error.category() == http::make_error_code(http::error::bad_method).category() ? 400 : 0;
}

// One more for as long as it lives.
class Counted {
 public:
  explicit Counted(std::size_t* count) : count_(count) { ++*count_; }
  ~Counted() { --*count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t* count_;
};

}  // namespace

class Server::Loop {
 public:
  Loop(Feed* feed, Offer offer) : feed_(*feed), offer_(std::move(offer)) {
    changed_.expires_at(net::steady_timer::time_point::max());
  }

  bool listen(std::uint16_t port, std::string* error);
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  const std::string& token() const { return token_; }
  Stop run(const std::function<void()>& on_end, const std::function<void()>& on_child);

 private:
  using Stream = beast::tcp_stream;
  // A coroutine that answers; false: the connection cannot be used any more.
  using Answer = net::awaitable<bool>;

  net::awaitable<void> accept();
  net::awaitable<void> serve(tcp::socket socket);
  net::awaitable<bool> read_request(Stream* stream, beast::flat_buffer* buffer, Parser* parser);
  Answer answer(Stream* stream, const Parser& parser);
  Answer send_page(Stream* stream, const Parser& parser);
  Answer send_about(Stream* stream, const Parser& parser);
  Answer send_recording(Stream* stream, const Parser& parser);
  Answer send_nothing(Stream* stream, const Parser& parser);
  Answer send_pieces(Stream* stream);
  Answer start_stream(Stream* stream, const char* type);
  Answer refuse(Stream* stream, unsigned status, std::string_view cause, bool is_head);
  Answer send_text(Stream* stream, Text response, bool is_head, bool keep_alive);
  net::awaitable<void> hang_up(Stream* stream);
  net::awaitable<bool> wait_for_more(Stream* stream);
  net::awaitable<void> follow(std::function<void()> on_end);
  net::awaitable<void> wait_for_bytes(std::optional<net::posix::stream_descriptor>* input);
  net::awaitable<void> take_signals(std::function<void()> on_child);
  net::awaitable<void> end_if_nobody_comes_back();

  // Before io_, whose end is the end of all coroutines: they use these.
  Feed& feed_;
  Offer offer_;
  std::string token_ = random_token();
  std::string page_;  // unpacked, for whoever does not take gzip
  std::uint16_t port_ = 0;
  std::size_t connections_ = 0;
  std::size_t pages_ = 0;         // that say they are there
  std::uint64_t pages_seen_ = 0;  // ever
  Stop stop_ = Stop::kSignal;

  net::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  net::signal_set signals_{io_};
  net::steady_timer changed_{io_};  // cancelled whenever the feed has more
};

bool Server::Loop::listen(std::uint16_t port, std::string* error) {
  if (token_.empty()) {
    *error = "the system has no random numbers for the address";
    return false;
  }
  error_code failure;
  const tcp::endpoint wanted(net::ip::address_v4::loopback(), port);
  acceptor_.open(wanted.protocol(), failure);
  if (!failure) acceptor_.set_option(tcp::acceptor::reuse_address(port != 0), failure);
  if (!failure) acceptor_.bind(wanted, failure);
  if (!failure) acceptor_.listen(net::socket_base::max_listen_connections, failure);
  if (failure) {
    *error = "127.0.0.1" + (port == 0 ? "" : ":" + std::to_string(port)) +
             ": cannot listen there: " + failure.message();
    return false;
  }
  port_ = acceptor_.local_endpoint().port();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) signals_.add(signal);
  return true;
}

Stop Server::Loop::run(const std::function<void()>& on_end, const std::function<void()>& on_child) {
  net::co_spawn(io_, take_signals(on_child), net::detached);
  net::co_spawn(io_, follow(on_end), net::detached);
  net::co_spawn(io_, accept(), net::detached);
  io_.run();
  return stop_;
}

net::awaitable<void> Server::Loop::take_signals(std::function<void()> on_child) {
  // g++ 12 makes a trap of a co_await in a loop's condition when it also makes UBSan's checks.
  int signal = SIGCHLD;
  while (signal == SIGCHLD) {
    signal = co_await signals_.async_wait(net::use_awaitable);
    if (signal == SIGCHLD) on_child();
  }
  stop_ = Stop::kSignal;
  io_.stop();
}

// Takes in what comes, and wakes those who send it.
net::awaitable<void> Server::Loop::follow(std::function<void()> on_end) {
  std::optional<net::posix::stream_descriptor> input;
  if (feed_.is_stream()) {
    struct stat facts{};
    const bool is_file = fstat(feed_.file().fd(), &facts) == 0 && S_ISREG(facts.st_mode);
    if (!is_file) input.emplace(io_, dup(feed_.file().fd()));  // a file never makes us wait
  }
  while (!feed_.has_ended()) {
    if (input || !feed_.is_stream()) co_await wait_for_bytes(&input);
    if (feed_.advance()) changed_.cancel();
  }
  on_end();
}

net::awaitable<void> Server::Loop::wait_for_bytes(
    std::optional<net::posix::stream_descriptor>* input) {
  error_code ignored;
  if (*input) {
    co_await (*input)->async_wait(net::posix::stream_descriptor::wait_read,
                                  net::redirect_error(net::use_awaitable, ignored));
  } else {
    net::steady_timer timer(io_, kLookForMore);
    co_await timer.async_wait(net::redirect_error(net::use_awaitable, ignored));
  }
}

net::awaitable<void> Server::Loop::accept() {
  while (true) {
    error_code error;
    tcp::socket socket =
        co_await acceptor_.async_accept(net::redirect_error(net::use_awaitable, error));
    if (error) {  // no descriptors left, for one
      net::steady_timer timer(io_, 100ms);
      co_await timer.async_wait(net::redirect_error(net::use_awaitable, error));
    } else if (connections_ < kMaxConnections) {
      net::co_spawn(io_, serve(std::move(socket)), net::detached);
    }
  }
}

net::awaitable<void> Server::Loop::serve(tcp::socket socket) {
  const Counted connection(&connections_);
  Stream stream(std::move(socket));
  beast::flat_buffer buffer(2 * kMaxHeaderBytes);
  bool goes_on = true;
  while (goes_on) {
    Parser parser;
    parser.header_limit(kMaxHeaderBytes);
    parser.body_limit(0);
    goes_on = co_await read_request(&stream, &buffer, &parser);
    if (goes_on) goes_on = co_await answer(&stream, parser);
  }
  co_await hang_up(&stream);
}

// False, after a refusal where one can be sent, when there is no request that could be answered.
net::awaitable<bool> Server::Loop::read_request(Stream* stream, beast::flat_buffer* buffer,
                                                Parser* parser) {
  error_code error;
  stream->expires_after(kTimeout);
  co_await http::async_read_header(*stream, *buffer, *parser,
                                   net::redirect_error(net::use_awaitable, error));
  if (!error) co_return true;
  if (const unsigned status = status_of(error); status != 0)
    co_await refuse(stream, status, "the request cannot be read: " + error.message(), false);
  co_return false;
}

Server::Loop::Answer Server::Loop::answer(Stream* stream, const Parser& parser) {
  const auto& message = parser.get();
  const bool is_head = message.method() == http::verb::head;
  const Verdict verdict = judge(request_of(message), host(), token_);
  if (verdict.status != 200)
    co_return co_await refuse(stream, verdict.status, verdict.cause, is_head);
  if (message.version() != 11)
    co_return co_await refuse(stream, 505, "HTTP/1.1 is needed", is_head);
  if (!parser.is_done())
    co_return co_await refuse(stream, 400, "nothing may be sent here", is_head);
  switch (verdict.resource) {
    case Resource::kPage: co_return co_await send_page(stream, parser);
    case Resource::kAbout: co_return co_await send_about(stream, parser);
    case Resource::kRecording: co_return co_await send_recording(stream, parser);
    case Resource::kAlive: co_return co_await send_nothing(stream, parser);
  }
  co_return false;
}

Server::Loop::Answer Server::Loop::refuse(Stream* stream, unsigned status, std::string_view cause,
                                          bool is_head) {
  Text response(static_cast<http::status>(status), 11);
  response.set(http::field::content_type, "text/plain; charset=utf-8");
  if (status == 401) response.set(http::field::www_authenticate, "Bearer");
  if (status == 405) response.set(http::field::allow, "GET, HEAD");
  response.body() = std::string(cause) + "\n";
  co_return co_await send_text(stream, std::move(response), is_head, false);
}

Server::Loop::Answer Server::Loop::send_text(Stream* stream, Text response, bool is_head,
                                             bool keep_alive) {
  set_common_fields(&response);
  response.keep_alive(keep_alive);
  response.prepare_payload();
  stream->expires_after(kTimeout);
  error_code error;
  http::response_serializer<http::string_body> serializer(response);
  if (is_head) {
    co_await http::async_write_header(*stream, serializer,
                                      net::redirect_error(net::use_awaitable, error));
  } else {
    co_await http::async_write(*stream, serializer, net::redirect_error(net::use_awaitable, error));
  }
  co_return keep_alive && !error;
}

Server::Loop::Answer Server::Loop::send_page(Stream* stream, const Parser& parser) {
  const auto& message = parser.get();
  Text response(http::status::ok, 11);
  response.set(http::field::content_type, "text/html; charset=utf-8");
  response.set(http::field::vary, "Accept-Encoding");
  if (accepts_gzip(message)) {
    response.set(http::field::content_encoding, "gzip");
    response.body() = offer_.page_gzip;
  } else {
    if (page_.empty()) page_ = gunzip(offer_.page_gzip);
    response.body() = page_;
  }
  co_return co_await send_text(stream, std::move(response), message.method() == http::verb::head,
                               message.keep_alive());
}

Server::Loop::Answer Server::Loop::send_about(Stream* stream, const Parser& parser) {
  const auto& message = parser.get();
  text::Json about;
  about.begin_object().field("name", offer_.name);
  about.field("format", feed_.is_json() ? "json-lines" : "rtlog");
  about.field("growing", !feed_.has_ended());
  about.field("bytes", std::uint64_t{feed_.bytes().size()}).end();
  Text response(http::status::ok, 11);
  response.set(http::field::content_type, "application/json");
  response.body() = about.text() + "\n";
  co_return co_await send_text(stream, std::move(response), message.method() == http::verb::head,
                               message.keep_alive());
}

// The head of an answer whose length is not known.
Server::Loop::Answer Server::Loop::start_stream(Stream* stream, const char* type) {
  Empty response(http::status::ok, 11);
  set_common_fields(&response);
  response.set(http::field::content_type, type);
  response.chunked(true);
  http::response_serializer<http::empty_body> serializer(response);
  stream->expires_after(kTimeout);
  error_code error;
  co_await http::async_write_header(*stream, serializer,
                                    net::redirect_error(net::use_awaitable, error));
  co_return !error;
}

Server::Loop::Answer Server::Loop::send_recording(Stream* stream, const Parser& parser) {
  if (!co_await start_stream(stream, "application/octet-stream")) co_return false;
  const bool keep_alive = parser.get().keep_alive();
  if (parser.get().method() == http::verb::head) co_return keep_alive;
  stream->expires_never();  // a page may take its time, and a recording grow for days
  if (!co_await send_pieces(stream)) co_return false;
  error_code error;
  co_await net::async_write(*stream, http::make_chunk_last(),
                            net::redirect_error(net::use_awaitable, error));
  co_return keep_alive && !error;
}

// All of the recording, to its end. False when the page is gone.
Server::Loop::Answer Server::Loop::send_pieces(Stream* stream) {
  std::vector<std::byte> piece;
  std::size_t sent = 0;
  while (sent < feed_.bytes().size() || !feed_.has_ended()) {
    const auto rest = feed_.bytes().subspan(sent);
    if (rest.empty()) {
      if (!co_await wait_for_more(stream)) co_return false;
      continue;
    }
    const auto next = rest.first(std::min(rest.size(), kPieceBytes));
    piece.assign(next.begin(), next.end());
    error_code error;
    co_await net::async_write(*stream, http::make_chunk(net::buffer(piece)),
                              net::redirect_error(net::use_awaitable, error));
    if (error) co_return false;
    sent += piece.size();
  }
  co_return true;
}

// False when the other side hangs up, or breaks the silence that it owes.
net::awaitable<bool> Server::Loop::wait_for_more(Stream* stream) {
  using net::experimental::awaitable_operators::operator||;
  error_code ignored;
  error_code hung_up;
  const auto first =
      co_await (changed_.async_wait(net::redirect_error(net::use_awaitable, ignored)) ||
                stream->socket().async_wait(tcp::socket::wait_read,
                                            net::redirect_error(net::use_awaitable, hung_up)));
  co_return first.index() == 0;
}

Server::Loop::Answer Server::Loop::send_nothing(Stream* stream, const Parser& parser) {
  if (!co_await start_stream(stream, "text/plain")) co_return false;
  if (parser.get().method() == http::verb::head) co_return parser.get().keep_alive();
  stream->expires_never();
  {
    const Counted page(&pages_);
    ++pages_seen_;
    error_code ignored;
    co_await stream->socket().async_wait(tcp::socket::wait_read,
                                         net::redirect_error(net::use_awaitable, ignored));
  }
  if (offer_.exit_when_closed && pages_ == 0)
    net::co_spawn(io_, end_if_nobody_comes_back(), net::detached);
  co_return false;
}

net::awaitable<void> Server::Loop::end_if_nobody_comes_back() {
  const std::uint64_t seen = pages_seen_;
  net::steady_timer timer(io_, kPageIsGone);
  co_await timer.async_wait(net::use_awaitable);
  if (pages_seen_ != seen) co_return;
  stop_ = Stop::kPageClosed;
  io_.stop();
}

// Closing at once would throw away an answer that the other side has not read yet, if it is still
// sending.
net::awaitable<void> Server::Loop::hang_up(Stream* stream) {
  error_code error;
  stream->socket().shutdown(tcp::socket::shutdown_send, error);
  std::vector<char> rest(kMaxHeaderBytes);
  stream->expires_after(2s);
  for (int reads = 0; !error && reads < 16; ++reads)
    co_await stream->async_read_some(net::buffer(rest),
                                     net::redirect_error(net::use_awaitable, error));
  stream->socket().close(error);
}

Server::Server(Feed* feed, Offer offer) : loop_(std::make_unique<Loop>(feed, std::move(offer))) {}
Server::~Server() = default;

bool Server::listen(std::uint16_t port, std::string* error) { return loop_->listen(port, error); }
std::string Server::address() const {
  return "http://" + loop_->host() + "/#token=" + loop_->token();
}
Stop Server::run(const std::function<void()>& on_end, const std::function<void()>& on_child) {
  return loop_->run(on_end, on_child);
}

}  // namespace reactortrack::cli::server
