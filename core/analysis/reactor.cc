// SPDX-License-Identifier: MIT
//
// What kept the reactor from its poll: reactor-blocked, and starved where it was many short calls.
#include "core/analysis/detectors.h"
#include "core/analysis/stretches.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using replay::EventNumber;
using replay::happened;
using text::duration_text;
using text::plural;

namespace {

// The delayed calls that took most of a stretch together, though none of them did alone.
const Share* many_short(const Stretch& stretch) {
  if (stretch.pair_ns * 2 >= stretch.length_ns || stretch.call_ns * 2 >= stretch.length_ns)
    return nullptr;
  for (const auto& [place, share] : stretch.shares)
    if (share.calls >= 10 && share.took_ns * 2 >= stretch.length_ns) return &share;
  return nullptr;
}

void add_starving(const Look& look, const Stretch& stretch, const Share& share, Severity severity) {
  const Facts& facts = look.facts;
  Finding& finding = look.add(Kind::kStarved, severity);
  finding.event = stretch.from;
  finding.since_ns = facts.ns(stretch.from);
  finding.duration_ns = stretch.length_ns;
  finding.message =
      "For " + duration_text(stretch.length_ns) + " from " + facts.at(stretch.from).substr(3) +
      " on the reactor did nothing but " + plural(share.calls, "delayed call") + " of " +
      facts.function(share.call->function) + ", scheduled in " + facts.in(share.call->stack) +
      ", each short, " + duration_text(share.took_ns) + " together; input and output had to wait";
  finding.message += stretch.late == 0
                         ? "."
                         : ", and " +
                               plural(stretch.late, "delayed call was", "delayed calls were") +
                               " late. task.cooperate() spreads such work over turns.";
  facts.cite(Role::kCulprit, share.call->stack, &finding);
  facts.cite(Role::kCulprit, facts.defined(share.call->function), &finding);
}

}  // namespace

namespace {

// The recording breaks off while something runs in the reactor's thread.
void never_back(const Look& look) {
  const Facts& facts = look.facts;
  const replay::Frame frame = unfinished(facts);
  if (frame.kind() == replay::FrameKind::kNothing) return;
  const replay::Pair& pair = facts.model().pair(frame.pair());
  const replay::DelayedCall* call = facts.model().find(frame.call());
  const EventNumber started = call == nullptr ? pair.started_at : call->started_at;
  // Only other threads tell how long it has gone on.
  const std::int64_t known_ns = facts.end_ns() - facts.ns(started);
  const bool only_others = facts.thread_at(facts.model().now()) != *facts.reactor_thread();
  const bool is_long = only_others && known_ns >= look.options.blocked_ns;
  Finding& finding =
      look.add(Kind::kReactorBlocked, is_long ? Severity::kWarning : Severity::kInfo);
  look.since(started, &finding);
  finding.duration_ns = known_ns;
  std::string& say = finding.message;
  say = "The recording breaks off inside ";
  if (call != nullptr) {
    say += "the delayed call " + facts.function(call->function);
    if (facts.is_own(call->stack)) say += ", scheduled in " + facts.in(call->stack);
    facts.cite(Role::kAttached, call->stack, &finding);
    facts.cite(Role::kCulprit, facts.defined(call->function), &finding);
  } else {
    const replay::Deferred* coroutine = facts.find(pair.continues);
    const replay::Deferred* deferred = facts.find(pair.deferred);
    finding.deferred = pair.deferred;
    if (coroutine != nullptr && facts.origin(*coroutine).coroutine != event::CallableId::kNone) {
      finding.deferred = coroutine->id;
      say += "the coroutine " + facts.function(facts.origin(*coroutine).coroutine);
      facts.cite(Role::kCulprit, facts.defined(facts.origin(*coroutine).coroutine), &finding);
      facts.each_wait(*coroutine, [&](const replay::Wait& wait) {
        if (wait.on == pair.deferred) facts.cite_waiter(wait, &finding);
      });
    } else {
      say += "the callback " + facts.function(facts.ran(pair)) + ", attached in " +
             facts.in(facts.attachment(pair).stack);
      facts.cite(Role::kAttached, facts.attachment(pair).stack, &finding);
      facts.cite(Role::kCulprit, facts.defined(facts.ran(pair)), &finding);
    }
    if (deferred != nullptr) facts.cite_created(*deferred, &finding);
  }
  say += ", which began " + facts.at(started) + " and had not returned";
  say += is_long ? " " + duration_text(known_ns) + " later: the reactor was blocked all that time."
                 : ". If the program was killed because it hung, this is where it hung.";
}

}  // namespace

