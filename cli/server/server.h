// SPDX-License-Identifier: MIT
//
// Server: hands the page and one recording to a browser on this machine.
//
//   Server server(&feed, {.page = page, .name = "app.rtlog"});
//   if (!server.listen(0, &error)) return fail(error);
//   ... open server.address() in a browser ...
//   server.run();                              // until Ctrl+C
//
// One thread; a coroutine for each connection and one that follows the recording. What it answers
// is decided in request_rules.h. It binds to 127.0.0.1 only and serves read-only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "cli/server/feed.h"

namespace reactortrack::cli::server {

struct Offer {
  std::string page_gzip{};  // the page, compressed with gzip
  std::string name{};       // of the recording, for people
  // Ends the server some seconds after the last page that showed the recording was closed.
  bool exit_when_closed = false;
};

// Why run() returned.
enum class Stop : std::uint8_t { kSignal, kPageClosed };

class Server {
 public:
  Server(Feed* feed, Offer offer);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Port 0: one that the system chooses. From here on SIGINT, SIGTERM and SIGHUP end run().
  bool listen(std::uint16_t port, std::string* error);

  // With the token in its fragment.
  std::string address() const;

  // `on_end` is called when the recording has ended, at once if it has already; `on_child` when a
  // child process has.
  Stop run(const std::function<void()>& on_end, const std::function<void()>& on_child);

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace reactortrack::cli::server
