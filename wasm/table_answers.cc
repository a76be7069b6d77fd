// SPDX-License-Identifier: MIT
//
// The table of Deferreds: which of them, in which order, and the rows that are seen.
#include <algorithm>
#include <optional>

#include "core/log/json_text.h"
#include "core/text/text.h"
#include "wasm/answers.h"
#include "wasm/facts.h"

namespace reactortrack::wasm {

namespace {

using replay::DeferredIndex;

constexpr std::uint32_t kMostRows = 10'000;

std::string text_of(const log::JsonObject& object, std::string_view key) {
  const log::JsonValue* value = object.find(key);
  return value != nullptr && value->type == log::JsonValue::kString ? value->text : std::string();
}

bool is_true(const log::JsonObject& object, std::string_view key) {
  const log::JsonValue* value = object.find(key);
  return value != nullptr && value->type == log::JsonValue::kTrue;
}

std::optional<replay::State> state_of_word(std::string_view word) {
  for (int each = 0; each < replay::kStateCount; ++each)
    if (replay::word(static_cast<replay::State>(each)) == word)
      return static_cast<replay::State>(each);
  return std::nullopt;
}

// Every order is by a number: texts have ranks.
class SortKey {
 public:
  SortKey(Finder* finder, const replay::Model& model, replay::EventNumber now,
          std::string_view column)
      : finder_(*finder), model_(model), now_(now), column_(column) {}

  std::uint64_t of(const replay::Deferred& deferred) const {
    if (column_ == "label") return finder_.rank(finder_.name_of(deferred));
    if (column_ == "state")
      return static_cast<std::uint64_t>(replay::state_of(model_, deferred, now_));
    if (column_ == "age") return positive(age_ns(model_, deferred, now_));
    if (column_ == "own") return positive(own_ns(model_, deferred, now_));
    if (column_ == "wait") return positive(wait_ns(model_, deferred, now_));
    if (column_ == "waiting_on") {
      const replay::Wait* wait = replay::held_up_by(model_, deferred, now_);
      return wait == nullptr ? 0 : number(wait->on);
    }
    if (column_ == "site") {
      const event::Site site = finder_.own_frame(model_.origin(deferred).created_stack);
      return std::uint64_t{finder_.rank(site.file)} << 32 | site.line;
    }
    return number(deferred.id);
  }

 private:
  static std::uint64_t positive(std::int64_t value) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, value));
  }

  Finder& finder_;
  const replay::Model& model_;
  replay::EventNumber now_;
  std::string_view column_;
};

}  // namespace

// In the order of first events: those that exist are the first so many.
const std::vector<DeferredIndex>& Session::table(std::string_view query) {
  const std::string asked = std::string(query) + '@' + std::to_string(number(map_.at())) + '/' +
                            std::to_string(number(timeline_.last()));
  if (asked == table_asked_) return table_;
  table_asked_ = asked;
  table_.clear();
  log::JsonObject wanted;
  std::string cause;
  if (!query.empty() && wanted.parse(query, &cause) != log::JsonObject::Parse::kWhole) wanted = {};
  const std::string filter = text_of(wanted, "filter");
  const auto state = state_of_word(text_of(wanted, "state"));
  const std::vector<bool> found =
      filter.empty() ? std::vector<bool>() : finder_.found_flags(filter);
  std::uint32_t place = 0;
  for (const replay::Deferred& deferred : timeline_.model().deferreds()) {
    if (deferred.seen_at > map_.at()) break;
    if (!found.empty() && !found[place + 1]) {
      ++place;
      continue;
    }
    ++place;
    if (state && replay::state_of(timeline_.model(), deferred, map_.at()) != *state) continue;
    table_.push_back(static_cast<DeferredIndex>(place));
  }
  sort_table(text_of(wanted, "sort"), is_true(wanted, "descending"));
  return table_;
}

void Session::sort_table(std::string_view column, bool descending) {
  if (!column.empty()) {
    const SortKey key(&finder_, timeline_.model(), map_.at(), column);
    std::vector<std::pair<std::uint64_t, DeferredIndex>> rows;
    rows.reserve(table_.size());
    for (const DeferredIndex index : table_)
      rows.emplace_back(key.of(timeline_.model().deferred(index)), index);
    std::sort(rows.begin(), rows.end());
    for (std::size_t at = 0; at < rows.size(); ++at) table_[at] = rows[at].second;
  }
  if (descending) std::reverse(table_.begin(), table_.end());
}

void Answer::deferreds() {
  const std::vector<DeferredIndex>& rows = session_.table(text_);
  const std::size_t first = std::min<std::size_t>(a_, rows.size());
  const std::size_t count = std::min<std::size_t>(std::min(b_, kMostRows), rows.size() - first);
  json_.begin_object().field("total", rows.size()).key("rows").begin_array();
  for (std::size_t at = first; at < first + count; ++at) {
    const replay::Deferred& deferred = model_.deferred(rows[at]);
    json_.begin_object();
    ref_fields(deferred);
    json_.field("type", say_.type(model_.origin(deferred).type, "Deferred"));
    times(deferred);
    const replay::Wait* wait = replay::held_up_by(model_, deferred, now_);
    json_.field("waiting_on", wait == nullptr ? 0u : number(wait->on));
    json_.field("site",
                say_.place(session_.finder().own_frame(model_.origin(deferred).created_stack)));
    json_.field("created_event", number(deferred.seen_at)).end();
  }
  json_.end().end();
}

}  // namespace reactortrack::wasm
