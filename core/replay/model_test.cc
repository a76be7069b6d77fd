// SPDX-License-Identifier: MIT
#include "core/replay/model.h"

#include <gtest/gtest.h>

#include <random>

#include "core/replay/story_test.h"

namespace reactortrack::replay {
namespace {

TEST(Model, FollowsADeferredFromCreationToCollection) {
  Story story;
  story.at(10) << event::Created{.deferred = kD1, .address = {0x7f00}, .stack = StackId{4}};
  EXPECT_EQ(story.state(kD1), State::kPending);
  story.at(20) << event::Attached{.deferred = kD1, .callback = kF, .stack = StackId{5}};
  story.at(30) << event::Fired{.deferred = kD1, .result = value(), .stack = StackId{6}};
  story.at(40) << event::Started{.deferred = kD1, .position = 0, .lane = Lane::kCallback};
  EXPECT_EQ(story.state(kD1), State::kRunning);
  story.at(90) << event::Finished{.deferred = kD1, .result = {}};
  EXPECT_EQ(story.state(kD1), State::kSucceeded);
  story.at(99) << event::Collected{.deferred = kD1, .state = event::EndState::kSucceeded};

  const Deferred& d = story.of(kD1);
  EXPECT_EQ(story.model.time_ns(story.model.created_at(d)), 10);
  EXPECT_EQ(story.model.address(d), 0x7f00u);
  EXPECT_EQ(story.model.origin(d).created_stack, StackId{4});
  EXPECT_EQ(story.model.time_ns(d.fired_at), 30);
  EXPECT_EQ(story.model.origin(d).fired_stack, StackId{6});
  EXPECT_EQ(story.model.result(d.fired_value()), value());
  EXPECT_EQ(story.model.time_ns(d.collected_at), 99);
  const Pair& pair = story.model.pair(d.first_pair);
  EXPECT_EQ(story.model.time_ns(pair.attached_at), 20);
  EXPECT_EQ(story.model.ran(pair), kF);
  EXPECT_EQ(story.model.span_ns(pair.started_at, pair.finished_at), 50);
  EXPECT_EQ(pair.own_ns(), 50);
  EXPECT_EQ(story.model.strange_count(), 0u);
}

TEST(Model, AFailureThatAnErrbackHandlesEndsAsSuccess) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Attached{.deferred = kD1, .callback = kF}
        << event::Attached{.deferred = kD1, .errback = kG}
        << event::Fired{.deferred = kD1, .result = value()}
        << event::Started{.deferred = kD1, .position = 0, .lane = Lane::kCallback}
        << event::Finished{.deferred = kD1, .result = failure()};
  EXPECT_EQ(story.state(kD1), State::kFailed);
  story << event::Started{.deferred = kD1, .position = 1, .lane = Lane::kErrback}
        << event::Finished{.deferred = kD1, .result = {}};
  EXPECT_EQ(story.state(kD1), State::kSucceeded);
  const Pair& second = story.model.pair(story.of(kD1).last_pair);
  EXPECT_EQ(story.model.ran(second), kG);
}

// Between two callbacks the chain has run dry no more than before the first.
TEST(Model, PairsBehindOneThatTakesTheValueAreStillToCome) {
  Story story;
  story.at(10) << event::Created{.deferred = kD1}
               << event::Attached{.deferred = kD1, .callback = kF}
               << event::Attached{.deferred = kD1, .errback = kF}
               << event::Attached{.deferred = kD1, .callback = kF}
               << event::Attached{.deferred = kD1, .errback = kF};
  const Deferred& d = story.of(kD1);
  const auto states = [&] {
    std::string words;
    PairIndex index = d.first_pair;
    for (std::uint32_t position = 0; index != PairIndex::kNone; ++position) {
      const Pair& pair = story.model.pair(index);
      words += std::string(word(story.model.state_of(d, pair, position))) + " ";
      index = pair.next();
    }
    return words;
  };
  story.at(20) << event::Fired{.deferred = kD1, .result = value()};
  EXPECT_EQ(states(), "attached attached attached attached ");
  story.at(30) << event::Started{.deferred = kD1, .position = 0, .lane = Lane::kCallback}
               << event::Finished{.deferred = kD1, .result = value()};
  EXPECT_EQ(states(), "finished passed attached attached ");
  story.at(40) << event::Started{.deferred = kD1, .position = 2, .lane = Lane::kCallback}
               << event::Finished{.deferred = kD1, .result = value()};
  EXPECT_EQ(states(), "finished passed finished passed ");
}

TEST(Model, TellsPairsThatWerePassedFromThoseStillToCome) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Attached{.deferred = kD1, .errback = kG}
        << event::Attached{.deferred = kD1, .callback = kF}
        << event::Attached{.deferred = kD1, .callback = kF}
        << event::Fired{.deferred = kD1, .result = value()}
        << event::Started{.deferred = kD1, .position = 1, .lane = Lane::kCallback};
  const Deferred& d = story.of(kD1);
  const Pair& first = story.model.pair(d.first_pair);
  const Pair& second = story.model.pair(first.next());
  const Pair& third = story.model.pair(second.next());
  EXPECT_EQ(story.model.state_of(d, first, 0), PairState::kPassed);
  EXPECT_EQ(story.model.state_of(d, second, 1), PairState::kRunning);
  EXPECT_EQ(story.model.state_of(d, third, 2), PairState::kAttached);
}

