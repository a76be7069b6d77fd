// SPDX-License-Identifier: MIT
#include "core/analysis/tests.h"

#include <algorithm>

#include "core/replay/moment.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using event::DeferredId;
using replay::EventNumber;
using replay::happened;

namespace {

constexpr std::string_view kTestStarted = "test started: ";
constexpr std::string_view kTestEnded = "test ended: ";
constexpr std::string_view kTestFailed = "test failed: ";
constexpr std::string_view kBodyOver = "test body over";
constexpr std::string_view kFixtureStarted = "fixture started: ";
constexpr std::string_view kFixtureEnded = "fixture ended: ";

bool take(std::string_view prefix, std::string_view* text) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

// The file of a test runner, or of Twisted itself. The package under test may be installed beside
// them, so its folder does not tell.
bool is_runners(std::string_view path) {
  if (text::is_twisted(path)) return true;
  const std::string_view file = text::short_path(path);
  for (const std::string_view package : {"_pytest/", "greenlet/", "pluggy/", "pytest_timeout.py",
                                         "pytest_twisted", "reactortrack/", "unittest/", "xdist/"})
    if (file.starts_with(package)) return true;
  return false;
}

EventNumber before(EventNumber event) {
  return happened(event) ? static_cast<EventNumber>(replay::number(event) - 1) : event;
}

// Not over at that event: it had not fired, or its chain was held up.
bool was_unfinished(const replay::Model& model, const replay::Deferred& deferred, EventNumber at) {
  if (!happened(deferred.fired_at, at)) return true;
  const replay::State state = state_of(model, deferred, at);
  return state == replay::State::kWaiting || state == replay::State::kPaused;
}

}  // namespace

std::string_view word(Leftover::What what) {
  switch (what) {
    case Leftover::kPending: return "pending";
    case Leftover::kFailed: return "failed";
    case Leftover::kNeverAwaited: return "never awaited";
  }
  return "";
}

bool is_runners(const Facts& facts, const replay::Deferred& deferred) {
  const event::Site site = facts.origin(deferred).coroutine != event::CallableId::kNone
                               ? facts.defined(facts.origin(deferred).coroutine)
                               : facts.place(facts.origin(deferred).created_stack);
  return is_runners(facts, site);
}

bool is_runners(const Facts& facts, const event::Site& site) {
  return is_runners(facts.say().definitions().text(site.file));
}

Tests::Tests(const text::Wording& wording) : say_(wording), model_(wording.model()) {
  for (const replay::Mark& mark : model_.marks()) {
    std::string_view text = say_.definitions().text(mark.text);
    Test* running = tests_.empty() || happened(tests_.back().ended_at) ? nullptr : &tests_.back();
    if (take(kTestStarted, &text)) {
      if (running != nullptr) running->ended_at = mark.at;  // its runner was interrupted
      Test& test = tests_.emplace_back();
      test.name = text;
      test.started_at = mark.at;
    } else if (take(kFixtureStarted, &text)) {
      fixtures_.push_back({text, mark.at, {}});
    } else if (take(kFixtureEnded, &text)) {
      // They may stand within one another; the innermost open one of that name ends.
      const auto open = std::find_if(
          fixtures_.rbegin(), fixtures_.rend(),
          [&](const Fixture& each) { return each.name == text && !happened(each.ended_at); });
      if (open != fixtures_.rend()) open->ended_at = mark.at;
    } else if (running == nullptr) {
      continue;
    } else if (take(kTestFailed, &text)) {
      if (running->failed()) continue;
      running->failed_at = mark.at;
      running->failure = text;
    } else if (text == kBodyOver) {
      if (!happened(running->body_over_at)) running->body_over_at = mark.at;
    } else if (take(kTestEnded, &text)) {
      running->ended_at = mark.at;
    }
  }
}

const Test* Tests::find(std::string_view name) const {
  const auto found = std::find_if(tests_.rbegin(), tests_.rend(),
                                  [&](const Test& each) { return each.name == name; });
  return found == tests_.rend() ? nullptr : &*found;
}

const Test* Tests::test_at(EventNumber event) const {
  const auto after =
      std::upper_bound(tests_.begin(), tests_.end(), event,
                       [](EventNumber at, const Test& each) { return at < each.started_at; });
  if (after == tests_.begin() || !is_in(*std::prev(after), event)) return nullptr;
  return &*std::prev(after);
}

const Tests::Fixture* Tests::fixture_at(EventNumber event) const {
  for (auto each = fixtures_.rbegin(); each != fixtures_.rend(); ++each)
    if (each->started_at <= event && (!happened(each->ended_at) || event <= each->ended_at))
      return &*each;
  return nullptr;
}

bool Tests::is_in(const Test& test, EventNumber event) const {
  return happened(event) && test.started_at <= event && event <= end(test);
}

bool Tests::made(const Test& test, const replay::Deferred& deferred) const {
  return is_in(test, model_.created_at(deferred)) &&
         fixture_at(model_.created_at(deferred)) == nullptr;
}

std::string Tests::maker(EventNumber event) const {
  if (const Fixture* fixture = fixture_at(event))
    return "the fixture " + text::clean(fixture->name);
  const Test* test = test_at(event);
  return test == nullptr ? "" : "the test " + text::clean(test->name);
}

