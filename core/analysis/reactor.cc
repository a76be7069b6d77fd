// SPDX-License-Identifier: MIT
//
// The reactor's time: reactor-blocked, starved.
#include <algorithm>
#include <unordered_map>
#include <vector>

#include "core/analysis/detectors.h"
#include "core/analysis/stretches.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using replay::EventNumber;
using replay::happened;
using text::count_text;
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

// The reactor did not come back to its poll for longer than `blocked`. The callback or delayed call
// that took most of that time is named. A warning when delayed calls were kept waiting for it;
// when nothing else was due, nobody was hurt.
void find_blocked_reactor(const Look& look) {
  const Facts& facts = look.facts;
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
      if (coroutine != nullptr && coroutine->coroutine != event::CallableId::kNone) {
        finding.deferred = coroutine->id;
        say += ", " + duration_text(each.pair_ns) + " of it in the coroutine " +
               facts.function(coroutine->coroutine) + ", resumed by " + facts.name(*deferred);
        facts.cite(Role::kCulprit, facts.defined(coroutine->coroutine), &finding);
        facts.each_waiter(*deferred, [&](const replay::Wait& wait) {
          if (wait.deferred == coroutine->id) facts.cite(Role::kWaiter, wait.stack, &finding);
        });
      } else {
        say += ", " + duration_text(each.pair_ns) + " of it inside " +
               (pair.lane == event::Lane::kCallback ? "callback " : "errback ") +
               facts.function(pair.ran()) + ", attached in " + facts.in(pair.stack);
        if (deferred != nullptr && deferred->created_stack != event::StackId::kNone)
          say += " to the Deferred created in " + facts.in(deferred->created_stack);
        facts.cite(Role::kAttached, pair.stack, &finding);
        facts.cite(Role::kCulprit, facts.defined(pair.ran()), &finding);
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

// Delayed calls that ran later than `late` though no single stretch blocked the reactor: so many
// short things were due that they had to wait their turn.
void find_starved_calls(const Look& look) {
  const Facts& facts = look.facts;
  std::vector<Stretch> blocked = long_stretches(facts, look.options);
  std::uint64_t late = 0;
  std::int64_t worst_ns = 0;
  const replay::DelayedCall* worst = nullptr;
  for (const replay::DelayedCall& each : facts.model().delayed_calls()) {
    if (!happened(each.started_at) || each.due_ns <= facts.ns(each.scheduled_at)) continue;
    const std::int64_t late_ns = facts.ns(each.started_at) - each.due_ns;
    if (late_ns < look.options.late_ns) continue;
    const EventNumber due = facts.model().at_time(each.due_ns);
    bool was_blocked =
        stretch_of(&blocked, due) != nullptr || stretch_of(&blocked, each.started_at) != nullptr;
    // It was due while the reactor polled: the machine was busy with something else.
    const std::int64_t events = static_cast<std::int64_t>(replay::number(each.started_at)) -
                                static_cast<std::int64_t>(replay::number(due));
    constexpr std::int64_t kBusy = 100;
    if (was_blocked || events < kBusy) continue;
    ++late;
    if (late_ns <= worst_ns) continue;
    worst_ns = late_ns;
    worst = &each;
  }
  if (worst == nullptr) return;
  Finding& finding = look.add(Kind::kStarved, late > 10 ? Severity::kWarning : Severity::kInfo);
  finding.event = worst->started_at;
  finding.since_ns = worst->due_ns;
  finding.duration_ns = worst_ns;
  // What took the time.
  std::unordered_map<std::uint32_t, std::int64_t> own_ns;
  const replay::Pair* busiest = nullptr;
  std::int64_t most_ns = 0;
  const EventNumber due = facts.model().at_time(worst->due_ns);
  for (const replay::Pair& pair : facts.model().pairs()) {
    if (pair.started_at < due || pair.started_at > worst->started_at) continue;
    std::int64_t& sum = own_ns[facts.site_key(pair.stack)];
    sum += pair.own_ns;
    if (sum <= most_ns) continue;
    most_ns = sum;
    busiest = &pair;
  }
  finding.message = plural(late, "delayed call") +
                    " ran late though nothing blocked the reactor:" + " the worst, " +
                    facts.function(worst->function) + " scheduled in " + facts.in(worst->stack) +
                    ", by " + duration_text(worst_ns) + ". Meanwhile " +
                    count_text(replay::number(worst->started_at) - replay::number(due)) +
                    " events happened";
  facts.cite(Role::kWaiter, worst->stack, &finding);
  if (busiest != nullptr) {
    finding.message += ", most of the time in callbacks attached in " + facts.in(busiest->stack);
    facts.cite(Role::kCulprit, busiest->stack, &finding);
    facts.cite(Role::kCulprit, facts.defined(busiest->ran()), &finding);
  }
  finding.message += ".";
}

}  // namespace reactortrack::analysis
