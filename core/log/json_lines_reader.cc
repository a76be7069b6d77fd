// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>
#include <type_traits>

#include "core/event/names.h"
#include "core/log/json_fields.h"
#include "core/log/json_keys.h"
#include "core/log/json_lines.h"

namespace reactortrack::log {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

constexpr bool is_timed(event::EventKind kind) {
  return static_cast<std::uint8_t>(kind) >= event::kFirstTimedKind;
}

}  // namespace

JsonLinesReader::JsonLinesReader(std::span<const std::byte> bytes)
    : text_(text_of(bytes)), interner_(&definitions_, &events_), identities_(&events_) {
  if (text_.starts_with(kByteOrderMark)) position_ = kByteOrderMark.size();
}

bool JsonLinesReader::next(event::Event* event) {
  while (handed_out_ == events_.size())
    if (ending_ != Ending::kOpen || !read_line()) return false;
  *event = events_[handed_out_++];
  if (is_timed(event::kind_of(event->body))) handed_out_time_ns_ = event->time_ns;
  event->time_ns = handed_out_time_ns_;
  return true;
}

void JsonLinesReader::skip_blank() {
  for (; position_ < text_.size(); ++position_) {
    const char c = text_[position_];
    if (c == '\n')
      ++line_;
    else if (c != ' ' && c != '\t' && c != '\r')
      return;
  }
}

// False at the end. A line that gives no event leaves events_ empty.
bool JsonLinesReader::read_line() {
  events_.clear();
  handed_out_ = 0;
  skip_blank();
  const std::string_view rest = text_.substr(position_);
  if (rest.empty()) return finish();
  if (has_ended_) {
    warn({position_, line_ + 1, "lines behind the end of the recording are not read"});
    return finish();
  }
  const std::size_t size = std::min(rest.find('\n'), rest.size());
  std::string cause;
  const JsonObject::Parse parsed = object_.parse(rest.substr(0, size), &cause);
  if (parsed == JsonObject::Parse::kCut && size == rest.size()) {
    torn_bytes_ = size;
    return finish();
  }
  if (parsed == JsonObject::Parse::kWhole && read_object(&cause))
    ++used_;
  else
    warn({position_, line_ + 1, std::move(cause)});
  position_ += size;
  return true;
}

bool JsonLinesReader::finish() {
  if (used_ == 0 && warning_count() > 0) {
    Error first = warnings().front();
    first.cause = "no line could be used; the first: " + first.cause;
    return fail(std::move(first));
  }
  if (used_ == 0 && torn_bytes_ == 0) return fail({0, 0, "empty: no line is in it"});
  const bool is_cut = torn_bytes_ > 0 || (says_its_end_ && !has_ended_);
  ending_ = is_cut ? Ending::kTruncated : Ending::kComplete;
  return false;
}

void JsonLinesReader::extend(std::span<const std::byte> bytes) {
  if (bytes.size() < position_) return;
  text_ = text_of(bytes);
  if (has_ended_) return;
  ending_ = Ending::kOpen;  // an error is that no line could be used yet
  error_ = {};
  torn_bytes_ = 0;
}

// ---- One line ---------------------------------------------------------------------------------

bool JsonLinesReader::read_object(std::string* cause) {
  const JsonValue* action = object_.find("action");
  const JsonValue* time = object_.find("t");
  JsonFields fields(object_, time == nullptr, &interner_, &identities_, cause);
  if (action == nullptr || action->type != JsonValue::kString)
    return fields.problem("action", "is missing: what happened?");
  if (time != nullptr) {
    event::Duration since_start;
    fields.get("t", &since_start);
    time_ns_ = std::max(time_ns_, since_start.ns);
  }
  identities_.begin_line(time_ns_);
  const event::DeferredId finished_before = just_finished_;
  const bool is_read = (time == nullptr && read_old_action(&fields, action->text)) ||
                       read_action(&fields, action->text);
  if (just_finished_ == finished_before) just_finished_ = event::DeferredId::kNone;
  return is_read && fields.ok();
}

bool JsonLinesReader::read_action(JsonFields* fields, std::string_view action) {
  if (action == kExecuting) return take_in(*fields, fields->read<event::Started>());
  if (action == kExecuted || action == kFailed)
    return take_in(*fields, fields->read<event::Finished>());
  if (action == kChained) {
    read_chained(fields);
    return fields->ok();
  }
  if (action == event::Info::kName) {
    const auto info = fields->read<event::Info>();
    if (fields->ok()) interner_.info(info.key, info.value);
    says_its_end_ = true;
    return fields->ok();
  }
  bool is_known = false;
  event::for_each_kind([&]<class Kind>() {
    if constexpr (is_timed(Kind::kKind)) {
      if (action != Kind::kName) return;
      is_known = true;
      take_in(*fields, fields->read<Kind>());
    }
  });
  return is_known || fields->problem(action, "is an action that is unknown");
}

