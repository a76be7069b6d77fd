// SPDX-License-Identifier: MIT
#include "core/replay/homes.h"

#include <gtest/gtest.h>

#include <random>

#include "core/replay/story_test.h"

namespace reactortrack::replay {
namespace {

constexpr DeferredIndex kFirst{1};
constexpr DeferredIndex kSecond{2};
constexpr DeferredIndex kThird{3};

Homes homes_of(const Story& story) {
  Homes homes;
  homes.update(story.model);
  return homes;
}

TEST(Homes, AReturnedDeferredStandsBehindThePairThatReturnedIt) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Attached{.deferred = kD1, .callback = kF}
        << event::Attached{.deferred = kD1, .callback = kF} << event::Fired{.deferred = kD1}
        << event::Started{.deferred = kD1} << event::Created{.deferred = kD2}
        << event::Finished{.deferred = kD1, .result = deferred(kD2)}
        << event::Waiting{.deferred = kD1, .on = kD2, .how = WaitKind::kReturned};
  const Homes homes = homes_of(story);
  EXPECT_EQ(homes.host(kSecond), kFirst);
  ASSERT_EQ(homes.roots().size(), 1u);
  ASSERT_EQ(homes.guests(kFirst).size(), 1u);
  EXPECT_EQ(homes.guests(kFirst)[0].position, 1u);
  EXPECT_EQ(homes.guests(kFirst)[0].since, EventNumber{8});
  EXPECT_FALSE(homes.guests(kFirst)[0].is_portal);
}

TEST(Homes, OneThatWasTakenStandsThereToo) {
  Story story;
  story << event::Attached{.deferred = kD1, .callback = kF} << event::Fired{.deferred = kD1}
        << event::Started{.deferred = kD1} << event::Created{.deferred = kD2}
        << event::Finished{.deferred = kD1, .result = deferred(kD2)}
        << event::Taken{.deferred = kD1, .from = kD2};
  const Homes homes = homes_of(story);
  EXPECT_EQ(homes.host(kSecond), kFirst);
  EXPECT_EQ(homes.guests(kFirst)[0].position, 1u);
}

// The documentation of 2013: d.chainDeferred(d2) embeds d2 in d.
TEST(Homes, AChainedDeferredLivesInTheOneThatFiresIt) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Created{.deferred = kD2}
        << event::Attached{.deferred = kD1, .callback = kF}
        << event::Waiting{.deferred = kD2, .on = kD1, .how = WaitKind::kChainDeferred}
        << event::Attached{.deferred = kD1, .callback = kF}
        << event::Attached{.deferred = kD1, .callback = kG};
  const Homes homes = homes_of(story);
  EXPECT_EQ(homes.host(kSecond), kFirst);
  ASSERT_EQ(homes.guests(kFirst).size(), 1u);
  EXPECT_EQ(homes.guests(kFirst)[0].position, 1u) << "at the pair that chainDeferred attached";
}

TEST(Homes, FurtherWaitsArePortals) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Created{.deferred = kD2}
        << event::Waiting{.deferred = kD1, .on = kD3, .how = WaitKind::kAwaited}
        << event::Waiting{.deferred = kD2, .on = kD3, .how = WaitKind::kListMember}
        << event::Waiting{.deferred = kD1, .on = kD3, .how = WaitKind::kAwaited};
  const Homes homes = homes_of(story);
  EXPECT_EQ(homes.host(kThird), kFirst);
  EXPECT_EQ(homes.guests(kFirst).size(), 1u) << "not again where it lives";
  ASSERT_EQ(homes.guests(kSecond).size(), 1u);
  EXPECT_TRUE(homes.guests(kSecond)[0].is_portal);
}

TEST(Homes, ACycleIsDrawnWithAPortal) {
  Story story;
  story << event::Waiting{.deferred = kD1, .on = kD2, .how = WaitKind::kAwaited}
        << event::Waiting{.deferred = kD2, .on = kD3, .how = WaitKind::kAwaited}
        << event::Waiting{.deferred = kD3, .on = kD1, .how = WaitKind::kAwaited}
        << event::Waiting{.deferred = kD1, .on = kD1, .how = WaitKind::kAwaited};
  const Homes homes = homes_of(story);
  EXPECT_EQ(homes.host(kFirst), DeferredIndex::kNone);
  EXPECT_EQ(homes.host(kSecond), kFirst);
  EXPECT_EQ(homes.host(kThird), kSecond);
  ASSERT_EQ(homes.guests(kThird).size(), 1u);
  EXPECT_TRUE(homes.guests(kThird)[0].is_portal);
  EXPECT_TRUE(homes.guests(kFirst)[1].is_portal) << "one that waits for itself";
}

// Any waits: homes form a forest, none changes later, and updates bit by bit give the same.
TEST(Homes, AreAForestThatOnlyGrows) {
  std::mt19937 random(4);
  Story story;
  Homes growing;
  std::vector<DeferredIndex> before;
  const auto id = [&] { return DeferredId{static_cast<std::uint32_t>(random() % 400 + 1)}; };
  for (int i = 0; i < 2000; ++i) {
    if (random() % 8 == 0)
      story << event::Taken{.deferred = id(), .from = id()};
    else
      story << event::Waiting{
          .deferred = id(), .on = id(), .how = static_cast<WaitKind>(random() % 4 + 1)};
    if (i % 50 != 0) continue;
    growing.update(story.model);
    for (std::size_t at = 1; at < before.size(); ++at)
      if (before[at] != DeferredIndex::kNone) {
        ASSERT_EQ(growing.host(static_cast<DeferredIndex>(at)), before[at]);
      }
    before.assign(1, {});
    for (std::uint32_t at = 1; at <= story.model.deferreds().size(); ++at)
      before.push_back(growing.host(static_cast<DeferredIndex>(at)));
  }
  growing.update(story.model);
  const Homes whole = homes_of(story);
  std::size_t at_home = whole.roots().size();
  for (std::uint32_t at = 1; at <= story.model.deferreds().size(); ++at) {
    const auto deferred = static_cast<DeferredIndex>(at);
    EXPECT_EQ(growing.host(deferred), whole.host(deferred));
    std::size_t depth = 0;
    for (auto up = deferred; up != DeferredIndex::kNone; up = whole.host(up))
      ASSERT_LE(++depth, story.model.deferreds().size()) << "a circle of homes";
    std::uint32_t position = 0;
    for (const Guest& guest : whole.guests(deferred)) {
      EXPECT_GE(guest.position, position);
      position = guest.position;
      if (guest.is_portal) continue;
      ++at_home;
      EXPECT_EQ(whole.host(guest.deferred), deferred);
    }
  }
  EXPECT_EQ(at_home, story.model.deferreds().size()) << "each is drawn once";
}

}  // namespace
}  // namespace reactortrack::replay