TEST(Model, AReturnedDeferredIsWaitedForAndLeavesItsResult) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Created{.deferred = kD2}
        << event::Attached{.deferred = kD1, .callback = kF}
        << event::Fired{.deferred = kD1, .result = value()} << event::Started{.deferred = kD1}
        << event::Finished{.deferred = kD1, .result = deferred(kD2)};
  story.at(50) << event::Waiting{.deferred = kD1, .on = kD2, .how = WaitKind::kReturned};
  EXPECT_EQ(story.state(kD1), State::kWaiting);
  EXPECT_EQ(story.model.held_up_by(story.of(kD1))->on, kD2);
  story.at(80) << event::Fired{.deferred = kD2, .result = failure()};
  EXPECT_EQ(story.state(kD2), State::kFailed);
  story << event::Resumed{.deferred = kD1, .by = kD2, .result = failure()};
  EXPECT_EQ(story.state(kD1), State::kFailed);
  EXPECT_EQ(story.state(kD2), State::kSucceeded) << "its failure moved to the one that waited";
  EXPECT_EQ(story.model.span_ns(story.model.waits()[0].started_at, story.model.waits()[0].ended_at),
            30);
}

TEST(Model, AFiredDeferredThatIsReturnedIsTakenWithoutAWait) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Created{.deferred = kD2}
        << event::Fired{.deferred = kD2, .result = failure()}
        << event::Attached{.deferred = kD1, .callback = kF}
        << event::Fired{.deferred = kD1, .result = value()} << event::Started{.deferred = kD1}
        << event::Finished{.deferred = kD1, .result = deferred(kD2)}
        << event::Taken{.deferred = kD1, .from = kD2, .result = failure()};
  EXPECT_EQ(story.state(kD1), State::kFailed);
  EXPECT_EQ(story.state(kD2), State::kSucceeded);
}

TEST(Model, AChainedDeferredWaitsUntilTheOtherFiresIt) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Created{.deferred = kD2}
        << event::Waiting{.deferred = kD2, .on = kD1, .how = WaitKind::kChainDeferred}
        << event::Attached{.deferred = kD1, .callback = kF, .errback = kG};
  EXPECT_EQ(story.state(kD2), State::kWaiting);
  story << event::Fired{.deferred = kD1, .result = value()} << event::Started{.deferred = kD1};
  story.at(40) << event::Fired{.deferred = kD2, .result = value()};
  EXPECT_EQ(story.state(kD2), State::kSucceeded);
  EXPECT_EQ(story.model.time_ns(story.model.waits()[0].ended_at), 40);
  EXPECT_EQ(story.model.ties(story.of(kD2)).open_waits, 0u);
}

