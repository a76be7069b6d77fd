// SPDX-License-Identifier: MIT
//
// twisted.python.log.callWithContext(), done natively.
//
// Every read and write of every reactor goes through it: it copies the log's context, puts it on the
// thread's stack of contexts, calls on, and takes it off: five Python functions. The native one does the
// same in the same order, where they are those of a known release and nothing is odd; otherwise it
// leaves the call to the Python function, before anything has happened.
#pragma once

#include "recorder/object.h"

namespace reactortrack::recorder {

// set_log_context(**objects): what of Twisted is known, see log_context() in
// python/reactortrack/_twisted.py. To be called before the hook is put in place.
PyObject* set_log_context(PyObject* module, PyObject* arguments, PyObject* keywords);

}  // namespace reactortrack::recorder
