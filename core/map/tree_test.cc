// SPDX-License-Identifier: MIT
#include "core/map/tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "core/map/story_recording.h"
#include "core/replay/timeline.h"

namespace reactortrack::map {
namespace {

class AnyTree : public testing::TestWithParam<std::uint32_t> {
 protected:
  AnyTree() : recording_(anything(GetParam(), 600)), timeline_(recording_.bytes()) {
    while (timeline_.read(100)) {
    }
    homes_.update(timeline_.model());
    tree_.build(timeline_.model(), homes_);
  }

  log::SampleRecording recording_;
  replay::Timeline timeline_;
  replay::Homes homes_;
  Tree tree_;
};

TEST_P(AnyTree, EveryDeferredAndPairHasExactlyOneTile) {
  std::vector<int> deferreds(timeline_.model().deferreds().size() + 1);
  std::vector<int> pairs(timeline_.model().pairs().size() + 1);
  for (std::uint32_t node = 1; node < tree_.size(); ++node) {
    if (tree_.kind(node) == NodeKind::kDeferred) {
      ++deferreds[static_cast<std::size_t>(tree_.deferred(node))];
      EXPECT_EQ(tree_.node_of(tree_.deferred(node)), node);
    } else if (tree_.kind(node) == NodeKind::kPair) {
      ++pairs[static_cast<std::size_t>(tree_.pair(node))];
      EXPECT_EQ(tree_.node_of(tree_.pair(node)), node);
      const replay::Pair& pair = timeline_.model().pair(tree_.pair(node));
      EXPECT_EQ(timeline_.model().index_of(pair.deferred), tree_.deferred(tree_.parent(node)));
    }
  }
  for (std::size_t at = 1; at < deferreds.size(); ++at) EXPECT_EQ(deferreds[at], 1) << at;
  for (std::size_t at = 1; at < pairs.size(); ++at) EXPECT_EQ(pairs[at], 1) << at;
}

TEST_P(AnyTree, ItIsATreeInPreorder) {
  EXPECT_EQ(tree_.end()[0], tree_.size());
  for (std::uint32_t node = 1; node < tree_.size(); ++node) {
    const std::uint32_t parent = tree_.parent(node);
    ASSERT_LT(parent, node);
    ASSERT_GT(tree_.end()[node], node);
    ASSERT_LE(tree_.end()[node], tree_.end()[parent]);
  }
}

TEST_P(AnyTree, KeysAreUniqueAndStayWhenMoreIsRead) {
  replay::Timeline part(recording_.bytes());
  part.read(300);
  replay::Homes homes;
  homes.update(part.model());
  Tree before;
  before.build(part.model(), homes);
  const std::vector<std::uint32_t> old_keys = before.keys(), keys = tree_.keys();
  EXPECT_EQ(std::set(keys.begin(), keys.end()).size(), keys.size());
  for (std::uint32_t node = 1; node < before.size(); ++node) {
    const std::uint32_t now = std::max(
        before.kind(node) == NodeKind::kDeferred ? tree_.node_of(before.deferred(node)) : 0u,
        tree_.node_of(before.pair(node)));
    if (now == 0) continue;
    EXPECT_EQ(keys[now], old_keys[node]);
  }
}

TEST_P(AnyTree, NothingIsShownBeforeWhatItIsIn) {
  for (std::uint32_t node = 1; node < tree_.size(); ++node) {
    EXPECT_LE(tree_.shown_from(node), tree_.exists_from(node));
    const std::uint32_t parent = tree_.parent(node);
    if (parent == 0) continue;
    EXPECT_LE(tree_.shown_from(parent), tree_.shown_from(node));
  }
}

TEST_P(AnyTree, PortalsAreFoundByWhatTheyLeadTo) {
  std::size_t portals = 0, found = 0;
  for (std::uint32_t node = 1; node < tree_.size(); ++node)
    portals += tree_.kind(node) == NodeKind::kPortal;
  for (std::uint32_t at = 1; at <= timeline_.model().deferreds().size(); ++at)
    for (const std::uint32_t node : tree_.portals_to(DeferredIndex{at})) {
      EXPECT_EQ(tree_.deferred(node), DeferredIndex{at});
      ++found;
    }
  EXPECT_EQ(found, portals);
  EXPECT_GT(portals, 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyTree, testing::Range(1u, 11u));

TEST(Tree, AChainOfAnyDepthIsATree) {
  log::SampleRecording recording;
  constexpr std::uint32_t kDepth = 20'000;
  for (std::uint32_t at = 1; at <= kDepth; ++at)
    recording.write(at, event::Created{.deferred = DeferredId{at}});
  for (std::uint32_t at = 1; at < kDepth; ++at)
    recording.write(kDepth + at,
                    event::Waiting{DeferredId{at}, DeferredId{at + 1}, WaitKind::kAwaited, {}});
  replay::Timeline timeline(recording.bytes());
  timeline.read(3 * kDepth);
  replay::Homes homes;
  homes.update(timeline.model());
  Tree tree;
  tree.build(timeline.model(), homes);
  EXPECT_EQ(tree.size(), kDepth + 1);
  EXPECT_EQ(tree.parent(kDepth), kDepth - 1);
}

}  // namespace
}  // namespace reactortrack::map
