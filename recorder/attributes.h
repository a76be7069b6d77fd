// SPDX-License-Identifier: MIT
//
// The attribute names that the recorder reads and sets, interned once.
#pragma once

#include "recorder/object.h"

namespace reactortrack::recorder {

struct Attributes {
  PyObject* called;
  PyObject* paused;
  PyObject* result;
  PyObject* running;      // _runningCallbacks
  PyObject* chained_to;   // _chainedTo
  PyObject* debug_info;   // _debugInfo
  PyObject* fail_result;  // failResult
  PyObject* suppress;     // _suppressAlreadyCalled
  PyObject* canceller;    // _canceller
  PyObject* debug;
  PyObject* deferred;
  PyObject* dunder_class;  // __class__
  PyObject* dunder_del;    // __del__
  PyObject* dunder_init;   // __init__
  PyObject* locked;
  PyObject* tokens;
  PyObject* limit;
  PyObject* size;
  PyObject* pending;
  PyObject* waiting;
  PyObject* max;
  PyObject* joined;
  PyObject* started;
  PyObject* loop_deferred;  // _deferred
  PyObject* loop_call;      // call
  PyObject* loop_running;   // running
  PyObject* interval;
  PyObject* f;
  PyObject* type;
  PyObject* value;
  PyObject* tb;
  PyObject* traceback;   // __traceback__
  PyObject* waiting_on;  // waitingOn
  PyObject* send;
  PyObject* append;
  PyObject* throw_into;  // throwExceptionIntoGenerator
  PyObject* callback;
  PyObject* errback;
  PyObject* add_both;          // addBoth
  PyObject* inline_callbacks;  // _inlineCallbacks
  PyObject* cancellable;       // _cancellableInlineCallbacks
  PyObject* got_result;        // _gotResultInlineCallbacks
};

// Makes the names. False with an exception on failure. Once a process.
bool prepare_attributes();
extern Attributes g_attributes;
inline const Attributes& attributes() { return g_attributes; }

}  // namespace reactortrack::recorder
