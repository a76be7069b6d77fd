// SPDX-License-Identifier: MIT
//
// Hooks on ReactorBase.stop and fireSystemEvent: what is called when the reactor starts and ends,
// and which Deferreds its end waits for.
//
// A system event calls its triggers from lists. Before it does, each trigger is replaced by a
// stand-in for it (native_function.h), which compares like the trigger itself, so that it can still
// be removed.
#include "recorder/attributes.h"
#include "recorder/engine.h"
#include "recorder/recorder.h"

namespace reactortrack::recorder {
namespace {

PyObject* hook_stop(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                    PyObject* names) {
  PyObject* result = call_original(self, arguments, flags, names);
  Recorder& recorder = the_recorder();
  if (result != nullptr && recorder.ready())
    recorder.write(event::ReactorStopping{recorder.names().stack(recorder.settings().stack_depth)});
  return result;
}

PyObject* run_trigger(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                      PyObject* names) {
  Recorder& recorder = the_recorder();
  const bool told = recorder.ready() && self->note.generation == recorder.sink().generation();
  if (!told) return call_original(self, arguments, flags, names);
  recorder.write(event::TriggerStarted{static_cast<event::TriggerPhase>(self->note.number),
                                       recorder.names().callable(self->original)});
  PyObject* result = call_original(self, arguments, flags, names);
  const ExceptionAside aside;
  if (!recorder.ready()) return result;
  const bool waits = result != nullptr && recorder.is_deferred(result);
  const event::DeferredId deferred = waits ? recorder.id_of(result) : event::DeferredId::kNone;
  recorder.write(event::TriggerEnded{deferred});
  return result;
}

// (callable, args, kwargs), each of the list.
void watch_triggers(PyObject* list, event::TriggerPhase phase) {
  const Note note{static_cast<std::uint32_t>(phase), the_recorder().sink().generation(), 0};
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); ++i) {
    PyObject* entry = PyList_GET_ITEM(list, i);
    if (!PyTuple_Check(entry) || PyTuple_GET_SIZE(entry) != 3) continue;
    PyObject* trigger = PyTuple_GET_ITEM(entry, 0);
    if (is_native_function(trigger, run_trigger) || !PyCallable_Check(trigger)) continue;
    const Owned instead(new_native_function(trigger, run_trigger, note));
    PyObject* watched = instead ? PyTuple_Pack(3, instead.get(), PyTuple_GET_ITEM(entry, 1),
                                               PyTuple_GET_ITEM(entry, 2))
                                : nullptr;
    if (watched == nullptr)
      PyErr_Clear();
    else
      PyList_SetItem(list, i, watched);
  }
}

// fireSystemEvent(self, eventType)
PyObject* hook_fire(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                    PyObject* names) {
  static PyObject* const triggers_name = PyUnicode_InternFromString("_eventTriggers");
  static constexpr const char* kPhases[] = {"before", "during", "after"};
  Recorder& recorder = the_recorder();
  if (PyVectorcall_NARGS(flags) < 2 || !PyUnicode_Check(arguments[1]) || !recorder.ready())
    return call_original(self, arguments, flags, names);
  const Owned all = quiet_attribute(arguments[0], triggers_name);
  PyObject* event =
      all && PyDict_Check(all.get()) ? PyDict_GetItemWithError(all.get(), arguments[1]) : nullptr;
  const char* type = PyUnicode_AsUTF8(arguments[1]);
  PyErr_Clear();
  if (event == nullptr || type == nullptr) return call_original(self, arguments, flags, names);
  recorder.write(event::SystemEvent{recorder.names().string(type)});
  for (std::uint32_t i = 0; i < 3; ++i) {
    const Owned list(PyObject_GetAttrString(event, kPhases[i]));
    if (!list) PyErr_Clear();
    if (list && PyList_Check(list.get()))
      watch_triggers(list.get(), static_cast<event::TriggerPhase>(i + 1));
  }
  return call_original(self, arguments, flags, names);
}

}  // namespace

const std::vector<Hook> kShutdownHooks = {{"reactor.stop", hook_stop},
                                          {"reactor.fireSystemEvent", hook_fire}};

}  // namespace reactortrack::recorder
