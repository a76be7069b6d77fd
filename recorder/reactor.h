// SPDX-License-Identifier: MIT
//
// What the reactor does: its turns, its waits for input and output, and its delayed calls.
#pragma once

#include "recorder/object.h"

namespace reactortrack::recorder {

// In a DelayedCall's finalizer.
void delayed_call_collected(PyObject* call);
// Forgets everything; at the end of a recording.
void forget_delayed_calls();

}  // namespace reactortrack::recorder
