// SPDX-License-Identifier: MIT
#include "cli/window.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "cli/window_survey.h"
#include "core/event/names.h"
#include "core/log/encoding.h"
#include "core/log/reader.h"
#include "core/log/writer.h"

namespace reactortrack::cli {

namespace {

// A Writer whose memory grows.
class GrowingWriter {
 public:
  GrowingWriter() {
    writer_.set_window(memory_);
    writer_.start();
  }
  template <class Use>
  auto with_room(Use use) {
    if (writer_.room() < kRoom) take();
    return use(writer_);
  }
  std::string bytes() && {
    take();
    return std::move(bytes_);
  }

 private:
  static constexpr std::size_t kRoom = log::kMaxRecordBytes + 2 * log::kMaxTextBytes;

  void take() {
    const std::size_t written = writer_.written();
    bytes_.append(reinterpret_cast<const char*>(memory_.data()), written);
    std::fill_n(memory_.begin(), written, std::byte{0});
    writer_.set_window(memory_);
  }

  std::vector<std::byte> memory_ = std::vector<std::byte>(1 << 20);
  log::Writer writer_;
  std::string bytes_;
};

// Copies events into a new recording, each with the definitions that it needs and the new one lacks.
class Copier {
 public:
  Copier(const log::Definitions& definitions, bool renumber)
      : definitions_(definitions), renumber_(renumber) {}

  template <class Kind>
  void write(std::int64_t time_ns, Kind kind) {
    event::for_each_field(kind, [this](const char*, auto& value) { translate(&value); });
    out_.with_room([&](log::Writer& writer) { return writer.write(time_ns, kind); });
    ++count_;
  }
  void info(std::string_view key, std::string_view value) {
    out_.with_room([&](log::Writer& writer) { return writer.info(key, value); });
  }
  std::uint64_t count() const { return count_; }
  std::string bytes() && { return std::move(out_).bytes(); }

 private:
  // From the ids of one recording to those of the other, 0 where there is none yet.
  using Numbers = std::vector<std::uint32_t>;

  template <class Value>
  void translate(Value*) {}  // numbers, words, lengths of time
  void translate(event::DeferredId* id) { renumber(id, &deferreds_); }
  void translate(event::FailureId* id) { renumber(id, &failures_); }
  void translate(event::DelayedCallId* id) { renumber(id, &calls_); }
  void translate(event::ResourceId* id) { renumber(id, &resources_); }
  void translate(event::WorkId* id) { renumber(id, &works_); }
  void translate(event::LoopId* id) { renumber(id, &loops_); }
  void translate(event::Result* result) {
    translate(&result->type);
    translate(&result->text);
    translate(&result->failure);
    translate(&result->deferred);
  }
  void translate(event::StringId* id) {
    define(id, &strings_,
           [this](event::StringId old) { return event::String{definitions_.text(old)}; });
  }
  void translate(event::SiteId* id) {
    define(id, &sites_, [this](event::SiteId old) {
      event::Site site = definitions_.site(old);
      translate(&site.file);
      translate(&site.function);
      return site;
    });
  }
  void translate(event::CallableId* id) {
    define(id, &callables_, [this](event::CallableId old) {
      event::Callable callable = definitions_.callable(old);
      translate(&callable.module);
      translate(&callable.name);
      translate(&callable.site);
      return callable;
    });
  }
  // Callers first: each stack in turn, outermost first, without recursion over data.
  void translate(event::StackId* id) {
    std::vector<event::StackId> missing;
    for (event::StackId each = *id; each != event::StackId::kNone && lacks(each, &stacks_);
         each = definitions_.stack(each).caller)
      missing.push_back(each);
    for (auto each = missing.rbegin(); each != missing.rend(); ++each) {
      event::StackId target = *each;
      define(&target, &stacks_, [this](event::StackId old) {
        event::Stack stack = definitions_.stack(old);
        stack.caller = static_cast<event::StackId>(known(stack.caller, &stacks_));
        translate(&stack.site);
        return stack;
      });
    }
    *id = static_cast<event::StackId>(known(*id, &stacks_));
  }

  template <class Id>
  static std::uint32_t known(Id id, Numbers* numbers) {
    if (event::number(id) >= numbers->size()) numbers->resize(event::number(id) + 1);
    return (*numbers)[event::number(id)];
  }
  template <class Id>
  static bool lacks(Id id, Numbers* numbers) {
    return known(id, numbers) == 0;
  }
  template <class Id, class Make>
  void define(Id* id, Numbers* numbers, Make make) {
    if (*id == Id::kNone) return;
    if (lacks(*id, numbers)) {
      const auto kind = make(*id);
      (*numbers)[event::number(*id)] =
          event::number(out_.with_room([&](log::Writer& writer) { return writer.define(kind); }));
    }
    *id = static_cast<Id>((*numbers)[event::number(*id)]);
  }
  template <class Id>
  void renumber(Id* id, std::unordered_map<std::uint32_t, std::uint32_t>* numbers) {
    if (!renumber_ || *id == Id::kNone) return;
    const auto next = static_cast<std::uint32_t>(numbers->size() + 1);
    *id = static_cast<Id>(numbers->try_emplace(event::number(*id), next).first->second);
  }

