// SPDX-License-Identifier: MIT
#include "core/treemap/order.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/treemap/rows.h"

namespace reactortrack::treemap {
namespace {

constexpr double kMax = std::numeric_limits<double>::max();
constexpr std::uint32_t kFew = 5;             // up to so many are split at the best place
constexpr std::uint32_t kManyForStrips = 24;  // from so many on, strips are considered
constexpr std::uint32_t kSample = 64;         // so many tell whether they will do
constexpr double kGoodRow = 2.1;              // mean of ratio + 1 / ratio; 2 is a row of squares
constexpr double kPoorRow = 5;                // a row above it is laid out anew in its own box
// The mean ratio that a group is expected to reach when its box is not longer than a row of its
// tiles as squares; and how much a container's own ratio counts beside that of its tiles.
constexpr double kExpected = 1.3;
constexpr double kContainer = 0.2;
constexpr double kPreferRows = 1.1;  // columns must be better by more than this

bool rows_are_good(const Children& children, std::uint32_t first, std::uint32_t end, double scale) {
  const std::uint32_t sample_end = std::min(end, first + kSample);
  double cost = 0;
  std::uint32_t at = first;
  while (at < sample_end) {
    const Row row = row_from(children, at, end, scale);
    cost += row.cost * (row.last - at);
    at = row.last;
  }
  return cost <= kGoodRow * (at - first);
}

// The shape of a box: width / height, and its inverse beside it, because divisions are what a search
// costs.
struct Aspect {
  double wide;
  double tall;

