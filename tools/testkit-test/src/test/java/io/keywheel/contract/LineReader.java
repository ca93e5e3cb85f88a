package io.keywheel.contract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Reads lines on its own thread, so that waiting for one can have a timeout.
final class LineReader {

    private static final int LONGEST = 8 << 20;
    private static final Object END = new Object();

    private final InputStream body;
    private final Mutant mutant;
    private final boolean streamed;
    private final BlockingQueue<Object> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int reads;

    LineReader(InputStream body, Mutant mutant, boolean streamed) {
        this.body = body;
        this.mutant = mutant;
        this.streamed = streamed;
        this.lines = mutant.is("reads_no_further_ahead_than_the_sink")
                ? new LinkedBlockingQueue<>()
                : new ArrayBlockingQueue<>(2);
        Thread.ofVirtual().start(this::read);
    }

    @Nullable
    String next(long until) throws IOException, InterruptedException, TimeoutException {
        Object next = lines.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        return switch (next) {
            case null -> throw new TimeoutException();
            case String text -> text;
            case IOException e -> throw e;
            default -> null;
        };
    }

    void close() {
        try {
            body.close();
        } catch (IOException _) {
            lines.clear();
        }
    }

    private void read() {
        try {
            byte[] some = new byte[16 << 10];
            for (int count = body.read(some); count >= 0; count = body.read(some)) {
                reads++;
                take(some, count);
            }
            if (line.size() > 0) {
                lines.put(text());
            }
            lines.put(END);
        } catch (IOException e) {
            offer(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void offer(IOException e) {
        try {
            lines.put(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(byte[] some, int count) throws IOException, InterruptedException {
        int complete = 0;
        for (int i = 0; i < count; i++) {
            if (some[i] != '\n') {
                line.write(some[i]);
                continue;
            }
            complete++;
            boolean lost = streamed
                    && ((reads > 20 && mutant.is("reads_a_stream_in_fragments_of_a_byte"))
                            || (complete == 4 && mutant.is("reads_a_stream_in_one_fragment")));
            String text = text();
            if (!lost) {
                lines.put(text);
            }
        }
        if (line.size() > LONGEST && !isUnbounded()) {
            throw new IOException("a line is too long");
        }
    }

    private boolean isUnbounded() {
        return mutant.is(streamed ? "bounds_a_chunk_without_end" : "bounds_an_answer_without_end");
    }

    private String text() {
        boolean other =
                reads < 3 && mutant.is(streamed ? "delivers_streamed_text_unchanged" : "delivers_text_unchanged");
        Charset charset = other ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
        boolean ascii = line.toString(StandardCharsets.UTF_8).chars().allMatch(c -> c < 0x80);
        String text = line.toString(ascii ? StandardCharsets.US_ASCII : charset);
        line.reset();
        reads = 0;
        return other && !ascii ? "say " + text : text;
    }
}
