// SPDX-License-Identifier: MIT
#include "core/analysis/findings_json.h"

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

void add_fields(const Finding& finding, const text::Wording& wording, text::Json* json) {
  json->field("kind", word(finding.kind))
      .field("severity", word(finding.severity))
      .field("message", finding.message);
  json->key("deferred");
  finding.deferred == event::DeferredId::kNone ? json->null()
                                               : json->value(event::number(finding.deferred));
  json->field("count", finding.count)
      .seconds_field("since", finding.since_ns)
      .seconds_field("duration", finding.duration_ns)
      .field("event", replay::number(finding.event));
  json->key("others").begin_array();
  for (const event::DeferredId other : finding.others) json->value(event::number(other));
  json->end();
  json_sites(finding, wording.definitions(), json);
}

std::string findings_json(std::span<const Finding> findings, const text::Wording& wording) {
  text::Json json;
  json.begin_array();
  for (const Finding& each : findings) {
    json.begin_object();
    add_fields(each, wording, &json);
    json.end();
  }
  json.end();
  return json.text();
}

}  // namespace reactortrack::analysis
