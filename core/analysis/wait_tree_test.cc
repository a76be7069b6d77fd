// SPDX-License-Identifier: MIT
#include "core/analysis/wait_tree.h"

#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::analysis {
namespace {

// A coroutine takes a lock and ends with a failure; another stands in its queue.
Program lock_kept() {
  Program program;
  const StackId asked = program.at("send", 17);
  program << event::Resource{.resource = kLock,
                             .what = event::ResourceKind::kLock,
                             .stack = program.at("Room", 9)}
          << event::Created{.deferred = kD1, .stack = program.at("<module>", 30)}
          << event::Coroutine{.deferred = kD1, .function = program.function("send", 16)}
          << event::Created{.deferred = kD2, .stack = asked}
          << event::Acquiring{.resource = kLock, .deferred = kD2, .stack = asked}
          << event::Acquired{.resource = kLock, .deferred = kD2}
          << event::Waiting{.deferred = kD1, .on = kD2, .how = WaitKind::kAwaited, .stack = asked}
          << event::Fired{.deferred = kD2} << event::Resumed{.deferred = kD1, .by = kD2};
  program.raise(kFailed, "AttributeError", "store", 14)
      << event::Fired{.deferred = kD1, .result = program.failed(kFailed)}
      << event::Created{.deferred = kD3, .stack = asked}
      << event::Acquiring{.resource = kLock, .deferred = kD3, .stack = asked}
      << event::Attached{.deferred = kD3,
                         .callback = program.function("sent", 20),
                         .stack = program.at("send", 18)};
  program.at_ms(1000) << event::Mark{};
  return program;
}

TEST(WaitTree, AHolderThatHasEndedDoesNotWait) {
  const Program program = lock_kept();
  const text::Wording wording(program.model(), program.definitions());
  const Facts facts(wording);
  const WaitGraph graph(facts);
  const std::vector<WaitRow> rows = wait_tree(graph, facts);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].deferred, kD3);
  EXPECT_FALSE(rows[0].over);
  EXPECT_TRUE(rows[1].over);
  EXPECT_NE(rows[1].cause.find("it ended with AttributeError"), std::string::npos);
  EXPECT_NE(rows[1].cause.find("did not give it back"), std::string::npos);
}

TEST(WaitTree, OfOneDeferredBeginsWithIt) {
  Program program;
  for (const DeferredId each : {kD1, kD2, kD3})
    program << event::Created{.deferred = each, .stack = program.at("f", 1)};
  program << event::Waiting{.deferred = kD1, .on = kD2, .how = WaitKind::kChainDeferred}
          << event::Waiting{.deferred = kD2, .on = kD3, .how = WaitKind::kChainDeferred};
  const text::Wording wording(program.model(), program.definitions());
  const Facts facts(wording);
  const WaitGraph graph(facts);
  const std::vector<WaitRow> rows = wait_tree_of(kD2, graph, facts);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].deferred, kD2);
  EXPECT_EQ(rows[0].depth, 0u);
  EXPECT_EQ(rows[1].deferred, kD3);
  EXPECT_EQ(rows[1].depth, 1u);
}

}  // namespace
}  // namespace reactortrack::analysis
