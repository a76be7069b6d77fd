// SPDX-License-Identifier: MIT
#include "recorder/monitor.h"

#include <memory>
#include <new>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "core/log/json_lines.h"
#include "core/log/reader.h"
#include "recorder/recorder.h"

namespace reactortrack::recorder {
namespace {

using event::DeferredId;

// The recording from its start up to now, mapped for reading.
class Stream {
 public:
  ~Stream() { unmap(); }
  // Follows the recording in progress. False when there is none, or it can't be mapped.
  bool follow(const Sink& sink) {
    if (!sink.is_open() || (reader_ && generation_ != sink.generation())) return false;
    const std::size_t size = sink.size_bytes();
    const std::byte* mapped = platform::map_for_reading(sink.file(), size);
    if (mapped == nullptr) return false;
    if (reader_)
      reader_->extend({mapped, size});
    else
      reader_.emplace(std::span<const std::byte>(mapped, size));
    unmap();
    map_ = mapped;
    map_size_ = size;
    generation_ = sink.generation();
    segment_ = sink.segment();
    return true;
  }
  // It has read a segment of the ring, and another one has begun.
  bool is_behind(const Sink& sink) const {
    return reader_ && generation_ == sink.generation() && segment_ != sink.segment();
  }
  log::Reader* reader() { return reader_ ? &*reader_ : nullptr; }
  std::uint32_t generation() const { return generation_; }

 private:
  void unmap() {
    if (map_ != nullptr) platform::unmap_file(map_, map_size_);
    map_ = nullptr;
  }
  std::optional<log::Reader> reader_;
  const std::byte* map_ = nullptr;
  std::size_t map_size_ = 0;
  std::uint32_t generation_ = 0;
  std::uint32_t segment_ = 0;
};

class Monitor;
std::unordered_set<Monitor*>& monitors() {
  static auto* all = new std::unordered_set<Monitor*>;
  return *all;
}

class Monitor {
 public:
  explicit Monitor(bool follow) : follow_(follow) { monitors().insert(this); }
  ~Monitor() { monitors().erase(this); }
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  bool track(PyObject* deferred) {
    Recorder& recorder = the_recorder();
    const DeferredId id = recorder.track(deferred, follow_);
    if (event::number(id) == 0) return false;
    read();
    begin_tracking(id);
    return true;
  }

  void detach() {
    read();
    writer_.reset();
    stream_ = std::make_unique<Stream>();
    tracked_.clear();
    known_.clear();
  }

  // The lines since the last call.
  std::vector<std::string> take() {
    read();
    return std::exchange(lines_, {});
  }

 private:
  friend void reactortrack::recorder::read_all_monitors();

  // What a line about an earlier moment needs.
  struct Known {
    event::Created created;
    std::vector<event::Attached> attached;
  };

  void read() {
    const Sink& sink = the_recorder().sink();
    const bool goes_on = stream_->is_behind(sink);
    if (goes_on) {  // definitions keep their numbers, unless all were forgotten
      stream_ = std::make_unique<Stream>();
      writer_.reset();
      if (definitions_ != sink.definitions()) known_.clear();
    }
    definitions_ = sink.definitions();
    if (!stream_->follow(sink)) return;
    log::Reader* reader = stream_->reader();
    if (!writer_) {
      writer_ = std::make_unique<log::JsonLinesWriter>(reader->definitions());
      for (const auto& [id, known] : known_) {
        writer_->observe({now_ns_, known.created});
        for (const event::Attached& attached : known.attached)
          writer_->observe({now_ns_, attached});
      }
    }
    event::Event event;
    while (reader->next(&event)) {
      now_ns_ = event.time_ns;
      note(event);
      std::string line;
      if (is_wanted(event)) {
        writer_->append(event, &line);
        add(std::move(line));
      } else {
        writer_->observe(event);
      }
      if (const auto* gone = std::get_if<event::Collected>(&event.body)) forget(gone->deferred);
    }
  }

  void note(const event::Event& event) {
    if (const auto* created = std::get_if<event::Created>(&event.body)) {
      known_[created->deferred].created = *created;
    } else if (const auto* adopted = std::get_if<event::Adopted>(&event.body)) {
      known_[adopted->deferred] =
          Known{{adopted->deferred, adopted->type, adopted->address, {}, {}}, {}};
    } else if (const auto* attached = std::get_if<event::Attached>(&event.body)) {
      const auto found = known_.find(attached->deferred);
      if (found != known_.end()) found->second.attached.push_back(*attached);
    } else if (const auto* waiting = std::get_if<event::Waiting>(&event.body)) {
      if (waiting->how != event::WaitKind::kListMember) chained(waiting->deferred, waiting->on);
    } else if (const auto* taken = std::get_if<event::Taken>(&event.body)) {
      chained(taken->deferred, taken->from);
    }
  }

  void chained(DeferredId one, DeferredId other) {
    if (!follow_) return;
    if (tracked_.count(one) != 0) begin_tracking(other);
    if (tracked_.count(other) != 0) begin_tracking(one);
  }

