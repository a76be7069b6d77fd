// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::analysis {
namespace {

event::Result a_text() { return {.outcome = Outcome::kValue, .type = StringId{1}}; }

TEST(ResultTaken, ByTheChainThatReturnedIt) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("conversation", 18)}
          << event::Fired{.deferred = kD1, .result = a_text()}
          << event::Attached{.deferred = kD1,
                             .callback = program.function("ask", 12),
                             .stack = program.at("conversation", 19)}
          << event::Started{.deferred = kD1}
          << event::Created{.deferred = kD2, .stack = program.at("ask", 13)}
          << event::Finished{.deferred = kD1, .result = replay::deferred(kD2)}
          << event::Waiting{.deferred = kD1, .on = kD2, .how = WaitKind::kReturned}
          << event::Attached{.deferred = kD2,
                             .callback = program.function("log_reply", 23),
                             .stack = program.at("<module>", 27)};
  program.at_ms(100) << event::Fired{.deferred = kD2, .result = a_text()}
                     << event::Resumed{.deferred = kD1, .by = kD2, .result = a_text()}
                     << event::Started{.deferred = kD2} << event::Finished{.deferred = kD2};
  const auto found = program.find(Kind::kResultTaken);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{13});
  EXPECT_EQ(Program::lines(found[0], Role::kChained), (Lines{19, 18}));
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{27});
}

// #1 and #2 are coroutines that await #3.
Program two_consumers(event::Result result) {
  Program program;
  const CallableId resume{};
  program << event::Created{.deferred = kD3, .stack = program.at("start", 19)};
  for (const DeferredId each : {kD1, kD2})
    program << event::Created{.deferred = each, .stack = program.at("<module>", 28)}
            << event::Coroutine{.deferred = each, .function = program.function("consumer", 23)}
            << event::Waiting{.deferred = each,
                              .on = kD3,
                              .how = WaitKind::kAwaited,
                              .stack = program.at("consumer", 25)}
            << event::Attached{.deferred = kD3, .callback = resume, .errback = resume};
  program.at_ms(100) << event::Fired{.deferred = kD3, .result = result};
  std::uint32_t position = 0;
  for (const DeferredId each : {kD1, kD2})
    program << event::Resumed{.deferred = each, .by = kD3}
            << event::Started{.deferred = kD3, .position = position++}
            << event::Fired{.deferred = each} << event::Finished{.deferred = kD3};
  return program;
}

TEST(ResultTaken, ByTheFirstOfTwoThatAwaitIt) {
  const auto found = two_consumers(a_text()).find(Kind::kResultTaken);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{19});
  EXPECT_EQ(Program::lines(found[0], Role::kWaiter), Lines{25});
}

TEST(ResultTaken, NotWhenThereWasNothingToTake) {
  EXPECT_TRUE(two_consumers({}).findings().empty());
}

TEST(ResultTaken, NotByAChainOfCallbacks) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("fetch", 5)};
  for (std::uint32_t line = 6; line < 8; ++line)
    program << event::Attached{.deferred = kD1,
                               .callback = program.function("step", line),
                               .stack = program.at("fetch", line)};
  program << event::Fired{.deferred = kD1, .result = a_text()} << event::Started{.deferred = kD1}
          << event::Finished{.deferred = kD1} << event::Started{.deferred = kD1, .position = 1}
          << event::Finished{.deferred = kD1};
  EXPECT_TRUE(program.findings().empty());
}

// Two chains whose callbacks return #3, which fires with `result`; #3 has no callbacks of its own.
Program two_chains(event::Result result) {
  Program program;
  program << event::Created{.deferred = kD3, .stack = program.at("start", 19)};
  std::uint32_t line = 30;
  for (const DeferredId each : {kD1, kD2}) {
    program << event::Created{.deferred = each, .stack = program.at("use", line)}
            << event::Attached{.deferred = each,
                               .callback = program.function("get", line + 1),
                               .stack = program.at("use", line + 2)}
            << event::Fired{.deferred = each} << event::Started{.deferred = each}
            << event::Finished{.deferred = each, .result = replay::deferred(kD3)}
            << event::Waiting{.deferred = each, .on = kD3, .how = WaitKind::kReturned};
    line += 10;
  }
  program.at_ms(100) << event::Fired{.deferred = kD3, .result = result}
                     << event::Resumed{.deferred = kD1, .by = kD3, .result = result}
                     << event::Resumed{.deferred = kD2, .by = kD3};
  return program;
}

TEST(ResultTaken, ByTheFirstOfTwoChainsThatReturnedIt) {
  const auto found = two_chains(a_text()).find(Kind::kResultTaken);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(found[0].deferred, kD3);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{19});
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), (Lines{32, 31, 30}));
  EXPECT_EQ(Program::lines(found[0], Role::kWaiter), (Lines{42, 41, 40}));
  EXPECT_NE(found[0].message.find("the chain of #1, whose callback get (me/app.py:31)"),
            std::string::npos);
}

TEST(ResultTaken, NotByChainsThatGotNothing) { EXPECT_TRUE(two_chains({}).findings().empty()); }

TEST(ResultTaken, ByAChainBeforeAnotherThatCameLate) {
  Program program;
  program << event::Created{.deferred = kD3, .stack = program.at("start", 19)}
          << event::Created{.deferred = kD1, .stack = program.at("use", 30)}
          << event::Waiting{.deferred = kD1, .on = kD3, .how = WaitKind::kReturned}
          << event::Fired{.deferred = kD3, .result = a_text()}
          << event::Resumed{.deferred = kD1, .by = kD3, .result = a_text()};
  program.at_ms(100) << event::Created{.deferred = kD2, .stack = program.at("use", 40)}
                     << event::Attached{.deferred = kD2,
                                        .callback = program.function("get", 41),
                                        .stack = program.at("use", 42)}
                     << event::Fired{.deferred = kD2} << event::Started{.deferred = kD2}
                     << event::Finished{.deferred = kD2, .result = replay::deferred(kD3)}
                     << event::Taken{.deferred = kD2, .from = kD3};
  const auto found = program.find(Kind::kResultTaken);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{30});
  EXPECT_EQ(Program::lines(found[0], Role::kWaiter), (Lines{42, 41, 40}));
}

}  // namespace
}  // namespace reactortrack::analysis
