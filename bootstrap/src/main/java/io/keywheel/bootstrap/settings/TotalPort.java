package io.keywheel.bootstrap.settings;

import static java.util.Objects.requireNonNull;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderId;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Keeps the promise of [LlmPort] for an adapter that may not: what it throws is a failure of its provider, and
/// the request goes on to others. Adapters are other people's code.
///
/// The log says where it was thrown, and no more: the words of an exception may have a key in them.
final class TotalPort implements LlmPort {

    private static final System.Logger LOG = System.getLogger("io.keywheel.adapters");

    private final ProviderId id;
    private final LlmPort port;

    TotalPort(ProviderId id, LlmPort port) {
        this.id = id;
        this.port = port;
    }

    @Override
    public LlmReply complete(LlmCall call) {
        try {
            return requireNonNull(port.complete(call));
        } catch (Exception | LinkageError e) {
            return new LlmReply.Failed(broken(e));
        }
    }

    @Override
    public LlmReply stream(LlmCall call, ChunkSink sink) {
        var watched = new Watched(sink);
        LlmReply reply = stream(call, watched);
        watched.rethrow();
        return reply;
    }

    private LlmReply stream(LlmCall call, Watched watched) {
        try {
            return requireNonNull(port.stream(call, watched));
        } catch (Exception | LinkageError e) {
            return new LlmReply.Failed(watched.thrown == null ? broken(e) : new Failure.Cancelled());
        }
    }

    @Override
    public ModelsReply models(KeySlot key, Duration timeLeft) {
        try {
            return requireNonNull(port.models(key, timeLeft));
        } catch (Exception | LinkageError e) {
            return new ModelsReply.Failed(broken(e));
        }
    }

    @Override
    public void close() {
        try {
            port.close();
        } catch (Exception | LinkageError e) {
            complain(e);
        }
    }

    private Failure broken(Throwable e) {
        if (isInterrupt(e)) {
            Thread.currentThread().interrupt();
            return new Failure.Cancelled();
        }
        complain(e);
        return new Failure.Unavailable("the adapter of " + id + " is broken", null);
    }

    private static boolean isInterrupt(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                return true;
            }
        }
        return Thread.currentThread().isInterrupted();
    }

    private void complain(Throwable e) {
        String where =
                Arrays.stream(e.getStackTrace()).limit(1).map(String::valueOf).collect(Collectors.joining());
        LOG.log(
                Level.ERROR,
                "The adapter of {0} is broken: {1} at {2}",
                id,
                e.getClass().getName(),
                where);
    }

    /// A sink, and what it threw: that is the reader's trouble, whatever the adapter makes of it.
    private static final class Watched implements ChunkSink {

        private final ChunkSink sink;
        private @Nullable RuntimeException thrown;

        Watched(ChunkSink sink) {
            this.sink = sink;
        }

        @Override
        public void accept(Chunk chunk) {
            try {
                sink.accept(chunk);
            } catch (RuntimeException e) {
                thrown = e;
                throw e;
            }
        }

        void rethrow() {
            if (thrown != null) {
                throw thrown;
            }
        }
    }
}