  bool is_wanted(const event::Event& event) const {
    if (std::holds_alternative<event::Adopted>(event.body)) return false;  // told by begin_tracking
    const event::EventKind kind = event::kind_of(event.body);
    if (kind >= event::EventKind::kSegment && kind <= event::EventKind::kCarriedCall) return false;
    return std::visit(
        [this](const auto& body) {
          if constexpr (requires { body.deferred; }) {
            if (tracked_.count(body.deferred) != 0) return true;
          }
          if constexpr (requires { body.on; }) return tracked_.count(body.on) != 0;
          return false;
        },
        event.body);
  }

  // Lines for what happened before: its creation, and the pairs it has.
  void begin_tracking(DeferredId id) {
    if (event::number(id) == 0 || !tracked_.insert(id).second || !writer_) return;
    const auto found = known_.find(id);
    if (found == known_.end()) return;
    log::JsonLinesWriter past(stream_->reader()->definitions());
    std::string line;
    past.append(event::Event{now_ns_, found->second.created}, &line);
    add(std::move(line));
    for (const event::Attached& attached : found->second.attached) {
      line.clear();
      past.append(event::Event{now_ns_, attached}, &line);
      add(std::move(line));
    }
  }

  void forget(DeferredId id) {
    known_.erase(id);
    tracked_.erase(id);
  }

  void add(std::string line) {
    if (!line.empty() && line.back() == '\n') line.pop_back();
    if (!line.empty()) lines_.push_back(std::move(line));
  }

  bool follow_;
  std::uint32_t definitions_ = 0;
  std::int64_t now_ns_ = 0;
  std::unique_ptr<Stream> stream_ = std::make_unique<Stream>();
  std::unique_ptr<log::JsonLinesWriter> writer_;
  std::unordered_set<DeferredId> tracked_;
  std::unordered_map<DeferredId, Known> known_;
  std::vector<std::string> lines_;
};

// ---- The Python type -----------------------------------------------------------------------------

struct MonitorObject {
  PyObject_HEAD Monitor* monitor;
};

Monitor& monitor_of(PyObject* self) { return *reinterpret_cast<MonitorObject*>(self)->monitor; }

PyObject* monitor_new(PyTypeObject* type, PyObject* arguments, PyObject*) {
  int follow = 0;
  if (!PyArg_ParseTuple(arguments, "p", &follow)) return nullptr;
  auto* self = reinterpret_cast<MonitorObject*>(type->tp_alloc(type, 0));
  if (self != nullptr) self->monitor = new Monitor(follow != 0);
  return reinterpret_cast<PyObject*>(self);
}

void monitor_deallocate(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  delete reinterpret_cast<MonitorObject*>(self)->monitor;
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* monitor_track(PyObject* self, PyObject* deferred) {
  if (!the_recorder().is_deferred(deferred)) {
    PyErr_Format(PyExc_TypeError, "track() takes a Deferred, not %s", Py_TYPE(deferred)->tp_name);
    return nullptr;
  }
  if (monitor_of(self).track(deferred)) Py_RETURN_NONE;
  PyErr_SetString(PyExc_RuntimeError, "nothing is being recorded");
  return nullptr;
}

PyObject* monitor_drain(PyObject* self, PyObject* list) {
  if (!PyList_Check(list)) {
    PyErr_SetString(PyExc_TypeError, "drain() takes a list");
    return nullptr;
  }
  const std::vector<std::string> lines = monitor_of(self).take();
  for (const std::string& line : lines) {
    const Owned text(
        PyUnicode_DecodeUTF8(line.data(), static_cast<Py_ssize_t>(line.size()), "replace"));
    if (!text || PyList_Append(list, text.get()) < 0) return nullptr;
  }
  return PyLong_FromSize_t(lines.size());
}

PyObject* monitor_detach(PyObject* self, PyObject*) {
  monitor_of(self).detach();
  Py_RETURN_NONE;
}

PyMethodDef g_methods[] = {{"track", monitor_track, METH_O, nullptr},
                           {"drain", monitor_drain, METH_O, nullptr},
                           {"detach", monitor_detach, METH_NOARGS, nullptr},
                           {nullptr, nullptr, 0, nullptr}};

}  // namespace

void read_all_monitors() {
  for (Monitor* each : monitors()) each->read();
}

bool add_monitor_type(PyObject* module) {
  PyType_Slot slots[] = {{Py_tp_new, reinterpret_cast<void*>(monitor_new)},
                         {Py_tp_dealloc, reinterpret_cast<void*>(monitor_deallocate)},
                         {Py_tp_methods, g_methods},
                         {0, nullptr}};
  PyType_Spec spec = {"reactortrack._recorder.Monitor", sizeof(MonitorObject), 0,
                      Py_TPFLAGS_DEFAULT, slots};
  PyObject* type = PyType_FromSpec(&spec);
  if (type == nullptr) return false;
  if (PyModule_AddObject(module, "Monitor", type) == 0) return true;
  Py_DECREF(type);
  return false;
}

}  // namespace reactortrack::recorder
