// SPDX-License-Identifier: MIT
//
// What records keep in few bits, and what they leave to tables and to records that few have.
#include "core/replay/records.h"

#include <gtest/gtest.h>

#include "core/replay/story_test.h"
#include "core/replay/table.h"

namespace reactortrack::replay {
namespace {

TEST(Table, EqualRowsAreOne) {
  Table<Attachment> table;
  const auto row = [](std::uint32_t i) {
    return Attachment{.callback = CallableId{i}, .errback = CallableId{i % 7}, .stack = StackId{3}};
  };
  EXPECT_EQ(table.add({}), 0u);
  for (std::uint32_t round = 0; round < 2; ++round)
    for (std::uint32_t i = 1; i <= 20'000; ++i) ASSERT_EQ(table.add(row(i)), i);
  EXPECT_EQ(table.size(), 20'001u);
  EXPECT_EQ(table[12'345], row(12'345));
  EXPECT_EQ(table[0], Attachment{});
}

// Most of these are alike in their lowest bits, and so many that some find their bucket full.
TEST(Table, RowsMayComeBackInAnyOrder) {
  Table<Origin> table;
  const auto row = [](std::uint32_t i) {
    return Origin{.type = StringId{i << 20}, .fired_stack = StackId{i & 0xFF0u}};
  };
  constexpr std::uint32_t kRows = 4'000;
  for (std::uint32_t i = 1; i <= kRows; ++i) {
    ASSERT_EQ(table.add(row(i)), i);
    ASSERT_EQ(table.add(row((i + 1) / 2)), (i + 1) / 2);
  }
  for (std::uint32_t i = kRows; i != 0; --i) ASSERT_EQ(table.add(row(i)), i);
  EXPECT_EQ(table.size(), kRows + 1);
}

TEST(Records, AnyAddressIsKept) {
  for (const std::uint64_t address :
       {std::uint64_t{0}, std::uint64_t{16}, std::uint64_t{0x7f12'3456'7890},
        std::uint64_t{0xffff'ffff'fff0}, std::uint64_t{17}, std::uint64_t{0xff00'0000'0000'0010},
        UINT64_MAX}) {
    Story story;
    story << event::Created{.deferred = kD1, .address = {address}}
          << event::Created{.deferred = kD2};
    EXPECT_EQ(story.model.address(story.of(kD1)), address);
    EXPECT_EQ(story.model.address(story.of(kD2)), 0u);
  }
}

TEST(Records, CreationMayBeToldAfterOtherThings) {
  Story story;
  story << event::Waiting{.deferred = kD1, .on = kD2} << event::Created{.deferred = kD2}
        << event::Created{.deferred = kD3};
  EXPECT_EQ(story.model.created_at(story.of(kD1)), EventNumber::kNone);
  EXPECT_EQ(story.model.created_at(story.of(kD2)), EventNumber{2});
  EXPECT_EQ(story.of(kD2).seen_at, EventNumber{1});
  EXPECT_EQ(story.model.created_at(story.of(kD3)), EventNumber{3});
}

TEST(Records, AChainMayBeLongerThanItsNumbersHaveBits) {
  constexpr std::uint32_t kPairs = 70'000;
  Story story;
  story << event::Created{.deferred = kD1};
  for (std::uint32_t i = 0; i < kPairs; ++i) {
    story << event::Attached{.deferred = kD1, .callback = kF};
    ASSERT_EQ(story.model.pair_count(story.of(kD1)), i + 1);
  }
  story << event::Fired{.deferred = kD1, .result = value()};
  for (std::uint32_t i = 0; i < kPairs; ++i) {
    story << event::Started{.deferred = kD1, .position = i, .lane = Lane::kCallback};
    ASSERT_EQ(story.model.current_position(story.of(kD1)), i);
    story << event::Finished{.deferred = kD1, .result = i % 2 == 0 ? failure() : value()};
  }
  EXPECT_EQ(story.model.strange_count(), 0u);
  EXPECT_EQ(story.model.value(story.of(kD1)).outcome, Outcome::kValue);
  EXPECT_EQ(story.model.pair_count(story.of(kD1)), kPairs);
}

TEST(Records, ValuesKeepTheirTexts) {
  const Result told{.outcome = Outcome::kValue, .type = StringId{1}, .text = StringId{9}};
  const Result other{.outcome = Outcome::kValue, .type = StringId{1}, .text = StringId{10}};
  Story story;
  story << event::Created{.deferred = kD1} << event::Attached{.deferred = kD1, .callback = kF}
        << event::Fired{.deferred = kD1, .result = told}
        << event::Started{.deferred = kD1, .position = 0, .lane = Lane::kCallback};
  EXPECT_EQ(story.model.result(story.model.value(story.of(kD1))), told);
  story << event::Finished{.deferred = kD1, .result = other};
  EXPECT_EQ(story.model.result(story.of(kD1).fired_value()), told);
  EXPECT_EQ(story.model.result(story.model.pair(story.of(kD1).first_pair).value()), other);
  EXPECT_EQ(story.model.result(story.model.value(story.of(kD1))), other);
}

TEST(Records, OfTheValuesTheNewestTravels) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Created{.deferred = kD2}
        << event::Attached{.deferred = kD1, .callback = kF}
        << event::Attached{.deferred = kD1, .callback = kG}
        << event::Fired{.deferred = kD1, .result = failure()};
  const auto outcome = [&] { return story.model.value(story.of(kD1)).outcome; };
  EXPECT_EQ(outcome(), Outcome::kFailureRaised);
  story << event::Started{.deferred = kD1, .position = 0, .lane = Lane::kCallback};
  EXPECT_EQ(outcome(), Outcome::kFailureRaised) << "what it was called with";
  story << event::Finished{.deferred = kD1, .result = deferred(kD2)}
        << event::Waiting{.deferred = kD1, .on = kD2, .how = WaitKind::kReturned};
  EXPECT_EQ(outcome(), Outcome::kDeferred);
  story << event::Paused{.deferred = kD1, .count = 1}
        << event::Resumed{.deferred = kD1, .by = kD2, .result = value()}
        << event::Unpaused{.deferred = kD1, .count = 0}
        << event::Paused{.deferred = kD1, .count = 1};
  EXPECT_EQ(outcome(), Outcome::kValue) << "newer changes of other kinds hide no value";
  story << event::Started{.deferred = kD1, .position = 1, .lane = Lane::kCallback};
  EXPECT_EQ(outcome(), Outcome::kValue);
  story << event::Finished{.deferred = kD1, .result = {}};
  EXPECT_EQ(outcome(), Outcome::kNone);
}

TEST(Records, APairThatWasCutOffLeavesWhatItWasCalledWith) {
  Story story;
  story << event::Created{.deferred = kD1} << event::Attached{.deferred = kD1, .callback = kF}
        << event::Attached{.deferred = kD1, .callback = kG}
        << event::Fired{.deferred = kD1, .result = value()}
        << event::Started{.deferred = kD1, .position = 0, .lane = Lane::kCallback}
        << event::Started{.deferred = kD1, .position = 1, .lane = Lane::kCallback};
  const Pair& first = story.model.pair(story.of(kD1).first_pair);
  EXPECT_TRUE(first.cut_off);
  EXPECT_EQ(first.value().outcome, Outcome::kNone) << "nothing is known of what it left";
  EXPECT_EQ(story.model.value(story.of(kD1)).outcome, Outcome::kValue);
}

TEST(Records, OwnTimeMayBeNegativeAndHasAnEnd) {
  Pair pair;
  pair.add_own(-5);
  EXPECT_EQ(pair.own_ns(), -5);
  pair.add_own(5'000'000'007);
  EXPECT_EQ(pair.own_ns(), 5'000'000'002);
  pair.add_own(Pair::kMostOwnNs);
  EXPECT_EQ(pair.own_ns(), Pair::kMostOwnNs);
  pair.add_own(-Pair::kMostOwnNs);
  EXPECT_EQ(pair.own_ns(), 0);
}

}  // namespace
}  // namespace reactortrack::replay
