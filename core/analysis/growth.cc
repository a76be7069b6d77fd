// SPDX-License-Identifier: MIT
//
// What grows, and what takes long: piling-up, slow.
#include <algorithm>
#include <unordered_map>
#include <vector>

#include "core/analysis/detectors.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using replay::happened;
using text::count_text;
using text::duration_text;
using text::plural;

namespace {

// What one place has made.
struct Made {
  std::uint64_t all = 0;
  std::uint64_t open = 0;  // at the end
  replay::EventNumber first{};
  replay::EventNumber last{};
  event::StackId stack{};
  const replay::Deferred* newest = nullptr;

  void add(event::StackId where, replay::EventNumber at, bool is_open) {
    ++all;
    if (!is_open) return;
    ++open;
    if (!happened(first)) first = at;
    last = at;
    stack = where;
  }
};

// Made over a time, not all at once, and most of it is still there.
bool grows(const Look& look, const Made& made) {
  if (made.open < look.options.pile || made.open * 2 < made.all) return false;
  const std::int64_t spread_ns = look.facts.ns(made.last) - look.facts.ns(made.first);
  return spread_ns * 4 >= look.facts.age_ns(made.first);
}

Finding& add_pile(const Look& look, const Made& made, std::uint64_t count) {
  const bool large = count >= std::uint64_t{5} * look.options.pile;
  Finding& finding = look.add(Kind::kPilingUp, large ? Severity::kWarning : Severity::kInfo,
                              made.newest == nullptr ? event::DeferredId{} : made.newest->id);
  look.since(made.first, &finding);
  finding.count = 1;
  return finding;
}

std::string growth_text(const Look& look, const Made& made) {
  return ": the first since " + look.facts.at(made.first) + ", the newest since " +
         look.facts.at(made.last);
}

void pending_deferreds(const Look& look) {
  const Facts& facts = look.facts;
  std::unordered_map<std::uint32_t, Made> sites;
  for (const replay::Deferred& each : facts.model().deferreds()) {
    if (!happened(facts.created_at(each)) || facts.is_internal(each)) continue;
    const std::uint32_t key = facts.site_key(facts.origin(each).created_stack);
    if (key == 0) continue;
    Made& made = sites[key];
    const bool open = facts.is_open(each);
    made.add(facts.origin(each).created_stack, facts.created_at(each), open);
    if (open) made.newest = &each;
  }
  for (const auto& [key, made] : sites) {
    if (!grows(look, made)) continue;
    Finding& finding = add_pile(look, made, made.open);
    finding.message = count_text(made.open) + " of " + plural(made.all, "Deferred") +
                      " created in " + facts.in(made.stack) + " are unfinished at the end" +
                      growth_text(look, made) + ". More are made than ever finish.";
    const Bottom bottom = look.graph.bottom(*made.newest);
    const replay::Deferred* last = facts.find(bottom.deferred);
    if (last != nullptr && last != made.newest)
      finding.message +=
          " The newest waits for " + facts.name(*last) + ": " + look.graph.why(bottom) + ".";
    facts.cite(Role::kCreated, made.stack, &finding);
    if (last != nullptr) facts.cite_created(*last, &finding);
    facts.each_waiter(*made.newest,
                      [&](const replay::Wait& wait) { facts.cite_waiter(wait, &finding); });
  }
}

void pending_calls(const Look& look) {
  const Facts& facts = look.facts;
  std::unordered_map<std::uint32_t, Made> sites;
  std::unordered_map<std::uint32_t, event::CallableId> functions;
  for (const replay::DelayedCall& each : facts.model().delayed_calls()) {
    if (!happened(each.scheduled_at) || !facts.is_own(each.stack)) continue;
    const std::uint32_t key = facts.site_key(each.stack);
    sites[key].add(each.stack, each.scheduled_at,
                   !happened(each.started_at) && !happened(each.ended_at));
    functions[key] = each.function;
  }
  for (const auto& [key, made] : sites) {
    if (!grows(look, made)) continue;
    Finding& finding = add_pile(look, made, made.open);
    finding.message = count_text(made.open) + " of " + plural(made.all, "delayed call") + " of " +
                      facts.function(functions[key]) + " scheduled in " + facts.in(made.stack) +
                      " are still to come at the end" + growth_text(look, made) +
                      ". They are scheduled faster than they run or are cancelled.";
    facts.cite(Role::kCreated, made.stack, &finding);
  }
}

// Callbacks that one line adds to one Deferred again and again.
void pending_callbacks(const Look& look) {
  const Facts& facts = look.facts;
  for (const replay::Deferred& each : facts.model().deferreds()) {
    if (each.pair_count < look.options.pile || each.fired() || !facts.is_open(each)) continue;
    std::unordered_map<std::uint32_t, Made> sites;
    facts.each_pair(each, [&](const replay::Pair& pair) {
      sites[facts.site_key(facts.attachment(pair).stack)].add(facts.attachment(pair).stack,
                                                              pair.attached_at, true);
    });
    for (auto& [key, made] : sites) {
      made.newest = &each;
      if (!grows(look, made)) continue;
      Finding& finding = add_pile(look, made, made.open);
      finding.message = plural(made.open, "callback") + " were attached in " +
                        facts.in(made.stack) + " to one Deferred that has not fired, " +
                        facts.name(each) + growth_text(look, made) +
                        ". All of them are kept until it fires.";
      facts.cite(Role::kAttached, made.stack, &finding);
      facts.cite_created(each, &finding);
    }
  }
}

void full_queues(const Look& look) {
  const Facts& facts = look.facts;
  for (const LockState& lock : look.graph.locks()) {
    const bool is_queue = lock.resource->what == event::ResourceKind::kQueue;
    const std::uint64_t count = is_queue ? lock.put : lock.queue.size();
    if (count < look.options.pile) continue;
    Made made;
    made.first = lock.resource->seen_at;
    if (!is_queue) made.newest = facts.find(lock.queue.back()->deferred);
    Finding& finding = add_pile(look, made, count);
    std::string& say = finding.message;
    say = "The " + facts.say().type(lock.resource->type, "queue") + " made in " +
          facts.in(lock.resource->stack);
    facts.cite(Role::kCreated, lock.resource->stack, &finding);
    if (is_queue) {
      say += " holds " + plural(count, "item") +
             " at the end that nobody took: more is put into it than is got out.";
      for (const replay::Release& each : facts.around().releases())
        if (each.resource == lock.resource->id) facts.cite(Role::kCulprit, each.stack, &finding);
      for (const replay::Acquisition& each : facts.around().acquisitions())
        if (each.resource == lock.resource->id) facts.cite(Role::kWaiter, each.stack, &finding);
    } else {
      say += " has " + plural(count, "acquirer") + " in its queue at the end, the first for " +
             duration_text(facts.age_ns(lock.queue.front()->asked_at)) + ".";
      facts.cite(Role::kWaiter, lock.queue.back()->stack, &finding);
      for (const Holder& each : lock.holders)
        facts.cite(Role::kHolder, each.acquisition->stack, &finding);
    }
  }
}

}  // namespace

