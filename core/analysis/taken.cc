// SPDX-License-Identifier: MIT
//
// Who got None because another had the value before: result-taken.
#include <algorithm>
#include <unordered_map>

#include "core/analysis/detectors.h"
#include "core/replay/moment.h"
#include "core/text/wording.h"

namespace reactortrack::analysis {

using event::DeferredId;
using event::Outcome;
using event::WaitKind;
using replay::happened;

namespace {

// A consumer of a Deferred's value: a coroutine that awaits it, a chain whose callback returned it, or
// a callback of its own. Words are made of it when it is told of, which is seldom.
struct Consumer {
  replay::EventNumber at{};
  bool got_none = false;
  bool left_none = false;
  const replay::Wait* wait = nullptr;  // of the coroutine or the chain; nullptr for a callback
  const replay::Pair* pair = nullptr;  // of a callback

  bool is_callback() const { return wait == nullptr; }
};

// "the chain of #4, whose callback use (app.py:20), attached in main (app.py:31), returned it,"
std::string chain_text(const Facts& facts, DeferredId chain, const replay::Pair* returner) {
  std::string say = "the chain of " + text::deferred_text(chain);
  if (returner != nullptr)
    say += ", whose callback " + facts.function(facts.ran(*returner)) + ", attached in " +
           facts.in(facts.attachment(*returner).stack) + ", returned it,";
  return say;
}

std::string text_of(const Facts& facts, const Consumer& consumer) {
  if (consumer.is_callback())
    return "the callback " + facts.function(facts.attachment(*consumer.pair).callback);
  if (consumer.wait->how == WaitKind::kAwaited) return facts.waiter(*consumer.wait);
  return chain_text(facts, consumer.wait->deferred, facts.returner(*consumer.wait));
}

// Where the callback was attached that returned it, and the callback itself.
void cite_returner(const Facts& facts, Role role, const replay::Pair* returner, Finding* finding) {
  if (returner == nullptr) return;
  facts.cite(role, facts.attachment(*returner).stack, finding);
  facts.cite(role, facts.defined(facts.ran(*returner)), finding);
}

void cite(const Facts& facts, Role role, const Consumer& consumer, Finding* finding) {
  if (consumer.is_callback()) {
    facts.cite(role, facts.attachment(*consumer.pair).stack, finding);
  } else if (consumer.wait->how == WaitKind::kAwaited) {
    facts.cite(role, consumer.wait->stack, finding);
  } else {
    cite_returner(facts, role, facts.returner(*consumer.wait), finding);
    if (const replay::Deferred* chain = facts.find(consumer.wait->deferred))
      facts.cite(role, facts.origin(*chain).created_stack, finding);
  }
}

// `story`: who got it, and who came behind.
template <class First, class Second>
void tell_of_two(const Look& look, Severity severity, const replay::Deferred& shared,
                 const std::string& story, const First& first, const Second& second) {
  const Facts& facts = look.facts;
  Finding& finding = look.add(Kind::kResultTaken, severity, shared.id);
  look.since(second.at, &finding);
  finding.duration_ns = 0;
  finding.message = "Two consumers share " + facts.name(shared) + ": " + story +
                    ". Give each consumer a Deferred of its own.";
  facts.cite_created(shared, &finding);
  cite(facts, Role::kWaiter, second, &finding);
  cite(facts, Role::kCulprit, first, &finding);
}

void taken_by_chain(const Look& look, const replay::Deferred& deferred, const replay::Wait& wait) {
  const Facts& facts = look.facts;
  const replay::Pair* loser = nullptr;
  facts.each_pair(deferred, [&](const replay::Pair& pair) {
    if (loser == nullptr && pair.attached_at > wait.started_at && pair.started_at > wait.ended_at &&
        happened(pair.started_at) && pair.lane() == event::Lane::kCallback &&
        facts.is_own(facts.attachment(pair).callback))
      loser = &pair;
  });
  const replay::Deferred* outer = facts.find(wait.deferred);
  if (loser == nullptr || outer == nullptr) return;
  const bool ignores = facts.attachment(*loser).callback ==
                       facts.attachment(*loser).errback;  // addBoth: likely to clean up
  Finding& finding =
      look.add(Kind::kResultTaken, ignores ? Severity::kInfo : Severity::kWarning, deferred.id);
  look.since(loser->started_at, &finding);
  finding.duration_ns = 0;
  const replay::Pair* returner = facts.returner(wait);
  std::string& say = finding.message;
  say = "The callback " + facts.function(facts.attachment(*loser).callback) + " got None " +
        facts.at(loser->started_at) + ": it was attached in " +
        facts.in(facts.attachment(*loser).stack) + " to the Deferred created in " +
        facts.in(facts.origin(deferred).created_stack) + " after ";
  say += returner == nullptr
             ? "another Deferred's callback"
             : "the callback " + facts.function(facts.ran(*returner)) + ", attached in " +
                   facts.in(facts.attachment(*returner).stack) + ",";
  say += " had returned that Deferred " + facts.at(wait.started_at) + "; the chain of " +
         text::deferred_text(outer->id) +
         " took the result first. Attach it before the Deferred is returned, or to the outer one.";
  facts.cite(Role::kCulprit, facts.attachment(*loser).stack, &finding);
  facts.cite(Role::kAttached, facts.attachment(*loser).stack, &finding);
  facts.cite_created(deferred, &finding);
  if (returner != nullptr) facts.cite(Role::kChained, facts.attachment(*returner).stack, &finding);
  facts.cite(Role::kChained, facts.origin(*outer).created_stack, &finding);
}

// What stood in the Deferred right before an event.
replay::Value value_before(const Facts& facts, const replay::Deferred& deferred,
                           replay::EventNumber at) {
  const auto before = static_cast<replay::EventNumber>(replay::number(at) - 1);
  return replay::value_of(facts.model(), deferred, before);
}

// The consumers in the order they ran, with what each got and left.
std::vector<Consumer> consumers(const Facts& facts, const replay::Deferred& deferred) {
  std::vector<Consumer> all;
  std::unordered_map<DeferredId, const replay::Wait*> awaits;
  const auto got_none = [&](replay::EventNumber at) {
    return value_before(facts, deferred, at).outcome == Outcome::kNone;
  };
  facts.each_waiter(deferred, [&](const replay::Wait& wait) {
    if (wait.how == WaitKind::kAwaited) awaits[wait.deferred] = &wait;
    if (wait.how == WaitKind::kReturned && !wait.open())
      all.push_back({wait.ended_at, got_none(wait.ended_at), true, &wait, nullptr});
  });
  facts.each_pair(deferred, [&](const replay::Pair& pair) {
    if (!happened(pair.started_at) || pair.lane() != event::Lane::kCallback) return;
    const auto await = awaits.find(pair.continues);
    if (await == awaits.end() && !facts.is_own(facts.attachment(pair).callback)) return;
    // Of a coroutine's wait the value stands at the moment before it was resumed.
    all.push_back({pair.started_at, got_none(pair.started_at),
                   pair.value().outcome == Outcome::kNone && happened(pair.finished_at),
                   await == awaits.end() ? nullptr : await->second, &pair});
  });
  std::stable_sort(all.begin(), all.end(),
                   [](const Consumer& a, const Consumer& b) { return a.at < b.at; });
  return all;
}

// Whether it is worth the look: two that await it or whose callbacks returned it, one of them and a
// callback, or two callbacks attached by one line.
bool may_have_two(const Facts& facts, const replay::Deferred& deferred) {
  constexpr std::uint32_t kMostPairs = 1000;
  if (deferred.pair_count > kMostPairs) return false;
  std::uint32_t awaits = 0;
  std::uint32_t chains = 0;
  facts.each_waiter(deferred, [&](const replay::Wait& wait) {
    awaits += wait.how == WaitKind::kAwaited ? 1 : 0;
    chains += wait.how == WaitKind::kReturned && !wait.open() ? 1 : 0;
  });
  if (awaits + chains >= 2) return true;
  std::vector<std::uint32_t> lines;
  facts.each_pair(deferred, [&](const replay::Pair& pair) {
    if (facts.is_own(facts.attachment(pair).callback))
      lines.push_back(facts.site_key(facts.attachment(pair).stack));
  });
  if (awaits == 1 && !lines.empty()) return true;
  std::sort(lines.begin(), lines.end());
  return std::adjacent_find(lines.begin(), lines.end()) != lines.end();
}

// Whether the second got None because the first had been there.
bool are_two(const Facts& facts, const Consumer& first, const Consumer& second) {
  if (!second.got_none) return false;
  if (!second.is_callback()) return !first.is_callback();
  // A callback behind a chain that returned its Deferred: taken_by_chain() tells of it.
  if (!first.is_callback()) return first.wait->how == WaitKind::kAwaited;
  // One expression that attaches a whole chain is one consumer, though each part has a place of its
  // own in the code: a second run of that line was called from elsewhere, or attaches the same
  // function once more.
  const log::Definitions& definitions = facts.say().definitions();
  const event::StackId a = facts.attachment(*first.pair).stack;
  const event::StackId b = facts.attachment(*second.pair).stack;
  return facts.site_key(a) == facts.site_key(b) &&
         (facts.attachment(*first.pair).callback == facts.attachment(*second.pair).callback ||
          definitions.stack(a).caller != definitions.stack(b).caller);
}

// Two that await one Deferred or return it, or two callbacks attached by one line: the first leaves
// None.
void taken_by_first(const Look& look, const replay::Deferred& deferred) {
  const Facts& facts = look.facts;
  if (!may_have_two(facts, deferred)) return;
  if (facts.loop(deferred.id) != nullptr || facts.acquisition(deferred.id) != nullptr) return;
  const std::vector<Consumer> all = consumers(facts, deferred);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    const Consumer& first = all[i];
    if (first.got_none || !first.left_none) continue;
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      const Consumer& second = all[j];
      if (!are_two(facts, first, second)) continue;
      const bool mixed = !first.is_callback() && second.is_callback();
      tell_of_two(look, mixed ? Severity::kInfo : Severity::kWarning, deferred,
                  text_of(facts, first) + " got its result " + facts.at(first.at) +
                      " and left None in its place; " + text_of(facts, second) + " got that None",
                  first, second);
      return;
    }
  }
}

