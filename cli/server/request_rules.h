// SPDX-License-Identifier: MIT
//
// Which requests the server answers, as a pure question. Other programs and web pages on the same
// machine can reach a loopback port; what keeps them out:
//
//   Host            must be exactly 127.0.0.1:PORT. A name that was made to point here (DNS
//                   rebinding) is another origin, whose scripts could read what we send.
//   Origin          when there, must be our own. "null" (a page from a file, a sandbox) is not.
//   Sec-Fetch-Site  other sites may only open the page as a document of its own. That is how the
//                   page is opened: by a small file that sends the browser here.
//   token           128 random bits, in the fragment of the address, which no browser sends. The
//                   page presents it as `Authorization: Bearer TOKEN`; without it nothing of a
//                   recording is handed out. The page itself holds no data.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reactortrack::cli::server {

// Of a header, its value, and whether it came more than once.
struct Header {
  std::optional<std::string_view> value{};
  bool is_repeated = false;
};

struct Request {
  std::string_view method{};
  std::string_view target{};
  Header host{};
  Header origin{};
  Header fetch_site{};
  Header fetch_mode{};
  Header fetch_dest{};
  Header authorization{};
};

enum class Resource : std::uint8_t {
  kPage,       // GET /           the page
  kRecording,  // GET /recording  the bytes of the recording, on and on while it grows
  kAbout,      // GET /about      {"name", "format", "growing", ...}
  kAlive,      // GET /alive      never ends: tells us how long the page is there
};

struct Verdict {
  unsigned status = 200;
  Resource resource = Resource::kPage;
  std::string_view cause{};  // for people; of a refusal
};

// `own_host` is "127.0.0.1:PORT".
Verdict judge(const Request& request, std::string_view own_host, std::string_view token);

// Takes as long for a wrong token as for the right one. The lengths may be told apart.
bool equal_in_constant_time(std::string_view one, std::string_view other);

// 128 bits of the system's randomness as 32 hexadecimal digits; empty when there is none to be had.
std::string random_token();

}  // namespace reactortrack::cli::server