TEST(Model, AChainedDeferredThatSomebodyElseFiresStillHearsTheOther) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Created{.deferred = kD2}
        << event::Waiting{.deferred = kD2, .on = kD1, .how = WaitKind::kChainDeferred}
        << event::Fired{.deferred = kD2, .result = value()};
  EXPECT_EQ(story.state(kD2), State::kSucceeded);
  EXPECT_TRUE(story.model.waits()[0].open());
}

TEST(Model, ACoroutineWaitsUntilItIsResumedAndIsPendingAfterwards) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Coroutine{.deferred = kD1, .function = kF}
        << event::Created{.deferred = kD2}
        << event::Waiting{.deferred = kD1, .on = kD2, .how = WaitKind::kAwaited};
  EXPECT_EQ(story.state(kD1), State::kWaiting);
  story << event::Resumed{.deferred = kD1, .by = kD2, .result = value()};
  EXPECT_EQ(story.state(kD1), State::kPending);
  EXPECT_EQ(story.model.origin(story.of(kD1)).coroutine, kF);
}

TEST(Model, AListWaitsForItsMembersUntilItFires) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Created{.deferred = kD2}
        << event::Created{.deferred = kD3}
        << event::Waiting{.deferred = kD3, .on = kD1, .how = WaitKind::kListMember}
        << event::Waiting{.deferred = kD3, .on = kD2, .how = WaitKind::kListMember}
        << event::Resumed{.deferred = kD3, .by = kD1, .result = value()};
  EXPECT_EQ(story.state(kD3), State::kWaiting);
  EXPECT_EQ(story.model.held_up_by(story.of(kD3))->on, kD2);
  story << event::Fired{.deferred = kD3, .result = value()};
  EXPECT_EQ(story.state(kD3), State::kSucceeded) << "fired on one: the other holds nothing up";
  EXPECT_EQ(story.model.ties(story.of(kD3)).open_waits, 1u);
}

// Twisted's _addCancelCallbackToDeferred puts its errback before the pairs that are there.
TEST(Model, APairAttachedLaterMayRunEarlier) {
  Story story;
  story << event::Created{.deferred = kD1}
        << event::Attached{.deferred = kD1, .callback = kF, .errback = kF}
        << event::Attached{.deferred = kD1, .errback = kG}
        << event::Fired{.deferred = kD1, .result = failure()}
        << event::Started{.deferred = kD1, .position = 1, .lane = Lane::kErrback}
        << event::Finished{.deferred = kD1, .result = failure()}
        << event::Started{.deferred = kD1, .position = 0, .lane = Lane::kErrback}
        << event::Finished{.deferred = kD1, .result = {}};
  EXPECT_EQ(story.state(kD1), State::kSucceeded);
  EXPECT_EQ(story.model.ran(story.model.pair(story.of(kD1).first_pair)), kF);
  EXPECT_TRUE(happened(story.model.pair(story.of(kD1).first_pair).finished_at));
  EXPECT_EQ(story.model.strange_count(), 0u);
}

TEST(Model, NoPairRunsTwice) {
  Story story;
  story << event::Attached{.deferred = kD1, .callback = kF} << event::Started{.deferred = kD1}
        << event::Finished{.deferred = kD1} << event::Started{.deferred = kD1};
  EXPECT_EQ(story.model.strange_count(), 1u);
  EXPECT_FALSE(story.of(kD1).running);
}

TEST(Model, KnowsWhichCoroutineARunContinues) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Created{.deferred = kD2}
        << event::Waiting{.deferred = kD1, .on = kD2, .how = WaitKind::kAwaited}
        << event::Attached{.deferred = kD2, .callback = kF, .errback = kF}
        << event::Attached{.deferred = kD2, .callback = kG}
        << event::Fired{.deferred = kD2, .result = value()}
        << event::Resumed{.deferred = kD1, .by = kD2, .result = value()}
        << event::Started{.deferred = kD2, .position = 0} << event::Finished{.deferred = kD2}
        << event::Started{.deferred = kD2, .position = 1};
  const Pair& first = story.model.pair(story.of(kD2).first_pair);
  EXPECT_EQ(first.continues, kD1);
  EXPECT_EQ(story.model.pair(first.next()).continues, DeferredId::kNone);
}

