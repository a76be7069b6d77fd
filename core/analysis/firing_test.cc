// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::analysis {
namespace {

TEST(FiredTwice, NamesBothPlaces) {
  Program program;
  program << event::Created{.deferred = kD1, .stack = program.at("remove", 13)};
  program.at_ms(10) << event::Fired{.deferred = kD1, .stack = program.at("on_alert", 20)};
  program.at_ms(60) << event::FiredAgain{.deferred = kD1, .stack = program.at("on_error", 25)};
  const auto found = program.find(Kind::kFiredTwice);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kError);
  EXPECT_EQ(Program::lines(found[0], Role::kFired), Lines{20});
  EXPECT_EQ(Program::lines(found[0], Role::kFiredAgain), Lines{25});
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{13});
}

TEST(FiredTwice, NotWhenItHadBeenCancelled) {
  Program program;
  program << event::Created{.deferred = kD1} << event::Fired{.deferred = kD1}
          << event::FiredAgain{.deferred = kD1, .suppressed = true};
  EXPECT_TRUE(program.find(Kind::kFiredTwice).empty());
}

Program with_worker_thread() {
  Program program;
  program << event::TurnStarted{} << event::TurnEnded{} << event::PollStarted{}
          << event::Created{.deferred = kD1, .stack = program.at("sign", 18)};
  program.at_ms(100) << event::Thread{.thread = ThreadId{2}, .name = program.string("signer")};
  return program;
}

TEST(WrongThread, IsToldOfTheFiring) {
  Program program = with_worker_thread();
  program << event::Fired{.deferred = kD1, .stack = program.at("lookup", 15)};
  const auto found = program.find(Kind::kWrongThread);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{18});
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{15});
  EXPECT_NE(found[0].message.find("thread signer"), std::string::npos);
}

TEST(WrongThread, NotOfADeferredOfThatThreadsOwn) {
  Program program = with_worker_thread();
  program << event::Created{.deferred = kD2, .stack = program.at("work", 30)}
          << event::Fired{.deferred = kD2, .stack = program.at("work", 31)};
  EXPECT_TRUE(program.find(Kind::kWrongThread).empty());
}

TEST(WrongThread, IsToldOfCallLater) {
  Program program = with_worker_thread();
  program << event::CallScheduled{.call = event::DelayedCallId{1},
                                  .function = program.function("later", 40),
                                  .delay = {1'000'000},
                                  .stack = program.at("work", 41)};
  const auto found = program.find(Kind::kWrongThread);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{41});
}

// Each Deferred's callback fires the next.
Program chain(std::uint32_t links) {
  Program program;
  const StackId made = program.at("build", 10);
  const StackId attached = program.at("build", 14);
  const CallableId callback = program.function("fire_next", 5);
  for (std::uint32_t i = 1; i <= links; ++i)
    program << event::Created{.deferred = DeferredId{i}, .stack = made}
            << event::Attached{.deferred = DeferredId{i}, .callback = callback, .stack = attached};
  for (std::uint32_t i = 1; i <= links; ++i)
    program << event::Fired{.deferred = DeferredId{i}} << event::Started{.deferred = DeferredId{i}};
  for (std::uint32_t i = links; i >= 1; --i) program << event::Finished{.deferred = DeferredId{i}};
  return program;
}

TEST(DeepRecursion, NamesWhatAttachedTheLinks) {
  const auto found = chain(300).find(Kind::kDeepRecursion);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kError);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{14});
  EXPECT_EQ(found[0].deferred, kD1);
}

TEST(DeepRecursion, NotOfAFewLinks) { EXPECT_TRUE(chain(50).find(Kind::kDeepRecursion).empty()); }

TEST(WrongThread, IsToldOfStop) {
  Program program = with_worker_thread();
  program << event::ReactorStopping{.stack = program.at("finish", 13)};
  const auto found = program.find(Kind::kWrongThread);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{13});
}

}  // namespace
}  // namespace reactortrack::analysis
