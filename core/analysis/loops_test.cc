// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <utility>
#include <vector>

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

// `each` coroutines are started by each of `iterations`, 50 ms apart, and take `took_ms`.
Program starting(std::uint32_t iterations, std::uint32_t each, std::int64_t took_ms) {
  Program program = looping();
  const std::int64_t first_ms = 200;
  std::vector<std::pair<std::int64_t, DeferredId>> ends;
  const auto end_until = [&](std::int64_t ms) {
    while (!ends.empty() && ends.front().first <= ms) {
      program.at_ms(ends.front().first) << event::Fired{.deferred = ends.front().second};
      ends.erase(ends.begin());
    }
  };
  for (std::uint32_t i = 0; i < iterations; ++i) {
    const std::int64_t now_ms = first_ms + 50 * i;
    end_until(now_ms);
    program.at_ms(now_ms) << event::IterationStarted{.loop = kLoop};
    for (std::uint32_t j = 0; j < each; ++j) {
      const DeferredId id{10 + i * each + j};
      program << event::Created{.deferred = id, .stack = program.at("flush", 16)}
              << event::Coroutine{.deferred = id, .function = program.function("poll", 4)};
      ends.emplace_back(now_ms + took_ms, id);
    }
    program << event::IterationEnded{.loop = kLoop};
  }
  end_until(first_ms + 50 * iterations + took_ms);
  program << event::End{};
  return program;
}

TEST(LoopOverlap, ThatStaysAsItIsIsWorthKnowing) {
  Program program = starting(40, 1, 290);
  const auto found = program.find(Kind::kLoopOverlap);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kInfo);
  EXPECT_NE(found[0].message.find("up to 6 runs"), std::string::npos) << found[0].message;
}

TEST(LoopOverlap, OfWorkThatComesFasterThanItIsDone) {
  Program program = starting(40, 1, 60'000);
  const auto found = program.find(Kind::kLoopOverlap);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_NE(found[0].message.find("up to 40 runs"), std::string::npos) << found[0].message;
  EXPECT_NE(found[0].message.find("more and more"), std::string::npos);
}

TEST(LoopOverlap, IsNotThatOneIterationStartsManyThings) {
  Program program = starting(40, 8, 40);
  EXPECT_TRUE(program.find(Kind::kLoopOverlap).empty());
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
