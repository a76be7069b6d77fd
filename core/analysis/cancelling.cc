// SPDX-License-Identifier: MIT
//
// What came of cancel(): cancel-ineffective, cancelled-by.
#include <unordered_map>
#include <unordered_set>

#include "core/analysis/detectors.h"
#include "core/replay/moment.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using event::CancelEffect;
using event::DeferredId;
using replay::happened;
using text::duration_text;
using text::plural;

namespace {

bool had_effect(const replay::Cancellation& cancel) {
  return cancel.returned &&
         (cancel.effect == CancelEffect::kCancelledError ||
          cancel.effect == CancelEffect::kByCanceller || cancel.effect == CancelEffect::kForwarded);
}

// Where cancel() was called, or the delayed call scheduled that is nothing but cancel().
event::StackId place_of(const Facts& facts, const replay::Cancellation& cancel) {
  const replay::Deferred* deferred = facts.find(cancel.returned ? cancel.deferred : DeferredId{});
  constexpr int kMost = 256;
  for (int step = 0; deferred != nullptr && step < kMost; ++step) {
    if (happened(deferred->fired_at) && deferred->fired_at > cancel.at &&
        deferred->fired_at < cancel.returned_at)
      break;
    const replay::Wait* wait = replay::held_up_by(facts.model(), *deferred, cancel.at);
    deferred = wait == nullptr ? nullptr : facts.find(wait->on);
  }
  if (deferred == nullptr) return cancel.stack;
  replay::Frame frame = deferred->fired_in;
  for (int step = 0; frame.kind() == replay::FrameKind::kPair && step < kMost; ++step)
    frame = facts.model().outer(frame);
  return facts.cause(cancel.stack, frame);
}

// "cancel() called in give_up (a.py:12) at 0.1 s", or by which timeout.
std::string by_whom(const Facts& facts, const replay::Cancellation& cancel, Finding* finding) {
  const replay::Timeout* timeout = facts.timeout(cancel.deferred);
  const replay::DelayedCall* call =
      timeout == nullptr ? nullptr : facts.model().find(timeout->call);
  if (call != nullptr && happened(call->started_at) && call->started_at <= cancel.at &&
      (!happened(call->ended_at) || call->ended_at >= cancel.at)) {
    facts.cite(Role::kCancelled, timeout->stack, finding);
    return "its timeout of " + duration_text(timeout->delay_ns) + " (addTimeout in " +
           facts.in(timeout->stack) + ")";
  }
  const event::StackId stack = place_of(facts, cancel);
  facts.cite(Role::kCancelled, stack, finding);
  return "cancel() called in " + facts.in(stack);
}

// Calls of cancel() that another one made: they belong to it.
std::vector<const replay::Cancellation*> outermost(const Facts& facts) {
  std::vector<const replay::Cancellation*> calls;
  std::unordered_map<std::uint16_t, replay::EventNumber> busy_until;
  for (const replay::Cancellation& each : facts.model().cancellations()) {
    replay::EventNumber& until = busy_until[facts.thread_at(each.at)];
    if (each.at < until) continue;
    if (each.returned) until = each.returned_at;
    calls.push_back(&each);
  }
  return calls;
}

// Where a call arrived that was passed on: to the Deferred that the chain waited for, by a coroutine
// to what it awaits, by a list to its members, by a canceller to whatever it cancels. Those of the
// calls within it that made no further one; itself when there is none.
std::vector<const replay::Cancellation*> arrivals(const Facts& facts,
                                                  const replay::Cancellation& outer) {
  const auto& all = facts.model().cancellations();
  std::size_t low = 0;
  std::size_t high = all.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    all[middle].at <= outer.at ? low = middle + 1 : high = middle;
  }
  std::vector<const replay::Cancellation*> found;
  constexpr std::size_t kMost = 256;
  for (std::size_t at = low; at < all.size() && at < low + kMost; ++at) {
    if (!outer.returned || all[at].at > outer.returned_at) break;
    if (facts.thread_at(all[at].at) != facts.thread_at(outer.at) || !had_effect(all[at])) continue;
    if (!found.empty() && all[at].at < found.back()->returned_at) found.pop_back();
    found.push_back(&all[at]);
  }
  if (found.empty()) found.push_back(&outer);
  return found;
}

