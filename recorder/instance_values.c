/* SPDX-License-Identifier: MIT */
#include <patchlevel.h>

#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030E0000
#define Py_BUILD_CORE 1 /* before Python.h: the internal headers redefine some of its macros */
#include "recorder/instance_values.h"

#include <internal/pycore_dict.h>
#include <internal/pycore_object.h>

PyObject** rt_instance_values(PyObject* instance) {
  PyTypeObject* type = Py_TYPE(instance);
#if PY_VERSION_HEX >= 0x030D0000
  if (!(type->tp_flags & Py_TPFLAGS_INLINE_VALUES)) return NULL;
  PyDictValues* values = _PyObject_InlineValues(instance);
  return values->valid ? values->values : NULL;
#elif PY_VERSION_HEX >= 0x030C0000
  if (!(type->tp_flags & Py_TPFLAGS_MANAGED_DICT)) return NULL;
  const PyDictOrValues held = *_PyObject_DictOrValuesPointer(instance);
  return _PyDictOrValues_IsValues(held) ? _PyDictOrValues_GetValues(held)->values : NULL;
#else
  if (!(type->tp_flags & Py_TPFLAGS_MANAGED_DICT)) return NULL;
  PyDictValues* values = *_PyObject_ValuesPointer(instance);
  return values != NULL ? values->values : NULL;
#endif
}

int rt_add_value(PyObject* instance, Py_ssize_t place, PyObject* value) {
#if PY_VERSION_HEX >= 0x030D0000
  PyDictValues* values = _PyObject_InlineValues(instance);
  /* A dictionary that shares the values would have to count one more. */
  if (_PyObject_GetManagedDict(instance) != NULL || place >= values->capacity) return 0;
#elif PY_VERSION_HEX >= 0x030C0000
  PyDictValues* values = _PyDictOrValues_GetValues(*_PyObject_DictOrValuesPointer(instance));
#else
  PyDictValues* values = *_PyObject_ValuesPointer(instance);
#endif
  Py_INCREF(value);
  values->values[place] = value;
  _PyDictValues_AddToInsertionOrder(values, place);
  return 1;
}

const void* rt_shared_names(PyTypeObject* type, Py_ssize_t* count) {
  if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) return NULL;
  PyDictKeysObject* keys = ((PyHeapTypeObject*)type)->ht_cached_keys;
  if (keys == NULL || !DK_IS_UNICODE(keys)) return NULL;
  *count = keys->dk_nentries;
  return keys;
}

Py_ssize_t rt_place_of_name(PyTypeObject* type, PyObject* name) {
  Py_ssize_t count = 0;
  PyDictKeysObject* keys = (PyDictKeysObject*)rt_shared_names(type, &count);
  if (keys == NULL) return -1;
  for (Py_ssize_t place = 0; place < count; ++place)
    if (DK_UNICODE_ENTRIES(keys)[place].me_key == name) return place;
  return -1;
}

#else

#include "recorder/instance_values.h"

PyObject** rt_instance_values(PyObject* instance) {
  (void)instance;
  return NULL;
}

int rt_add_value(PyObject* instance, Py_ssize_t place, PyObject* value) {
  (void)instance;
  (void)place;
  (void)value;
  return 0;
}

const void* rt_shared_names(PyTypeObject* type, Py_ssize_t* count) {
  (void)type;
  *count = 0;
  return NULL;
}

Py_ssize_t rt_place_of_name(PyTypeObject* type, PyObject* name) {
  (void)type;
  (void)name;
  return -1;
}

#endif
