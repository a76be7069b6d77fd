// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "core/replay/story_test.h"

namespace reactortrack::replay {
namespace {

TEST(Reactor, OwnTimeLeavesOutCallbacksRunInside) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Attached{.deferred = kD1, .callback = kF}
        << event::Created{.deferred = kD2} << event::Attached{.deferred = kD2, .callback = kG}
        << event::Fired{.deferred = kD1, .result = value()};
  story.at(100) << event::Started{.deferred = kD1};
  story.at(110) << event::Fired{.deferred = kD2, .result = value()};
  story.at(120) << event::Started{.deferred = kD2};
  story.at(150) << event::Finished{.deferred = kD2};
  story.at(200) << event::Finished{.deferred = kD1};
  const Pair& outer = story.model.pair(story.of(kD1).first_pair);
  const Pair& inner = story.model.pair(story.of(kD2).first_pair);
  EXPECT_EQ(outer.own_ns(), 70);
  EXPECT_EQ(inner.own_ns(), 30);
  EXPECT_EQ(inner.inside.pair(), story.of(kD1).first_pair);
  EXPECT_EQ(story.of(kD2).fired_in.pair(), story.of(kD1).first_pair);
}

TEST(Reactor, TheCauseOfACreationIsTheInnermostCallbackOfItsThread) {
  Story story;
  story << event::Thread{.thread = ThreadId{1}} << event::Created{.deferred = kD1}
        << event::Attached{.deferred = kD1, .callback = kF}
        << event::Fired{.deferred = kD1, .result = value()} << event::Started{.deferred = kD1}
        << event::Created{.deferred = kD2} << event::Thread{.thread = ThreadId{2}}
        << event::Created{.deferred = kD3} << event::Thread{.thread = ThreadId{1}}
        << event::Finished{.deferred = kD1};
  EXPECT_EQ(story.of(kD1).created_in.kind(), FrameKind::kNothing);
  EXPECT_EQ(story.of(kD2).created_in.pair(), story.of(kD1).first_pair);
  EXPECT_EQ(story.of(kD3).created_in.kind(), FrameKind::kNothing);
  EXPECT_EQ(story.model.threads().size(), 2u);
  EXPECT_EQ(story.model.strange_count(), 0u);
}

TEST(Reactor, DelayedCallsAreCausesToo) {
  constexpr event::DelayedCallId kDelayed{1};
  Story story;
  story.at(5) << event::CallScheduled{.call = kDelayed, .function = kF, .delay = {100}};
  story.at(107) << event::CallStarted{.call = kDelayed, .late = {2}}
                << event::Created{.deferred = kD1};
  story.at(110) << event::CallEnded{.call = kDelayed} << event::Created{.deferred = kD2};
  EXPECT_EQ(story.of(kD1).created_in.call(), kDelayed);
  EXPECT_EQ(story.of(kD2).created_in.kind(), FrameKind::kNothing);
  EXPECT_EQ(story.model.find(kDelayed)->due_ns, 105);
  EXPECT_EQ(story.model.time_ns(story.model.find(kDelayed)->started_at), 107);
  EXPECT_EQ(story.model.time_ns(story.model.find(kDelayed)->ended_at), 110);
}

TEST(Reactor, TurnsHaveTheirPolls) {
  Story story;
  story.at(1) << event::TurnStarted{};
  story.at(4) << event::TurnEnded{.calls = 2};
  story.at(5) << event::PollStarted{.timeout = {1000}};
  story.at(9) << event::PollEnded{};
  story.at(10) << event::TurnStarted{};
  ASSERT_EQ(story.model.turns().size(), 2u);
  EXPECT_EQ(story.model.turns()[0].calls, 2u);
  EXPECT_EQ(story.model.time_ns(story.model.turns()[0].ended_at), 4);
  EXPECT_EQ(story.model.span_ns(story.model.turns()[0].poll_started_at,
                                story.model.turns()[0].poll_ended_at),
            4);
}

TEST(Reactor, TheWallClockIsCountedBackToTheStart) {
  Story story;
  story.at(500) << event::Clock{.unix_ns = 1'700'000'000'000'000'500};
  EXPECT_EQ(story.model.started_unix_ns(), 1'700'000'000'000'000'000);
}

TEST(Reactor, AddsUpWhatWasLost) {
  Story story;
  story << event::Lost{.count = 7, .reason = event::LostReason::kNoSpace}
        << event::Lost{.count = 5, .reason = event::LostReason::kFile};
  EXPECT_EQ(story.model.lost_count(), 12u);
}

TEST(Reactor, ACallbackWhoseEndWasLostEndsWithTheOneAroundIt) {
  Story story;
  story << event::Attached{.deferred = kD1, .callback = kF}
        << event::Attached{.deferred = kD2, .callback = kG} << event::Started{.deferred = kD1}
        << event::Started{.deferred = kD2};
  story.at(10) << event::Finished{.deferred = kD1};
  EXPECT_FALSE(story.of(kD2).running);
  EXPECT_TRUE(story.model.threads()[0].stack.empty());
  EXPECT_EQ(story.model.strange_count(), 1u);
}

}  // namespace
}  // namespace reactortrack::replay
