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

}  // namespace
}  // namespace reactortrack::analysis
