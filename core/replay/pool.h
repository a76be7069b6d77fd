// SPDX-License-Identifier: MIT
//
// Pool: an array that grows without moving its elements. A vector that doubles holds up to twice
// what it needs, and three times while it moves; a replay of many millions of records can't afford
// that.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <vector>

namespace reactortrack::replay {

template <class Record>
class Pool {
 public:
  Record& add() {
    if (size_ == chunks_.size() * kChunk) chunks_.push_back(std::make_unique<Record[]>(kChunk));
    return (*this)[size_++];
  }
  Record& operator[](std::size_t at) { return chunks_[at / kChunk][at % kChunk]; }
  const Record& operator[](std::size_t at) const { return chunks_[at / kChunk][at % kChunk]; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const Record& front() const { return (*this)[0]; }
  const Record& back() const { return (*this)[size_ - 1]; }
  Record& back() { return (*this)[size_ - 1]; }

  class Iterator {
   public:
    using value_type = Record;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(const Pool* pool, std::size_t at) : pool_(pool), at_(at) {}
    const Record& operator*() const { return (*pool_)[at_]; }
    const Record* operator->() const { return &(*pool_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++at_;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    const Pool* pool_ = nullptr;
    std::size_t at_ = 0;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size_}; }

 private:
  static constexpr std::size_t kChunk = 1024;
  std::vector<std::unique_ptr<Record[]>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace reactortrack::replay
