package io.keywheel.application.port.out;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.function.DoubleSupplier;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/// What the core gets from outside: time, chance, threads, an observer, a hash.
///
/// @param clock never jumps, so that it measures durations
/// @param wallTime converts a moment of `clock` to the time of day that users read; [Instant#MAX] to itself
/// @param alarm goes by `clock`
/// @param chance random numbers, uniform in [0, 1), which spread the ends of cooldowns
/// @param threads run the asynchronous forms; a task is interrupted when its future is cancelled
/// @param hash of a text, from which the text cannot be recovered
public record RuntimeServices(
        InstantSource clock,
        UnaryOperator<Instant> wallTime,
        WakeupTimer alarm,
        DoubleSupplier chance,
        ExecutorService threads,
        ChatEvents events,
        ToLongFunction<String> hash) {}
