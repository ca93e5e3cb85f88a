package io.keywheel.application.port.out;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/// The services that the core needs: time, random numbers, threads, observers, a hash.
///
/// Any number of threads call them. They neither block nor throw; only `threads` may reject a task.
///
/// @param clock a clock that never jumps, so it can measure durations
/// @param wallTime converts an instant of `clock` to the time of day that users see; [Instant#MAX] to itself
/// @param wakeupTimer a timer that uses the time of `clock`
/// @param chance random numbers, uniform in [0, 1), for cooldown jitter
/// @param threads runs the asynchronous forms, each of which blocks its thread
/// @param events observes keys, providers and chats
/// @param tracer returns the trace of a chat that begins, on the chat's thread
/// @param hash a one-way hash of a text
public record RuntimeServices(
        InstantSource clock,
        UnaryOperator<Instant> wallTime,
        WakeupTimer wakeupTimer,
        DoubleSupplier chance,
        Executor threads,
        ChatEvents events,
        Function<ChatStart, ChatTrace> tracer,
        ToLongFunction<String> hash) {}
