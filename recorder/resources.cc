// SPDX-License-Identifier: MIT
//
// Hooks on DeferredLock, DeferredSemaphore, DeferredQueue and DeferredFilesystemLock. The originals
// do the work. What they do to a Deferred happens within acquire() and release(): a request is told
// of after acquire() has answered (nobody's callback can have run by then), a hand-over before
// release() makes it.
//
// Nothing says who holds a lock: its owner is who waited for the Deferred of `acquired`.
#include "recorder/resources.h"

#include "recorder/attributes.h"
#include "recorder/engine.h"
#include "recorder/recorder.h"
#include "recorder/waited_objects.h"

namespace reactortrack::recorder {
namespace {

using event::ResourceKind;

struct ResourceState {
  event::ResourceId id{};
  std::uint32_t limit = 0;
  event::DeferredId pending{};  // of a DeferredFilesystemLock: who tries to lock it
};

WaitedObjects<ResourceState>& resources() {
  static auto* all = new WaitedObjects<ResourceState>;
  return *all;
}

// A count in an attribute; 0 for none and for what is no small number.
std::uint32_t count_in(PyObject* object, PyObject* name) {
  const Owned value = quiet_attribute(object, name);
  const long count = value && PyLong_Check(value.get()) ? PyLong_AsLong(value.get()) : 0;
  if (PyErr_Occurred()) PyErr_Clear();
  return count > 0 ? static_cast<std::uint32_t>(count) : 0;
}

std::uint32_t length_of(PyObject* object, PyObject* name) {
  const Owned list = quiet_attribute(object, name);
  return list && PyList_Check(list.get()) ? static_cast<std::uint32_t>(PyList_GET_SIZE(list.get()))
                                          : 0;
}

void count(PyObject* object, event::Resource* event) {
  const Attributes& name = attributes();
  switch (event->what) {
    case ResourceKind::kLock:
    case ResourceKind::kFilesystemLock:
      event->limit = 1;
      event->taken = quiet_truth(object, name.locked);
      return;
    case ResourceKind::kSemaphore: {
      const std::uint32_t free = count_in(object, name.tokens);
      event->limit = count_in(object, name.limit);
      event->taken = event->limit > free ? event->limit - free : 0;
      return;
    }
    case ResourceKind::kQueue:
      event->limit = count_in(object, name.size);
      event->taken = length_of(object, name.pending);
      return;
    case ResourceKind::kThreadPool: event->limit = count_in(object, name.max); return;
  }
}

event::StackId whole_stack() {
  Recorder& recorder = the_recorder();
  return recorder.names().stack(recorder.settings().stack_depth);
}

// Who waits in a lock or queue that was made before recording began.
void tell_waiters(PyObject* object, event::ResourceId id) {
  const Owned waiting = quiet_attribute(object, attributes().waiting);
  if (!waiting || !PyList_Check(waiting.get())) return;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(waiting.get()); ++i) {
    PyObject* deferred = PyList_GET_ITEM(waiting.get(), i);
    if (!the_recorder().is_deferred(deferred)) continue;
    const event::DeferredId deferred_id = the_recorder().id_of(deferred);
    the_recorder().write(event::Acquiring{id, deferred_id, event::StackId::kNone});
  }
}

ResourceState* state_of(PyObject* object, ResourceKind what, event::StackId stack) {
  Recorder& recorder = the_recorder();
  if (!recorder.ready()) return nullptr;
  if (ResourceState* known = resources().find(object)) return known;
  event::Resource event;
  event.what = what;
  count(object, &event);
  event.type = recorder.names().type_of(object);
  event.stack = stack;
  std::uint32_t number = 0;
  ResourceState* state = resources().add(object, &number);
  if (state == nullptr) return nullptr;
  state->id = event.resource = static_cast<event::ResourceId>(number);
  state->limit = event.limit;
  recorder.write(event);
  if (what != ResourceKind::kThreadPool) tell_waiters(object, event.resource);
  return state;
}

// acquire(self), get(self): the request, and at once the grant if there was one free.
PyObject* acquire(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                  PyObject* names, ResourceKind what) {
  const bool usual = PyVectorcall_NARGS(flags) >= 1 && the_recorder().ready();
  if (!usual) return call_original(self, arguments, flags, names);
  resource_id(arguments[0], what);  // as it was before
  PyObject* result = call_original(self, arguments, flags, names);
  if (result == nullptr || !the_recorder().is_deferred(result)) return result;
  ResourceState* state = state_of(arguments[0], what, event::StackId::kNone);
  if (state == nullptr) return result;
  Recorder& recorder = the_recorder();
  const event::ResourceId id = state->id;
  const event::DeferredId deferred = recorder.id_of(result);
  recorder.write(event::Acquiring{id, deferred, whole_stack()});
  if (!quiet_truth(result, attributes().called)) {
    if (what == ResourceKind::kFilesystemLock) state->pending = deferred;
    return result;
  }
  const Owned value = quiet_attribute(result, attributes().result);
  const bool refused = value && recorder.is_failure(value.get());
  if (!refused) recorder.write(event::Acquired{id, deferred});
  return result;
}

PyObject* hook_acquire_lock(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                            PyObject* names) {
  return acquire(self, arguments, flags, names, ResourceKind::kLock);
}
PyObject* hook_acquire_semaphore(NativeFunction* self, PyObject* const* arguments,
                                 std::size_t flags, PyObject* names) {
  return acquire(self, arguments, flags, names, ResourceKind::kSemaphore);
}
PyObject* hook_get(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                   PyObject* names) {
  return acquire(self, arguments, flags, names, ResourceKind::kQueue);
}
PyObject* hook_defer_until_locked(NativeFunction* self, PyObject* const* arguments,
                                  std::size_t flags, PyObject* names) {
  return acquire(self, arguments, flags, names, ResourceKind::kFilesystemLock);
}

// The first in line gets what is released next.
void tell_hand_over(PyObject* object, event::ResourceId id) {
  const Owned waiting = quiet_attribute(object, attributes().waiting);
  if (!waiting || !PyList_Check(waiting.get()) || PyList_GET_SIZE(waiting.get()) == 0) return;
  PyObject* next = PyList_GET_ITEM(waiting.get(), 0);
  if (!the_recorder().is_deferred(next)) return;
  const event::DeferredId deferred = the_recorder().id_of(next);
  the_recorder().write(event::Acquired{id, deferred});
}

// release(self): the original refuses what is not taken.
PyObject* release(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                  PyObject* names, ResourceKind what) {
  const event::ResourceId id =
      PyVectorcall_NARGS(flags) >= 1 ? resource_id(arguments[0], what) : event::ResourceId::kNone;
  if (id != event::ResourceId::kNone) {
    event::Resource now;
    now.what = what;
    count(arguments[0], &now);
    if (now.taken > 0) {
      the_recorder().write(event::Released{id, whole_stack()});
      tell_hand_over(arguments[0], id);
    }
  }
  return call_original(self, arguments, flags, names);
}

PyObject* hook_release_lock(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                            PyObject* names) {
  return release(self, arguments, flags, names, ResourceKind::kLock);
}
PyObject* hook_release_semaphore(NativeFunction* self, PyObject* const* arguments,
                                 std::size_t flags, PyObject* names) {
  return release(self, arguments, flags, names, ResourceKind::kSemaphore);
}

// put(self, object): to the first who waits, or into the queue; it may be full.
PyObject* hook_put(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                   PyObject* names) {
  const event::ResourceId id = PyVectorcall_NARGS(flags) >= 1
                                   ? resource_id(arguments[0], ResourceKind::kQueue)
                                   : event::ResourceId::kNone;
  if (id == event::ResourceId::kNone) return call_original(self, arguments, flags, names);
  if (length_of(arguments[0], attributes().waiting) > 0) {
    the_recorder().write(event::Released{id, whole_stack()});
    tell_hand_over(arguments[0], id);
    return call_original(self, arguments, flags, names);
  }
  PyObject* result = call_original(self, arguments, flags, names);
  if (result != nullptr && the_recorder().ready())
    the_recorder().write(event::Released{id, whole_stack()});
  return result;
}

// FilesystemLock.lock(self): true for the one that a Deferred waits for.
PyObject* hook_lock_file(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                         PyObject* names) {
  PyObject* result = call_original(self, arguments, flags, names);
  if (result != Py_True || PyVectorcall_NARGS(flags) < 1 || !the_recorder().ready()) return result;
  ResourceState* state = resources().find(arguments[0]);
  if (state == nullptr || state->pending == event::DeferredId::kNone) return result;
  the_recorder().write(
      event::Acquired{state->id, std::exchange(state->pending, event::DeferredId::kNone)});
  return result;
}

PyObject* hook_unlock_file(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                           PyObject* names) {
  PyObject* result = call_original(self, arguments, flags, names);
  if (result == nullptr || PyVectorcall_NARGS(flags) < 1 || !the_recorder().ready()) return result;
  if (const ResourceState* state = resources().find(arguments[0])) {
    const event::ResourceId id = state->id;
    the_recorder().write(event::Released{id, whole_stack()});
  }
  return result;
}

// __init__(self, ...)
PyObject* made(NativeFunction* self, PyObject* const* arguments, std::size_t flags, PyObject* names,
               ResourceKind what) {
  PyObject* result = call_original(self, arguments, flags, names);
  if (result != nullptr && PyVectorcall_NARGS(flags) >= 1 && the_recorder().ready())
    resource_id(arguments[0], what, whole_stack());
  return result;
}

int g_semaphores_in_making = 0;

// _ConcurrencyPrimitive.__init__: DeferredLock has none of its own.
PyObject* hook_init_primitive(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                              PyObject* names) {
  const bool is_lock = PyVectorcall_NARGS(flags) >= 1 && g_semaphores_in_making == 0 &&
                       _PyType_Lookup(Py_TYPE(arguments[0]), attributes().locked) != nullptr;
  return is_lock ? made(self, arguments, flags, names, ResourceKind::kLock)
                 : call_original(self, arguments, flags, names);
}
PyObject* hook_init_semaphore(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                              PyObject* names) {
  ++g_semaphores_in_making;
  PyObject* result = made(self, arguments, flags, names, ResourceKind::kSemaphore);
  --g_semaphores_in_making;
  return result;
}
PyObject* hook_init_queue(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                          PyObject* names) {
  return made(self, arguments, flags, names, ResourceKind::kQueue);
}
PyObject* hook_init_file_lock(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                              PyObject* names) {
  return made(self, arguments, flags, names, ResourceKind::kFilesystemLock);
}

}  // namespace

