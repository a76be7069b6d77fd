// SPDX-License-Identifier: MIT
//
// Recorder: what happens to Python objects -> events. The engine (native or wrapping) and the reactor
// hooks call it; it gives Deferreds and Failures their numbers and writes to the Sink.
//
// Calls hold the GIL and are made with no exception set, unless a comment says otherwise. None
// raises, and none keeps an object of the program alive.
#pragma once

#include "recorder/object.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/event/event.h"
#include "recorder/deferred_state.h"
#include "recorder/names.h"
#include "recorder/pointer_map.h"
#include "recorder/sink.h"

namespace reactortrack::recorder {

struct Settings {
  std::string path;              // empty: in memory, and only Deferreds that a monitor tracks
  std::uint64_t ring_bytes = 0;  // keep the newest events in segments of this much together; 0: all
  int stack_depth = 16;          // frames kept of the stacks of creation and firing; 0 for none
  bool values = false;           // record repr() of results and str() of exceptions
  std::vector<std::pair<std::string, std::string>> facts;  // what the recording says of itself
};

// The classes and functions of Twisted that the recorder must recognise. References for as long as
// hooks are installed.
struct TwistedObjects {
  PyTypeObject* deferred = nullptr;
  PyTypeObject* failure = nullptr;
  PyObject* deferred_subclasses = nullptr;  // the list _DEFERRED_SUBCLASSES, or nullptr
  PyObject* passthru = nullptr;
  PyObject* failthru = nullptr;
  PyObject* continue_mark = nullptr;  // _CONTINUE
  PyObject* no_result = nullptr;      // _NO_RESULT
  PyObject* got_result = nullptr;     // _gotResultInlineCallbacks, or its code up to 23.8
  PyObject* got_result_stand_in = nullptr;
  PyObject* list_callback = nullptr;  // DeferredList._cbDeferred
  PyTypeObject* cancelled_error = nullptr;
  PyObject* callbacks_name = nullptr;  // "callbacks" or "_callbacks"
};

class Recorder : private Sink::Listener {
 public:
  Recorder() : names_(&sink_) { sink_.set_listener(this); }

  // Begins a recording. False with `*error` set when the file can't be made.
  bool start(const Settings& settings, std::string* error);
  void stop(event::EndReason reason);
  bool is_on() const { return on_; }
  // True when what happens around Deferreds is recorded. To be asked before anything is named for
  // such an event: after a fork, a file of our own is opened here.
  bool ready() {
    if (!on_ || settings_.path.empty()) return false;
    begin();
    return true;
  }
  const Settings& settings() const { return settings_; }
  Sink& sink() { return sink_; }
  Names& names() { return names_; }
  TwistedObjects& twisted() { return twisted_; }

  // ---- What is what -------------------------------------------------------------------------
  bool is_failure(PyObject* object);
  bool is_deferred(PyObject* object) const;
  // isinstance() also believes __class__: true when `object`, of another class, claims to be one.
  bool claims_class(PyObject* object, PyTypeObject* wanted) const;
  // passthru, _failthru, or None: a side of a pair that runs nothing.
  bool passes_through(PyObject* callable) const {
    return callable == twisted_.passthru || callable == twisted_.failthru || callable == Py_None;
  }
  // The number of a Deferred; one that is not known yet is adopted.
  event::DeferredId id_of(PyObject* deferred) { return state(deferred)->id; }
  // The number of a Deferred if it is known; else none.
  event::DeferredId known_id(PyObject* deferred);
  // True when it was fired with a CancelledError.
  bool fired_with_cancelled_error(PyObject* deferred) { return state(deferred)->cancelled_error; }
  DeferredState* state(PyObject* deferred);
  // Adopts the Deferred now if it is not known yet.
  void meet(PyObject* deferred) {
    if (wanted(deferred)) state(deferred);
  }

  // From now on events of this Deferred are recorded, if that was not so before; with `follow` also
  // of those that become chained to it.
  event::DeferredId track(PyObject* deferred, bool follow);

