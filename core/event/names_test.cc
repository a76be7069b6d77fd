// SPDX-License-Identifier: MIT
#include "core/event/names.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace reactortrack::event {
namespace {

template <class Enum>
void expect_all_words_parse_back() {
  std::set<std::string_view> seen;
  const auto first = static_cast<unsigned>(Vocabulary<Enum>::kFirst);
  const auto count = static_cast<unsigned>(Vocabulary<Enum>::kWords.size());
  for (unsigned i = first; i < first + count; ++i) {
    const auto value = static_cast<Enum>(i);
    EXPECT_TRUE(is_known(value));
    EXPECT_TRUE(seen.insert(word(value)).second) << word(value) << " stands for two values";
    EXPECT_EQ(parse<Enum>(word(value)), value);
  }
  EXPECT_FALSE(is_known(static_cast<Enum>(first + count)));
  EXPECT_EQ(word(static_cast<Enum>(first + count)), "?");
  EXPECT_EQ(parse<Enum>("?"), std::nullopt);
  EXPECT_EQ(parse<Enum>(""), std::nullopt);
}

TEST(Names, EveryWordOfEveryEnumerationParsesBack) {
  expect_all_words_parse_back<Lane>();
  expect_all_words_parse_back<Outcome>();
  expect_all_words_parse_back<WaitKind>();
  expect_all_words_parse_back<CancelEffect>();
  expect_all_words_parse_back<EndState>();
  expect_all_words_parse_back<ResourceKind>();
  expect_all_words_parse_back<TriggerPhase>();
  expect_all_words_parse_back<FutureLink>();
  expect_all_words_parse_back<LostReason>();
  expect_all_words_parse_back<EndReason>();
}

// The last value of each, so that a value added to event.h without a word is noticed.
TEST(Names, LastValuesHaveTheirWords) {
  EXPECT_EQ(word(Lane::kErrback), "errback");
  EXPECT_EQ(word(Outcome::kDeferred), "deferred");
  EXPECT_EQ(word(WaitKind::kListMember), "list_member");
  EXPECT_EQ(word(CancelEffect::kRaised), "raised");
  EXPECT_EQ(word(EndState::kPaused), "paused");
  EXPECT_EQ(word(ResourceKind::kThreadPool), "thread_pool");
  EXPECT_EQ(word(TriggerPhase::kAfter), "after");
  EXPECT_EQ(word(FutureLink::kFromFuture), "from_future");
  EXPECT_EQ(word(LostReason::kTooLarge), "too_large");
  EXPECT_EQ(word(LostReason::kLeftOut), "left_out");
  EXPECT_EQ(word(EndReason::kExit), "exit");
  EXPECT_FALSE(is_known(static_cast<WaitKind>(0)));
  EXPECT_FALSE(is_known(static_cast<LostReason>(0)));
  EXPECT_FALSE(is_known(static_cast<EndReason>(0)));
}

TEST(Names, EveryKindHasItsOwnNumberAndWord) {
  std::set<unsigned> numbers;
  std::set<std::string_view> words;
  for (const EventKind kind : all_kinds()) {
    EXPECT_TRUE(numbers.insert(static_cast<unsigned>(kind)).second) << word(kind);
    EXPECT_TRUE(words.insert(word(kind)).second) << word(kind);
    EXPECT_EQ(parse_kind(word(kind)), kind);
    EXPECT_TRUE(is_known(kind));
  }
  EXPECT_EQ(numbers.size(), std::variant_size_v<Body>);
  EXPECT_EQ(parse_kind("no such kind"), std::nullopt);
  EXPECT_FALSE(is_known(static_cast<EventKind>(0)));
  EXPECT_FALSE(is_known(static_cast<EventKind>(200)));
}

TEST(Names, KindOfABodyIsTheKindOfItsStruct) {
  for_each_kind([]<class Kind>() { EXPECT_EQ(kind_of(Body{Kind{}}), Kind::kKind); });
}

}  // namespace
}  // namespace reactortrack::event
