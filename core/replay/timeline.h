// SPDX-License-Identifier: MIT
//
// Timeline: a recording that can be asked about any of its events, in any order.
//
//   Timeline timeline(bytes);
//   while (timeline.read(1'000'000)) show_progress();
//   const EventNumber at = timeline.at_time(3'200'000'000);
//   state_of(timeline.model(), *timeline.model().find(id), at);
//
// There is no journal and there are no snapshots. The Model is built once from the whole recording;
// its records say at which event each thing happened, so what was the case after event N is a
// comparison of numbers, and a step forward, a step back and a jump are the same question. Events
// are not kept: every 128th has its place and the Decoder's context written down, from where any of
// them is decoded again in 2 us.
//
// JSON lines are written as a recording in memory first, so all that follows sees one format.
// Memory: a small multiple of the bytes, whatever they are; reading ends well on any bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/event/event.h"
#include "core/log/reader.h"
#include "core/log/source.h"
#include "core/replay/conversion.h"
#include "core/replay/event_number.h"
#include "core/replay/model.h"
#include "core/replay/moment.h"
#include "core/replay/pool.h"

namespace reactortrack::replay {

// What was executing after an event.
struct Cursor {
  // The pairs running in the thread of that event, innermost last; empty when none runs.
  std::vector<PairIndex> executing;
  // The pair whose execution began last, in any thread: there the cursor stays when it has ended.
  PairIndex last_executed = PairIndex::kNone;
};

// One of the equal steps of time that a histogram counts in.
struct Bucket {
  std::uint32_t events = 0;
  std::uint32_t failures = 0;  // Failures seen for the first time
};

// One thread at a time.
class Timeline {
 public:
  // A recording or JSON lines; what else it may be, source() says. They must outlive the Timeline.
  explicit Timeline(std::span<const std::byte> bytes);
  ~Timeline();
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  // Reads up to this many more events. False when the present end is reached.
  bool read(std::uint64_t max_events);
  // For a recording that grows: the same bytes with more behind them, perhaps at another address.
  // The old bytes may be freed afterwards.
  void extend(std::span<const std::byte> bytes);

  const Model& model() const { return model_; }
  // How it ended, what is wrong with it, and the definitions that events refer to.
  const log::Source& source() const { return *source_; }

  EventNumber last() const { return static_cast<EventNumber>(model_.event_count()); }
  // Decoded again. Nothing for kNone and for events that have not been read.
  std::optional<event::Event> event(EventNumber event) const;
  std::int64_t time_ns(EventNumber event) const { return model_.time_ns(event); }
  // The last event at or before that time; kNone when all are later.
  EventNumber at_time(std::int64_t time_ns) const { return model_.at_time(time_ns); }
  Cursor cursor(EventNumber at) const;
  // The time from `first` to `last`, both included, in `bucket_count` equal steps.
  std::vector<Bucket> histogram(EventNumber first, EventNumber last,
                                std::uint32_t bucket_count) const;

 private:
  struct Keyframe {
    log::Bookmark next;  // where the next event's record, or definitions before it, begin
    PairIndex last_started{};
  };
  static constexpr std::uint32_t kEventsPerKeyframe = 128;

  void open();
  bool read_next(event::Event* event);
  // Decodes again what comes from the keyframe before this event up to it.
  template <class Visit>
  void revisit(EventNumber event, Visit&& visit) const;
  PairIndex last_started(EventNumber at) const;

  std::span<const std::byte> bytes_;
  log::Format format_ = log::Format::kForeign;
  std::unique_ptr<log::Source> source_;     // of the bytes that were given
  std::unique_ptr<Conversion> conversion_;  // of JSON lines
  log::Reader* reader_ = nullptr;           // what is read from: source_, or that of conversion_
  Model model_;
  Pool<Keyframe> keyframes_;
};

}  // namespace reactortrack::replay
