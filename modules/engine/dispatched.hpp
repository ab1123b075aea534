// MILLRACE_DISPATCHED before a function: one source, compiled for plain x86-64 and for processors with wider vectors;
// the loader picks. By feature and not by `arch=`, which asks for that very processor model and no later one.
//
// Sanitizers cannot run the resolver, and other processors have no such choice.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define MILLRACE_DISPATCHED [[gnu::target_clones("default", "avx2", "avx512f")]]
#else
#define MILLRACE_DISPATCHED
#endif