void canceller_raised(const Look& look, const replay::Cancellation& cancel) {
  const Facts& facts = look.facts;
  const replay::Deferred* deferred = facts.find(cancel.deferred);
  if (deferred == nullptr) return;
  Finding& finding = look.add(Kind::kCancelIneffective, Severity::kError, cancel.deferred);
  look.since(cancel.at, &finding);
  event::FailureId failure{};
  for (const replay::CancellerError& each : facts.around().canceller_errors())
    if (each.deferred == cancel.deferred && each.at >= cancel.at &&
        failure == event::FailureId::kNone)
      failure = each.failure;
  std::string& say = finding.message;
  say = "The " + facts.say().type(facts.origin(*deferred).type, "Deferred") + " created in " +
        facts.in(facts.origin(*deferred).created_stack) + " was cancelled " + facts.at(cancel.at) +
        " by " + by_whom(facts, cancel, &finding) + ", but its canceller " +
        facts.function(facts.origin(*deferred).canceller) + " raised " + facts.failure(failure);
  const event::StackId traceback = facts.traceback(failure);
  if (traceback != event::StackId::kNone) say += " (in " + facts.in(traceback) + ")";
  say += ", so it was not fired.";
  const replay::Wait* waiter = nullptr;
  facts.each_waiter(*deferred, [&](const replay::Wait& wait) { waiter = &wait; });
  if (!deferred->fired())
    say += " It has not been since" +
           (waiter == nullptr ? "." : "; " + facts.waiter(*waiter) + " waits for it to this day.");
  facts.cite_created(*deferred, &finding);
  facts.cite(Role::kRaised, traceback, &finding);
  facts.cite(Role::kCulprit, facts.defined(facts.origin(*deferred).canceller), &finding);
  if (waiter != nullptr) facts.cite_waiter(*waiter, &finding);
}

// DeferredList (and others that override cancel()) do nothing once they have fired.
void nothing_happened(const Look& look, const replay::Cancellation& cancel) {
  const Facts& facts = look.facts;
  const replay::Deferred* deferred = facts.find(cancel.deferred);
  if (deferred == nullptr || !happened(deferred->fired_at, cancel.at)) return;
  const replay::Wait* wait = replay::held_up_by(facts.model(), *deferred, cancel.at);
  if (wait == nullptr) return;
  const replay::Deferred* inner = facts.find(wait->on);
  Finding& finding = look.add(Kind::kCancelIneffective, Severity::kWarning, cancel.deferred);
  look.since(cancel.at, &finding);
  std::string& say = finding.message;
  say = "cancel() in " + facts.in(cancel.stack) + " " + facts.at(cancel.at) + " on the " +
        facts.say().type(facts.origin(*deferred).type, "Deferred") + " created in " +
        facts.in(facts.origin(*deferred).created_stack) +
        " did nothing: it had fired already and its chain waited for " +
        (inner == nullptr ? text::deferred_text(wait->on) : facts.name(*inner)) +
        ". A plain Deferred would have passed the cancel() on to that one.";
  facts.cite(Role::kCancelled, cancel.stack, &finding);
  facts.cite(Role::kCulprit, cancel.stack, &finding);
  facts.cite_created(*deferred, &finding);
  if (inner != nullptr) facts.cite_created(*inner, &finding);
}

struct Swallower {
  event::Site site{};
  std::string text;
  event::StackId attached{};
};

