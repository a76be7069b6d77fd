// SPDX-License-Identifier: MIT
//
// What the reactor does: its turns, its waits for input and output, and its delayed calls.
#pragma once

#include "recorder/object.h"

#include <cstdint>

#include "core/event/event.h"

namespace reactortrack::recorder {

// The number of the call that was scheduled last, and the next one, for a call from a thread.
event::DelayedCallId last_call_id();
event::DelayedCallId next_call_id();
// Seconds as a Python number -> nanoseconds; 0 for what is none.
std::int64_t nanoseconds(PyObject* seconds);

// In a DelayedCall's finalizer.
void delayed_call_collected(PyObject* call);
// Forgets everything; at the end of a recording.
void forget_delayed_calls();

std::size_t delayed_call_slots();  // of the table of those that live
// A segment of a ring has begun: calls to come are told again, a few with each carry_some_calls(),
// which returns false when there are no more.
void begin_carrying_calls();
bool carry_some_calls();
// What is remembered by numbers of definitions that are void now.
void forget_definitions_of_calls();

}  // namespace reactortrack::recorder
