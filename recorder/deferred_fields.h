// SPDX-License-Identifier: MIT
//
// The attributes of a Deferred that the native engine reads and sets for every callback, and those
// of the status that goes with each coroutine.
#pragma once

#include "recorder/object.h"

#include "recorder/fields.h"

namespace reactortrack::recorder {

enum class DeferredField {
  kCallbacks,
  kCalled,
  kPaused,
  kResult,
  kRunning,
  kChainedTo,
  kDebugInfo,
  kCanceller,
  kDebug,
  kSuppress,
};
inline constexpr int kDeferredFieldCount = 10;

// Those that the native functions call one another through.
enum class DeferredMethod {
  kAddCallbacks,
  kAddBoth,
  kCallback,
  kErrback,
  kStartRun,
  kRun,
  kPause,
  kContinuation,
};
inline constexpr int kDeferredMethodCount = 8;

// _CancellationStatus
enum class StatusField { kDeferred, kWaitingOn };
inline constexpr int kStatusFieldCount = 2;

extern FieldTable<kDeferredFieldCount, kDeferredMethodCount> g_deferred_fields;
extern FieldTable<kStatusFieldCount> g_status_fields;

// `callbacks_name`: "callbacks" or "_callbacks". Once an installation.
void prepare_deferred_fields(PyObject* callbacks_name);

// The functions that are in place for each DeferredMethod.
void set_deferred_methods(const std::array<PyObject*, kDeferredMethodCount>& functions);

// ---- As FieldTable has them ----------------------------------------------------------------------

[[gnu::always_inline]] inline PyObject* peek(PyObject* deferred, DeferredField field) {
  return g_deferred_fields.peek(deferred, static_cast<int>(field));
}
[[gnu::always_inline]] inline PyObject* get_field(PyObject* deferred, DeferredField field) {
  return g_deferred_fields.get(deferred, static_cast<int>(field));
}
[[gnu::always_inline]] inline int field_is_true(PyObject* deferred, DeferredField field) {
  return g_deferred_fields.is_true(deferred, static_cast<int>(field));
}
[[gnu::always_inline]] inline int set_field(PyObject* deferred, DeferredField field,
                                            PyObject* value) {
  return g_deferred_fields.set(deferred, static_cast<int>(field), value);
}
// Its truth, without any code of the program; false where that can't be told.
inline bool quiet_field(PyObject* deferred, DeferredField field) {
  PyObject* value = peek(deferred, field);
  if (value == Py_False) return false;
  if (value == Py_True) return true;
  if (value != nullptr && PyLong_CheckExact(value)) return PyObject_IsTrue(value) > 0;
  return quiet_truth(deferred, g_deferred_fields.name(static_cast<int>(field)));
}
// The same of its value; nothing where there is none.
inline Owned quiet_value(PyObject* deferred, DeferredField field) {
  PyObject* value = peek(deferred, field);
  return value != nullptr
             ? Owned::share(value)
             : quiet_attribute(deferred, g_deferred_fields.name(static_cast<int>(field)));
}
// True when it has no list of callbacks: its __init__ never ran, or somebody has deleted the list. What
// Twisted's functions raise then has their frames, so such calls are left to them. False where code
// of the program would tell. An exception in flight stays.
bool misses_callbacks(PyObject* deferred);
[[gnu::always_inline]] inline bool uses(PyObject* deferred, DeferredMethod method) {
  return g_deferred_fields.uses(deferred, static_cast<int>(method));
}
inline PyObject* get_field(PyObject* status, StatusField field) {
  return g_status_fields.get(status, static_cast<int>(field));
}
inline int set_field(PyObject* status, StatusField field, PyObject* value) {
  return g_status_fields.set(status, static_cast<int>(field), value);
}

}  // namespace reactortrack::recorder