  const log::Definitions& definitions_;
  bool renumber_;
  GrowingWriter out_;
  std::uint64_t count_ = 0;
  Numbers strings_;
  Numbers sites_;
  Numbers stacks_;
  Numbers callables_;
  std::unordered_map<std::uint32_t, std::uint32_t> deferreds_;
  std::unordered_map<std::uint32_t, std::uint32_t> failures_;
  std::unordered_map<std::uint32_t, std::uint32_t> calls_;
  std::unordered_map<std::uint32_t, std::uint32_t> resources_;
  std::unordered_map<std::uint32_t, std::uint32_t> works_;
  std::unordered_map<std::uint32_t, std::uint32_t> loops_;
};

// The second pass: what of the recording goes into the new one.
class Cutter {
 public:
  Cutter(RecordingFile* file, const Window& window, WindowSurvey* survey, std::uint64_t at)
      : file_(*file),
        window_(window),
        survey_(*survey),
        at_(at),
        copier_(file->source().definitions(), runs_ahead(*survey)) {
    cut_.is_renumbered = runs_ahead(*survey);
    cut_.left_out = survey->left_out();
  }

  Cut cut() {
    event::Event event;
    while (file_.next(&event)) {
      if (const auto* info = std::get_if<event::Info>(&event.body))
        copier_.info(info->key, info->value);
      if (static_cast<std::uint8_t>(event::kind_of(event.body)) < event::kFirstTimedKind) continue;
      if (++number_ > window_.last) {
        copier_.write(event.time_ns, event::End{event::EndReason::kStopped});
        break;
      }
      if (number_ == 1) say_what_is_left_out(event.time_ns);
      const bool is_before = window_.begins_after(number_, event.time_ns);
      std::visit(
          [&](const auto& body) {
            using Kind = std::remove_cvref_t<decltype(body)>;
            if constexpr (static_cast<std::uint8_t>(Kind::kKind) >= event::kFirstTimedKind)
              take(event.time_ns, body, is_before);
          },
          event.body);
    }
    cut_.bytes = std::move(copier_).bytes();
    return cut_;
  }

 private:
  // Whether serials are higher than a reader lets them be: by what was read and, to a limit, lost.
  static bool runs_ahead(const WindowSurvey& survey) {
    return survey.highest_serial() >
           std::min<std::uint64_t>(log::Reader::kMaxLostSerials, survey.event_count());
  }

  void say_what_is_left_out(std::int64_t time_ns) {
    if (survey_.left_out() == 0) return;
    copier_.write(time_ns, event::Lost{survey_.left_out(), event::LostReason::kLeftOut});
  }

  template <class Kind>
  void take(std::int64_t time_ns, const Kind& body, bool is_before) {
    if (is_before && !survey_.keeps(body, number_)) return remember(body);
    if constexpr (std::is_same_v<Kind, event::Thread>) thread_ = written_thread_ = body.thread;
    write_thread(time_ns);
    event::for_each_field(body, [&](const char*, const auto& value) { introduce(time_ns, value); });
    copier_.write(time_ns, body);
    if (!is_before && cut_.event_count++ == 0) cut_.first_event = copier_.count();
    if (number_ == at_) cut_.at_event = copier_.count();
  }

  // What is written only when something that is kept speaks of it.
  template <class Kind>
  void remember(const Kind& body) {
    if constexpr (std::is_same_v<Kind, event::Thread>) {
      thread_ = body.thread;
      thread_names_[event::number(body.thread)] = body.name;
    } else if constexpr (std::is_same_v<Kind, event::FailureSeen>) {
      failures_.insert_or_assign(event::number(body.failure), body);
    } else if constexpr (std::is_same_v<Kind, event::CallScheduled>) {
      calls_.insert_or_assign(event::number(body.call), body);
    } else if constexpr (std::is_same_v<Kind, event::CallEnded> ||
                         std::is_same_v<Kind, event::CallCancelled>) {
      calls_.erase(event::number(body.call));
    }
  }
  void write_thread(std::int64_t time_ns) {
    if (thread_ == written_thread_) return;
    copier_.write(time_ns, event::Thread{thread_, thread_names_[event::number(thread_)]});
    written_thread_ = thread_;
  }
  template <class Value>
  void introduce(std::int64_t, const Value&) {}
  void introduce(std::int64_t time_ns, const event::FailureId& id) {
    introduce_from(time_ns, event::number(id), &failures_);
  }
  void introduce(std::int64_t time_ns, const event::DelayedCallId& id) {
    introduce_from(time_ns, event::number(id), &calls_);
  }
  void introduce(std::int64_t time_ns, const event::Result& result) {
    introduce(time_ns, result.failure);
  }
  template <class Kind>
  void introduce_from(std::int64_t time_ns, std::uint32_t id,
                      std::unordered_map<std::uint32_t, Kind>* remembered) {
    const auto found = remembered->find(id);
    if (found == remembered->end()) return;
    copier_.write(time_ns, found->second);
    remembered->erase(found);
  }

  RecordingFile& file_;
  const Window& window_;
  WindowSurvey& survey_;
  std::uint64_t at_;
  Copier copier_;
  Cut cut_;
  std::uint64_t number_ = 0;
  event::ThreadId thread_{};
  event::ThreadId written_thread_{};
  std::unordered_map<std::uint32_t, event::StringId> thread_names_;
  std::unordered_map<std::uint32_t, event::FailureSeen> failures_;
  std::unordered_map<std::uint32_t, event::CallScheduled> calls_;
};

}  // namespace

Cut cut_window(RecordingFile* file, const Window& window, std::uint64_t at) {
  file->restart();
  WindowSurvey survey(file, window);
  file->restart();
  return Cutter(file, window, &survey, at).cut();
}

}  // namespace reactortrack::cli