// Who took the CancelledError in the course of that call and waits for something new.
Swallower swallower(const Facts& facts, const replay::Deferred& deferred,
                    const replay::Cancellation& cancel) {
  Swallower found;
  facts.each_pair(deferred, [&](const replay::Pair& pair) {
    if (pair.started_at <= cancel.at || pair.started_at >= cancel.returned_at) return;
    if (pair.lane() != event::Lane::kErrback || pair.value().outcome != event::Outcome::kDeferred)
      return;
    // Twisted's own passes the cancel() of a coroutine on to what that waits for.
    if (!facts.is_own(facts.attachment(pair).errback)) return;
    found.site = facts.defined(facts.attachment(pair).errback);
    found.attached = facts.attachment(pair).stack;
    found.text = "its errback " + facts.function(facts.attachment(pair).errback) +
                 ", attached in " + facts.in(facts.attachment(pair).stack) +
                 ", took the CancelledError and returned a new Deferred";
  });
  if (found.text.empty() && facts.origin(deferred).coroutine != event::CallableId::kNone) {
    found.site = facts.defined(facts.origin(deferred).coroutine);
    found.text = "the coroutine " + facts.function(facts.origin(deferred).coroutine) +
                 " caught the CancelledError and went on";
  }
  return found;
}

}  // namespace

// A cancel() that did not end what it was called on: its canceller raised; or it did nothing though
// the Deferred waits for another; or the CancelledError was taken on the way and the Deferred waits
// for something new, and in the end it did not fail with it; or a thread works on regardless.
void find_ineffective_cancels(const Look& look) {
  const Facts& facts = look.facts;
  for (const replay::Cancellation& each : facts.model().cancellations()) {
    if (each.returned && each.effect == CancelEffect::kRaised) canceller_raised(look, each);
    if (each.returned && each.effect == CancelEffect::kNothing) nothing_happened(look, each);
  }
  std::unordered_map<DeferredId, std::uint64_t> times;
  for (const replay::Cancellation* each : outermost(facts)) ++times[each->deferred];
  std::unordered_set<DeferredId> told;
  for (const replay::Cancellation* each : outermost(facts)) {
    const replay::Deferred* deferred = facts.find(each->deferred);
    if (deferred == nullptr || !had_effect(*each) || told.contains(each->deferred)) continue;
    const replay::Cancellation& where = *arrivals(facts, *each).front();
    const replay::Deferred* inner = facts.find(where.deferred);
    const replay::Wait* wait = replay::held_up_by(facts.model(), *deferred, each->returned_at);
    if (wait == nullptr || inner == nullptr) {
      const replay::Work* work = facts.work(where.deferred);
      if (work == nullptr || !happened(work->started_at, where.at) ||
          happened(work->ended_at, where.at))
        continue;
      Finding& finding = look.add(Kind::kCancelIneffective, Severity::kInfo, where.deferred);
      look.since(where.at, &finding);
      const std::int64_t end_ns =
          happened(work->ended_at) ? facts.ns(work->ended_at) : facts.end_ns();
      finding.duration_ns = end_ns - facts.ns(where.at);
      finding.message = "The Deferred of " + facts.function(work->function) +
                        " in a thread, asked for in " + facts.in(work->stack) + ", was cancelled " +
                        facts.at(where.at) + " by " + by_whom(facts, *each, &finding) +
                        ", but its thread worked on for " + duration_text(finding.duration_ns) +
                        ": a thread can't be cancelled.";
      facts.cite(Role::kCreated, work->stack, &finding);
      facts.cite(Role::kCulprit, facts.defined(work->function), &finding);
      continue;
    }
    // What waited before goes on waiting; only a new wait is somebody's doing.
    bool is_new = false;
    const replay::Deferred* step = deferred;
    const replay::Deferred* taker = nullptr;
    for (int depth = 0; step != nullptr && depth < 256; ++depth) {
      const replay::Wait* at = replay::held_up_by(facts.model(), *step, each->returned_at);
      if (at == nullptr) break;
      if (at->started_at > each->at) {
        is_new = true;
        taker = step;
        break;
      }
      step = facts.find(at->on);
    }
    const bool still_open = facts.is_open(*deferred);
    const bool failed = !still_open && facts.is_cancelled_error(facts.value(*deferred).failure());
    if (!is_new || failed || deferred->cancelled == false) continue;
    // A coroutine that ends with success after all may have cleaned up, or have a fallback.
    const bool repeated = times[each->deferred] > 1;
    const Severity severity = still_open || repeated ? Severity::kWarning : Severity::kInfo;
    told.insert(each->deferred);
    Finding& finding = look.add(Kind::kCancelIneffective, severity, each->deferred);
    look.since(each->at, &finding);
    std::string& say = finding.message;
    const std::string name = facts.name(*deferred);
    say = "T" + name.substr(1) + ", was cancelled " + facts.at(each->at) + " by " +
          by_whom(facts, *each, &finding);
    if (repeated) say += ", " + plural(times[each->deferred], "time") + " in all";
    say += ", but ";
    const Swallower who = swallower(facts, *taker, *each);
    say += who.text.empty() ? "it went on to wait for something new" : who.text;
    say += still_open ? ": it is still at work after " + duration_text(finding.duration_ns) + "."
                      : ": it went on, and ended with " +
                            facts.say().result(facts.result(facts.value(*deferred))) + ".";
    if (who.attached != event::StackId::kNone)
      say += " Let such an errback trap the failures it is for.";
    facts.cite(Role::kCulprit, who.attached, &finding);
    facts.cite(Role::kCulprit, who.site, &finding);
    facts.cite_created(*deferred, &finding);
    facts.cite_created(*taker, &finding);
  }
}

