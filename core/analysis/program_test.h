// SPDX-License-Identifier: MIT
//
// What the tests of the detectors share: a program in one file, app.py, and the story of its run.
//
//   Program program;
//   program.at_ms(100) << event::Created{.deferred = kD1, .stack = program.at("fetch", 12)};
//   EXPECT_EQ(program.find(Kind::kNeverFired).size(), 1u);
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/analysis/analysis.h"
#include "core/replay/story_test.h"
#include "core/text/wording.h"

namespace reactortrack::analysis {

using event::CallableId;
using event::DeferredId;
using event::FailureId;
using event::Lane;
using event::LoopId;
using event::Outcome;
using event::ResourceId;
using event::StackId;
using event::StringId;
using event::ThreadId;
using event::WaitKind;
using event::WorkId;
using replay::kD1;
using replay::kD2;
using replay::kD3;

class Program {
 public:
  Program() {
    file_ = string("/home/me/app.py");
    twisted_ = string("/venv/lib/python3.11/site-packages/twisted/internet/defer.py");
    module_ = string("__main__");
    at_ms(0) << event::Thread{.thread = ThreadId{1}, .name = string("MainThread")};
  }

  StringId string(const std::string& text) {
    const auto [known, is_new] = strings_.try_emplace(text);
    if (is_new) known->second = definitions_.add(event::String{known->first});
    return known->second;
  }
  // A stack whose innermost frame is that line of app.py.
  StackId at(const std::string& function, std::uint32_t line) {
    return stack(file_, function, line);
  }
  // The same, called by `caller`.
  StackId at(const std::string& function, std::uint32_t line, StackId caller) {
    const auto site = definitions_.add(event::Site{file_, string(function), line});
    return definitions_.add(event::Stack{caller, site});
  }
  StackId in_twisted(const std::string& function, std::uint32_t line) {
    return stack(twisted_, function, line);
  }
  CallableId function(const std::string& name, std::uint32_t line) {
    const auto site = definitions_.add(event::Site{file_, string(name), line});
    return definitions_.add(event::Callable{module_, string(name), site});
  }
  event::Result failed(FailureId failure) const {
    return {.outcome = Outcome::kFailureRaised, .failure = failure};
  }

  Program& at_ms(std::int64_t ms) {
    story_.at(ms * kMillisecond);
    return *this;
  }
  Program& operator<<(event::Body body) {
    story_ << std::move(body);
    return *this;
  }
  // A failure raised in app.py.
  Program& raise(FailureId failure, const char* type, const char* where, std::uint32_t line) {
    return *this << event::FailureSeen{
               .failure = failure, .type = string(type), .traceback = at(where, line)};
  }

  std::vector<Finding> findings(const Options& options = {}) const {
    const text::Wording wording(story_.model, definitions_);
    return analysis::findings(wording, options);
  }
  std::vector<Finding> find(Kind kind, const Options& options = {}) const {
    std::vector<Finding> found = findings(options);
    std::erase_if(found, [&](const Finding& each) { return each.kind != kind; });
    return found;
  }
  // The worst severity of all findings; info when there is none.
  Severity worst() const {
    Severity worst = Severity::kInfo;
    for (const Finding& each : findings()) worst = std::max(worst, each.severity);
    return worst;
  }
  // The lines that a finding cites in this role.
  static std::vector<std::uint32_t> lines(const Finding& finding, Role role) {
    std::vector<std::uint32_t> lines;
    for (const CitedSite& each : finding.sites)
      if (each.role == role) lines.push_back(each.site.line);
    return lines;
  }
  const replay::Model& model() const { return story_.model; }
  const log::Definitions& definitions() const { return definitions_; }

 private:
  StackId stack(StringId file, const std::string& function, std::uint32_t line) {
    const auto site = definitions_.add(event::Site{file, string(function), line});
    return definitions_.add(event::Stack{{}, site});
  }

  std::map<std::string, StringId> strings_;
  log::Definitions definitions_;
  replay::Story story_;
  StringId file_{};
  StringId twisted_{};
  StringId module_{};
};

using Lines = std::vector<std::uint32_t>;
inline constexpr DeferredId kD4{4};
inline constexpr FailureId kFailed{1};
inline constexpr ResourceId kLock{1};

}  // namespace reactortrack::analysis
