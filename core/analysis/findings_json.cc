// SPDX-License-Identifier: MIT
#include "core/analysis/findings_json.h"

#include "core/text/json.h"

namespace reactortrack::analysis {

namespace {

void json_sites(const Finding& finding, const log::Definitions& definitions, text::Json* json) {
  json->key("sites").begin_array();
  for (const CitedSite& each : finding.sites)
    json->begin_object()
        .field("role", word(each.role))
        .field("file", definitions.text(each.site.file))
        .field("line", each.site.line)
        .field("function", definitions.text(each.site.function))
        .end();
  json->end();
}

}  // namespace

std::string findings_json(std::span<const Finding> findings, const text::Wording& wording) {
  text::Json json;
  json.begin_array();
  for (const Finding& each : findings) {
    json.begin_object()
        .field("kind", word(each.kind))
        .field("severity", word(each.severity))
        .field("message", each.message);
    json.key("deferred");
    each.deferred == event::DeferredId::kNone ? json.null()
                                              : json.value(event::number(each.deferred));
    json.field("count", each.count)
        .seconds_field("since", each.since_ns)
        .seconds_field("duration", each.duration_ns)
        .field("event", replay::number(each.event));
    json.key("others").begin_array();
    for (const event::DeferredId other : each.others) json.value(event::number(other));
    json.end();
    json_sites(each, wording.definitions(), &json);
    json.end();
  }
  json.end();
  return json.text();
}

}  // namespace reactortrack::analysis
