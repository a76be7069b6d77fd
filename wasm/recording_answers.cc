// SPDX-License-Identifier: MIT
//
// About the recording as a whole.
#include <algorithm>

#include "core/log/json_text.h"
#include "core/text/text.h"
#include "wasm/answers.h"

namespace reactortrack::wasm {

namespace {

struct Endings {
  const char* word;
  std::string text;
};

Endings ending_of(const Session& session) {
  const log::Source& source = session.timeline().source();
  const bool nothing_yet = session.recording().empty() && !session.finished();
  switch (source.ending()) {
    case log::Ending::kOpen: return {"open", "still being read"};
    case log::Ending::kComplete: return {"complete", "complete"};
    case log::Ending::kTruncated:
      if (!session.finished()) return {"open", "still being recorded"};
      return {"truncated",
              "truncated: it has no end marker, so the program was killed or still runs"};
    case log::Ending::kError:
      if (nothing_yet) return {"open", "nothing has come yet"};
      return {"error", "it cannot be read further: " + source.error().cause};
  }
  return {"open", {}};
}

const char* format_word(const Session& session) {
  switch (log::format_of(session.recording())) {
    case log::Format::kRecording: return "rtlog";
    case log::Format::kJsonLines: return "json";
    case log::Format::kForeign: break;
  }
  return "none";
}

}  // namespace

void Answer::recording() {
  const log::Source& source = timeline_.source();
  const Endings ending = ending_of(session_);
  json_.begin_object().field("format", format_word(session_));
  json_.field("bytes", session_.recording().size()).field("bytes_read", source.position());
  json_.field("finished", session_.finished());
  json_.field("events", model_.event_count()).field("deferreds", model_.deferreds().size());
  json_.field("turns", model_.turns().size());
  json_.field("nodes", map_.tree().size()).field("event", number(now_));
  ns("duration_ns", model_.time_ns());
  json_.field("duration", text::duration_text(model_.time_ns())).key("started");
  if (model_.started_unix_ns() == 0)
    json_.null();
  else
    json_.value(text::date_text(model_.started_unix_ns()));
  json_.field("ending", ending.word).field("ending_text", text::clean(ending.text));
  json_.field("lost", source.lost_count()).field("strange", model_.strange_count());
  json_.key("warnings").begin_array();
  for (const log::Error& warning : source.warnings()) error(warning);
  json_.end().field("warning_count", source.warning_count()).key("error");
  if (std::string_view(ending.word) == "error")
    error(source.error());
  else
    json_.null();
  json_.key("info").begin_object();
  const log::Definitions& definitions = source.definitions();
  // A key that was written twice has its last value, once.
  for (const event::Info& info : definitions.infos())
    if (info.value.data() == definitions.info(info.key).data())
      json_.field(text::clean(info.key), text::clean(info.value));
  json_.end().field("title", text::clean(definitions.info("command"))).end();
}

void Answer::histogram() {
  const auto first = replay::EventNumber{timeline_.last() == EventNumber::kNone ? 0u : 1u};
  const std::uint32_t wanted = std::clamp(a_, 1u, 10'000u);
  const auto buckets = timeline_.histogram(first, timeline_.last(), wanted);
  json_.begin_object().key("buckets").begin_array();
  for (const replay::Bucket& bucket : buckets)
    json_.begin_array().value(bucket.events).value(bucket.failures).end();
  json_.end();
  ns("first_ns", std::max<std::int64_t>(0, model_.time_ns(first)));
  ns("last_ns", model_.time_ns());
  json_.key("first_event").begin_array();
  std::uint32_t next = number(first);
  for (const replay::Bucket& bucket : buckets) {
    json_.value(next);
    next += bucket.events;
  }
  json_.end().end();
}

void Answer::legend() {
  const map::Theme theme = map_.view().theme;
  json_.begin_object().key("states").begin_array();
  for (int each = 0; each < replay::kStateCount; ++each) {
    const auto state = static_cast<replay::State>(each);
    const map::Swatch swatch = map::swatch(state, theme);
    json_.begin_object().field("state", replay::word(state)).field("word", map::explained(state));
    json_.field("colour", map::hex(swatch.colour)).field("ink", map::hex(swatch.ink));
    json_.field("glyph", map::glyph(state)).field("pattern", map::word(swatch.pattern)).end();
  }
  json_.end().key("marks").begin_array();
  for (const map::Mark& mark : map::marks(theme)) {
    json_.begin_object().field("name", mark.name).field("word", mark.explained);
    json_.field("colour", map::hex(mark.colour)).end();
  }
  json_.end().end();
}

void Answer::event_at_time() {
  const auto ns = log::json_unsigned(text_);
  if (!ns) return;
  const auto time_ns = static_cast<std::int64_t>(std::min<std::uint64_t>(*ns, INT64_MAX));
  json_.begin_object().field("event", number(timeline_.at_time(time_ns))).end();
}

}  // namespace reactortrack::wasm