TEST(Model, FindsAnyMemberOfALongList) {
  constexpr std::uint32_t kMembers = 20'000;
  Story story;
  for (std::uint32_t i = 2; i < kMembers; ++i)
    story << event::Waiting{.deferred = kD1, .on = DeferredId{i}, .how = WaitKind::kListMember};
  for (std::uint32_t i = 2; i < kMembers; ++i)
    story << event::Resumed{.deferred = kD1, .by = DeferredId{i}};
  EXPECT_EQ(story.model.ties(story.of(kD1)).open_waits, 0u);
  EXPECT_EQ(story.model.strange_count(), 0u);
}

TEST(Model, CancelledIsAFailureThatCancelCaused) {
  Story story;
  story.at(7) << event::Created{.deferred = kD1}
              << event::Cancelling{.deferred = kD1, .stack = StackId{9}}
              << event::Fired{.deferred = kD1, .result = failure()}
              << event::Cancelled{.deferred = kD1, .effect = event::CancelEffect::kCancelledError};
  EXPECT_EQ(story.state(kD1), State::kCancelled);
  ASSERT_EQ(story.model.cancellations().size(), 1u);
  EXPECT_EQ(story.model.cancellations()[0].effect, event::CancelEffect::kCancelledError);
  EXPECT_EQ(story.model.cancellations()[0].stack, StackId{9});
  EXPECT_TRUE(story.model.cancellations()[0].returned);
}

TEST(Model, ACancelWithoutEffectCancelsNothing) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Fired{.deferred = kD1, .result = failure()}
        << event::Cancelling{.deferred = kD1}
        << event::Cancelled{.deferred = kD1, .effect = event::CancelEffect::kNothing};
  EXPECT_EQ(story.state(kD1), State::kFailed);
}

TEST(Model, PausedUntilTheLastUnpause) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Paused{.deferred = kD1, .count = 1}
        << event::Fired{.deferred = kD1, .result = value()};
  EXPECT_EQ(story.state(kD1), State::kPaused);
  story << event::Unpaused{.deferred = kD1, .count = 0};
  EXPECT_EQ(story.state(kD1), State::kSucceeded);
}

TEST(Model, AnAdoptedDeferredHasTheStateItWasFoundIn) {
  Story story;
  story << event::Adopted{.deferred = kD1, .state = event::EndState::kPending}
        << event::Adopted{.deferred = kD2, .state = event::EndState::kFailedHandled}
        << event::Adopted{.deferred = kD3, .state = event::EndState::kWaiting};
  EXPECT_EQ(story.state(kD1), State::kPending);
  EXPECT_EQ(story.state(kD2), State::kFailed);
  EXPECT_EQ(story.state(kD3), State::kWaiting);
  EXPECT_FALSE(happened(story.model.created_at(story.of(kD1))));
}

// Twisted puts a pair before those that wait when an inlineCallbacks function is cancelled.
TEST(Model, AnEarlierPairMayRunAfterALaterOneButNoneTwice) {
  Story story;
  story << event::Attached{.deferred = kD1, .callback = kF}
        << event::Attached{.deferred = kD1, .errback = kG} << event::Fired{.deferred = kD1}
        << event::Started{.deferred = kD1, .position = 1, .lane = Lane::kErrback}
        << event::Finished{.deferred = kD1}
        << event::Started{.deferred = kD1, .position = 0, .lane = Lane::kCallback}
        << event::Finished{.deferred = kD1, .result = value()};
  EXPECT_EQ(story.model.strange_count(), 0u);
  EXPECT_EQ(story.state(kD1), State::kSucceeded);
  EXPECT_TRUE(happened(story.model.pairs()[0].started_at));
  story << event::Started{.deferred = kD1, .position = 0};
  EXPECT_EQ(story.model.strange_count(), 1u);
}

