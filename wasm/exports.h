// SPDX-License-Identifier: MIT
//
// What the WebAssembly module exports: bytes of a recording in, pixels and JSON text out.
//
// One module instance is one session: one recording, one map of it, one thread. No glue is
// generated; the page calls these C functions and reads the module's memory (viewer/src/core).
//
//   instance.exports._initialize();                      // once
//   rt_open(file.size);
//   for each chunk { memory.set(chunk, rt_room(chunk.length)); rt_append(chunk.length); }
//   rt_finish();
//   while (rt_read(100'000)) { progress }
//   rt_view(1600, 1000, 1, 0, 0, 0, 0);
//   rt_move(12);  for each box { putImageData(rt_paint(box)) }
//
// Rules of the interface
// - Pointers are offsets into the memory, unsigned: `>>> 0` in JavaScript. Any call may grow the
//   memory, which voids views of it: take `memory.buffer` anew after every call.
// - Every argument is tolerated: events beyond the last are the last, nodes that there are not
//   are the root. Bytes of any kind are tolerated too. Only when memory runs out (4 GiB) does the
//   module trap; it is unusable then and the page makes a new instance.
// - **Nodes** are tiles of the tree: 0 is the root, the container of all. A node number holds until
//   the next rt_view, which takes events read since into the tree. To keep a selection, keep the
//   Deferred's serial and the pair's position; Question::kNodeOf finds the node again.
// - **Events** are numbered from 1; at event N is after event N; 0 is before the first.
#pragma once

#include <cstdint>

// ---- The recording ----------------------------------------------------------------------------

// Forgets everything and begins a new session. `expected_bytes` is what the recording will take,
// 0 when that is not known: room for it is made at once, which saves moving it later.
extern "C" void rt_open(std::uint32_t expected_bytes);
// Room for `size` bytes at the end of the recording; void after the next call. Not copied again.
extern "C" std::uint8_t* rt_room(std::uint32_t size);
// The first `size` bytes of that room have been written and belong to the recording.
extern "C" void rt_append(std::uint32_t size);
// No bytes will follow: the map is laid out with hindsight, and nothing moves while stepping.
// Before this the map is that of a stream: it grows, and is laid out anew now and then.
extern "C" void rt_finish(void);
// Reads on, at most about so many events. 1: there is more to read now; 0: at the present end.
extern "C" std::uint32_t rt_read(std::uint32_t max_events);
// A piece of what can wait until the first picture is there: what jumps need, then the analysis
// (Question::kFindings). Begins anew when more has been read. Returns how many pieces are left, 0 when
// all is done. Most take less than 0.1 s in a recording of 10 million events.
extern "C" std::uint32_t rt_work(void);

// ---- The map ----------------------------------------------------------------------------------

enum : std::uint32_t {
  kViewDark = 1,      // the dark theme
  kViewOutlines = 2,  // faint outlines of tiles that are not there yet
};

// Lays the map out for a frame of so many device pixels. `root_node`: the tile that fills it (0:
// all; a drill). `layout`: 0 order, 1 squarified. `weight`, a tile's area: 0 count, 1 own time,
// 2 wait time. `flags`: kView… above. Keeps the current event, the search and the zoom's scale 1.
extern "C" void rt_view(std::uint32_t width, std::uint32_t height, float pixel_ratio,
                        std::uint32_t root_node, std::uint32_t layout, std::uint32_t weight,
                        std::uint32_t flags);
// The part of the map that the frame shows: pixel = (map - (x, y)) * scale. 1, 0, 0 is all of it.
extern "C" void rt_zoom(float scale, float x, float y);
// Goes to the state after this event. Returns the number of boxes that must be painted again.
extern "C" std::uint32_t rt_move(std::uint32_t event);
// left, top, right, bottom of each, in device pixels. After rt_view, rt_zoom and a search there is
// one: the whole frame. rt_box_count says how many. Boxes add up until all of them have been painted;
// the next rt_move forgets those.
extern "C" const std::int32_t* rt_boxes(void);
extern "C" std::uint32_t rt_box_count(void);
// Paints box `box` (UINT32_MAX: the whole frame) and returns the frame: width * height * 4 bytes,
// RGBA, rows from the top. The frame stays at its place until the next rt_view.
extern "C" const std::uint8_t* rt_paint(std::uint32_t box);
// The node under this device pixel + 1; 0 where there is none. As painted last.
extern "C" std::uint32_t rt_pick(std::int32_t x, std::int32_t y);

// ---- Questions --------------------------------------------------------------------------------

// The answer as JSON, UTF-8, followed by a NUL; it is void after the next call. `text_size` bytes of
// rt_argument's buffer are the question's text.
extern "C" std::uint8_t* rt_argument(std::uint32_t text_size);
extern "C" const std::uint8_t* rt_text(std::uint32_t question, std::uint32_t a, std::uint32_t b,
                                       std::uint32_t text_size);