// The other half of Line::write(Waiting).
void JsonLinesReader::read_chained(JsonFields* fields) {
  event::Waiting waiting;
  fields->get("deferred", &waiting.deferred);
  fields->get(kChainedTo, &waiting.on);
  fields->get("how", &waiting.how);
  fields->get("stack", &waiting.stack);
  if (waiting.how == event::WaitKind::kChainDeferred) std::swap(waiting.deferred, waiting.on);
  take_in(*fields, waiting);
}

template <class Kind>
bool JsonLinesReader::take_in(const JsonFields& fields, const Kind& kind) {
  if (!fields.ok()) return false;
  events_.push_back({time_ns_, kind});
  if constexpr (std::is_same_v<Kind, event::Lost>)
    lost_count_ += std::min(kind.count, std::numeric_limits<std::uint64_t>::max() - lost_count_);
  if constexpr (std::is_same_v<Kind, event::End>) has_ended_ = true;
  if (!fields.is_old()) return true;
  if constexpr (std::is_same_v<Kind, event::Attached>)
    old_deferreds_[kind.deferred].attached.push_back(kind);
  if constexpr (std::is_same_v<Kind, event::Fired>) old_deferreds_[kind.deferred].has_fired = true;
  return true;
}

// ---- Lines of 2013 ----------------------------------------------------------------------------

// False for actions that are read as those of today are.
bool JsonLinesReader::read_old_action(JsonFields* fields, std::string_view action) {
  if (action == kExecuting) {
    read_old_start(fields);
  } else if (action == kExecuted || action == kFailed) {
    const event::DeferredId id = read_old_start(fields);
    read_old_finish(fields, id, action == kFailed);
  } else if (action == kChained && object_.find("how") == nullptr) {
    read_old_chained(fields);
  } else {
    return false;
  }
  return true;
}

// What runs by an `executing` or `executed` line, started unless it was.
event::DeferredId JsonLinesReader::read_old_start(JsonFields* fields) {
  event::DeferredId id{};
  event::Lane lane{};
  event::CallableId callable{};
  fields->get("deferred", &id);
  fields->get(kLaneKey, &lane);
  fields->get("callback", &callable);
  if (id == event::DeferredId::kNone) fields->problem("deferred", "is missing");
  if (fields->ok() && !old_deferreds_[id].is_running) start_old(id, lane, callable);
  return id;
}

void JsonLinesReader::start_old(event::DeferredId id, event::Lane lane,
                                event::CallableId callable) {
  OldDeferred& subject = old_deferreds_[id];
  if (!subject.has_fired) {
    const event::Outcome outcome =
        lane == event::Lane::kCallback ? event::Outcome::kValue : event::Outcome::kFailureRaised;
    events_.push_back({time_ns_, event::Fired{.deferred = id, .result = {.outcome = outcome}}});
  }
  subject.has_fired = subject.is_running = true;
  // The next pair that has this function on this side; pairs between pass their values through.
  const auto has_it = [&](const event::Attached& pair) {
    return (lane == event::Lane::kCallback ? pair.callback : pair.errback) == callable;
  };
  const auto begin = subject.attached.begin() +
                     std::min<std::ptrdiff_t>(subject.position, std::ssize(subject.attached));
  const auto found = std::find_if(begin, subject.attached.end(), has_it);
  if (found != subject.attached.end())
    subject.position = static_cast<std::uint32_t>(found - subject.attached.begin());
  events_.push_back(
      {time_ns_, event::Started{.deferred = id, .position = subject.position, .lane = lane}});
}

void JsonLinesReader::read_old_finish(JsonFields* fields, event::DeferredId id, bool failed) {
  event::Duration time;
  event::Finished finished{.deferred = id, .result = {.outcome = event::Outcome::kValue}};
  fields->get("time", &time);
  if (failed) {
    finished.result.outcome = event::Outcome::kFailureRaised;
    fields->get("failure", &finished.result.failure);
  }
  const std::int64_t left = std::numeric_limits<std::int64_t>::max() - time_ns_;
  time_ns_ += std::clamp<std::int64_t>(time.ns, 0, left);
  if (!take_in(*fields, finished)) return;
  old_deferreds_[id].is_running = false;
  ++old_deferreds_[id].position;
  just_finished_ = id;
}

// Right behind an execution: the callback returned the other Deferred. Else chainDeferred was called.
void JsonLinesReader::read_old_chained(JsonFields* fields) {
  const event::DeferredId finished = just_finished_;
  event::DeferredId subject{};
  event::DeferredId to{};
  fields->get("deferred", &subject);
  fields->get(kChainedTo, &to);
  if (to == event::DeferredId::kNone) fields->problem(kChainedTo, "is missing");
  const bool returned = subject == finished && finished != event::DeferredId::kNone;
  take_in(*fields, returned ? event::Waiting{subject, to, event::WaitKind::kReturned, {}}
                            : event::Waiting{to, subject, event::WaitKind::kChainDeferred, {}});
}

}  // namespace reactortrack::log
