// SPDX-License-Identifier: MIT
//
// The engines: how the recorder gets to see what Deferreds do.
//
// The native engine replaces Deferred's methods by C++ functions that do the same and tell the
// Recorder on the way (native_creation.cc, native_adding.cc, native_firing.cc, run_callbacks.cc), and the functions that drive
// coroutines (coroutine_driver.cc). The wrapping engine lets the original
// methods do their work and tells the Recorder before and after (wrapping_deferred.cc). Both use
// the observers in observe.cc for what is not worth replacing. Each function here is a NativeRun,
// found by name from Python (hook_by_name), which puts it in place: python/reactortrack/_hooks.py.
//
// What the native functions replace was read in the sources of Twisted 22.4 to 26.10. Where the
// releases differ, Traits says how. Anything unusual (odd arguments, debug mode, methods that a
// subclass overrides) is left to the original function, which is still there.
#pragma once

#include "recorder/object.h"

#include <array>
#include <string_view>
#include <vector>

#include "recorder/frames.h"
#include "recorder/native_frames.h"
#include "recorder/native_function.h"

namespace reactortrack::recorder {

// How the release of Twisted at hand differs from the newest.
struct Traits {
  bool isinstance_checks = false;     // to 24.3: isinstance(x, Deferred), not _DEFERRED_SUBCLASSES
  bool add_by_add_callbacks = false;  // to 24.7: addCallback() etc. call self.addCallbacks()
  bool asserts_callable = false;      // to 24.3: non-callables are refused when added
  bool asserts_not_deferred = false;  // to 24.3: callback(Deferred) is refused
  bool errback_may_be_none = true;    // since 22.10
  bool clears_canceller = true;       // since 23.8
  bool cleans_failure = false;        // to 24.7: a final Failure loses its traceback
  bool failure_keeps_stack = false;   // to 24.7: Failure reads the stack above the traceback
};

// A call of a Deferred's method that has no Python frame of its own, for Failures that keep stacks.
enum class Via {
  kNone,
  kCallback,
  kErrback,
  kStart,
  kAddCallbacks,
  kAddCallback,
  kAddErrback,
  kAddBoth
};
inline constexpr int kViaCount = 8;

// What the native functions use of Twisted, besides TwistedObjects. References for as long as the
// engine is installed.
struct EngineObjects {
  Traits traits;
  PyObject* debug_info_class = nullptr;
  PyObject* failure_class = nullptr;
  PyObject* none_keywords = nullptr;  // _NONE_KWARGS
  PyObject* warn_about_function = nullptr;
  PyObject* debug_stack = nullptr;  // () -> list[str]: format_stack() without our frames
  PyObject* run_globals = nullptr;  // the dictionary of twisted.internet.defer
  CallPlace run_place;              // where Deferred._runCallbacks calls a callback
  CallPlace warn_place;             // where it warns of one that returned its own Deferred
  // The frames that Via stands for, outermost first.
  std::vector<CallPlace> via_frames[kViaCount];
  std::array<PyObject*, 8> methods{};  // that are in place, by DeferredMethod; kept
};

// What the driver of coroutines uses of Twisted, where it is native: since 23.10.
struct DriverObjects {
  bool isinstance_checks = false;        // to 24.7: isinstance(x, Deferred)
  bool drives_yielded = false;           // since 24.7: a coroutine that is yielded is driven, too
  PyTypeObject* status_class = nullptr;  // _CancellationStatus
  PyObject* status_init = nullptr;   // its __init__, borrowed, where that only sets both attributes
  PyObject* return_class = nullptr;  // _DefGen_Return
  PyObject* canceller_code = nullptr;  // of the lambda in _cancellableInlineCallbacks
  // The stand-ins, to see whether somebody has replaced them since.
  PyObject* inline_callbacks = nullptr;
  PyObject* cancellable = nullptr;
  PyObject* got_result = nullptr;
  // Where _inlineCallbacks calls gen.send() and so on.
  CallPlace send, throw_into, callback, errback, add_both, drives;
  // Where the other two call _inlineCallbacks.
  CallPlace in_got_result, in_cancellable;
};

extern EngineObjects* const g_engine;
extern DriverObjects* const g_driver;
inline EngineObjects& engine() { return *g_engine; }
inline DriverObjects& driver() { return *g_driver; }

// True when the innermost Python frame is Deferred._runCallbacks itself.
inline bool in_run_callbacks() {
  rt_frame caller;
  return rt_current_frames(&caller, 1) == 1 &&
         reinterpret_cast<PyObject*>(caller.code) == engine().run_place.code;
}

// True for what the loop and the driver of coroutines treat as a Deferred: `by_isinstance` as the
// older releases have it.
bool is_chainable(PyObject* object, bool by_isinstance);

// In debug mode: sets the attribute `name` of a DebugInfo to the text of the stack; `started`: as
// _startRunCallbacks shows it. 0, or -1 with an exception.
int keep_debug_stack(PyObject* info, const char* name, bool started = false);

// Deferred(canceller), without an event when `type` is not to be recorded. nullptr with an exception.
PyObject* new_deferred(PyObject* canceller);
// deferred.callback(value) and deferred.errback(), natively where the methods are ours.
int fire(PyObject* deferred, PyObject* value);
int fire_with_handled_exception(PyObject* deferred);
// deferred.errback(failure), where errback and _startRunCallbacks are ours, it has not fired and has
// a list of callbacks.
int fire_with_failure(PyObject* deferred, PyObject* failure);
// Whether Twisted's addCallback, addErrback and addBoth of it are as ours: up to 24.3 they go through
// addCallbacks, whosever it is.
bool adds_directly(PyObject* deferred);
// deferred.addBoth(function, *arguments) of a Deferred whose addBoth is ours and adds_directly(). 0, -1
// with an exception, or 1 and nothing done when it has no list of callbacks.
int add_to_both(PyObject* deferred, PyObject* function, PyObject* arguments);

// Deferred._runCallbacks. 0, or -1 with an exception.
int run_callbacks(PyObject* deferred, Via via);
// self._runCallbacks(), whosever it is. 0, or -1 with an exception.
int dispatch_run_callbacks(PyObject* deferred, Via via);

// A hook by the name Python knows it under; nullptr for an unknown name.
NativeRun hook_by_name(std::string_view name);

// Sets Deferred's tp_init, and that of the classes which inherit it, so that creation does not go
// through the look-up of __init__. To be called after Deferred.__init__ was replaced.
void install_native_init(PyTypeObject* deferred);
// The same for `await` and __await__, where that was replaced by a native function.
void install_native_await(PyTypeObject* deferred);

// What Python tells of the driver before it installs the stand-ins, and these afterwards:
// recorder/engine_setup.cc.
PyObject* set_driver(PyObject* module, PyObject* arguments, PyObject* keywords);

// The tables that hook_by_name looks in, one a file.
struct Hook {
  const char* name;
  NativeRun run;
};
extern const std::vector<Hook> kNativeCreationHooks;
extern const std::vector<Hook> kNativeAddingHooks;
extern const std::vector<Hook> kNativeFiringHooks;
extern const std::vector<Hook> kCoroutineDriverHooks;
extern const std::vector<Hook> kWrappingDeferredHooks;
extern const std::vector<Hook> kObserverHooks;
extern const std::vector<Hook> kReactorHooks;
extern const std::vector<Hook> kLogContextHooks;
extern const std::vector<Hook> kResourceHooks;
extern const std::vector<Hook> kThreadHooks;
extern const std::vector<Hook> kLoopHooks;
extern const std::vector<Hook> kShutdownHooks;

}  // namespace reactortrack::recorder
