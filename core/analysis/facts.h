// SPDX-License-Identifier: MIT
//
// Facts: what all detectors ask of a replay, and how they put it into words. Built once, in one pass
// over the records; each question is then answered in constant time.
//
//   Facts facts(wording);
//   facts.created(deferred)          "the Deferred created in fetch (shop/fetch.py:12)"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/analysis/by_deferred.h"
#include "core/analysis/finding.h"
#include "core/replay/model.h"
#include "core/text/wording.h"

namespace reactortrack::analysis {

class Facts {
 public:
  explicit Facts(const text::Wording& wording);

  const text::Wording& say() const { return say_; }
  const replay::Model& model() const { return model_; }
  const replay::Around& around() const { return model_.around(); }

  // ---- Time ----
  std::int64_t ns(replay::EventNumber event) const { return model_.time_ns(event); }
  std::int64_t end_ns() const { return model_.time_ns(); }
  // The last event before the reactor was told to stop, or of the recording. What is collected or
  // fired behind it belongs to the end of the program.
  replay::EventNumber living_end() const { return living_end_; }
  std::int64_t living_end_ns() const { return living_end_ns_; }
  std::int64_t age_ns(replay::EventNumber since) const;  // at the living end, not below 0
  // The recording breaks off while the reactor sleeps with nothing scheduled: how long it slept, until
  // it was killed, is not known, and may be hours.
  bool is_asleep() const { return is_asleep_; }
  // "at 0.105 s"
  std::string at(replay::EventNumber event) const;

  // ---- Places ----
  // The frame that the program's author wants to see: the innermost that is neither Twisted's nor
  // another library's; the innermost outside Twisted when there is none. Kept, so repeated questions
  // cost nothing.
  const event::Site& place(event::StackId stack) const;
  // The frames of the program's own functions, innermost first; at most `most`.
  std::vector<event::Site> own_frames(event::StackId stack, std::size_t most) const;
  // " called from checkpoint (app.py:25)": who called what place() names; empty when that is all.
  std::string called_from(event::StackId stack) const;
  bool is_own(
      event::StackId stack) const;  // place() is neither in Twisted nor in Python's own library
  std::string in(const event::Site& site) const;  // "fetch (shop/fetch.py:12)"
  std::string in(event::StackId stack) const { return in(place(stack)); }
  event::Site defined(event::CallableId callable) const;
  // Whether this callable is the program's own, or at least not Twisted's.
  bool is_own(event::CallableId callable) const {
    const std::uint32_t index = event::number(callable);
    return index < own_callables_.size() && own_callables_[index];
  }
  // One number for each (file, line, function), from 1; 0 for none.
  std::uint32_t site_key(event::StackId stack) const;

  // ---- Deferreds ----
  const replay::Deferred* find(event::DeferredId id) const { return model_.find(id); }
  // Neither collected nor done at the end: it can still go on.
  bool is_open(const replay::Deferred& deferred) const;
  // It did not fire, or its chain waits or is paused.
  bool is_unfinished(const replay::Deferred& deferred) const;
  const replay::Origin& origin(const replay::Deferred& deferred) const {
    return model_.origin(deferred);
  }
  const replay::Attachment& attachment(const replay::Pair& pair) const {
    return model_.attachment(pair);
  }
  replay::EventNumber created_at(const replay::Deferred& deferred) const {
    return model_.created_at(deferred);
  }
  event::CallableId ran(const replay::Pair& pair) const { return model_.ran(pair); }
  replay::Value value(const replay::Deferred& deferred) const { return model_.value(deferred); }
  event::Result result(const replay::Value& value) const { return model_.result(value); }
  // The Deferreds that wait for it, newest first.
  template <class Visit>
  void each_waiter(const replay::Deferred& deferred, Visit&& visit) const {
    for (auto at = model_.ties(deferred).newest_waiter; at != replay::WaitIndex::kNone;) {
      const replay::Wait& wait = model_.wait(at);
      at = wait.older_of_on;
      visit(wait);
    }
  }
  template <class Visit>
  void each_wait(const replay::Deferred& deferred, Visit&& visit) const {
    for (auto at = model_.ties(deferred).newest_wait; at != replay::WaitIndex::kNone;) {
      const replay::Wait& wait = model_.wait(at);
      at = wait.older_of_deferred;
      visit(wait);
    }
  }
  template <class Visit>
  void each_pair(const replay::Deferred& deferred, Visit&& visit) const {
    for (auto at = deferred.first_pair; at != replay::PairIndex::kNone;) {
      const replay::Pair& pair = model_.pair(at);
      at = pair.next();
      visit(pair);
    }
  }
  // The oldest pair that is the program's own, or nullptr.
  const replay::Pair* own_pair(const replay::Deferred& deferred) const;
  // The pair of the waiting Deferred whose callback returned the one that is waited for, or nullptr.
  const replay::Pair* returner(const replay::Wait& wait) const;
  const replay::Pair* returner(const replay::Take& take) const;
  // A pair with an errback, other than those of lists and coroutines.
  bool has_errback(const replay::Deferred& deferred) const;
  // Made by Twisted for itself: no frame of the program stands between.
  bool is_internal(const replay::Deferred& deferred) const;

