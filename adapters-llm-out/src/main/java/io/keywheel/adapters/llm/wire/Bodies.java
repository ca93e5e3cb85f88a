package io.keywheel.adapters.llm.wire;

import java.io.ByteArrayOutputStream;

/// Reads bodies into memory, within bounds.
final class Bodies {

    /// More than any provider's error has ever had.
    private static final int LARGEST_ERROR = 64 << 10;

    private Bodies() {}

    /// The whole of it.
    ///
    /// @throws TransportException also when it is larger than `most` bytes
    static byte[] whole(Transport.Body body, Patience patience, int most)
            throws TransportException, InterruptedException {
        var bytes = new ByteArrayOutputStream();
        for (byte[] next = body.next(patience); next != null; next = body.next(patience)) {
            if (bytes.size() + next.length > most) {
                throw TransportException.broken("the answer is larger than " + (most >> 20) + " MiB", null);
            }
            bytes.writeBytes(next);
        }
        return bytes.toByteArray();
    }

    /// As much of an error as there is to get: the status alone says enough to go on.
    static byte[] beginning(Transport.Body body, Patience patience) throws InterruptedException {
        var bytes = new ByteArrayOutputStream();
        try {
            for (byte[] next = body.next(patience);
                    next != null && bytes.size() < LARGEST_ERROR;
                    next = body.next(patience)) {
                bytes.writeBytes(next);
            }
        } catch (TransportException _) {
            return bytes.toByteArray();
        }
        return bytes.toByteArray();
    }
}
