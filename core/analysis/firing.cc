// SPDX-License-Identifier: MIT
//
// How Deferreds were fired: fired-twice, wrong-thread, deep-recursion.
#include <algorithm>
#include <map>

#include "core/analysis/detectors.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using event::DeferredId;
using replay::happened;
using text::plural;

// callback() or errback() on a Deferred that had fired already, which raised AlreadyCalledError in
// whoever called it. A second one behind a cancel() is swallowed by Twisted and is nothing wrong.
void find_fired_twice(const Look& look) {
  const Facts& facts = look.facts;
  for (const replay::SecondFire& each : facts.model().second_fires()) {
    const replay::Deferred* deferred = facts.find(each.deferred);
    if (each.suppressed || deferred == nullptr) continue;
    Finding& finding = look.add(Kind::kFiredTwice, Severity::kError, each.deferred);
    look.since(each.at, &finding);
    finding.duration_ns = 0;
    const replay::Value& value = deferred->fired_value();
    std::string& say = finding.message;
    const std::string name = facts.name(*deferred);
    say = "T" + name.substr(1) + ", was fired again in " + facts.in(each.stack) + " " +
          facts.at(each.at) + " with " + facts.say().result(facts.result(each.value));
    const event::StackId fired =
        facts.cause(facts.origin(*deferred).fired_stack, deferred->fired_in);
    say += ", though it had been fired with " + facts.say().result(facts.result(value));
    if (fired != event::StackId::kNone) say += " in " + facts.in(fired);
    if (happened(deferred->fired_at)) say += " " + facts.at(deferred->fired_at);
    say += ". The second call raised AlreadyCalledError in its caller, and its value was lost.";
    facts.cite(Role::kFiredAgain, each.stack, &finding);
    facts.cite(Role::kFired, fired, &finding);
    facts.cite_created(*deferred, &finding);
  }
}

namespace {

void add_wrong_thread(const Look& look, const std::string& what, std::uint16_t thread,
                      replay::EventNumber at, Finding* finding) {
  look.since(at, finding);
  finding->duration_ns = 0;
  finding->message = what + " in " + look.facts.thread_name(thread) + " " + look.facts.at(at) +
                     ", not in the reactor's thread (" +
                     look.facts.thread_name(*look.facts.reactor_thread()) +
                     "). Twisted is not thread-safe: ";
}

}  // namespace

// A Deferred that was fired, a delayed call that was scheduled, or reactor.stop() called, in another
// thread than the reactor's. A Deferred that was made in that same thread is its own affair.
void find_wrong_threads(const Look& look) {
  const Facts& facts = look.facts;
  if (!facts.reactor_thread() || facts.model().threads().size() < 2) return;
  for (const replay::Deferred& each : facts.model().deferreds()) {
    if (!each.fired() || !happened(facts.created_at(each))) continue;
    const std::uint16_t thread = facts.thread_at(each.fired_at);
    if (thread == *facts.reactor_thread() || thread == facts.thread_at(facts.created_at(each)))
      continue;
    Finding& finding = look.add(Kind::kWrongThread, Severity::kError, each.id);
    std::uint64_t ran = 0;
    facts.each_pair(each, [&](const replay::Pair& pair) {
      ran += happened(pair.started_at) && pair.thread == thread ? 1 : 0;
    });
    const std::string name = facts.name(each);
    add_wrong_thread(
        look, "T" + name.substr(1) + ", was fired in " + facts.in(facts.origin(each).fired_stack),
        thread, each.fired_at, &finding);
    finding.message += (ran == 0 ? "" : plural(ran, "callback") + " ran there too, and ") +
                       std::string(
                           "the reactor may not notice until something else wakes it. Use "
                           "reactor.callFromThread(d.callback, ...).");
    facts.cite_created(each, &finding);
    facts.cite(Role::kFired, facts.origin(each).fired_stack, &finding);
    facts.cite(Role::kCulprit, facts.origin(each).fired_stack, &finding);
    if (const replay::Pair* own = facts.own_pair(each))
      facts.cite(Role::kAttached, facts.attachment(*own).stack, &finding);
  }
  for (const replay::DelayedCall& each : facts.model().delayed_calls()) {
    if (!happened(each.scheduled_at) || each.due_ns <= facts.ns(each.scheduled_at)) continue;
    const std::uint16_t thread = facts.thread_at(each.scheduled_at);
    if (thread == *facts.reactor_thread() || !facts.is_own(each.stack)) continue;
    Finding& finding = look.add(Kind::kWrongThread, Severity::kError);
    add_wrong_thread(look,
                     "reactor.callLater(" + facts.say().callable(each.function) +
                         ") was called in " + facts.in(each.stack),
                     thread, each.scheduled_at, &finding);
    finding.message += "the reactor may sleep past its time. Use reactor.callFromThread.";
    facts.cite(Role::kCulprit, each.stack, &finding);
  }
  for (const replay::Stopping& each : facts.around().stops()) {
    const std::uint16_t thread = facts.thread_at(each.at);
    if (thread == *facts.reactor_thread() || !facts.is_own(each.stack)) continue;
    Finding& finding = look.add(Kind::kWrongThread, Severity::kError);
    add_wrong_thread(look, "reactor.stop() was called in " + facts.in(each.stack), thread, each.at,
                     &finding);
    finding.message += "the reactor may sleep on. Use reactor.callFromThread(reactor.stop).";
    facts.cite(Role::kCulprit, each.stack, &finding);
  }
}

