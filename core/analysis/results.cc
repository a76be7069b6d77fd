// SPDX-License-Identifier: MIT
//
// Who got which value: result-taken, deferred-as-value.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/analysis/detectors.h"
#include "core/replay/moment.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using event::DeferredId;
using event::Outcome;
using event::WaitKind;
using replay::happened;
using text::plural;

namespace {

// A consumer of a Deferred's value: a coroutine, a Deferred that took it over, or a callback.
struct Consumer {
  replay::EventNumber at{};
  bool got_none = false;
  bool left_none = false;
  std::string text;
  event::StackId stack{};
  std::uint32_t what = 0;  // the callable of a callback, to tell two calls of one function
};

void taken_by_chain(const Look& look, const replay::Deferred& deferred, const replay::Wait& wait) {
  const Facts& facts = look.facts;
  const replay::Pair* loser = nullptr;
  facts.each_pair(deferred, [&](const replay::Pair& pair) {
    if (loser == nullptr && pair.attached_at > wait.started_at && pair.started_at > wait.ended_at &&
        happened(pair.started_at) && pair.lane == event::Lane::kCallback &&
        facts.is_own(pair.callback))
      loser = &pair;
  });
  const replay::Deferred* outer = facts.find(wait.deferred);
  if (loser == nullptr || outer == nullptr) return;
  const bool ignores = loser->callback == loser->errback;  // addBoth: likely to clean up
  Finding& finding =
      look.add(Kind::kResultTaken, ignores ? Severity::kInfo : Severity::kWarning, deferred.id);
  look.since(loser->started_at, &finding);
  finding.duration_ns = 0;
  const replay::Pair* returner = facts.returner(wait);
  std::string& say = finding.message;
  say = "The callback " + facts.function(loser->callback) + " got None " +
        facts.at(loser->started_at) + ": it was attached in " + facts.in(loser->stack) +
        " to the Deferred created in " + facts.in(deferred.created_stack) + " after ";
  say += returner == nullptr ? "another Deferred's callback"
                             : "the callback " + facts.function(returner->ran()) +
                                   ", attached in " + facts.in(returner->stack) + ",";
  say += " had returned that Deferred " + facts.at(wait.started_at) + "; the chain of " +
         text::deferred_text(outer->id) +
         " took the result first. Attach it before the Deferred is returned, or to the outer one.";
  facts.cite(Role::kCulprit, loser->stack, &finding);
  facts.cite(Role::kAttached, loser->stack, &finding);
  facts.cite_created(deferred, &finding);
  if (returner != nullptr) facts.cite(Role::kChained, returner->stack, &finding);
  facts.cite(Role::kChained, outer->created_stack, &finding);
}

// The consumers in the order they ran, with what each got and left.
std::vector<Consumer> consumers(const Facts& facts, const replay::Deferred& deferred) {
  std::vector<Consumer> all;
  std::unordered_map<DeferredId, const replay::Wait*> awaits;
  facts.each_waiter(deferred, [&](const replay::Wait& wait) {
    if (wait.how == WaitKind::kAwaited) awaits[wait.deferred] = &wait;
  });
  facts.each_pair(deferred, [&](const replay::Pair& pair) {
    if (!happened(pair.started_at) || pair.lane != event::Lane::kCallback) return;
    Consumer consumer;
    const auto await = awaits.find(pair.continues);
    if (await == awaits.end() && !facts.is_own(pair.callback)) return;
    consumer.at = pair.started_at;
    const replay::EventNumber before =
        static_cast<replay::EventNumber>(replay::number(pair.started_at) - 1);
    // Of a coroutine's wait the value stands at the moment before it was resumed.
    const replay::Value value = replay::value_of(facts.model(), deferred, before);
    consumer.got_none = value.outcome == Outcome::kNone;
    consumer.left_none = pair.value.outcome == Outcome::kNone && happened(pair.finished_at);
    if (await != awaits.end()) {
      consumer.text = facts.waiter(*await->second);
      consumer.stack = await->second->stack;
    } else {
      consumer.text = "the callback " + facts.function(pair.callback);
      consumer.stack = pair.stack;
      consumer.what = event::number(pair.callback);
    }
    all.push_back(std::move(consumer));
  });
  std::stable_sort(all.begin(), all.end(),
                   [](const Consumer& a, const Consumer& b) { return a.at < b.at; });
  return all;
}

// Whether it is worth the look: two that await it, or two callbacks attached by one line.
bool may_have_two(const Facts& facts, const replay::Deferred& deferred) {
  constexpr std::uint32_t kMostPairs = 1000;
  if (deferred.pair_count > kMostPairs) return false;
  std::uint32_t awaits = 0;
  facts.each_waiter(deferred, [&](const replay::Wait& wait) {
    awaits += wait.how == WaitKind::kAwaited ? 1 : 0;
  });
  if (awaits >= 2) return true;
  std::vector<std::uint32_t> lines;
  facts.each_pair(deferred, [&](const replay::Pair& pair) {
    if (facts.is_own(pair.callback)) lines.push_back(facts.site_key(pair.stack));
  });
  if (awaits == 1 && !lines.empty()) return true;
  std::sort(lines.begin(), lines.end());
  return std::adjacent_find(lines.begin(), lines.end()) != lines.end();
}

// Two that await one Deferred, or two callbacks attached by one line: the first leaves None.
void taken_by_first(const Look& look, const replay::Deferred& deferred) {
  const Facts& facts = look.facts;
  if (!may_have_two(facts, deferred)) return;
  if (facts.loop(deferred.id) != nullptr || facts.acquisition(deferred.id) != nullptr) return;
  const log::Definitions& definitions = facts.say().definitions();
  const std::vector<Consumer> all = consumers(facts, deferred);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    const Consumer& first = all[i];
    if (first.got_none || !first.left_none) continue;
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      const Consumer& second = all[j];
      const bool both_await = first.what == 0 && second.what == 0;
      // One expression that attaches a whole chain is one consumer, though each part has a place of
      // its own in the code: a second run of that line was called from elsewhere, or attaches the
      // same function once more.
      const bool same_line =
          first.what != 0 && second.what != 0 &&
          facts.site_key(first.stack) == facts.site_key(second.stack) &&
          (first.what == second.what ||
           definitions.stack(first.stack).caller != definitions.stack(second.stack).caller);
      const bool mixed = first.what == 0 && second.what != 0;
      if (!second.got_none || !(both_await || same_line || mixed)) continue;
      Finding& finding =
          look.add(Kind::kResultTaken, mixed ? Severity::kInfo : Severity::kWarning, deferred.id);
      look.since(second.at, &finding);
      finding.duration_ns = 0;
      finding.message = "Two consumers share " + facts.name(deferred) + ": " + first.text +
                        " got its result " + facts.at(first.at) + " and left None in its place; " +
                        second.text + " got that None. Give each consumer a Deferred of its own.";
      facts.cite_created(deferred, &finding);
      facts.cite(Role::kWaiter, second.stack, &finding);
      facts.cite(Role::kCulprit, first.stack, &finding);
      return;
    }
  }
}

