// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::analysis {
namespace {

// A coroutine awaits a Deferred that nothing fires.
Program hanging() {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("<module>", 30)}
          << event::Coroutine{.deferred = kD1, .function = program.function("session", 10)}
          << event::Created{.deferred = kD2, .stack = program.at("ask", 5)}
          << event::Waiting{.deferred = kD1,
                            .on = kD2,
                            .how = WaitKind::kAwaited,
                            .stack = program.at("session", 12)};
  return program;
}

TEST(NeverFired, NamesWhereItWasMadeAndWhoWaits) {
  Program program = hanging();
  program.at_ms(1000) << event::End{};
  const auto found = program.find(Kind::kNeverFired);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(found[0].deferred, kD2);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{5});
  EXPECT_EQ(Program::lines(found[0], Role::kWaiter), Lines{12});
  EXPECT_NE(found[0].message.find("the coroutine session"), std::string::npos);
}

TEST(NeverFired, IsNotToldOfWhatIsYoung) {
  Program program = hanging();
  program.at_ms(200) << event::End{};
  EXPECT_TRUE(program.find(Kind::kNeverFired).empty());
}

TEST(NeverFired, IsToldAtOnceWhenTheReactorWasKilledInItsSleep) {
  Program program = hanging();
  program << event::TurnStarted{} << event::TurnEnded{} << event::PollStarted{};
  const auto found = program.find(Kind::kNeverFired);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].message.find("sleeps with nothing scheduled"), std::string::npos);
}

TEST(NeverFired, IsNotToldOfWhatATimerWillFire) {
  Program program = hanging();
  program << event::CallScheduled{.call = event::DelayedCallId{1},
                                  .function = program.function("later", 50),
                                  .delay = {5'000'000'000},
                                  .stack = program.at("ask", 6)};
  program.at_ms(1000) << event::End{};
  EXPECT_TRUE(program.find(Kind::kNeverFired).empty());
}

TEST(NeverFired, IsInfoWhenInputMayStillCome) {
  Program program = hanging();
  program << event::IoStarted{.type = program.string("twisted.internet.tcp.Server")}
          << event::IoEnded{};
  program.at_ms(1000) << event::End{};
  ASSERT_EQ(program.find(Kind::kNeverFired).size(), 1u);
  EXPECT_EQ(program.worst(), Severity::kInfo);
}

TEST(NeverFired, TellsWhichMemberAListWaitsFor) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("stop", 5)}
          << event::Created{.deferred = kD2, .stack = program.at("stop", 5)}
          << event::Created{.deferred = kD3, .stack = program.at("stop_all", 9)};
  for (const DeferredId member : {kD1, kD2})
    program << event::Waiting{.deferred = kD3,
                              .on = member,
                              .how = WaitKind::kListMember,
                              .stack = program.at("stop_all", 9)};
  program.at_ms(10) << event::Fired{.deferred = kD1} << event::Resumed{.deferred = kD3, .by = kD1};
  program.at_ms(1000) << event::End{};
  const auto found = program.find(Kind::kNeverFired);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].message.find("index 1 of the 2 members"), std::string::npos);
  EXPECT_NE(found[0].message.find("which has 1 result"), std::string::npos);
}

TEST(NeverFired, IsAnErrorWhenTheShutdownWaits) {
  Program program;
  program.at_ms(10) << event::ReactorStopping{}
                    << event::SystemEvent{.type = program.string("shutdown")}
                    << event::TriggerStarted{.phase = event::TriggerPhase::kBefore,
                                             .function = program.function("close", 14)}
                    << event::Created{.deferred = kD1, .stack = program.at("close", 18)}
                    << event::TriggerEnded{.deferred = kD1};
  program.at_ms(1000) << event::Mark{};
  const auto found = program.find(Kind::kNeverFired);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kError);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{18});
}

TEST(WaitCycle, OfADeferredWithItself) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("<module>", 10)}
          << event::Attached{.deferred = kD1,
                             .callback = program.function("login", 12),
                             .stack = program.at("<module>", 22)}
          << event::Attached{.deferred = kD1,
                             .callback = program.function("greet", 16),
                             .stack = program.at("<module>", 23)};
  program.at_ms(50) << event::Fired{.deferred = kD1} << event::Started{.deferred = kD1}
                    << event::Finished{.deferred = kD1, .result = replay::deferred(kD1)}
                    << event::Waiting{.deferred = kD1, .on = kD1, .how = WaitKind::kReturned};
  program.at_ms(500) << event::End{};
  const auto found = program.find(Kind::kWaitCycle);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{10});
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{12});
  EXPECT_NE(found[0].message.find("1 callback behind can never run"), std::string::npos);
}

