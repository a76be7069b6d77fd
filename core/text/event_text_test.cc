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
    const EventText said = event_text(event, wording);
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
