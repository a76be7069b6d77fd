// SPDX-License-Identifier: MIT
#include "cli/event_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "cli/summary_facts.h"
#include "core/event/names.h"
#include "core/log/sample_recording.h"
#include "core/log/source.h"
#include "core/replay/model.h"

namespace reactortrack::cli {
namespace {

using text::Wording;

bool is_definition(const event::Event& event) {
  return static_cast<std::uint8_t>(event::kind_of(event.body)) < event::kFirstTimedKind;
}

// What the commands say about a recording: a line an event, then the summary.
// Fails on lines that no terminal should see.
std::size_t tell_everything(std::span<const std::byte> bytes) {
  const std::unique_ptr<log::Source> source = log::open(bytes);
  replay::Model model;
  const Wording wording(model, source->definitions());
  event::Event event;
  std::size_t lines = 0;
  while (source->next(&event)) {
    model.apply(event);
    if (is_definition(event)) continue;
    const std::string line = event_line(event, wording, Style(false));
    EXPECT_EQ(std::count_if(line.begin(), line.end(),
                            [](unsigned char c) { return c < 0x20 || c == 0x7F; }),
              1)
        << line;
    EXPECT_EQ(line.back(), '\n');
    ++lines;
  }
  EXPECT_EQ(summary_facts(wording).deferreds, model.deferreds().size());
  return lines;
}

TEST(EventLine, EveryKindOfEventHasALine) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    constexpr int kEvents = 2000;
    log::SampleRecording recording = log::random_recording(seed, kEvents);
    const auto& written = recording.expected();
    EXPECT_EQ(tell_everything(recording.bytes()),
              static_cast<std::size_t>(
                  std::count_if(written.begin(), written.end(), std::not_fn(is_definition))));
  }
}

TEST(EventLine, DamagedRecordingsAreToldAsFarAsTheyGo) {
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

}  // namespace
}  // namespace reactortrack::cli
