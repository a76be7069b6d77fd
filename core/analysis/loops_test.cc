// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::analysis {
namespace {

constexpr LoopId kLoop{1};

Program looping() {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("start", 22)}
          << event::LoopStarted{.loop = kLoop,
                                .function = program.function("flush", 15),
                                .interval = {50 * kMillisecond},
                                .deferred = kD1,
                                .stack = program.at("start", 22)};
  for (int i = 0; i < 3; ++i)
    program.at_ms(50 * i) << event::IterationStarted{.loop = kLoop}
                          << event::IterationEnded{.loop = kLoop};
  return program;
}

TEST(LoopStopped, IsAnErrorWhenNobodyWasTold) {
  Program program = looping();
  program.at_ms(150).raise(kFailed, "builtins.ZeroDivisionError", "flush", 17)
      << event::Fired{.deferred = kD1, .result = program.failed(kFailed)};
  program.at_ms(900) << event::End{};
  const auto found = program.find(Kind::kLoopStopped);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kError);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{22});
  EXPECT_EQ(Program::lines(found[0], Role::kRaised), Lines{17});
  EXPECT_NE(found[0].message.find("in iteration 3"), std::string::npos);
}

TEST(LoopStuck, WaitsForWhatItReturned) {
  Program program = looping();
  program.at_ms(150) << event::IterationStarted{.loop = kLoop}
                     << event::Created{.deferred = kD2, .stack = program.at("send", 14)}
                     << event::IterationEnded{.loop = kLoop, .deferred = kD2};
  program.at_ms(900) << event::End{};
  const auto found = program.find(Kind::kLoopStuck);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kError);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{14});
}

TEST(Loops, ThatRunAreNoFinding) {
  Program program = looping();
  program.at_ms(180) << event::End{};
  EXPECT_TRUE(program.findings().empty());
}

TEST(LoopOverlap, OfRunsThatAreNotReturned) {
  Program program = looping();
  for (std::uint32_t i = 0; i < 5; ++i)
    program.at_ms(200 + 50 * i) << event::IterationStarted{.loop = kLoop}
                                << event::Created{.deferred = DeferredId{10 + i},
                                                  .stack = program.at("flush", 16)}
                                << event::Coroutine{.deferred = DeferredId{10 + i},
                                                    .function = program.function("poll", 4)}
                                << event::IterationEnded{.loop = kLoop};
  program.at_ms(450) << event::End{};
  const auto found = program.find(Kind::kLoopOverlap);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_NE(found[0].message.find("up to 5 runs"), std::string::npos);
}

TEST(LoopOverlap, OfIterationsThatTakeLongerThanTheInterval) {
  Program program = looping();
  for (std::uint32_t i = 0; i < 4; ++i) {
    const DeferredId returned{10 + i};
    program.at_ms(200 + 100 * i) << event::IterationStarted{.loop = kLoop}
                                 << event::Created{.deferred = returned}
                                 << event::IterationEnded{.loop = kLoop, .deferred = returned};
    program.at_ms(280 + 100 * i) << event::Fired{.deferred = returned};
  }
  const auto found = program.find(Kind::kLoopOverlap);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].message.find("4 of 7 iterations"), std::string::npos);
}

}  // namespace
}  // namespace reactortrack::analysis
