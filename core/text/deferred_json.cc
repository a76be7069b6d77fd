// SPDX-License-Identifier: MIT
#include "core/text/deferred_json.h"

#include "core/event/names.h"
#include "core/text/json.h"

namespace reactortrack::text {

namespace {

using event::number;
using replay::kNever;

class Writer {
 public:
  Writer(const Wording& wording, const replay::Deferred& deferred)
      : say_(wording), model_(wording.model()), definitions_(wording.definitions()), d_(deferred) {}

  std::string document() {
    json_.begin_object();
    identity();
    moment("created", model_.time_ns(model_.created_at(d_)));
    stack("created_stack", model_.origin(d_).created_stack);
    frame("created_in", d_.created_in);
    pairs();
    moment("fired", model_.time_ns(d_.fired_at));
    if (d_.fired()) {
      result("fired_with", model_.result(d_.fired_value()));
      stack("fired_stack", model_.origin(d_).fired_stack);
      frame("fired_in", d_.fired_in);
    }
    second_fires();
    cancels();
    waits("waits", model_.ties(d_).newest_wait, &replay::Wait::older_of_deferred);
    waits("waiters", model_.ties(d_).newest_waiter, &replay::Wait::older_of_on);
    moment("collected", model_.time_ns(d_.collected_at));
    if (d_.collected() || d_.adopted) json_.field("end_state", word(d_.end_state()));
    json_.end();
    return json_.text();
  }

 private:
  void identity() {
    json_.field("deferred", number(d_.id)).field("id", model_.address(d_));
    json_.field("type", definitions_.text(model_.origin(d_).type))
        .field("state", word(model_.state_of(d_)));
    json_.field("adopted", d_.adopted);
    callable("coroutine", model_.origin(d_).coroutine);
    callable("canceller", model_.origin(d_).canceller);
  }

  void pairs() {
    json_.key("pairs").begin_array();
    std::uint32_t position = 0;
    for (auto at = d_.first_pair; at != replay::PairIndex::kNone; at = model_.pair(at).next()) {
      const replay::Pair& pair = model_.pair(at);
      json_.begin_object().field("position", position);
      json_.field("state", word(model_.state_of(d_, pair, position++)));
      callable("callback", model_.attachment(pair).callback);
      callable("errback", model_.attachment(pair).errback);
      moment("attached", model_.time_ns(pair.attached_at));
      stack("attached_stack", model_.attachment(pair).stack);
      if (happened(pair.started_at)) run(pair);
      json_.end();
    }
    json_.end();
  }

  void run(const replay::Pair& pair) {
    moment("started", model_.time_ns(pair.started_at));
    moment("finished", model_.time_ns(pair.finished_at));
    json_.field("lane", word(pair.lane())).seconds_field("own", pair.own_ns());
    frame("inside", pair.inside);
    if (happened(pair.finished_at)) result("result", model_.result(pair.value()));
  }

  void second_fires() {
    json_.key("fired_again").begin_array();
    for (const replay::SecondFire& each : model_.second_fires()) {
      if (each.deferred != d_.id) continue;
      json_.begin_object()
          .seconds_field("time", model_.time_ns(each.at))
          .field("suppressed", each.suppressed);
      result("with", model_.result(each.value));
      stack("stack", each.stack);
      json_.end();
    }
    json_.end();
  }

  void cancels() {
    json_.key("cancels").begin_array();
    for (const replay::Cancellation& each : model_.cancellations()) {
      if (each.deferred != d_.id) continue;
      json_.begin_object().seconds_field("time", model_.time_ns(each.at)).key("effect");
      each.returned ? json_.value(word(each.effect)) : json_.null();
      if (each.to != event::DeferredId::kNone) json_.field("to", number(each.to));
      stack("stack", each.stack);
      json_.end();
    }
    json_.end();
  }

  // Newest first, as they are linked.
  void waits(const char* key, replay::WaitIndex newest, replay::WaitIndex replay::Wait::* older) {
    json_.key(key).begin_array();
    for (auto at = newest; at != replay::WaitIndex::kNone; at = model_.wait(at).*older) {
      const replay::Wait& wait = model_.wait(at);
      json_.begin_object().field("deferred", number(wait.deferred)).field("on", number(wait.on));
      json_.field("how", word(wait.how));
      moment("started", model_.time_ns(wait.started_at));
      moment("ended", model_.time_ns(wait.ended_at));
      stack("stack", wait.stack);
      json_.end();
    }
    json_.end();
  }

  void moment(const char* key, std::int64_t ns) {
    json_.key(key);
    ns == kNever ? json_.null() : json_.seconds(ns);
  }
  void callable(const char* key, event::CallableId id) {
    json_.key(key);
    id == event::CallableId::kNone ? json_.null() : json_.value(definitions_.dotted_name(id));
  }
  void stack(const char* key, event::StackId id) {
    json_.key(key).begin_array();
    for (const event::Site& site : say_.frames(id))
      json_.begin_object()
          .field("file", definitions_.text(site.file))
          .field("line", site.line)
          .field("function", definitions_.text(site.function))
          .end();
    json_.end();
  }
  void frame(const char* key, const replay::Frame& frame) {
    json_.key(key);
    const bool is_pair = frame.kind() == replay::FrameKind::kPair;
    if (!is_pair && frame.kind() != replay::FrameKind::kCall) {
      json_.null();
      return;
    }
    const replay::DelayedCall* call = is_pair ? nullptr : model_.find(frame.call());
    json_.begin_object();
    if (is_pair) {
      const replay::Pair& pair = model_.pair(frame.pair());
      json_.field("deferred", number(pair.deferred));
      callable("function", model_.ran(pair));
    } else {
      json_.field("call", number(frame.call()));
      callable("function", call == nullptr ? event::CallableId::kNone : call->function);
    }
    json_.end();
  }
  void result(const char* key, const event::Result& result) {
    json_.key(key).begin_object().field("outcome", word(result.outcome));
    if (result.outcome == event::Outcome::kValue)
      json_.field("type", definitions_.text(result.type));
    if (result.text != event::StringId::kNone) json_.field("text", definitions_.text(result.text));
    if (result.outcome == event::Outcome::kDeferred)
      json_.field("deferred", number(result.deferred));
    if (const replay::Failure* failure = model_.find(result.failure)) {
      json_.field("type", definitions_.text(failure->type));
      json_.field("message", definitions_.text(failure->message));
      stack("traceback", failure->traceback);
    }
    json_.end();
  }

  const Wording& say_;
  const replay::Model& model_;
  const log::Definitions& definitions_;
  const replay::Deferred& d_;
  Json json_;
};

}  // namespace

std::string deferred_json(const Wording& wording, const replay::Deferred& deferred) {
  return Writer(wording, deferred).document();
}

}  // namespace reactortrack::text
