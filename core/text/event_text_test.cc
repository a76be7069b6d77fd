// SPDX-License-Identifier: MIT
#include "core/text/event_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "core/event/names.h"
#include "core/log/sample_recording.h"
#include "core/log/source.h"
#include "core/replay/model.h"
#include "core/text/deferred_json.h"
#include "core/text/text.h"

namespace reactortrack::text {
namespace {

bool is_definition(const event::Event& event) {
  return static_cast<std::uint8_t>(event::kind_of(event.body)) < event::kFirstTimedKind;
}

// What is said about a recording: each event, then each Deferred. Fails on text that no terminal
// should see.
std::size_t tell_everything(std::span<const std::byte> bytes) {
  const std::unique_ptr<log::Source> source = log::open(bytes);
  replay::Model model;
  const Wording wording(model, source->definitions());
  event::Event event;
  std::size_t events = 0;
  while (source->next(&event)) {
    model.apply(event);
    if (is_definition(event)) continue;
    const EventText said = event_text(event, model.now(), wording);
    for (const std::string& each : {said.subject, said.detail, said.last})
      EXPECT_EQ(clean(each), each);
    ++events;
  }
  for (const replay::Deferred& each : model.deferreds())
    EXPECT_TRUE(deferred_json(wording, each).starts_with('{'));
  return events;
}

TEST(EventText, EveryKindOfEventHasAText) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    constexpr int kEvents = 2000;
    log::SampleRecording recording = log::random_recording(seed, kEvents);
    const auto& written = recording.expected();
    EXPECT_EQ(tell_everything(recording.bytes()),
              static_cast<std::size_t>(
                  std::count_if(written.begin(), written.end(), std::not_fn(is_definition))));
  }
}

TEST(EventText, DamagedRecordingsAreToldAsFarAsTheyGo) {
  log::SampleRecording recording = log::sample_program();
  const std::span<const std::byte> whole = recording.bytes();
  const std::size_t all = tell_everything(whole);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::vector<std::byte> damaged(whole.begin(), whole.end());
      damaged[at] ^= static_cast<std::byte>(flip);
      EXPECT_LE(tell_everything(damaged), all + whole.size());
    }
  }
}

// What stands in the middle of a recording says the same to those who have read on to its end.
TEST(EventText, DoesNotDependOnWhatCameLater) {
  using event::DeferredId;
  log::Definitions definitions;
  const auto callable = [&](std::string_view name) {
    return definitions.add(event::Callable{{}, definitions.add(event::String{name}), {}});
  };
  constexpr DeferredId d{1};
  const std::vector<event::Event> events = {
      {0, event::Created{.deferred = d}},
      {10, event::Attached{d, callable("first"), {}, {}}},
      {20, event::Attached{d, callable("second"), {}, {}}},
      {30, event::TurnStarted{}},
      {40, event::Fired{.deferred = d}},
      {50, event::Started{d, 0, event::Lane::kCallback}},
      {60, event::Finished{d, {}}},
      {70, event::Started{d, 1, event::Lane::kCallback}},
      {90, event::Finished{d, {}}},
      {100, event::TurnEnded{.calls = 1}},
      {110, event::PollStarted{}},
      {140, event::PollEnded{}},
      {200, event::TurnStarted{}},
      {260, event::TurnEnded{.calls = 2}},
      {270, event::PollStarted{}},
      {350, event::PollEnded{}},
  };
  replay::Model model;
  const Wording wording(model, definitions);
  std::vector<EventText> then;
  for (const event::Event& each : events) {
    model.apply(each);
    then.push_back(event_text(each, model.now(), wording));
  }
  EXPECT_EQ(then[6].detail, "first -> None");
  EXPECT_EQ(then[9].last, "70 ns");
  EXPECT_EQ(then[11].last, "30 ns");
  for (std::uint32_t at = 0; at < events.size(); ++at) {
    const EventText now = event_text(events[at], replay::EventNumber{at + 1}, wording);
    EXPECT_EQ(now.detail, then[at].detail) << at;
    EXPECT_EQ(now.last, then[at].last) << at;
  }
}

TEST(Concerns, LooksAtEveryFieldThatNamesADeferred) {
  using event::DeferredId;
  const auto concerns_7 = [](event::Body body) {
    return concerns({.time_ns = 0, .body = std::move(body)}, DeferredId{7});
  };
  EXPECT_TRUE(concerns_7(event::Fired{.deferred = DeferredId{7}}));
  EXPECT_TRUE(concerns_7(event::Waiting{.deferred = DeferredId{1}, .on = DeferredId{7}}));
  EXPECT_TRUE(concerns_7(event::Finished{
      .deferred = DeferredId{1},
      .result = {.outcome = event::Outcome::kDeferred, .deferred = DeferredId{7}}}));
  EXPECT_TRUE(concerns_7(event::Cancelled{.deferred = DeferredId{1}, .to = DeferredId{7}}));
  EXPECT_FALSE(concerns_7(event::Fired{.deferred = DeferredId{1}}));
  EXPECT_FALSE(concerns_7(event::Started{.deferred = DeferredId{1}, .position = 7}));
  EXPECT_FALSE(concerns_7(event::TurnStarted{}));
}

}  // namespace
}  // namespace reactortrack::text