namespace {

// How many frames of Twisted's run of callbacks a traceback goes through.
std::size_t nested_runs(const Facts& facts, event::StackId traceback) {
  std::size_t runs = 0;
  for (const event::Site& site : facts.say().frames(traceback)) {
    const std::string_view name = facts.say().definitions().text(site.function);
    runs += name.ends_with("_runCallbacks") || name.ends_with("_startRunCallbacks") ? 1 : 0;
  }
  return runs;
}

// The place that attached most of the callbacks that ran inside one another there.
event::StackId most_frequent(const Facts& facts, replay::PairIndex innermost,
                             std::vector<DeferredId>* ends) {
  std::map<std::uint32_t, std::pair<std::uint64_t, event::StackId>> counts;
  std::pair<std::uint64_t, event::StackId> best{};
  constexpr int kMost = 1 << 20;
  replay::Frame frame = replay::Frame::of(innermost);
  for (int step = 0; step < kMost && frame.kind() != replay::FrameKind::kNothing; ++step) {
    if (frame.kind() == replay::FrameKind::kPair) {
      const replay::Pair& pair = facts.model().pair(frame.pair());
      if (ends->empty()) ends->push_back(pair.deferred);
      if (ends->size() == 1) ends->push_back(pair.deferred);
      ends->back() = pair.deferred;
      auto& count = counts[facts.site_key(facts.attachment(pair).stack)];
      ++count.first;
      count.second = facts.attachment(pair).stack;
      if (count.first > best.first) best = count;
    }
    frame = facts.model().outer(frame);
  }
  return best.second;
}

}  // namespace

// Callbacks that ran inside one another `depth` times or more: each chainDeferred, or callback that
// fires the next Deferred, takes several Python frames until it returns. And a RecursionError whose
// traceback goes through Twisted's run of callbacks that way.
void find_deep_recursion(const Look& look) {
  const Facts& facts = look.facts;
  const replay::Failure* overflow = nullptr;
  for (const replay::Failure& each : facts.model().failures()) {
    if (facts.say().definitions().text(each.type).find("RecursionError") == std::string_view::npos)
      continue;
    if (overflow == nullptr && nested_runs(facts, each.traceback) > 2) overflow = &each;
  }
  const std::uint32_t depth = facts.model().deepest();
  constexpr std::uint32_t kAlone = 20;  // enough to believe that the RecursionError is from here
  if (depth < look.options.depth && (overflow == nullptr || depth < kAlone)) return;
  constexpr std::uint32_t kOverflows = 240;  // 4 Python frames each, of 1,000
  const bool fatal = overflow != nullptr || depth >= kOverflows;
  std::vector<DeferredId> ends;
  const replay::PairIndex innermost = facts.model().deepest_pair();
  const event::StackId attached = most_frequent(facts, innermost, &ends);
  Finding& finding = look.add(Kind::kDeepRecursion, fatal ? Severity::kError : Severity::kWarning,
                              ends.empty() ? DeferredId{} : ends.back());
  look.since(facts.model().pair(innermost).started_at, &finding);
  finding.duration_ns = 0;
  std::string& say = finding.message;
  say = "Firing one Deferred ran " + text::count_text(depth) + " callbacks inside one another " +
        facts.at(facts.model().pair(innermost).started_at);
  if (!ends.empty())
    say += ", from " + text::deferred_text(ends.back()) + " down to " +
           text::deferred_text(ends.front());
  say += "; most were attached in " + facts.in(attached) + ".";
  if (overflow != nullptr)
    say +=
        " It ended with a RecursionError, which is now the result of one of them; those behind"
        " it never fired.";
  else
    say +=
        " Each takes several Python frames of the 1,000 there are: with more links it ends in"
        " RecursionError, and those behind never fire.";
  say +=
      " Return the Deferred from a callback instead of chainDeferred(), or let the reactor take a"
      " turn in between.";
  facts.cite(Role::kCulprit, attached, &finding);
  facts.cite(Role::kAttached, attached, &finding);
  if (const replay::Deferred* first = ends.empty() ? nullptr : facts.find(ends.back()))
    facts.cite_created(*first, &finding);
  if (const replay::Deferred* last = ends.empty() ? nullptr : facts.find(ends.front()))
    facts.cite_created(*last, &finding);
}

}  // namespace reactortrack::analysis
