// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::analysis {
namespace {

Program making(std::uint32_t count, std::int64_t every_ms, bool finish) {
  Program program;
  const StackId made = program.at("request", 5);
  for (std::uint32_t i = 1; i <= count; ++i) {
    program.at_ms(every_ms * i) << event::Created{.deferred = DeferredId{i}, .stack = made};
    if (finish) program << event::Fired{.deferred = DeferredId{i}};
  }
  program.at_ms(every_ms * count + 100) << event::End{};
  return program;
}

TEST(PilingUp, OfWhatIsMadeOverATime) {
  const auto found = making(120, 10, false).find(Kind::kPilingUp);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(Program::lines(found[0], Role::kCreated), Lines{5});
  EXPECT_NE(found[0].message.find("120 of 120 Deferreds"), std::string::npos);
}

TEST(PilingUp, NotOfABurst) { EXPECT_TRUE(making(120, 0, false).find(Kind::kPilingUp).empty()); }

TEST(PilingUp, NotOfWhatFinishes) { EXPECT_TRUE(making(120, 10, true).findings().empty()); }

TEST(PilingUp, OfAQueue) {
  Program program;
  program << event::Resource{
      .resource = kLock, .what = event::ResourceKind::kQueue, .stack = program.at("<module>", 3)};
  const StackId put = program.at("produce", 9);
  for (int i = 0; i < 30; ++i) program << event::Released{.resource = kLock, .stack = put};
  const auto found = program.find(Kind::kPilingUp);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(Program::lines(found[0], Role::kCulprit), Lines{9});
}

TEST(Slow, StandsOutFromItsKin) {
  Program program;
  const StackId made = program.at("handle", 5);
  for (std::uint32_t i = 1; i <= 12; ++i)
    program.at_ms(0) << event::Created{.deferred = DeferredId{i}, .stack = made};
  for (std::uint32_t i = 1; i <= 12; ++i)
    program.at_ms(i == 12 ? 900 : 20) << event::Fired{.deferred = DeferredId{i}};
  const auto found = program.find(Kind::kSlow);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].deferred, DeferredId{12});
  EXPECT_EQ(found[0].duration_ns, 900 * kMillisecond);
}

TEST(Slow, AListWaitedForTheMemberThatCameLast) {
  Program program;
  const DeferredId list{9};
  program << event::Created{.deferred = kD1, .stack = program.at("fetch", 5)}
          << event::Created{.deferred = kD2, .stack = program.at("fetch", 5)}
          << event::Created{.deferred = list, .stack = program.at("page", 8)}
          << event::Coroutine{.deferred = list, .function = program.function("page", 7)};
  for (const DeferredId each : {kD1, kD2})
    program << event::Waiting{.deferred = list, .on = each, .how = WaitKind::kListMember};
  program.at_ms(20) << event::Fired{.deferred = kD1};
  program.at_ms(900) << event::Fired{.deferred = kD2} << event::Fired{.deferred = list};
  const auto found = program.find(Kind::kSlow);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].deferred, list);
  EXPECT_NE(found[0].message.find("waited 900 ms"), std::string::npos);
  EXPECT_NE(found[0].message.find("(me/app.py:5), #2"), std::string::npos);
}

}  // namespace
}  // namespace reactortrack::analysis
