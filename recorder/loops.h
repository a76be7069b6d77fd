// SPDX-License-Identifier: MIT
//
// LoopingCall: its start, its iterations, its end.
#pragma once

#include "recorder/object.h"

namespace reactortrack::recorder {

// What a LoopingCall calls, for names; nullptr when `object` is none. May be the `countCallable` of
// LoopingCall.withCount.
Owned looped_function(PyObject* object);

// In a finalizer.
void loop_collected(PyObject* object);
// Forgets everything; at the end of a recording.
void forget_loops();

}  // namespace reactortrack::recorder
