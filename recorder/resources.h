// SPDX-License-Identifier: MIT
//
// Locks, semaphores, queues and thread pools: what is handed out in turns.
#pragma once

#include "recorder/object.h"

#include "core/event/event.h"

namespace reactortrack::recorder {

// The number of a resource, which is told of now if it is not known yet; `stack` is where it was
// made. None when nothing is recorded of it.
event::ResourceId resource_id(PyObject* object, event::ResourceKind what,
                              event::StackId stack = event::StackId::kNone);
// A thread pool's limit is this from now on.
void resize_resource(PyObject* object, event::ResourceKind what, std::uint32_t limit);

// In a finalizer.
void resource_collected(PyObject* object);
// Forgets everything; at the end of a recording.
void forget_resources();

}  // namespace reactortrack::recorder
