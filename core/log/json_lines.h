// SPDX-License-Identifier: MIT
//
// JSON lines: one JSON object per event, the format of Reactor Track's first version (2013), with
// more keys. Lines of 2013 are read too.
//
//   {"action": "attached", "deferred": 25657144, "errback": null, "callback": "__main__.f", ...}
//   {"action": "executed", "deferred": 25656712, "time": 1.001, "callback?": true, "callback": ...}
//
// A line's keys are the field names of event.h, except where 2013 had other words (`executing`,
// `executed`, `failed`, `chained`): docs/log-format.md lists them. Definitions have no lines of
// their own: texts, sites and stacks stand where they are used. So lines -> events -> lines gives
// the same text, and a recording -> lines -> a recording gives the same events with the definitions
// numbered anew. Two things are left out: frames beyond kMaxJsonFrames of a stack, and texts that
// are not UTF-8, whose wrong bytes become U+FFFD.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/event/event.h"
#include "core/log/definitions.h"
#include "core/log/interner.h"
#include "core/log/json_identities.h"
#include "core/log/json_text.h"
#include "core/log/source.h"

namespace reactortrack::log {

inline constexpr std::size_t kMaxJsonFrames = 256;

class JsonFields;

// Events -> lines. It must see every event from the start, because a line says more than its event:
// the address of a Deferred, the callback that finished and how long it took.
class JsonLinesWriter {
 public:
  // `definitions` must hold what the events refer to, and outlive the writer.
  explicit JsonLinesWriter(const Definitions& definitions) : definitions_(definitions) {}

  // Appends the event's line and a line end; nothing for a definition.
  void append(const event::Event& event, std::string* out);
  // For an event that is seen but not wanted as text.
  void observe(const event::Event& event);

 private:
  struct Pair {
    event::CallableId callback{};
    event::CallableId errback{};
  };
  // What lines say about a Deferred that its events do not.
  struct Deferred {
    event::Address address;
    bool is_running = false;
    event::Lane lane{};
    std::uint32_t position = 0;
    std::int64_t started_ns = 0;
    std::vector<Pair> pairs;
  };
  class Line;

  const Deferred* find(event::DeferredId id) const;
  std::string_view failure_type(event::FailureId id) const;
  event::CallableId ran(const Deferred& deferred) const;

  const Definitions& definitions_;
  // By serial. Not vectors: lines of a long recording may be filtered.
  std::unordered_map<event::DeferredId, Deferred> deferreds_;
  std::unordered_map<event::FailureId, event::StringId> failure_types_;
};

// Lines -> events. A line that is broken is skipped with a warning that has its number; kError only
// when no line at all could be used.
//
// A line without "t" is read as one of 2013: Deferreds are told apart by their address, time goes
// on by the "time" of what was executed, and an execution also stands for its start. Events that
// such lines leave out but imply (`adopted`, `fired`, `started`, `failure`) are handed out too.
class JsonLinesReader final : public Source {
 public:
  explicit JsonLinesReader(std::span<const std::byte> bytes);
  bool next(event::Event* event) override;
  void extend(std::span<const std::byte> bytes) override;

 private:
  // What lines of 2013 leave to be worked out.
  struct OldDeferred {
    bool has_fired = false;
    bool is_running = false;
    std::uint32_t position = 0;  // of the pair that runs, or of the next one
    std::vector<event::Attached> attached;
  };

  bool read_line();
  void skip_blank();
  bool read_object(std::string* cause);
  bool read_action(JsonFields* fields, std::string_view action);
  void read_chained(JsonFields* fields);
  bool read_old_action(JsonFields* fields, std::string_view action);
  event::DeferredId read_old_start(JsonFields* fields);
  void read_old_finish(JsonFields* fields, event::DeferredId id, bool failed);
  void read_old_chained(JsonFields* fields);
  bool finish();

  void start_old(event::DeferredId id, event::Lane lane, event::CallableId callable);
  template <class Kind>
  bool take_in(const JsonFields& fields, const Kind& kind);

  std::string_view text_;
  std::uint64_t line_ = 0;  // line ends passed
  std::uint64_t used_ = 0;  // lines that gave an event
  std::int64_t time_ns_ = 0;
  std::int64_t handed_out_time_ns_ = 0;
  bool says_its_end_ = false;  // there was an `info` line: these are lines of a whole recording
  bool has_ended_ = false;
  JsonObject object_;
  std::vector<event::Event> events_;  // of the last line, with the definitions it needed
  std::size_t handed_out_ = 0;
  Interner interner_;
  JsonIdentities identities_;
  std::unordered_map<event::DeferredId, OldDeferred> old_deferreds_;
  event::DeferredId just_finished_ = event::DeferredId::kNone;  // by the line before
};

}  // namespace reactortrack::log
