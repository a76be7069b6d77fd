/* SPDX-License-Identifier: MIT
 *
 * Where CPython keeps the attributes of an instance that has no dictionary yet: an array of values,
 * with the names in a table shared by all instances of the class (PEP 412; arrays without a
 * dictionary since 3.11). Reading the array costs 2 ns where PyObject_GetAttr costs 15-20. One
 * branch per CPython version, as in frames.c; a version without one has no arrays for us, and
 * everything goes through the public API.
 */
#ifndef REACTORTRACK_RECORDER_INSTANCE_VALUES_H_
#define REACTORTRACK_RECORDER_INSTANCE_VALUES_H_

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <patchlevel.h>
#include <stdint.h>

#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030E0000 && !defined(Py_GIL_DISABLED)
#define RT_HAS_INSTANCE_VALUES 1
#endif

#ifdef __cplusplus
extern "C" {
#endif

#if defined(RT_HAS_INSTANCE_VALUES)

/* The head of a table of names. instance_values.c holds it against CPython's own header. */
typedef struct {
  Py_ssize_t references;
  uint8_t log2_size;
  uint8_t log2_index_bytes;
  uint8_t kind; /* 0: keys of any type */
  uint32_t version;
  Py_ssize_t usable;
  Py_ssize_t count;
} rt_names;

/* The values of an instance, or NULL when they are in a dictionary or cannot be had. Borrowed, void
 * after any Python code has run. An entry is NULL where the attribute is not set. */
static inline PyObject** rt_instance_values(PyObject* instance) {
  PyTypeObject* type = Py_TYPE(instance);
#if PY_VERSION_HEX >= 0x030D0000
  if (!(type->tp_flags & Py_TPFLAGS_INLINE_VALUES)) return NULL;
  uint8_t* values = (uint8_t*)instance + sizeof(PyObject); /* capacity, size, embedded, valid */
  return values[3] ? (PyObject**)(values + sizeof(PyObject*)) : NULL;
#elif PY_VERSION_HEX >= 0x030C0000
  if (!(type->tp_flags & Py_TPFLAGS_MANAGED_DICT)) return NULL;
  const uintptr_t tagged = ((uintptr_t*)instance)[-3];
  return tagged & 1 ? (PyObject**)(tagged + 1) : NULL;
#else
  if (!(type->tp_flags & Py_TPFLAGS_MANAGED_DICT)) return NULL;
  return ((PyObject***)instance)[-4];
#endif
}

/* The names shared by the instances of `type` (an address, to compare), and how many there are: they
 * only grow. NULL when the type has none. */
static inline const void* rt_shared_names(PyTypeObject* type, Py_ssize_t* count) {
  if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) return NULL;
  const rt_names* names = (const rt_names*)((PyHeapTypeObject*)type)->ht_cached_keys;
  if (names == NULL || names->kind == 0) return NULL;
  *count = names->count;
  return names;
}

#else

static inline PyObject** rt_instance_values(PyObject* instance) {
  (void)instance;
  return NULL;
}

static inline const void* rt_shared_names(PyTypeObject* type, Py_ssize_t* count) {
  (void)type;
  *count = 0;
  return NULL;
}

#endif

/* Sets the attribute at `place`, which is not set yet, in an instance whose values are an array.
 * False, and nothing done, when that cannot be done here. */
int rt_add_value(PyObject* instance, Py_ssize_t place, PyObject* value);

/* The place of an interned name among them, or -1. */
Py_ssize_t rt_place_of_name(PyTypeObject* type, PyObject* name);

#ifdef __cplusplus
}
#endif

#endif /* REACTORTRACK_RECORDER_INSTANCE_VALUES_H_ */
