// SPDX-License-Identifier: MIT
#include "core/text/async_stack.h"

#include <gtest/gtest.h>

#include "core/log/definitions.h"
#include "core/replay/story_test.h"

namespace reactortrack::text {
namespace {

using namespace replay;  // NOLINT: the words of a story

std::vector<event::DeferredId> ids(const std::vector<Awaiter>& awaiters) {
  std::vector<event::DeferredId> ids;
  for (const Awaiter& each : awaiters) ids.push_back(each.deferred->id);
  return ids;
}

// #1 is the coroutine that awaits the coroutine #2, which awaits #3; then #3 fires.
Story resumed_story() {
  Story story;
  for (const DeferredId id : {kD1, kD2, kD3}) story << event::Created{.deferred = id};
  story << event::Coroutine{kD1, kF} << event::Coroutine{kD2, kG};
  story << event::Waiting{kD2, kD3, WaitKind::kAwaited, {}};
  story << event::Attached{kD3, kF, kF, {}};
  story << event::Waiting{kD1, kD2, WaitKind::kAwaited, {}};
  story << event::Attached{kD2, kF, kF, {}};
  story << event::Fired{.deferred = kD3, .result = value()};
  story << event::Resumed{.deferred = kD2, .by = kD3} << event::Started{kD3, 0, Lane::kCallback};
  return story;
}

TEST(AsyncStackTest, WhoAwaitedTheCoroutineThatGoesOn) {
  const Story story = resumed_story();
  const replay::Frame inside = replay::Frame::of(story.of(kD3).first_pair);
  const std::vector<Awaiter> found = awaiters(story.model, inside, story.model.now());
  EXPECT_EQ(ids(found), std::vector{kD1}) << "#2 itself is on the stack";
  log::Definitions definitions;
  const Wording say(story.model, definitions);
  EXPECT_EQ(awaiter_text(say, found.at(0)), "a callable without a name #1, await");
}

TEST(AsyncStackTest, OnlyThoseThatWaitedAtThatEvent) {
  Story story = resumed_story();
  const replay::Frame inside = replay::Frame::of(story.of(kD3).first_pair);
  const EventNumber before_awaited{5};
  EXPECT_TRUE(awaiters(story.model, inside, before_awaited).empty());
  story << event::Resumed{.deferred = kD1, .by = kD2};
  EXPECT_TRUE(awaiters(story.model, inside, story.model.now()).empty());
}

TEST(AsyncStackTest, ARingOfThoseThatWaitEnds) {
  Story story = resumed_story();
  story << event::Waiting{kD2, kD1, WaitKind::kAwaited, {}};
  const replay::Frame inside = replay::Frame::of(story.of(kD3).first_pair);
  EXPECT_EQ(awaiters(story.model, inside, story.model.now()).size(), 16u);
}

TEST(AsyncStackTest, NobodyOutsideOfCallbacks) {
  const Story story = resumed_story();
  EXPECT_TRUE(awaiters(story.model, replay::Frame{}, story.model.now()).empty());
}

}  // namespace
}  // namespace reactortrack::text