void taken_before(const Look& look, const replay::Deferred& deferred, replay::EventNumber when,
                  const std::string& by, event::StackId by_stack, const replay::QuickAwait& late) {
  const Facts& facts = look.facts;
  Finding& finding = look.add(Kind::kResultTaken, Severity::kWarning, deferred.id);
  look.since(late.at, &finding);
  finding.duration_ns = 0;
  finding.message = "Two consumers share " + facts.name(deferred) + ": " + by + " got its result " +
                    facts.at(when) + " and left None; `await` in " + facts.in(late.stack) +
                    " got that None " + facts.at(late.at) +
                    ". Give each consumer a Deferred of its own.";
  facts.cite_created(deferred, &finding);
  facts.cite(Role::kWaiter, late.stack, &finding);
  facts.cite(Role::kCulprit, by_stack, &finding);
}

// One that comes late to a Deferred: `await` or `yield` on it when it has its result already.
struct Latecomer {
  replay::EventNumber at{};
  std::string text;
  event::StackId stack{};
  event::Site site{};
};

// The last callback of the Deferred, attached by another function than the one that comes late, had
// left None where there was a value. That may be meant so.
void taken_by_callback(const Look& look, const replay::Deferred& deferred, const Latecomer& late) {
  const Facts& facts = look.facts;
  const replay::Pair* taker = nullptr;
  facts.each_pair(deferred, [&](const replay::Pair& pair) {
    if (!happened(pair.finished_at) || pair.finished_at > late.at) return;
    if (pair.lane == event::Lane::kCallback && pair.value.outcome == Outcome::kNone &&
        facts.is_own(pair.callback))
      taker = &pair;
  });
  if (taker == nullptr) return;
  const auto at_call = static_cast<replay::EventNumber>(replay::number(taker->started_at) - 1);
  const replay::Value lost = replay::value_of(facts.model(), deferred, at_call);
  const auto at_late = static_cast<replay::EventNumber>(replay::number(late.at) - 1);
  const bool got_none =
      replay::value_of(facts.model(), deferred, at_late).outcome == Outcome::kNone;
  if (!got_none || lost.outcome != Outcome::kValue) return;
  const event::Site& attached = facts.place(taker->stack);
  const auto is_attacher = [&](const event::Site& each) {
    return each.file == attached.file && each.function == attached.function;
  };
  const std::vector<event::Site> frames = facts.own_frames(late.stack, 8);
  if (is_attacher(late.site) || std::any_of(frames.begin(), frames.end(), is_attacher)) return;
  Finding& finding = look.add(Kind::kResultTaken, Severity::kInfo, deferred.id);
  look.since(late.at, &finding);
  finding.duration_ns = 0;
  finding.message = late.text + " got None " + facts.at(late.at) + " from " + facts.name(deferred) +
                    ": its value was " + facts.say().result(lost.result()) + ", but its callback " +
                    facts.function(taker->callback) + ", attached in " + facts.in(taker->stack) +
                    ", left None for whoever comes later.";
  facts.cite(Role::kWaiter, late.stack, &finding);
  facts.cite(Role::kWaiter, late.site, &finding);
  facts.cite_created(deferred, &finding);
  facts.cite(Role::kCulprit, taker->stack, &finding);
  facts.cite(Role::kCulprit, facts.defined(taker->callback), &finding);
}

