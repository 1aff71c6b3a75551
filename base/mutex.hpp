#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <utility>

// What clang's -Wthread-safety checks; other compilers see nothing. Each comes after the declarator
// that it is about.
#ifdef __clang__
#define KAUDIT_THREAD_SAFETY(attribute) __attribute__((attribute))
#else
#define KAUDIT_THREAD_SAFETY(attribute)
#endif
/// On a member: it is touched only while the mutex is held.
#define KAUDIT_GUARDED_BY(mutex) KAUDIT_THREAD_SAFETY(guarded_by(mutex))
/// On a function, or on a lambda that a Condition asks: its caller holds the mutex.
#define KAUDIT_REQUIRES(...) KAUDIT_THREAD_SAFETY(requires_capability(__VA_ARGS__))
#define KAUDIT_REQUIRES_SHARED(...) KAUDIT_THREAD_SAFETY(requires_shared_capability(__VA_ARGS__))
/// On a function whose way of locking the analysis cannot follow: a comment says what holds
/// instead.
#define KAUDIT_UNCHECKED KAUDIT_THREAD_SAFETY(no_thread_safety_analysis)

namespace kaudit {

/// std::mutex with the annotations that libstdc++'s does not carry.
class KAUDIT_THREAD_SAFETY(capability("mutex")) Mutex {
 public:
  void lock() KAUDIT_THREAD_SAFETY(acquire_capability()) { mutex_.lock(); }
  bool try_lock() KAUDIT_THREAD_SAFETY(try_acquire_capability(true)) { return mutex_.try_lock(); }
  void unlock() KAUDIT_THREAD_SAFETY(release_capability()) { mutex_.unlock(); }

 private:
  friend class Lock;
  std::mutex mutex_;
};

/// Holds a Mutex while it lives, but between unlock() and lock().
class KAUDIT_THREAD_SAFETY(scoped_lockable) Lock {
 public:
  explicit Lock(Mutex& mutex) KAUDIT_THREAD_SAFETY(acquire_capability(mutex))
      : lock_(mutex.mutex_) {}
  /// Of a mutex that is held already, after a try_lock().
  Lock(Mutex& mutex, std::adopt_lock_t adopt) KAUDIT_REQUIRES(mutex) : lock_(mutex.mutex_, adopt) {}
  ~Lock() KAUDIT_THREAD_SAFETY(release_capability()) = default;
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  void lock() KAUDIT_THREAD_SAFETY(acquire_capability()) { lock_.lock(); }
  void unlock() KAUDIT_THREAD_SAFETY(release_capability()) { lock_.unlock(); }

 private:
  friend class Condition;
  std::unique_lock<std::mutex> lock_;
};

/// std::condition_variable for a Lock. Waiting gives the mutex up and has it again on return, which
/// is why the analysis sees it held throughout. A condition that reads guarded members is a lambda
/// with KAUDIT_REQUIRES.
class Condition {
 public:
  void notify_one() noexcept { changed_.notify_one(); }
  void notify_all() noexcept { changed_.notify_all(); }

  void wait(Lock& lock) { changed_.wait(lock.lock_); }
  template <typename Holds>
  void wait(Lock& lock, Holds holds) KAUDIT_UNCHECKED {
    changed_.wait(lock.lock_, std::move(holds));
  }
  template <typename Clock, typename Duration>
  void wait_until(Lock& lock, const std::chrono::time_point<Clock, Duration>& time) {
    changed_.wait_until(lock.lock_, time);
  }
  /// Whether the condition held before the time was up.
  template <typename Rep, typename Period, typename Holds>
  bool wait_for(Lock& lock, const std::chrono::duration<Rep, Period>& time,
                Holds holds) KAUDIT_UNCHECKED {
    return changed_.wait_for(lock.lock_, time, std::move(holds));
  }

 private:
  std::condition_variable changed_;
};

/// std::shared_mutex, annotated: many readers or one writer.
class KAUDIT_THREAD_SAFETY(capability("mutex")) SharedMutex {
 public:
  void lock() KAUDIT_THREAD_SAFETY(acquire_capability()) { mutex_.lock(); }
  void unlock() KAUDIT_THREAD_SAFETY(release_capability()) { mutex_.unlock(); }
  void lock_shared() KAUDIT_THREAD_SAFETY(acquire_shared_capability()) { mutex_.lock_shared(); }
  void unlock_shared() KAUDIT_THREAD_SAFETY(release_shared_capability()) { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
};

/// Holds a SharedMutex for itself alone.
class KAUDIT_THREAD_SAFETY(scoped_lockable) WriterLock {
 public:
  explicit WriterLock(SharedMutex& mutex) KAUDIT_THREAD_SAFETY(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock();
  }
  ~WriterLock() KAUDIT_THREAD_SAFETY(release_capability()) { mutex_.unlock(); }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  SharedMutex& mutex_;
};

/// Holds a SharedMutex together with other readers.
class KAUDIT_THREAD_SAFETY(scoped_lockable) ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mutex) KAUDIT_THREAD_SAFETY(acquire_shared_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock_shared();
  }
  ~ReaderLock() KAUDIT_THREAD_SAFETY(release_generic_capability()) { mutex_.unlock_shared(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  SharedMutex& mutex_;
};

}  // namespace kaudit
