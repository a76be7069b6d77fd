// SPDX-License-Identifier: MIT
//
// About what is wrong: the findings, and the tree of waits. Both as Diagnosis has worked them out.
#include <algorithm>

#include "core/analysis/findings_json.h"
#include "core/text/text.h"
#include "wasm/answers.h"

namespace reactortrack::wasm {

namespace {

std::uint32_t count_of(const FoundInAll& found, analysis::Severity severity) {
  return found.count[static_cast<std::size_t>(severity)];
}

}  // namespace

void Answer::diagnosis_fields() {
  const Diagnosis& diagnosis = session_.diagnosis();
  json_.field("done", diagnosis.is_done()).field("pieces", diagnosis.pieces());
  json_.field("pieces_done", diagnosis.is_done() ? diagnosis.pieces() : diagnosis.pieces_done());
  json_.field("upto", number(diagnosis.found().upto));
}

void Answer::findings() {
  const FoundInAll& found = session_.diagnosis().found();
  const std::uint32_t errors = count_of(found, analysis::Severity::kError);
  const std::uint32_t warnings = count_of(found, analysis::Severity::kWarning);
  const std::uint32_t infos = count_of(found, analysis::Severity::kInfo);
  json_.begin_object();
  diagnosis_fields();
  json_.field("errors", errors).field("warnings", warnings).field("infos", infos);
  json_.field("total", errors + warnings + infos).key("findings").begin_array();
  const std::size_t most = a_ == 0 ? Diagnosis::kMostFindings : a_;
  for (std::size_t at = 0; at < std::min(most, found.findings.size()); ++at)
    finding(found.findings[at]);
  json_.end().end();
}

void Answer::finding(const Found& found) {
  const analysis::Finding& finding = found.finding;
  const replay::Deferred* deferred = model_.find(finding.deferred);
  EventNumber go = finding.event;
  for (const EventNumber each : found.site_events)
    if (!replay::happened(go)) go = each;
  // Its tile is to be there.
  if (deferred != nullptr) go = std::max(go, deferred->seen_at);
  json_.begin_object().field("heading", analysis::heading(finding.kind));
  json_.field("label", deferred == nullptr ? std::string() : names_.of(*deferred)).key("node");
  deferred == nullptr ? json_.null() : json_.value(node(*deferred));
  json_.field("go", number(go)).key("site_events").begin_array();
  for (const EventNumber each : found.site_events) json_.value(number(each));
  json_.end().key("site_places").begin_array();
  for (const analysis::CitedSite& each : finding.sites) json_.value(say_.place_in(each.site));
  json_.end();
  analysis::add_fields(finding, say_, &json_);
  json_.end();
}

void Answer::wait_tree() {
  const FoundInAll& found = session_.diagnosis().found();
  json_.begin_object();
  diagnosis_fields();
  json_.field("cut_off", found.waits.size() == Diagnosis::kMostWaits);
  json_.field("asleep", found.asleep).key("rows").begin_array();
  for (const analysis::WaitRow& row : found.waits) {
    const replay::Deferred* deferred = model_.find(row.deferred);
    const replay::State its = deferred == nullptr
                                  ? replay::State::kPending
                                  : replay::state_of(model_, *deferred, timeline_.last());
    json_.begin_object().field("depth", row.depth).field("deferred", number(row.deferred));
    json_.field("name", row.name).field("state", replay::word(its));
    json_.field("glyph", map::glyph(its)).field("how", row.how);
    json_.field("place", row.site.line == 0 ? std::string() : say_.place_in(row.site));
    ns("age_ns", row.age_ns);
    json_.field("event", number(timeline_.at_time(row.since_ns)));
    json_.field("cause", row.cause).field("cycle", row.in_cycle).field("told", row.told);
    json_.field("over", row.over);
    json_.field("node", deferred == nullptr ? 0u : node(*deferred)).end();
  }
  json_.end().end();
}

}  // namespace reactortrack::wasm
