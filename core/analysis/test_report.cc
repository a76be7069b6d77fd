// SPDX-License-Identifier: MIT
#include "core/analysis/test_report.h"

#include <algorithm>

#include "core/analysis/facts.h"
#include "core/analysis/wait_tree.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using replay::EventNumber;
using replay::happened;
using text::clean;
using text::duration_text;
using text::plural;

namespace {

constexpr std::size_t kMostRowsOfTest = 40;
constexpr std::size_t kMostFindings = 6;
constexpr std::size_t kMostSites = 4;
constexpr std::size_t kMostCalls = 8;
constexpr std::size_t kWidth = 98;

// Kinds that explain a failed test even where, in a program at large, they would be no more than
// worth knowing.
bool may_explain(Kind kind) {
  switch (kind) {
    case Kind::kNeverFired:
    case Kind::kFailureTrace:
    case Kind::kDroppedWork:
    case Kind::kCancelledBy:
    case Kind::kFailureSwallowed:
    case Kind::kLockHeld:
    case Kind::kPoolExhausted:
    case Kind::kOutlivesOwner:
    case Kind::kCollectedPending: return true;
    default: return false;
  }
}

// What comes to light when a test has ended, rather than being made by its end.
bool is_of_the_end(Kind kind) {
  return kind == Kind::kUnhandledFailure || kind == Kind::kDroppedWork ||
         kind == Kind::kCollectedPending || kind == Kind::kWrongThread || kind == Kind::kFiredTwice;
}

bool is_runners(const Facts& facts, const WaitRow& row) {
  const replay::Deferred* deferred = facts.find(row.deferred);
  return deferred != nullptr && is_runners(facts, *deferred);
}

class WaitLines {
 public:
  WaitLines(const Facts& facts, const Tests& tests, const Test& test)
      : facts_(facts), tests_(tests), test_(test) {}

  std::vector<std::string> lines() {
    const WaitGraph graph(facts_);
    const std::vector<WaitRow> rows = wait_tree(graph, facts_);
    for (std::size_t at = 0; at < rows.size();) {
      std::size_t end = at + 1;
      while (end < rows.size() && rows[end].depth != 0) ++end;
      tree(std::span(rows).subspan(at, end - at));
      at = end;
    }
    if (left_out_ != 0) lines_.push_back("and " + plural(left_out_, "more line"));
    calls();
    return std::move(lines_);
  }

 private:
  void tree(std::span<const WaitRow> rows) {
    const replay::Deferred* root = facts_.find(rows.front().deferred);
    if (root == nullptr || !tests_.made(test_, *root)) return;
    while (rows.size() > 1 && is_runners(facts_, rows.front())) rows = rows.subspan(1);
    if (is_runners(facts_, rows.front())) return;
    const std::uint32_t depth = rows.front().depth;
    for (const WaitRow& each : rows) {
      if (rows_told_++ >= kMostRowsOfTest)
        ++left_out_;
      else
        row(each, 2 * (each.depth - std::min(depth, each.depth)));
    }
  }

  void row(const WaitRow& row, std::size_t indent) {
    const std::string margin(indent, ' ');
    if (row.in_cycle) {
      lines_.push_back(margin + row.name + "  (a ring: it stands above)");
      return;
    }
    lines_.push_back(margin + row.name + made_elsewhere(row));
    std::string detail = "waits " + duration_text(row.age_ns);
    if (row.site.line != 0) detail += " at " + facts_.say().place_in(row.site);
    if (!row.how.empty()) detail += " (" + row.how + ")";
    if (row.told) detail += "; what it waits for stands above";
    if (!row.cause.empty()) detail += "; " + row.cause;
    lines_.push_back(margin + "    " + detail);
  }

  std::string made_elsewhere(const WaitRow& row) const {
    const replay::Deferred* deferred = facts_.find(row.deferred);
    if (deferred == nullptr || tests_.made(test_, *deferred)) return "";
    const std::string maker = tests_.maker(facts_.created_at(*deferred));
    return maker.empty() ? ", made before the test" : ", made by " + maker;
  }

