// SPDX-License-Identifier: MIT
#include "core/text/async_stack.h"

#include "core/text/text.h"

namespace reactortrack::text {

std::vector<Awaiter> awaiters(const replay::Model& model, const replay::Frame& inside,
                              replay::EventNumber at) {
  constexpr std::size_t kMost = 16;
  const replay::Pair& pair = model.pair(inside.pair());
  const bool resumes = pair.continues != event::DeferredId::kNone;
  const replay::Deferred* runs = model.find(resumes ? pair.continues : pair.deferred);
  std::vector<Awaiter> found;
  while (runs != nullptr && found.size() < kMost) {
    // Of several the one that came first: it is the one that is told first.
    const replay::Wait* by = nullptr;
    for (auto each = model.ties(*runs).newest_waiter; each != replay::WaitIndex::kNone;
         each = model.wait(each).older_of_on) {
      const replay::Wait& wait = model.wait(each);
      if (wait.started_at <= at && (wait.open() || wait.ended_at > at)) by = &wait;
    }
    if (by == nullptr) break;
    runs = model.find(by->deferred);
    if (runs != nullptr) found.push_back({runs, by});
  }
  return found;
}

std::string awaiter_text(const Wording& say, const Awaiter& awaiter) {
  const event::CallableId coroutine = say.model().origin(*awaiter.deferred).coroutine;
  const bool is_coroutine = coroutine != event::CallableId::kNone;
  const std::string where = say.where(awaiter.wait->stack);
  return (is_coroutine ? say.callable(coroutine) + " " : std::string()) +
         deferred_text(awaiter.deferred->id) + ", " + Wording::wait_kind(awaiter.wait->how) +
         (where.empty() ? "" : "  (" + where + ")");
}

}  // namespace reactortrack::text