extern "C" std::uint32_t rt_text_size(void);  // of the last answer, without the NUL

// Shapes. Written like TypeScript; `?` may be missing. Ns is a string of digits (nanoseconds, may be
// beyond 2^53); Node a number; State "pending" | "running" | "waiting" | "paused" | "succeeded" |
// "failed" | "cancelled"; Colour "#rrggbb". Everything that was recorded is cleaned of control
// characters. An unknown question, or one about what there is not, answers `null`.
//
//   Error  = {offset: number, line: number, cause: string}         line 0: not JSON lines
//   Event  = {number: number, time_ns: Ns, time: string,           time: "0.101234", seconds
//             action: string, subject: string, detail: string, place: string, bad: boolean,
//             deferred?: number, node?: Node}
//   Ref    = {deferred: number, label: string, state: State, glyph: string, node: Node}
//   Pair   = {deferred: number, position: number, label: string, node: Node}
//   WaitRef = Ref & {how: string, place: string,                   how one waits for it, and where;
//             since_event: number, wait_ns: Ns}                    since when, and how long by now
enum class Question : std::uint32_t {
  // {format: "rtlog" | "json" | "none", bytes: number, bytes_read: number, finished: boolean,
  //  events: number, deferreds: number, turns: number, nodes: number, event: number,
  //  duration_ns: Ns, duration: string, started: string | null,
  //  ending: "open" | "complete" | "truncated" | "error", ending_text: string,
  //  lost: number, strange: number, warnings: Error[], warning_count: number, error: Error | null,
  //  info: {[key: string]: string}, title: string}
  // `event` is the current one; `title` the command that was recorded, or "".
  kRecording = 0,
  // a: number of the event. Event & {last: number, line: string}; `line` is its JSON line. Event 0:
  // action "start", the rest empty.
  kEvent = 1,
  // a: first, b: count (at most 10,000). {first: number, last: number, events: Event[]}
  kEvents = 2,
  // a: serial. As of the current event:
  // {deferred: number, label: string, type: string, address: string, state: State, glyph: string,
  //  node: Node, exists: boolean,                                not created yet: false
  //  sentence: string,                                           what it is and what it waits for
  //  created_event: number, fired_event: number, collected_event: number,        0: never
  //  created: string, fired: string, coroutine: string, canceller: string,       places and names
  //  age_ns: Ns, own_ns: Ns, wait_ns: Ns,
  //  pairs: {position: number, label: string, state: "attached" | "running" | "finished" | "passed",
  //          lane: "callback" | "errback" | "", outcome: string, bad: boolean, place: string,
  //          own_ns: Ns, attached_event: number, started_event: number, finished_event: number,
  //          node: Node}[], pair_count: number,                  at most 1,000 of them
  //  history: Event[], history_count: number,                    of the whole recording; at most 1,000
  //  waits_on: WaitRef[],                                        open now, newest first
  //  waiters: WaitRef[], waiter_count: number,                   open now, at most 100
  //  path: WaitRef[],                                            to the bottom; the first is itself
  //  cycle: boolean,                                             the path comes back to itself
  //  bottom: string}              what the last of the path is, and what becomes of it, in a sentence
  kDeferred = 3,
  // a: offset, b: count (at most 10,000), text: {sort?: "deferred" | "label" | "state" | "age" |
  // "own" | "wait" | "waiting_on" | "site", descending?: boolean, filter?: string, state?: State}.
  // Deferreds that exist at the current event:
  // {total: number, rows: {deferred: number, label: string, type: string, state: State, glyph: string,
  //  age_ns: Ns, own_ns: Ns, wait_ns: Ns, waiting_on: number, site: string, node: Node,
  //  created_event: number}[]}                                   waiting_on 0: nothing
  kDeferreds = 4,
  // a: node. {node: Node, kind: "root" | "deferred" | "pair" | "portal", title: string,
  //  lines: string[], state: State, glyph: string, shown: boolean, deferred?: number,
  //  position?: number, first_event: number, last_event: number, x, y, w, h: number}
  // shown: it is there at the current event. x, y, w, h: device pixels, under the present zoom.
  // first_event reveals the node; last_event changes it last (in the whole recording).
  kTile = 5,
  // a: at most so many (0: 1,000). The largest first; cut to fit:
  // {labels: {node: Node, x, y, w, h: number, text: string, glyph: string, ink: Colour,
  //  bold: boolean, kind: string}[]}
  // x, y, w, h: the box for the text, device pixels; the text stands in its vertical middle, at its
  // left, in a sans-serif font of 11 CSS px (bold: 600). The glyph is not part of the text; it comes
  // first. ink is readable on the tile. kind "more" says "+123 more" of a container's small children.
  kLabels = 6,
  // a: buckets (1 to 10,000). {buckets: [number, number][], first_ns: Ns, last_ns: Ns,
  //  first_event: number[]}     events and failures of each; first_event: the number its first has
  kHistogram = 7,
  // text: words to look for in names, types, places, failures, "#12"; dims the rest. Empty ends the
  // search.
  // {count: number, deferreds: Ref[]}                            Deferreds found; the first 100
  kSearch = 8,
  // a: node, b: count (0: 100), text: offset in digits. For screen readers; only what is shown:
  // {node: Node, parent: Node | null, kind: string, label: string, state: State, level: number,
  //  child_count: number, offset: number, crumbs: {node: Node, label: string}[],
  //  children: {node: Node, kind: string, label: string, state: State, child_count: number}[]}
  // crumbs: from the root to the node itself. level: the root's is 1.
  kTree = 9,
  // a: Rule, b: a serial or node. {event: number}; 0 when there is none.
  kFind = 10,
  // {states: {state: State, word: string, colour: Colour, ink: Colour, glyph: string,
  //  pattern: string}[], marks: {name: string, word: string, colour: Colour}[]}
  // In the theme of the view. marks: "cursor", "outer", "last", "portal", "passed", "outline".
  kLegend = 11,
  // text: Ns. {event: number}    the last event at or before this time
  kEventAtTime = 12,
  // {event: number, executing: Pair[], last_executed: Pair | null}    innermost last
  kCursor = 13,
  // a: serial, b: position of the pair + 1, or 0. {node: Node | null}
  kNodeOf = 14,
  // What is wrong, as far as rt_work has worked it out: until all is done, that of the time before.
  // a: at most so many (0: 2,000).
  // {done: boolean, pieces: number, pieces_done: number,        of the present time
  //  upto: number,                          the last event that was looked at; 0: nothing is known yet
  //  errors: number, warnings: number, infos: number, total: number,
  //  findings: {heading: string, label: string, node: Node | null,         of `deferred`
  //             go: number,                 the event at which to look at it
  //             site_events: number[],      of each of `sites`: where it comes up; 0: nowhere
  //             site_places: string[],      of each: "shop/cart.py:40 in checkout"
  //             ...}[]}                     and what `reactortrack findings --json` says of it
  kFindings = 15,
  // Who waits for what at the end, as far as rt_work has worked it out, from those whom nobody waits
  // for down to the cause. Of rows of a tree, each with its depth; a row's children come after it.
  // {done: boolean, pieces: number, pieces_done: number, upto: number, cut_off: boolean,
  //  asleep: boolean,           it breaks off in the reactor's sleep: ages are of that moment
  //  rows: {depth: number, deferred: number, name: string, state: State, glyph: string, how: string,
  //         place: string, age_ns: Ns, event: number, cause: string, cycle: boolean, told: boolean,
  //         over: boolean, node: Node}[]}
  // event: where the wait began. cause: of the last of a branch. cycle: it waits for one above it.
  // told: what is below it stands further up. over: it has ended, and holds a lock to this day. State:
  // at the end.
  kWaitTree = 16,
  // What the reactor did. a: buckets (1 to 10,000), of equal times, as kHistogram's.
  // {done: boolean, first_ns: Ns, last_ns: Ns, turn_count: number, busy_ns: Ns, polled_ns: Ns,
  //  buckets: [number, number, number][],     how busy (0 to 1000), turns that began, their calls
  //  turns: {event: number, end_event: number, start_ns: Ns, end_ns: Ns, busy_ns: Ns, polled_ns: Ns,
  //          calls: number}[],                all of them when there are no more than buckets, else none
  //  limit_ns: Ns,                            what counts as blocked
  //  blocked: {event: number,                 at which what blocked it began
  //            from_event: number, to_event: number, start_ns: Ns, end_ns: Ns, length: string,
  //            culprit: string, deferred: number | null, node: Node | null, late: number}[]}
  // blocked: the longest 500, in the order of time, as far as rt_work has worked them out (`done`).
  // late: delayed calls that had to wait for it.
  kReactor = 17,
};

// Of Question::kFind; all look from the current event.
enum class Rule : std::uint32_t {
  kNextOfDeferred = 0,  // b: serial
  kPreviousOfDeferred = 1,
  kNextFailure = 2,
  kPreviousFailure = 3,
  kInto = 4,        // the next start of a callback
  kOut = 5,         // the end of the callback that is executing, or of the next one
  kRevealed = 6,    // b: node: the event that reveals it
  kLastChange = 7,  // b: node: the last event up to the current one that changed it
};