event::ResourceId resource_id(PyObject* object, event::ResourceKind what, event::StackId stack) {
  const ResourceState* state = state_of(object, what, stack);
  return state != nullptr ? state->id : event::ResourceId::kNone;
}

void resize_resource(PyObject* object, event::ResourceKind what, std::uint32_t limit) {
  ResourceState* state = state_of(object, what, event::StackId::kNone);
  if (state == nullptr || state->limit == limit) return;
  state->limit = limit;
  the_recorder().write(event::Resized{state->id, limit});
}

void resource_collected(PyObject* object) { resources().erase(object); }
void forget_resources() { resources().clear(); }

const std::vector<Hook> kResourceHooks = {{"lock.__init__", hook_init_primitive},
                                          {"lock.acquire", hook_acquire_lock},
                                          {"lock.release", hook_release_lock},
                                          {"semaphore.__init__", hook_init_semaphore},
                                          {"semaphore.acquire", hook_acquire_semaphore},
                                          {"semaphore.release", hook_release_semaphore},
                                          {"queue.__init__", hook_init_queue},
                                          {"queue.get", hook_get},
                                          {"queue.put", hook_put},
                                          {"filelock.__init__", hook_init_file_lock},
                                          {"filelock.deferUntilLocked", hook_defer_until_locked},
                                          {"filelock.lock", hook_lock_file},
                                          {"filelock.unlock", hook_unlock_file}};

}  // namespace reactortrack::recorder
