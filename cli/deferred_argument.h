// SPDX-License-Identifier: MIT
//
// Which Deferred somebody means: "#12", "12", or what id() gave for it, in decimal or as 0x7f...
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/recording_file.h"
#include "core/event/event.h"
#include "core/replay/model.h"
#include "core/text/wording.h"

namespace reactortrack::cli {

struct FoundDeferred {
  event::DeferredId id{};
  std::string note;  // when more than one had this id()
};

// nullopt, with a sentence in `error`, when there is none.
std::optional<FoundDeferred> find_deferred(const replay::Model& model, std::string_view argument,
                                           std::string* error);

// The same, by the name of its coroutine or of the function that made it as well, or by the place
// ("app.py:12"). Of several, the newest that has not fired; else the newest.
std::optional<FoundDeferred> find_deferred(const text::Wording& wording, std::string_view argument,
                                           std::string* error);

// The same before the recording is read, which only an id() needs: a number is taken at its word,
// and may turn out to name nothing. Leaves the recording at its start.
std::optional<FoundDeferred> find_deferred(RecordingFile& file, std::string_view argument,
                                           std::string* error);

// "no Deferred #99 was recorded; there are 12, from #1 to #12"
std::string not_found(const replay::Model& model, std::string_view argument);

}  // namespace reactortrack::cli
