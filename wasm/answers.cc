// SPDX-License-Identifier: MIT
#include "wasm/answers.h"

#include "core/text/text.h"

namespace reactortrack::wasm {

std::string answer(Session* session, Question question, std::uint32_t a, std::uint32_t b,
                   std::string_view text) {
  Answer answer(session, a, b, text);
  switch (question) {
    case Question::kRecording: answer.recording(); break;
    case Question::kEvent: answer.event(); break;
    case Question::kEvents: answer.events(); break;
    case Question::kDeferred: answer.deferred(); break;
    case Question::kDeferreds: answer.deferreds(); break;
    case Question::kTile: answer.tile(); break;
    case Question::kLabels: answer.labels(); break;
    case Question::kHistogram: answer.histogram(); break;
    case Question::kSearch: answer.search(); break;
    case Question::kTree: answer.tree(); break;
    case Question::kFind: answer.find(); break;
    case Question::kLegend: answer.legend(); break;
    case Question::kEventAtTime: answer.event_at_time(); break;
    case Question::kCursor: answer.cursor(); break;
    case Question::kNodeOf: answer.node_of(); break;
    case Question::kFindings: answer.findings(); break;
    case Question::kWaitTree: answer.wait_tree(); break;
    case Question::kReactor: answer.reactor(); break;
  }
  return answer.take();
}

// ---- Parts that several answers have ----------------------------------------------------------

void Answer::error(const log::Error& error) {
  json_.begin_object().field("offset", error.offset).field("line", error.line);
  json_.field("cause", error.cause).end();
}

void Answer::ref_fields(const replay::Deferred& deferred) {
  const replay::State its = state(deferred);
  json_.field("deferred", number(deferred.id)).field("label", names_.of(deferred));
  json_.field("state", replay::word(its)).field("glyph", map::glyph(its));
  json_.field("node", node(deferred));
}

void Answer::box_fields(const raster::Box& box) {
  json_.field("x", box.left).field("y", box.top);
  json_.field("w", box.width()).field("h", box.height());
}

std::string Answer::seconds(EventNumber event) const {
  return replay::happened(event) ? text::clock_text(model_.time_ns(event)) : std::string();
}

std::uint32_t Answer::position_of(replay::PairIndex index) const {
  const replay::Deferred* owner = model_.find(model_.pair(index).deferred);
  std::uint32_t position = 0;
  if (owner == nullptr) return 0;
  for (auto at = owner->first_pair; at != index && at != replay::PairIndex::kNone;
       at = model_.pair(at).next())
    ++position;
  return position;
}

replay::State Answer::state(std::uint32_t node) const {
  const map::Tree& tree = map_.tree();
  if (tree.kind(node) == map::NodeKind::kRoot) return replay::State::kPending;
  if (tree.kind(node) == map::NodeKind::kPair)
    return map_.styles().all()[node] == raster::kHidden
               ? replay::State::kPending
               : map::state_shown(map_.styles().look(node));
  return state(model_.deferred(tree.deferred(node)));
}

}  // namespace reactortrack::wasm
