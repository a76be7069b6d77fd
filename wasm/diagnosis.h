// SPDX-License-Identifier: MIT
//
// Diagnosis: what core/analysis says of the recording, worked out in pieces while nothing else is to be
// done, so that nobody waits for it.
//
//   while (diagnosis.work() != 0) answer_others();
//   diagnosis.found().findings
//
// Cost: that of the analysis, 0.1 s for a million events and less for most pieces; kept are the
// findings, the tree of waits and the blocked stretches only, capped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/analysis/analysis.h"
#include "core/analysis/wait_tree.h"
#include "core/replay/timeline.h"
#include "core/text/wording.h"

namespace reactortrack::wasm {

// A finding, and where in the recording each place it cites comes up; kNone where none does.
struct Found {
  analysis::Finding finding;
  std::vector<replay::EventNumber> site_events;
};

// Between two polls, for longer than analysis::Options::blocked_ns.
struct Blocked {
  replay::EventNumber from{};
  replay::EventNumber to{};
  replay::EventNumber event{};  // where what took the time began
  std::int64_t length_ns = 0;
  std::string culprit;  // "callback store (shop/db.py:12)"; empty when nothing recorded took it
  event::DeferredId deferred{};
  std::uint64_t late = 0;  // delayed calls that had to wait for it
};

struct FoundInAll {
  replay::EventNumber upto{};  // the last event that was looked at
  std::vector<Found> findings;
  std::uint32_t count[3] = {};  // of all findings, by severity
  std::vector<analysis::WaitRow> waits;
  bool asleep =
      false;  // it breaks off in the reactor's sleep: how long they have waited is not known
  std::unordered_map<event::DeferredId, std::string>
      causes;  // why those at the bottom do not go on
  std::vector<Blocked> blocked;
};

class Diagnosis {
 public:
  // Must outlive it.
  explicit Diagnosis(const replay::Timeline& timeline) : timeline_(timeline) {}
  Diagnosis(const Diagnosis&) = delete;
  Diagnosis& operator=(const Diagnosis&) = delete;

  // Does one piece; begins anew when more has been read. Returns how many are left.
  std::uint32_t work();
  bool is_done() const { return found_.has_value() && found_->upto == timeline_.last(); }
  std::uint32_t pieces() const;
  std::uint32_t pieces_done() const { return pieces_done_; }
  // Of the last time that it was done; empty before the first.
  const FoundInAll& found() const;

  static constexpr std::size_t kMostFindings = 2'000;
  static constexpr std::size_t kMostWaits = 5'000;
  static constexpr std::size_t kMostBlocked = 500;

 private:
  void keep_findings(FoundInAll* found);
  void keep_waits(FoundInAll* found) const;
  void keep_blocked(FoundInAll* found) const;

  void begin();

  const replay::Timeline& timeline_;
  replay::EventNumber begun_at_{};
  std::uint32_t pieces_done_ = 0;
  std::optional<text::Wording> wording_;
  std::optional<analysis::Analysis> analysis_;
  std::optional<FoundInAll> next_;
  std::optional<FoundInAll> found_;
};

}  // namespace reactortrack::wasm