// One that comes late to a Deferred, when that has its result already: `await` or `yield` on it, or a
// chain whose callback returned it.
struct Latecomer {
  replay::EventNumber at{};
  event::StackId stack{};                // of the `await`
  const replay::Deferred* to = nullptr;  // what took the result over; nullptr for an `await`
  const replay::Pair* returner = nullptr;

  // kNone when it is no coroutine.
  event::CallableId coroutine(const Facts& facts) const {
    return to == nullptr ? event::CallableId::kNone : facts.origin(*to).coroutine;
  }
};

std::string text_of(const Facts& facts, const Latecomer& late) {
  if (late.to == nullptr) return "`await` in " + facts.in(late.stack);
  const event::CallableId coroutine = late.coroutine(facts);
  if (coroutine != event::CallableId::kNone) return "the coroutine " + facts.function(coroutine);
  return late.returner == nullptr ? facts.name(*late.to)
                                  : chain_text(facts, late.to->id, late.returner);
}

void cite(const Facts& facts, Role role, const Latecomer& late, Finding* finding) {
  facts.cite(role, late.stack, finding);
  cite_returner(facts, role, late.returner, finding);
  const event::CallableId coroutine = late.coroutine(facts);
  if (coroutine != event::CallableId::kNone)
    facts.cite(role, facts.defined(coroutine), finding);
  else if (late.to != nullptr)
    facts.cite(role, facts.origin(*late.to).created_stack, finding);
}

