// SPDX-License-Identifier: MIT
#include "recorder/idle_turn.h"

#include "recorder/fields.h"

namespace reactortrack::recorder {
namespace {

enum CallField : int { kTime, kDelayedTime, kCancelled, kCallFieldCount };
enum CallMethod : int { kActivateDelay, kLessThan, kCallMethodCount };
FieldTable<kCallFieldCount, kCallMethodCount> g_calls;

enum ReactorField : int {
  kThreadCallQueue,
  kNewCalls,
  kPendingCalls,
  kCancellations,
  kJustStopped,
  kSeconds,
  kReactorFieldCount
};
enum ReactorMethod : int { kInsert, kReactorMethodCount };
FieldTable<kReactorFieldCount, kReactorMethodCount> g_reactors;

IdleTurnObjects g_known;

PyObject* interned_heappush() {
  static PyObject* const name = PyUnicode_InternFromString("heappush");
  return name;
}

bool read_float(PyObject* call, CallField field, double* number) {
  const Owned value(g_calls.get(call, field));
  if (!value || !PyFloat_CheckExact(value.get())) return false;
  *number = PyFloat_AS_DOUBLE(value.get());
  return true;
}

// When a call of the known kind is due, delays not counted. False for anything else.
bool read_time(PyObject* call, double* time) {
  return Py_TYPE(call) == g_known.type && g_calls.uses(call, kLessThan) &&
         read_float(call, kTime, time);
}

// call.activate_delay(), and when it is due then. False where it is to be done otherwise.
bool activate(PyObject* call, double* time) {
  if (!read_time(call, time) || !g_calls.uses(call, kActivateDelay)) return false;
  double delay = 0;
  if (!read_float(call, kDelayedTime, &delay)) return false;
  if (delay == 0) return true;
  const double later = *time + delay;
  const Owned due(PyFloat_FromDouble(later)), none(PyFloat_FromDouble(0));
  if (!due || !none || g_calls.set(call, kTime, due.get()) < 0 ||
      g_calls.set(call, kDelayedTime, none.get()) < 0)
    return false;
  *time = later;
  return true;
}

// heappush(heap, call), as heapq does it: the call goes up as long as it is due before its parent.
// False, with the heap as it was, where they cannot be compared.
bool push(PyObject* heap, PyObject* call, double time) {
  const Py_ssize_t end = PyList_GET_SIZE(heap);
  Py_ssize_t place = end;
  while (place > 0) {
    double of_parent = 0;
    if (!read_time(PyList_GET_ITEM(heap, (place - 1) >> 1), &of_parent)) return false;
    if (!(time < of_parent)) break;
    place = (place - 1) >> 1;
  }
  if (PyList_Append(heap, call) < 0) return false;
  for (Py_ssize_t at = end; at > place; at = (at - 1) >> 1)
    PyList_SET_ITEM(heap, at, PyList_GET_ITEM(heap, (at - 1) >> 1));
  PyList_SET_ITEM(heap, place, call);
  return true;
}

bool subtract_one(PyObject* reactor) {
  static PyObject* const one = PyLong_FromLong(1);
  const Owned before(g_reactors.get(reactor, kCancellations));
  const Owned after(before && PyLong_CheckExact(before.get()) ? PyNumber_Subtract(before.get(), one)
                                                              : nullptr);
  return after && g_reactors.set(reactor, kCancellations, after.get()) == 0;
}

bool put(PyObject* reactor, PyObject* heap, PyObject* call) {
  if (Py_TYPE(call) != g_known.type) return false;
  const int cancelled = g_calls.is_true(call, kCancelled);
  if (cancelled < 0) return false;
  if (cancelled > 0) return subtract_one(reactor);
  double time = 0;
  return activate(call, &time) && push(heap, call, time);
}

// _insertNewDelayedCalls(). False: what is left in `fresh` is to be put by the Python function.
bool put_all(PyObject* reactor, PyObject* fresh, PyObject* heap) {
  if (!PyList_CheckExact(heap) || !g_reactors.uses(reactor, kInsert) ||
      PyDict_GetItemWithError(g_known.globals, interned_heappush()) != g_known.heappush)
    return false;
  Py_ssize_t done = 0;
  while (done < PyList_GET_SIZE(fresh) && put(reactor, heap, PyList_GET_ITEM(fresh, done))) ++done;
  if (done < PyList_GET_SIZE(fresh)) {
    PyList_SetSlice(fresh, 0, done, nullptr);
    return false;
  }
  const Owned none(PyList_New(0));
  if (none && g_reactors.set(reactor, kNewCalls, none.get()) == 0) return true;
  PyList_SetSlice(fresh, 0, done, nullptr);
  return false;
}

bool is_empty_list(PyObject* object) {
  return object != nullptr && PyList_CheckExact(object) && PyList_GET_SIZE(object) == 0;
}

bool nothing_due(PyObject* reactor, PyObject* heap) {
  if (!PyList_CheckExact(heap)) return false;
  double now = 0, first = 0;
  const Owned clock(g_reactors.get(reactor, kSeconds));
  if (!clock || !PyCFunction_CheckExact(clock.get())) return false;
  const Owned said(PyObject_CallNoArgs(clock.get()));
  if (!said || !PyFloat_CheckExact(said.get())) return false;
  now = PyFloat_AS_DOUBLE(said.get());
  return PyList_GET_SIZE(heap) == 0 || (read_time(PyList_GET_ITEM(heap, 0), &first) && first > now);
}

// Neither many cancelled calls to be taken out, nor has it just been stopped.
bool nothing_else(PyObject* reactor, PyObject* heap) {
  constexpr long kFew = 50;
  const Owned cancelled(g_reactors.get(reactor, kCancellations));
  if (!cancelled || !PyLong_CheckExact(cancelled.get())) return false;
  const long count = PyLong_AsLong(cancelled.get());
  if (count > kFew && count > PyList_GET_SIZE(heap) >> 1) return false;
  if (count == -1 && PyErr_Occurred() != nullptr) return false;
  const Owned stopped(g_reactors.get(reactor, kJustStopped));
  return stopped.get() == Py_False;
}

}  // namespace

void prepare_idle_turns(const IdleTurnObjects& objects) {
  const IdleTurnObjects before = g_known;
  g_known = objects;
  const auto all = [](const IdleTurnObjects& of) {
    return std::array{reinterpret_cast<PyObject*>(of.type),
                      of.activate_delay,
                      of.less_than,
                      of.insert,
                      of.globals,
                      of.heappush};
  };
  for (PyObject* each : all(g_known)) Py_XINCREF(each);
  const auto name = [](const char* text) { return PyUnicode_InternFromString(text); };
  g_calls.prepare({name("time"), name("delayed_time"), name("cancelled")});
  g_calls.set_methods({name("activate_delay"), name("__lt__")},
                      {objects.activate_delay, objects.less_than});
  g_reactors.prepare({name("threadCallQueue"), name("_newTimedCalls"), name("_pendingTimedCalls"),
                      name("_cancellations"), name("_justStopped"), name("seconds")});
  g_reactors.set_methods({name("_insertNewDelayedCalls")}, {objects.insert});
  for (PyObject* each : all(before)) Py_XDECREF(each);
}

IdleTurn native_idle_turn(PyObject* reactor) {
  bool calls_put = false;
  const auto done = [&]() {
    const Owned queue(g_reactors.get(reactor, kThreadCallQueue));
    if (g_known.type == nullptr || !is_empty_list(queue.get())) return false;
    const Owned fresh(g_reactors.get(reactor, kNewCalls));
    const Owned heap(g_reactors.get(reactor, kPendingCalls));
    if (!fresh || !heap || !PyList_CheckExact(fresh.get())) return false;
    calls_put = PyList_GET_SIZE(fresh.get()) > 0;
    return (!calls_put || put_all(reactor, fresh.get(), heap.get())) &&
           nothing_due(reactor, heap.get()) && nothing_else(reactor, heap.get());
  };
  if (done()) return calls_put ? IdleTurn::kCallsPut : IdleTurn::kDone;
  PyErr_Clear();
  return IdleTurn::kNotKnown;
}

}  // namespace reactortrack::recorder