  // ---- Life of a Deferred -------------------------------------------------------------------
  // Returns the stack, for fired() if nothing has run since.
  event::StackId created(PyObject* deferred, PyObject* canceller);
  // `pair` is the tuple that was, or is about to be, appended to the list (nullptr when not known).
  // Written before it can run. `callback`, `errback` and the callback's arguments as given.
  void attached(PyObject* deferred, const void* pair, PyObject* callback, PyObject* errback,
                PyObject* callback_arguments);
  // The Deferred was found to have a result that no event told of (its attributes were set directly).
  void fired_unseen(PyObject* deferred);
  void fired(PyObject* deferred, PyObject* result) {
    if (wanted(deferred)) fired(deferred, result, names_.stack(settings_.stack_depth));
  }
  // `at_once`: nothing of the program has run since it was created.
  void fired(PyObject* deferred, PyObject* result, event::StackId stack, bool at_once = false);
  void fired_again(PyObject* deferred, PyObject* result, bool suppressed);
  // A pair was taken off the list: its position. Attaches it first when it was put there behind our
  // back. Needed for pairs of which nothing runs, too.
  std::uint32_t take(PyObject* deferred, const void* pair, PyObject* callback, PyObject* errback);
  // One side of the pair at `position` runs next: in the moment of what was told before, be it that
  // the Deferred was fired, that the pair was attached, or that the one before it finished.
  void started(PyObject* deferred, std::uint32_t position, event::Lane lane);
  // `raised`: `result` is the Failure made of an exception.
  void finished(PyObject* deferred, PyObject* result, bool raised);
  void waits(PyObject* waiter, PyObject* on, event::WaitKind how);
  // In the moment in which `by` got its result.
  void resumed(PyObject* waiter, PyObject* by, PyObject* result);
  void taken(PyObject* taker, PyObject* from, PyObject* result);
  void paused(PyObject* deferred, int count);
  void unpaused(PyObject* deferred, int count);
  void cancelling(PyObject* deferred);
  void cancelled(PyObject* deferred, event::CancelEffect effect, PyObject* to);
  // In the Deferred's finalizer. An exception may be set.
  void collected(PyObject* deferred);
  // If this one is collected next, it is in the moment of the event before. nullptr: none.
  void may_end_at_once(PyObject* deferred) { ends_at_once_ = deferred; }
  // In a Failure's finalizer.
  void failure_collected(PyObject* failure) { failures_.erase(failure); }
  // The next Deferred that is created is the result of this coroutine or generator (borrowed).
  void expect_coroutine(PyObject* generator) { coming_coroutine_ = generator; }

  // ---- Anything else ------------------------------------------------------------------------
  template <class Kind>
  void write(const Kind& kind) {
    begin();
    sink_.write(kind);
  }
  void mark(std::string_view text);
  // See Sink.
  std::string dump(const std::string& path, double before_s, double after_s, std::string* error) {
    if (on_) begin();
    return sink_.dump(path, before_s, after_s, error);
  }
  // An exception that is in nobody's Failure yet. `type` is its class; the others may be nullptr.
  // `known`: the number of a Failure that was told of in an earlier segment.
  event::FailureId raised(PyObject* type, PyObject* value, PyObject* traceback,
                          event::FailureId known = event::FailureId::kNone);
  // The Deferred of the coroutine that is running, by the ends and waits that were seen.
  event::DeferredId running_coroutine() const {
    return coroutines_.empty() ? event::DeferredId::kNone : coroutines_.back();
  }
  // The Deferred that a pair was attached to last.
  event::DeferredId last_attached() const { return last_attached_; }
  event::Result result_of(PyObject* value, event::Outcome for_failure);

  // Called in the child of a fork by pthread_atfork: sets a flag.
  static void forked();

 private:
  struct FailureState {
    event::FailureId id{};
    std::uint32_t generation = 0;
    std::uint32_t segment = 0;
  };

