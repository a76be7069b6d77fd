// SPDX-License-Identifier: MIT
#include "recorder/deferred_fields.h"

#include "recorder/attributes.h"

namespace reactortrack::recorder {

FieldTable<kDeferredFieldCount> g_deferred_fields;
FieldTable<kStatusFieldCount> g_status_fields;

void prepare_deferred_fields(PyObject* callbacks_name) {
  const Attributes& name = attributes();
  g_deferred_fields.prepare({callbacks_name, name.called, name.paused, name.result, name.running,
                             name.chained_to, name.debug_info, name.canceller, name.debug,
                             name.suppress});
  g_status_fields.prepare({name.deferred, name.waiting_on});
}

}  // namespace reactortrack::recorder