  // What a dirty reactor still had to do.
  void calls() {
    std::size_t count = 0;
    for (const replay::DelayedCall& each : facts_.model().delayed_calls()) {
      if (happened(each.started_at) || happened(each.ended_at)) continue;
      if (!tests_.is_in(test_, each.scheduled_at) || each.due_ns == replay::kNever) continue;
      if (is_runners(facts_, facts_.place(each.stack))) continue;
      if (++count > kMostCalls) continue;
      const std::int64_t due_ns = each.due_ns - facts_.end_ns();
      lines_.push_back("still scheduled: " + facts_.function(each.function) +
                       (due_ns > 0 ? " in " + duration_text(due_ns) : ", due now"));
      lines_.push_back("    by " + facts_.in(each.stack));
    }
    if (count > kMostCalls)
      lines_.push_back("and " + plural(count - kMostCalls, "more call") + " scheduled");
  }

  const Facts& facts_;
  const Tests& tests_;
  const Test& test_;
  std::vector<std::string> lines_;
  std::size_t rows_told_ = 0;
  std::size_t left_out_ = 0;
};

void add_wrapped(const std::string& text, std::size_t indent, std::vector<std::string>* lines) {
  std::string_view rest;
  const std::string wrapped = text::wrapped(text, indent, kWidth);
  for (rest = wrapped; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    lines->emplace_back(line);
  }
}

std::vector<std::string> finding_lines(const Facts& facts, const text::Wording& wording,
                                       const std::vector<Finding>& findings) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < findings.size() && i < kMostFindings; ++i) {
    const Finding& each = findings[i];
    const bool is_wrong = each.severity != Severity::kInfo;
    add_wrapped((is_wrong ? std::string(word(each.severity)) + ", " : "") +
                    std::string(word(each.kind)) + ": " + each.message,
                0, &lines);
    std::size_t told = 0;
    for (const CitedSite& cited : each.sites) {
      if (is_runners(facts, cited.site) || ++told > kMostSites) continue;
      lines.push_back("    " + text::left(word(cited.role), 12) + wording.place_in(cited.site));
    }
  }
  if (findings.size() > kMostFindings)
    lines.push_back("and " + plural(findings.size() - kMostFindings, "more finding"));
  return lines;
}

// A traceback tells as much of a failure that went through the test's own Deferred and one more.
bool went_far(const Facts& facts, const Tests& tests, const Test& test) {
  std::size_t failed = 0;
  for (auto each = facts.model().deferreds().size(); each-- != 0 && failed < 3;) {
    const replay::Deferred& deferred = facts.model().deferreds()[each];
    if (deferred.seen_at < test.started_at) break;
    const bool counts = deferred.fired_value().is_failure() && tests.made(test, deferred);
    failed += counts && !is_runners(facts, deferred) ? 1 : 0;
  }
  return failed >= 3;
}

}  // namespace

std::vector<Finding> belonging(const text::Wording& wording, const Test& test) {
  const Tests tests(wording);
  const Facts facts(wording);
  const replay::Model& model = wording.model();
  Options options;
  options.pending_ns = 0;  // nothing may be pending when a test is over
  std::vector<Finding> found = findings(wording, options, [&](const Finding& each) {
    if (each.severity == Severity::kInfo && !may_explain(each.kind)) return false;
    const replay::Deferred* deferred = model.find(each.deferred);
    if (deferred == nullptr) return tests.is_in(test, each.event);
    if (is_runners(facts, *deferred)) return false;
    if (each.kind == Kind::kFailureTrace && !went_far(facts, tests, test)) return false;
    return tests.made(test, *deferred) || tests.is_in(test, each.event) ||
           (each.kind == Kind::kUnhandledFailure && tests.is_in(test, deferred->collected_at));
  });
  for (Finding& each : found) {
    const replay::Deferred* deferred = model.find(each.deferred);
    if (deferred == nullptr || tests.made(test, *deferred)) continue;
    const std::string maker = tests.maker(facts.created_at(*deferred));
    if (!maker.empty()) each.message += " It was made by " + maker + ".";
  }
  return found;
}

void add_later(std::vector<Finding> later, std::vector<Finding>* findings) {
  for (Finding& each : later) {
    const bool known = std::any_of(findings->begin(), findings->end(), [&](const Finding& other) {
      const bool same = other.kind == each.kind || each.kind == Kind::kCollectedPending;
      return same && other.deferred == each.deferred;
    });
    if (!known && is_of_the_end(each.kind)) findings->push_back(std::move(each));
  }
  std::stable_sort(findings->begin(), findings->end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
}

TestReport test_report(const text::Wording& wording, const Test& test,
                       const std::vector<Finding>& findings) {
  TestReport report;
  const Facts facts(wording);
  const Tests tests(wording);
  report.waits = WaitLines(facts, tests, test).lines();
  report.findings = finding_lines(facts, wording, findings);
  return report;
}

}  // namespace reactortrack::analysis
