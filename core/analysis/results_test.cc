// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::analysis {
namespace {

event::Result text() { return {.outcome = Outcome::kValue, .type = StringId{1}}; }

TEST(UnbalancedPause, ReleasesAWait) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("<module>", 10)}
          << event::Created{.deferred = kD2, .stack = program.at("<module>", 11)}
          << event::Attached{.deferred = kD2, .callback = program.function("send", 13)}
          << event::Attached{.deferred = kD2,
                             .callback = program.function("report", 16),
                             .stack = program.at("<module>", 24)}
          << event::Fired{.deferred = kD2} << event::Started{.deferred = kD2}
          << event::Finished{.deferred = kD2, .result = replay::deferred(kD1)}
          << event::Waiting{.deferred = kD2, .on = kD1, .how = WaitKind::kReturned};
  program.at_ms(100) << event::Unpaused{.deferred = kD2, .stack = program.at("resume", 21)}
                     << event::Started{.deferred = kD2, .position = 1}
                     << event::Finished{.deferred = kD2, .result = replay::deferred(kD1)};
  const auto pauses = program.find(Kind::kUnbalancedPause);
  ASSERT_EQ(pauses.size(), 1u);
  EXPECT_EQ(Program::lines(pauses[0], Role::kCulprit), Lines{21});
  EXPECT_EQ(Program::lines(pauses[0], Role::kCreated), (Lines{11, 10}));
  const auto values = program.find(Kind::kDeferredAsValue);
  ASSERT_EQ(values.size(), 1u);
  EXPECT_EQ(Program::lines(values[0], Role::kAttached), Lines{24});
}

Program paused(bool unpaused) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("open", 10)}
          << event::Paused{.deferred = kD1, .count = 1, .stack = program.at("hold", 12)}
          << event::Fired{.deferred = kD1};
  if (unpaused) program << event::Unpaused{.deferred = kD1, .stack = program.at("go", 14)};
  program.at_ms(900) << event::End{};
  return program;
}

TEST(UnbalancedPause, StillPausedAtTheEnd) {
  const auto found = paused(false).find(Kind::kUnbalancedPause);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{12});
}

TEST(UnbalancedPause, NotOfAPair) { EXPECT_TRUE(paused(true).findings().empty()); }

TEST(DeferredAsValue, ACoroutineThatACallbackReturned) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("go", 5)}
          << event::Attached{.deferred = kD1,
                             .callback = program.function("store", 2),
                             .stack = program.at("go", 6)}
          << event::Fired{.deferred = kD1} << event::Started{.deferred = kD1}
          << event::Finished{
                 .deferred = kD1,
                 .result = {.outcome = Outcome::kValue, .type = program.string("coroutine")}};
  const auto found = program.find(Kind::kDeferredAsValue);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kAttached), Lines{6});
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{2});
}

// One expression that attaches a whole chain is one consumer.
TEST(ResultTaken, NotByAChainAttachedInOneLine) {
  Program program;
  const StackId line = program.at("fetch", 6);
  program << event::Created{.deferred = kD1, .stack = program.at("fetch", 5)};
  for (std::uint32_t step = 1; step < 3; ++step)
    program << event::Attached{.deferred = kD1,
                               .callback = program.function("step" + std::to_string(step), step),
                               .stack = line};
  program << event::Fired{.deferred = kD1, .result = text()} << event::Started{.deferred = kD1}
          << event::Finished{.deferred = kD1} << event::Started{.deferred = kD1, .position = 1}
          << event::Finished{.deferred = kD1};
  EXPECT_TRUE(program.find(Kind::kResultTaken).empty());
}

TEST(ResultTaken, ByACallbackBeforeACoroutineCame) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("connect", 5)}
          << event::Attached{.deferred = kD1,
                             .callback = program.function("log", 8),
                             .stack = program.at("warm_up", 9)}
          << event::Fired{.deferred = kD1, .result = text()} << event::Started{.deferred = kD1}
          << event::Finished{.deferred = kD1}
          << event::Awaited{.deferred = kD1, .stack = program.at("request", 30)} << event::End{};
  const auto found = program.find(Kind::kResultTaken);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kInfo);
  EXPECT_EQ(Program::lines(found[0], Role::kWaiter), Lines{30});
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), (Lines{9, 8}));
}

}  // namespace
}  // namespace reactortrack::analysis
