// SPDX-License-Identifier: MIT
#include "core/analysis/outliers.h"

#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::analysis {
namespace {

struct Server {
  const char* input = "twisted.internet.tcp.Client";  // in which the replies come
  std::uint32_t replies = 10;
  std::int64_t took_ms = 10;
  bool later = true;  // than the one that hangs
  bool in_a_loop = false;
};

// A coroutine, #1, has waited for a reply, #2, for three seconds; others got theirs.
Program serving(const Server& server) {
  Program program;
  std::uint32_t next = 3;
  std::int64_t now_ms = 0;
  const auto reply_to_one = [&] {
    const DeferredId id{next++};
    program.at_ms(now_ms) << event::Created{.deferred = id, .stack = program.at("ask", 5)};
    if (server.in_a_loop)
      program << event::Waiting{.deferred = kD1, .on = id, .how = WaitKind::kAwaited}
              << event::Resumed{.deferred = kD1, .by = id};
    now_ms += server.took_ms;
    program.at_ms(now_ms) << event::IoStarted{.type = program.string(server.input)}
                          << event::Fired{.deferred = id} << event::IoEnded{};
  };
  program << event::Created{.deferred = kD1, .stack = program.at("<module>", 30)}
          << event::Coroutine{.deferred = kD1, .function = program.function("session", 10)};
  if (!server.later)
    for (std::uint32_t i = 0; i < server.replies; ++i) reply_to_one();
  program << event::Created{.deferred = kD2, .stack = program.at("ask", 5)}
          << event::Waiting{.deferred = kD1,
                            .on = kD2,
                            .how = WaitKind::kAwaited,
                            .stack = program.at("session", 12)};
  if (server.later)
    for (std::uint32_t i = 0; i < server.replies; ++i) reply_to_one();
  program.at_ms(now_ms + 3000) << event::End{};
  return program;
}

Severity severity(const Server& server) {
  const auto found = serving(server).find(Kind::kNeverFired);
  return found.empty() ? Severity::kInfo : found[0].severity;
}

TEST(Outliers, ARequestThatLaterOnesHaveOvertaken) {
  const auto found = serving({}).find(Kind::kNeverFired);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{5});
  EXPECT_EQ(Program::lines(found[0], Role::kWaiter), Lines{12});
  EXPECT_NE(found[0].message.find("of 10 others created in ask (me/app.py:5) that fired none took "
                                  "longer than 10.0 ms, the last 8 of them were made after it, and "
                                  "it has waited 310 times as long"),
            std::string::npos)
      << found[0].message;
}

TEST(Outliers, NotOfFew) { EXPECT_EQ(severity({.replies = 7}), Severity::kInfo); }
TEST(Outliers, NotOfTheNewest) { EXPECT_EQ(severity({.later = false}), Severity::kInfo); }
TEST(Outliers, NotOfWhatMayTakeSoLong) { EXPECT_EQ(severity({.took_ms = 400}), Severity::kInfo); }
TEST(Outliers, NotOfWhatPeersSendAtWill) {
  EXPECT_EQ(severity({.input = "twisted.internet.tcp.Server"}), Severity::kInfo);
}
TEST(Outliers, NotOfTheNextMessageOfALoop) {
  EXPECT_EQ(severity({.in_a_loop = true}), Severity::kInfo);
}

}  // namespace
}  // namespace reactortrack::analysis
