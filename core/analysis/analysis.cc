// SPDX-License-Identifier: MIT
#include "core/analysis/analysis.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "core/analysis/detectors.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

namespace {

using Detector = void (*)(const Look&);

constexpr Detector kDetectors[] = {
    find_never_fired,
    find_wait_cycles,
    find_collected_pending,
    find_locks_held,
    find_exhausted_pools,
    find_unhandled_failures,
    find_failure_traces,
    find_swallowed_failures,
    find_fired_twice,
    find_wrong_threads,
    find_deep_recursion,
    find_ineffective_cancels,
    find_who_cancelled,
    find_taken_results,
    find_deferreds_as_values,
    find_unbalanced_pauses,
    find_dropped_work,
    find_outliving,
    find_context_leaks,
    find_stopped_loops,
    find_stuck_loops,
    find_overlapping_loops,
    find_blocked_reactor,
    find_starved_calls,
    find_piles,
    find_slow,
};

// Findings of one kind with the same places are one. Without places, each stands for itself.
bool is_same(const Finding& a, const Finding& b) {
  if (a.kind != b.kind || a.severity != b.severity || a.sites.size() != b.sites.size())
    return false;
  if (a.sites.empty()) return a.message == b.message;
  return std::equal(a.sites.begin(), a.sites.end(), b.sites.begin(),
                    [](const CitedSite& one, const CitedSite& other) {
                      return one.role == other.role && one.site.file == other.site.file &&
                             one.site.line == other.site.line;
                    });
}

std::uint64_t hash_of(const Finding& finding) {
  std::uint64_t hash =
      static_cast<std::uint64_t>(finding.kind) << 8 | static_cast<std::uint64_t>(finding.severity);
  const auto mix = [&](std::uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
  };
  for (const CitedSite& each : finding.sites) {
    mix(static_cast<std::uint64_t>(each.role));
    mix(std::uint64_t{event::number(each.site.file)} << 32 | each.site.line);
  }
  if (finding.sites.empty()) mix(std::hash<std::string>{}(finding.message));
  return hash;
}

void append_callers(Finding* finding) {
  constexpr std::size_t kMostSites = 12;
  for (const CitedSite& each : finding->callers) {
    const bool known =
        std::any_of(finding->sites.begin(), finding->sites.end(), [&](const CitedSite& other) {
          return other.site.file == each.site.file && other.site.line == each.site.line;
        });
    if (!known && finding->sites.size() < kMostSites) finding->sites.push_back(each);
  }
  finding->callers.clear();
}

// What is said when all are known.
void conclude(std::vector<Finding>* findings) {
  for (Finding& each : *findings) {
    append_callers(&each);
    if (each.count > 1)
      each.message += " The same happened " + text::plural(each.count - 1, "more time") +
                      " at the same places.";
  }
}

// Errors first; those of a kind together, the longest first.
void sort(std::vector<Finding>* findings) {
  std::stable_sort(findings->begin(), findings->end(), [](const Finding& a, const Finding& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    if (a.kind != b.kind) return a.kind < b.kind;
    return a.duration_ns > b.duration_ns;
  });
}

// Before the detectors: the facts, then the graph of waits. Behind them: putting in order.
constexpr std::size_t kFirstDetector = 2;
constexpr std::size_t kSteps = kFirstDetector + std::size(kDetectors) + 1;

}  // namespace

std::size_t Analysis::step_count() { return kSteps; }

bool Analysis::step() {
  if (steps_done_ == kSteps) return false;
  const std::size_t step = steps_done_++;
  if (step == 0) {
    facts_.emplace(wording_);
  } else if (step == 1) {
    graph_.emplace(*facts_);
  } else if (step < kSteps - 1) {
    std::vector<Finding> found;
    const std::function<void()> take = [&] { join(std::exchange(found, {})); };
    kDetectors[step - kFirstDetector](Look{*facts_, *graph_, options_, &found, take});
    take();
  } else {
    conclude(&findings_);
    sort(&findings_);
  }
  return steps_done_ < kSteps;
}

// Findings of one kind with the same places become the first of them. A thousand at a time: some
// detectors find the same a hundred thousand times, and their words are not kept until the end.
void Analysis::join(std::vector<Finding> found) {
  constexpr std::size_t kMostOthers = 20;
  constexpr std::size_t kMostCallers = 24;
  for (Finding& each : found) {
    if (keep_ && !keep_(each)) continue;
    const std::uint64_t hash = hash_of(each);
    const auto [begin, end] = places_.equal_range(hash);
    const auto known = std::find_if(
        begin, end, [&](const auto& place) { return is_same(findings_[place.second], each); });
    if (known == end) {
      places_.emplace(hash, findings_.size());
      findings_.push_back(std::move(each));
      continue;
    }
    Finding& first = findings_[known->second];
    first.count += each.count;
    first.duration_ns = std::max(first.duration_ns, each.duration_ns);
    if (each.deferred != event::DeferredId::kNone && first.others.size() < kMostOthers)
      first.others.push_back(each.deferred);
    for (const CitedSite& caller : each.callers)
      if (first.callers.size() < kMostCallers &&
          std::find(first.callers.begin(), first.callers.end(), caller) == first.callers.end())
        first.callers.push_back(caller);
  }
}

std::vector<Finding> findings(const text::Wording& wording, const Options& options,
                              const Keep& keep) {
  Analysis analysis(wording, options, keep);
  while (analysis.step()) {
  }
  return std::move(analysis.findings());
}

}  // namespace reactortrack::analysis
