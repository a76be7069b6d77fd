// SPDX-License-Identifier: MIT
//
// For the tests of the map: recordings, as the recorder writes them and as it never would.
#pragma once

#include <cstdint>
#include <random>

#include "core/log/sample_recording.h"

namespace reactortrack::map {

using event::CallableId;
using event::DeferredId;
using event::Lane;
using event::Outcome;
using event::WaitKind;

inline event::Result value() { return {.outcome = Outcome::kValue, .type = event::StringId{1}}; }
inline event::Result raised() {
  return {.outcome = Outcome::kFailureRaised, .failure = event::FailureId{1}};
}

// examples/example.py, the program of the documentation of 2013. #1 is d, #2 is d2. The callbacks of
// d: simpleCallback, followup, problem, simpleErrback (an errback), what chains d2, finished.
inline log::SampleRecording walk_of_2013() {
  log::SampleRecording out;
  const DeferredId d{1}, d2{2};
  const auto type = out.string("int");
  const auto function = [&](const char* name) { return out.callable("__main__", name); };
  const CallableId simple_callback = function("simpleCallback"), followup = function("followup");
  const CallableId problem = function("problem"), simple_errback = function("simpleErrback");
  const CallableId finished = function("finished");
  const CallableId fire = function("Deferred.callback"), fail = function("Deferred.errback");
  std::int64_t now = 0;
  const auto write = [&](const auto& event) { out.write(now += 1'000'000, event); };
  write(event::Created{.deferred = d, .type = type});
  write(event::Attached{d, simple_callback, {}, {}});
  write(event::Attached{d, followup, {}, {}});
  write(event::Attached{d, problem, {}, {}});
  write(event::Attached{d, {}, simple_errback, {}});
  write(event::Created{.deferred = d2, .type = type});
  write(event::Waiting{d2, d, WaitKind::kChainDeferred, {}});
  write(event::Attached{d, fire, fail, {}});
  write(event::Attached{d2, simple_callback, {}, {}});
  write(event::Attached{d, finished, {}, {}});
  write(event::Fired{d, {}, {}});
  const auto run = [&](DeferredId id, std::uint32_t position, Lane lane, event::Result result) {
    write(event::Started{id, position, lane});
    write(event::Finished{id, result});
  };
  run(d, 0, Lane::kCallback, value());
  run(d, 1, Lane::kCallback, value());
  write(event::Started{d, 2, Lane::kCallback});
  write(event::FailureSeen{event::FailureId{1}, out.string("RuntimeError"), {}, {}});
  write(event::Finished{d, raised()});
  run(d, 3, Lane::kErrback, {});
  write(event::Started{d, 4, Lane::kCallback});
  write(event::Fired{d2, {}, {}});
  run(d2, 0, Lane::kCallback, value());
  write(event::Finished{d, {}});
  run(d, 5, Lane::kCallback, {});
  write(event::End{event::EndReason::kExit});
  return out;
}

// A few Deferreds to which anything happens in any order, and much to the same ones.
inline log::SampleRecording anything(std::uint32_t seed, int count) {
  log::SampleRecording out;
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(random() % limit);
  };
  const CallableId f = out.callable("app", "f"), g = out.callable("app", "g");
  const auto type = out.string("app.Thing");
  std::uint32_t known = 1;
  const auto some = [&] { return DeferredId{1 + below(known)}; };
  const auto result = [&]() -> event::Result {
    switch (below(4)) {
      case 0: return raised();
      case 1: return {.outcome = Outcome::kDeferred, .deferred = some()};
      case 2: return {};
      default: return value();
    }
  };
  std::int64_t now = 0;
  const auto write = [&](const auto& event) { out.write(now += below(1000) * 100, event); };
  write(event::Thread{event::ThreadId{1}, type});
  write(event::FailureSeen{event::FailureId{1}, type, {}, {}});
  while (--count > 0) {
    switch (below(20)) {
      case 0:
      case 1: write(event::Created{.deferred = DeferredId{known++}, .type = type}); break;
      case 2:
      case 3:
      case 4:
        write(
            event::Attached{some(), below(3) ? f : CallableId{}, below(3) ? CallableId{} : g, {}});
        break;
      case 5:
      case 6: write(event::Fired{some(), result(), {}}); break;
      case 7:
      case 8:
      case 9:
        write(event::Started{some(), below(4), below(3) ? Lane::kCallback : Lane::kErrback});
        break;
      case 10:
      case 11:
      case 12: write(event::Finished{some(), result()}); break;
      case 13:
      case 14:
        write(event::Waiting{some(), some(), static_cast<WaitKind>(1 + below(4)), {}});
        break;
      case 15: write(event::Resumed{some(), some(), result()}); break;
      case 16: write(event::Taken{some(), some(), result()}); break;
      case 17:
        below(2) ? write(event::Paused{some(), 1, {}}) : write(event::Unpaused{some(), 0, {}});
        break;
      case 18:
        below(2) ? write(event::Cancelling{some(), {}})
                 : write(event::Cancelled{some(), event::CancelEffect::kByCanceller, {}});
        break;
      default:
        below(4) ? write(event::Collected{some(), event::EndState::kSucceeded, 0})
                 : write(event::Thread{event::ThreadId{1 + below(2)}, type});
    }
  }
  return out;
}

}  // namespace reactortrack::map
