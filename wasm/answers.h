// SPDX-License-Identifier: MIT
//
// Answers: each Question of exports.h, answered as JSON. One file for each subject.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/replay/moment.h"
#include "core/text/json.h"
#include "wasm/exports.h"
#include "wasm/session.h"

namespace reactortrack::wasm {

// "null" for what there is not.
std::string answer(Session* session, Question question, std::uint32_t a, std::uint32_t b,
                   std::string_view text);

// One question being answered: what it is about, and the JSON so far.
class Answer {
 public:
  Answer(Session* session, std::uint32_t a, std::uint32_t b, std::string_view text)
      : session_(*session),
        timeline_(session->timeline()),
        model_(session->timeline().model()),
        map_(session->map()),
        names_(session->names()),
        say_(session->names().wording()),
        now_(session->map().at()),
        a_(a),
        b_(b),
        text_(text) {}

  std::string take() { return json_.text().empty() ? "null" : json_.text(); }

  void recording();  // recording_answers.cc
  void histogram();
  void legend();
  void event_at_time();
  void event();  // event_answers.cc
  void events();
  void cursor();
  void find();
  void deferred();   // deferred_answers.cc
  void deferreds();  // table_answers.cc
  void tile();       // tile_answers.cc
  void labels();
  void search();
  void tree();
  void node_of();
  void findings();  // finding_answers.cc
  void wait_tree();
  void reactor();  // reactor_answers.cc

 private:
  using EventNumber = replay::EventNumber;

  // Parts of answers.
  void ns(const char* key, std::int64_t value) { json_.field(key, std::to_string(value)); }
  void error(const log::Error& error);
  void event_fields(EventNumber event);
  void awaited_by(const event::Event* event, EventNumber at);
  std::string line_of(const event::Event& event, EventNumber number) const;
  void ref_fields(const replay::Deferred& deferred);
  void pair_ref(replay::PairIndex index);
  void box_fields(const raster::Box& box);
  void times(const replay::Deferred& deferred);
  void pairs(const replay::Deferred& deferred);
  void pair(const replay::Deferred& deferred, const replay::Pair& pair, std::uint32_t position,
            const replay::Moment& moment);
  void history(const replay::Deferred& deferred);
  void waits_on(const replay::Deferred& deferred);
  void waiters(const replay::Deferred& deferred);
  void path(const replay::Deferred& deferred);
  void wait_ref(const replay::Deferred& deferred, const replay::Wait* wait);
  std::string bottom_text(const replay::Deferred& deferred) const;
  void diagnosis_fields();
  void finding(const Found& found);
  void blocked();
  std::string sentence(const replay::Deferred& deferred, const replay::Moment& moment) const;
  std::vector<std::string> tile_lines(std::uint32_t node) const;
  std::uint32_t child_count(std::uint32_t node) const;
  void tree_child(std::uint32_t node);

  // Facts.
  replay::State state(const replay::Deferred& deferred) const {
    return replay::state_of(model_, deferred, now_);
  }
  replay::State state(std::uint32_t node) const;
  bool is_shown(std::uint32_t node) const { return map_.tree().shown_from(node) <= now_; }
  std::uint32_t node(const replay::Deferred& deferred) const {
    return map_.tree().node_of(model_.index_of(deferred.id));
  }
  // Nodes that there are not are the root.
  std::uint32_t known(std::uint32_t node) const { return node < map_.tree().size() ? node : 0; }
  std::uint32_t position_of(replay::PairIndex index) const;
  std::string seconds(EventNumber event) const;  // "0.101234"
  EventNumber last_change(std::uint32_t node) const;
  EventNumber next_failure() const;
  EventNumber previous_failure() const;
  EventNumber next_start() const;
  EventNumber end_of_current() const;

  Session& session_;
  const replay::Timeline& timeline_;
  const replay::Model& model_;
  const map::Map& map_;
  const map::Names& names_;
  text::Wording say_;
  EventNumber now_;
  std::uint32_t a_;
  std::uint32_t b_;
  std::string_view text_;
  text::Json json_;
};

}  // namespace reactortrack::wasm