TEST(Model, WhatMakesNoSenseIsCountedAndNothingBreaks) {
  Story story;
  story << event::Finished{.deferred = kD1} << event::Started{.deferred = kD1, .position = 4}
        << event::Resumed{.deferred = kD1, .by = kD2} << event::IoEnded{}
        << event::CallEnded{.call = event::DelayedCallId{3}} << event::Cancelled{.deferred = kD1};
  EXPECT_EQ(story.model.strange_count(), 6u);
  EXPECT_EQ(story.state(kD1), State::kPending);
  EXPECT_EQ(story.model.find(DeferredId{77}), nullptr);
}

// Serials far apart must not cost memory in proportion to their size.
TEST(Model, HugeSerialsAreFound) {
  Story story;
  const DeferredId far{0xFFFFFFF0};
  story << event::Created{.deferred = far} << event::Created{.deferred = kD1};
  EXPECT_NE(story.model.find(far), nullptr);
  EXPECT_NE(story.model.find(kD1), nullptr);
  EXPECT_EQ(story.model.find(DeferredId{0xFFFFFFF1}), nullptr);
  EXPECT_EQ(story.model.deferreds().size(), 2u);
}

// Any events in any order: no crash (the sanitizers look on), no endless walk, sums that add up.
TEST(Model, SurvivesEventsInAnyOrder) {
  std::mt19937 random(20130613);
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(random()) % limit;
  };
  const auto id = [&] { return DeferredId{below(12) + 1}; };
  const auto call = [&] { return event::DelayedCallId{below(4) + 1}; };
  const auto how = [&] { return static_cast<WaitKind>(below(4) + 1); };
  Story story;
  constexpr int kEvents = 200'000;
  for (int i = 0; i < kEvents; ++i) {
    story.now += below(50);
    switch (below(16)) {
      case 0: story << event::Created{.deferred = id()}; break;
      case 1: story << event::Attached{.deferred = id(), .callback = kF}; break;
      case 2: story << event::Fired{.deferred = id(), .result = value()}; break;
      case 3: story << event::Started{.deferred = id(), .position = below(300)}; break;
      case 4: story << event::Finished{.deferred = id(), .result = deferred(id())}; break;
      case 5: story << event::Waiting{.deferred = id(), .on = id(), .how = how()}; break;
      case 6: story << event::Resumed{.deferred = id(), .by = id()}; break;
      case 7: story << event::Thread{.thread = ThreadId{below(3) + 1}}; break;
      case 8: story << event::CallStarted{.call = call()}; break;
      case 9: story << event::CallEnded{.call = call()}; break;
      case 10: story << event::IoStarted{}; break;
      case 11: story << event::IoEnded{}; break;
      case 12: story << event::Taken{.deferred = id(), .from = id()}; break;
      case 13: story << event::Cancelling{.deferred = id()}; break;
      case 14: story << event::Cancelled{.deferred = id()}; break;
      case 15: story << event::Collected{.deferred = id()}; break;
    }
  }
  EXPECT_EQ(story.model.event_count(), static_cast<std::uint64_t>(kEvents));
  std::uint32_t pairs = 0;
  std::uint32_t open_waits = 0;
  for (const Deferred& each : story.model.deferreds()) {
    EXPECT_FALSE(word(story.model.state_of(each)).empty());
    pairs += each.pair_count;
    open_waits += story.model.ties(each).open_waits;
  }
  EXPECT_EQ(pairs, story.model.pairs().size());
  std::uint32_t counted_open = 0;
  for (const Wait& each : story.model.waits()) counted_open += each.open() ? 1 : 0;
  EXPECT_EQ(open_waits, counted_open);
}

}  // namespace
}  // namespace reactortrack::replay
