// SPDX-License-Identifier: MIT
#include "benchmarks/large_recording.h"

#include <algorithm>
#include <random>
#include <string>

#include "core/log/encoding.h"
#include "core/log/writer.h"

namespace reactortrack::benchmarks {
namespace {

using namespace event;

constexpr std::size_t kWindowBytes = 1 << 20;
constexpr std::uint32_t kFunctions = 300;
constexpr std::uint32_t kFramesOfAStack = 8;

class Server {
 public:
  Server(const LargeRecording& options,
         const std::function<void(std::span<const std::byte>)>& write)
      : options_(options), write_(write), random_(options.seed), window_(kWindowBytes) {
    writer_.set_window(window_);
    writer_.start();
    define_program();
  }

  Made run() {
    at(Thread{ThreadId{1}, main_thread_});
    at(Clock{1'700'000'000'000'000'000u});
    requests_.resize(std::max(1u, options_.live_requests));
    while (!is_enough()) turn();
    if (options_.with_end) at(End{EndReason::kExit});
    flush();
    return made_;
  }

 private:
  struct Request {
    DeferredId result{};     // of its coroutine
    DeferredId awaited{};    // what it waits for
    DeferredId returned{};   // what the first callback of that one returned
    DeferredId list{};       // that holds what it waits for
    std::uint32_t left = 0;  // Deferreds still to be awaited
  };

  void define_program() {
    main_thread_ = text("MainThread");
    deferred_ = text("twisted.internet.defer.Deferred");
    list_ = text("twisted.internet.defer.DeferredList");
    client_ = text("twisted.internet.tcp.Server");
    error_ = text("shop.errors.OutOfStock");
    const StringId module = text("shop.pages");
    const StringId file = text("/srv/shop/lib/python3.11/site-packages/shop/pages.py");
    StackId caller{};
    for (std::uint32_t i = 0; i < kFunctions; ++i) {
      const StringId name = text("Page.render_" + std::to_string(i));
      const SiteId site = writer_.define(Site{file, name, 10 * i + 1});
      caller = writer_.define(Stack{i % kFramesOfAStack == 0 ? StackId{} : caller, site});
      stacks_.push_back(caller);
      functions_.push_back(writer_.define(Callable{module, name, site}));
    }
  }
  StringId text(const std::string& content) { return writer_.define(String{content}); }

  bool is_enough() const {
    return made_.events >= options_.events ||
           (options_.deferreds != 0 && made_.deferreds >= options_.deferreds);
  }

  template <class Kind>
  void at(const Kind& kind) {
    if (writer_.room() < log::kMaxRecordBytes) flush();
    now_ns_ += 200 + 100 * below(12);
    writer_.write(now_ns_, kind);
    ++made_.events;
  }
  void flush() {
    const std::span<const std::byte> used = std::span(window_).first(writer_.written());
    made_.size_bytes += used.size();
    write_(used);
    std::fill(window_.begin(), window_.end(), std::byte{});
    writer_.set_window(window_);
  }
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_()) % end; }

