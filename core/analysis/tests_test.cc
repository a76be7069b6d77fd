// SPDX-License-Identifier: MIT
#include "core/analysis/tests.h"

#include <gtest/gtest.h>

#include "core/analysis/program_test.h"
#include "core/analysis/test_report.h"

namespace reactortrack::analysis {
namespace {

event::Mark mark(Program* program, const std::string& text) {
  return event::Mark{.text = program->string(text)};
}

// test_a leaves a coroutine that waits for a Deferred which test_b fires.
Program two_tests() {
  Program program;
  program << mark(&program, "test started: test_a")
          << event::Created{.deferred = kD1, .stack = program.at("test_a", 30)}
          << event::Coroutine{.deferred = kD1, .function = program.function("session", 10)}
          << event::Created{.deferred = kD2, .stack = program.at("ask", 5)}
          << event::Waiting{.deferred = kD1,
                            .on = kD2,
                            .how = WaitKind::kAwaited,
                            .stack = program.at("session", 12)};
  program.at_ms(10) << mark(&program, "test ended: test_a");
  program.at_ms(20) << mark(&program, "test started: test_b")
                    << event::Fired{.deferred = kD2, .stack = program.at("test_b", 40)};
  program.at_ms(30) << mark(&program, "test ended: test_b");
  return program;
}

TEST(Tests, KnowsTheTestOfEveryEvent) {
  const Program program = two_tests();
  const text::Wording wording(program.model(), program.definitions());
  const Tests tests(wording);
  ASSERT_EQ(tests.all().size(), 2u);
  EXPECT_EQ(tests.all()[1].name, "test_b");
  EXPECT_EQ(tests.maker(program.model().created_at(*program.model().find(kD2))), "the test test_a");
  EXPECT_EQ(tests.maker(program.model().find(kD2)->fired_at), "the test test_b");
  EXPECT_FALSE(tests.all()[0].failed());
}

TEST(Tests, NamesTheRootOfWhatATestLeftAndNotWhatItWaitsFor) {
  const Program program = two_tests();
  const text::Wording wording(program.model(), program.definitions());
  const Tests tests(wording);
  const std::vector<Leftover> left = tests.left_by(tests.all()[0]);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].what, Leftover::kPending);
  EXPECT_EQ(left[0].deferred, kD1);
  EXPECT_NE(left[0].text.find("waits for #2 in session (me/app.py:12)"), std::string::npos);
  EXPECT_TRUE(tests.left_by(tests.all()[1]).empty());
}

TEST(Tests, SaysInWhichTestAFailureThatWasLeftCameToLight) {
  Program program;
  program << mark(&program, "test started: test_a")
          << event::Created{.deferred = kD1, .stack = program.at("test_a", 30)};
  program.raise(kFailed, "ValueError", "price", 7)
      << event::Fired{.deferred = kD1, .result = program.failed(kFailed)}
      << mark(&program, "test ended: test_a");
  program.at_ms(20) << mark(&program, "test started: test_b")
                    << event::Collected{.deferred = kD1, .state = event::EndState::kFailedUnhandled}
                    << mark(&program, "test failed: ValueError")
                    << mark(&program, "test ended: test_b");
  const text::Wording wording(program.model(), program.definitions());
  const Tests tests(wording);
  const std::vector<Leftover> left = tests.left_by(tests.all()[0]);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].what, Leftover::kFailed);
  EXPECT_NE(left[0].text.find("logged, in the test test_b"), std::string::npos);
  EXPECT_EQ(tests.all()[1].failure, "ValueError");

  const std::vector<Finding> found = belonging(wording, tests.all()[1]);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, Kind::kUnhandledFailure);
  EXPECT_NE(found[0].message.find("It was made by the test test_a."), std::string::npos);
}

TEST(Tests, WhatAFixtureMadeIsNotLeftByTheTest) {
  Program program;
  program << mark(&program, "test started: test_a") << mark(&program, "fixture started: server")
          << event::Created{.deferred = kD1, .stack = program.at("server", 3)}
          << mark(&program, "fixture ended: server")
          << event::Created{.deferred = kD2, .stack = program.at("test_a", 9)}
          << mark(&program, "test ended: test_a");
  const text::Wording wording(program.model(), program.definitions());
  const Tests tests(wording);
  const std::vector<Leftover> left = tests.left_by(tests.all()[0]);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].deferred, kD2);
  EXPECT_EQ(tests.maker(program.model().created_at(*program.model().find(kD1))),
            "the fixture server");
}

TEST(Tests, LastMomentIsBeforeTheTimeoutStruckAndBeforeAnythingWasCleanedUp) {
  Program program;
  const event::DelayedCallId timeout{1};
  program << mark(&program, "test started: test_a")
          << event::Created{.deferred = kD1, .stack = program.at("test_a", 9)}
          << event::CallScheduled{.call = timeout, .delay = {2'000'000}};
  const replay::EventNumber before = program.model().now();
  program.at_ms(2) << event::CallStarted{.call = timeout};
  program.raise(kFailed, "twisted.internet.defer.TimeoutError", "test_a", 9)
      << event::Fired{.deferred = kD1, .result = program.failed(kFailed)}
      << event::CallEnded{.call = timeout} << mark(&program, "test body over")
      << mark(&program, "test failed: twisted.internet.defer.TimeoutError")
      << mark(&program, "test ended: test_a");
  const text::Wording wording(program.model(), program.definitions());
  const Tests tests(wording);
  EXPECT_EQ(tests.last_moment(tests.all()[0]), before);
}

TEST(Tests, ATestThatWasCutOffRunsUntilTheEnd) {
  Program program;
  program << mark(&program, "test started: test_a")
          << event::Created{.deferred = kD1, .stack = program.at("test_a", 9)};
  const text::Wording wording(program.model(), program.definitions());
  const Tests tests(wording);
  EXPECT_EQ(tests.last_moment(tests.all()[0]), program.model().now());
  EXPECT_EQ(tests.left_by(tests.all()[0]).size(), 1u);
}

TEST(TestReport, HasTheTreeOfWhatTheTestMade) {
  Program program = two_tests();
  program << mark(&program, "test started: test_c")
          << event::Created{.deferred = kD4, .stack = program.at("test_c", 50)}
          << event::Coroutine{.deferred = kD4, .function = program.function("session", 10)}
          << event::Created{.deferred = kD3, .stack = program.at("ask", 5)}
          << event::Waiting{.deferred = kD4,
                            .on = kD3,
                            .how = WaitKind::kAwaited,
                            .stack = program.at("session", 12)};
  const text::Wording wording(program.model(), program.definitions());
  const Tests tests(wording);
  const analysis::Test& test = tests.all()[2];
  const TestReport report = test_report(wording, test, belonging(wording, test));
  ASSERT_EQ(report.waits.size(),
            4u);  // that of test_a, which waits for nothing known, is not there
  EXPECT_NE(report.waits[0].find("the coroutine session (me/app.py:10), #4"), std::string::npos);
  EXPECT_EQ(report.waits[2].find("  the Deferred created in ask (me/app.py:5), #3"), 0u);
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings[0].find("warning, never-fired: "), 0u);
}

}  // namespace
}  // namespace reactortrack::analysis
