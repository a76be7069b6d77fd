/* SPDX-License-Identifier: MIT */
#define Py_BUILD_CORE 1 /* before Python.h: the internal headers redefine some of its macros */
#include "recorder/instance_values.h"

#include <stddef.h>

#if defined(RT_HAS_INSTANCE_VALUES)

#include <internal/pycore_dict.h>
#include <internal/pycore_object.h>

#define RT_SAME_PLACE(theirs, ours)                                                    \
  _Static_assert(offsetof(struct _dictkeysobject, theirs) == offsetof(rt_names, ours), \
                 "rt_names is not as CPython has it")
RT_SAME_PLACE(dk_kind, kind);
RT_SAME_PLACE(dk_nentries, count);
_Static_assert(DICT_KEYS_GENERAL == 0, "rt_names.kind");
#if PY_VERSION_HEX >= 0x030D0000
_Static_assert(offsetof(struct _dictvalues, valid) == 3, "rt_instance_values");
_Static_assert(offsetof(struct _dictvalues, values) == sizeof(PyObject*), "rt_instance_values");
#endif

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

Py_ssize_t rt_place_of_name(PyTypeObject* type, PyObject* name) {
  Py_ssize_t count = 0;
  PyDictKeysObject* keys = (PyDictKeysObject*)rt_shared_names(type, &count);
  if (keys == NULL) return -1;
  for (Py_ssize_t place = 0; place < count; ++place)
    if (DK_UNICODE_ENTRIES(keys)[place].me_key == name) return place;
  return -1;
}

#else

int rt_add_value(PyObject* instance, Py_ssize_t place, PyObject* value) {
  (void)instance;
  (void)place;
  (void)value;
  return 0;
}

Py_ssize_t rt_place_of_name(PyTypeObject* type, PyObject* name) {
  (void)type;
  (void)name;
  return -1;
}

#endif
