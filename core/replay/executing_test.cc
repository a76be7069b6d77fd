// SPDX-License-Identifier: MIT
#include "core/replay/executing.h"

#include <gtest/gtest.h>

#include "core/replay/story_test.h"

namespace reactortrack::replay {
namespace {

constexpr event::DelayedCallId kCall{1};

// The number of the event that was told last.
EventNumber here(const Story& story) { return story.model.now(); }

void attach(Story* story, DeferredId id) { *story << event::Attached{id, kF, kG, {}}; }
void start(Story* story, DeferredId id) { *story << event::Started{id, 0, Lane::kCallback}; }
void finish(Story* story, DeferredId id) { *story << event::Finished{id, value()}; }

TEST(ExecutingTest, TheInnermostCallbackThatHasNotEnded) {
  Story story;
  std::vector<EventNumber> events;
  const auto attach_here = [&] {
    attach(&story, kD3);
    events.push_back(here(story));
  };
  attach(&story, kD1);
  attach(&story, kD2);
  attach_here();  // outside of any
  start(&story, kD1);
  attach_here();  // in the callback of #1
  start(&story, kD2);
  attach_here();  // in that of #2, which runs inside it
  finish(&story, kD2);
  attach_here();  // in that of #1 again
  finish(&story, kD1);
  attach_here();  // outside again
  const PairIndex of_1 = story.of(kD1).first_pair;
  const PairIndex of_2 = story.of(kD2).first_pair;
  EXPECT_EQ(executing_at(story.model, events),
            (std::vector{PairIndex::kNone, of_1, of_2, of_1, PairIndex::kNone}));
}

TEST(ExecutingTest, EachThreadRunsItsOwn) {
  Story story;
  std::vector<EventNumber> events;
  story << event::Thread{ThreadId{1}, {}};
  attach(&story, kD1);
  start(&story, kD1);
  story << event::Thread{ThreadId{2}, {}};
  attach(&story, kD2);
  events.push_back(here(story));
  story << event::Thread{ThreadId{1}, {}};
  attach(&story, kD2);
  events.push_back(here(story));
  EXPECT_EQ(executing_at(story.model, events),
            (std::vector{PairIndex::kNone, story.of(kD1).first_pair}));
}

// A callback that runs the reactor: what its delayed calls do is not done by the callback.
TEST(ExecutingTest, ADelayedCallInsideACallbackHidesItUntilItEnds) {
  Story story;
  std::vector<EventNumber> events;
  attach(&story, kD1);
  attach(&story, kD2);
  start(&story, kD1);
  story << event::CallScheduled{kCall, kF, {}, {}} << event::CallStarted{kCall};
  start(&story, kD2);
  finish(&story, kD2);
  attach(&story, kD3);
  events.push_back(here(story));
  story << event::CallEnded{kCall};
  attach(&story, kD3);
  events.push_back(here(story));
  EXPECT_EQ(executing_at(story.model, events),
            (std::vector{PairIndex::kNone, story.of(kD1).first_pair}));
}

TEST(ExecutingTest, ARecordingWithoutThreadsOrPairs) {
  const Model model;
  EXPECT_EQ(executing_at(model, {EventNumber{1}}), (std::vector{PairIndex::kNone}));
  EXPECT_TRUE(executing_at(model, {}).empty());
}

}  // namespace
}  // namespace reactortrack::replay
