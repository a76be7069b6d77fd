// SPDX-License-Identifier: MIT
//
// The words of JSON lines that are not those of event.h: the actions and keys of 2013, and the
// suffixes of keys that say more about the one before them.
#pragma once

#include "core/event/event.h"

namespace reactortrack::log {

inline constexpr const char* kExecuting = "executing";  // event::Started
inline constexpr const char* kExecuted = "executed";    // event::Finished
inline constexpr const char* kFailed = "failed";        // event::Finished with a failure
inline constexpr const char* kChained = "chained";      // event::Waiting by return or chainDeferred

inline constexpr const char* kLaneKey = "callback?";  // true: the callback ran, false: the errback
inline constexpr const char* kChainedTo = "to";
inline constexpr const char* kWaitingOn = "on";

inline constexpr const char* kSerialSuffix = "_serial";
inline constexpr const char* kModuleSuffix = "_module";
inline constexpr const char* kSiteSuffix = "_site";

}  // namespace reactortrack::log
