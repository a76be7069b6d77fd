// SPDX-License-Identifier: MIT
//
// pause() and unpause(): unbalanced-pause.
#include <algorithm>
#include <unordered_map>

#include "core/analysis/detectors.h"
#include "core/replay/moment.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using event::DeferredId;

// pause() and unpause() that do not match: unpause() on a Deferred that nobody had paused, or that
// waits for another one; and a Deferred with a result that is still paused at the end.
void find_unbalanced_pauses(const Look& look) {
  const Facts& facts = look.facts;
  std::unordered_map<DeferredId, std::int32_t> counts;  // as the program's own calls make them
  std::unordered_map<DeferredId, const replay::PauseCall*> pausing;
  for (const replay::PauseCall& each : facts.around().pause_calls()) {
    if (!each.unpauses) {
      ++counts[each.deferred];
      pausing[each.deferred] = &each;
      continue;
    }
    const replay::Deferred* deferred = facts.find(each.deferred);
    if (--counts[each.deferred] >= 0 || deferred == nullptr || deferred->adopted) continue;
    counts[each.deferred] = 0;
    const replay::Wait* wait = replay::held_up_by(
        facts.model(), *deferred, static_cast<replay::EventNumber>(replay::number(each.at) - 1));
    Finding& finding = look.add(Kind::kUnbalancedPause, Severity::kError, each.deferred);
    look.since(each.at, &finding);
    finding.duration_ns = 0;
    std::string& say = finding.message;
    say = "unpause() in " + facts.in(each.stack) + " " + facts.at(each.at) + " on " +
          facts.name(*deferred) + ", which nobody had paused";
    const replay::Deferred* inner = wait == nullptr ? nullptr : facts.find(wait->on);
    if (inner != nullptr)
      say += ": it released the wait for " + facts.name(*inner) +
             ", and the next callback ran without that one's result";
    say += ". Each unpause() must belong to one pause().";
    facts.cite(Role::kCulprit, each.stack, &finding);
    facts.cite_created(*deferred, &finding);
    if (inner != nullptr) facts.cite_created(*inner, &finding);
    if (wait != nullptr) facts.cite(Role::kWaiter, wait->stack, &finding);
  }
  for (const auto& [id, call] : pausing) {
    const replay::Deferred* deferred = facts.find(id);
    if (counts[id] <= 0 || deferred == nullptr || !deferred->paused || deferred->collected() ||
        facts.is_internal(*deferred) || facts.age_ns(call->at) < look.options.pending_ns)
      continue;
    Finding& finding = look.add(Kind::kUnbalancedPause,
                                deferred->fired() ? Severity::kWarning : Severity::kInfo, id);
    look.since(call->at, &finding);
    const std::string name = facts.name(*deferred);
    finding.message =
        "T" + name.substr(1) + ", is paused for " + text::duration_text(finding.duration_ns) +
        " since pause() in " + facts.in(call->stack) + " " + facts.at(call->at) +
        ": no unpause() followed" +
        (deferred->fired() ? ", so its callbacks wait although it has its result." : ".");
    facts.cite(Role::kCulprit, call->stack, &finding);
    facts.cite_created(*deferred, &finding);
    if (const replay::Pair* own = facts.own_pair(*deferred))
      facts.cite(Role::kAttached, facts.attachment(*own).stack, &finding);
  }
}

}  // namespace reactortrack::analysis
