package io.keywheel.adapters.llm.transport;

import io.keywheel.adapters.llm.memory.AnswerMemory.Share;
import java.io.ByteArrayOutputStream;

/// Reads bodies into memory, within bounds.
public final class BoundedBodies {

    /// Larger than any error seen from a provider.
    private static final int LARGEST_ERROR = 64 << 10;

    private BoundedBodies() {}

    /// Reads a whole body.
    ///
    /// @param share counts its bytes
    /// @throws TransportException also if the body is larger than `most` bytes, or `share` has no room for it
    public static byte[] whole(Transport.Body body, AttemptDeadline attemptDeadline, int most, Share share)
            throws TransportException, InterruptedException {
        var bytes = new ByteArrayOutputStream();
        for (byte[] next = body.next(attemptDeadline); next != null; next = body.next(attemptDeadline)) {
            if (bytes.size() + next.length > most) {
                throw TransportException.broken("the answer is larger than " + (most >> 20) + " MiB", null);
            }
            if (!share.hold(bytes.size() + (long) next.length)) {
                throw TransportException.memoryExhausted();
            }
            bytes.writeBytes(next);
        }
        return bytes.toByteArray();
    }

    /// Reads an error until its end, its bound, or a transport failure: the status alone is enough to classify it.
    public static byte[] beginning(Transport.Body body, AttemptDeadline attemptDeadline) throws InterruptedException {
        var bytes = new ByteArrayOutputStream();
        try {
            for (byte[] next = body.next(attemptDeadline);
                    next != null && bytes.size() < LARGEST_ERROR;
                    next = body.next(attemptDeadline)) {
                bytes.writeBytes(next);
            }
        } catch (TransportException _) {
            return bytes.toByteArray();
        }
        return bytes.toByteArray();
    }
}