std::string capital(std::string text) {
  if (text.starts_with("the ")) text[0] = 'T';
  return text;
}

// Another one waited for it before, and got the value that the latecomer does not.
bool taken_by_waiter(const Look& look, const replay::Deferred& deferred, const Latecomer& late) {
  const Facts& facts = look.facts;
  if (facts.model().ties(deferred).newest_waiter == replay::WaitIndex::kNone) return false;
  const replay::Wait& before = facts.model().wait(facts.model().ties(deferred).newest_waiter);
  if (before.open() || before.ended_at > late.at) return false;
  if (before.how != WaitKind::kAwaited && before.how != WaitKind::kReturned) return false;
  if (value_before(facts, deferred, late.at).outcome != Outcome::kNone) return false;
  if (value_before(facts, deferred, before.ended_at).outcome != Outcome::kValue) return false;
  const Consumer first{before.ended_at, false, true, &before, nullptr};
  tell_of_two(look, Severity::kWarning, deferred,
              text_of(facts, first) + " got its result " + facts.at(first.at) + " and left None; " +
                  text_of(facts, late) + " got that None " + facts.at(late.at),
              first, late);
  return true;
}

// The last callback of the Deferred, attached by another function than the one that comes late, had
// left None where there was a value. That may be meant so.
void taken_by_callback(const Look& look, const replay::Deferred& deferred, const Latecomer& late) {
  const Facts& facts = look.facts;
  const replay::Pair* taker = nullptr;
  facts.each_pair(deferred, [&](const replay::Pair& pair) {
    if (!happened(pair.finished_at) || pair.finished_at > late.at) return;
    if (pair.lane() == event::Lane::kCallback && pair.value().outcome == Outcome::kNone &&
        facts.is_own(facts.attachment(pair).callback))
      taker = &pair;
  });
  if (taker == nullptr) return;
  const replay::Value lost = value_before(facts, deferred, taker->started_at);
  const bool got_none = value_before(facts, deferred, late.at).outcome == Outcome::kNone;
  if (!got_none || lost.outcome != Outcome::kValue) return;
  const event::Site& attached = facts.place(facts.attachment(*taker).stack);
  const auto is_attacher = [&](const event::Site& each) {
    return each.file == attached.file && each.function == attached.function;
  };
  const std::vector<event::Site> frames = facts.own_frames(late.stack, 8);
  const event::CallableId coroutine = late.coroutine(facts);
  const bool is_same =
      coroutine != event::CallableId::kNone && is_attacher(facts.defined(coroutine));
  if (is_same || std::any_of(frames.begin(), frames.end(), is_attacher)) return;
  Finding& finding = look.add(Kind::kResultTaken, Severity::kInfo, deferred.id);
  look.since(late.at, &finding);
  finding.duration_ns = 0;
  finding.message =
      capital(text_of(facts, late)) + " got None " + facts.at(late.at) + " from " +
      facts.name(deferred) + ": its value was " + facts.say().result(facts.result(lost)) +
      ", but its callback " + facts.function(facts.attachment(*taker).callback) + ", attached in " +
      facts.in(facts.attachment(*taker).stack) + ", left None for whoever comes later.";
  cite(facts, Role::kWaiter, late, &finding);
  facts.cite_created(deferred, &finding);
  facts.cite(Role::kCulprit, facts.attachment(*taker).stack, &finding);
  facts.cite(Role::kCulprit, facts.defined(facts.attachment(*taker).callback), &finding);
}