// The last event before the delayed call that fired a Deferred with a TimeoutError, or cancelled it;
// of several, the last: the test went on after the others.
EventNumber Tests::before_timeout(const Test& test) const {
  EventNumber found{};
  for (const replay::Timeout& each : model_.around().timeouts()) {
    const replay::DelayedCall* call = model_.find(each.call);
    if (call == nullptr || !is_in(test, call->started_at)) continue;
    found = std::max(found, call->started_at);
  }
  for (auto each = model_.deferreds().size(); each-- != 0;) {
    const replay::Deferred& deferred = model_.deferreds()[each];
    if (deferred.seen_at < test.started_at) break;
    if (!deferred.fired_value().is_failure() || !is_in(test, deferred.fired_at)) continue;
    const replay::Failure* failure = model_.find(deferred.fired_value().failure());
    const replay::DelayedCall* call = model_.find(deferred.fired_in.call());
    if (failure == nullptr || call == nullptr) continue;
    if (say_.definitions().text(failure->type) != test.failure) continue;
    found = std::max(found, call->started_at);
  }
  return before(found);
}

EventNumber Tests::last_moment(const Test& test) const {
  EventNumber last = end(test);
  if (test.failed()) last = std::min(last, test.failed_at);
  if (happened(test.body_over_at)) last = std::min(last, test.body_over_at);
  if (text::last_name(test.failure) == "TimeoutError") {
    const EventNumber before = before_timeout(test);
    if (happened(before)) last = std::min(last, before);
  }
  return last;
}

std::vector<Leftover> Tests::left_by(const Test& test) const {
  std::vector<Leftover> left;
  const EventNumber end = this->end(test);
  std::vector<const replay::Deferred*> candidates;
  for (auto each = model_.deferreds().size(); each-- != 0;) {
    const replay::Deferred& deferred = model_.deferreds()[each];
    if (deferred.seen_at < test.started_at) break;
    if (deferred.seen_at > end || !made(test, deferred)) continue;
    const bool gone = happened(deferred.collected_at, end);
    const bool failed = deferred.collected()
                            ? deferred.end_state() == event::EndState::kFailedUnhandled
                            : model_.value(deferred).is_failure() && !deferred.running;
    const bool pending = !gone && was_unfinished(model_, deferred, end);
    if (pending || (failed && happened(deferred.fired_at, end))) candidates.push_back(&deferred);
  }
  std::vector<const replay::NeverAwaited*> never_awaited;
  for (const replay::NeverAwaited& each : model_.around().never_awaited())
    if (is_in(test, each.at) && fixture_at(each.at) == nullptr) never_awaited.push_back(&each);
  if (candidates.empty() && never_awaited.empty()) return left;

  const Facts facts(say_);
  std::reverse(candidates.begin(), candidates.end());
  std::erase_if(candidates, [&](const auto* each) { return is_runners(facts, *each); });
  for (const replay::Deferred* each : candidates) {
    const bool pending = was_unfinished(model_, *each, end);
    if (pending && is_waited_for(*each, candidates, end)) continue;
    // Cancelling is a way to end things: whoever did it knows.
    if (!pending && facts.is_cancelled_error(facts.value(*each).failure())) continue;
    Leftover& leftover = left.emplace_back();
    leftover.what = pending ? Leftover::kPending : Leftover::kFailed;
    leftover.collected = happened(each->collected_at, end);
    leftover.deferred = each->id;
    leftover.text = facts.name(*each);
    if (!pending) {
      leftover.text += ", failed with " + facts.failure(facts.value(*each).failure());
      const event::StackId traceback = facts.traceback(facts.value(*each).failure());
      if (traceback != event::StackId::kNone) leftover.text += " in " + facts.in(traceback);
      leftover.text += ", and nobody handled it";
    } else if (const replay::Wait* wait = held_up_by(model_, *each, end)) {
      leftover.text += ", waits for #" + std::to_string(event::number(wait->on));
      if (wait->stack != event::StackId::kNone) leftover.text += " in " + facts.in(wait->stack);
    }
    leftover.text += fate(*each, test);
  }
  for (const replay::NeverAwaited* each : never_awaited) {
    Leftover& leftover = left.emplace_back();
    leftover.what = Leftover::kNeverAwaited;
    leftover.text = "the coroutine " + facts.function(each->function) +
                    ", made and never awaited; it was dropped in " + facts.in(each->stack);
  }
  return left;
}

// Whether one of these waits for it: then that one is the thing to name.
bool Tests::is_waited_for(const replay::Deferred& deferred,
                          const std::vector<const replay::Deferred*>& by, EventNumber at) const {
  for (auto each = model_.ties(deferred).newest_waiter; each != replay::WaitIndex::kNone;
       each = model_.wait(each).older_of_on) {
    const replay::Wait& wait = model_.wait(each);
    if (!happened(wait.started_at, at) || !holds_up(model_, wait, at)) continue;
    if (std::any_of(by.begin(), by.end(),
                    [&](auto* one) { return one->id == wait.deferred && one != &deferred; }))
      return true;
  }
  return false;
}

// What became of it after the test: "; fired in the test B".
std::string Tests::fate(const replay::Deferred& deferred, const Test& test) const {
  const auto told = [&](const char* what, EventNumber event) -> std::string {
    if (!happened(event) || event <= end(test)) return "";
    const std::string where = maker(event);
    return std::string("; ") + what + (where.empty() ? " after it" : " in " + where);
  };
  if (deferred.end_state() == event::EndState::kFailedUnhandled)
    return told("collected, and its failure logged,", deferred.collected_at);
  const std::string fired = told("fired", deferred.fired_at);
  return fired.empty() ? told("collected", deferred.collected_at) : fired;
}

}  // namespace reactortrack::analysis