// Who called the cancel() that a CancelledError comes from, and which way that went: the error itself
// has no frames.
void find_who_cancelled(const Look& look) {
  const Facts& facts = look.facts;
  for (const replay::Cancellation* each : outermost(facts)) {
    if (!had_effect(*each)) continue;
    const event::StackId place = place_of(facts, *each);
    if (!facts.is_own(place) && facts.timeout(each->deferred) == nullptr) continue;
    const std::vector<const replay::Cancellation*> reached = arrivals(facts, *each);
    const replay::Cancellation& where = *reached.front();
    const replay::Deferred* inner = facts.find(where.deferred);
    const replay::Deferred* deferred = facts.find(each->deferred);
    if (inner == nullptr || deferred == nullptr) continue;
    Finding& finding = look.add(Kind::kCancelledBy, Severity::kInfo, where.deferred);
    look.since(each->at, &finding);
    finding.duration_ns = 0;
    std::string& say = finding.message;
    const std::string name = facts.name(*inner);
    say = "T" + name.substr(1) + ", was cancelled " + facts.at(each->at) + " by " +
          by_whom(facts, *each, &finding);
    const replay::Timeout* timeout = facts.timeout(where.deferred);
    if (timeout != nullptr && !happened(facts.model().find(timeout->call) == nullptr
                                            ? replay::EventNumber::kNone
                                            : facts.model().find(timeout->call)->started_at))
      say += ", not by its timeout of " + duration_text(timeout->delay_ns);
    if (deferred != inner) say += ", passed on from " + facts.name(*deferred);
    if (reached.size() > 1) say += " to " + plural(reached.size() - 1, "more") + " as well";
    std::uint64_t waiters = 0;
    std::string first;
    facts.each_waiter(*inner, [&](const replay::Wait& wait) {
      if (!happened(wait.started_at, each->at)) return;
      ++waiters;
      first = facts.waiter(wait);
      facts.cite_waiter(wait, &finding);
    });
    if (waiters != 0) {
      say += "; " + first + " got the CancelledError";
      if (waiters > 1)
        say += ", and so did " + plural(waiters - 1, "more") + " that waited for the same Deferred";
    }
    say += ".";
    facts.cite(Role::kCulprit, place, &finding);
    facts.cite_created(*inner, &finding);
    if (deferred != inner) facts.cite_created(*deferred, &finding);
    constexpr std::size_t kMostCited = 4;
    for (std::size_t i = 1; i < reached.size() && i < kMostCited; ++i)
      if (const replay::Deferred* more = facts.find(reached[i]->deferred))
        facts.cite_created(*more, &finding);
  }
}

}  // namespace reactortrack::analysis
