// SPDX-License-Identifier: MIT
#include "core/analysis/analysis.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_map>

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

std::string key_of(const Finding& finding) {
  std::string key{static_cast<char>(finding.kind), static_cast<char>(finding.severity)};
  for (const CitedSite& each : finding.sites) {
    key += '/';
    key += std::to_string(static_cast<int>(each.role)) + ' ' +
           std::to_string(event::number(each.site.file)) + ' ' + std::to_string(each.site.line);
  }
  // Without places, each stands for itself.
  if (finding.sites.empty()) key += finding.message;
  return key;
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

// Findings of one kind with the same places become the first of them.
std::vector<Finding> joined(std::vector<Finding> findings) {
  constexpr std::size_t kMostOthers = 20;
  std::vector<Finding> joined;
  std::unordered_map<std::string, std::size_t> places;
  for (Finding& each : findings) {
    const auto [known, is_new] = places.try_emplace(key_of(each), joined.size());
    if (is_new) {
      joined.push_back(std::move(each));
      continue;
    }
    Finding& first = joined[known->second];
    first.count += each.count;
    first.duration_ns = std::max(first.duration_ns, each.duration_ns);
    if (each.deferred != event::DeferredId::kNone && first.others.size() < kMostOthers)
      first.others.push_back(each.deferred);
    first.callers.insert(first.callers.end(), each.callers.begin(), each.callers.end());
  }
  for (Finding& each : joined) append_callers(&each);
  for (Finding& each : joined)
    if (each.count > 1)
      each.message += " The same happened " + text::plural(each.count - 1, "more time") +
                      " at the same places.";
  return joined;
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
    kDetectors[step - kFirstDetector](Look{*facts_, *graph_, options_, &findings_});
  } else {
    if (keep_) std::erase_if(findings_, [&](const Finding& each) { return !keep_(each); });
    findings_ = joined(std::move(findings_));
    sort(&findings_);
  }
  return steps_done_ < kSteps;
}

std::vector<Finding> findings(const text::Wording& wording, const Options& options,
                              const Keep& keep) {
  Analysis analysis(wording, options, keep);
  while (analysis.step()) {
  }
  return std::move(analysis.findings());
}

}  // namespace reactortrack::analysis
