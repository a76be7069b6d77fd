// SPDX-License-Identifier: MIT
#include "core/analysis/finding.h"

#include <array>

namespace reactortrack::analysis {

namespace {

struct KindWords {
  std::string_view word;
  std::string_view heading;
};

constexpr std::array<KindWords, kKindCount> kKinds = {{
    {"never-fired", "Never fired"},
    {"wait-cycle", "Waiting for itself"},
    {"unhandled-failure", "Unhandled failure"},
    {"failure-trace", "Where a failure came from"},
    {"dropped-work", "Work nobody waits for"},
    {"fired-twice", "Fired twice"},
    {"cancel-ineffective", "Cancelled without effect"},
    {"cancelled-by", "Who cancelled it"},
    {"failure-swallowed", "Failure swallowed"},
    {"result-taken", "Result taken by another"},
    {"deferred-as-value", "A Deferred or coroutine as a value"},
    {"unbalanced-pause", "Unbalanced pause"},
    {"lock-held", "Lock held"},
    {"pool-exhausted", "Pool exhausted"},
    {"piling-up", "Piling up"},
    {"starved", "Starved"},
    {"deep-recursion", "Deep recursion"},
    {"reactor-blocked", "Reactor blocked"},
    {"wrong-thread", "Wrong thread"},
    {"loop-stopped", "Loop stopped"},
    {"loop-stuck", "Loop stuck"},
    {"loop-overlap", "Loop too slow for its interval"},
    {"outlives-owner", "Outlives its owner"},
    {"collected-pending", "Lost while pending"},
    {"context-leak", "Context leak"},
    {"slow", "Slow"},
}};

}  // namespace

std::string_view word(Kind kind) { return kKinds[static_cast<std::size_t>(kind)].word; }
std::string_view heading(Kind kind) { return kKinds[static_cast<std::size_t>(kind)].heading; }

bool parse(std::string_view word, Kind* kind) {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i].word != word) continue;
    *kind = static_cast<Kind>(i);
    return true;
  }
  return false;
}

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return "info";
    case Severity::kWarning: return "warning";
    case Severity::kError: return "error";
  }
  return "";
}

std::string_view word(Role role) {
  switch (role) {
    case Role::kCreated: return "created";
    case Role::kFired: return "fired";
    case Role::kFiredAgain: return "fired-again";
    case Role::kAttached: return "attached";
    case Role::kRaised: return "raised";
    case Role::kWaiter: return "waiter";
    case Role::kCancelled: return "cancelled";
    case Role::kCulprit: return "culprit";
    case Role::kHolder: return "holder";
    case Role::kChained: return "chained";
    case Role::kCollected: return "collected";
    case Role::kCaller: return "caller";
  }
  return "";
}

}  // namespace reactortrack::analysis
