// SPDX-License-Identifier: MIT
//
// WaitedObjects: the locks, queues, thread pools and loops of the program that have a number in the
// recording, by address. None of them is kept alive; a finalizer slot on their class (deaths.h) says
// when one is gone.
#pragma once

#include "recorder/object.h"

#include <cstdint>

#include "recorder/deaths.h"
#include "recorder/pointer_map.h"
#include "recorder/recorder.h"

namespace reactortrack::recorder {

template <class State>
class WaitedObjects {
 public:
  // What is known of `object` in this recording; nullptr when nothing is.
  State* find(PyObject* object) {
    Entry* entry = entries_.find(object);
    const bool known = entry != nullptr && entry->generation == the_recorder().sink().generation();
    return known ? &entry->state : nullptr;
  }
  // Its state, new, with the next number. nullptr for objects of types without finalizers.
  State* add(PyObject* object, std::uint32_t* number) {
    if (!(Py_TYPE(object)->tp_flags & Py_TPFLAGS_HEAPTYPE)) return nullptr;
    const std::uint32_t generation = the_recorder().sink().generation();
    if (generation_ != generation) last_ = 0;
    generation_ = generation;
    *number = ++last_;
    watch_death(object, Watched::kWaitedObject);
    return &entries_.insert(object, Entry{{}, generation})->state;
  }
  std::uint32_t next_number() { return ++last_; }
  void erase(PyObject* object) { entries_.erase(object); }
  void clear() { entries_.clear(); }

 private:
  struct Entry {
    State state;
    std::uint32_t generation = 0;
  };
  PointerMap<Entry> entries_;
  std::uint32_t generation_ = 0;
  std::uint32_t last_ = 0;
};

}  // namespace reactortrack::recorder
