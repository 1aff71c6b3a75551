// How jemalloc, which the server is linked with, runs: what is free for a second goes back to the
// system (its default is ten), a thread of its own does that when nothing is allocated, and an
// arena for each core is enough for a server whose threads are no more than the cores.

// jemalloc looks for a symbol of this name.
// NOLINTNEXTLINE(readability-identifier-naming,cppcoreguidelines-avoid-non-const-global-variables)
extern "C" const char* malloc_conf;
const char* malloc_conf =
    "background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0,percpu_arena:phycpu";