// `pile` or more that one place has made over a time (the last ones well after the first) and that
// are unfinished at the end, more than half of all it made: Deferreds, delayed calls, callbacks on
// one Deferred. And a queue that holds as many items, or a lock with as many in its queue. A warning
// from five times `pile` on.
void find_piles(const Look& look) {
  pending_deferreds(look);
  pending_calls(look);
  pending_callbacks(look);
  full_queues(look);
}

namespace {

struct Peers {
  std::size_t count = 0;
  std::vector<float> took_ns;  // of all; half of what exact times take, and digits enough
  std::vector<const replay::Deferred*> members;  // the slow ones
};

// The Deferreds whose time from creation to fire is the program's, and that time.
template <class Visit>
void each_timed(const Facts& facts, Visit&& visit) {
  for (const replay::Deferred& each : facts.model().deferreds()) {
    if (!each.fired() || !happened(facts.created_at(each)) || facts.is_internal(each)) continue;
    if (facts.origin(each).created_stack == event::StackId::kNone || facts.loop(each.id) != nullptr)
      continue;
    visit(each, facts.ns(each.fired_at) - facts.ns(facts.created_at(each)));
  }
}

// A coroutine's kin are those of its function; other Deferreds are told by where they were made.
std::uint64_t kin(const Facts& facts, const replay::Deferred& deferred) {
  if (facts.origin(deferred).coroutine == event::CallableId::kNone)
    return facts.site_key(facts.origin(deferred).created_stack);
  const event::Site site = facts.defined(facts.origin(deferred).coroutine);
  return (std::uint64_t{1} << 63) | (std::uint64_t{event::number(site.file)} << 32) |
         (site.line ^ (event::number(site.function) << 16));
}

std::string breakdown(const Facts& facts, const replay::Deferred& deferred, Finding* finding) {
  const replay::Wait* longest = nullptr;
  std::int64_t longest_ns = 0;
  facts.each_wait(deferred, [&](const replay::Wait& wait) {
    replay::EventNumber end = happened(wait.ended_at) ? wait.ended_at : deferred.fired_at;
    // A list hears of no member's end apart: its waits end with it, whichever member was late.
    const replay::Deferred* member = facts.find(wait.on);
    if (wait.how == event::WaitKind::kListMember && member != nullptr && member->fired())
      end = std::min(end, member->fired_at);
    const std::int64_t end_ns = facts.ns(end);
    const std::int64_t took_ns = end_ns - facts.ns(wait.started_at);
    if (took_ns <= longest_ns) return;
    longest_ns = took_ns;
    longest = &wait;
  });
  if (longest == nullptr) return "";
  const replay::Deferred* on = facts.find(longest->on);
  facts.cite_waiter(*longest, finding);
  if (on != nullptr) facts.cite_created(*on, finding);
  return " Of that it waited " + duration_text(longest_ns) + " at " +
         facts.say().place(facts.place(longest->stack)) + " for " +
         (on == nullptr ? text::deferred_text(longest->on) : facts.name(*on)) + ".";
}

}  // namespace

