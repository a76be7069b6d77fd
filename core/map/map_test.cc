// SPDX-License-Identifier: MIT
#include "core/map/map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/map/names.h"
#include "core/map/story_recording.h"

namespace reactortrack::map {
namespace {

constexpr std::uint32_t kWidth = 240;
constexpr std::uint32_t kHeight = 160;

// A recording, its map, and a frame that is painted as a page paints it.
struct Shown {
  explicit Shown(log::SampleRecording made)
      : recording(std::move(made)), timeline(recording.bytes()) {
    while (timeline.read(1000)) {
    }
    map.set_view({.width = kWidth, .height = kHeight});
  }

  void go(std::uint32_t event) { map.move_to(EventNumber{event}); }
  std::uint32_t last() const { return number(timeline.last()); }

  // What has to be, as the boxes say.
  void repaint() {
    for (const raster::Box& box : map.boxes()) map.paint(box, {kWidth, kHeight, rgba, ids});
    map.paint_done();
  }
  std::vector<std::uint32_t> painted_whole() const {
    std::vector<std::uint32_t> pixels(kWidth * kHeight), numbers(kWidth * kHeight);
    map.paint(map.frame(), {kWidth, kHeight, pixels, numbers});
    return pixels;
  }
  Look look(std::uint32_t node) const { return map.styles().look(node); }
  bool is_shown(std::uint32_t node) const {
    return map.styles().all()[node] != raster::kHidden && look(node) != Look::kOutline;
  }
  std::uint32_t node(DeferredId id) const {
    return map.tree().node_of(timeline.model().index_of(id));
  }
  // The labels of what is inside of a node and there now.
  std::vector<std::string> inside(std::uint32_t of) const {
    std::vector<std::string> texts;
    map.tree().for_each_child(of, [&](std::uint32_t child) {
      if (is_shown(child)) texts.push_back(Names(timeline).of(map.tree(), child));
    });
    return texts;
  }

