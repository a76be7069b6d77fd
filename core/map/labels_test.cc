// SPDX-License-Identifier: MIT
#include "core/map/labels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/map/fit.h"
#include "core/map/story_recording.h"

namespace reactortrack::map {
namespace {

// The labels after an event, largest tiles first.
struct Labelled {
  Labelled(log::SampleRecording made, const MapView& view)
      : recording(std::move(made)), timeline(recording.bytes()) {
    while (timeline.read(1000)) {
    }
    map.set_view(view);
    labels.prepare();
  }
  std::vector<Label> at(std::uint32_t event, std::uint32_t most = 1000) {
    map.move_to(EventNumber{event});
    return labels.now(most);
  }
  std::vector<std::string> texts(std::uint32_t event) {
    std::vector<std::string> all;
    for (const Label& label : at(event)) all.push_back(label.text);
    return all;
  }

  log::SampleRecording recording;
  replay::Timeline timeline;
  Map map{timeline};
  Labels labels{map};
};

bool has(const std::vector<std::string>& texts, const std::string& wanted) {
  return std::find(texts.begin(), texts.end(), wanted) != texts.end();
}

TEST(Labels, OnlyWhatIsThereHasOne) {
  Labelled shown(walk_of_2013(), {.width = 800, .height = 600});
  EXPECT_EQ(shown.texts(0), std::vector<std::string>{"all Deferreds"});
  EXPECT_TRUE(has(shown.texts(2), "simpleCallback"));
  EXPECT_FALSE(has(shown.texts(2), "followup"));
}

TEST(Labels, TextsFitTheirBoxes) {
  Labelled shown(walk_of_2013(), {.width = 520, .height = 300});
  const std::vector<Label> labels = shown.at(29);
  EXPECT_GE(labels.size(), 5u);
  bool any_is_cut = false;
  for (const Label& label : labels) {
    const float px = static_cast<float>(width_of(label.text, label.bold)) * Labels::kFontPx / 1000;
    EXPECT_LE(px, static_cast<float>(label.box.width())) << label.text;
    any_is_cut |= label.text.find("…") != std::string::npos;
  }
  EXPECT_TRUE(any_is_cut);
}

TEST(Labels, NoMoreThanAskedForAndTheLargestFirst) {
  Labelled shown(walk_of_2013(), {.width = 800, .height = 600});
  const std::vector<Label> all = shown.at(29);
  const std::vector<Label> three = shown.at(29, 3);
  ASSERT_EQ(three.size(), 3u);
  for (std::size_t at = 0; at < 3; ++at) EXPECT_EQ(three[at].node, all[at].node);
}

TEST(Labels, ListsSayHowManyOfTheirMembersHaveFired) {
  log::SampleRecording recording;
  recording.string("twisted.internet.defer.DeferredList");
  recording.write(1, event::Created{.deferred = DeferredId{1}, .type = event::StringId{1}});
  for (std::uint32_t id = 2; id <= 4; ++id) {
    recording.write(1, event::Created{.deferred = DeferredId{id}});
    recording.write(2, event::Waiting{DeferredId{1}, DeferredId{id}, WaitKind::kListMember, {}});
  }
  recording.write(3, event::Fired{DeferredId{3}, {}, {}});
  Labelled shown(std::move(recording), {.width = 800, .height = 600});
  EXPECT_TRUE(has(shown.texts(7), "#1 DeferredList · 0 of 3 fired"));
  EXPECT_TRUE(has(shown.texts(8), "#1 DeferredList · 1 of 3 fired"));
}

TEST(Labels, ChildrenTooSmallToTellApartAreCounted) {
  log::SampleRecording recording;
  recording.write(1, event::Created{.deferred = DeferredId{1}});
  for (std::uint32_t at = 0; at < 50'000; ++at)
    recording.write(2, event::Attached{.deferred = DeferredId{1}});
  Labelled shown(std::move(recording), {.width = 300, .height = 200});
  EXPECT_TRUE(has(shown.texts(1'001), "+1,000 more"));
  EXPECT_TRUE(has(shown.texts(50'001), "+50,000 more"));
  EXPECT_FALSE(has(shown.texts(1), "+0 more"));
}

TEST(Labels, InkIsReadableOnItsTile) {
  for (const Theme theme : {Theme::kLight, Theme::kDark})
    for (int look = 0; look < kLookCount; ++look) {
      const std::uint32_t ground = text_ground(static_cast<Look>(look), theme);
      const std::uint32_t ink = ink_on(ground);
      int distance = 0;
      for (const int shift : {0, 8, 16})
        distance += std::abs(static_cast<int>(ground >> shift & 0xFF) -
                             static_cast<int>(ink >> shift & 0xFF));
      EXPECT_GT(distance, 200) << look;
    }
}

}  // namespace
}  // namespace reactortrack::map