TEST(WaitCycle, ThroughALock) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("<module>", 30)}
          << event::Coroutine{.deferred = kD1, .function = program.function("send", 20)}
          << event::Resource{.resource = kLock, .what = event::ResourceKind::kLock, .limit = 1}
          << event::Created{.deferred = kD2, .stack = program.at("send", 23)}
          << event::Fired{.deferred = kD2}
          << event::Acquiring{.resource = kLock, .deferred = kD2, .stack = program.at("send", 23)}
          << event::Acquired{.resource = kLock, .deferred = kD2}
          << event::Taken{.deferred = kD1, .from = kD2}
          << event::Created{.deferred = kD3, .stack = program.at("send", 25)}
          << event::Acquiring{.resource = kLock, .deferred = kD3, .stack = program.at("send", 25)}
          << event::Waiting{.deferred = kD1,
                            .on = kD3,
                            .how = WaitKind::kAwaited,
                            .stack = program.at("send", 25)};
  program.at_ms(1000) << event::End{};
  const auto found = program.find(Kind::kWaitCycle);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kHolder), Lines{23});
  EXPECT_EQ(Program::lines(found[0], Role::kWaiter), (Lines{25}));
  EXPECT_EQ(program.find(Kind::kLockHeld).size(), 1u);
}

TEST(CollectedPending, TellsOfTheCoroutineThatWentWithIt) {
  Program program = hanging();
  program.at_ms(100) << event::Collected{.deferred = kD1} << event::Collected{.deferred = kD2};
  program.at_ms(500) << event::End{};
  const auto found = program.find(Kind::kCollectedPending);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{5});
  EXPECT_EQ(Program::lines(found[0], Role::kWaiter), (Lines{12, 30}));
}

TEST(CollectedPending, IsNotToldOfTheProgramsEnd) {
  Program program = hanging();
  program.at_ms(100) << event::ReactorStopping{}
                     << event::SystemEvent{.type = program.string("shutdown")}
                     << event::TriggerStarted{.phase = event::TriggerPhase::kDuring}
                     << event::Collected{.deferred = kD1} << event::Collected{.deferred = kD2}
                     << event::End{};
  EXPECT_TRUE(program.find(Kind::kCollectedPending).empty());
}

std::vector<Finding> asked(std::uint32_t times) {
  Program program;
  const StackId made = program.at("ask", 5);
  const CallableId f = program.function("use", 7);
  const StackId attached = program.at("ask", 6);
  for (std::uint32_t i = 1; i <= times; ++i)
    program << event::Created{.deferred = DeferredId{i}, .stack = made}
            << event::Attached{.deferred = DeferredId{i}, .callback = f, .stack = attached};
  program.at_ms(1000) << event::End{};
  return program.find(Kind::kNeverFired);
}

TEST(Findings, OneIsCountedForThoseAtTheSamePlaces) {
  const auto found = asked(3);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].count, 3u);
  EXPECT_EQ(found[0].others, (std::vector<DeferredId>{kD2, kD3}));
}

TEST(Findings, MoreThanAreTakenAtOnceAreCounted) {
  const auto found = asked(2500);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].count, 2500u);
  EXPECT_EQ(found[0].deferred, kD1);
}

TEST(NeverFired, IsInfoWhileSomethingIsToComeThatMightFireIt) {
  Program program = hanging();
  program << event::CallScheduled{.call = event::DelayedCallId{1},
                                  .function = program.function("tidy", 50),
                                  .delay = {5'000'000'000},
                                  .stack = program.at("elsewhere", 51)};
  program.at_ms(1000) << event::End{};
  ASSERT_EQ(program.find(Kind::kNeverFired).size(), 1u);
  EXPECT_EQ(program.worst(), Severity::kInfo);
}

// A Deferred of which nobody knows whether it was ever to fire: a note of the end of something.
TEST(NeverFired, IsInfoOfCallbacksAloneUnlessOthersOfThatPlaceFired) {
  for (const bool others_fire : {false, true}) {
    Program program;
    const StackId made = program.at("closed", 5);
    program << event::Created{.deferred = kD1, .stack = made}
            << event::Attached{.deferred = kD1, .callback = program.function("bye", 9)};
    if (others_fire)
      program << event::Created{.deferred = kD2, .stack = made} << event::Fired{.deferred = kD2};
    program.at_ms(1000) << event::End{};
    ASSERT_EQ(program.find(Kind::kNeverFired).size(), 1u);
    EXPECT_EQ(program.worst(), others_fire ? Severity::kWarning : Severity::kInfo);
  }
}

TEST(NeverFired, NamesWhoCalledWhatMadeIt) {
  Program program;
  program << event::Created{.deferred = kD1,
                            .stack = program.at("helper", 5, program.at("order", 31))}
          << event::Attached{.deferred = kD1, .callback = program.function("bye", 9)};
  program.at_ms(1000) << event::End{};
  const auto found = program.find(Kind::kNeverFired);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kCaller), Lines{31});
  EXPECT_NE(found[0].message.find("called from order"), std::string::npos);
}

}  // namespace
}  // namespace reactortrack::analysis