void taken_late_by_coroutine(const Look& look, const replay::Take& take) {
  const Facts& facts = look.facts;
  const replay::Deferred* from = facts.find(take.from);
  const replay::Deferred* to = facts.find(take.deferred);
  if (from == nullptr || to == nullptr || to->coroutine == event::CallableId::kNone) return;
  taken_by_callback(look, *from,
                    {take.at,
                     "The coroutine " + facts.function(to->coroutine),
                     {},
                     facts.defined(to->coroutine)});
}

// What waited, or came late, for a Deferred whose result was handed over: it is None since.
void taken_late(const Look& look) {
  const Facts& facts = look.facts;
  std::unordered_map<DeferredId, const replay::Take*> first_takes;
  for (const replay::Take& each : facts.model().takes()) {
    const auto [first, is_new] = first_takes.try_emplace(each.from, &each);
    const replay::Deferred* from = facts.find(each.from);
    if (is_new) taken_late_by_coroutine(look, each);
    if (is_new || from == nullptr) continue;
    const replay::Deferred* a = facts.find(first->second->deferred);
    const replay::Deferred* b = facts.find(each.deferred);
    if (a == nullptr || b == nullptr || a == b) continue;
    const replay::EventNumber before =
        static_cast<replay::EventNumber>(replay::number(first->second->at) - 1);
    if (replay::value_of(facts.model(), *from, before).outcome != Outcome::kValue) continue;
    Finding& finding = look.add(Kind::kResultTaken, Severity::kWarning, each.from);
    look.since(each.at, &finding);
    finding.duration_ns = 0;
    finding.message = "Two consumers share " + facts.name(*from) + ": " + facts.name(*a) +
                      " took its result " + facts.at(first->second->at) + "; " + facts.name(*b) +
                      " found None left " + facts.at(each.at) +
                      ". Give each consumer a Deferred of its own.";
    facts.cite_created(*from, &finding);
    facts.cite(Role::kWaiter, b->created_stack, &finding);
    facts.cite(Role::kCulprit, a->created_stack, &finding);
    if (b->coroutine != event::CallableId::kNone)
      facts.cite(Role::kWaiter, facts.defined(b->coroutine), &finding);
  }
  for (const replay::QuickAwait& each : facts.around().quick_awaits()) {
    const replay::Deferred* deferred = facts.find(each.deferred);
    if (deferred == nullptr) continue;
    if (deferred->newest_waiter == replay::WaitIndex::kNone) {
      taken_by_callback(look, *deferred,
                        {each.at, "`await` in " + facts.in(each.stack), each.stack, {}});
      continue;
    }
    const replay::Wait& before = facts.model().wait(deferred->newest_waiter);
    if (before.open() || before.ended_at > each.at) continue;
    if (before.how != WaitKind::kAwaited && before.how != WaitKind::kReturned) continue;
    const auto at_await = static_cast<replay::EventNumber>(replay::number(each.at) - 1);
    if (replay::value_of(facts.model(), *deferred, at_await).outcome != Outcome::kNone) continue;
    const auto at_resume = static_cast<replay::EventNumber>(replay::number(before.ended_at) - 1);
    if (replay::value_of(facts.model(), *deferred, at_resume).outcome != Outcome::kValue) continue;
    taken_before(look, *deferred, before.ended_at, facts.waiter(before), before.stack, each);
  }
}

}  // namespace