  const replay::Acquisition* acquisition(event::DeferredId id) const;
  const replay::Loop* loop(event::DeferredId id) const;  // whose start() returned it
  const replay::Work* work(event::DeferredId id) const;
  const replay::Timeout* timeout(event::DeferredId id) const;
  const replay::Trigger* trigger(event::DeferredId id) const;  // that returned it
  bool is_taken(event::DeferredId id) const { return taken_.contains(id); }
  // A coroutine awaited it when it had its result already, and got that, failure or not.
  bool is_awaited(event::DeferredId id) const { return awaited_.contains(id); }
  // The asyncio Future whose result it gets, or which gets its result; nullptr when there is none.
  const replay::FutureTie* from_future(event::DeferredId id) const;
  const replay::FutureTie* as_future(event::DeferredId id) const;
  // Whether a function of this name and file is known to be a coroutine.
  bool is_coroutine(const event::Site& site) const;
  // A delayed call that is still to come and was scheduled where this Deferred was made: it is
  // what will fire it.
  const replay::DelayedCall* timer(const replay::Deferred& deferred) const;
  // Input, output, threads or Futures went on in the program: what fires a Deferred may come from
  // outside.
  bool has_outside() const { return has_outside_; }
  // What is under way at the end and may fire anything when it comes: delayed calls that are still to
  // come (other than loops and the reactor's stop), and work in threads.
  std::uint64_t coming() const { return coming_calls_.size() + coming_works_; }
  bool stopped_by_signal() const { return stopped_by_signal_; }

  // ---- Threads ----
  // The index of the thread that an event happened in.
  std::uint16_t thread_at(replay::EventNumber event) const;
  // The one that runs the reactor; nothing when none was seen.
  std::optional<std::uint16_t> reactor_thread() const { return reactor_thread_; }
  std::string thread_name(std::uint16_t thread) const;

  // ---- Words ----
  std::string deferred(event::DeferredId id) const { return text::deferred_text(id); }
  // "the Deferred created in fetch (shop/fetch.py:12)", "the coroutine fetch (shop/fetch.py:10)"
  std::string name(const replay::Deferred& deferred) const;
  // The same, with who called the function that made it.
  std::string name_and_caller(const replay::Deferred& deferred) const;
  std::string function(event::CallableId callable) const;  // "fetch (shop/fetch.py:10)"
  // Who waits: "the coroutine fetch, at shop/fetch.py:12"
  std::string waiter(const replay::Wait& wait) const;
  std::string failure(event::FailureId id) const { return say_.failure(id); }
  std::string_view failure_type(event::FailureId id) const;
  bool is_cancelled_error(event::FailureId id) const;
  event::StackId traceback(event::FailureId id) const;

  // What happened at `stack` when that is the program's own; else, inside a delayed call, where that
  // was scheduled: of `reactor.callLater(1, d.callback)` nothing else is on the stack.
  event::StackId cause(event::StackId stack, const replay::Frame& inside) const;
  // The same for what happened at an event: the delayed call is looked for, in time linear in the
  // delayed calls. For few questions.
  event::StackId cause(event::StackId stack, replay::EventNumber at) const;

  // ---- Cited places ----
  // Places in Twisted itself are left out. Of what was created, raised or done, the two functions of
  // the program that called there are added as callers.
  void cite(Role role, event::StackId stack, Finding* finding) const;
  void cite(Role role, const event::Site& site, Finding* finding) const;
  void cite_created(const replay::Deferred& deferred, Finding* finding) const;
  // Each function of the program on the stack of an `await`, innermost first; at most four.
  void cite_waiter(const replay::Wait& wait, Finding* finding) const;
  void cite_raised(event::FailureId failure, Finding* finding) const;

 private:
  void look_at_callables();
  void look_at_reactor();
  void look_at_around();
  void look_at_coroutines();
  void look_at_calls();
  event::Site find_place(event::StackId stack) const;
  const replay::Pair* pair_before(event::DeferredId id, std::uint32_t position) const;
  static std::uint64_t hash_of(const event::Site& site, bool with_line);

  const text::Wording& say_;
  const replay::Model& model_;
  replay::EventNumber living_end_{};
  std::int64_t living_end_ns_ = 0;
  std::optional<std::uint16_t> reactor_thread_;
  bool is_asleep_ = false;
  bool has_outside_ = false;
  std::uint64_t coming_works_ = 0;
  bool stopped_by_signal_ = false;
  mutable std::vector<event::Site> places_;  // by StackId; unknown when its bit is not set
  mutable std::vector<bool> place_known_;
  std::vector<bool> own_callables_;      // by CallableId
  std::vector<bool> errback_callables_;  // by CallableId: takes failures on somebody's behalf
  mutable std::vector<std::uint32_t> stack_keys_;  // by StackId; 0: not worked out
  mutable std::unordered_map<std::uint64_t, std::uint32_t> site_keys_;
  std::unordered_map<event::DeferredId, const replay::Acquisition*> acquisitions_;
  std::unordered_map<event::DeferredId, const replay::Loop*> loops_;
  std::unordered_map<event::DeferredId, const replay::Work*> works_;
  std::unordered_map<event::DeferredId, const replay::Timeout*> timeouts_;
  std::unordered_map<event::DeferredId, const replay::Trigger*> triggers_;
  DeferredSet taken_;
  DeferredSet awaited_;
  std::unordered_map<event::DeferredId, const replay::FutureTie*> from_futures_;
  std::unordered_map<event::DeferredId, const replay::FutureTie*> as_futures_;
  std::unordered_set<std::uint64_t> coroutines_;
  std::unordered_multimap<std::uint64_t, const replay::DelayedCall*> coming_calls_;
};

}  // namespace reactortrack::analysis