// A Deferred that took `slow` or longer until it fired, and `slow_factor` times as long as the median
// of eight or more of its kin; with fewer kin, a coroutine that took `slow`. It says where the time
// went.
void find_slow(const Look& look) {
  const Facts& facts = look.facts;
  constexpr std::size_t kEnough = 8;
  std::unordered_map<std::uint64_t, Peers> families;
  each_timed(facts, [&](const replay::Deferred& each, std::int64_t took_ns) {
    if (took_ns >= look.options.slow_ns) families[kin(facts, each)].members.push_back(&each);
  });
  if (families.empty()) return;
  // Counted first: a family can be as large as the recording, and a vector that grows takes twice that.
  const auto each_of_family = [&](const auto& visit) {
    each_timed(facts, [&](const replay::Deferred& each, std::int64_t took_ns) {
      const auto family = families.find(kin(facts, each));
      if (family != families.end()) visit(&family->second, took_ns);
    });
  };
  each_of_family([](Peers* peers, std::int64_t) { ++peers->count; });
  for (auto& [key, peers] : families) peers.took_ns.reserve(peers.count);
  each_of_family([](Peers* peers, std::int64_t took_ns) {
    peers->took_ns.push_back(static_cast<float>(took_ns));
  });
  for (auto& [key, peers] : families) {
    const auto middle = peers.took_ns.begin() + std::ssize(peers.took_ns) / 2;
    std::nth_element(peers.took_ns.begin(), middle, peers.took_ns.end());
    const auto median_ns = static_cast<std::int64_t>(*middle);
    const bool enough = peers.took_ns.size() >= kEnough;
    for (const replay::Deferred* each : peers.members) {
      const std::int64_t took_ns = facts.ns(each->fired_at) - facts.ns(facts.created_at(*each));
      const bool stands_out = enough && took_ns >= median_ns * look.options.slow_factor;
      if (!stands_out && (enough || facts.origin(*each).coroutine == event::CallableId::kNone))
        continue;
      Finding& finding = look.add(Kind::kSlow, Severity::kInfo, each->id);
      finding.event = each->fired_at;
      finding.since_ns = facts.ns(facts.created_at(*each));
      finding.duration_ns = took_ns;
      const std::string name = facts.name(*each);
      finding.message = "T" + name.substr(1) + ", took " + duration_text(took_ns) + " from " +
                        facts.at(facts.created_at(*each)).substr(3) + " on";
      if (stands_out)
        finding.message += "; half of " + count_text(peers.took_ns.size()) +
                           " like it took less than " + duration_text(median_ns + 1);
      finding.message += "." + breakdown(facts, *each, &finding);
      facts.cite_created(*each, &finding);
      if (facts.origin(*each).coroutine != event::CallableId::kNone)
        facts.cite(Role::kCulprit, facts.defined(facts.origin(*each).coroutine), &finding);
    }
  }
}

}  // namespace reactortrack::analysis
