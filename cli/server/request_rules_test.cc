// SPDX-License-Identifier: MIT
#include "cli/server/request_rules.h"

#include <gtest/gtest.h>

#include <set>

namespace reactortrack::cli::server {
namespace {

constexpr std::string_view kHost = "127.0.0.1:4711";
constexpr std::string_view kToken = "0123456789abcdef0123456789abcdef";

Request request(std::string_view target) {
  Request made{.method = "GET", .target = target};
  made.host.value = kHost;
  return made;
}

// As the page itself asks.
Request from_page(std::string_view target) {
  Request made = request(target);
  made.fetch_site.value = "same-origin";
  made.fetch_mode.value = "cors";
  made.fetch_dest.value = "empty";
  made.authorization.value = "Bearer 0123456789abcdef0123456789abcdef";
  return made;
}

// As the file asks that sends the browser here.
Request navigation(std::string_view target) {
  Request made = request(target);
  made.fetch_site.value = "cross-site";
  made.fetch_mode.value = "navigate";
  made.fetch_dest.value = "document";
  return made;
}

unsigned status(const Request& asked) { return judge(asked, kHost, kToken).status; }

TEST(Judge, ThePageNeedsNoToken) {
  EXPECT_EQ(status(request("/")), 200u);
  EXPECT_EQ(judge(request("/?x"), kHost, kToken).resource, Resource::kPage);
}

TEST(Judge, DataNeedsTheToken) {
  for (const char* target : {"/recording", "/about", "/alive"}) {
    EXPECT_EQ(status(request(target)), 401u) << target;
    EXPECT_EQ(status(from_page(target)), 200u) << target;
  }
  EXPECT_EQ(judge(from_page("/recording"), kHost, kToken).resource, Resource::kRecording);
}

TEST(Judge, OnlyThisTokenInThisForm) {
  for (const char* value :
       {"", "Bearer", "Bearer ", "Bearer 0123456789abcdef0123456789abcdee",
        "Bearer 0123456789abcdef0123456789abcde", "Bearer 0123456789abcdef0123456789abcdef0",
        "bearer 0123456789abcdef0123456789abcdef", "Bearer  0123456789abcdef0123456789abcdef",
        "Basic 0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef",
        "Bearer 0123456789ABCDEF0123456789ABCDEF"}) {
    Request asked = from_page("/recording");
    asked.authorization.value = value;
    EXPECT_EQ(status(asked), 401u) << value;
  }
  Request twice = from_page("/recording");
  twice.authorization.is_repeated = true;
  EXPECT_EQ(status(twice), 401u);
  EXPECT_EQ(judge(from_page("/recording"), kHost, "").status, 401u) << "no token was made";
}

TEST(Judge, TheHostIsExact) {
  for (const char* host : {"localhost:4711", "127.0.0.1", "127.0.0.1:4712", "127.0.0.1:47110",
                           "evil.example:4711", "127.0.0.1:4711.evil.example", "[::1]:4711", ""}) {
    Request asked = from_page("/recording");
    asked.host.value = host;
    EXPECT_EQ(status(asked), 421u) << host;
    asked.target = "/";
    EXPECT_EQ(status(asked), 421u) << host;
  }
  Request none = from_page("/");
  none.host.value.reset();
  EXPECT_EQ(status(none), 400u);
  Request twice = from_page("/");
  twice.host.is_repeated = true;
  EXPECT_EQ(status(twice), 400u);
}

TEST(Judge, OriginsOtherThanOursAreRefused) {
  for (const char* origin :
       {"null", "http://evil.example", "https://127.0.0.1:4711", "http://127.0.0.1:4712",
        "http://localhost:4711", "127.0.0.1:4711", "http://127.0.0.1:4711/", "file://", ""}) {
    for (const char* target : {"/", "/recording"}) {
      Request asked = from_page(target);
      asked.origin.value = origin;
      EXPECT_EQ(status(asked), 403u) << origin << " " << target;
    }
  }
  Request own = from_page("/recording");
  own.origin.value = "http://127.0.0.1:4711";
  EXPECT_EQ(status(own), 200u);
}

TEST(Judge, OtherSitesMayOpenThePageAndNothingElse) {
  EXPECT_EQ(status(navigation("/")), 200u);
  EXPECT_EQ(status(navigation("/recording")), 403u);
  for (const char* site : {"cross-site", "same-site", "anything"}) {
    for (const char* mode : {"cors", "no-cors", "websocket", "same-origin"}) {
      Request asked = navigation("/");
      asked.fetch_site.value = site;
      asked.fetch_mode.value = mode;
      EXPECT_EQ(status(asked), 403u) << site << " " << mode;
    }
    Request frame = navigation("/");
    frame.fetch_site.value = site;
    frame.fetch_dest.value = "iframe";
    EXPECT_EQ(status(frame), 403u) << site;
    Request with_token = from_page("/recording");
    with_token.fetch_site.value = site;
    EXPECT_EQ(status(with_token), 403u) << site;
  }
}

TEST(Judge, OnlyReading) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"}) {
    Request asked = from_page("/recording");
    asked.method = method;
    EXPECT_EQ(status(asked), 405u) << method;
  }
  Request head = from_page("/recording");
  head.method = "HEAD";
  EXPECT_EQ(status(head), 200u);
}

TEST(Judge, ThereIsNothingElse) {
  for (const char* target : {"/recording/", "/etc/passwd", "/../recording", "//", "", "*",
                             "http://127.0.0.1:4711/recording", "/favicon.ico"})
    EXPECT_EQ(status(from_page(target)), 404u) << target;
}

TEST(RandomToken, Is128BitsAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string token = random_token();
    EXPECT_EQ(token.size(), 32u);
    EXPECT_EQ(token.find_first_not_of("0123456789abcdef"), std::string::npos);
    seen.insert(token);
  }
  EXPECT_EQ(seen.size(), 100u);
}

}  // namespace
}  // namespace reactortrack::cli::server
