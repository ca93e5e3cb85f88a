package io.keywheel.adapters.http.line;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.keywheel.adapters.http.line.Lines.FloodException;
import io.keywheel.adapters.http.line.Lines.LateException;
import io.keywheel.adapters.http.line.Lines.Patience;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What comes from one client, and how long it may take. For the thread that serves the client.
final class Intake {

    private static final Duration FOREVER = Duration.ofDays(365);

    /// What the client is at.
    private enum Phase {
        IDLE,
        HEAD,
        BODY,
        UPGRADED
    }

    private final HelidonSocket socket;
    private final Patience patience;
    private Phase phase = Phase.IDLE;
    private long phaseEnds;
    private long bytesLeft;
    private @Nullable ReadAhead ahead;

    Intake(HelidonSocket socket, Patience patience) {
        this.socket = socket;
        this.patience = patience;
    }

    void expectBody(Duration time, long bytes) {
        phase = Phase.BODY;
        phaseEnds = endOf(time);
        bytesLeft = bytes;
    }

    void expectRequest() {
        phase = Phase.IDLE;
    }

    void expectAnything() {
        phase = Phase.UPGRADED;
    }

    /// The read that is under way, or a new one.
    ReadAhead ahead() {
        if (ahead == null) {
            ahead = ReadAhead.start(socket);
        }
        return ahead;
    }

    /// The next bytes; null at the end of what the client sends.
    byte @Nullable [] read() {
        byte[] bytes = switch (phase) {
            case IDLE -> readBegin();
            case HEAD -> readHead();
            case BODY -> readUntil(phaseEnds);
            case UPGRADED -> readUntil(endOf(FOREVER));
        };
        if (bytes != null && phase == Phase.BODY) {
            bytesLeft -= bytes.length;
            if (bytesLeft < 0) {
                throw new FloodException();
            }
        }
        return bytes;
    }

    private byte @Nullable [] readUntil(long end) {
        ReadAhead next = ahead();
        ahead = null;
        return next.take(end);
    }

    private byte @Nullable [] readBegin() {
        try {
            byte[] bytes = readUntil(endOf(patience.idle()));
            phase = Phase.HEAD;
            phaseEnds = endOf(patience.head());
            return bytes;
        } catch (LateException e) {
            throw new CloseConnectionException("the client asks nothing more", e);
        }
    }

    /// Helidon answers a late head: no route has the request yet.
    private byte @Nullable [] readHead() {
        try {
            return readUntil(phaseEnds);
        } catch (LateException e) {
            throw RequestException.builder()
                    .type(DirectHandler.EventType.BAD_REQUEST)
                    .status(Status.REQUEST_TIMEOUT_408)
                    .setKeepAlive(false)
                    .message("the head took too long to come")
                    .cause(e)
                    .build();
        }
    }

    private static long endOf(Duration time) {
        return System.nanoTime() + time.toNanos();
    }
}
