package io.keywheel.application.service;

import static java.util.Objects.requireNonNull;

import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import java.time.Duration;

/// Enforces the contract of [LlmPort] on an adapter, which may be third-party code and reads input that a provider
/// chooses.
///
/// An exception of the adapter fails this attempt, and counts against no key or provider. A whole answer beyond
/// [AnswerLimits] is a failure of its provider; [CommitGate] checks streams.
record GuardedPort(ProviderId provider, LlmPort port, ChatEvents events) implements LlmPort {

    @Override
    public LlmReply complete(LlmCall call) {
        try {
            LlmReply reply = requireNonNull(port.complete(call));
            String exceeded = reply instanceof LlmReply.Answered(var completion, var _)
                    ? AnswerLimits.exceeded(completion)
                    : null;
            return exceeded == null ? reply : new LlmReply.Failed(tooMany(exceeded));
        } catch (Throwable e) {
            return new LlmReply.Failed(report(e));
        }
    }

    /// @param sink if it is a [CommitGate], an exception of its sink, or of an answer beyond a bound, does not count as
    ///     the adapter's
    @Override
    public LlmReply stream(LlmCall call, ChunkSink sink) {
        try {
            return requireNonNull(port.stream(call, sink));
        } catch (Throwable e) {
            boolean byGate = sink instanceof CommitGate gate && gate.hasThrown();
            return new LlmReply.Failed(byGate ? new Failure.Cancelled() : report(e));
        }
    }

    @Override
    public ModelsReply models(KeySlot key, Duration timeLeft) {
        try {
            return requireNonNull(port.models(key, timeLeft));
        } catch (Throwable e) {
            return new ModelsReply.Failed(report(e));
        }
    }

    @Override
    public boolean countsCachedTokens() {
        try {
            return port.countsCachedTokens();
        } catch (Throwable e) {
            report(e);
            return true;
        }
    }

    @Override
    public void close() {
        try {
            port.close();
        } catch (Throwable e) {
            throwFatal(e);
            events.thrown(provider, e);
        }
    }

    private Failure report(Throwable e) {
        throwFatal(e);
        if (isInterrupt(e)) {
            Thread.currentThread().interrupt();
            return new Failure.Cancelled();
        }
        events.thrown(provider, e);
        return new Failure.Unattributed(
                "the adapter of " + provider + " threw " + e.getClass().getSimpleName());
    }

    /// A stack overflow affects only this attempt; any other error of the virtual machine affects all.
    private static void throwFatal(Throwable e) {
        if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
            throw fatal;
        }
    }

    private static boolean isInterrupt(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                return true;
            }
        }
        return Thread.currentThread().isInterrupted();
    }

    static Failure tooMany(String what) {
        return Failure.Unavailable.because("the answer has too many " + what);
    }
}