  // One round of the reactor: a few sockets are ready.
  void turn() {
    at(TurnStarted{});
    at(TurnEnded{0});
    at(PollStarted{{-100}});
    now_ns_ += 100 * below(20'000);
    at(PollEnded{});
    for (std::uint32_t ready = 4 + below(8); ready != 0; --ready) {
      at(IoStarted{client_});
      go_on(&requests_[below(static_cast<std::uint32_t>(requests_.size()))]);
      at(IoEnded{});
    }
  }

  DeferredId create(StringId type) {
    const DeferredId id{++made_.deferreds};
    at(Created{id, type, {0x7f0000000000u + 96 * std::uint64_t{below(8192)}}, {}, stack(id)});
    return id;
  }
  StackId stack(DeferredId id) const { return stacks_[number(id) * 7 % kFunctions]; }
  CallableId function(DeferredId id, std::uint32_t pair) const {
    return functions_[(number(id) * 7 + pair) % kFunctions];
  }
  Result value() const { return {.outcome = Outcome::kValue, .type = deferred_}; }

  void go_on(Request* request) {
    if (request->result == DeferredId::kNone) return begin(request);
    if (request->returned != DeferredId::kNone) return hand_over(request);
    const DeferredId awaited = request->awaited;
    const Result result = below(50) == 0 ? failure() : value();
    at(Fired{awaited, result, stack(awaited)});
    if (result.outcome != Outcome::kValue) return go_on_with(request, result);
    at(Started{awaited, 0, Lane::kCallback});
    if (below(10) == 0) return return_another(request);
    at(Finished{awaited, value()});
    go_on_with(request, value());
  }

  void begin(Request* request) {
    request->result = create(deferred_);
    request->left = 2 + below(8);
    at(Coroutine{request->result, function(request->result, 0)});
    at(Attached{request->result, function(request->result, 1), {}, stack(request->result)});
    at(Attached{request->result, {}, function(request->result, 2), stack(request->result)});
    await_next(request);
  }

  // Every tenth is awaited through a DeferredList.
  void await_next(Request* request) {
    --request->left;
    const DeferredId awaited = request->awaited = create(deferred_);
    at(Attached{awaited, function(awaited, 1), {}, stack(awaited)});
    DeferredId next = awaited;
    if (below(10) == 0) {
      next = request->list = create(list_);
      at(Waiting{next, awaited, WaitKind::kListMember, stack(awaited)});
      at(Attached{awaited, function(awaited, 2), function(awaited, 2), stack(awaited)});
    }
    at(Waiting{request->result, next, WaitKind::kAwaited, stack(request->result)});
    at(Attached{next, function(request->result, 3), function(request->result, 3), stack(next)});
  }

  Result failure() {
    const FailureId id{++failures_};
    at(FailureSeen{id, error_, {}, stacks_[failures_ % kFunctions]});
    return {.outcome = Outcome::kFailureRaised, .failure = id};
  }

  void return_another(Request* request) {
    request->returned = create(deferred_);
    at(Finished{request->awaited, {.outcome = Outcome::kDeferred, .deferred = request->returned}});
    at(Waiting{request->awaited, request->returned, WaitKind::kReturned, stack(request->awaited)});
  }

  void hand_over(Request* request) {
    at(Fired{request->returned, value(), stack(request->returned)});
    at(Resumed{request->awaited, request->returned, value()});
    at(Collected{request->returned, EndState::kSucceeded, 0});
    request->returned = {};
    go_on_with(request, value());
  }

  // What is awaited has its result: the list takes it, the coroutine runs on.
  void go_on_with(Request* request, const Result& result) {
    const DeferredId awaited = request->awaited;
    const Lane lane = result.outcome == Outcome::kValue ? Lane::kCallback : Lane::kErrback;
    DeferredId last = awaited;
    std::uint32_t position = 1;
    if (request->list != DeferredId::kNone) {
      last = request->list;
      at(Resumed{last, awaited, result});
      at(Started{awaited, 1, lane});
      at(Fired{last, value(), stack(last)});
      position = 0;
    }
    const Lane taken = last == awaited ? lane : Lane::kCallback;
    at(Resumed{request->result, last, last == awaited ? result : value()});
    at(Started{last, position, taken});
    if (request->left != 0)
      await_next(request);
    else
      finish(request);
    at(Finished{last, {}});
    if (last != awaited) {
      at(Finished{awaited, {}});
      at(Collected{last, EndState::kSucceeded, 0});
      if (request->list == last) request->list = {};
    }
    at(Collected{awaited, EndState::kSucceeded, 0});
  }

  void finish(Request* request) {
    const DeferredId id = request->result;
    at(Fired{id, value(), stack(id)});
    at(Started{id, 0, Lane::kCallback});
    at(Finished{id, {}});
    at(Collected{id, EndState::kSucceeded, 0});
    *request = {};
  }

  const LargeRecording& options_;
  const std::function<void(std::span<const std::byte>)>& write_;
  std::mt19937 random_;
  std::vector<std::byte> window_;
  log::Writer writer_;
  std::vector<Request> requests_;
  std::vector<StackId> stacks_;
  std::vector<CallableId> functions_;
  StringId main_thread_{}, deferred_{}, list_{}, client_{}, error_{};
  std::uint32_t failures_ = 0;
  std::int64_t now_ns_ = 0;
  Made made_;
};

}  // namespace

Made make_large_recording(const LargeRecording& options,
                          const std::function<void(std::span<const std::byte>)>& write) {
  return Server(options, write).run();
}

std::vector<std::byte> make_large_recording(const LargeRecording& options) {
  std::vector<std::byte> bytes;
  make_large_recording(options, [&](std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  });
  return bytes;
}

}  // namespace reactortrack::benchmarks
