// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::analysis {
namespace {

constexpr event::DelayedCallId kBeat{7};

// A callback that takes so long, in a reactor that has a heartbeat.
Program blocking(std::int64_t took_ms, bool has_heartbeat) {
  Program program;
  program << event::TurnStarted{} << event::TurnEnded{} << event::PollStarted{}
          << event::Created{.deferred = kD1, .stack = program.at("download", 17)}
          << event::Attached{.deferred = kD1,
                             .callback = program.function("store", 19),
                             .stack = program.at("process", 24)};
  program.at_ms(100) << event::PollEnded{} << event::TurnStarted{};
  if (has_heartbeat)
    program << event::CallScheduled{.call = kBeat,
                                    .function = program.function("beat", 13),
                                    .delay = {50 * kMillisecond},
                                    .stack = program.at("<module>", 26)};
  program << event::Fired{.deferred = kD1} << event::Started{.deferred = kD1};
  program.at_ms(100 + took_ms) << event::Finished{.deferred = kD1} << event::TurnEnded{}
                               << event::PollStarted{} << event::PollEnded{};
  if (has_heartbeat)
    program << event::TurnStarted{} << event::CallStarted{.call = kBeat}
            << event::CallEnded{.call = kBeat} << event::TurnEnded{} << event::PollStarted{};
  return program;
}

TEST(ReactorBlocked, NamesTheCallbackAndWhereItWasAttached) {
  const auto found = blocking(600, true).find(Kind::kReactorBlocked);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(Program::lines(found[0], Role::kAttached), Lines{24});
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{19});
  EXPECT_NE(found[0].message.find("1 delayed call was late"), std::string::npos);
}

TEST(ReactorBlocked, IsInfoWhenNothingElseWasDue) {
  Program program = blocking(600, false);
  ASSERT_EQ(program.find(Kind::kReactorBlocked).size(), 1u);
  EXPECT_EQ(program.worst(), Severity::kInfo);
}

TEST(ReactorBlocked, NotForAMoment) { EXPECT_TRUE(blocking(90, true).findings().empty()); }

TEST(Starved, ByManyShortCalls) {
  Program program;
  program << event::TurnStarted{} << event::TurnEnded{} << event::PollStarted{}
          << event::PollEnded{}
          << event::CallScheduled{.call = kBeat,
                                  .function = program.function("beat", 13),
                                  .delay = {50 * kMillisecond},
                                  .stack = program.at("<module>", 26)};
  const StackId made = program.at("flood", 5);
  for (std::uint32_t i = 0; i < 300; ++i)
    program.at_ms(i) << event::TurnStarted{}
                     << event::Created{.deferred = DeferredId{i + 1}, .stack = made}
                     << event::Fired{.deferred = DeferredId{i + 1}} << event::TurnEnded{}
                     << event::PollStarted{} << event::PollEnded{};
  program << event::CallStarted{.call = kBeat} << event::CallEnded{.call = kBeat};
  const auto found = program.find(Kind::kStarved);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kWaiter), Lines{26});
}

// A callback that has not returned when the recording breaks off.
Program broken_off() {
  Program program;
  program << event::TurnStarted{} << event::TurnEnded{} << event::PollStarted{}
          << event::PollEnded{} << event::TurnStarted{}
          << event::Created{.deferred = kD1, .stack = program.at("read", 17)}
          << event::Attached{.deferred = kD1,
                             .callback = program.function("lock", 19),
                             .stack = program.at("begin", 24)}
          << event::Fired{.deferred = kD1} << event::Started{.deferred = kD1};
  return program;
}

TEST(ReactorBlocked, WhereARecordingBreaksOff) {
  Program program = broken_off();
  const auto found = program.find(Kind::kReactorBlocked);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kInfo);
  EXPECT_EQ(Program::lines(found[0], Role::kAttached), Lines{24});
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{19});
}

TEST(ReactorBlocked, IsAWarningWhenAnotherThreadTellsHowLongItWas) {
  Program program = broken_off();
  program.at_ms(900) << event::Thread{.thread = ThreadId{2}} << event::Mark{};
  const auto found = program.find(Kind::kReactorBlocked);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(found[0].duration_ns, 900 * kMillisecond);
}

TEST(ReactorBlocked, NotWhereARecordingEndsProperly) {
  Program program = broken_off();
  program << event::End{};
  EXPECT_TRUE(program.find(Kind::kReactorBlocked).empty());
}

// asyncio's reactor does not tell when it polls.
TEST(ReactorBlocked, NotWhileAReactorWithoutPollsIsIdle) {
  Program program;
  program << event::TurnStarted{} << event::TurnEnded{};
  program.at_ms(5000) << event::TurnStarted{} << event::TurnEnded{} << event::End{};
  EXPECT_TRUE(program.findings().empty());
}

TEST(ReactorBlocked, ByWhatRanInAReactorWithoutPolls) {
  Program program;
  program << event::TurnStarted{}
          << event::CallScheduled{.call = kBeat,
                                  .function = program.function("scan", 13),
                                  .stack = program.at("begin", 26)}
          << event::CallStarted{.call = kBeat};
  program.at_ms(600) << event::CallEnded{.call = kBeat} << event::TurnEnded{} << event::End{};
  const auto found = program.find(Kind::kReactorBlocked);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{13});
}

}  // namespace
}  // namespace reactortrack::analysis
