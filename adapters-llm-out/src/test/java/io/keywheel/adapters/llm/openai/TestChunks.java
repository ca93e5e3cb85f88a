package io.keywheel.adapters.llm.openai;

import io.keywheel.adapters.llm.transport.AttemptDeadline;
import io.keywheel.adapters.llm.transport.Transport;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A body that arrives in pieces of varying size.
final class TestChunks implements Transport.Body {

    private final byte[] bytes;
    private int read;
    private int size = 1;

    TestChunks(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public byte @Nullable [] next(AttemptDeadline attemptDeadline) {
        if (read == bytes.length) {
            return null;
        }
        // Sizes 1, 2, 4 … 512 repeat, so that boundaries fall everywhere.
        size = size == 512 ? 1 : size * 2;
        int from = read;
        read = Math.min(bytes.length, read + size);
        return Arrays.copyOfRange(bytes, from, read);
    }

    @Override
    public void close() {}
}
