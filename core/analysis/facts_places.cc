// SPDX-License-Identifier: MIT
//
// Facts: where things are in the program, and which of those places a finding cites.
#include "core/analysis/facts.h"

#include "core/text/text.h"

namespace reactortrack::analysis {

using event::number;
using replay::EventNumber;

namespace {

bool is_package(std::string_view path) {
  return path.find("-packages/") != path.npos || text::is_twisted(path);
}

// Of the library that comes with Python.
bool is_pythons(std::string_view path) {
  return (path.find("/lib/python3") != path.npos && !is_package(path)) ||
         path.starts_with("<frozen");
}

bool is_library(std::string_view path) { return is_package(path) || is_pythons(path); }

}  // namespace

// ---- Places ---------------------------------------------------------------------------------------

std::uint64_t Facts::hash_of(const event::Site& site, bool with_line) {
  const std::uint64_t name = (std::uint64_t{number(site.file)} << 32) | number(site.function);
  return name * 0x9E3779B97F4A7C15u + (with_line ? site.line : 0u);
}

event::Site Facts::find_place(event::StackId stack) const {
  constexpr std::size_t kMaxFrames = 1024;
  const log::Definitions& definitions = say_.definitions();
  event::StackId at = stack;
  for (std::size_t depth = 0; at != event::StackId::kNone && depth < kMaxFrames; ++depth) {
    const event::Stack entry = definitions.stack(at);
    const event::Site site = definitions.site(entry.site);
    if (say_.is_reactor_loop(site)) break;
    if (!is_library(definitions.text(site.file))) return site;
    if (number(entry.caller) >= number(at)) break;
    at = entry.caller;
  }
  return say_.own_frame(stack);
}

const event::Site& Facts::place(event::StackId stack) const {
  const std::uint32_t index = number(stack) < places_.size() ? number(stack) : 0;
  if (!place_known_[index]) {
    places_[index] = find_place(static_cast<event::StackId>(index));
    place_known_[index] = true;
  }
  return places_[index];
}

bool Facts::is_own(event::StackId stack) const {
  if (stack == event::StackId::kNone) return false;
  const std::string_view file = say_.definitions().text(place(stack).file);
  return !text::is_twisted(file) && !is_pythons(file);
}

std::vector<event::Site> Facts::own_frames(event::StackId stack, std::size_t most) const {
  std::vector<event::Site> frames;
  constexpr std::size_t kMaxFrames = 64;
  const log::Definitions& definitions = say_.definitions();
  for (std::size_t depth = 0;
       stack != event::StackId::kNone && depth < kMaxFrames && frames.size() < most; ++depth) {
    const event::Stack entry = definitions.stack(stack);
    const event::Site site = definitions.site(entry.site);
    if (say_.is_reactor_loop(site)) break;
    if (!is_library(definitions.text(site.file))) frames.push_back(site);
    if (number(entry.caller) >= number(stack)) break;
    stack = entry.caller;
  }
  return frames;
}

std::string Facts::called_from(event::StackId stack) const {
  const std::vector<event::Site> frames = own_frames(stack, 2);
  if (frames.size() < 2) return "";
  return ", called from " + in(frames[1]);
}

std::string Facts::in(const event::Site& site) const {
  const std::string function = say_.text(site.function);
  const std::string place = say_.place(site);
  if (function.empty() || function == "<module>") return place;
  return function + " (" + place + ")";
}

event::Site Facts::defined(event::CallableId callable) const {
  return say_.definitions().site(say_.definitions().callable(callable).site);
}

std::uint32_t Facts::site_key(event::StackId stack) const {
  const std::uint32_t index = number(stack);
  if (index == 0 || index >= stack_keys_.size()) return 0;
  if (stack_keys_[index] == 0) {
    const auto next = static_cast<std::uint32_t>(site_keys_.size() + 1);
    stack_keys_[index] = site_keys_.try_emplace(hash_of(place(stack), true), next).first->second;
  }
  return stack_keys_[index];
}

// ---- Cited places ---------------------------------------------------------------------------------

void Facts::cite(Role role, const event::Site& site, Finding* finding) const {
  if (site.line == 0 && site.file == event::StringId::kNone) return;
  const std::string_view file = say_.definitions().text(site.file);
  if (text::is_twisted(file) || is_pythons(file)) return;
  const CitedSite cited{role, site};
  if (std::find(finding->sites.begin(), finding->sites.end(), cited) == finding->sites.end())
    finding->sites.push_back(cited);
}

void Facts::cite(Role role, event::StackId stack, Finding* finding) const {
  if (stack == event::StackId::kNone) return;
  cite(role, place(stack), finding);
  if (role != Role::kCreated && role != Role::kRaised && role != Role::kCulprit) return;
  constexpr std::size_t kMost = 3;  // with the place itself
  const std::vector<event::Site> frames = own_frames(stack, kMost);
  for (std::size_t i = 1; i < frames.size(); ++i)
    finding->callers.push_back({Role::kCaller, frames[i]});
}

event::StackId Facts::cause(event::StackId stack, const replay::Frame& inside) const {
  if (is_own(stack) || inside.kind() != replay::FrameKind::kCall) return stack;
  const replay::DelayedCall* call = model_.find(inside.call());
  return call == nullptr || !is_own(call->stack) ? stack : call->stack;
}

event::StackId Facts::cause(event::StackId stack, EventNumber at) const {
  if (is_own(stack)) return stack;
  for (const replay::DelayedCall& each : model_.delayed_calls()) {
    if (!happened(each.started_at) || each.started_at > at || !is_own(each.stack)) continue;
    if (happened(each.ended_at) && each.ended_at < at) continue;
    if (each.thread == thread_at(at)) return each.stack;
  }
  return stack;
}

void Facts::cite_created(const replay::Deferred& deferred, Finding* finding) const {
  cite(Role::kCreated, origin(deferred).created_stack, finding);
}

void Facts::cite_waiter(const replay::Wait& wait, Finding* finding) const {
  cite(Role::kWaiter, wait.stack, finding);
  if (wait.how != event::WaitKind::kAwaited) return;
  constexpr std::size_t kMost = 4;
  for (const event::Site& each : own_frames(wait.stack, kMost)) cite(Role::kWaiter, each, finding);
}

void Facts::cite_raised(event::FailureId failure, Finding* finding) const {
  cite(Role::kRaised, traceback(failure), finding);
}

}  // namespace reactortrack::analysis