// The reactor did not come back to its poll for longer than `blocked`. The callback or delayed call
// that took most of that time is named. A warning when delayed calls were kept waiting for it;
// when nothing else was due, nobody was hurt. asyncio's reactor does not tell when it polls: there a
// single callback or delayed call counts. And a recording that breaks off inside one, which may be
// why the program was killed.
void find_blocked_reactor(const Look& look) {
  const Facts& facts = look.facts;
  never_back(look);
  for (const Stretch& each : blocked_stretches(facts, look.options)) {
    const Severity severity = each.late != 0 ? Severity::kWarning : Severity::kInfo;
    if (const Share* many = many_short(each)) {
      add_starving(look, each, *many, severity);
      continue;
    }
    Finding& finding = look.add(Kind::kReactorBlocked, severity);
    finding.event = each.from;
    finding.since_ns = facts.ns(each.from);
    finding.duration_ns = each.length_ns;
    std::string& say = finding.message;
    say = "The reactor was blocked for " + duration_text(each.length_ns) + " from " +
          facts.at(each.from).substr(3) + " on";
    const bool by_pair = each.pair != nullptr && each.pair_ns * 2 >= each.length_ns;
    if (by_pair) {
      const replay::Pair& pair = *each.pair;
      const replay::Deferred* deferred = facts.find(pair.deferred);
      const replay::Deferred* coroutine = facts.find(pair.continues);
      finding.deferred = pair.deferred;
      finding.event = pair.started_at;
      if (coroutine != nullptr && facts.origin(*coroutine).coroutine != event::CallableId::kNone) {
        finding.deferred = coroutine->id;
        say += ", " + duration_text(each.pair_ns) + " of it in the coroutine " +
               facts.function(facts.origin(*coroutine).coroutine) + ", resumed by " +
               facts.name(*deferred);
        facts.cite(Role::kCulprit, facts.defined(facts.origin(*coroutine).coroutine), &finding);
        facts.each_waiter(*deferred, [&](const replay::Wait& wait) {
          if (wait.deferred == coroutine->id) facts.cite(Role::kWaiter, wait.stack, &finding);
        });
      } else {
        say += ", " + duration_text(each.pair_ns) + " of it inside " +
               (pair.lane() == event::Lane::kCallback ? "callback " : "errback ") +
               facts.function(facts.ran(pair)) + ", attached in " +
               facts.in(facts.attachment(pair).stack);
        if (deferred != nullptr && facts.origin(*deferred).created_stack != event::StackId::kNone)
          say += " to the Deferred created in " + facts.in(facts.origin(*deferred).created_stack);
        facts.cite(Role::kAttached, facts.attachment(pair).stack, &finding);
        facts.cite(Role::kCulprit, facts.defined(facts.ran(pair)), &finding);
      }
      if (deferred != nullptr) facts.cite_created(*deferred, &finding);
    } else if (each.call != nullptr && each.call_ns * 2 >= each.length_ns) {
      finding.event = each.call->started_at;
      say += ", " + duration_text(each.call_ns) + " of it in the delayed call " +
             facts.function(each.call->function) + ", scheduled in " + facts.in(each.call->stack);
      facts.cite(Role::kCulprit, facts.defined(each.call->function), &finding);
      facts.cite(Role::kAttached, each.call->stack, &finding);
    } else {
      say += " in code that is not a recorded callback";
    }
    say += each.late == 0 ? ". No delayed call was due in that time."
                          : "; " + plural(each.late, "delayed call was", "delayed calls were") +
                                " late because of it.";
    say +=
        " Something there is synchronous: a thread (deferToThread) or smaller steps keep the"
        " reactor free.";
  }
}

}  // namespace reactortrack::analysis
