package io.keywheel.application.port.out;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.function.DoubleSupplier;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/// What the core must not reach for by itself: time, chance, threads, an observer, a hash.
///
/// @param clock never jumps, so that durations can be measured by it
/// @param wallTime converts a moment of `clock` to the time of day that users read; [Instant#MAX] to itself
/// @param alarm keeps the time of `clock`
/// @param chance evenly spread in [0, 1); spreads out the moments at which cooldowns end
/// @param threads run the asynchronous forms; a task is interrupted when its future is cancelled
/// @param hash of a text, which is not to be found by it
public record RuntimeServices(
        InstantSource clock,
        UnaryOperator<Instant> wallTime,
        WakeupTimer alarm,
        DoubleSupplier chance,
        ExecutorService threads,
        ChatEvents events,
        ToLongFunction<String> hash) {}
