// SPDX-License-Identifier: MIT
#include <string>
#include <type_traits>

#include "core/event/names.h"
#include "core/log/json_keys.h"
#include "core/log/json_lines.h"

namespace reactortrack::log {

// One line being written: a member for each put().
class JsonLinesWriter::Line {
 public:
  Line(const JsonLinesWriter& writer, std::string* out) : writer_(writer), out_(out) {
    *out_ += '{';
  }

  void end(const event::Event& event) {
    key("t");
    append_json_seconds(event.time_ns, 7, out_);
    end();
  }
  void end() { *out_ += "}\n"; }

  void key(std::string_view name, std::string_view suffix = {}) {
    if (out_->back() != '{') *out_ += ", ";
    ((*out_ += '"') += name) += suffix;
    *out_ += "\": ";
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(value, out_);
  }
  void number(std::string_view name, std::uint64_t value, std::string_view suffix = {}) {
    key(name, suffix);
    *out_ += std::to_string(value);
  }
  void null(std::string_view name) {
    key(name);
    *out_ += "null";
  }

  // Fields of events, as event.h names them. An id that is none has no member.
  void put(const char* name, bool value) {
    key(name);
    *out_ += value ? "true" : "false";
  }
  void put(const char* name, std::uint32_t value) { number(name, value); }
  void put(const char* name, std::uint64_t value) { number(name, value); }
  void put(const char* name, std::int32_t value) {
    key(name);
    *out_ += std::to_string(value);
  }
  void put(const char* name, std::string_view value) { text(name, value); }
  void put(const char* name, event::Duration value) {
    key(name);
    append_json_seconds(value.ns, 3, out_);
  }
  void put(const char*, event::Address) {}  // is what "deferred" says
  void put(const char* name, event::ThreadId id) { number(name, event::number(id)); }
  void put(const char* name, event::DelayedCallId id) { number(name, event::number(id)); }
  void put(const char* name, event::ResourceId id) { number(name, event::number(id)); }
  void put(const char* name, event::WorkId id) { number(name, event::number(id)); }
  void put(const char* name, event::LoopId id) { number(name, event::number(id)); }
  void put(const char* name, event::DeferredId id) {
    if (id == event::DeferredId::kNone) return;
    address(name, id);
    serial(name, id);
  }
  void put(const char* name, event::FailureId id) {
    if (id == event::FailureId::kNone) return;
    text(name, writer_.failure_type(id));
    number(name, event::number(id), kSerialSuffix);
  }
  void put(const char* name, event::StringId id) {
    if (id != event::StringId::kNone) text(name, writer_.definitions_.text(id));
  }
  void put(const char* name, event::CallableId id) {
    if (id == event::CallableId::kNone) return;
    dotted_name(name, id);
    callable_details(name, id);
  }
  void put(const char* name, event::StackId id);
  void put(const char*, event::Lane lane) { put(kLaneKey, lane == event::Lane::kCallback); }
  void put(const char*, const event::Result& result) {
    text("outcome", event::word(result.outcome));
    put("type", result.type);
    put("value", result.text);
    put("failure", result.failure);
    put("result", result.deferred);
  }
  template <event::Worded Enum>
  void put(const char* name, Enum value) {
    text(name, event::word(value));
  }

  // Parts of those, where 2013 had its own order of keys.
  void address(const char* name, event::DeferredId id) {
    const Deferred* deferred = writer_.find(id);
    if (deferred == nullptr || deferred->address.value == 0) return null(name);
    number(name, deferred->address.value);
  }
  void serial(std::string_view name, event::DeferredId id) {
    if (name == "deferred") return number("serial", event::number(id));
    number(name, event::number(id), kSerialSuffix);
  }
  void dotted_name(const char* name, event::CallableId id) {
    if (id == event::CallableId::kNone) return null(name);
    text(name, writer_.definitions_.dotted_name(id));
  }
  void callable_details(const char* name, event::CallableId id);
  void run(const Deferred& deferred) {
    put(kLaneKey, deferred.lane == event::Lane::kCallback);
    dotted_name("callback", writer_.ran(deferred));
  }

  // Whole events.
  template <class Kind>
  void write(const Kind& kind) {
    text("action", Kind::kName);
    event::for_each_field(kind, [&](const char* name, const auto& value) { put(name, value); });
  }
  void write(const event::Attached& attached);
  void write(const event::Started& started);
  void write(const event::Finished& finished);
  void write(const event::Waiting& waiting);
  std::int64_t now_ns = 0;

 private:
  void site(const event::Site& site);

