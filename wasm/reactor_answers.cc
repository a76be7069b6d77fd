// SPDX-License-Identifier: MIT
//
// About the reactor: its turns, how busy it was, and where it was blocked.
#include <algorithm>
#include <array>

#include "core/analysis/options.h"
#include "core/text/text.h"
#include "wasm/answers.h"

namespace reactortrack::wasm {

namespace {

using replay::EventNumber;
using replay::happened;

// One turn with the poll that ends it. It is busy from the poll before it on.
struct Round {
  const replay::Turn* turn;
  std::int64_t start_ns;       // the poll before it ended
  std::int64_t poll_start_ns;  // busy until here
  std::int64_t end_ns;
};

template <class Visit>
void each_round(const replay::Model& model, Visit&& visit) {
  std::int64_t start_ns = -1;  // not known
  for (const replay::Turn& turn : model.turns()) {
    if (start_ns < 0) start_ns = std::max<std::int64_t>(0, model.time_ns(turn.started_at));
    const bool has_polled = happened(turn.poll_started_at);
    const bool has_ended = happened(turn.poll_ended_at);
    Round round{&turn, start_ns, model.time_ns(), model.time_ns()};
    if (has_polled) round.poll_start_ns = model.time_ns(turn.poll_started_at);
    if (has_ended) round.end_ns = model.time_ns(turn.poll_ended_at);
    visit(round);
    if (has_polled) start_ns = has_ended ? round.end_ns : -1;
  }
}

// Equal steps of time, and how much of each was busy.
class Busy {
 public:
  Busy(std::int64_t first_ns, std::int64_t last_ns, std::uint32_t count)
      : first_ns_(first_ns), span_ns_(std::max<std::int64_t>(1, last_ns - first_ns)) {
    buckets_.resize(count);
  }

  void add(const Round& round) {
    Bucket& begun = buckets_[bucket_at(round.start_ns)];
    ++begun.turns;
    begun.calls += round.turn->calls;
    const std::size_t last = bucket_at(round.poll_start_ns);
    for (std::size_t at = bucket_at(round.start_ns); at <= last; ++at) {
      const std::int64_t from = std::max(round.start_ns, begin_of(at));
      const std::int64_t to = std::min(round.poll_start_ns, begin_of(at + 1));
      buckets_[at].busy_ns += std::max<std::int64_t>(0, to - from);
    }
  }

  struct Bucket {
    std::int64_t busy_ns = 0;
    std::uint32_t turns = 0;
    std::uint64_t calls = 0;
  };
  const std::vector<Bucket>& buckets() const { return buckets_; }
  std::int64_t thousandths(std::size_t at) const {
    const std::int64_t width = std::max<std::int64_t>(1, begin_of(at + 1) - begin_of(at));
    return std::min<std::int64_t>(1000, buckets_[at].busy_ns * 1000 / width);
  }

 private:
  // Times of recordings are below 2^53 ns, and buckets are at most 10,000.
  std::int64_t begin_of(std::size_t at) const {
    const auto count = static_cast<std::int64_t>(buckets_.size());
    const auto place = static_cast<std::int64_t>(at);
    return first_ns_ + span_ns_ / count * place + span_ns_ % count * place / count;
  }
  std::size_t bucket_at(std::int64_t ns) const {
    const double share = static_cast<double>(ns - first_ns_) / static_cast<double>(span_ns_);
    const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(buckets_.size());
    std::size_t at = std::min(static_cast<std::size_t>(place), buckets_.size() - 1);
    while (at > 0 && begin_of(at) > ns) --at;
    while (at + 1 < buckets_.size() && begin_of(at + 1) <= ns) ++at;
    return at;
  }

  std::int64_t first_ns_;
  std::int64_t span_ns_;
  std::vector<Bucket> buckets_;
};

}  // namespace

void Answer::reactor() {
  const EventNumber first{timeline_.last() == EventNumber::kNone ? 0u : 1u};
  const std::int64_t first_ns = std::max<std::int64_t>(0, model_.time_ns(first));
  const std::uint32_t wanted = std::clamp(a_, 1u, 10'000u);
  Busy busy(first_ns, model_.time_ns(), wanted);
  std::int64_t busy_ns = 0;
  std::int64_t polled_ns = 0;
  const bool tells_turns = model_.turns().size() <= wanted;
  json_.begin_object().key("turns").begin_array();
  each_round(model_, [&](const Round& round) {
    busy.add(round);
    busy_ns += round.poll_start_ns - round.start_ns;
    polled_ns += round.end_ns - round.poll_start_ns;
    if (!tells_turns) return;
    json_.begin_object().field("event", number(round.turn->started_at));
    const EventNumber ended = round.turn->poll_ended_at;
    json_.field("end_event", number(happened(ended) ? ended : model_.now()));
    ns("start_ns", round.start_ns);
    ns("end_ns", round.end_ns);
    ns("busy_ns", round.poll_start_ns - round.start_ns);
    ns("polled_ns", round.end_ns - round.poll_start_ns);
    json_.field("calls", round.turn->calls).end();
  });
  json_.end().field("turn_count", model_.turns().size());
  ns("first_ns", first_ns);
  ns("last_ns", model_.time_ns());
  ns("busy_ns", busy_ns);
  ns("polled_ns", polled_ns);
  json_.key("buckets").begin_array();
  for (std::size_t at = 0; at < busy.buckets().size(); ++at)
    json_.begin_array()
        .value(busy.thousandths(at))
        .value(busy.buckets()[at].turns)
        .value(busy.buckets()[at].calls)
        .end();
  json_.end();
  blocked();
  json_.end();
}

void Answer::blocked() {
  json_.field("done", session_.diagnosis().is_done());
  ns("limit_ns", analysis::Options{}.blocked_ns);
  json_.key("blocked").begin_array();
  for (const Blocked& each : session_.diagnosis().found().blocked) {
    const replay::Deferred* deferred = model_.find(each.deferred);
    json_.begin_object().field("event", number(each.event));
    json_.field("from_event", number(each.from)).field("to_event", number(each.to));
    ns("start_ns", model_.time_ns(each.from));
    ns("end_ns", model_.time_ns(each.to));
    json_.field("length", text::duration_text(each.length_ns));
    json_.field("culprit", each.culprit).key("deferred");
    deferred == nullptr ? json_.null() : json_.value(number(deferred->id));
    json_.key("node");
    deferred == nullptr ? json_.null() : json_.value(node(*deferred));
    json_.field("late", each.late).end();
  }
  json_.end();
}

}  // namespace reactortrack::wasm