// A consumer that got None because another one had the result before: a callback attached after its
// Deferred was returned from another's callback; a second coroutine that awaits the same Deferred; a
// callback that one line attached twice. What the first leaves is None where there was a value. And,
// as worth knowing, a coroutine that comes when a callback of somebody else has left None.
void find_taken_results(const Look& look) {
  const Facts& facts = look.facts;
  for (const replay::Wait& each : facts.model().waits()) {
    if (each.how != WaitKind::kReturned || each.open()) continue;
    const replay::Deferred* on = facts.find(each.on);
    if (on == nullptr || on->last_pair == replay::PairIndex::kNone) continue;
    if (facts.model().pair(on->last_pair).attached_at > each.started_at)
      taken_by_chain(look, *on, each);
  }
  for (const replay::Deferred& each : facts.model().deferreds()) {
    if (each.pair_count < 2 || !each.fired()) continue;
    if (facts.is_internal(each)) continue;
    taken_by_first(look, each);
  }
  taken_late(look);
}

// A callback that ran with a Deferred as its value instead of that one's result: its own Deferred
// was released from the wait by unpause(). A Deferred fired with a Deferred. And a coroutine that a
// callback returned, as an `async def` used as a callback does: nothing runs it.
void find_deferreds_as_values(const Look& look) {
  const Facts& facts = look.facts;
  // Only unpause() lets callbacks run before the wait is over.
  std::unordered_set<DeferredId> unpaused;
  for (const replay::PauseCall& each : facts.around().pause_calls())
    if (each.unpauses) unpaused.insert(each.deferred);
  for (const replay::Wait& each : facts.model().waits()) {
    if (each.how != WaitKind::kReturned || !unpaused.contains(each.deferred)) continue;
    const replay::Deferred* deferred = facts.find(each.deferred);
    if (deferred == nullptr) continue;
    const replay::Pair* early = nullptr;
    facts.each_pair(*deferred, [&](const replay::Pair& pair) {
      if (early == nullptr && pair.started_at > each.started_at &&
          (each.open() || pair.started_at < each.ended_at))
        early = &pair;
    });
    if (early == nullptr) continue;
    // Its callbacks ran while it was to wait: who let it go on?
    const replay::PauseCall* call = nullptr;
    for (const replay::PauseCall& pause : facts.around().pause_calls())
      if (pause.deferred == each.deferred && pause.unpauses && pause.at > each.started_at &&
          pause.at < early->started_at)
        call = &pause;
    Finding& finding = look.add(Kind::kDeferredAsValue, Severity::kError, each.deferred);
    look.since(early->started_at, &finding);
    finding.duration_ns = 0;
    std::string& say = finding.message;
    say = "The callback " + facts.function(early->ran()) + " ran " + facts.at(early->started_at) +
          " with the Deferred " + text::deferred_text(each.on) +
          " itself as its value: " + facts.name(*deferred) + ", was to wait for that one's result";
    if (call != nullptr)
      say += ", but unpause() in " + facts.in(call->stack) + " " + facts.at(call->at) +
             " released it (" + std::to_string(std::max(0, call->count)) +
             " unmatched pauses were left)";
    say += ".";
    if (call != nullptr) facts.cite(Role::kCulprit, call->stack, &finding);
    facts.cite_created(*deferred, &finding);
    if (const replay::Deferred* inner = facts.find(each.on)) facts.cite_created(*inner, &finding);
    facts.cite(Role::kAttached, early->stack, &finding);
  }
  std::unordered_set<std::uint32_t> coroutine_types;
  for (const char* name : {"coroutine", "builtins.coroutine"})
    for (std::uint32_t i = 1; i <= facts.say().definitions().string_count(); ++i)
      if (facts.say().definitions().text(static_cast<event::StringId>(i)) == name)
        coroutine_types.insert(i);
  for (const replay::Pair& pair : facts.model().pairs()) {
    if (!happened(pair.finished_at) || pair.value.outcome != Outcome::kValue) continue;
    if (!coroutine_types.contains(pair.value.reference) || !facts.is_own(pair.ran())) continue;
    const replay::Deferred* deferred = facts.find(pair.deferred);
    Finding& finding = look.add(Kind::kDeferredAsValue, Severity::kWarning, pair.deferred);
    look.since(pair.finished_at, &finding);
    finding.duration_ns = 0;
    finding.message = "The callback " + facts.function(pair.ran()) + ", attached in " +
                      facts.in(pair.stack) + ", returned a coroutine " +
                      facts.at(pair.finished_at) +
                      ": a Deferred passes that on as a value, and nothing runs it. Return"
                      " ensureDeferred(...) of it.";
    facts.cite(Role::kCulprit, facts.defined(pair.ran()), &finding);
    facts.cite(Role::kAttached, pair.stack, &finding);
    if (deferred != nullptr) facts.cite_created(*deferred, &finding);
  }
  for (const replay::Deferred& each : facts.model().deferreds()) {
    if (each.fired_value.outcome != Outcome::kDeferred || each.adopted) continue;
    const replay::Deferred* value = facts.find(static_cast<DeferredId>(each.fired_value.reference));
    Finding& finding = look.add(Kind::kDeferredAsValue, Severity::kError, each.id);
    look.since(each.fired_at, &finding);
    finding.duration_ns = 0;
    const std::string name = facts.name(each);
    finding.message =
        "T" + name.substr(1) + ", was fired in " + facts.in(each.fired_stack) + " " +
        facts.at(each.fired_at) + " with a Deferred as its value" +
        (value == nullptr ? "" : ", that created in " + facts.in(value->created_stack)) +
        ". Return it from a callback, or await it, so that its result is waited for.";
    facts.cite(Role::kFired, each.fired_stack, &finding);
    facts.cite(Role::kCulprit, each.fired_stack, &finding);
    facts.cite_created(each, &finding);
    if (value != nullptr) facts.cite_created(*value, &finding);
  }
}

}  // namespace reactortrack::analysis
