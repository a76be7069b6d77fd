// SPDX-License-Identifier: MIT
//
// Deferreds and coroutines where a value should be: deferred-as-value.
#include <algorithm>
#include <unordered_set>

#include "core/analysis/detectors.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using event::DeferredId;
using event::Outcome;
using event::WaitKind;
using replay::happened;

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
    say = "The callback " + facts.function(facts.ran(*early)) + " ran " +
          facts.at(early->started_at) + " with the Deferred " + text::deferred_text(each.on) +
          " itself as its value: " + facts.name(*deferred) + ", was to wait for that one's result";
    if (call != nullptr)
      say += ", but unpause() in " + facts.in(call->stack) + " " + facts.at(call->at) +
             " released it (" + std::to_string(std::max(0, call->count)) +
             " unmatched pauses were left)";
    say += ".";
    if (call != nullptr) facts.cite(Role::kCulprit, call->stack, &finding);
    facts.cite_created(*deferred, &finding);
    if (const replay::Deferred* inner = facts.find(each.on)) facts.cite_created(*inner, &finding);
    facts.cite(Role::kAttached, facts.attachment(*early).stack, &finding);
  }
  std::unordered_set<std::uint32_t> coroutine_types;
  for (const char* name : {"coroutine", "builtins.coroutine"})
    for (std::uint32_t i = 1; i <= facts.say().definitions().string_count(); ++i)
      if (facts.say().definitions().text(static_cast<event::StringId>(i)) == name)
        coroutine_types.insert(i);
  for (const replay::Pair& pair : facts.model().pairs()) {
    if (!happened(pair.finished_at) || pair.value().outcome != Outcome::kValue) continue;
    if (!coroutine_types.contains(pair.value().reference) || !facts.is_own(facts.ran(pair)))
      continue;
    const replay::Deferred* deferred = facts.find(pair.deferred);
    Finding& finding = look.add(Kind::kDeferredAsValue, Severity::kWarning, pair.deferred);
    look.since(pair.finished_at, &finding);
    finding.duration_ns = 0;
    finding.message = "The callback " + facts.function(facts.ran(pair)) + ", attached in " +
                      facts.in(facts.attachment(pair).stack) + ", returned a coroutine " +
                      facts.at(pair.finished_at) +
                      ": a Deferred passes that on as a value, and nothing runs it. Return"
                      " ensureDeferred(...) of it.";
    facts.cite(Role::kCulprit, facts.defined(facts.ran(pair)), &finding);
    facts.cite(Role::kAttached, facts.attachment(pair).stack, &finding);
    if (deferred != nullptr) facts.cite_created(*deferred, &finding);
  }
  for (const replay::Deferred& each : facts.model().deferreds()) {
    if (each.fired_value().outcome != Outcome::kDeferred || each.adopted) continue;
    const replay::Deferred* value =
        facts.find(static_cast<DeferredId>(each.fired_value().reference));
    Finding& finding = look.add(Kind::kDeferredAsValue, Severity::kError, each.id);
    look.since(each.fired_at, &finding);
    finding.duration_ns = 0;
    const std::string name = facts.name(each);
    finding.message =
        "T" + name.substr(1) + ", was fired in " + facts.in(facts.origin(each).fired_stack) + " " +
        facts.at(each.fired_at) + " with a Deferred as its value" +
        (value == nullptr ? ""
                          : ", that created in " + facts.in(facts.origin(*value).created_stack)) +
        ". Return it from a callback, or await it, so that its result is waited for.";
    facts.cite(Role::kFired, facts.origin(each).fired_stack, &finding);
    facts.cite(Role::kCulprit, facts.origin(each).fired_stack, &finding);
    facts.cite_created(each, &finding);
    if (value != nullptr) facts.cite_created(*value, &finding);
  }
}

}  // namespace reactortrack::analysis
