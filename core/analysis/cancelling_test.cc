// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::analysis {
namespace {

using event::CancelEffect;

TEST(CancelIneffective, WhenTheCancellerRaised) {
  Program program;
  program << event::Created{.deferred = kD1,
                            .canceller = program.function("abort", 13),
                            .stack = program.at("request", 17)};
  program.at_ms(100) << event::Cancelling{.deferred = kD1, .stack = program.at("give_up", 30)};
  program.raise(kFailed, "builtins.AttributeError", "abort", 14)
      << event::CancellerRaised{.deferred = kD1, .failure = kFailed}
      << event::Cancelled{.deferred = kD1, .effect = CancelEffect::kRaised};
  program.at_ms(900) << event::End{};
  const auto found = program.find(Kind::kCancelIneffective);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kError);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{17});
  EXPECT_EQ(Program::lines(found[0], Role::kRaised), Lines{14});
  EXPECT_EQ(Program::lines(found[0], Role::kCancelled), Lines{30});
}

// A list that has fired and waits for what its callback returned.
TEST(CancelIneffective, WhenAListDoesNotPassItOn) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("publish", 19)}
          << event::Fired{.deferred = kD1}
          << event::Created{.deferred = kD2, .stack = program.at("notify", 14)}
          << event::Waiting{.deferred = kD1, .on = kD2, .how = WaitKind::kReturned};
  program.at_ms(100) << event::Cancelling{.deferred = kD1, .stack = program.at("user", 28)}
                     << event::Cancelled{.deferred = kD1, .effect = CancelEffect::kNothing};
  program.at_ms(200) << event::Fired{.deferred = kD2} << event::Resumed{.deferred = kD1, .by = kD2};
  const auto found = program.find(Kind::kCancelIneffective);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), (Lines{19, 14}));
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{28});
}

Program cancelled() {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("send", 15)}
          << event::Attached{.deferred = kD1,
                             .errback = program.function("retry", 22),
                             .stack = program.at("send", 19)};
  program.at_ms(100) << event::Cancelling{.deferred = kD1, .stack = program.at("give_up", 29)}
                     << event::FailureSeen{.failure = kFailed,
                                           .type = program.string(
                                               "twisted.internet.defer.CancelledError")}
                     << event::Fired{.deferred = kD1, .result = program.failed(kFailed)}
                     << event::Started{.deferred = kD1, .lane = Lane::kErrback};
  return program;
}

TEST(CancelIneffective, WhenAnErrbackStartsSomethingNew) {
  Program program = cancelled();
  program << event::Created{.deferred = kD2, .stack = program.at("send", 15)}
          << event::Finished{.deferred = kD1, .result = replay::deferred(kD2)}
          << event::Waiting{.deferred = kD1, .on = kD2, .how = WaitKind::kReturned}
          << event::Cancelled{.deferred = kD1, .effect = CancelEffect::kCancelledError};
  program.at_ms(900) << event::End{};
  const auto found = program.find(Kind::kCancelIneffective);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), (Lines{19, 22}));
  EXPECT_EQ(Program::lines(found[0], Role::kCancelled), Lines{29});
}

TEST(CancelIneffective, NotWhenAnErrbackTrapsIt) {
  Program program = cancelled();
  program << event::Finished{.deferred = kD1}
          << event::Cancelled{.deferred = kD1, .effect = CancelEffect::kCancelledError};
  program.at_ms(900) << event::End{};
  EXPECT_TRUE(program.find(Kind::kCancelIneffective).empty());
  EXPECT_EQ(program.worst(), Severity::kInfo);
  const auto by = program.find(Kind::kCancelledBy);
  ASSERT_EQ(by.size(), 1u);
  EXPECT_EQ(Program::lines(by[0], Role::kCulprit), Lines{29});
  EXPECT_EQ(Program::lines(by[0], Role::kCreated), Lines{15});
}

// A coroutine passes cancel() on by a call of its own, to what it awaits.
TEST(CancelledBy, ArrivesAtWhatACoroutineAwaits) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("serve", 5)}
          << event::Coroutine{.deferred = kD1, .function = program.function("client", 4)}
          << event::Created{.deferred = kD2, .stack = program.at("lookup", 16)}
          << event::Waiting{.deferred = kD1,
                            .on = kD2,
                            .how = WaitKind::kAwaited,
                            .stack = program.at("client", 7)};
  program.at_ms(100) << event::Cancelling{.deferred = kD1, .stack = program.at("close", 31)}
                     << event::Cancelling{.deferred = kD2, .stack = program.at("close", 31)}
                     << event::Cancelled{.deferred = kD2, .effect = CancelEffect::kCancelledError}
                     << event::Cancelled{.deferred = kD1, .effect = CancelEffect::kByCanceller};
  program.at_ms(200) << event::End{};
  const auto found = program.find(Kind::kCancelledBy);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].deferred, kD2);
  EXPECT_EQ(Program::lines(found[0], Role::kCancelled), Lines{31});
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), (Lines{16, 5}));
  EXPECT_EQ(Program::lines(found[0], Role::kWaiter), Lines{7});
}

}  // namespace
}  // namespace reactortrack::analysis