  double ratio() const { return std::max(wide, tall); }
};

// What the ratios of these children will add up to in a box of this shape, beyond kExpected each.
double expected_cost(const Children& children, std::uint32_t first, std::uint32_t last,
                     const Aspect& aspect) {
  const double ratio = aspect.ratio();
  if (last - first > 1) return std::max(0.0, ratio - kExpected * (last - first));
  const double nodes = children.nodes(first);
  if (nodes == 1) return ratio - kExpected;
  return std::max(0.0, ratio - kExpected * nodes) + kContainer * ratio;
}

struct Split {
  std::uint32_t middle;
  bool beside;  // the second half lies right of the first, not below
  double cost;
};

Split best_split(const Children& children, std::uint32_t first, std::uint32_t last,
                 const Aspect& aspect) {
  Split best{first + 1, aspect.wide >= 1, kMax};
  const double begin = children.below(first);
  const double end = children.below(last);
  const double whole = 1 / (end - begin);
  for (std::uint32_t middle = first + 1; middle < last; ++middle) {
    const double left = children.below(middle) - begin;
    const double right = end - children.below(middle);
    if (!(left > 0) || !(right > 0)) continue;
    const Aspect part{left * whole, (end - begin) / left};
    const Aspect rest{right * whole, (end - begin) / right};
    const auto halves = [&](const Aspect& a, const Aspect& b) {
      return expected_cost(children, first, middle, a) + expected_cost(children, middle, last, b);
    };
    const double beside = halves({aspect.wide * part.wide, aspect.tall * part.tall},
                                 {aspect.wide * rest.wide, aspect.tall * rest.tall});
    if (beside < best.cost) best = {middle, true, beside};
    const double below = halves({aspect.wide * part.tall, aspect.tall * part.wide},
                                {aspect.wide * rest.tall, aspect.tall * rest.wide});
    if (below < best.cost) best = {middle, false, below};
  }
  return best;
}

// The first child after half of the weight, or the one before when that is nearer.
std::uint32_t half_of(const Children& children, std::uint32_t first, std::uint32_t last) {
  const double half = children.below(first) + (children.below(last) - children.below(first)) / 2;
  std::uint32_t low = first + 1;
  std::uint32_t high = last - 1;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (children.below(middle) < half) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const bool nearer = half - children.below(low - 1) < children.below(low) - half;
  return low > first + 1 && nearer ? low - 1 : low;
}

double longer(double aspect) { return std::max(aspect, 1 / aspect); }

// `count` equal tiles in `lines` rows in a box of this aspect: the mean ratio.
double equal_cost(std::uint32_t count, std::uint32_t lines, double aspect) {
  const double fewer = count / lines;
  const double more = fewer + 1;
  const double longer_lines = count % lines;
  const double shorter_lines = lines - longer_lines;
  return (shorter_lines * fewer * longer(aspect * count / (fewer * fewer)) +
          longer_lines * more * longer(aspect * count / (more * more))) /
         count;
}

struct Lines {
  std::uint32_t count;
  double cost;
};

Lines best_lines(std::uint32_t count, double aspect) {
  const double ideal = std::sqrt(count / aspect);
  const auto most = static_cast<double>(count);
  const auto fewest = static_cast<std::uint32_t>(std::clamp(std::floor(ideal), 1.0, most));
  Lines best{fewest, equal_cost(count, fewest, aspect)};
  if (fewest < count) {
    const double cost = equal_cost(count, fewest + 1, aspect);
    if (cost < best.cost) best = {fewest + 1, cost};
  }
  return best;
}

}  // namespace

void OrderLayout::place(const Children& children, const Box& inside) {
  const auto count = static_cast<std::uint32_t>(children.count());
  if (count > 1 && children.equal() && inside.width() > 0 && inside.height() > 0)
    return place_equal(children, inside);
  open_.clear();
  open_.push_back({0, count, inside});
  while (!open_.empty()) {
    const Range range = open_.back();
    open_.pop_back();
    place_range(children, range);
  }
}

void OrderLayout::place_range(const Children& children, const Range& range) {
  const std::uint32_t count = range.last - range.first;
  const Box& box = range.box;
  const double weight = children.below(range.last) - children.below(range.first);
  if (count == 1 || !(weight > 0) || !(box.width() > 0) || !(box.height() > 0))
    return place_line(children, range.first, range.last, box, true, grid_, rects_);
  const double aspect = box.width() / box.height();
  if (count <= kFew) {
    const Split best = best_split(children, range.first, range.last, {aspect, 1 / aspect});
    return split(children, range, best.middle, best.beside);
  }
  if (count >= kManyForStrips && rows_are_good(children, range.first, range.last, aspect * weight))
    return place_rows(children, range);
  split(children, range, half_of(children, range.first, range.last), aspect >= 1);
}

void OrderLayout::place_equal(const Children& children, const Box& inside) {
  const auto count = static_cast<std::uint32_t>(children.count());
  const double aspect = inside.width() / inside.height();
  const Lines rows = best_lines(count, aspect);
  const Lines columns = best_lines(count, 1 / aspect);
  const bool beside = rows.cost <= kPreferRows * columns.cost;
  const std::uint32_t lines = beside ? rows.count : columns.count;
  const double step = (beside ? inside.height() : inside.width()) / count;
  Range line{0, 0, inside};
  for (std::uint32_t i = 0; i < lines; ++i) {
    // The shorter lines come first.
    line.last = line.first + count / lines + (i >= lines - count % lines ? 1 : 0);
    if (beside) {
      line.box.bottom = i + 1 == lines ? inside.bottom : grid_.round(inside.top + step * line.last);
    } else {
      line.box.right = i + 1 == lines ? inside.right : grid_.round(inside.left + step * line.last);
    }
    place_line(children, line.first, line.last, line.box, beside, grid_, rects_);
    line.first = line.last;
    (beside ? line.box.top : line.box.left) = beside ? line.box.bottom : line.box.right;
  }
}

void OrderLayout::place_rows(const Children& children, const Range& range) {
  const Box& box = range.box;
  const double base = children.below(range.first);
  const double weight = children.below(range.last) - base;
  const double step = box.height() / weight;
  Range line{range.first, range.first, box};
  while (line.first < range.last) {
    const Row row = row_from(children, line.first, range.last, box.width() / box.height() * weight);
    line.last = row.last;
    line.box.bottom = row.last == range.last
                          ? box.bottom
                          : grid_.round(box.top + step * (children.below(row.last) - base));
    const bool whole = line.first == range.first && line.last == range.last;
    if (row.cost > kPoorRow && !whole) {
      open_.push_back(line);
    } else {
      place_line(children, line.first, line.last, line.box, true, grid_, rects_);
    }
    line.first = line.last;
    line.box.top = line.box.bottom;
  }
}

void OrderLayout::split(const Children& children, const Range& range, std::uint32_t middle,
                        bool beside) {
  const double base = children.below(range.first);
  const double part = (children.below(middle) - base) / (children.below(range.last) - base);
  Range first{range.first, middle, range.box};
  Range second{middle, range.last, range.box};
  if (beside) {
    first.box.right = second.box.left = grid_.round(range.box.left + range.box.width() * part);
  } else {
    first.box.bottom = second.box.top = grid_.round(range.box.top + range.box.height() * part);
  }
  for (const Range& half : {first, second}) {
    if (half.last - half.first == 1) {
      rects_[children.node(half.first)] = half.box.rect();
    } else {
      open_.push_back(half);
    }
  }
}

}  // namespace reactortrack::treemap
