// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::analysis {
namespace {

// place_order() calls save() and drops what it gives.
Program dropping(bool fails) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("<module>", 30)}
          << event::Coroutine{.deferred = kD1, .function = program.function("place_order", 16)}
          << event::Attached{.deferred = kD1, .callback = program.function("show", 40)}
          << event::Created{.deferred = kD2, .stack = program.at("place_order", 18)}
          << event::Coroutine{.deferred = kD2, .function = program.function("save", 11)}
          << event::Fired{.deferred = kD1};
  program.at_ms(100);
  if (fails) program.raise(kFailed, "builtins.OSError", "save", 13);
  program << event::Fired{.deferred = kD2,
                          .result = fails ? program.failed(kFailed) : event::Result{}};
  program.at_ms(500) << event::End{};
  return program;
}

TEST(DroppedWork, IsAnErrorWhenItFailed) {
  const auto found = dropping(true).find(Kind::kDroppedWork);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kError);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{18});
  EXPECT_EQ(Program::lines(found[0], Role::kRaised), Lines{13});
}

TEST(DroppedWork, MayBeMeantSoOtherwise) {
  Program program = dropping(false);
  ASSERT_EQ(program.find(Kind::kDroppedWork).size(), 1u);
  EXPECT_EQ(program.worst(), Severity::kInfo);
}

// main() awaits transfer(), which has no Deferred of its own, and that drops what audit() gives.
TEST(DroppedWork, ByACoroutineThatOnlyOthersAwait) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("<module>", 30)}
          << event::Coroutine{.deferred = kD1, .function = program.function("main", 20)}
          << event::Created{.deferred = kD3, .stack = program.at("read", 5)}
          << event::Waiting{.deferred = kD1,
                            .on = kD3,
                            .how = WaitKind::kAwaited,
                            .stack = program.at("transfer", 12, program.at("main", 22))}
          << event::Created{.deferred = kD2, .stack = program.at("transfer", 15)};
  program.at_ms(500) << event::Fired{.deferred = kD2} << event::End{};
  const auto found = program.find(Kind::kDroppedWork);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].deferred, kD2);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{15});
}

TEST(DroppedWork, OfACoroutineNeverAwaited) {
  Program program;
  program << event::NeverAwaited{.function = program.function("save", 3),
                                 .stack = program.at("main", 7)}
          << event::Mark{} << event::End{};
  const auto found = program.find(Kind::kDroppedWork);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{7});
}

TEST(DroppedWork, OfACoroutineThatADelayedCallMade) {
  Program program;
  const event::DelayedCallId call{1};
  program << event::CallScheduled{.call = call,
                                  .function = program.function("clean", 3),
                                  .stack = program.at("schedule", 9)}
          << event::CallStarted{.call = call}
          << event::NeverAwaited{.function = program.function("clean", 3),
                                 .stack = program.in_twisted("runUntilCurrent", 1094)}
          << event::CallEnded{.call = call} << event::End{};
  const auto found = program.find(Kind::kDroppedWork);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{9});
}

Program failing_list(bool member_goes_on, bool fails_late = false) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("part", 17)}
          << event::Created{.deferred = kD2, .stack = program.at("part", 17)}
          << event::Attached{.deferred = kD2, .callback = program.function("arrive", 13)}
          << event::Created{.deferred = kD3, .stack = program.at("all", 20)};
  for (const DeferredId member : {kD1, kD2})
    program << event::Waiting{.deferred = kD3, .on = member, .how = WaitKind::kListMember};
  program.at_ms(50).raise(kFailed, "builtins.OSError", "part", 15);
  if (!member_goes_on) program << event::Fired{.deferred = kD2};
  program << event::Fired{.deferred = kD1, .result = program.failed(kFailed)}
          << event::Fired{.deferred = kD3, .result = program.failed(kFailed)};
  program.at_ms(300);
  if (fails_late) program.raise(FailureId{2}, "builtins.OSError", "part", 16);
  if (member_goes_on)
    program << event::Fired{.deferred = kD2} << event::Started{.deferred = kD2}
            << event::Finished{
                   .deferred = kD2,
                   .result = fails_late ? program.failed(FailureId{2}) : event::Result{}};
  program << event::End{};
  return program;
}

TEST(OutlivesOwner, OfMembersThatWorkOn) {
  const auto found = failing_list(true).find(Kind::kOutlivesOwner);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kInfo);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{17});
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{20});
  EXPECT_EQ(found[0].duration_ns, 250 * kMillisecond);
}

TEST(OutlivesOwner, IsAWarningWhenTheyFailAfterwards) {
  const auto found = failing_list(true, true).find(Kind::kOutlivesOwner);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
}

// A race: the list was done with its first result.
TEST(OutlivesOwner, OfTheLosersOfARace) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("fetch", 17)}
          << event::Created{.deferred = kD2, .stack = program.at("fetch", 17)}
          << event::Attached{.deferred = kD2, .callback = program.function("store", 13)}
          << event::Created{.deferred = kD3, .stack = program.at("race", 20)};
  for (const DeferredId member : {kD1, kD2})
    program << event::Waiting{.deferred = kD3, .on = member, .how = WaitKind::kListMember};
  program << event::Fired{.deferred = kD1} << event::Fired{.deferred = kD3};
  program.at_ms(300) << event::Fired{.deferred = kD2} << event::Started{.deferred = kD2}
                     << event::Finished{.deferred = kD2} << event::End{};
  ASSERT_EQ(program.find(Kind::kOutlivesOwner).size(), 1u);
  EXPECT_EQ(program.worst(), Severity::kInfo);
}

TEST(OutlivesOwner, NotOfThoseThatWereDone) {
  EXPECT_TRUE(failing_list(false).find(Kind::kOutlivesOwner).empty());
}

TEST(ContextLeak, NamesTheVariableAndTheCallback) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("ask", 5)}
          << event::Attached{.deferred = kD1,
                             .callback = program.function("set_it", 8),
                             .stack = program.at("ask", 9)}
          << event::Fired{.deferred = kD1} << event::Started{.deferred = kD1}
          << event::Finished{.deferred = kD1}
          << event::ContextChanged{.deferred = kD1,
                                   .variable = program.string("request"),
                                   .stack = program.at("fire", 12)};
  const auto found = program.find(Kind::kContextLeak);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].message.find("variable request"), std::string::npos);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{8});
  EXPECT_EQ(Program::lines(found[0], Role::kFired), Lines{12});
}

}  // namespace
}  // namespace reactortrack::analysis