  const JsonLinesWriter& writer_;
  std::string* out_;
};

void JsonLinesWriter::Line::site(const event::Site& site) {
  *out_ += '{';
  put("file", site.file);
  if (site.line != 0) put("line", site.line);
  put("function", site.function);
  *out_ += '}';
}

void JsonLinesWriter::Line::put(const char* name, event::StackId id) {
  if (id == event::StackId::kNone) return;
  key(name);
  *out_ += '[';
  for (std::size_t count = 0; id != event::StackId::kNone && count < kMaxJsonFrames; ++count) {
    const event::Stack stack = writer_.definitions_.stack(id);
    if (count > 0) *out_ += ", ";
    site(writer_.definitions_.site(stack.site));
    id = stack.caller;
  }
  *out_ += ']';
}

void JsonLinesWriter::Line::callable_details(const char* name, event::CallableId id) {
  const event::Callable callable = writer_.definitions_.callable(id);
  if (callable.module != event::StringId::kNone) {
    key(name, kModuleSuffix);
    append_json_string(writer_.definitions_.text(callable.module), out_);
  }
  if (callable.site != event::SiteId::kNone) {
    key(name, kSiteSuffix);
    site(writer_.definitions_.site(callable.site));
  }
}

void JsonLinesWriter::Line::write(const event::Attached& attached) {
  text("action", event::Attached::kName);
  address("deferred", attached.deferred);
  dotted_name("errback", attached.errback);
  dotted_name("callback", attached.callback);
  serial("deferred", attached.deferred);
  const Deferred* deferred = writer_.find(attached.deferred);
  number("position", deferred == nullptr ? 0 : deferred->pairs.size());
  callable_details("callback", attached.callback);
  callable_details("errback", attached.errback);
  put("stack", attached.stack);
}

void JsonLinesWriter::Line::write(const event::Started& started) {
  text("action", kExecuting);
  address("deferred", started.deferred);
  if (const Deferred* deferred = writer_.find(started.deferred)) run(*deferred);
  serial("deferred", started.deferred);
  put("position", started.position);
}

void JsonLinesWriter::Line::write(const event::Finished& finished) {
  const bool failed = finished.result.outcome == event::Outcome::kFailureRaised ||
                      finished.result.outcome == event::Outcome::kFailureReturned;
  text("action", failed ? kFailed : kExecuted);
  address("deferred", finished.deferred);
  const Deferred* deferred = writer_.find(finished.deferred);
  const bool has_started = deferred != nullptr && deferred->is_running;
  if (has_started) {
    put("time", event::Duration{now_ns - deferred->started_ns});
    run(*deferred);
  }
  serial("deferred", finished.deferred);
  if (has_started) put("position", deferred->position);
  put("result", finished.result);
}

// Whose chain goes on in whose: of `d.chainDeferred(other)` and of a callback of `d` that returns
// `other`, 2013 said that d is chained to the other.
void JsonLinesWriter::Line::write(const event::Waiting& waiting) {
  const bool by_call = waiting.how == event::WaitKind::kChainDeferred;
  const bool chained = by_call || waiting.how == event::WaitKind::kReturned;
  text("action", chained ? kChained : event::Waiting::kName);
  put("deferred", by_call ? waiting.on : waiting.deferred);
  put(chained ? kChainedTo : kWaitingOn, by_call ? waiting.deferred : waiting.on);
  put("how", waiting.how);
  put("stack", waiting.stack);
}

// ---- The tables -------------------------------------------------------------------------------

const JsonLinesWriter::Deferred* JsonLinesWriter::find(event::DeferredId id) const {
  const auto found = deferreds_.find(id);
  return found == deferreds_.end() ? nullptr : &found->second;
}

std::string_view JsonLinesWriter::failure_type(event::FailureId id) const {
  const auto found = failure_types_.find(id);
  return found == failure_types_.end() ? std::string_view{} : definitions_.text(found->second);
}

event::CallableId JsonLinesWriter::ran(const Deferred& deferred) const {
  if (deferred.position >= deferred.pairs.size()) return event::CallableId::kNone;
  const Pair& pair = deferred.pairs[deferred.position];
  return deferred.lane == event::Lane::kCallback ? pair.callback : pair.errback;
}

void JsonLinesWriter::append(const event::Event& event, std::string* out) {
  const auto write = [&](const auto& kind) {
    Line line(*this, out);
    line.now_ns = event.time_ns;
    line.write(kind);
    line.end(event);
  };
  // An address and a failure's type are known from their own line on; so is the callback that
  // starts. All else is as it was before the event.
  const event::EventKind kind = event::kind_of(event.body);
  const bool first_observed =
      kind == event::EventKind::kCreated || kind == event::EventKind::kAdopted ||
      kind == event::EventKind::kFailure || kind == event::EventKind::kStarted;
  if (first_observed) observe(event);
  std::visit(
      [&]<class Kind>(const Kind& each) {
        if constexpr (std::is_same_v<Kind, event::Info>) {
          Line line(*this, out);
          line.write(each);
          line.end();
        } else if constexpr (static_cast<std::uint8_t>(Kind::kKind) >= event::kFirstTimedKind) {
          write(each);
        }
      },
      event.body);
  if (!first_observed) observe(event);
}

void JsonLinesWriter::observe(const event::Event& event) {
  if (const auto* created = std::get_if<event::Created>(&event.body)) {
    deferreds_[created->deferred].address = created->address;
  } else if (const auto* adopted = std::get_if<event::Adopted>(&event.body)) {
    deferreds_[adopted->deferred].address = adopted->address;
  } else if (const auto* attached = std::get_if<event::Attached>(&event.body)) {
    deferreds_[attached->deferred].pairs.push_back({attached->callback, attached->errback});
  } else if (const auto* started = std::get_if<event::Started>(&event.body)) {
    Deferred& subject = deferreds_[started->deferred];
    subject.is_running = true;
    subject.lane = started->lane;
    subject.position = started->position;
    subject.started_ns = event.time_ns;
  } else if (const auto* finished = std::get_if<event::Finished>(&event.body)) {
    deferreds_[finished->deferred].is_running = false;
  } else if (const auto* collected = std::get_if<event::Collected>(&event.body)) {
    deferreds_[collected->deferred].pairs = {};
  } else if (const auto* failure = std::get_if<event::FailureSeen>(&event.body)) {
    failure_types_[failure->failure] = failure->type;
  }
}

}  // namespace reactortrack::log
