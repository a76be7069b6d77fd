// SPDX-License-Identifier: MIT
//
// The depth of calls. A Python function that runs natively counts as the frame it stands for, so that
// a program meets its RecursionError where it would without us, and not the end of the C stack.
#pragma once

#include "recorder/object.h"

#include <patchlevel.h>

namespace reactortrack::recorder {

// Lives while the native function does. `entered()` is false, with a RecursionError, when a Python
// function could not have been called any more.
class PythonDepth {
 public:
#if PY_VERSION_HEX >= 0x030C0000
  PythonDepth() : thread_(PyThreadState_Get()) {
    if (thread_->py_recursion_remaining-- > 0 || thread_->recursion_headroom > 0) [[likely]]
      return;
    ++thread_->recursion_headroom;
    PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded");
    --thread_->recursion_headroom;
    ++thread_->py_recursion_remaining;
    entered_ = false;
  }
  ~PythonDepth() {
    if (entered_) ++thread_->py_recursion_remaining;
  }
#else
  PythonDepth() : entered_(Py_EnterRecursiveCall("") == 0) {}
  ~PythonDepth() {
    if (entered_) Py_LeaveRecursiveCall();
  }
#endif
  PythonDepth(const PythonDepth&) = delete;
  PythonDepth& operator=(const PythonDepth&) = delete;
  bool entered() const { return entered_; }

 private:
#if PY_VERSION_HEX >= 0x030C0000
  PyThreadState* thread_;
  bool entered_ = true;
#else
  bool entered_;
#endif
};

}  // namespace reactortrack::recorder
