// SPDX-License-Identifier: MIT
#include "core/replay/homes.h"

#include <algorithm>

namespace reactortrack::replay {
namespace {

std::uint32_t place(DeferredIndex index) { return static_cast<std::uint32_t>(index); }

}  // namespace

void Homes::update(const Model& model) {
  const auto count = static_cast<std::uint32_t>(model.deferreds().size());
  hosts_.resize(count + 1);
  for (auto next = static_cast<std::uint32_t>(tops_.size()); next <= count; ++next)
    tops_.push_back(next);
  const Pool<Wait>& waits = model.waits();
  const Pool<Take>& takes = model.takes();
  while (waits_seen_ < waits.size() || takes_seen_ < takes.size()) {
    const bool is_take =
        waits_seen_ == waits.size() ||
        (takes_seen_ < takes.size() && takes[takes_seen_].at < waits[waits_seen_].started_at);
    if (is_take) {
      const Take& take = takes[takes_seen_++];
      relate(model, take.deferred, take.from,
             {.position = take.position, .since = take.at, .how = event::WaitKind::kReturned});
    } else {
      const Wait& wait = waits[waits_seen_++];
      const bool is_fired_by_it = wait.how == event::WaitKind::kChainDeferred;
      relate(model, is_fired_by_it ? wait.on : wait.deferred,
             is_fired_by_it ? wait.deferred : wait.on,
             {.position = wait.position, .since = wait.started_at, .how = wait.how});
    }
  }
  sort_guests();
}

// The outermost host of a Deferred. Halves the way as it goes: nearly constant time.
std::uint32_t Homes::top(std::uint32_t deferred) {
  while (tops_[deferred] != deferred) deferred = tops_[deferred] = tops_[tops_[deferred]];
  return deferred;
}

void Homes::relate(const Model& model, event::DeferredId host_id, event::DeferredId guest_id,
                   const Guest& facts) {
  const DeferredIndex host = model.index_of(host_id);
  Guest guest = facts;
  guest.deferred = model.index_of(guest_id);
  if (host == DeferredIndex::kNone || guest.deferred == DeferredIndex::kNone) return;
  const std::uint32_t at = place(guest.deferred);
  if (hosts_[at] == host) return;  // it is there already
  // What has no host is the outermost of its own: it may move in unless the host lives in it.
  guest.is_portal = hosts_[at] != DeferredIndex::kNone || top(place(host)) == at;
  if (!guest.is_portal) {
    hosts_[at] = host;
    tops_[at] = place(host);
  }
  relations_.push_back({host, guest});
}

void Homes::sort_guests() {
  roots_.clear();
  for (std::uint32_t at = 1; at < hosts_.size(); ++at)
    if (hosts_[at] == DeferredIndex::kNone) roots_.push_back(static_cast<DeferredIndex>(at));
  first_guest_.assign(hosts_.size() + 1, 0);
  for (const Relation& each : relations_) ++first_guest_[place(each.host) + 1];
  for (std::size_t at = 1; at < first_guest_.size(); ++at) first_guest_[at] += first_guest_[at - 1];
  guests_.resize(relations_.size());
  std::vector<std::uint32_t> next(first_guest_);
  for (const Relation& each : relations_) guests_[next[place(each.host)]++] = each.guest;
  for (std::uint32_t at = 1; at < hosts_.size(); ++at)
    std::stable_sort(guests_.begin() + first_guest_[at], guests_.begin() + first_guest_[at + 1],
                     [](const Guest& a, const Guest& b) { return a.position < b.position; });
}

DeferredIndex Homes::host(DeferredIndex deferred) const {
  return place(deferred) < hosts_.size() ? hosts_[place(deferred)] : DeferredIndex::kNone;
}

std::span<const Guest> Homes::guests(DeferredIndex host) const {
  if (host == DeferredIndex::kNone || place(host) >= hosts_.size()) return {};
  const std::uint32_t begin = first_guest_[place(host)];
  return std::span(guests_).subspan(begin, first_guest_[place(host) + 1] - begin);
}

}  // namespace reactortrack::replay