  log::SampleRecording recording;
  replay::Timeline timeline;
  Map map{timeline};
  std::vector<std::uint32_t> rgba = std::vector<std::uint32_t>(kWidth * kHeight);
  std::vector<std::uint32_t> ids = rgba;
};

using Texts = std::vector<std::string>;

// ---- The walk of the documentation of 2013 ----------------------------------------------------

TEST(Walk, AtFirstOnlyTheRootIsThere) {
  const Shown shown(walk_of_2013());
  EXPECT_EQ(shown.inside(0), Texts());
  for (std::uint32_t node = 1; node < shown.map.tree().size(); ++node)
    EXPECT_FALSE(shown.is_shown(node)) << node;
}

TEST(Walk, TheDeferredAppearsWithItsCallbacksInside) {
  Shown shown(walk_of_2013());
  shown.go(1);
  EXPECT_EQ(shown.inside(0).size(), 1u);
  EXPECT_EQ(shown.inside(shown.node(DeferredId{1})), Texts());
  shown.go(3);
  EXPECT_EQ(shown.inside(shown.node(DeferredId{1})), (Texts{"simpleCallback", "followup"}));
  shown.go(5);
  EXPECT_EQ(shown.inside(shown.node(DeferredId{1})),
            (Texts{"simpleCallback", "followup", "problem", "| simpleErrback"}));
}

TEST(Walk, TheChainedDeferredIsInsideWithItsCallbacksOneLevelDeeper) {
  Shown shown(walk_of_2013());
  shown.go(10);
  const std::uint32_t d = shown.node(DeferredId{1}), d2 = shown.node(DeferredId{2});
  EXPECT_EQ(shown.map.tree().parent(d), 0u);
  EXPECT_EQ(shown.map.tree().parent(d2), d);
  EXPECT_EQ(shown.inside(0).size(), 1u);
  EXPECT_EQ(shown.inside(d), (Texts{"simpleCallback", "followup", "problem", "| simpleErrback",
                                    "#2 int", "Deferred.callback | Deferred.errback", "finished"}));
  EXPECT_EQ(shown.inside(d2), Texts{"simpleCallback"});
}

TEST(Walk, TheTileThatExecutesIsRedAndTheCursorStaysOnIt) {
  Shown shown(walk_of_2013());
  const auto cursor = [&] { return shown.map.tree().node_of(shown.map.styles().cursor_pair()); };
  const auto red_pixels = [&](std::uint32_t node) {
    const raster::Box box = raster::box_of(shown.map.rect(node), {});
    std::size_t count = 0;
    const auto pixels = shown.painted_whole();
    for (std::int32_t y = box.top; y < box.bottom; ++y)
      for (std::int32_t x = box.left; x < box.right; ++x)
        count += pixels[std::size_t(y) * kWidth + std::size_t(x)] == tones(Theme::kLight).cursor;
    return count;
  };
  shown.go(11);
  EXPECT_EQ(cursor(), 0u);
  shown.go(12);
  const std::uint32_t first = cursor();
  EXPECT_EQ(Names(shown.timeline).of(shown.map.tree(), first), "simpleCallback");
  EXPECT_EQ(shown.look(first), look_of(Look::kExecuting, Lane::kCallback));
  const std::size_t while_executing = red_pixels(first);
  shown.go(13);
  EXPECT_EQ(cursor(), first) << "it stays when execution ends";
  EXPECT_EQ(shown.look(first), look_of(Look::kSucceeded, Lane::kCallback));
  EXPECT_GT(red_pixels(first), 0u) << "as a frame";
  EXPECT_LT(red_pixels(first), while_executing) << "but it is filled no more";
}

TEST(Walk, ChainedCallbacksExecuteInsideOfOuterOnes) {
  Shown shown(walk_of_2013());
  shown.go(23);  // d2's callback, within what chains it
  const std::uint32_t inner = shown.node(DeferredId{2}) + 1;
  EXPECT_EQ(shown.map.tree().node_of(shown.map.styles().cursor_pair()), inner);
  EXPECT_EQ(shown.look(inner), look_of(Look::kExecuting, Lane::kCallback));
  const std::uint32_t outer = shown.map.tree().end()[shown.node(DeferredId{2})];
  EXPECT_EQ(shown.look(outer), look_of(Look::kOuter, Lane::kCallback));
}

TEST(Walk, AfterTheEndTheCursorIsOnTheLastExecutedCallback) {
  Shown shown(walk_of_2013());
  shown.go(shown.last());
  const std::uint32_t cursor = shown.map.tree().node_of(shown.map.styles().cursor_pair());
  EXPECT_EQ(Names(shown.timeline).of(shown.map.tree(), cursor), "finished");
  EXPECT_EQ(shown.look(cursor), look_of(Look::kSucceeded, Lane::kCallback));
  const std::uint32_t d = shown.node(DeferredId{1});
  EXPECT_EQ(shown.look(d + 3), look_of(Look::kFailed, Lane::kCallback));
  EXPECT_EQ(shown.look(d + 4), look_of(Look::kSucceeded, Lane::kErrback));
}

// ---- What holds for any recording -------------------------------------------------------------

class AnyRecording : public testing::TestWithParam<std::uint32_t> {
 protected:
  // Every fourth is of events with random fields.
  log::SampleRecording recording() const {
    return GetParam() % 4 == 0 ? log::random_recording(GetParam(), 400) : anything(GetParam(), 200);
  }
};

TEST_P(AnyRecording, StepsAndJumpsGiveTheSameStyles) {
  Shown stepped(recording()), jumped(recording());
  std::mt19937 random(GetParam());
  std::uint32_t at = 0;
  for (int count = 0; count < 150; ++count) {
    const auto step = static_cast<std::int32_t>(random() % 9) - 3;
    at = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(std::int64_t{at} + step, 0, stepped.last()));
    stepped.go(at);
    jumped.map.move_to(EventNumber{at});
    const_cast<Styles&>(jumped.map.styles()).restart();
    ASSERT_EQ(std::vector(stepped.map.styles().all().begin(), stepped.map.styles().all().end()),
              std::vector(jumped.map.styles().all().begin(), jumped.map.styles().all().end()))
        << "at event " << at;
  }
}

// What jumps need may be worked out at any time, in pieces, and shows nowhere.
TEST_P(AnyRecording, PreparingJumpsChangesNothingThatIsShown) {
  Shown prepared(recording()), anew(recording());
  std::mt19937 random(GetParam());
  const auto same = [&] {
    return std::ranges::equal(prepared.map.styles().all(), anew.map.styles().all());
  };
  for (bool more = true; more;) {
    more = prepared.map.prepare_jumps(3);
    ASSERT_TRUE(same()) << "at event " << number(prepared.map.at());
    const EventNumber at{static_cast<std::uint32_t>(random() % (prepared.last() + 1))};
    prepared.map.move_to(at);
    anew.map.move_to(at);
    const_cast<Styles&>(anew.map.styles()).restart();
    ASSERT_TRUE(same()) << "at event " << number(at);
  }
  EXPECT_FALSE(prepared.map.prepare_jumps(3));
}

// A jump takes the looks of what has settled from the jumps before it.
TEST_P(AnyRecording, JumpsRememberNothingThatHasChanged) {
  Shown jumping(recording()), anew(recording());
  std::mt19937 random(GetParam());
  for (int count = 0; count < 150; ++count) {
    const EventNumber at{static_cast<std::uint32_t>(random() % (jumping.last() + 1))};
    jumping.map.move_to(at);
    const_cast<Styles&>(jumping.map.styles()).set_outlines(false);
    anew.map.move_to(at);
    const_cast<Styles&>(anew.map.styles()).restart();
    ASSERT_EQ(std::vector(jumping.map.styles().all().begin(), jumping.map.styles().all().end()),
              std::vector(anew.map.styles().all().begin(), anew.map.styles().all().end()))
        << "at event " << number(at);
  }
}

TEST_P(AnyRecording, NothingMovesAndBoxesCoverEveryPixelThatChanges) {
  Shown shown(recording());
  const std::vector<treemap::Rect> rects(shown.map.rects().begin(), shown.map.rects().end());
  shown.repaint();
  for (const std::uint32_t way : {1u, 0u}) {
    for (std::uint32_t count = 0; count <= shown.last(); ++count) {
      shown.go(way == 1 ? count : shown.last() - count);
      shown.repaint();
      ASSERT_EQ(shown.rgba, shown.painted_whole()) << "at event " << number(shown.map.at());
    }
  }
  EXPECT_TRUE(std::equal(rects.begin(), rects.end(), shown.map.rects().begin()));
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyRecording, testing::Range(1u, 25u));

// ---- Views ------------------------------------------------------------------------------------

TEST(Map, ADeferredThatFillsTheFrameHasItsOwnNumbersUnderThePixels) {
  Shown shown(walk_of_2013());
  const std::uint32_t d2 = shown.node(DeferredId{2});
  shown.go(shown.last());
  shown.map.set_view({.width = kWidth, .height = kHeight, .root = d2});
  shown.repaint();
  EXPECT_EQ(shown.map.rect(d2), (treemap::Rect{0, 0, kWidth, kHeight}));
  EXPECT_EQ(shown.ids[kWidth * kHeight / 2 + kWidth / 4], d2 + 1 + 1);
  EXPECT_EQ(shown.map.rect(shown.node(DeferredId{1})), treemap::Rect{});
}

TEST(Map, OutlinesShowWhatIsNotThereYet) {
  Shown shown(walk_of_2013());
  shown.map.set_view({.width = kWidth, .height = kHeight, .outlines = true});
  EXPECT_EQ(shown.map.styles().all()[1], style_of(Look::kOutline, false));
  shown.map.set_view({.width = kWidth, .height = kHeight});
  EXPECT_EQ(shown.map.styles().all()[1], raster::kHidden);
}

TEST(Map, ASearchDimsTheRest) {
  Shown shown(walk_of_2013());
  shown.go(shown.last());
  const std::uint32_t d = shown.node(DeferredId{1}), d2 = shown.node(DeferredId{2});
  std::vector<bool> found(3);
  found[static_cast<std::size_t>(shown.timeline.model().index_of(DeferredId{2}))] = true;
  shown.map.set_found(found);
  EXPECT_EQ(shown.map.styles().all()[d] % 2, 1);
  EXPECT_EQ(shown.map.styles().all()[d2] % 2, 0);
  EXPECT_EQ(shown.map.styles().all()[d2 + 1] % 2, 0);
}

TEST(Map, WhatIsReadLaterComesWithTheNextView) {
  const log::SampleRecording recording = walk_of_2013();
  replay::Timeline timeline(recording.bytes());
  timeline.read(3);
  Map map(timeline);
  EXPECT_EQ(map.tree().size(), 4u);  // root, d, two callbacks
  timeline.read(1000);
  EXPECT_EQ(map.tree().size(), 4u);
  map.set_view({.width = kWidth, .height = kHeight});
  EXPECT_EQ(map.tree().size(), 10u);
}

TEST(Map, WhileARecordingGrowsRootsStayWhereTheyAre) {
  log::SampleRecording recording;
  for (std::uint32_t id = 1; id <= 20; ++id)
    recording.write(id, event::Created{.deferred = DeferredId{id}});
  replay::Timeline timeline(recording.bytes());
  Map map(timeline);
  const MapView view{.width = kWidth, .height = kHeight, .growing = true};
  timeline.read(17);
  map.set_view(view);
  const std::vector<treemap::Rect> before(map.rects().begin(), map.rects().end());
  timeline.read(1);
  map.set_view(view);
  ASSERT_EQ(map.rects().size(), before.size() + 1);
  EXPECT_TRUE(std::equal(before.begin(), before.end(), map.rects().begin()));
}

}  // namespace
}  // namespace reactortrack::map
