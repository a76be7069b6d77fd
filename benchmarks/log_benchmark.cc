// SPDX-License-Identifier: MIT
//
// How fast events become bytes, and bytes events. The mix is that of a program that makes Deferreds,
// attaches two pairs, fires them and lets them go: nine events each, with stacks.
//
//   build/release/benchmarks/log_benchmark
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <vector>

#include "core/log/json_lines.h"
#include "core/log/source.h"
#include "core/log/writer.h"

namespace reactortrack::log {
namespace {

using namespace event;

constexpr int kEventsPerDeferred = 9;
constexpr std::size_t kSegmentBytes = 1 << 22;

struct Ids {
  StringId type{};
  std::vector<StackId> stacks;
  std::vector<CallableId> callables;
};

Ids define_program(Writer* writer) {
  Ids ids;
  ids.type = writer->define(String{"twisted.internet.defer.Deferred"});
  const StringId file =
      writer->define(String{"/srv/app/lib/python3.11/site-packages/app/pages.py"});
  const StringId module = writer->define(String{"app.pages"});
  StackId caller{};
  for (std::uint32_t i = 0; i < 200; ++i) {
    const std::string name = "Page.render_" + std::to_string(i);
    const StringId function = writer->define(String{name});
    const SiteId site = writer->define(Site{file, function, 10 * i + 1});
    caller = writer->define(Stack{i % 8 == 0 ? StackId{} : caller, site});
    ids.stacks.push_back(caller);
    ids.callables.push_back(writer->define(Callable{module, function, site}));
  }
  return ids;
}

// One Deferred's life. False when the window is full.
bool write_life(Writer* writer, const Ids& ids, std::uint32_t serial, std::int64_t* now_ns) {
  const DeferredId id{serial};
  const StackId stack = ids.stacks[serial % ids.stacks.size()];
  const CallableId callable = ids.callables[serial * 7 % ids.callables.size()];
  const Result value{.outcome = Outcome::kValue, .type = ids.type};
  const auto tick = [&] { return *now_ns += 300 + serial * 37 % 900; };
  const Address address{0x7f0000000000u + std::uint64_t{serial * 2654435761u % 4096} * 96};
  return writer->write(tick(), Created{id, ids.type, address, {}, stack}) &&
         writer->write(tick(), Attached{id, callable, {}, stack}) &&
         writer->write(tick(), Attached{id, callable, callable, stack}) &&
         writer->write(tick(), Fired{id, value, stack}) &&
         writer->write(tick(), Started{id, 0, Lane::kCallback}) &&
         writer->write(tick(), Finished{id, value}) &&
         writer->write(tick(), Started{id, 1, Lane::kCallback}) &&
         writer->write(tick(), Finished{id, value}) &&
         writer->write(tick(), Collected{id, EndState::kSucceeded, 0});
}

// About `bytes` of recording.
std::vector<std::byte> make_recording(std::size_t size_bytes, std::uint64_t* events) {
  std::vector<std::byte> bytes(size_bytes);
  Writer writer;
  writer.set_window(bytes);
  writer.start();
  const Ids ids = define_program(&writer);
  std::int64_t now_ns = 0;
  std::uint32_t serial = 0;
  while (write_life(&writer, ids, ++serial, &now_ns)) *events += kEventsPerDeferred;
  bytes.resize(writer.written());
  return bytes;
}

void write_events(benchmark::State& state) {
  std::vector<std::byte> window(kSegmentBytes);
  Writer writer;
  std::int64_t now_ns = 0;
  std::uint64_t events = 0;
  std::uint64_t written = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::memset(window.data(), 0, window.size());
    writer.set_window(window);
    writer.start();
    const Ids ids = define_program(&writer);
    const std::size_t before = writer.written();
    state.ResumeTiming();
    for (std::uint32_t serial = 1; write_life(&writer, ids, serial, &now_ns); ++serial)
      events += kEventsPerDeferred;
    written += writer.written() - before;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
  state.counters["bytes/event"] = static_cast<double>(written) / static_cast<double>(events);
}
BENCHMARK(write_events)->Unit(benchmark::kMillisecond);

void read_events(benchmark::State& state) {
  std::uint64_t events = 0;
  const std::vector<std::byte> bytes = make_recording(64u << 20, &events);
  for (auto _ : state) {
    const auto source = open(bytes);
    std::uint64_t kinds = 0;
    for (Event event; source->next(&event);) kinds += event.body.index();
    benchmark::DoNotOptimize(kinds);
    if (source->ending() != Ending::kTruncated) state.SkipWithError(source->error().cause.c_str());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(events) * state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes.size()) * state.iterations());
}
BENCHMARK(read_events)->Unit(benchmark::kMillisecond);

std::string to_json_lines(std::span<const std::byte> bytes) {
  std::string lines;
  const auto source = open(bytes);
  JsonLinesWriter writer(source->definitions());
  for (Event event; source->next(&event);) writer.append(event, &lines);
  return lines;
}

void write_json_lines(benchmark::State& state) {
  std::uint64_t events = 0;
  const std::vector<std::byte> bytes = make_recording(1u << 20, &events);
  for (auto _ : state) benchmark::DoNotOptimize(to_json_lines(bytes).size());
  state.SetItemsProcessed(static_cast<std::int64_t>(events) * state.iterations());
}
BENCHMARK(write_json_lines)->Unit(benchmark::kMillisecond);

void read_json_lines(benchmark::State& state) {
  std::uint64_t events = 0;
  const std::string lines = to_json_lines(make_recording(1u << 20, &events));
  for (auto _ : state) {
    const auto source = open(std::as_bytes(std::span(lines)));
    std::uint64_t kinds = 0;
    for (Event event; source->next(&event);) kinds += event.body.index();
    benchmark::DoNotOptimize(kinds);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(events) * state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(lines.size()) * state.iterations());
}
BENCHMARK(read_json_lines)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace reactortrack::log

BENCHMARK_MAIN();
