// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::analysis {
namespace {

// #1 is a coroutine that took the lock through #2; #3 is in the queue.
Program locked() {
  Program program;
  program << event::Resource{.resource = kLock,
                             .what = event::ResourceKind::kLock,
                             .type = program.string("twisted.internet.defer.DeferredLock"),
                             .limit = 1,
                             .stack = program.at("<module>", 3)}
          << event::Created{.deferred = kD1, .stack = program.at("request", 30)}
          << event::Coroutine{.deferred = kD1, .function = program.function("handle", 18)}
          << event::Created{.deferred = kD2, .stack = program.at("handle", 19)}
          << event::Fired{.deferred = kD2}
          << event::Acquiring{.resource = kLock, .deferred = kD2, .stack = program.at("handle", 19)}
          << event::Acquired{.resource = kLock, .deferred = kD2}
          << event::Taken{.deferred = kD1, .from = kD2};
  program.at_ms(10) << event::Created{.deferred = kD3, .stack = program.at("other", 40)}
                    << event::Acquiring{
                           .resource = kLock, .deferred = kD3, .stack = program.at("other", 40)};
  return program;
}

TEST(LockHeld, WhenItsHolderEndedWithAFailure) {
  Program program = locked();
  program.at_ms(20).raise(kFailed, "builtins.ValueError", "resolve", 14)
      << event::Fired{.deferred = kD1, .result = program.failed(kFailed)};
  program.at_ms(1000) << event::End{};
  const auto found = program.find(Kind::kLockHeld);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kError);
  EXPECT_EQ(Program::lines(found[0], Role::kHolder), Lines{19});
  EXPECT_EQ(Program::lines(found[0], Role::kWaiter), Lines{40});
  EXPECT_EQ(Program::lines(found[0], Role::kRaised), Lines{14});
  EXPECT_NE(found[0].message.find("ended with ValueError"), std::string::npos);
  EXPECT_NE(found[0].message.find("1 acquirer waits in its queue"), std::string::npos);
}

TEST(LockHeld, NotWhenItIsGivenBack) {
  Program program = locked();
  program.at_ms(20) << event::Released{.resource = kLock, .stack = program.at("handle", 21)}
                    << event::Acquired{.resource = kLock, .deferred = kD3}
                    << event::Fired{.deferred = kD3} << event::Fired{.deferred = kD1};
  program.at_ms(30) << event::Released{.resource = kLock, .stack = program.at("other", 41)};
  program.at_ms(1000) << event::End{};
  EXPECT_TRUE(program.find(Kind::kLockHeld).empty());
}

TEST(LockHeld, NotWhileItsHolderIsAtWork) {
  Program program = locked();
  program << event::Created{.deferred = kD4, .stack = program.at("fetch", 50)}
          << event::WorkQueued{.work = WorkId{1}, .deferred = kD4}
          << event::WorkStarted{.work = WorkId{1}}
          << event::Waiting{.deferred = kD1,
                            .on = kD4,
                            .how = WaitKind::kAwaited,
                            .stack = program.at("handle", 20)};
  program.at_ms(1000) << event::End{};
  EXPECT_TRUE(program.find(Kind::kLockHeld).empty());
}

TEST(PoolExhausted, TellsWhatKeptTheThreads) {
  Program program;
  const ResourceId pool{2};
  program << event::Resource{.resource = pool, .what = event::ResourceKind::kThreadPool, .limit = 1}
          << event::WorkQueued{.work = WorkId{1},
                               .resource = pool,
                               .function = program.function("block", 5),
                               .stack = program.at("start", 10)}
          << event::WorkStarted{.work = WorkId{1}};
  program.at_ms(50) << event::Created{.deferred = kD1, .stack = program.at("ask", 12)}
                    << event::WorkQueued{.work = WorkId{2},
                                         .resource = pool,
                                         .deferred = kD1,
                                         .function = program.function("quick", 8),
                                         .stack = program.at("ask", 12)};
  program.at_ms(600) << event::End{};
  const auto found = program.find(Kind::kPoolExhausted);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(Program::lines(found[0], Role::kWaiter), Lines{12});
  EXPECT_EQ(Program::lines(found[0], Role::kHolder), Lines{10});
}

TEST(PoolExhausted, NotWhenWorkBeginsAtOnce) {
  Program program;
  for (std::uint32_t i = 1; i < 50; ++i)
    program.at_ms(10 * i) << event::WorkQueued{.work = WorkId{i}}
                          << event::WorkStarted{.work = WorkId{i}}
                          << event::WorkEnded{.work = WorkId{i}};
  EXPECT_TRUE(program.findings().empty());
}

}  // namespace
}  // namespace reactortrack::analysis
