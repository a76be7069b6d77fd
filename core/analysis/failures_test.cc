// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::analysis {
namespace {

// A Deferred with a callback, failed at 100 ms.
Program failing() {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("fetch", 14)}
          << event::Attached{.deferred = kD1,
                             .callback = program.function("use", 8),
                             .stack = program.at("fetch", 15)};
  program.at_ms(100).raise(kFailed, "builtins.RuntimeError", "lose", 19) << event::Fired{
      .deferred = kD1, .result = program.failed(kFailed), .stack = program.at("lose", 19)};
  return program;
}

TEST(UnhandledFailure, CollectedWithIt) {
  Program program = failing();
  program.at_ms(600) << event::Collected{.deferred = kD1,
                                         .state = event::EndState::kFailedUnhandled};
  program.at_ms(900) << event::End{};
  const auto found = program.find(Kind::kUnhandledFailure);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kError);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{14});
  EXPECT_EQ(Program::lines(found[0], Role::kFired), Lines{19});
  EXPECT_NE(found[0].message.find("No errback was ever attached"), std::string::npos);
  EXPECT_NE(found[0].message.find("Twisted logged it 500 ms later"), std::string::npos);
}

TEST(UnhandledFailure, StillHeld) {
  Program program = failing();
  program.at_ms(900) << event::End{};
  const auto found = program.find(Kind::kUnhandledFailure);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].message.find("Twisted has logged nothing"), std::string::npos);
}

TEST(UnhandledFailure, NotOnceAnErrbackTookIt) {
  Program program = failing();
  program << event::Attached{.deferred = kD1, .errback = program.function("handle", 30)}
          << event::Started{.deferred = kD1, .position = 1, .lane = Lane::kErrback}
          << event::Finished{.deferred = kD1};
  program.at_ms(600) << event::Collected{.deferred = kD1, .state = event::EndState::kSucceeded};
  program.at_ms(900) << event::End{};
  EXPECT_TRUE(program.find(Kind::kUnhandledFailure).empty());
  EXPECT_EQ(program.worst(), Severity::kInfo);
}

TEST(UnhandledFailure, OfAListsMemberNamesTheList) {
  Program program = failing();
  program << event::Created{.deferred = kD2, .stack = program.at("gather", 40)}
          << event::Waiting{.deferred = kD2, .on = kD1, .how = WaitKind::kListMember};
  program.at_ms(900) << event::End{};
  const auto found = program.find(Kind::kUnhandledFailure);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kChained), Lines{40});
  EXPECT_NE(found[0].message.find("consumeErrors=True"), std::string::npos);
}

TEST(FailureTrace, TellsTheDeferredsInOrder) {
  Program program = failing();
  program << event::Created{.deferred = kD2, .stack = program.at("outer", 50)}
          << event::Fired{.deferred = kD2, .result = program.failed(kFailed)};
  program.at_ms(900) << event::End{};
  const auto found = program.find(Kind::kFailureTrace);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), (Lines{14, 50}));
  EXPECT_EQ(Program::lines(found[0], Role::kRaised), Lines{19});
}

TEST(FailureTrace, TellsThoseOfOnePlaceTogether) {
  Program program = failing();
  for (std::uint32_t i = 2; i < 300; ++i)
    program << event::Created{.deferred = DeferredId{i},
                              .stack = program.at("outer", i < 200 ? 50 : 60)}
            << event::Fired{.deferred = DeferredId{i}, .result = program.failed(kFailed)};
  program.at_ms(900) << event::End{};
  const auto found = program.find(Kind::kFailureTrace);
  ASSERT_EQ(found.size(), 1u);
  const std::string& say = found[0].message;
  EXPECT_NE(say.find(":50), #2, and 197 others created there, then the Deferred created in outer"),
            std::string::npos)
      << say;
  EXPECT_NE(say.find(":60), #200, and 56 others created there; there nobody took it."),
            std::string::npos)
      << say;
}

Program swallowing(bool next_fails) {
  Program program = failing();
  program << event::Attached{.deferred = kD1,
                             .errback = program.function("log_it", 30),
                             .stack = program.at("fetch", 16)}
          << event::Attached{.deferred = kD1,
                             .callback = program.function("parse", 35),
                             .stack = program.at("fetch", 17)}
          << event::Started{.deferred = kD1, .position = 1, .lane = Lane::kErrback}
          << event::Finished{.deferred = kD1} << event::Started{.deferred = kD1, .position = 2};
  if (next_fails) program.raise(FailureId{2}, "builtins.TypeError", "parse", 36);
  program << event::Finished{.deferred = kD1,
                             .result = next_fails ? program.failed(FailureId{2}) : event::Result{}};
  program.at_ms(900) << event::End{};
  return program;
}

TEST(FailureSwallowed, IsAWarningWhenTheNextCallbackFailsOfIt) {
  const auto found = swallowing(true).find(Kind::kFailureSwallowed);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{30});
  EXPECT_NE(found[0].message.find("raised TypeError"), std::string::npos);
}

TEST(FailureSwallowed, IsWhatErrbacksAreForOtherwise) {
  Program program = swallowing(false);
  ASSERT_EQ(program.find(Kind::kFailureSwallowed).size(), 1u);
  EXPECT_EQ(program.worst(), Severity::kInfo);
}

// `await` on a Deferred that has failed raises in the coroutine; the Deferred keeps the failure.
TEST(UnhandledFailure, NotOnceAnAwaitRaisedIt) {
  Program program = failing();
  program << event::Awaited{.deferred = kD1, .stack = program.at("main", 60)};
  program.at_ms(900) << event::End{};
  EXPECT_TRUE(program.find(Kind::kUnhandledFailure).empty());
}

// A list with consumeErrors=True that is done well though its member failed.
TEST(FailureSwallowed, ByAList) {
  Program program = failing();
  program << event::Created{.deferred = kD2, .stack = program.at("broadcast", 50)}
          << event::Waiting{.deferred = kD2, .on = kD1, .how = WaitKind::kListMember}
          << event::Attached{.deferred = kD1,
                             .errback = program.function("DeferredList._cbDeferred", 1)}
          << event::Started{.deferred = kD1, .position = 1, .lane = Lane::kErrback}
          << event::Fired{.deferred = kD2} << event::Finished{.deferred = kD1};
  program.at_ms(900) << event::End{};
  const auto found = program.find(Kind::kFailureSwallowed);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].deferred, kD2);
  EXPECT_EQ(Program::lines(found[0], Role::kRaised), Lines{19});
}

TEST(FailureSwallowed, ByACoroutineThatEndsWithNone) {
  Program program = failing();
  program << event::Created{.deferred = kD2, .stack = program.at("month", 50)}
          << event::Coroutine{.deferred = kD2, .function = program.function("charge", 40)}
          << event::Waiting{.deferred = kD2,
                            .on = kD1,
                            .how = WaitKind::kAwaited,
                            .stack = program.at("charge", 42)}
          << event::Resumed{.deferred = kD2, .by = kD1, .result = program.failed(kFailed)}
          << event::Fired{.deferred = kD2};
  program.at_ms(900) << event::End{};
  const auto found = program.find(Kind::kFailureSwallowed);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kInfo);
  EXPECT_EQ(Program::lines(found[0], Role::kWaiter), Lines{42});
}

}  // namespace
}  // namespace reactortrack::analysis