// Two that took over its result, one behind the other.
void taken_twice(const Look& look, const replay::Take& first, const replay::Take& second) {
  const Facts& facts = look.facts;
  const replay::Deferred* from = facts.find(first.from);
  const replay::Deferred* a = facts.find(first.deferred);
  const replay::Deferred* b = facts.find(second.deferred);
  if (from == nullptr || a == nullptr || b == nullptr || a == b) return;
  if (value_before(facts, *from, first.at).outcome != Outcome::kValue) return;
  const Latecomer winner{first.at, {}, a, facts.returner(first)};
  const Latecomer loser{second.at, {}, b, facts.returner(second)};
  tell_of_two(look, Severity::kWarning, *from,
              text_of(facts, winner) + " took its result " + facts.at(first.at) + "; " +
                  text_of(facts, loser) + " found None left " + facts.at(second.at),
              winner, loser);
}

// What came late for a Deferred whose result was handed over: it is None since.
void taken_late(const Look& look) {
  const Facts& facts = look.facts;
  FirstOf<const replay::Take*> first_takes(facts.model().takes().size());
  for (const replay::Take& each : facts.model().takes()) first_takes.add(each.from, &each);
  first_takes.sort();
  const auto came_late = [&](DeferredId id, const Latecomer& late) {
    const replay::Deferred* deferred = facts.find(id);
    if (deferred == nullptr) return;
    const bool waited = facts.model().ties(*deferred).newest_waiter != replay::WaitIndex::kNone;
    if (taken_by_waiter(look, *deferred, late)) return;
    if (late.to == nullptr ? !waited : late.coroutine(facts) != event::CallableId::kNone)
      taken_by_callback(look, *deferred, late);
  };
  for (const replay::Take& each : facts.model().takes()) {
    const replay::Take& first = **first_takes.find(each.from);
    if (&first == &each)
      came_late(each.from, {each.at, {}, facts.find(each.deferred), facts.returner(each)});
    else
      taken_twice(look, first, each);
  }
  for (const replay::QuickAwait& each : facts.around().quick_awaits())
    came_late(each.deferred, {each.at, each.stack, nullptr, nullptr});
}

}  // namespace

// A consumer that got None because another one had the result before: a callback attached after its
// Deferred was returned from another's callback; a second coroutine that awaits the same Deferred, or
// a second chain whose callback returned it; a callback that one line attached twice. What the first
// leaves is None where there was a value. And, as worth knowing, a coroutine that comes when a
// callback of somebody else has left None.
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
    const bool has_two_waiters =
        facts.model().ties(each).newest_waiter != replay::WaitIndex::kNone &&
        facts.model().wait(facts.model().ties(each).newest_waiter).older_of_on !=
            replay::WaitIndex::kNone;
    if (!each.fired() || (each.pair_count < 2 && !has_two_waiters)) continue;
    if (facts.is_internal(each)) continue;
    taken_by_first(look, each);
  }
  taken_late(look);
}

}  // namespace reactortrack::analysis
