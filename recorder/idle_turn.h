// SPDX-License-Identifier: MIT
//
// ReactorBase.runUntilCurrent(), done natively where no call is due.
//
// Most turns of a reactor find nothing to do but to put new delayed calls into the heap, whose order is
// asked of Python. The native function does that with the same steps as heapq, comparing numbers. As
// soon as something else is to be done, or is not as in a known release, it leaves the rest to the
// Python function, which goes on from there.
#pragma once

#include "recorder/object.h"

namespace reactortrack::recorder {

// What of Twisted is known; nullptr: not. References for as long as hooks are installed.
struct IdleTurnObjects {
  PyTypeObject* type = nullptr;        // DelayedCall
  PyObject* activate_delay = nullptr;  // its methods
  PyObject* less_than = nullptr;
  PyObject* insert = nullptr;    // ReactorBase._insertNewDelayedCalls
  PyObject* globals = nullptr;   // the dictionary of twisted.internet.base
  PyObject* heappush = nullptr;  // what that has from heapq
};

// Once an installation. `objects` are kept.
void prepare_idle_turns(const IdleTurnObjects& objects);

enum class IdleTurn {
  kDone,      // nothing was due, and no new call was put into the heap
  kCallsPut,  // nothing was due
  kNotKnown,  // the Python function is to be called
};

// No exception is left.
IdleTurn native_idle_turn(PyObject* reactor);

}  // namespace reactortrack::recorder