  // False when nothing is recorded of this Deferred.
  bool wanted(PyObject* deferred) {
    if (!on_) return false;
    if (!settings_.path.empty()) [[likely]]
      return true;
    const auto* found = deferreds_.find(deferred);
    return found != nullptr && (*found)->tracked;
  }
  // The same for an event of two: if one is tracked and followed, so is the other from now on.
  bool wanted(PyObject* one, PyObject* other);
  // Before every event: a file of our own after a fork, and the thread.
  [[gnu::always_inline]] void begin() {
    if (forked_ || platform::thread_id() != current_thread_) [[unlikely]]
      begin_anew();
  }
  void begin_anew();
  void reopen_in_child();
  void thread_changed(std::uint64_t thread);
  void begin_numbering();
  void write_settings();
  DeferredState* new_state(PyObject* deferred);
  void adopt(PyObject* deferred, DeferredState* state);
  void adopt_pairs(PyObject* deferred, DeferredState* state);
  event::CallableId side(PyObject* callable);
  event::FailureId failure(PyObject* failure);
  event::StringId text_of(PyObject* (*convert)(PyObject*), PyObject* value);
  // The generator that `callback` resumes, borrowed, and the Deferred that is its result; false for
  // any callback but the one inlineCallbacks and coroutines attach.
  bool awaiting(PyObject* callback, PyObject* arguments, PyObject** generator, Owned* waiter);
  void await_attached(PyObject* deferred, DeferredState* state, PyObject* generator,
                      PyObject* waiter);
  void coroutine_runs(event::DeferredId coroutine);
  void coroutine_rests(event::DeferredId coroutine);
  void write_resumed(event::DeferredId waiter, const void* address, PyObject* by, PyObject* result);

  // ---- Segments of a ring (carry.cc) ----------------------------------------------------------
  void segment_ends() override;
  void describe(event::Segment* segment) override;
  void segment_begins() override;
  void forget_definitions();
  void begin_carrying();
  // So many that all that lives is told in the first part of the segment.
  std::size_t events_between_carries() const;
  void carry_some();
  void carry(PyObject* deferred, DeferredState* state);
  void carry_result(PyObject* deferred, event::Carried* event);
  void carry_pairs(PyObject* deferred, DeferredState* state);
  void carry_wait(event::DeferredId on, PyObject* callback, PyObject* arguments, PyObject* errback);
  bool is_carrying() const { return carry_stage_ != CarryStage::kDone; }
  std::uint64_t current_thread() const { return is_carrying() ? real_thread_ : current_thread_; }

  // Set in the child of a fork; read and cleared before the next event there.
  static volatile bool forked_;

  Sink sink_;
  Names names_;
  Settings settings_;
  TwistedObjects twisted_;
  bool on_ = false;
  PyObject* coming_coroutine_ = nullptr;
  PyObject* ends_at_once_ = nullptr;  // by its address
  event::DeferredId last_attached_{};
  std::vector<event::DeferredId> coroutines_;  // that have begun or gone on, innermost last
  PointerMap<std::unique_ptr<DeferredState>> deferreds_;
  std::vector<std::unique_ptr<DeferredState>> spare_states_;
  PyObject* last_seen_ = nullptr;  // the latest Deferred asked for: nearly always the next one
  DeferredState* last_state_ = nullptr;
  PointerMap<FailureState> failures_;
  std::uint32_t last_deferred_ = 0;
  std::uint32_t last_failure_ = 0;
  std::uint64_t current_thread_ = 0;
  std::vector<std::uint64_t> threads_;
  std::vector<event::StringId> thread_names_;

  // What of the things that live is to be told in this segment of a ring.
  enum class CarryStage : std::uint8_t { kDone, kDeferreds, kCalls };
  CarryStage carry_stage_ = CarryStage::kDone;
  std::size_t carry_from_ = 0;   // slots of the table that are left
  std::size_t carry_slots_ = 0;  // slots that it had then
  std::size_t carry_in_ = 0;     // events until some are told
  std::uint64_t carried_bytes_ = 0;
  std::uint64_t real_thread_ = 0;  // while current_thread_ is 0 for that
  std::uint32_t carried_definitions_ = 0;
};

// The one Recorder of this process. Never destroyed: Deferreds may die after static destruction has
// begun.
extern Recorder* const g_recorder;
inline Recorder& the_recorder() { return *g_recorder; }

}  // namespace reactortrack::recorder
