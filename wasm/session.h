// SPDX-License-Identifier: MIT
//
// Session: what stands behind the exports. The recording's bytes, the replay and the map of them, the
// frame that is painted into, and the answers to questions (answers.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/map/labels.h"
#include "core/map/map.h"
#include "core/replay/timeline.h"
#include "wasm/diagnosis.h"
#include "wasm/finder.h"

namespace reactortrack::wasm {

class Session {
 public:
  explicit Session(std::uint32_t expected_bytes);

  // Bytes are written where they stay. They grow by half, so that those of a stream of unknown
  // length are not moved too often.
  std::span<std::byte> room(std::uint32_t size);
  void append(std::uint32_t size);
  void finish() { finished_ = true; }
  bool read(std::uint32_t max_events);
  // A piece of what can wait; returns how many are left.
  std::uint32_t work();

  void set_view(const map::MapView& view);
  void zoom(const raster::View& view);
  std::size_t move_to(map::EventNumber at);
  // Dims what a search did not find; returns the Deferreds it found.
  std::vector<map::DeferredIndex> search(std::string_view text);
  std::span<const std::uint32_t> paint(std::uint32_t box);
  // node + 1, or 0
  std::uint32_t pick(std::int32_t x, std::int32_t y) const;
  std::vector<map::Label> labels(std::uint32_t most);
  // What Question::kDeferreds asks for; kept while the same is asked.
  const std::vector<map::DeferredIndex>& table(std::string_view query);  // table_answers.cc

  const replay::Timeline& timeline() const { return timeline_; }
  const map::Map& map() const { return map_; }
  const map::Names& names() const { return names_; }
  Finder& finder() { return finder_; }
  const Diagnosis& diagnosis() const { return diagnosis_; }
  std::span<const std::byte> recording() const { return std::span(bytes_).first(used_); }
  bool finished() const { return finished_; }

 private:
  void sort_table(std::string_view column, bool descending);

  std::vector<std::byte> bytes_;
  std::size_t used_ = 0;
  bool finished_ = false;
  replay::Timeline timeline_{{}};
  map::Map map_{timeline_};
  map::Names names_{timeline_};
  map::Labels labels_{map_};
  bool labels_are_prepared_ = false;
  Finder finder_{timeline_};
  Diagnosis diagnosis_{timeline_};
  std::string searched_;
  std::string table_asked_;
  std::vector<map::DeferredIndex> table_;
  std::vector<std::uint32_t> rgba_;
  std::vector<std::uint32_t> ids_;
  std::vector<bool> painted_;  // which of the map's boxes
};

}  // namespace reactortrack::wasm
